"""The list of links that posts shared: each page once, without tracking parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tartantm.transcript.model import Item, SharedLink
from tartantm.transcript.web_links import shared_urls

_TRACKING = re.compile(
    r"(?i)(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|igsh|mc_[ce]id"
    r"|mkt_tok|_hsenc|_hsmi|vero_id|oly_(anon|enc)_id|ref_src|ref_url|cmpid|wt\.mc_id|at_\w+)(=.*)?"
)
_PARTS = re.compile(r"(?s)([^/?#]*)(.*)")


def untracked(url: str) -> str:
    """Returns `url` without parameters that only track readers; nothing else is changed."""
    address, hash_sign, fragment = url.partition("#")
    address, mark, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not _TRACKING.fullmatch(part))
    if query and not kept:
        mark = ""
    return address + mark + (kept or "") + hash_sign + fragment


def shared(items: Iterable[Item]) -> tuple[SharedLink, ...]:
    """Returns every page that the posts share, in the order of first sharing."""
    found: dict[str, tuple[str, dict[str, None], dict[str, None], list[Item], dict[str, None]]] = {}
    for item in items:
        if not item.post.links and "://" not in item.post.text:
            continue
        for written, title in shared_urls(item.post.text, item.post.links):
            url = untracked(written)
            page = _same(url)
            _, titles, names, posts, spellings = found.setdefault(page, (url, {}, {}, [], {}))
            if title:
                titles.setdefault(title)
            names.setdefault(item.speaker.name)
            spellings.setdefault(written)
            if not posts or posts[-1] is not item:
                posts.append(item)
    return tuple(
        # All of them: once the first is withheld, no other may take its place.
        SharedLink(url, " / ".join(titles), tuple(names), tuple(posts), tuple(spellings))
        for url, titles, names, posts, spellings in found.values()
    )


def _same(url: str) -> str:
    """Returns a key that is equal for URLs of the same page."""
    domain, path = _PARTS.fullmatch(url.partition("://")[2]).groups()  # type: ignore[union-attr]
    return domain.casefold().removeprefix("www.") + path.rstrip("/")

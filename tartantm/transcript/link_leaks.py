"""URLs that would lead readers to a post or a person that is withheld from them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tartantm.core.accounts import Account, handles_of
from tartantm.core.folding import fold
from tartantm.core.post import Link, Post
from tartantm.core.redaction import LINK, LINKS, link_spans
from tartantm.core.spans import Span

_BARE = re.compile(r"(?i)\b(?:https?|at)://[^\s<>\"'“”«»]+")
_BETWEEN = re.compile(r"[/?#&=@%,;!]+")
_AFTER = ".:…)]}*_~|"
"""Signs that may follow an address without being a part of it."""


class LinkLeaks:
    """The parts that no URL may contain: ids of withheld posts, handles and ids of people."""

    def __init__(self) -> None:
        self._parts: set[str] = set()

    def add_post(self, post: Post) -> None:
        """Add a post's ids."""
        for known in (post.id, *post.aliases):
            self._add(known.partition(":")[2].rpartition("/")[2])

    def add_account(self, account: Account) -> None:
        """Add a person's handles and ids."""
        for part in handles_of([account]):
            self._add(part)

    def _add(self, part: str) -> None:
        if len(part) > 1:
            self._parts.add(fold(part))

    def found_in(self, url: str) -> bool:
        """Whether a URL, or a post's id, contains one of the parts."""
        if not self._parts:
            return False
        # A sentence goes on after an address, or ends with it: "(see https://…/57)."
        parts = _BETWEEN.split(fold(url))
        return not self._parts.isdisjoint([*parts, *(part.rstrip(_AFTER) for part in parts)])

    def spans(self, text: str, links: Iterable[Link] = ()) -> list[Span]:
        """Returns where such URLs stand in a text, also where a link shows them in another form."""
        if not self._parts:
            return []
        found: list[Span] = []
        for link in links:
            if link.shown and self.found_in(link.url):
                found += link_spans(text, link)
        if "://" in text:
            found += [
                Span(*match.span(), LINK, LINKS)
                for match in _BARE.finditer(text)
                if self.found_in(match[0])
            ]
        return found

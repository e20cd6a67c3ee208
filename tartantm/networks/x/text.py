"""Renders the text of a post on X, with its links as people should see them.

Offsets of entities count code points in the text as delivered, where ``&``, ``<`` and ``>`` are
escaped (docs.x.com, checked on 1,465 hashtags); so the text is cut first and unescaped later.
"""

from __future__ import annotations

import re

from msgspec import Struct

from tartantm.core.post import Link, clean, safe_url
from tartantm.networks.json_fields import (
    LONGEST_TAG,
    LONGEST_TEXT,
    Json,
    line,
    mapping,
    parts,
    raw,
    shortened,
    text_of,
    unique,
)


class Rendered(Struct):
    """A post's text and what X found in it."""

    text: str
    links: tuple[Link, ...]
    hashtags: list[str]
    mentions: tuple[str, ...]


class _Cut(Struct):
    """A stretch of the delivered text that is a link."""

    start: int
    end: int
    link: Json


def render(post: Json, *, media_attached: bool) -> Rendered:
    """A post's plain text: the long form where there is one, t.co links in readable form.

    Links to the post's own pictures at its end are removed where the pictures are attached.
    """
    note = mapping(post, "note_tweet") or mapping(post, "note_post")
    long = raw(note, "text")
    delivered = shortened(long or raw(post, "text"), LONGEST_TEXT)
    entities = mapping(note if long else post, "entities")
    cuts = _cuts(delivered, parts(entities, "urls"))
    unseen = _closing_media(delivered, cuts) if media_attached else set()
    pieces, links, position = [], [], 0
    for cut in cuts:
        pieces.append(_unescape(delivered[position : cut.start]))
        position = cut.end
        if cut.start not in unseen:
            shown = _shown(cut.link, delivered[cut.start : cut.end])
            pieces.append(shown)
            links.append((cut.link, clean(shown, lines=False)))
    pieces.append(_unescape(delivered[position:]))
    listed = (entities, mapping(post, "entities")) if long else (entities,)
    tags = [parts(each, "hashtags") for each in listed]
    return Rendered(
        text=text_of("".join(pieces)),
        links=_links(links),
        hashtags=[raw(row, "tag") for group in tags for row in group],
        mentions=unique(line(row, "username").lstrip("@") for row in parts(entities, "mentions")),
    )


def _cuts(text: str, urls: list[Json]) -> list[_Cut]:
    """The positions of the links in the text, in order and without overlaps."""
    cuts: list[_Cut] = []
    for link in urls:
        start, end, written = link.get("start"), link.get("end"), raw(link, "url")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            start = end = 0
        # In the notice that X puts in place of a withheld post, words are the link, not an address.
        if start == end or text[start:end] not in (written, raw(link, "display_url")):
            start = text.find(written) if written else -1
            end = start + len(written)
        if 0 <= start < end:
            cuts.append(_Cut(start, end, link))
    apart: list[_Cut] = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if not apart or cut.start >= apart[-1].end:
            apart.append(cut)
    return apart


def _closing_media(text: str, cuts: list[_Cut]) -> set[int]:
    """Where links to the post's own pictures begin, of the links at the end of the text."""
    found, end = set(), len(text)
    for cut in reversed(cuts):
        if text[cut.end : end].strip():
            break
        if _is_media(cut.link):
            found.add(cut.start)
        end = cut.start
    return found


def _shown(link: Json, written: str) -> str:
    return _unescape(raw(link, "display_url")[:LONGEST_TAG]) or written


def _links(found: list[tuple[Json, str]]) -> tuple[Link, ...]:
    links: dict[tuple[str, str], Link] = {}
    for link, shown in found:
        url = safe_url(link.get("expanded_url")) or safe_url(link.get("url"))
        if url:
            links.setdefault((url, shown), Link(url, shown, line(link, "title")))
    return tuple(links.values())


def _is_media(link: Json) -> bool:
    return (
        raw(link, "display_url").startswith(("pic.twitter.com/", "pic.x.com/"))
        or bool(raw(link, "media_key"))
        or bool(re.search(r"/status/\d+/(photo|video)/\d+$", raw(link, "expanded_url")[-100:]))
    )


def _unescape(text: str) -> str:
    """Undo X's own escaping and no other: ``&copy;`` in a post means those six characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

"""Turns the HTML of a Mastodon post into plain text and its links.

Mastodon's own servers write ``p``, ``br``, ``a`` and ``span``; from others come lists, quotes and
more. Of any other element the content is read. Python's own `html.parser` is not used: it
takes minutes for a few kilobytes of ``<a <a <a``, and any server may send that.
"""

from __future__ import annotations

import re
from html import unescape

from tartantm.core.post import Link, clean, safe_url

LONGEST = 200_000
"""Characters of HTML that are read; the longest posts any server allows are half of that."""

_BLOCKS = {"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_EMPTY = {"br", "img", "hr", "wbr", "input"}
_UNSEEN = {"script", "style", "template", "head", "title"}

# Each alternative begins with a different character, so that no input makes it backtrack.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s<>"'/]*+)((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>|<[!?][^<>]*+>"""
)
_ATTRIBUTE = re.compile(
    r"""([^\s=/"'<>]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++))?|[\s=/"'<>]"""
)
_SPACE = re.compile(r"\s+")


def to_text(html: str, *, hide_quote: bool = False) -> tuple[str, tuple[Link, ...]]:
    """The text that a reader sees, and its links except hashtags and mentions.

    `hide_quote` leaves out the line ``RE: address`` that servers put before the words of a quote
    for programs that cannot show quotes.
    """
    reader, position = _Reader(hide_quote), 0
    html = html[:LONGEST]
    for tag in _TAG.finditer(html):
        reader.data(html[position : tag.start()])
        position = tag.end()
        closes, name, rest = tag.groups()
        if closes:
            reader.end(name.lower())
        elif name:
            found = _ATTRIBUTE.findall(rest) if "=" in rest else []
            # Of an attribute given twice, browsers take the first.
            reader.start(name.lower(), {key.lower(): value for key, value in reversed(found)})
    reader.data(html[position:])
    while reader.open:
        reader.end(reader.open[-1][0])
    return clean("".join(reader.pieces)), tuple(dict.fromkeys(reader.links))


class _Reader:
    def __init__(self, hide_quote: bool) -> None:
        self.pieces: list[str] = []
        self.links: list[Link] = []
        self.open: list[tuple[str, bool, bool]] = []
        """Open elements: (tag, whether it is invisible, whether an ellipsis ends it)."""
        self._hide_quote = hide_quote
        self._unseen = 0
        self._link: tuple[str, int] | None = None
        """The address of the open link, and the index of the piece that it began with."""
        self._items: list[int | None] = []
        """How many items each open list has had; None for a list without numbers."""

    def start(self, tag: str, given: dict[str, str]) -> None:
        classes = _value(given.get("class", "")).split()
        if tag == "br":
            self._write("\n")
        if tag in _EMPTY:
            return
        unseen = tag in _UNSEEN or "invisible" in classes
        unseen = unseen or (self._hide_quote and "quote-inline" in classes)
        self.open.append((tag, unseen, "ellipsis" in classes))
        self._unseen += unseen
        if tag in _BLOCKS:
            self._write("\n\n")
        if tag in ("ul", "ol"):
            self._items.append(0 if tag == "ol" else None)
        if tag == "li":
            self._write("\n" + self._bullet())
        if tag == "a" and not {"mention", "hashtag"} & {*classes}:
            address = safe_url(_value(given.get("href", "")))
            self._link = (address, len(self.pieces)) if address else None

    def end(self, tag: str) -> None:
        # The end of an element far above is more likely a mistake than the end of all in between.
        if all(tag != opened for opened, _, _ in self.open[-64:]):
            return
        while True:
            opened, unseen, ellipsis = self.open.pop()
            self._end(opened, ellipsis)
            self._unseen -= unseen
            if opened == tag:
                return

    def data(self, data: str) -> None:
        if data:
            self._write(_SPACE.sub(" ", unescape(data)))

    def _end(self, tag: str, ellipsis: bool) -> None:
        if ellipsis:
            self._write("…")
        if tag in _BLOCKS:
            self._write("\n\n")
        if tag in ("ul", "ol"):
            self._items.pop()
        if tag == "a" and self._link:
            address, begin = self._link
            self._link = None
            if shown := clean("".join(self.pieces[begin:]), lines=False):
                self.links.append(Link(address, shown))

    def _bullet(self) -> str:
        if not self._items or (before := self._items[-1]) is None:
            return "• "
        self._items[-1] = before + 1
        return f"{before + 1}. "

    def _write(self, piece: str) -> None:
        if not self._unseen:
            self.pieces.append(piece)


def _value(written: str) -> str:
    """An attribute's value, without the quotation marks around it."""
    return unescape(written[1:-1] if written[:1] in ("'", '"') else written)

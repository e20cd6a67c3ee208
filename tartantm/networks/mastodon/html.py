"""Turns the HTML of a Mastodon post into plain text and its links.

Mastodon's own servers write ``p``, ``br``, ``a`` and ``span``; from others come lists, quotes and
more. Of any other element the content is read. Python's own `html.parser` is not used: it
takes minutes for a few kilobytes of ``<a <a <a``, and any server may send that.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice

from tartantm.core.post import Link, clean, safe_url
from tartantm.networks.json_fields import (
    ELLIPSIS,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_PARTS,
    shortened,
    text_of,
)

LONGEST = 18_000
"""Characters of HTML that are read: `LONGEST_TEXT` with a hundred links in it has fewer."""

MOST_TAGS = 400
"""Tags that are read; each costs microseconds, whatever it is."""

MOST_REFERENCES = 600
"""References to characters (``&amp;``) that are read."""

MOST_ATTRIBUTES = 1000
"""Equals signs within tags that are read: a tag with many attributes costs as much as many tags."""

_MOST_IN_TAG = 40

_BLOCKS = {"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_EMPTY = {"br", "img", "hr", "wbr", "input"}
_UNSEEN = {"script", "style", "template", "head", "title"}

# Each alternative begins with a different character, so that no input makes it backtrack.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s<>"'/]*+)((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>|<[!?][^<>]*+>"""
)
_ATTRIBUTE = re.compile(
    r"""([^\s=/"'<>]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++))?|[\s=/"'<>]++"""
)
_SPACE = re.compile(r"\s+")


def to_text(html: str, *, hide_quote: bool = False) -> tuple[str, tuple[Link, ...]]:
    """The text that a reader sees, and its links except hashtags and mentions.

    `hide_quote` leaves out the line ``RE: address`` that servers put before the words of a quote
    for programs that cannot show quotes. What is beyond `LONGEST`, `MOST_TAGS` or `LONGEST_TEXT` is
    left out, and the text ends with "…".
    """
    reader, position = _Reader(hide_quote), 0
    html, whole = _beginning(html)
    attributes = 0
    for count, tag in enumerate(_TAG.finditer(html)):
        reader.data(html[position : tag.start()])
        position = tag.end()
        closes, name, rest = tag.groups()
        attributes += rest.count("=") if rest else 0
        if count >= MOST_TAGS or attributes > MOST_ATTRIBUTES or reader.length > LONGEST_TEXT:
            whole = False
            break
        if closes:
            reader.end(name.lower())
        elif name:
            reader.start(name.lower(), _attributes(rest))
    else:
        reader.data(html[position:])
    reader.end_all()
    text = text_of("".join(reader.pieces))
    text = text if whole or text.endswith(ELLIPSIS) else f"{text} {ELLIPSIS}".lstrip()
    return text, tuple(dict.fromkeys(reader.links))[:MOST_PARTS]


def _beginning(html: str) -> tuple[str, bool]:
    """As much of a post as is read, and whether that is all."""
    begun = "&".join(html[:LONGEST].split("&", MOST_REFERENCES)[:MOST_REFERENCES])
    if len(begun) == len(html):
        return html, True
    # Of a tag that is cut in two nothing is to be seen.
    opened = begun.rfind("<")
    return begun[:opened] if opened > begun.rfind(">") else begun, False


def _attributes(written: str) -> dict[str, str]:
    """The attributes of a tag by their names; of one given twice, browsers take the first."""
    given: dict[str, str] = {}
    if "=" in written:
        for found in islice(_ATTRIBUTE.finditer(written), _MOST_IN_TAG):
            if name := found[1]:
                given.setdefault(name.lower(), found[2] or "")
    return given


class _Reader:
    def __init__(self, hide_quote: bool) -> None:
        self.pieces: list[str] = []
        self.links: list[Link] = []
        self.length = 0
        """Characters of all pieces together."""
        self._open: list[str] = []
        """Open elements."""
        self._looks: list[tuple[bool, bool]] = []
        """For each: whether it is invisible, and whether an ellipsis ends it."""
        self._hide_quote = hide_quote
        self._unseen = 0
        self._link: tuple[str, int] | None = None
        """The address of the open link, and the index of the piece that it began with."""
        self._items: list[int | None] = []
        """How many items each open list has had; None for a list without numbers."""

    def start(self, tag: str, given: dict[str, str]) -> None:
        classes = _value(given["class"]).split() if "class" in given else []
        if tag == "br":
            self._write("\n")
        if tag in _EMPTY:
            return
        unseen = tag in _UNSEEN or "invisible" in classes
        unseen = unseen or (self._hide_quote and "quote-inline" in classes)
        self._open.append(tag)
        self._looks.append((unseen, "ellipsis" in classes))
        self._unseen += unseen
        if tag in _BLOCKS:
            self._write("\n\n")
        if tag in ("ul", "ol"):
            self._items.append(0 if tag == "ol" else None)
        if tag == "li":
            self._write("\n" + self._bullet())
        if tag == "a" and "mention" not in classes and "hashtag" not in classes:
            address = safe_url(_value(given["href"])) if "href" in given else None
            self._link = (address, len(self.pieces)) if address else None

    def end(self, tag: str) -> None:
        # The end of an element far above is more likely a mistake than the end of all in between.
        if tag in self._open[-64:]:
            while self._end_last() != tag:
                pass

    def end_all(self) -> None:
        while self._open:
            self._end_last()

    def data(self, data: str) -> None:
        if data and not self._unseen:
            data = unescape(data) if "&" in data else data
            self._write(_SPACE.sub(" ", data[: LONGEST_TEXT + 1]))

    def _end_last(self) -> str:
        tag, (unseen, ellipsis) = self._open.pop(), self._looks.pop()
        self._end(tag, ellipsis)
        self._unseen -= unseen
        return tag

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
            shown = shortened("".join(self.pieces[begin:]), LONGEST_LINE)
            if shown := clean(shown, lines=False):
                self.links.append(Link(address, shown))

    def _bullet(self) -> str:
        if not self._items or (before := self._items[-1]) is None:
            return "• "
        self._items[-1] = before + 1
        return f"{before + 1}. "

    def _write(self, piece: str) -> None:
        if not self._unseen:
            self.pieces.append(piece)
            self.length += len(piece)


def _value(written: str) -> str:
    """An attribute's value, without the quotation marks around it."""
    return unescape(written[1:-1] if written[:1] in ("'", '"') else written)

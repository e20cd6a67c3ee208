"""Helpers that export a chat in memory, and parse a web page as a browser does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from tartantm.core.chat import Chat
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.build import build
from tartantm.transcript.export import ExportContext
from tartantm.transcript.model import Item, Transcript
from tartantm.transcript.visibility import PublicView

WORDS = tuple(name for name, form in FORMATS.items() if not form.of_posts)
"""The formats of the transcript itself."""

_UNSEEN = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u2400-\u2426\ufffd-\uffff\ud800-\udfff]"
)
_VOID = {"meta", "link", "br"}
_OPTIONAL = {"p", "tr", "th", "td", "li", "thead", "tbody"}


def export_text(chat: Chat, name: str, **options: Any) -> str:
    """Return what the file in that format would contain."""
    return "".join(ExportContext(chat, ExportOptions(**options)).pieces(FORMATS[name]))


def made(chat: Chat, **options: Any) -> Transcript:
    """Return the transcript of a chat."""
    return build(PublicView(chat, ExportOptions(**options)))


def by_text(transcript: Transcript, start: str) -> Item:
    """Return the only post whose text starts so."""
    (item,) = [item for item in transcript.posts if item.post.text.startswith(start)]
    return item


class Page(HTMLParser):
    """A page's elements with their text, in order; fails on markup that does not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.text: list[str] = []
        self.comments: list[str] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), [one.tag for one in self._open])
        assert len(attrs) == len(element.attributes), "an attribute stands twice"
        self.elements.append(element)
        if tag not in _VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self._open[-1].tag != tag:
            assert self._open[-1].tag in _OPTIONAL, f"</{tag}> ends {self._open[-1]}"
            self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        for element in self._open:
            element.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a kind with these attributes."""
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        (element,) = self.all(tag, **attributes)
        return element


class Element:
    """A tag with its attributes, the text in it and what it stands in."""

    def __init__(self, tag: str, attributes: dict[str, str | None], within: list[str]) -> None:
        self.tag, self.attributes, self.within = tag, attributes, within
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes}>"

    def __getitem__(self, name: str) -> str:
        return self.attributes[name] or ""


def bytes_of(texts: Iterable[str]) -> int:
    """How many bytes these take in a file."""
    return sum(len(text.encode()) for text in texts)


def squeezed(text: str) -> str:
    """Return a text without white space and invisible characters, to compare texts."""
    return _UNSEEN.sub("", text)

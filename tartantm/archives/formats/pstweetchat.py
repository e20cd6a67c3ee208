"""The transcripts of #PSTweetChat (github.com/jdhitsolutions/PSTweetChat, scripts and transcripts).

Markdown, a heading for each post with handle and name, since 2020 its time in UTC, the words as a
quotation that links to the post, and lists of links and pictures. It was written in ASCII, so that
other letters became "?". Of some months the ids were rounded by a spreadsheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tartantm.archives.formats import x_table
from tartantm.archives.shape import Context, Line, TextFormat
from tartantm.core.post import Media, Post, safe_url
from tartantm.networks.heard import Parsed, Unreadable
from tartantm.networks.json_fields import MOST_MEDIA

LOST = "letters that the transcript has only as “?”"

_HEADING = re.compile(
    r"### \[@(\w{1,50})\]\(https?://[^)\s]{1,300}\)\s*+(?:\\?<(.{0,300}?)\\?>)?\s*$"
)
_TIME = re.compile(r"\*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)Z\*\s*$")
_END = re.compile(r"\]\((https?://[^()\s]{1,300}/status/([^()\s/]{1,40}))\)\s*$")
_PICTURE = re.compile(r"!\[[^\]]{0,300}\]\((https?://[^()\s]{1,2000})\)\s*$")
_MOST_LINES = 200
"""Lines that the words of a post may run over."""


def _fits(begun: Sequence[str], _: Context) -> bool:
    filled = [line for line in begun if line.strip()]
    return any(_HEADING.match(line) for line in filled[:20])


def _read(lines: Iterator[tuple[int, str]], context: Context) -> Iterator[Line]:
    begun: _Post | None = None
    for number, line in lines:
        if found := _HEADING.match(line):
            if begun is not None:
                yield begun.number, begun.parsed(context)
            begun = _Post(number, found[1], found[2] or "")
        elif begun is not None:
            begun.add(line)
    if begun is not None:
        yield begun.number, begun.parsed(context)


class _Post:
    """What stands below one heading."""

    def __init__(self, number: int, handle: str, name: str) -> None:
        self.number, self._handle, self._name = number, handle, name
        self._time = self._url = self._id = ""
        self._words: list[str] = []
        self._pictures: list[str] = []

    def add(self, line: str) -> None:
        if not self._words and (found := _TIME.match(line)):
            self._time = found[1]
        elif found := _PICTURE.match(line):
            self._pictures.append(found[1])
        elif not self._url and len(self._words) < _MOST_LINES:
            self._add_words(line)

    def _add_words(self, line: str) -> None:
        """Take words up to the link to the post that closes them."""
        if not self._words:
            line = line.removeprefix(">").lstrip()
            if not line.startswith("["):
                return
            line = line[1:]
        if found := _END.search(line):
            self._url, self._id = found[1], found[2]
            line = line[: found.start()]
        self._words.append(line.removeprefix(">").strip() if self._words else line)

    def parsed(self, context: Context) -> Parsed:
        """The post; a problem where it cannot be read."""
        text = "\n".join(self._words).strip()
        cells = {
            "handle": self._handle,
            "name": self._name,
            "text": text,
            "id": self._id,
            "url": self._url if self._id.isdigit() else "",
            "utc": self._time,
        }
        try:
            parsed = x_table.read_cells({k: v for k, v in cells.items() if v}, context)
        except Unreadable as problem:
            return Parsed(problems=[str(problem)])
        if "??" in text + self._name:
            parsed.doubts.append(LOST)
        shown = [Media("image", safe_url(each)) for each in self._pictures[:MOST_MEDIA]]
        parsed.heard = [
            replace(item, media=item.media or tuple(shown)) if isinstance(item, Post) else item
            for item in parsed.heard
        ]
        return parsed


PSTWEETCHAT = TextFormat("pstweetchat", "Markdown transcript of #PSTweetChat", _fits, _read)

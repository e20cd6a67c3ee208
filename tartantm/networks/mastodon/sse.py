"""Parses Server-Sent Events, the format of Mastodon's stream, from chunks of any size.

The format is that of html.spec.whatwg.org, section 9.2. Lines are joined as bytes, so that a
character that the network cut in two is whole again when it is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 2**20
"""Bytes of one event; the largest statuses are a tenth of that."""


class ServerEvent(NamedTuple):
    """One event: its name and its data."""

    name: str
    data: str


class EventReader:
    """Collects bytes as they come, and returns the events that are complete."""

    def __init__(self) -> None:
        self.damaged = 0
        """Events that were too long and dropped."""
        self._partial = bytearray()
        self._begun = self._after_return = self._skips_line = self._too_long = False
        self._clear()

    def _clear(self) -> None:
        self._name = ""
        self._data: list[str] = []
        self._size = 0
        self._too_long = False

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events that end in `chunk`."""
        found = []
        for line in self._lines(chunk):
            if line:
                self._field(line)
                continue
            if self._too_long:
                self.damaged += 1
            elif self._data:
                found.append(ServerEvent(self._name or "message", "\n".join(self._data)))
            self._clear()
        return found

    def _lines(self, chunk: bytes) -> Iterator[bytes]:
        if not chunk:
            return
        if self._after_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_return = chunk.endswith(b"\r")
        first, *rest = re.split(rb"\r\n|\r|\n", chunk)
        self._keep(first)
        for piece in rest:
            line, self._partial = bytes(self._partial), bytearray()
            if not self._begun:
                line = line.removeprefix(b"\xef\xbb\xbf")
            self._begun = True
            # The rest of a line that was too long must not count as an empty line.
            yield line or (b":" if self._skips_line else b"")
            self._skips_line = False
            self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        if self._skips_line:
            return
        self._partial += piece
        if len(self._partial) > LONGEST:
            self._partial.clear()
            self._skips_line = self._too_long = True

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        text = value.removeprefix(b" ").decode("utf-8", "replace")
        if name == b"event":
            self._name = text
        elif name == b"data":
            self._size += len(value) + 1
            if self._size > LONGEST:
                self._too_long = True
                self._data.clear()
            else:
                self._data.append(text)

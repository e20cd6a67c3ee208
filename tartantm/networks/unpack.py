"""Unpacks the bodies of answers, with one encoding at most and in steps of bounded size.

The HTTP libraries unpack whatever a server says it packed, however often: 4.8 kB become 5.9 GB.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"
"""For ``Accept-Encoding``: what is unpacked here."""

STEP = 64 * 1024
"""Bytes that are unpacked at once."""

_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Unpackable(ValueError):
    """A body is packed more than once, or in a way that is not known here, or damaged."""


def encoding_of(headers: Iterable[str]) -> str:
    """The one encoding that ``Content-Encoding`` names; raises Unpackable for several.

    `headers` has the values of every such header.
    """
    named = [name.strip().lower() for value in headers for name in value[:200].split(",")]
    found = [name for name in named if name not in ("", "identity")]
    if not found:
        return "identity"
    encoding = found[0].removeprefix("x-")
    if len(found) > 1 or encoding not in ("gzip", "deflate"):
        raise Unpackable
    return encoding


class Unpacker:
    """Unpacks one body; `encoding` is one of `encoding_of`."""

    def __init__(self, encoding: str) -> None:
        self._is_packed = encoding != "identity"
        self._inflate = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        self._head = b""
        """The first byte, where the second has to say how a body was deflated."""
        self._is_whole = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` unpacks to, in pieces of `STEP` bytes; raises Unpackable where damaged.

        What follows the end of a packed body is dropped.
        """
        if not self._is_packed:
            yield data
            return
        if not data:
            return
        self._is_whole = False
        data, self._head = self._head + data, b""
        if self._inflate is None:
            if len(data) < 2:
                self._head = data
                return
            self._inflate = zlib.decompressobj(_ZLIB if _has_zlib_head(data) else _RAW)
        yield from self._unpacked(self._inflate, data)

    def _unpacked(self, inflate: zlib._Decompress, data: bytes) -> Iterator[bytes]:
        # A step that fills its room may hold more back, even where no input is left.
        full = True
        while not inflate.eof and (data or full):
            try:
                piece = inflate.decompress(data, STEP)
            except zlib.error:
                raise Unpackable from None
            data, full = inflate.unconsumed_tail, len(piece) == STEP
            if piece:
                yield piece
        self._is_whole = inflate.eof

    def finish(self) -> None:
        """Raise Unpackable where the body broke off; one of no bytes is whole."""
        if not self._is_whole:
            raise Unpackable


def _has_zlib_head(data: bytes) -> bool:
    """Whether ``deflate`` is zlib's format (RFC 1950), as it should be, or the bare stream."""
    return data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0

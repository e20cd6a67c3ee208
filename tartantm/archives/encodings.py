"""Which encoding a file is in, and its content as UTF-8, whatever that was.

UTF-8 is known by being valid, UTF-16 and UTF-32 by their mark or by where their zeros are. What is
not valid UTF-8 is Windows-1252 line by line, which has Latin-1's letters and more: logs and joined
files mix both. Detectors by statistics were tried and left out: of short lines with a "ë" and a "ï"
charset-normalizer makes Central European, of a lone "é" EBCDIC, and each wrong guess changes words.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from typing import IO, TYPE_CHECKING, cast

from tartantm.archives.containers import Cut

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_STEP = 1 << 16
_LOOKED_AT = 2000
"""Bytes of a file without a mark whose zeros are counted."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHOWN = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16"} | dict.fromkeys(
    ("utf-32-le", "utf-32-be"), "UTF-32"
)
_UNASSIGNED = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that Windows-1252 has no letter for."""


class Decoder:
    """Makes text of the lines of one file, and remembers what it had to assume."""

    def __init__(self) -> None:
        self.encoding = "utf-8"
        self.western = 0
        """Lines that were not UTF-8 and were read as Windows-1252."""
        self.lost = 0
        """Bytes or characters for which there is no letter."""
        self.is_cut = False
        """Whether the file was packed, and breaks off after what was read."""

    @property
    def told(self) -> str:
        """What was assumed, in words for people; "" for plain UTF-8."""
        words = []
        if self.encoding != "utf-8":
            words.append(f"read as {_SHOWN[self.encoding]}")
        if self.western:
            lines = "line" if self.western == 1 else "lines"
            words.append(f"{self.western:,} {lines} not in UTF-8, read as Windows-1252 (Western)")
        if self.lost:
            signs = "character" if self.lost == 1 else "characters"
            is_shown = "cannot be read and is" if self.lost == 1 else "cannot be read and are"
            words.append(f"{self.lost:,} {signs} {is_shown} shown as \ufffd")
        return "; ".join(words)

    def text(self, line: bytes) -> str:
        """Returns a line, or any stretch of a file, as text."""
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.western += 1
        self.lost += sum(byte in _UNASSIGNED for byte in line)
        return line.decode("cp1252", "replace")


def utf8_of(file: IO[bytes]) -> tuple[IO[bytes], Decoder]:
    """Returns a file's content as UTF-8, without marks, and what makes text of its lines.

    Content that is neither UTF-16 nor UTF-32 is left as it is.
    """
    decoder = Decoder()
    head = b"".join(_chunks_of_head(file, decoder))
    encoding, mark = _encoding(head)
    decoder.encoding = encoding
    rest = _chunks(head[len(mark) :], file, decoder)
    if encoding != "utf-8":
        rest = _utf8(rest, decoder)
    return io.BufferedReader(_Chunked(_with_line_feeds(rest), file), _STEP), decoder


def _encoding(head: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, mark
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8", codecs.BOM_UTF8
    # Every second byte of Western text in UTF-16 is zero; text in UTF-8 has no zeros at all.
    some = head[:_LOOKED_AT]
    zeros = some[::2].count(0), some[1::2].count(0)
    if max(zeros) > len(some) // 5 and min(zeros) <= max(zeros) // 10:
        return ("utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"), b""
    return "utf-8", b""


def _chunks_of_head(file: IO[bytes], decoder: Decoder) -> Iterator[bytes]:
    size = 0
    while size < _STEP and (chunk := _read(file, decoder)):
        size += len(chunk)
        yield chunk


def _chunks(head: bytes, file: IO[bytes], decoder: Decoder) -> Iterator[bytes]:
    while head:
        yield head
        head = _read(file, decoder)


def _read(file: IO[bytes], decoder: Decoder) -> bytes:
    """Some bytes; what was read before a packed file breaks off is not lost with the rest."""
    try:
        return cast("io.BufferedReader", file).read1(_STEP)
    except Cut:
        decoder.is_cut = True
        return b""


def _utf8(chunks: Iterator[bytes], decoder: Decoder) -> Iterator[bytes]:
    for text in codecs.iterdecode(chunks, decoder.encoding, "replace"):
        decoder.lost += text.count("\ufffd")
        yield text.encode()


def _with_line_feeds(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same, with line feeds where lines end as the first Macs ended them, and their Excel."""
    first = next(chunks, b"")
    # The line feed of a last carriage return may stand in the next chunk.
    ends_by_return = b"\r" in first[:-1] and b"\n" not in first
    for chunk in chain([first], chunks):
        yield chunk.replace(b"\r", b"\n") if ends_by_return else chunk


class _Chunked(io.RawIOBase):
    """Chunks of bytes as a file."""

    def __init__(self, chunks: Iterator[bytes], file: IO[bytes]) -> None:
        self._chunks, self._file, self._ready = chunks, file, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while not self._ready:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._ready = memoryview(chunk)
        into = memoryview(buffer)
        size = min(len(into), len(self._ready))
        into[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()

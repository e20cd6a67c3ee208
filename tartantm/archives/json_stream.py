"""Splits files of JSON: one value a line, one list, or one value over many lines.

They may have a byte order mark, be packed with gzip, or be damaged. Lines end at ``\\n``
only: JSON allows U+2028 and the like in text.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tartantm.core.errors import BadInput
from tartantm.networks.json_decode import Undecodable, decode

LARGEST = 1 << 29
"""Bytes that a file may have when unpacked; a small file can be made to unpack to any size, and a
device never ends. 100,000 posts as X or Bluesky writes them have as much, a chat some megabytes."""

_GZIP = 16 + zlib.MAX_WBITS
_MARK = b"\xef\xbb\xbf"


def load(path: Path) -> tuple[bytes, bool]:
    """A file's content as UTF-8 without byte order mark, and whether a packed file breaks off.

    Raises BadInput where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        if not packed:
            with path.open("rb") as file:
                plain = file.read(LARGEST + 1)
            if len(plain) > LARGEST:
                raise BadInput(f"{path} has more than {LARGEST >> 20} MB; split it.")
            return _utf8(plain), False
        data, whole = _unpacked(path)
        return _utf8(data), not whole
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder, not an archive.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path} cannot be read: {reason}.") from None


def _unpacked(path: Path) -> tuple[bytes, bool]:
    """What a gzip file holds up to where it is damaged, and whether it is whole.

    Step by step, because Python's `gzip` returns nothing of a small file that breaks off.
    """
    pieces: list[bytes] = []
    size, within = 0, False
    unpacking = zlib.decompressobj(_GZIP)
    with path.open("rb") as file:
        while packed := file.read(1 << 16):
            while packed:
                try:
                    piece = unpacking.decompress(packed)
                except zlib.error:
                    return b"".join(pieces), False
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST:
                    raise BadInput(f"{path} unpacks to more than {LARGEST >> 20} MB; split it.")
                packed, within = unpacking.unused_data, not unpacking.eof
                if unpacking.eof:  # Files that were joined have another one after the first.
                    packed = packed.lstrip(b"\0")
                    unpacking = zlib.decompressobj(_GZIP)
    return b"".join(pieces), not within


def _utf8(data: bytes) -> bytes:
    # Windows PowerShell writes UTF-16 where people redirect into a file.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(_MARK)


def split(data: bytes) -> list[tuple[int, bytes]]:
    """The values in a file, each with the number of its first line, counted from 1.

    They are not decoded yet, and any may be damaged. If the whole file is a list, these are its
    items.
    """
    # Files that were joined have a byte order mark in the middle.
    rows = (row.strip().removeprefix(_MARK) for row in data.split(b"\n"))
    lines = [(number, row) for number, row in enumerate(rows, 1) if row]
    if not lines:
        return []
    number, first = lines[0]
    if _decodes(first):
        return lines
    try:
        if not first.startswith(b"["):
            msgspec.json.decode(data, type=msgspec.Raw)
            return [(number, data)]
        items = msgspec.json.decode(data, type=list[msgspec.Raw])
    except (ValueError, RecursionError):
        return [*_salvage(data)]
    return [*_numbered(data, map(bytes, items))]


def _decodes(data: bytes) -> bool:
    try:
        decode(data, largest=None)
    except Undecodable:
        return False
    return True


def _numbered(data: bytes, items: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each item with its line; nothing between items could be mistaken for one."""
    number, position = 1, data.index(b"[") + 1
    counted = 0
    for item in items:
        begin = data.index(item, position)
        number += data.count(b"\n", counted, begin)
        counted, position = begin, begin + len(item)
        yield number, item


def _salvage(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The values of a damaged file, and the damaged stretches as they are.

    After damage it goes on at the next line that begins an object or a list with the indentation
    of the values before.
    """
    text = data.decode("utf-8", "surrogateescape")
    decoder = json.JSONDecoder()
    position, number, counted = _skip(text, 0), 1, 0
    if text.startswith("[", position):
        position = _skip(text, position + 1)
    indent = ""
    while position < len(text):
        number += text.count("\n", counted, position)
        counted = position
        try:
            if text[position] not in "{[":
                raise ValueError
            before = text[text.rfind("\n", 0, position) + 1 : position]
            indent = before if not before.strip() else indent
            end = decoder.raw_decode(text, position)[1]
        except (ValueError, RecursionError):
            following = re.compile(rf"\n{indent}[{{\[]").search(text, position)
            end = following.start() if following else len(text)
        yield number, text[position:end].strip().encode("utf-8", "surrogateescape")
        position = _skip(text, end)


def _skip(text: str, position: int) -> int:
    """Where the next value begins: past white space, commas and the end of the list."""
    while position < len(text) and text[position] in " \t\r\n,]":
        position += 1
    return position

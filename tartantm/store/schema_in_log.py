"""What the files beside a database would put into it, looked at before SQLite opens it.

As soon as SQLite opens a file it reads the log and the journal beside it, and in the end writes
what they hold into the file. A stranger's may bring triggers in that way. Their formats:
https://www.sqlite.org/fileformat.html#the_write_ahead_log and #the_rollback_journal.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tartantm.store.schema import Item, is_made_of

_LOG_HEAD, _FRAME_HEAD = 32, 24
_LOG_MAGIC = 0x377F0682
"""Of a log whose checksums are of little-endian numbers; of big-endian ones it is 1 more."""

_DATABASE_HEAD = 100
"""Bytes of a database's own head on its first page, which every commit may change."""

_JOURNAL_HEAD = 28
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
"""At its beginning; and at its end where it names another journal, which SQLite may remove."""

_RECORD_ADDS = 8
"""Bytes of a page's number before it and its checksum after it, in a journal."""

_ONLY_BEGUN = 16 * 1024
"""Bytes that a file has at most while it is made."""


class _Log(NamedTuple):
    """What the head of a log says."""

    page_size: int
    order: str
    salts: bytes
    sums: tuple[int, int]
    """The checksum of the head, with which that of the first frame begins."""


def log_differs(log: Path, expected: frozenset[Item]) -> bool:
    """Whether a log would put something else in place of a schema.

    The schema of a session stands on its first page, so every copy of that page is looked at.
    Power losses leave frames of anything in a log; SQLite knows them by their checksums. These are
    only computed up to a page that is suspicious, for that takes time.
    """
    # SQLite keeps no locks on this file, so to close it costs nobody any.
    with log.open("rb") as file:
        head = _log_head(file.read(_LOG_HEAD))
        if head is None:
            return False  # SQLite ignores it
        seen: set[bytes] = set()
        for frame, page in _first_pages(file, head):
            rest = page[_DATABASE_HEAD:]
            if rest not in seen and not is_made_of(page, expected) and _is_read(log, head, frame):
                return True
            seen.add(rest)
    return False


def _log_head(head: bytes) -> _Log | None:
    """Returns what the head says; None where SQLite would ignore the log."""
    if len(head) < _LOG_HEAD:
        return None
    magic, _, size = struct.unpack(">III", head[:12])
    if magic not in (_LOG_MAGIC, _LOG_MAGIC + 1):
        return None
    if not 512 <= size <= 65536 or size & (size - 1):
        return None
    order = ">" if magic & 1 else "<"
    sums = _checksum((0, 0), head[:24], order)
    if sums != struct.unpack(">II", head[24:32]):
        return None
    return _Log(size, order, head[16:24], sums)


def _first_pages(file: BinaryIO, head: _Log) -> Iterator[tuple[int, bytes]]:
    """Yields each copy of a database's first page, with the number of its frame from 0 on."""
    number = 0
    while len(frame := file.read(_FRAME_HEAD)) == _FRAME_HEAD:
        if frame[8:16] != head.salts:
            return  # from before; SQLite reads no further
        if int.from_bytes(frame[:4], "big") == 1:
            page = file.read(head.page_size)
            if len(page) < head.page_size:
                return
            yield number, page
        else:
            file.seek(head.page_size, 1)
        number += 1


def _is_read(log: Path, head: _Log, last: int) -> bool:
    """Whether SQLite would read a frame: its checksum, and all before it, are right."""
    sums = head.sums
    with log.open("rb") as file:
        file.seek(_LOG_HEAD)
        for _ in range(last + 1):
            frame = file.read(_FRAME_HEAD)
            sums = _checksum(sums, frame[:8] + file.read(head.page_size), head.order)
            if sums != struct.unpack(">II", frame[16:24]):
                return False
    return True


def _checksum(sums: tuple[int, int], data: bytes, order: str) -> tuple[int, int]:
    one, two = sums
    for first, second in struct.iter_unpack(f"{order}II", data):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def journal_differs(file: Path, journal: Path, expected: frozenset[Item]) -> bool:
    """Whether a journal is one that this program does not leave, so that SQLite must not use it.

    Sessions have a log. A journal is only left by a kill while a file is made: the one that
    empties it, or the one with which it begins to have a log, which holds its first page.
    """
    with journal.open("rb") as open_journal:
        head = open_journal.read(_JOURNAL_HEAD)
        if not head.strip(b"\0"):
            return False  # SQLite ignores it
        size = journal.stat().st_size
        open_journal.seek(max(0, size - len(_JOURNAL_MAGIC)))
        if open_journal.read() == _JOURNAL_MAGIC or len(head) < _JOURNAL_HEAD:
            return True
        pages, sector, page_size = struct.unpack(">III", head[16:28])
        file_size = file.stat().st_size
        if not pages:
            return file_size > _ONLY_BEGUN
        if pages * page_size != file_size or size > sector + page_size + _RECORD_ADDS:
            return True
        open_journal.seek(sector)
        record = open_journal.read(page_size + _RECORD_ADDS)
    if len(record) < page_size + _RECORD_ADDS:
        return False  # SQLite puts no page back that was not wholly written
    return record[:4] != b"\0\0\0\1" or not is_made_of(record[4:-4], expected)

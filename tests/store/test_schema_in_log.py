"""What a log or a journal would put into a file: judged as SQLite itself reads them."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from tartantm.store.journal import MIGRATIONS
from tartantm.store.schema import read_schema, schema_of
from tartantm.store.schema_in_log import journal_differs, log_differs
from tests.store import strangers

OURS = schema_of(MIGRATIONS)
TRIGGER = "CREATE TRIGGER late AFTER INSERT ON event BEGIN DELETE FROM event; END"
INSERT = "INSERT INTO event (at, data) VALUES (1, 'words')"
LITTLE, BIG = 0x377F0682, 0x377F0683


class Logged:
    """A file of ours, and the bytes of a log beside it."""

    def __init__(self, folder: Path, page_size: int, *statements: str) -> None:
        """Make the log by carrying out statements, each in a commit of its own."""
        self.page_size = page_size
        self.file = folder / "made.db"
        self.log = folder / "made.db-wal"
        with closing(sqlite3.connect(self.file, isolation_level=None)) as db:
            db.execute(f"PRAGMA page_size = {page_size}")
            db.execute(strangers.TABLE)
            db.execute("PRAGMA journal_mode = WAL")
        whole = self.file.read_bytes()
        with closing(sqlite3.connect(self.file, isolation_level=None)) as db:
            db.execute("PRAGMA wal_autocheckpoint = 0")
            for statement in statements:
                db.execute(statement)
            self.bytes = bytearray(self.log.read_bytes())
        self.file.write_bytes(whole)

    def rewritten(self, magic: int = LITTLE, **head: int) -> None:
        """Give the log another head, with checksums that are right."""
        fields = {"version": 3007000, "page_size": self.page_size, "sequence": 0} | head
        order = "<" if magic == LITTLE else ">"
        begin = struct.pack(">IIII", magic, *(fields[n] for n in fields)) + bytes(self.bytes[16:24])
        sums = checksum((0, 0), begin, order)
        out = bytearray(begin + struct.pack(">II", *sums))
        for at in self.frames():
            frame = self.bytes[at : at + 24]
            page = self.bytes[at + 24 : at + 24 + self.page_size].ljust(fields["page_size"], b"\0")
            page = page[: fields["page_size"]]
            sums = checksum(sums, bytes(frame[:8] + page), order)
            out += frame[:16] + struct.pack(">II", *sums) + page
        self.bytes = out

    def frames(self) -> range:
        """Where each frame begins."""
        return range(32, len(self.bytes), 24 + self.page_size)

    def agrees(self) -> bool:
        """What is said of the log, after checking that SQLite reads it so."""
        self.log.write_bytes(self.bytes)
        said = log_differs(self.log, OURS)
        copy = self.file.with_name("read.db")
        copy.write_bytes(self.file.read_bytes())
        copy.with_name("read.db-wal").write_bytes(self.bytes)
        with closing(sqlite3.connect(copy)) as db:
            assert said == (frozenset(read_schema(db)) != OURS)
        for each in (copy, copy.with_name("read.db-wal"), copy.with_name("read.db-shm")):
            each.unlink(missing_ok=True)
        return said


def checksum(sums: tuple[int, int], data: bytes, order: str) -> tuple[int, int]:
    """As https://www.sqlite.org/fileformat2.html#checksum_algorithm has it."""
    one, two = sums
    for at in range(0, len(data), 8):
        first, second = struct.unpack(f"{order}II", data[at : at + 8])
        one = (one + first + two) % 2**32
        two = (two + second + one) % 2**32
    return one, two


@pytest.mark.parametrize("magic", [LITTLE, BIG])
@pytest.mark.parametrize("before", [0, 1, 3])
@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_a_trigger_is_found_wherever_it_stands(
    tmp_path: Path, page_size: int, before: int, magic: int
) -> None:
    made = Logged(tmp_path, page_size, *[INSERT] * before, TRIGGER, INSERT)
    made.rewritten(magic)
    assert made.agrees()


def test_a_trigger_is_found_in_a_later_copy_of_the_first_page(tmp_path: Path) -> None:
    made = Logged(tmp_path, 512, "PRAGMA user_version = 7", "PRAGMA user_version = 8", TRIGGER)
    assert made.agrees()


@pytest.mark.parametrize("magic", [LITTLE, BIG])
@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_a_log_of_ours_is_no_other(tmp_path: Path, page_size: int, magic: int) -> None:
    made = Logged(tmp_path, page_size, INSERT, "PRAGMA user_version = 7", INSERT)
    made.rewritten(magic)
    assert not made.agrees()


@pytest.mark.parametrize("frame", [0, 1, 2])
def test_what_stands_behind_a_wrong_checksum_is_not_read(tmp_path: Path, frame: int) -> None:
    made = Logged(tmp_path, 512, INSERT, INSERT, TRIGGER)
    made.bytes[made.frames()[frame] + 30] ^= 1
    assert not made.agrees()


def test_a_frame_that_breaks_off_is_not_read(tmp_path: Path) -> None:
    made = Logged(tmp_path, 512, TRIGGER)
    del made.bytes[-1:]
    assert not made.agrees()


@pytest.mark.parametrize("bad", [{"page_size": 256}, {"page_size": 1000}, {"page_size": 131072}])
def test_a_log_of_no_possible_pages_is_ignored(tmp_path: Path, bad: dict[str, int]) -> None:
    made = Logged(tmp_path, 512, TRIGGER)
    made.rewritten(**bad)
    assert not made.agrees()


def test_a_log_of_another_kind_is_ignored(tmp_path: Path) -> None:
    made = Logged(tmp_path, 512, TRIGGER)
    made.bytes[0] ^= 1
    assert not made.agrees()


@pytest.mark.parametrize("length", [0, 31, 32, 40])
def test_a_log_that_is_only_begun_is_ignored(tmp_path: Path, length: int) -> None:
    made = Logged(tmp_path, 512, TRIGGER)
    del made.bytes[length:]
    assert not made.agrees()


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return strangers.session(tmp_path / "e.tartantm")


def differs(session: Path, journal: bytes) -> bool:
    beside = session.with_name("e.tartantm-journal")
    beside.write_bytes(journal)
    return journal_differs(session, beside, OURS)


def test_a_journal_of_our_first_page_only_is_ours(session: Path) -> None:
    page = session.read_bytes()[: strangers.PAGE]
    whole = strangers.journal_of_page(session, page)
    assert not differs(session, whole)
    assert not differs(session, whole[:-1])
    assert differs(session, whole + b"\0")
    assert differs(session, strangers.journal_of_page(session, page, 2))
    assert differs(session, whole[:20])
    assert differs(session, whole[:27])
    assert not differs(session, whole[:28])


def test_a_journal_without_a_head_is_ignored(session: Path) -> None:
    assert not differs(session, b"")
    assert not differs(session, bytes(28) + b"words" * 200)
    assert differs(session, b" " * 28)
    assert differs(session, b"X" * 28)
    session.write_bytes(bytes(20 * 1024))
    assert not differs(session, bytes(28) + b"words" * 200)


def test_a_journal_that_names_another_is_not_ours(session: Path) -> None:
    emptying = struct.pack(">8sIIIII", strangers.JOURNAL_MAGIC, 0, 7, 0, 512, 4096)
    session.write_bytes(session.read_bytes()[: 16 * 1024])
    assert not differs(session, emptying.ljust(512, b"\0"))
    assert differs(session, emptying.ljust(504, b"\0") + strangers.JOURNAL_MAGIC)


def test_only_a_file_that_was_begun_may_be_emptied(session: Path) -> None:
    emptying = struct.pack(">8sIIIII", strangers.JOURNAL_MAGIC, 0, 7, 0, 512, 4096)
    session.write_bytes(bytes(16 * 1024))
    assert not differs(session, emptying.ljust(512, b"\0"))
    session.write_bytes(bytes(16 * 1024 + 1))
    assert differs(session, emptying.ljust(512, b"\0"))

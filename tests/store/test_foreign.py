"""Files of strangers: nothing of them runs, nothing is written to them, what is sound is copied."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.store import journal, sqlite
from tartantm.store.foreign import ForeignSession
from tartantm.store.forget import beside
from tartantm.store.journal import Journal, NotASession, recorded_events
from tartantm.store.session import Session
from tests.store import strangers
from tests.store.strangers import AT, EVENTS, change

HOSTILE: dict[Callable[[Path], None], str] = {
    strangers.trigger: "the trigger 'emptied'",
    strangers.view: "the view 'endless'",
    strangers.virtual_table: "the table 'words', the table 'words_data'",
    strangers.partial_index: "the index 'odd'",
    strangers.another_table: "notes'",
    strangers.check: "another table 'event'",
    strangers.default: "another table 'event'",
    strangers.generated: "another table 'event'",
    strangers.utf_16: "its words are in UTF-16le",
    strangers.without_rowids: "another table 'event'",
    strangers.false_rowids: "another table 'event'",
    strangers.format_0: "the format's number is 0",
    strangers.format_below_0: "the format's number is -7",
    strangers.huge_number: "events with impossible numbers",
    strangers.numbers_below_1: "events with impossible numbers",
    strangers.duplicates: "another table 'event'",
    strangers.journal_beside: "evening.tartantm-journal beside it",
    strangers.journal_with_trigger: "evening.tartantm-journal beside it",
    strangers.journal_of_another_page: "evening.tartantm-journal beside it",
    strangers.journal_that_shortens: "evening.tartantm-journal beside it",
    strangers.log_with_trigger: "a log beside it",
}
"""What a stranger may make, and how it is named."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return strangers.session(tmp_path / "evening.tartantm")


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_what_is_sound_is_copied_and_the_file_stays_as_it_was(
    make: Callable[[Path], None], path: Path
) -> None:
    make(path)
    before = contents(path.parent)
    with pytest.raises(ForeignSession) as caught:
        Journal(path)
    assert HOSTILE[make] in str(caught.value)
    assert "; 6 events were copied into" in str(caught.value)
    assert caught.value.copy is not None
    after = contents(path.parent)
    assert after.pop(caught.value.copy.name)
    assert after == before
    assert [item.event for item in recorded_events(caught.value.copy)] == EVENTS


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_the_copy_is_an_ordinary_session(make: Callable[[Path], None], path: Path) -> None:
    make(path)
    with pytest.raises(ForeignSession) as caught:
        Session(path)
    copy = caught.value.copy
    assert copy is not None
    if sys.platform != "win32":
        assert copy.stat().st_mode & 0o777 == 0o600
    with Session(copy) as session:
        assert not session.damaged
        session.record(*EVENTS[1:2])
        assert session.chat.last_seq == len(EVENTS) + 1


def test_opening_again_finds_the_same_copy_and_overwrites_nothing(path: Path) -> None:
    strangers.trigger(path)
    copies = []
    for _ in range(2):
        with pytest.raises(ForeignSession) as caught:
            Journal(path)
        assert caught.value.copy is not None
        copies.append(caught.value.copy)
        with Session(copies[-1]) as session:
            session.record(EVENTS[1])
    assert copies[0] == copies[1]
    assert len(list(recorded_events(copies[0]))) == len(EVENTS) + 2


def test_looking_only_copies_nothing(path: Path) -> None:
    strangers.trigger(path)
    before = contents(path.parent)
    with pytest.raises(ForeignSession, match="'tartantm export' copies what can be read of it"):
        Session(path, copying=False)
    assert contents(path.parent) == before


NO_EVENT = "words that are no event"
CLOSED = '{"event":"closed","question":"Q1","at":"%s"}'


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((7, AT, '{"event":"opened","question":"Q1","at":"0001-01-01T00:00:00Z"}'), NO_EVENT),
        ((7, AT, CLOSED % "0001-01-01T00:00:00Z"), "a time"),
        ((7, AT, CLOSED % "9999-12-31T23:59:59-12:00"), "a time"),
        ((7, AT, CLOSED % "2026-06-17T18:00:00"), "a time"),
        ((7, 10**18, '{"event":"undone","act":2}'), "a time"),
        ((7, "soon", '{"event":"undone","act":2}'), "a time"),
        ((7, 1e30, '{"event":"undone","act":2}'), "a time"),
        ((7, AT, '{"event":"marsquake"}'), NO_EVENT),
        ((7, AT, 5), NO_EVENT),
        ((7, AT, b"\xff\xfe"), NO_EVENT),
        ((0, AT, '{"event":"undone","act":2}'), "an impossible number"),
        ((2**60, AT, '{"event":"undone","act":2}'), "an impossible number"),
        ((7, AT, "[" * 100_000), NO_EVENT),
    ],
)
def test_one_event_that_cannot_be_read_is_counted_with_its_reason(
    path: Path, row: tuple[object, ...], reason: str
) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO event VALUES (?, ?, ?)", row)
        db.commit()
    strangers.trigger(path)
    with pytest.raises(ForeignSession) as caught:
        Journal(path)
    assert "; 6 events were copied into" in str(caught.value)
    assert f", 1 could not be read (1 with {reason}" in str(caught.value)
    assert caught.value.copy is not None
    assert [item.event for item in recorded_events(caught.value.copy)] == EVENTS


def test_two_events_of_one_number_are_not_mixed_up(path: Path) -> None:
    strangers.duplicates(path)
    with pytest.raises(ForeignSession, match=r"2 could not be read \(2 with a number that another"):
        Journal(path)


@pytest.mark.parametrize("foreign_too", [False, True])
def test_a_row_that_is_too_long_costs_only_itself(
    path: Path, foreign_too: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LONGEST_ROW", 100_000)
    with closing(sqlite3.connect(path)) as db:
        long = "x" * 200_000
        db.execute("UPDATE event SET seq = 9 WHERE seq = 6")
        db.executemany("INSERT INTO event VALUES (?, ?, ?)", [(n, AT, long) for n in (6, 8)])
        db.commit()
    if foreign_too:
        strangers.trigger(path)
    with pytest.raises(
        ForeignSession, match=r"2 could not be read \(2 with too many words"
    ) as caught:
        Session(path)
    assert caught.value.copy is not None
    assert [item.event for item in recorded_events(caught.value.copy)] == EVENTS


def test_a_damaged_file_gives_what_comes_before_the_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        rows = [(n, AT, '{"event":"undone","act":2}'.ljust(3000)) for n in range(7, 60)]
        db.executemany("INSERT INTO event VALUES (?, ?, ?)", rows)
        db.commit()
    strangers.trigger(path)
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(whole)
    with pytest.raises(ForeignSession, match="damaged, so there may have been more") as caught:
        Journal(path)
    assert caught.value.copy is not None
    assert 6 < len(list(recorded_events(caught.value.copy))) < 59
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TABLE event", "CREATE VIEW event AS SELECT 1 seq, 2 at, '{}' data"],
        ["DROP TABLE event", "CREATE VIRTUAL TABLE event USING fts5(seq, at, data)"],
        ["DROP TABLE event", "CREATE TABLE event (seq, at, data AS ('{}'))"],
        ["DROP TABLE event", "CREATE TABLE event (seq, at)"],
        ["DROP TABLE event"],
        ["DELETE FROM event", "CREATE VIEW more AS SELECT 1"],
    ],
    ids=["view", "virtual", "generated", "fewer", "none", "empty"],
)
def test_what_is_no_plain_table_is_not_read(path: Path, statements: list[str]) -> None:
    change(path, *statements)
    before = contents(path.parent)
    with pytest.raises(ForeignSession, match="nothing was done") as caught:
        Journal(path)
    assert caught.value.copy is None
    assert contents(path.parent) == before


def test_a_folder_that_cannot_be_written_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers.trigger(path)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refused)
    with pytest.raises(ForeignSession, match="could not be copied: Permission denied"):
        Journal(path)


def test_a_name_that_somebody_chose_does_not_act_on_the_terminal(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strangers.another_table(path)
    assert run(["export", str(path)]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert said.count("\n") == 1


def test_the_words_of_a_log_of_our_own_are_not_foreign(path: Path, tmp_path: Path) -> None:
    """As a crash leaves them, however often the first page was written."""
    crashed = tmp_path / "crashed.tartantm"
    with Journal(path) as open_:
        for _ in range(30):
            open_.append(EVENTS[1:] * 20)
        shutil.copyfile(path, crashed)
        shutil.copyfile(f"{path}-wal", f"{crashed}-wal")
        expected = open_.last
    with Journal(crashed) as again:
        assert again.last == expected


def test_what_changes_between_the_look_and_the_opening_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = journal._check_file

    def then_changed(file: Path, *, copying: bool) -> None:
        look(file, copying=copying)
        strangers.trigger(file)

    monkeypatch.setattr(journal, "_check_file", then_changed)
    with pytest.raises(ForeignSession, match="was changed while it was opened; open it again"):
        Journal(path)


def test_a_file_that_takes_the_place_of_an_open_one_is_looked_at(path: Path) -> None:
    other = path.with_name("other.tartantm")
    shutil.copyfile(path, other)
    strangers.trigger(other)
    change(other, "PRAGMA journal_mode = WAL")
    with Journal(path) as open_:
        for part in beside(path):
            part.unlink(missing_ok=True)
        other.replace(path)
        with closing(sqlite3.connect(path)) as theirs:
            theirs.execute("SELECT count(*) FROM event").fetchone()
            with pytest.raises(ForeignSession, match="the trigger 'emptied'"):
                open_.append(EVENTS[1:2])


@pytest.mark.parametrize("application", [0, 1, 0x7FFFFFFF])
def test_databases_of_other_programs_are_refused_as_before(path: Path, application: int) -> None:
    change(path, f"PRAGMA application_id = {application}")
    before = contents(path.parent)
    with pytest.raises(NotASession, match="a database of another program"):
        Journal(path)
    assert contents(path.parent) == before


@pytest.mark.parametrize("size", [512, 65536])
@pytest.mark.parametrize("vacuum", ["NONE", "FULL", "INCREMENTAL"])
def test_settings_that_run_nothing_are_no_matter(path: Path, size: int, vacuum: str) -> None:
    strangers.made_anew(path, f"PRAGMA page_size = {size}", f"PRAGMA auto_vacuum = {vacuum}")
    with Journal(path) as open_:
        open_.append(EVENTS[1:2])
        shutil.copyfile(path, path.with_name("b.tartantm"))
        shutil.copyfile(f"{path}-wal", path.with_name("b.tartantm-wal"))
    assert [item.event for item in recorded_events(path)] == [*EVENTS, EVENTS[1]]
    assert len(list(recorded_events(path.with_name("b.tartantm")))) == len(EVENTS) + 1


def test_no_connection_trusts_the_file(path: Path) -> None:
    with Journal(path) as open_:
        assert open_._db.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert open_._db.execute("PRAGMA cell_size_check").fetchone() == (1,)
        assert open_._db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) == sqlite.LONGEST_ROW
    with closing(sqlite.open_immutable(path)) as db:
        assert db.execute("PRAGMA trusted_schema").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match=r"readonly|read-only"):
            db.execute("DELETE FROM event")


def test_a_log_that_sqlite_ignores_is_no_matter(path: Path) -> None:
    strangers.log_of_nothing(path)
    assert [item.event for item in recorded_events(path)] == EVENTS


def test_frames_that_a_power_loss_left_are_no_matter_as_sqlite_does_not_read_them(
    path: Path,
) -> None:
    strangers.log_with_trigger(path)
    log = path.with_name(f"{path.name}-wal")
    held = bytearray(log.read_bytes())
    held[-1] ^= 1
    log.write_bytes(held)
    assert [item.event for item in recorded_events(path)] == EVENTS


def test_a_file_that_was_killed_while_it_was_made_is_made_anew(tmp_path: Path) -> None:
    """Its journal says that there was nothing before, so that SQLite empties the file."""
    path = tmp_path / "e.tartantm"
    change(
        path,
        strangers.TABLE,
        f"PRAGMA application_id = {journal.APPLICATION_ID}",
        "PRAGMA user_version = 2",
    )
    head = struct.pack(">8sIIIII", bytes.fromhex("d9d505f920a163d7"), 0, 7, 0, 512, 4096)
    path.with_name("e.tartantm-journal").write_bytes(head.ljust(512, b"\0"))
    with Journal(path, create=True) as made:
        assert made.last == 0
        made.append(EVENTS)
    assert [item.event for item in recorded_events(path)] == EVENTS


@pytest.mark.parametrize("length", [512, 516, 4612, 4616])
def test_a_file_that_was_killed_before_it_had_a_log_goes_on(path: Path, length: int) -> None:
    """The switch to a log is a commit of the first page, with a journal, at any kill."""
    held = strangers.journal_of_page(path, path.read_bytes()[: strangers.PAGE])
    path.with_name("evening.tartantm-journal").write_bytes(held[:length])
    with Journal(path) as made:
        made.append(EVENTS)
    assert [item.event for item in recorded_events(path)] == EVENTS * 2


def test_an_empty_copy_that_a_kill_left_is_written_and_one_in_use_is_left_alone(path: Path) -> None:
    strangers.trigger(path)
    with pytest.raises(ForeignSession) as first:
        Journal(path)
    assert first.value.copy is not None
    first.value.copy.write_bytes(b"")
    with pytest.raises(ForeignSession) as second:
        Journal(path)
    assert second.value.copy == first.value.copy
    with Journal(first.value.copy) as copy:
        assert [item.event for item in copy.since(0)] == EVENTS
        copy.append(EVENTS)
    with pytest.raises(ForeignSession):
        Journal(path)
    assert [item.event for item in recorded_events(first.value.copy)] == EVENTS * 2

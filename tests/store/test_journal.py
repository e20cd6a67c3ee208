from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.errors import TartantmError
from tartantm.core.events import Event
from tartantm.store.journal import (
    APPLICATION_ID,
    MIGRATIONS,
    Journal,
    JournalError,
    NotASession,
    recorded_events,
)
from tests.builders import AGENDA, captured, post

EVENTS: list[Event] = [ev.Begun(AGENDA, "d"), *captured(post("1"), post("2", "zwei")), ev.Undone(3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evening.tartantm"


def test_what_is_recorded_comes_back(path: Path) -> None:
    journal = Journal(path, create=True)
    given_back = journal.append(EVENTS)
    journal.close()
    again = Journal(path)
    assert [item.event for item in again.since(0)] == EVENTS
    assert list(again.since(2)) == given_back[2:]
    again.close()


def test_one_file_is_left_and_only_its_owner_reads_it(path: Path) -> None:
    journal = Journal(path, create=True)
    journal.append(EVENTS)
    modes = {file.stat().st_mode & 0o777 for file in path.parent.glob("evening*")}
    journal.close()
    assert [file.name for file in path.parent.glob("evening*")] == [path.name]
    if os.name == "posix":
        assert modes == {0o600}


def test_the_file_says_what_it_is_before_anything_is_in_it(path: Path) -> None:
    journal = Journal(path, create=True)
    head = path.read_bytes()[:100]
    journal.close()
    assert int.from_bytes(head[68:72], "big") == APPLICATION_ID
    assert int.from_bytes(head[60:64], "big") == len(MIGRATIONS)


def test_commits_are_durable_and_deletions_overwritten(path: Path) -> None:
    journal = Journal(path, create=True)
    settings_ = {
        name: journal._db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    }
    journal.close()
    assert settings_ == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_all_or_none(path: Path) -> None:
    journal = Journal(path, create=True)
    full = "SELECT RAISE(ABORT, 'database or disk is full')"
    journal._db.execute(
        f"CREATE TEMP TRIGGER no INSERT ON event WHEN NEW.seq = 2 BEGIN {full}; END"
    )
    with pytest.raises(JournalError, match=r"The disk is full; .*evening.tartantm can be saved"):
        journal.append(EVENTS)
    assert list(journal.since(0)) == []
    journal._db.execute("DROP TRIGGER no")
    assert len(journal.append(EVENTS)) == len(EVENTS)
    journal.close()


def test_a_session_that_cannot_be_made_leaves_no_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Journal) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Journal, "_migrate", full)
    with pytest.raises(JournalError, match="The disk is full"):
        Journal(path, create=True)
    assert not list(path.parent.glob("evening*"))


def test_two_hold_one_file(path: Path) -> None:
    one, other = Journal(path, create=True), Journal(path)
    assert new_to(other) == [] and not other.changed()
    one.append(EVENTS[:2])
    assert other.changed()
    # What came before one's own events is given out with them, in order.
    together = other.append(EVENTS[2:])
    assert [item.event for item in together] == EVENTS
    assert new_to(one) == EVENTS[2:]
    assert new_to(one) == [] and not one.changed()
    one.close()
    other.close()


def new_to(journal: Journal) -> list[Event]:
    with journal.read_new() as new:
        return [item.event for item in new.recorded]


def test_what_could_not_be_delivered_is_new_again(path: Path) -> None:
    one, other = Journal(path, create=True), Journal(path)
    one.append(EVENTS)
    with pytest.raises(RuntimeError), other.read_new():
        raise RuntimeError("delivered to nobody")
    assert other.position == 0 and other.changed()
    assert new_to(other) == EVENTS
    one.close()
    other.close()


def test_a_read_that_fails_half_way_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Journal(path, create=True), Journal(path)
    one.append(EVENTS)
    since = Journal.since

    def failing(self: Journal, seq: int) -> Iterator[ev.Recorded]:
        yield next(since(self, seq))
        raise JournalError("disk I/O error.")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "since", failing)
        with pytest.raises(JournalError):
            new_to(other)
    assert other.position == 0 and other.changed()
    assert new_to(other) == EVENTS
    one.close()
    other.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows lets nobody remove open files")
def test_what_was_written_before_a_file_is_put_back_is_noticed(path: Path) -> None:
    one, other = Journal(path, create=True), Journal(path)
    one.append(EVENTS[:2])
    assert new_to(other) == EVENTS[:2]
    one.append(EVENTS[2:])
    path.unlink()
    one.ensure_same_file()
    other.ensure_same_file()
    assert other.changed()
    assert new_to(other) == EVENTS[2:]
    one.close()
    other.close()


def test_after_an_erasure_everything_is_read_anew(path: Path) -> None:
    one, other = Journal(path, create=True), Journal(path)
    one.append(EVENTS)
    new_to(other)
    one.erase(lambda event: None if isinstance(event, ev.Captured) else event, ev.Erased(2))
    one.append(EVENTS[:1])
    with other.read_new() as new:
        assert new.anew
        assert [item.event for item in new.recorded] == [
            EVENTS[0],
            EVENTS[-1],
            ev.Erased(2),
            EVENTS[0],
        ]
    assert new_to(other) == []
    one.close()
    other.close()


def test_a_damaged_event_is_reported_once(path: Path) -> None:
    journal = Journal(path, create=True)
    journal._db.execute("INSERT INTO event (at, data) VALUES (0, '{')")
    assert new_to(journal) == new_to(journal) == []
    assert journal.damaged == [1]
    journal.close()


def test_numbers_are_never_used_twice(path: Path) -> None:
    journal = Journal(path, create=True)
    journal.append(EVENTS)
    journal.erase(lambda event: None, ev.Erased(1))
    assert [item.seq for item in journal.since(0)] == [len(EVENTS) + 1]
    assert [item.seq for item in journal.append(EVENTS[:1])][-1] == len(EVENTS) + 2
    journal.close()


def test_erased_is_gone_from_every_byte(path: Path) -> None:
    secret = "Unforgettable-" * 40
    journal, reader = Journal(path, create=True), Journal(path)
    journal.append([*EVENTS, *captured(*(post(f"{n}", f"{secret}{n}") for n in range(50)))])

    def rewrite(event: Event) -> Event | None:
        return None if isinstance(event, ev.Captured) and secret in event.post.text else event

    assert journal.erase(rewrite, ev.Erased(50)) == 50
    for file in path.parent.glob("evening*"):
        assert b"Unforgettable" not in file.read_bytes(), file.name
    assert [item.event for item in reader.since(0)] == [*EVENTS, ev.Erased(50)]
    journal.close()
    reader.close()


def test_a_damaged_event_is_left_where_it_is(path: Path) -> None:
    journal = Journal(path, create=True)
    journal.append(EVENTS)
    journal._db.execute('UPDATE event SET data = \'{"event": "fro\' WHERE seq = 2')
    journal._db.execute('INSERT INTO event (at, data) VALUES (0, \'{"event": "unheard-of"}\')')
    assert [item.seq for item in journal.since(0)] == [1, 3, 4]
    assert journal.damaged == [2, 5]
    journal.close()


def make_nothing(path: Path) -> None: ...


def make_text(path: Path) -> None:
    path.write_text("hello", encoding="utf-8")


def make_stump(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


def make_foreign(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (x)")
    database.commit()
    database.close()


def make_newer(path: Path) -> None:
    Journal(path, create=True).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    database.close()


def make_torn(path: Path) -> None:
    journal = Journal(path, create=True)
    journal.append(captured(*(post(f"{n}", "words " * 100) for n in range(100))))
    journal.close()
    content = bytearray(path.read_bytes())
    content[4096:12288] = os.urandom(8192)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_nothing, "There is no session"),
        (Path.touch, "is empty, and so no session"),
        (make_text, "is not a tartantm session"),
        (make_stump, "is not a tartantm session"),
        (Path.mkdir, "is a folder, not a file"),
        (make_foreign, "a database of another program"),
        (make_newer, "made by a newer tartantm"),
        (make_torn, "is damaged"),
    ],
)
def test_what_is_no_session(path: Path, make: object, sentence: str) -> None:
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(NotASession, match=sentence) as caught:
        journal = Journal(path)
        try:
            list(journal.since(0))
        finally:
            journal.close()
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    if make is not make_torn:
        assert before == (path.read_bytes() if path.is_file() else b"")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_session_that_cannot_be_written_can_be_read(path: Path) -> None:
    journal = Journal(path, create=True)
    journal.append(EVENTS)
    journal.close()
    path.chmod(0o400)
    journal = Journal(path)
    assert [item.event for item in journal.since(0)] == EVENTS
    with pytest.raises(JournalError, match="cannot be written"):
        journal.append(EVENTS)
    journal.close()


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 20_000))
def test_no_bytes_bring_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, garbage: bytes, offset: int
) -> None:
    path = tmp_path_factory.mktemp("torn") / "a.tartantm"
    journal = Journal(path, create=True)
    journal.append(EVENTS)
    journal.close()
    content = bytearray(path.read_bytes())
    offset %= len(content)
    content[offset : offset + len(garbage)] = garbage
    path.write_bytes(content)
    try:
        journal = Journal(path)
    except TartantmError as error:
        assert str(error).endswith(".")
        return
    try:
        list(journal.since(0))
        journal.append(EVENTS)
    except TartantmError as error:
        assert str(error).endswith(".")
    finally:
        journal.close()


def test_kill_9_loses_nothing_that_was_recorded(path: Path) -> None:
    """A child appends and says so after each commit; what it said is there after the kill."""
    child = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from tartantm.store.journal import Journal
        from tests.builders import captured, post
        journal = Journal(Path(sys.argv[1]), create=True)
        n = 0
        while True:
            journal.append(captured(*(post(str(n + k), "words") for k in range(n % 7 + 1))))
            n += n % 7 + 1
            print(n, flush=True)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", child, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    told = [int(next(process.stdout)) for _ in range(40)]
    process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    told += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    process.wait()
    process.stdout.close()
    journal = Journal(path)
    held = [item.event.post.id for item in journal.since(0) if isinstance(item.event, ev.Captured)]
    assert journal._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    journal.close()
    assert len(held) >= told[-1]
    assert held[: told[-1]] == [f"x:{n}" for n in range(told[-1])]


class Failing:
    """A connection to a database that answers everything with one error."""

    in_transaction = False

    def __init__(self, error: Exception) -> None:
        self.error = error

    def execute(self, *_: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        ("database or disk is full", JournalError, "The disk is full; free some space so that"),
        ("attempt to write a readonly database", JournalError, "cannot be written; check its"),
        ("file is read-only", JournalError, "cannot be written; check its permissions."),
        ("database is locked", JournalError, "locked; close it and try again."),
        ("the server is Busy", JournalError, "locked; close it and try again."),
        ("file is not a database", NotASession, "is damaged: file is not a database; open a copy"),
        ("database disk image is malformed", NotASession, "is damaged: database disk image"),
        ("no such table: event", NotASession, "is damaged: no such table: event; open a copy"),
        ("unable to open database file", JournalError, "check that its folder exists and is yours"),
        ("disk I/O error", JournalError, ": disk I/O error."),
    ],
)
def test_every_error_of_sqlite_is_one_sentence_that_says_what_to_do(
    path: Path, error: str, kind: type[TartantmError], sentence: str
) -> None:
    journal = Journal(path, create=True)
    database = journal._db
    journal._db = Failing(sqlite3.OperationalError(error))  # type: ignore[assignment]
    for use in (
        lambda: journal.last,
        journal.changed,
        lambda: journal.append(EVENTS),
        lambda: list(journal.since(0)),
        lambda: journal.erase(lambda event: event, ev.Erased(0)),
    ):
        with pytest.raises(TartantmError) as caught:
            use()
        assert type(caught.value) is kind
        said = str(caught.value)
        assert sentence in said and path.name in said and "\n" not in said
    database.close()


def test_a_damaged_schema_that_python_cannot_read_is_a_sentence_too(path: Path) -> None:
    journal = Journal(path, create=True)
    database = journal._db
    journal._db = Failing(UnicodeDecodeError("utf-8", b"x", 0, 1, "no"))  # type: ignore[assignment]
    with pytest.raises(NotASession, match=f"{path.name} is damaged; open a copy"):
        assert journal.last
    database.close()


def test_events_come_back_with_the_time_they_were_recorded(path: Path) -> None:
    with Journal(path, create=True) as journal:
        before = datetime.now(UTC)
        appended = journal.append(EVENTS)
        after = datetime.now(UTC)
        assert list(journal.since(0)) == appended
    assert all(before <= item.at <= after for item in appended)
    assert [item.seq for item in appended] == [1, 2, 3, 4]
    assert list(recorded_events(path)) == appended
    assert [file.name for file in path.parent.glob("evening*")] == [path.name]


def test_appending_nothing_brings_what_others_recorded(path: Path) -> None:
    with Journal(path, create=True) as one, Journal(path) as other:
        assert one.append([]) == [] and one.position == 0 and one.last == 0
        other.append(EVENTS[:2])
        assert [item.event for item in one.append([])] == EVENTS[:2]
        assert (one.position, one.last) == (2, 2)


def test_erasing_counts_what_it_changed_and_keeps_the_rest(path: Path) -> None:
    def rewrite(event: Event) -> Event | None:
        if isinstance(event, ev.Captured):
            return None if event.post.id == "x:1" else ev.Edited(event.post)
        return event

    with Journal(path, create=True) as journal:
        journal.append(EVENTS)
        assert journal.erase(rewrite, ev.Erased(2)) == 2
        assert [(item.seq, item.event) for item in journal.since(0)] == [
            (1, EVENTS[0]),
            (3, ev.Edited(post("2", "zwei"))),
            (4, EVENTS[3]),
            (5, ev.Erased(2)),
        ]


def test_erasing_waits_for_whoever_still_reads_old_pages(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, reader = Journal(path, create=True), sqlite3.connect(path)
    journal._db.execute("PRAGMA busy_timeout = 1")
    journal.append(captured(post("1", "Unforgettable")))
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM event").fetchone()
    waited: list[float] = []

    def leave(seconds: float) -> None:
        waited.append(seconds)
        reader.close()

    monkeypatch.setattr("tartantm.store.journal.time.sleep", leave)
    journal.erase(lambda event: None, ev.Erased(1))
    assert len(waited) == 1 and 0 < waited[0] < 1
    assert not any(b"Unforgettable" in f.read_bytes() for f in path.parent.glob("evening*"))
    journal.close()


def test_erasing_says_when_somebody_reads_old_pages_for_too_long(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.store.journal.BUSY_SECONDS", 0.01)
    monkeypatch.setattr("tartantm.store.journal.time.sleep", lambda seconds: None)
    journal, reader = Journal(path, create=True), sqlite3.connect(path)
    journal._db.execute("PRAGMA busy_timeout = 1")
    journal.append(EVENTS)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM event").fetchone()
    with pytest.raises(JournalError, match=f"{path.name} is erased, but another program still"):
        journal.erase(lambda event: None, ev.Erased(1))
    reader.close()
    assert [item.event for item in journal.since(0)] == [ev.Erased(1)]
    journal.close()

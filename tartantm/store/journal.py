"""The session file: one SQLite database that holds everything that happened, in order.

Table ``event`` has one row for each event: its number, when it was recorded (microseconds since
1970, UTC) and the event as JSON (see `events`). Rows are only ever added, except by
`Journal.rewrite` (erasing), and where posts were deleted at their network: then what they said is
overwritten. Several processes may have the same file open; each reads what the others append.

This file is longer than others because all of it guards one thing, the rows of that table:
reading, appending, erasing and following them, and the errors of SQLite that can get in the way.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.event_reader import UNREADABLE, EventReader
from tartantm.core.events import Deleted, Erased, Event, Recorded
from tartantm.settings.file_guard import NotAPlainFile, check_own, check_plain
from tartantm.store.damage import DamagedSession
from tartantm.store.deletion_plan import DeletionPlan, plan_of
from tartantm.store.door import Door
from tartantm.store.file_identity import Inodes, continues, put_back
from tartantm.store.foreign import LARGEST_NUMBER, ForeignSession, foreign, not_copied
from tartantm.store.forget import beside
from tartantm.store.late_references import padded
from tartantm.store.purge import Purge
from tartantm.store.purge_rows import WIPING, Deletions, WipeNeeded, rewrite_rows
from tartantm.store.schema import differences, read_schema, schema_of
from tartantm.store.schema_in_log import journal_differs, log_differs
from tartantm.store.sqlite import (
    BUSY_SECONDS,
    connect,
    is_disk_full,
    open_immutable,
    prepare,
    read_head,
    read_head_without_log,
)
from tartantm.store.without_more import NOTHING_BESIDES, Besides, without_more

APPLICATION_ID = 0x54544D31
"""``TTM1``, by which `file` and SQLite distinguish a tartantm session from other databases."""

MIGRATIONS = (
    """CREATE TABLE event (
        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, data TEXT NOT NULL)""",
    "",  # exports, corrections, accepted leaks; deleted posts leave the file
)
"""The statements that lead from version n to n + 1; a file's version is how many it went through.

A new kind of event, or a new field of one, needs a version too, so that an older program refuses
the file instead of leaving out what it does not know: then the statement is an empty string.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_HEAD_TRIES = 6

SHORT_SECONDS = 0.1
"""How long SQLite waits for a lock before it is looked whether that is still wanted."""


class NotASession(BadInput):
    """The file is not a session of this program, or is one of a newer version."""


class JournalError(TartantmError):
    """The session file cannot be written or read now; nothing was recorded."""


class NotWiped(JournalError):
    """What was erased is gone from the session, but old pages of the file still hold it."""


class Appended(list[Recorded]):
    """What `Journal.append` recorded, after what other processes had recorded before."""

    ours = 0
    """How many of them, at the end, are what was appended; not always as many as were given."""

    @property
    def anew(self) -> bool:
        """Whether events that were read before were rewritten: everything is to be read anew."""
        return any(map(has_rewritten, self))


def has_rewritten(recorded: Recorded) -> bool:
    """Whether an event came with changes to those before it."""
    event = recorded.event
    match event:
        case Erased():
            return not event.only_blocks
        case Deleted():
            return event.rewritten > 0
        case _:
            return False


class NewEvents(NamedTuple):
    """What was recorded since the last delivery."""

    recorded: list[Recorded]
    anew: bool = False
    """Whether these are all events of the file: earlier ones were rewritten, so begin anew."""


class Rewriting(NamedTuple):
    """What becomes of the events of a file."""

    of: Callable[[Recorded], Event | None]
    """Returns what is left of an event: itself where nothing changes, None where nothing is."""
    then: Sequence[Event]
    """Recorded in the same transaction."""


class Journal:
    """A session file that one process has open. Not for use by several threads but `give_up`."""

    def __init__(self, path: Path, *, create: bool = False, copying: bool = True) -> None:
        """Open a session, the one door to all of them; `create` makes a file where there is none.

        Raises ForeignSession where the file is not made as ours are. With `copying`, its events
        were copied then, as far as they can be read.
        """
        self.path = path
        self._copying = copying
        self.position = 0
        """Number of the last event that was delivered."""
        self._damaged: set[int] = set()
        self._door = Door()
        self._deletions = Deletions()
        self._wiping: WipeNeeded = "no"
        self._reader = EventReader()
        self._is_given_up = False
        try:
            fresh = not _is_there(path)
        except NotAPlainFile as error:
            raise NotASession(str(error)) from None
        if fresh and not create and path.exists():
            raise NotASession(f"{path} is empty, and so no session.")
        if fresh and not create:
            raise NotASession(
                f"There is no session {path}; 'tartantm sessions' lists those kept here."
            )
        if not fresh:
            _check_file(path, copying=copying)
        with _sentences(path):
            self._db, self.readonly = connect(path, fresh)
            try:
                if not fresh:
                    _check_opened(path, self._db)
                if not self.readonly:
                    # Before the log exists, so that the head says what the file is from the start.
                    self._migrate()
                    prepare(self._db)
            except (sqlite3.Error, UnicodeDecodeError, BadInput):
                self._db.close()
                if fresh and not path.stat().st_size:
                    path.unlink()
                raise
        self._version: int | None = None
        """SQLite's count of others' commits when `position` was reached; None if unknown."""
        self._inodes = self._opened_inodes()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, events: Sequence[Event], plan: DeletionPlan | None = None) -> Appended:
        """Record events, all or none; durable when this returns.

        Where posts were deleted, they leave the file in the same transaction, and nothing of them
        comes back with later events. `plan` saves time if it knows every event of the file.

        Returns every event since the last delivery: those of other processes first, then these,
        without what was erased before (see `store.door`).
        """
        at = datetime.now(UTC)
        self.ensure_same_file()
        wiping: WipeNeeded = "no"
        with _sentences(self.path), self._transaction():
            last = self._last()
            # Few commits have anything of another process before them.
            others = list(self.since(self.position)) if last != self.position else []
            events = self._door.let_in(self._db, events)
            self._deletions.learn(self._db)
            events = self._deletions.without_late(events)
            if self._deletions.clear or any(isinstance(event, Deleted) for event in events):
                events, wiping = self._purge(events, plan, last)
            ours = self._insert(last + 1, at, events)
        if wiping != "no":
            self._wiping = max(self._wiping, wiping, key=WIPING.index)
        if self._wiping != "no":
            self._wipe_if_possible()
        recorded = Appended(others + ours)
        recorded.ours = len(ours)
        if recorded:
            self.position = recorded[-1].seq
        return recorded

    def _purge(
        self, events: Sequence[Event], plan: DeletionPlan | None, last: int
    ) -> tuple[list[Event], WipeNeeded]:
        """Take what was deleted out of every row, and out of events that are to be recorded."""
        new = [event for event in events if isinstance(event, Deleted)]
        others = [event for event in events if not isinstance(event, Deleted)]
        clear = self._deletions.clear
        if plan is None or plan.seq != last or others or clear:
            rows = list(self.since(0))
            plain = [item for item in rows if item.event not in clear] if clear else rows
            chat = Chat(plain)
            for event in others:
                chat.apply(Recorded(chat.last_seq + 1, chat.last_at or _EPOCH, event))
            plan = plan_of(chat, [*clear, *new], Chat(rows) if clear else None)
        besides = (
            NOTHING_BESIDES if plan.before is None else self._besides(plan, plan.before, others)
        )
        purge = Purge(plan, besides)
        count, grown = rewrite_rows(self._db, purge, self._reader, self._damaged)
        deletions = plan.deletions(besides)
        if deletions:
            deletions[0] = replace(deletions[0], rewritten=count)
        rewritten = [purge.rewrite(event) for event in others]
        self._deletions.done(deletions)
        needed: WipeNeeded = "everything" if grown else "log" if count else "no"
        return [*rewritten, *plan.rules, *deletions], needed

    def _besides(self, plan: DeletionPlan, before: Chat, others: Sequence[Event]) -> Besides:
        """Returns what has to be withheld besides, once a plan is carried out."""
        rows = list(self.since(0))

        def made(besides: Besides) -> Chat:
            purge = Purge(plan, besides)
            left = [Recorded(row.seq, row.at, purge.rewrite(row.event)) for row in rows]
            chat = Chat(left)
            more = [*map(purge.rewrite, others), *plan.rules, *plan.deletions(besides)]
            for event in more:
                chat.apply(Recorded(chat.last_seq + 1, chat.last_at or _EPOCH, event))
            return chat

        return without_more(before, made, plan.gone, plan.keys)[0]

    def since(self, seq: int) -> Iterator[Recorded]:
        """Events with numbers above `seq`, in order; what cannot be read is noted in `damaged`."""
        query = "SELECT seq, at, CAST(data AS BLOB) FROM event WHERE seq > ? ORDER BY seq"
        with _sentences(self.path), self._not_too_long():
            for number, at, data in self._db.execute(query, (seq,)):
                try:
                    recorded = self._reader.recorded(number, at, data)
                except UNREADABLE:
                    self._damaged.add(number)
                else:
                    yield recorded

    @contextmanager
    def _not_too_long(self) -> Iterator[None]:
        """Refuse a file with a row that nobody could write to: every query would fail there."""
        try:
            yield
        except sqlite3.DataError:
            self._db.close()
            why = ["events with too many words"]
            raise _foreign(self.path, why, copying=self._copying) from None

    @contextmanager
    def read_new(self) -> Iterator[NewEvents]:
        """Provide what was recorded since the last delivery, to be delivered within the ``with``.

        Position and version move on together, and only where that ends without an error: whatever
        a read or a delivery that failed half-way held is provided again by the next call.
        """
        with _sentences(self.path):
            version = self._data_version()
        recorded = list(self.since(self.position))
        anew = self.position > 0 and any(map(has_rewritten, recorded))
        if anew:
            recorded = list(self.since(0))
        yield NewEvents(recorded, anew)
        self._delivered(recorded, version)

    @contextmanager
    def read_all(self) -> Iterator[NewEvents]:
        """Provide all events, to begin anew with them; otherwise like `read_new`."""
        with _sentences(self.path):
            version = self._data_version()
        recorded = list(self.since(0))
        yield NewEvents(recorded, anew=True)
        self._delivered(recorded, version)

    def _delivered(self, recorded: list[Recorded], version: int) -> None:
        self.position = recorded[-1].seq if recorded else self.position
        self._version = version

    @property
    def damaged(self) -> list[int]:
        """Numbers of events that could not be read, in order; they stay in the file."""
        return sorted(self._damaged)

    def note_damaged(self, numbers: Iterable[int]) -> None:
        """Take over which events somebody else could not read: they may hold deleted words."""
        self._damaged.update(numbers)

    @property
    def last(self) -> int:
        """Number of the last event in the file, 0 where it has none."""
        with _sentences(self.path):
            return self._last()

    def changed(self) -> bool:
        """Whether another process may have written since the last delivery; takes microseconds."""
        with _sentences(self.path):
            return self._data_version() != self._version

    def ensure_writable(self) -> None:
        """Raises JournalError where the file can only be read, before anything else is said."""
        if self.readonly:
            raise _readonly(self.path)

    def ensure_same_file(self) -> None:
        """Put the file or its log back where somebody removed them while they were open.

        Raises JournalError where another file stands in the session's place.
        """
        was, now = self._inodes, Inodes.of(self.path)
        if self.readonly or now == was:
            return
        with _sentences(self.path):
            if now.file is None:
                put_back(self._db, self.path)
            elif now.log in (None, was.log) and now.shared in (None, was.shared):
                # What our log holds goes to our file, before a new log or another file is seen.
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if now.file != was.file:
                    raise _replaced(self.path)
            if now.file not in (None, was.file):
                _check_file(self.path, copying=False)
                if not continues(self.path, self._db):
                    raise _replaced(self.path)
            # Closed first: SQLite gives connections of one process the same shared memory.
            self._db.close()
            self._db, _ = connect(self.path, fresh=False)
            _check_opened(self.path, self._db)
            prepare(self._db)
            self._version = None  # a new connection counts anew; others may have written before it
        self._inodes = self._opened_inodes()

    def erase(self, rewrite: Callable[[Event], Event | None], erased: Event) -> int:
        """Rewrite every event by a function that is known before; see `rewrite`."""
        return self.rewrite(
            lambda _: Rewriting(lambda item: rewrite(item.event), [erased]), despite_damage=None
        )

    def rewrite(
        self, plan: Callable[[list[Recorded]], Rewriting], *, despite_damage: bool | None = False
    ) -> int:
        """Rewrite or delete events for good, and wipe their old content.

        `plan` is called within the transaction with all events as they are then. It may raise, and
        then nothing happens. Where events cannot be read, DamagedSession is raised; they are
        emptied with `despite_damage`, and left alone where it is None. Returns how many events
        changed. When this returns, the old content is gone from the file's pages and its log.
        """
        count = 0
        self.ensure_same_file()
        with _sentences(self.path), self._transaction():
            # The last number stays the highest ever given, so that none is given twice.
            last = self._last()
            self._damaged.clear()
            recorded = list(self.since(0))
            if self._damaged and despite_damage is False:
                raise DamagedSession(self.path, self.damaged)
            rewriting = plan(recorded)
            for item in recorded:
                event = rewriting.of(item)
                if event is item.event:
                    continue
                count += 1
                if event is None:
                    self._db.execute("DELETE FROM event WHERE seq = ?", (item.seq,))
                else:
                    data = msgspec.json.encode(event).decode()
                    row = (data, item.seq)
                    self._db.execute("UPDATE event SET data = ? WHERE seq = ?", row)
            for seq in self._damaged if despite_damage else ():
                self._db.execute("UPDATE event SET data = '' WHERE seq = ?", (seq,))
            self._insert(last + 1, datetime.now(UTC), rewriting.then)
        self.wipe()
        return count

    def wipe(self) -> None:
        """Overwrite what was rewritten or deleted: in the log, in free pages, in pages' slack.

        Raises NotWiped where that is not possible now, though what was erased is gone from the
        session; the next commit and closing the file try again.
        """
        self._wiping = "everything"
        try:
            self._wipe()
        except sqlite3.Error as error:
            reason = str(_explained(self.path, error))
            raise NotWiped(
                f"{reason} What was erased is gone from the session, but old pages of the file"
                " still hold it; erase again then."
            ) from error
        self._wiping = "no"

    def hurry(self) -> None:
        """Wait a moment only, from now on, for whoever holds the file."""
        self._wait_for_locks(SHORT_SECONDS)

    def give_up(self) -> None:
        """Have nothing more recorded, once whoever holds the file lets it go; from any thread."""
        self._is_given_up = True

    def close(self) -> None:
        """Close the file. The last process to do so leaves a single file behind."""
        if self._wiping != "no":
            self._wipe_if_possible()
        self._db.close()

    def _opened_inodes(self) -> Inodes:
        """Returns which files this connection has open."""
        with _sentences(self.path):
            self._data_version()  # SQLite creates the log and its shared memory at the first read
        return Inodes.of(self.path)

    def _last(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])

    def _insert(self, first: int, at: datetime, events: Sequence[Event]) -> list[Recorded]:
        """Add events with numbers from `first` on."""
        micros = (at - _EPOCH) // timedelta(microseconds=1)
        texts = [padded(msgspec.json.encode(event).decode()) for event in events]
        rows = [(seq, micros, text) for seq, text in enumerate(texts, first)]
        self._db.executemany("INSERT INTO event (seq, at, data) VALUES (?, ?, ?)", rows)
        return [Recorded(seq, at, event) for seq, event in enumerate(events, first)]

    def _data_version(self) -> int:
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._begin()
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _begin(self) -> None:
        """Begin a transaction as soon as nobody else holds the file, unless that is given up.

        SQLite cannot be told to end a wait, and whoever frees the connection waits with it.
        """
        patience = self._db.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
        until = time.monotonic() + patience
        self._wait_for_locks(min(patience, SHORT_SECONDS))
        try:
            while True:
                try:
                    self._db.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError as error:
                    if not _is_locked(error) or time.monotonic() >= until or self._is_given_up:
                        raise
        finally:
            self._wait_for_locks(patience)
        if self._is_given_up:
            self._db.execute("ROLLBACK")
            raise JournalError(f"{self.path} was not free in time.")

    def _wait_for_locks(self, seconds: float) -> None:
        self._db.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")

    def _migrate(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == len(MIGRATIONS):
            return
        with self._transaction():
            # Another process may have migrated it meanwhile.
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            for statement in filter(None, MIGRATIONS[version:]):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _wipe_if_possible(self) -> None:
        """Wipe what deleted posts left in the log and in pages, unless somebody reads it now.

        Capture goes on whatever happens here; what is left is tried again at the next chance.
        """
        with suppress(sqlite3.Error):
            self._wait_for_locks(0)
            if self._wiping == "everything":
                self._db.execute("VACUUM")
                self._wiping = "log"
            if not self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                self._wiping = "no"
        with suppress(sqlite3.Error):
            self._wait_for_locks(BUSY_SECONDS)

    def _wipe(self) -> None:
        deadline = time.monotonic() + BUSY_SECONDS
        self._db.execute("VACUUM")
        while self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > deadline:
                raise NotWiped(
                    f"{self.path} is erased, but another program still reads old pages of it; "
                    "close it and erase again."
                )
            time.sleep(0.05)


def _is_there(path: Path) -> bool:
    """Whether a file that is not empty stands there, with nothing but plain files beside it.

    Raises NotAPlainFile for what nobody should write to.
    """
    there = check_plain(path, links=True)
    file = path.resolve()
    for part in beside(file):
        check_own(part)
    if not (there and file.stat().st_size):
        return False
    if os.access(file, os.W_OK):
        check_own(path, links=True)
    return True


def _check_file(path: Path, *, copying: bool) -> None:
    """Refuse foreign and newer files before they are opened, so that nothing is written to them.

    Raises ForeignSession where the file is made of something else than ours are; then what can be
    read of it was copied. `_check_opened` looks again, for somebody may change it meanwhile.
    """
    file = path.resolve()
    version = _check_head(file)
    why: list[str] = []
    with suppress(sqlite3.Error, UnicodeDecodeError), closing(open_immutable(file)) as db:
        why = _differences(db, version)
    log, _, journal = beside(file)
    made_of = schema_of(MIGRATIONS[:version])
    if _has_content(log) and log_differs(log, made_of):
        why.append("a log beside it that would change what it is made of")
    if _has_content(journal) and journal_differs(file, journal, made_of):
        why.append(f"{journal.name} beside it, which is not of this program")
    if why:
        raise _foreign(file, why, copying=copying)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _check_opened(path: Path, db: sqlite3.Connection) -> None:
    """Raises ForeignSession where what was opened is not made as ours are."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if not version and not read_schema(db):
        return  # a kill while it was made left a journal that emptied it
    if _differences(db, version):
        raise ForeignSession(f"{path.name} was changed while it was opened; open it again.")


def _differences(db: sqlite3.Connection, version: int) -> list[str]:
    """Returns in words what a database has that ours have not."""
    if not 1 <= version <= len(MIGRATIONS):
        return [f"the format's number is {version}"]
    if why := differences(read_schema(db), schema_of(MIGRATIONS[:version])):
        return why
    encoding = db.execute("PRAGMA encoding").fetchone()[0]
    if encoding != "UTF-8":
        return [f"its words are in {encoding}"]
    first, last = db.execute("SELECT min(seq), max(seq) FROM event").fetchone()
    if first is not None and not 1 <= first <= last <= LARGEST_NUMBER:
        return ["events with impossible numbers"]
    return []


def _foreign(path: Path, why: Sequence[str], *, copying: bool) -> ForeignSession:
    return foreign(path, why, MIGRATIONS, APPLICATION_ID) if copying else not_copied(path, why)


def _check_head(path: Path) -> int:
    """Returns the version of a session's format; refuses newer ones, and other files."""
    for tries_left in reversed(range(_HEAD_TRIES)):
        try:
            application, version = read_head(path)
            break
        except sqlite3.OperationalError:
            raise NotASession(f"{path} cannot be read; check its permissions.") from None
        except sqlite3.DatabaseError as error:
            if "malformed" not in str(error):
                raise NotASession(f"{path} is not a tartantm session.") from None
            if not tries_left:  # power failed while that was written; the log still has all
                application, version = read_head_without_log(path)
            time.sleep(0.02)  # another process may be writing its log into the file
    if application != APPLICATION_ID:
        raise NotASession(f"{path} is a database of another program, not a tartantm session.")
    if version > len(MIGRATIONS):
        raise NotASession(f"{path} was made by a newer tartantm; update this one to open it.")
    return version


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one sentence that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a damaged schema in its message, and Python cannot read that.
        raise NotASession(f"{path} is damaged; open a copy, or a back-up of it.") from error


def _replaced(path: Path) -> JournalError:
    return JournalError(f"{path} is another file now; put the session's file back in its place.")


def _readonly(path: Path) -> JournalError:
    return JournalError(f"{path} cannot be written; check its permissions.")


def _is_locked(error: sqlite3.Error) -> bool:
    reason = str(error).casefold()
    return "locked" in reason or "busy" in reason


def _explained(path: Path, error: sqlite3.Error) -> TartantmError:
    reason = str(error).casefold()
    if is_disk_full(path, error):
        return JournalError(f"The disk is full; free some space so that {path.name} can be saved.")
    if "readonly" in reason or "read-only" in reason:
        return _readonly(path)
    if _is_locked(error):
        return JournalError(f"Another program holds {path} locked; close it and try again.")
    if "not a database" in reason or "malformed" in reason or "no such table" in reason:
        return NotASession(f"{path} is damaged: {error}; open a copy, or a back-up of it.")
    if "unable to open" in reason:
        return JournalError(f"{path} cannot be opened; check that its folder exists and is yours.")
    return JournalError(f"{path}: {error}.")


def recorded_events(path: Path) -> Iterable[Recorded]:
    """Read a session's events; the file is open no longer than that takes."""
    with Journal(path) as journal:
        yield from journal.since(0)

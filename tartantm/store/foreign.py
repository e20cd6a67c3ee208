"""Sessions of others: a file that is not quite ours is never used, its events are copied instead.

A session may come from anybody. Where its database is made of something else than this program
makes, nothing is written to it and nothing of it runs: events that can be read are copied into a
fresh file beside it, which is an ordinary session, and the rest is named.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from tartantm.core.errors import BadInput
from tartantm.core.event_reader import IMPOSSIBLE_TIME, UNREADABLE, EventReader
from tartantm.core.events import Recorded
from tartantm.settings.file_guard import create
from tartantm.settings.paths import SUFFIX
from tartantm.store.late_references import padded
from tartantm.store.schema import Item, read_schema
from tartantm.store.sqlite import harden, open_immutable

LARGEST_NUMBER = 2**53
"""Of an event; a file with larger ones has soon no number left for the next."""

_COLUMNS = frozenset(("seq", "at", "data"))

_NAMED = 4
"""How many things a sentence names one by one."""

_LEAST_ROW, _LAST_ROW = -(2**63), 2**63 - 1
"""SQLite's own numbers of rows."""

_ORDINARY = 0
"""What ``table_xinfo`` says of a column that is neither hidden nor generated."""


class ForeignSession(BadInput):
    """A session's file is not made as this program makes them; `copy` holds what could be read."""

    def __init__(self, sentence: str, copy: Path | None = None) -> None:
        super().__init__(sentence)
        self.copy = copy


class _Made(NamedTuple):
    """What was copied."""

    path: Path
    copied: int
    unreadable: Counter[str]
    """Reasons, and how many events could not be read for them."""
    cut_off: bool
    """Whether the file is damaged so that not all of it could be looked at."""


def not_copied(path: Path, why: Sequence[str]) -> ForeignSession:
    """Returns what to raise where a stranger's file is only looked at, as in a list of files."""
    return ForeignSession(f"{_odd(path, why)}; 'tartantm export' copies what can be read of it.")


def foreign(
    path: Path, why: Sequence[str], statements: Sequence[str], application: int
) -> ForeignSession:
    """Copy what can be read of a stranger's file, and return what to raise.

    `why` says what is not as in a session of ours; `statements` make the schema of ours.
    """
    odd = _odd(path, why)
    try:
        with _opened(path) as db:
            if not _has_events(db):
                return ForeignSession(f"{odd}, and has no events to be read; nothing was done.")
            made = _copied(db, path, statements, application)
    except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        return ForeignSession(
            f"{odd}, and what can be read of it could not be copied: {reason}; nothing was done."
        )
    if made is None:
        return ForeignSession(f"{odd}, and none of its events can be read; nothing was done.")
    return ForeignSession(f"{odd}, so nothing of it is used; {_copy_words(made)}", made.path)


def _odd(path: Path, why: Sequence[str]) -> str:
    return f"{path.name} is not as tartantm makes sessions ({_listed(why)})"


def _copy_words(made: _Made) -> str:
    """ "120 events were copied into B.tartantm, 2 could not be read (…); open that."."""
    events = "1 event that can be read was" if made.copied == 1 else f"{made.copied} events were"
    words = f"{events} copied into {made.path}"
    if count := made.unreadable.total():
        reasons = [f"{n} with {why}" for why, n in made.unreadable.most_common()]
        words += f", {count} could not be read ({_listed(reasons)})"
    if made.cut_off:
        words += ", and the file is damaged, so there may have been more"
    return f"{words}; open that."


def _listed(words: Sequence[str]) -> str:
    more = len(words) - _NAMED
    return ", ".join(words[:_NAMED]) + (f" and {more} more" if more > 0 else "")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a stranger's file so that nothing is written to it, or beside it.

    With a log, which SQLite would write into the file, a copy of both is opened elsewhere.
    """
    log = path.with_name(f"{path.name}-wal")
    if not (log.exists() and log.stat().st_size):
        with closing(open_immutable(path)) as db:
            yield db
        return
    with tempfile.TemporaryDirectory(prefix="tartantm-") as folder:
        copy = Path(folder) / "session"
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            harden(db)
            yield db


def _has_events(db: sqlite3.Connection) -> bool:
    """Whether there is a plain table of events, of which reading runs nothing."""
    schema = read_schema(db)
    tables = [item for item in schema if item.kind == "table" and item.name == "event"]
    if not tables or not _is_plain(tables[0]):
        return False
    columns = {row[1] for row in db.execute("PRAGMA table_xinfo(event)") if row[6] == _ORDINARY}
    return columns >= _COLUMNS


def _is_plain(table: Item) -> bool:
    return table.sql.upper().startswith("CREATE TABLE ")


def _copied(
    db: sqlite3.Connection, path: Path, statements: Sequence[str], application: int
) -> _Made | None:
    """Write a fresh session with every event that can be read; None where there is none."""
    # Named by what it holds: opening the same file again finds the same copy.
    with tempfile.TemporaryDirectory(prefix=f".{path.stem[:40]}.", dir=path.parent) as folder:
        part = Path(folder) / "copy"
        create(part)
        digest = hashlib.sha256()
        with closing(sqlite3.connect(part, isolation_level=None)) as fresh:
            fresh.execute("PRAGMA synchronous = FULL")
            fresh.execute("BEGIN")
            for statement in filter(None, statements):
                fresh.execute(statement)
            fresh.execute(f"PRAGMA application_id = {application}")
            fresh.execute(f"PRAGMA user_version = {len(statements)}")
            unreadable, cut_off = _copy_rows(db, fresh, digest)
            fresh.execute("COMMIT")
            copied = fresh.execute("SELECT count(*) FROM event").fetchone()[0]
        if not copied:
            return None
        target = path.with_name(f"{path.stem[:100]}-copy-{digest.hexdigest()[:12]}{SUFFIX}")
        # It may have been copied before, and moderated since; an empty one a kill left behind.
        if not (target.exists() and target.stat().st_size):
            part.replace(target)
    return _Made(target, copied, unreadable, cut_off)


def _copy_rows(
    db: sqlite3.Connection, fresh: sqlite3.Connection, digest: hashlib._Hash
) -> tuple[Counter[str], bool]:
    """Copy what can be read. Returns why rows could not be, and whether reading ended early."""
    reader, unreadable = EventReader(), Counter[str]()
    insert = "INSERT OR IGNORE INTO event (seq, at, data) VALUES (?, ?, ?)"
    rows = _rows(db)
    while True:
        try:
            seq, at, data = next(rows)
        except StopIteration:
            return unreadable, False
        except sqlite3.Error:
            return unreadable, True
        try:
            recorded = _read(reader, seq, at, data)
        except UNREADABLE as error:
            unreadable[_reason(error)] += 1
            continue
        text = padded(msgspec.json.encode(recorded.event).decode())
        digest.update(f"{seq} {at} {text}\n".encode())
        if not fresh.execute(insert, (seq, at, text)).rowcount:
            unreadable["a number that another has"] += 1


def _rows(db: sqlite3.Connection) -> Iterator[tuple[object, object, object]]:
    """Yields every row in the order of the table, without using what else stands in the file."""
    db.text_factory = bytes
    query = "SELECT seq, at, data FROM event NOT INDEXED"
    if not _has_rowids(db):
        yield from db.execute(query)
        return
    by_row = query.replace("SELECT", "SELECT rowid,") + " WHERE rowid >= ? ORDER BY rowid"
    least = "SELECT min(rowid) FROM event NOT INDEXED WHERE rowid >= ?"
    after = _LEAST_ROW
    while after <= _LAST_ROW:
        try:
            for row, *values in db.execute(by_row, (after,)):
                after = row + 1
                yield values[0], values[1], values[2]
            return
        except sqlite3.DataError:  # a row longer than `sqlite.LONGEST_ROW`
            # It costs the row before it, too, as Python reads ahead; one by one that one is read.
            number = db.execute(least, (after,)).fetchone()[0]
            after = number + 1
            yield _one_row(db, f"{query} WHERE rowid = ?", number)


def _one_row(db: sqlite3.Connection, query: str, number: int) -> tuple[object, object, object]:
    try:
        seq, at, data = db.execute(query, (number,)).fetchone()
    except sqlite3.DataError:
        return None, None, _TooLong()
    return seq, at, data


def _has_rowids(db: sqlite3.Connection) -> bool:
    """Whether rows have SQLite's own numbers, which no column of that name hides."""
    if any(row[1].lower() == b"rowid" for row in db.execute("PRAGMA table_xinfo(event)")):
        return False
    try:
        db.execute("SELECT rowid FROM event LIMIT 0")
    except sqlite3.OperationalError:
        return False
    return True


class _TooLong:
    """Stands for words that are too long to be read."""


def _read(reader: EventReader, seq: object, at: object, data: object) -> Recorded:
    """Returns what a row holds; raises one of `UNREADABLE`."""
    if isinstance(data, _TooLong):
        raise ValueError("too many words")
    if not isinstance(seq, int) or not 1 <= seq <= LARGEST_NUMBER:
        raise ValueError("an impossible number")
    if not isinstance(at, int):
        raise ValueError(IMPOSSIBLE_TIME)
    return reader.recorded(seq, at, data if isinstance(data, bytes) else None)


def _reason(error: BaseException) -> str:
    """Returns why an event could not be read, in few words that say nothing of what it holds."""
    if isinstance(error, msgspec.DecodeError) or type(error) is not ValueError:
        return "words that are no event"
    return str(error)

"""Session files as strangers may make them: each is a session first, and then something else."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tartantm.core.agenda import Agenda
from tartantm.core.events import Begun, Event
from tartantm.store.journal import APPLICATION_ID, MIGRATIONS, Journal
from tests.builders import AGENDA, captured, post

EVENTS: list[Event] = [
    Begun(AGENDA, "d", "00" * 8),
    *captured(*(post(f"{n}", "words") for n in range(1, 6))),
]

TABLE = MIGRATIONS[0]
PAGE = 4096
"""Bytes of a page, as SQLite makes files."""

JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")

AT = 1_781_715_600_000_000
"""In June 2026, in microseconds since 1970."""


def session(path: Path) -> Path:
    """Make an ordinary session, as one process leaves it when it was the last to have it open."""
    with Journal(path, create=True) as journal:
        journal.append(EVENTS)
    change(path, "PRAGMA journal_mode = DELETE")
    return path


def change(path: Path, *statements: str) -> None:
    """Carry out statements in a file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def rows_of(path: Path) -> list[tuple[int, int, str]]:
    """Read the rows of a file without writing anything."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as db:
        return db.execute("SELECT seq, at, data FROM event").fetchall()


def made_anew(path: Path, *statements: str, table: str = TABLE, version: int = 2) -> None:
    """Make the file anew with the same events: `statements`, then the table, then our head."""
    rows = rows_of(path)
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in (*statements, table):
            db.execute(statement)
        db.executemany("INSERT INTO event (seq, at, data) VALUES (?, ?, ?)", rows)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {version}")


def trigger(path: Path) -> None:
    """Whoever adds an event empties all of them."""
    change(
        path,
        "CREATE TRIGGER emptied AFTER INSERT ON event BEGIN UPDATE event SET data = ''; END",
    )


def view(path: Path) -> None:
    """A view that never ends."""
    change(
        path,
        "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT * FROM n",
    )


def virtual_table(path: Path) -> None:
    """A table that a module of SQLite makes up."""
    change(path, "CREATE VIRTUAL TABLE words USING fts5(said)")


def partial_index(path: Path) -> None:
    """An index by an expression over some rows."""
    change(path, "CREATE INDEX odd ON event (length(data)) WHERE seq > 1")


def another_table(path: Path) -> None:
    """Words of somebody else's, with a name that acts on terminals."""
    change(path, 'CREATE TABLE "\x1b[2Jnotes" (words)', 'INSERT INTO "\x1b[2Jnotes" VALUES (1)')


def check(path: Path) -> None:
    """A condition that is evaluated at each insertion."""
    made_anew(path, table=TABLE.replace("data TEXT NOT NULL", "data TEXT CHECK (length(data) > 1)"))


def default(path: Path) -> None:
    """An expression that stands for what is not given."""
    made_anew(
        path, table=TABLE.replace("data TEXT NOT NULL", "data TEXT DEFAULT (hex(randomblob(9)))")
    )


def generated(path: Path) -> None:
    """A column more, which is computed whenever it is read."""
    made_anew(path, table=TABLE.replace("NOT NULL)", "NOT NULL, more AS (upper(data)))"))


def utf_16(path: Path) -> None:
    """Words in another encoding."""
    made_anew(path, "PRAGMA encoding = 'UTF-16le'")


def without_rowids(path: Path) -> None:
    """A table that is kept in another way."""
    made_anew(path, table=TABLE + " WITHOUT ROWID")


def false_rowids(path: Path) -> None:
    """A column that hides SQLite's own numbers of rows."""
    made_anew(path, table=TABLE.replace("NOT NULL)", "NOT NULL, rowid TEXT DEFAULT 'x')"))


def format_0(path: Path) -> None:
    """A format's number that no version wrote."""
    change(path, "PRAGMA user_version = 0")


def format_below_0(path: Path) -> None:
    """Another one."""
    change(path, "PRAGMA user_version = -7")


def huge_number(path: Path) -> None:
    """An event after which there is no number left."""
    change(path, f"INSERT INTO event VALUES ({2**63 - 1}, {AT}, '{{}}')")


def numbers_below_1(path: Path) -> None:
    """Events that nobody who reads from the first on would see."""
    change(path, f"INSERT INTO event VALUES (-5, {AT}, '{{}}'), (0, {AT}, '{{}}')")


def duplicates(path: Path) -> None:
    """Two events for each number."""
    made_anew(path, table=TABLE.replace("INTEGER PRIMARY KEY", "INTEGER"))
    change(path, "INSERT INTO event SELECT * FROM event WHERE seq < 3")


def journal_beside(path: Path) -> None:
    """What SQLite would put back into the file, and which may name a file to be removed."""
    path.with_name(f"{path.name}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" * 100)


def journal_of_page(path: Path, page: bytes, number: int = 1) -> bytes:
    """The journal of a commit that is about to replace this page; SQLite puts it back."""
    size = path.stat().st_size
    head = struct.pack(">8sIIIII", JOURNAL_MAGIC, 1, 7, size // PAGE, 512, PAGE)
    check = 7 + sum(page[at] for at in range(PAGE - 200, 0, -200))
    return head.ljust(512, b"\0") + struct.pack(">I", number) + page + struct.pack(">I", check)


def journal_with_trigger(path: Path) -> None:
    """What SQLite would put back as the first page, so that the file has a trigger."""
    whole = path.read_bytes()
    trigger(path)
    held = path.read_bytes()
    path.write_bytes(whole.ljust(len(held), b"\0"))
    path.with_name(f"{path.name}-journal").write_bytes(journal_of_page(path, held[:PAGE]))


def journal_of_another_page(path: Path) -> None:
    """What SQLite would put back in place of events."""
    whole = path.read_bytes()
    path.with_name(f"{path.name}-journal").write_bytes(journal_of_page(path, whole[:PAGE], 2))


def journal_that_shortens(path: Path) -> None:
    """One that says that the file had fewer pages before."""
    whole = path.read_bytes()
    held = bytearray(journal_of_page(path, whole[:PAGE]))
    held[16:20] = struct.pack(">I", 1)
    path.with_name(f"{path.name}-journal").write_bytes(held)


def log_with_trigger(path: Path) -> None:
    """A log beside the file that puts a trigger into it as soon as SQLite opens it."""
    change(path, "PRAGMA journal_mode = WAL")
    whole = path.read_bytes()
    log = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("CREATE TRIGGER late AFTER INSERT ON event BEGIN DELETE FROM event; END")
        held = log.read_bytes()
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    path.write_bytes(whole)
    log.write_bytes(held)


def log_of_nothing(path: Path) -> None:
    """A log with a size of pages that there is not."""
    path.with_name(f"{path.name}-wal").write_bytes(b"\x37\x7f\x06\x82" + b"\xff" * 500)


def replaced(agenda: Agenda, **fields: Any) -> Agenda:
    """An agenda with other fields; nothing that was computed from the former ones stays."""
    values = {name: getattr(agenda, name) for name in agenda.__struct_fields__}
    return Agenda(**(values | fields))


@contextmanager
def rewriting(path: Path) -> Iterator[dict[int, Any]]:
    """Provide the JSON of every row by its number, and write into the file what becomes of it."""
    rows = {seq: json.loads(data) for seq, _, data in rows_of(path)}
    yield rows
    with closing(sqlite3.connect(path)) as db:
        values = [(json.dumps(value), seq) for seq, value in rows.items()]
        db.executemany("UPDATE event SET data = ? WHERE seq = ?", values)
        db.commit()

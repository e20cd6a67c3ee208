"""Open a session file's database: its head, its settings for durability, read-only folders."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

from tartantm.settings.file_guard import create, make_private

BUSY_SECONDS = 5.0
"""How long to wait while another process has the file locked."""

LEAST_ROOM = 64 * 1024
"""Bytes that a disk has to have left: SQLite begins with 32 KiB beside the file, even to read."""

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit survives power loss, not only a crash
    "secure_delete = ON",
    "temp_store = MEMORY",  # what VACUUM copies is never written to another disk
    "wal_autocheckpoint = 100",  # pages; a short log is reused, so commits rarely grow a file
    *(("fullfsync = ON", "checkpoint_fullfsync = ON") if sys.platform == "darwin" else ()),
)


LONGEST_ROW = 64 * 1024 * 1024
"""Bytes; an act on all posts of the largest chat is a tenth of that. Nothing longer is read."""


def harden(db: sqlite3.Connection) -> None:
    """Set up a connection to a file that may come from anybody: nothing that it brings may run."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_ROW)
    if sys.version_info >= (3, 12):
        db.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


def open_immutable(path: Path) -> sqlite3.Connection:
    """Open a database as it stands: no lock is taken, no log replayed, and nothing written."""
    uri = f"{path.resolve().as_uri()}?immutable=1"
    db = sqlite3.connect(uri, uri=True, isolation_level=None)
    harden(db)
    db.execute("PRAGMA query_only = ON")
    return db


def read_head(path: Path) -> tuple[int, int]:
    """Returns a database's application id and the version of its format.

    SQLite has to read them: closing the file after reading it by other means drops all locks that
    this process has on it, and then another process takes itself for the last and removes the log.
    """
    with closing(open_immutable(path)) as db:
        asked = (db.execute(f"PRAGMA {name}") for name in ("application_id", "user_version"))
        application, version = (answer.fetchone()[0] for answer in asked)
    return application, version


def read_head_without_log(path: Path) -> tuple[int, int]:
    """Returns what `read_head` does for a file that SQLite reads only together with its log.

    Bytes 60 and 68 as in https://www.sqlite.org/fileformat.html#the_database_header.
    """
    with path.open("rb") as file:
        data = file.read(100)
    version, application = (int.from_bytes(data[at : at + 4], "big") for at in (60, 68))
    return application, version


def connect(path: Path, fresh: bool) -> tuple[sqlite3.Connection, bool]:
    """Open the database; return the connection and whether it can only be read."""
    if fresh and not path.exists():
        # Nobody else on the machine may read a session; SQLite's own files take the same mode.
        with suppress(FileExistsError):  # another process was quicker
            create(path)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        make_private(path)
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        harden(db)
        return db, False
    waiting = path.with_name(path.name + "-wal")
    if not (waiting.exists() and waiting.stat().st_size):
        return open_immutable(path), True
    uri = f"{path.resolve().as_uri()}?mode=ro"
    db = sqlite3.connect(uri, uri=True, isolation_level=None)
    harden(db)
    db.execute("PRAGMA query_only = ON")
    return db, True


def is_disk_full(path: Path, error: sqlite3.Error) -> bool:
    """Whether the disk of a database had no room for what was to be done.

    Where not even the files beside it can be made, SQLite calls that an error of the disk.
    """
    reason = str(error).casefold()
    if "full" in reason:
        return True
    return "disk i/o" in reason and shutil.disk_usage(path.parent).free < LEAST_ROOM


def prepare(db: sqlite3.Connection) -> None:
    """Set up a connection for writing: durable, and overwriting what is deleted."""
    for pragma in PRAGMAS:
        db.execute(f"PRAGMA {pragma}")

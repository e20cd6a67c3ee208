"""Removes a session file for good, unless somebody has it open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tartantm.core.errors import TartantmError

BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside an open session, and leaves after a crash."""


def beside(path: Path) -> list[Path]:
    """Returns the files that may stand beside a session file."""
    return [path.with_name(path.name + ending) for ending in BESIDE]


def remove(path: Path) -> None:
    """Remove a session file with all that stands beside it, and a link that leads to it.

    Raises TartantmError where another program has it open, or it cannot be removed.
    """
    file = path.resolve()
    if is_open(file):
        raise TartantmError(f"{path.name} is open in another program; close it there first.")
    try:
        for part in (*beside(file), file, path):
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise TartantmError(f"{path.name} could not be removed: {reason}.") from None


def is_open(path: Path) -> bool:
    """Whether another connection has a session file open.

    SQLite leaves its log only where it is alone with the file; this changes nothing in the end.
    """
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        return "locked" in str(error)
    return False

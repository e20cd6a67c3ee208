"""Opening a session file's database, and how it is made durable."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

BUSY_SECONDS = 5.0
"""How long another process may keep the file locked."""

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit survives power loss, not only a crash
    "secure_delete = ON",
    "temp_store = MEMORY",  # what VACUUM moves about never touches another disk
    "wal_autocheckpoint = 100",  # a short log is reused and grows no file: a commit costs less
    *(("fullfsync = ON", "checkpoint_fullfsync = ON") if sys.platform == "darwin" else ()),
)


def connect(path: Path, fresh: bool) -> tuple[sqlite3.Connection, bool]:
    """Open the database, and tell whether it can only be read."""
    if fresh:
        # Nobody else on the machine may read a session; SQLite's own files take the same mode.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        return db, False
    waiting = path.with_name(path.name + "-wal")
    immutable = not (waiting.exists() and waiting.stat().st_size)
    uri = f"{path.resolve().as_uri()}?{'immutable=1' if immutable else 'mode=ro'}"
    return sqlite3.connect(uri, uri=True, isolation_level=None), True


def prepare(db: sqlite3.Connection) -> None:
    """Set up a connection that writes: durable, and leaving nothing of what is deleted."""
    for pragma in PRAGMAS:
        db.execute(f"PRAGMA {pragma}")

"""Notice and repair a session file that somebody removed or replaced while it is open.

A process that has a file open can still read all of it, but what it adds would be lost when the
process ends.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple


class Inodes(NamedTuple):
    """Device and inode of a session file, its log and its shared memory; None where missing."""

    file: tuple[int, int] | None
    log: tuple[int, int] | None
    shared: tuple[int, int] | None

    @staticmethod
    def of(path: Path) -> Inodes:
        """Returns what is there now; takes a few microseconds."""
        name = str(path)
        return Inodes(_inode(name), _inode(f"{name}-wal"), _inode(f"{name}-shm"))


def _inode(name: str) -> tuple[int, int] | None:
    try:
        found = os.stat(name)  # noqa: PTH116 (a Path would double the time)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def put_back(db: sqlite3.Connection, path: Path) -> None:
    """Write the whole database to `path`, where there is no file; durable when this returns."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # Created here, so that nobody else on the machine may read it at any time.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        db.execute("VACUUM INTO ?", (str(part),))
        _sync(part)
        for ending in ("-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def continues(path: Path, db: sqlite3.Connection) -> bool:
    """Whether a file has the last event of `db`, so that another process has put it back."""
    row = db.execute("SELECT seq, at, data FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    query = "SELECT seq, at, data FROM event WHERE seq = ?"
    with closing(sqlite3.connect(path)) as other:
        return row is None or other.execute(query, row[:1]).fetchone() == row


def _sync(path: Path) -> None:
    with suppress(PermissionError):  # Windows opens no folders
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

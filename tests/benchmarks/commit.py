"""One durable commit against a bare write and fdatasync of as many bytes: ``commit.py``.

Then a hundred events a commit against SQLite alone with the same settings. By the clock: a disk
counts. No fsync happens on the screen's thread; a test of the session holds that.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec

from tartantm.store.journal import Journal
from tartantm.store.sqlite import PRAGMAS
from tests.benchmarks.many import captured
from tests.benchmarks.measuring import against, options, report, rounds

COMMITS = 60


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    commits, turns = (5, 3) if given.small else (COMMITS, 9)
    events = captured(100)
    texts = [msgspec.json.encode(event) for event in events]
    sync = getattr(os, "fdatasync", os.fsync)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        journal = Journal(place / "a.tartantm", create=True)
        db = sqlite3.connect(place / "bare.db", isolation_level=None)
        for pragma in PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        db.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER, data TEXT)")
        raw = os.open(place / "raw", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

        def write(count: int) -> None:
            for _ in range(commits):
                os.write(raw, b"".join(texts[:count]))
                sync(raw)

        def bare(count: int) -> None:
            for _ in range(commits):
                db.execute("BEGIN IMMEDIATE")
                rows = [(0, msgspec.json.encode(event).decode()) for event in events[:count]]
                db.executemany("INSERT INTO event (at, data) VALUES (?, ?)", rows)
                db.execute("COMMIT")

        def ours(count: int) -> None:
            for _ in range(commits):
                journal.append(events[:count])

        with closing(journal), closing(db):
            one = rounds(
                {
                    "one event a commit": lambda: ours(1),
                    "write and fdatasync": lambda: write(1),
                    "SQLite, one a commit": lambda: bare(1),
                },
                turns,
                cpu=False,
            )
            many = rounds(
                {
                    "a hundred events a commit": lambda: ours(100),
                    "SQLite, a hundred a commit": lambda: bare(100),
                },
                turns,
                cpu=False,
            )
        os.close(raw)
    rows = [
        against(one, "one event a commit", "write and fdatasync", 1.0, each=commits),
        against(one, "one event a commit", "SQLite, one a commit", each=commits),
        against(
            many,
            "a hundred events a commit",
            "SQLite, a hundred a commit",
            1 / 0.9,
            each=commits * 100,
        ),
    ]
    report(rows, given.json)


if __name__ == "__main__":
    main()

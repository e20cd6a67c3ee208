"""Reopening a session of 100,000 posts against bare reading and decoding: ``reopen.py``.

Memory is that of a process which holds the chat, against one that holds a hundredth of it.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec

from tartantm.core.events import Begun, Event
from tartantm.store.journal import Journal
from tartantm.store.session import Session
from tests.benchmarks.many import captured
from tests.benchmarks.measuring import Row, against, options, report, rounds
from tests.builders import AGENDA

HOLDING = """
import resource, sys
from pathlib import Path
from tartantm.store.session import Session
session = Session(Path(sys.argv[1]))
pages = int(Path("/proc/self/statm").read_text().split()[1])
print(pages * resource.getpagesize())
"""
ROOT = Path(__file__).parents[2]


def make(path: Path, count: int) -> Path:
    """A session of so many posts."""
    with Journal(path, create=True) as journal:
        journal.append([Begun(AGENDA, "d", "00" * 8)])
        for first in range(0, count, 10_000):
            journal.append(captured(min(10_000, count - first), first))
    return path


def decode(path: Path) -> int:
    """The least that reading can be: rows, decoded and let go."""
    decoder = msgspec.json.Decoder(Event)
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT CAST(data AS BLOB) FROM event ORDER BY seq")
        return sum(decoder.decode(data) is not None for (data,) in rows)


def reopen(path: Path) -> int:
    """The whole state of the chat."""
    with Session(path) as session:
        return len(session.chat.entries)


def memory(path: Path) -> int:
    """Bytes that a process holds with a session open."""
    command = [sys.executable, "-c", HOLDING, str(path)]
    return int(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    many, turns = (500, 1) if given.small else (100_000, 5)
    few = many // 100
    with tempfile.TemporaryDirectory() as folder:
        large = make(Path(folder) / "large.tartantm", many)
        small = make(Path(folder) / "small.tartantm", few)
        works = {"reopen": lambda: reopen(large), "read and decode": lambda: decode(large)}
        times = rounds(works, turns)
        rows = [against(times, "reopen", "read and decode", 2.0, each=many)]
        if Path("/proc/self/statm").exists():
            held, base = memory(large), memory(small)
            allowed = 1.5 * base + 500 * (many - few)
            name = f"memory with {many:,} posts"
            rows.append(
                Row(name, held / 1e6, "MB", "1.5 x few + 500 a post", held / allowed, "", 1)
            )
            each = (held - base) / (many - few)
            rows.append(Row("memory a post", each, "bytes", "500 bytes", each / 500, "", None))
    report(rows, given.json)


if __name__ == "__main__":
    main()

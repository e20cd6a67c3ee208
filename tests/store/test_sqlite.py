"""Looking at a session file's head: without its locks lost, and while it is being written."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tartantm.store import sqlite
from tartantm.store.journal import Journal, JournalError
from tests.builders import captured, post


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evening.tartantm"


def test_a_second_journal_of_this_process_keeps_the_locks_of_the_first(path: Path) -> None:
    with Journal(path, create=True) as journal:
        journal.append(captured(post("1")))
        log = Path(f"{path}-wal").stat().st_ino
        Journal(path).close()
        # Whoever is last to close removes the log; this process still has it.
        closing = (
            "import sys; from pathlib import Path; from tartantm.store.journal import Journal; "
        )
        closing += "Journal(Path(sys.argv[1])).close()"
        subprocess.run(
            [sys.executable, "-c", closing, str(path)], check=True, cwd=Path(__file__).parents[2]
        )
        assert Path(f"{path}-wal").stat().st_ino == log


def test_a_file_that_is_whole_only_with_its_log_is_opened(path: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.tartantm"
    with Journal(path, create=True) as journal:
        for n in range(40):
            journal.append(captured(post(f"{n}", "words " * 200)))
        # Power went while the log was written into the file: its first page is new, the rest is not
        log = Path(f"{path}-wal").read_bytes()
        journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        torn.write_bytes(path.read_bytes()[:8192])
        Path(f"{torn}-wal").write_bytes(log)
    with Journal(torn) as journal:
        assert len(list(journal.since(0))) == 40


@pytest.mark.parametrize(
    ("error", "free", "full"),
    [
        ("database or disk is full", 10**9, True),
        ("disk I/O error", sqlite.LEAST_ROOM - 1, True),
        ("disk I/O error", sqlite.LEAST_ROOM, False),
        ("database is locked", 0, False),
    ],
)
def test_a_disk_without_room_is_full_whatever_sqlite_calls_it(
    path: Path, error: str, free: int, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert sqlite.is_disk_full(path, sqlite3.OperationalError(error)) is full


def test_not_even_reading_works_on_a_full_disk_and_that_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def execute(self, *_: object) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        def close(self) -> None:
            pass

    Journal(path, create=True).close()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    monkeypatch.setattr("tartantm.store.journal.connect", lambda *_: (Full(), False))
    with pytest.raises(JournalError) as caught:
        Journal(path)
    assert str(caught.value) == (
        "The disk is full; free some space so that evening.tartantm can be saved."
    )

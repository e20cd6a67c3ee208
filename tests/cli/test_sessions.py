"""The sessions kept here: listed with age and size, and forgotten with what belongs to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from tartantm.cli import sessions
from tartantm.cli.main import run
from tartantm.settings.paths import capture_lock
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post


@pytest.fixture
def kept(home: Path) -> Path:
    path = home / "sessions" / "mine.tartantm"
    path.parent.mkdir(parents=True)
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    return path


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "changed today"),
        (1, "unchanged for 1 day"),
        (29, "unchanged for 29 days"),
        (61, "unchanged for 2 months"),
        (400, "unchanged for 1 year"),
    ],
)
def test_ages(days: int, words: str) -> None:
    assert sessions._age(datetime.now(UTC) - timedelta(days=days, hours=1)) == words


def test_sessions_tell_age_and_size(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sessions"]) == 0
    size = f"{kept.stat().st_size / 1024:.0f} KiB"
    assert capsys.readouterr().out == f"mine: Talk about talk; 1 post; changed today; {size}\n"


def test_forget_removes_the_file_and_what_stands_beside_it(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beside = [kept.with_name(f"mine.tartantm{ending}") for ending in ("-wal", "-shm")]
    for path in beside:
        path.write_bytes(b"")
    other = kept.with_name("mine.tartantm.html")
    other.write_text("an export", encoding="utf-8")
    assert run(["forget", "mine", "--yes"]) == 0
    assert [path.name for path in kept.parent.iterdir()] == [other.name]
    assert not capture_lock(kept).exists()
    said = capsys.readouterr().out
    assert f"Forgot {kept}" in said and "are still there" in said


def test_forget_asks_first(
    kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["forget", "mine"]) == 2
    assert "give --yes" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda words: "n" if "1 post" in words else "y")
    assert run(["forget", "mine"]) == 1
    assert "Nothing was removed" in capsys.readouterr().out and kept.exists()
    monkeypatch.setattr("builtins.input", lambda words: "y")
    assert run(["forget", "mine"]) == 0
    assert not kept.exists()


def test_forget_removes_nothing_but_sessions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thesis.txt"
    path.write_text("years of work", encoding="utf-8")
    for name in (path, tmp_path, tmp_path / "none"):
        assert run(["forget", str(name), "--yes"]) == 2
    assert capsys.readouterr().err.count("\n") == 3
    assert path.exists()


def test_a_session_that_is_being_captured_stays(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FileLock(capture_lock(kept)):
        assert run(["forget", "mine", "--yes"]) == 1
    assert "is being captured right now" in capsys.readouterr().err and kept.exists()

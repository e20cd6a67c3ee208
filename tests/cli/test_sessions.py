"""The sessions kept here: listed with age and size, and forgotten with what belongs to them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from msgspec.structs import replace

from tartantm.cli import sessions
from tartantm.cli.main import run
from tartantm.core.events import Exported
from tartantm.core.post import Post
from tartantm.settings.paths import capture_lock
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post


def written_now() -> Post:
    """A post of this moment."""
    return replace(post("1"), created_at=datetime.now(UTC))


@pytest.fixture
def kept(home: Path) -> Path:
    path = home / "sessions" / "mine.tartantm"
    path.parent.mkdir(parents=True)
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(written_now()))
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
    today = f"{datetime.now(AGENDA.tz):%d %B %Y}"
    said = capsys.readouterr().out
    assert said == f"mine: Talk about talk, {today}; 1 post; changed today; {size}\n"


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


def aged(path: Path, days: float, name: str) -> Path:
    """A session whose events are that old."""
    made = path.with_name(f"{name}.tartantm")
    with Session(made, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(written_now()))
        session.record(Exported("/srv/pages", "evening", ("html",)))
    with closing(sqlite3.connect(made)) as database, database:
        database.execute("UPDATE event SET at = at - ?", (int(days * 86400e6),))
    return made


def configured(home: Path, keep: str) -> None:
    (home / "config.toml").write_text(f'[retention]\nkeep = "{keep}"\n', encoding="utf-8")


def test_sessions_says_what_is_due_and_since_when(
    kept: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aged(kept, 100, "old")
    configured(home, "90 days")
    assert run(["sessions"]) == 0
    mine, old, due, unchecked = sorted(capsys.readouterr().out.splitlines(), key=len)
    since = datetime.now(UTC) - timedelta(days=10)
    lines = "\n".join((mine, old, due, unchecked))
    assert f"; kept for 90 days, due since {since:%d %B %Y}" in lines
    assert "1 due: 'tartantm forget --due' lists and removes them." in lines
    assert "was not run in that time for: old" in lines


def test_forget_by_age_takes_the_old_ones_only(
    kept: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, older = aged(kept, 100, "old"), aged(kept, 800, "older")
    assert run(["forget", "--older-than", "3 years"]) == 0
    assert "No session is that old" in capsys.readouterr().out
    assert run(["forget", "--older-than", "90d"]) == 2
    asked: list[str] = []

    def answer(words: str) -> str:
        asked.append(words)
        return "y"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    assert run(["forget", "--older-than", "1 year"]) == 0
    assert kept.exists() and old.exists() and not older.exists()
    (words,) = asked
    assert "older.tartantm: " in words and "1 post" in words and "/srv/pages/evening.*" in words
    configured(home, "90 days")
    assert run(["forget", "--due", "--yes"]) == 0
    assert kept.exists() and not old.exists()


def test_forget_follows_no_link_that_is_not_named(
    kept: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = aged(tmp_path / "x", 100, "elsewhere")
    link = kept.with_name("link.tartantm")
    link.symlink_to(elsewhere)
    assert run(["forget", "--older-than", "1d", "--yes"]) == 0
    assert "name it to forget it" in capsys.readouterr().err
    assert link.is_symlink() and elsewhere.exists()
    assert run(["forget", "link", "--yes"]) == 0
    assert not link.is_symlink() and not elsewhere.exists() and kept.exists()


def test_one_that_is_open_does_not_keep_the_others(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = aged(kept, 0, "other")
    with Session(kept):
        assert run(["forget", "mine", "other", "--yes"]) == 1
    assert kept.exists() and not other.exists()
    assert "open in another program" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["mine", "--due"],
        ["--due", "--older-than", "1d"],
        ["--due"],
        ["--older-than", "soon"],
        ["--older-than", ""],
        ["mine", "--older-than", ""],
    ],
)
def test_forget_says_what_it_needs(
    kept: Path, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["forget", *given, "--yes"]) == 2
    assert capsys.readouterr().err.count("\n") == 1 and kept.exists()


def test_a_period_that_is_none_is_named_with_its_line(
    kept: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(home, "forever")
    assert run(["sessions"]) == 2
    assert "config.toml, line 2: 'forever' is no period" in capsys.readouterr().err


def test_an_old_evening_that_was_imported_today_is_old(
    kept: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = kept.with_name("old.tartantm")
    long_ago = replace(post("1"), created_at=datetime.now(UTC) - timedelta(days=100))
    with Session(old, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(long_ago))
    configured(home, "90 days")
    assert run(["forget", "--due", "--yes"]) == 0
    assert kept.exists() and not old.exists()


def test_a_post_that_claims_to_be_of_tomorrow_keeps_nothing(kept: Path, home: Path) -> None:
    made = aged(kept, 100, "odd")
    with Session(made) as session:
        late = replace(post("2"), created_at=datetime.now(UTC) + timedelta(days=900))
        session.record(*captured(late))
    with closing(sqlite3.connect(made)) as database, database:
        database.execute("UPDATE event SET at = at - ?", (int(100 * 86400e6),))
    configured(home, "90 days")
    assert run(["forget", "--due", "--yes"]) == 0
    assert not made.exists()

"""Events that cannot be read: what publishes or acts refuses, what reads warns and goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.cli.parsers import COMMANDS
from tartantm.cli.parsers_moderate import MODERATING
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.store.damage import DamagedSession, damage_warning
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tests.builders import AGENDA, at, captured, post

SECRET = "The address of the safe house"
SAYS = "1 event of evening.tartantm cannot be read (number 5)"
REFUSED = (
    f"tartantm: {SAYS} and may be a redaction, or hold words that are to be erased;"
    " use a back-up, or give --despite-damage to go on without it.\n"
)
WARNED = f"tartantm: {SAYS}; it stays in the file and is left out.\n"


def damage(path: Path, number: int) -> None:
    """Make an event unreadable, as a bad sector or a careless editor does."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE event SET data = substr(data, 1, 20) WHERE seq = ?", (number,))


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A session whose fifth event, a redaction, cannot be read any more."""
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(ev.Opened("Q1", at(1), "moderator"))
        session.record(*captured(post("1", SECRET, 2), post("2", "More", 3, author="calum")))
        session.record(ev.Redacted("post", "x:1"))
        session.record(ev.Starred(("x:2",)))
    damage(path, 5)
    return path


def test_export_refuses_and_writes_nothing(
    damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(["export", str(damaged), "--output", str(out)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", REFUSED)
    assert not out.exists()


def test_export_goes_on_where_it_is_told_to_and_says_so(
    damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--format", "text", "--output", str(tmp_path), "--despite-damage", "--x-text", "link")
    assert run(["export", str(damaged), *more]) == 0
    said = capsys.readouterr()
    assert said.out == f"{tmp_path / 'evening.txt'}\n"
    assert said.err == WARNED


def test_a_whole_session_needs_no_flag_and_takes_it(
    damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "whole.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
    for more in ([], ["--despite-damage"]):
        assert run(["export", str(path), "--format", "text", "--output", str(tmp_path), *more]) == 0
        assert capsys.readouterr().err == ""


ACTS = {
    "place": ("Q2", "4"),
    "star": ("4",),
    "hide": ("4",),
    "mark": ("idea", "4"),
    "note": ("4", "Words"),
    "summary": ("chat", "Words"),
    "remark": ("Ewan: words", "--at", "18:20"),
    "open": (),
    "close": (),
    "mute": ("--author", "calum", "--yes"),
    "redact": ("--post", "4"),
    "undo": (),
    "redo": (),
}


def test_every_command_that_acts_is_tried_here() -> None:
    acting = {
        name
        for name, (call, *_) in MODERATING.items()
        # Its post has to be a remark: `test_moderate` tries it.
        if call.startswith(("moderate:", "withhold:")) and name != "amend"
    }
    assert acting == set(ACTS)


@pytest.mark.parametrize("command", ACTS)
def test_an_act_is_refused_and_nothing_recorded(
    damaged: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    before = Chat(recorded_events(damaged)).last_seq
    assert run([command, str(damaged), *ACTS[command]]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", REFUSED)
    assert Chat(recorded_events(damaged)).last_seq == before


@pytest.mark.parametrize("command", [name for name in ACTS if name != "redo"])
def test_an_act_goes_on_where_it_is_told_to_and_says_so(
    damaged: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    before = Chat(recorded_events(damaged)).last_seq
    assert run([command, str(damaged), *ACTS[command], "--despite-damage"]) == 0
    said = capsys.readouterr()
    assert said.out and said.err == WARNED
    assert Chat(recorded_events(damaged)).last_seq > before


def test_erasing_is_refused_since_what_is_unreadable_stays(
    damaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    erase = ["erase", str(damaged), "--author", "ailsa", "--yes"]
    assert run(erase) == 1
    assert capsys.readouterr().err == REFUSED
    assert SECRET.encode() in damaged.read_bytes()
    assert run([*erase, "--despite-damage"]) == 0
    assert capsys.readouterr().err == f"{SAYS}; it was emptied, whatever it held.\n"
    assert SECRET.encode() not in damaged.read_bytes()


@pytest.mark.parametrize("command", ["posts", "inbox", "history"])
def test_reading_warns_and_goes_on(
    damaged: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run([command, str(damaged)]) == 0
    said = capsys.readouterr()
    assert said.out and said.err == WARNED


def test_the_list_of_sessions_names_damage(
    damaged: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "sessions").mkdir(parents=True)
    damaged.rename(home / "sessions" / damaged.name)
    assert run(["sessions"]) == 0
    assert "; 1 event cannot be read" in capsys.readouterr().out


def test_follow_captures_on_but_does_not_publish(
    damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agenda, archive = tmp_path / "agenda.toml", tmp_path / "none.jsonl"
    agenda.write_text('title = "T"\n[[questions]]\ntext = "One?"\n', encoding="utf-8")
    archive.write_text('{"id": "17", "text": "Words", "author_id": "7"}\n', encoding="utf-8")
    follow = ["follow", str(agenda), "--source", f"file:{archive}", "--session", str(damaged)]
    assert run(follow) == 0
    said = capsys.readouterr().err
    assert said.startswith(WARNED) and "file:none.jsonl: 1 entry could not be read" in said
    page = tmp_path / "web" / "evening.html"
    publish = [*follow, "--publish", str(page.parent)]
    assert run(publish) == 1
    assert REFUSED in capsys.readouterr().err
    assert not page.exists()
    assert run([*publish, "--despite-damage"]) == 0
    assert WARNED in capsys.readouterr().err
    assert page.exists()


class StandInApp:
    """Stands in for the desk's app: reads the session as that does, and ends."""

    return_code = 0
    _driver = None
    waiting_in_inbox = unsaved = ""
    return_code = 0
    fault: Exception | None = None
    opened = asyncio.Event()

    def __init__(self, title: str, read: Callable[[object], object], *more: object) -> None:
        self._read = read

    def run(self) -> None:
        try:
            self._read(None)
        except Exception as error:
            self.fault = error


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        ([], 0, WARNED),
        (["--publish", "{web}"], 1, REFUSED),
        (["--publish", "{web}", "--despite-damage"], 0, WARNED),
    ],
)
def test_the_desk_opens_but_does_not_publish(
    damaged: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.setattr("tartantm.cli.desk._terminal", lambda: True)
    monkeypatch.setattr("tartantm.desk.app.DeskApp", StandInApp)
    web = tmp_path / "web"
    assert run(["run", str(damaged), *(each.format(web=web) for each in more)]) == code
    assert says in capsys.readouterr().err
    assert (web / "evening.html").exists() == ("--despite-damage" in more)


def test_recheck_warns_and_goes_on(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Session(damaged) as session:
        session.record(ev.Deleted(("x:1", "x:2"), at(9)))
    assert run(["recheck", str(damaged)]) == 0
    assert WARNED.removeprefix("tartantm: ") in capsys.readouterr().out


def test_several_events_and_their_numbers() -> None:
    path = Path("a.tartantm")
    assert str(DamagedSession(path, [4, 7, 4])).startswith(
        "2 events of a.tartantm cannot be read (numbers 4, 7) and may be redactions, or "
    )
    assert damage_warning(path, range(1, 8)) == (
        "7 events of a.tartantm cannot be read (numbers 1, 2, 3, 4, 5, …);"
        " they stay in the file and are left out."
    )


@pytest.mark.parametrize("name", ["export", "run", "follow", "replay", "erase", *ACTS])
def test_the_flag_stands_in_the_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert name in COMMANDS
    with pytest.raises(SystemExit):
        run([name, "--help"])
    assert "--despite-damage" in capsys.readouterr().out

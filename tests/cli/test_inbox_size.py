"""The size of the inbox from the command line: a flag, the settings, and `inbox --size`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from tartantm.cli.desk import _reopening
from tartantm.cli.main import parse, run
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.demo import AGENDA as DEMO
from tartantm.demo import EVENING
from tartantm.grouping.ranker import shipped
from tartantm.moderation.inbox import SIZES, meaning
from tartantm.settings.paths import paths
from tartantm.store.journal import JournalError, recorded_events
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA, post


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A session with a post that a thorough inbox holds, and a usual one does not."""
    path, sure = tmp_path / "evening.tartantm", shipped().inbox["usual"].below
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(ev.Captured(post("1"), Placement("Q1", "time", "", sure)))
    return path


def configure(size: str) -> None:
    paths().config.parent.mkdir(parents=True, exist_ok=True)
    paths().config.write_text(f'[grouping]\ninbox = "{size}"\n', encoding="utf-8")


def sizes(path: Path) -> list[str]:
    """What the file says about the size, in order."""
    events = (item.event for item in recorded_events(path))
    return [event.budget for event in events if isinstance(event, ev.InboxSet)]


def reopened(path: Path, inbox: str | None = None) -> Chat:
    """The chat as the desk opens it."""
    options = Namespace(source=[], offline=True, inbox=inbox)
    return _reopening(path, options)(LoadProgress()).session.chat


def test_the_help_says_what_the_sizes_are(capsys: pytest.CaptureFixture[str]) -> None:
    few, usual, thorough = (round(100 * shipped().inbox[size].share) for size in SIZES)
    for command in ("inbox", "run"):
        with pytest.raises(SystemExit):
            parse([command, "--help"])
        said = " ".join(capsys.readouterr().out.split())
        assert f"about {few}, {usual} or {thorough} of 100" in said


def test_it_says_what_it_means_and_how_many_wait(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inbox", str(kept), "--size", "thorough"]) == 0
    words = meaning("thorough")
    set_to, means, wait = capsys.readouterr().out.splitlines()
    assert set_to == "Set the inbox to thorough." and wait == "Now 1 post of this chat waits."
    assert means.startswith(f"{words[0].upper()}{words[1:]}. Measured on chats")
    assert run(["inbox", str(kept)]) == 0
    assert "suggested: Q1" in capsys.readouterr().out
    assert run(["inbox", str(kept), "--size", "thorough"]) == 2
    again = capsys.readouterr()
    assert again.out.splitlines() == [means, wait] and "thorough already" in again.err
    run(["undo", str(kept)])
    run(["inbox", str(kept)])
    assert capsys.readouterr().out.endswith("The inbox is empty.\n")


def test_settings_are_recorded_once(kept: Path) -> None:
    configure("thorough")
    assert reopened(kept).entries["x:1"].in_inbox
    reopened(kept)
    assert sizes(kept) == ["thorough"]
    run(["inbox", str(kept), "--size", "usual"])
    assert not reopened(kept).entries["x:1"].in_inbox  # what was chosen holds
    assert reopened(kept, "few").inbox_budget == "few"
    assert sizes(kept) == ["thorough", "usual", "few"]


def test_a_file_that_cannot_be_written_opens_all_the_same(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise JournalError("no")

    configure("thorough")
    monkeypatch.setattr(Session, "record", refuse)
    assert reopened(kept).inbox_budget == "usual"
    with pytest.raises(JournalError):
        reopened(kept, "few")


def test_what_makes_a_session_takes_it(tmp_path: Path) -> None:
    waits = {}
    recording = ["--agenda", str(DEMO), "--session"]
    for size in ("few", "thorough"):
        path = tmp_path / f"{size}.tartantm"
        assert run(["import", str(EVENING), *recording, str(path), "--inbox", size]) == 0
        assert sizes(path) == [size]
        waits[size] = sum(entry.in_inbox for entry in Chat(recorded_events(path)).posts())
    assert waits["few"] < waits["thorough"]
    path = tmp_path / "followed.tartantm"
    configure("few")
    assert run(["follow", str(DEMO), "--source", f"file:{EVENING}", "--session", str(path)]) == 0
    assert sizes(path) == ["few"]


def test_only_sizes_are_taken(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["inbox", str(kept), "--size", "huge"])
    assert "huge" in capsys.readouterr().err
    for size in SIZES:
        assert parse(["inbox", str(kept), "--size", size]).size == size


def test_programs_read_the_review(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(kept), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in read["order"]] == ["x:1"]

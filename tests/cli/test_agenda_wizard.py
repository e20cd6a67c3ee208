from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tartantm.agenda_files.load import load_agenda
from tartantm.cli.agenda_wizard import ask_and_write
from tartantm.cli.main import run
from tartantm.core.errors import BadInput

ANSWERS = (
    *("two words", "#TartanTM", "", "Talk", "next week", "2012-06-20 18:00", "2096-06-17 18:00"),
    *("One?", "-", "- Really?", "Two?", "", "never asked"),
)


def answering(*answers: str) -> Callable[[str], str]:
    waiting = iter(answers)

    def ask(words: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask


def test_answers_become_an_agenda_file(tmp_path: Path) -> None:
    path = ask_and_write(answering(*ANSWERS), tmp_path).path
    agenda = load_agenda(path).agenda
    assert path.name == "tartantm-2096-06-17.toml"
    assert (agenda.title, agenda.hashtags) == ("Talk", ("TartanTM",))
    assert agenda.starts == datetime(2096, 6, 17, 18).astimezone()
    assert [(q.id, q.text) for q in agenda.questions] == [
        *(("Q1", "One?"), ("Q1a", "Really?"), ("Q2", "Two?")),
    ]


def test_no_file_is_written_over(tmp_path: Path) -> None:
    first, second = (ask_and_write(answering(*ANSWERS), tmp_path).path for _ in range(2))
    assert second.name == "tartantm-2096-06-17-2.toml" and first.exists()


def test_an_end_before_the_end_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing was written"):
        ask_and_write(answering("tartantm", "Talk"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_time_alone_is_today(tmp_path: Path) -> None:
    path = ask_and_write(answering("tartantm", "Talk", "23:59", ""), tmp_path).path
    starts = load_agenda(path).agenda.starts
    assert starts is not None and f"{starts:%H:%M}" == "23:59"
    assert abs(starts - datetime.now().astimezone()) < timedelta(days=1)


def test_networks_are_asked_for_until_they_can_be_heard(tmp_path: Path) -> None:
    """Nothing is heard unless somebody says what, and a first evening has no config file."""
    answers = ("tartantm", "Talk", "", "", "twitter", "mastodon", "bluesky, mastodon:pub.example")
    sources = ask_and_write(answering(*answers), tmp_path, ask_sources=True).sources
    assert sources == ["bluesky", "mastodon:pub.example"]
    assert ask_and_write(answering(*answers[:4], ""), tmp_path, ask_sources=True).sources == []


def test_without_a_terminal_it_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run"]) == 2
    assert "Name an agenda file or a session" in capsys.readouterr().err

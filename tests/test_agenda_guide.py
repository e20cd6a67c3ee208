from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tartantm import agenda_files
from tartantm.agenda_guide import guide
from tartantm.cli import run
from tartantm.errors import BadInput

ANSWERS = (
    *("two words", "#TartanTM", "", "Talk", "next week", "2026-06-17 18:00"),
    *("One?", "- Really?", "Two?", "", "never asked"),
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
    path = guide(answering(*ANSWERS), tmp_path)
    agenda = agenda_files.load(path).agenda
    assert path.name == "tartantm-2026-06-17.toml"
    assert (agenda.title, agenda.hashtags) == ("Talk", ("TartanTM",))
    assert agenda.starts == datetime(2026, 6, 17, 18).astimezone()
    assert [(q.id, q.text) for q in agenda.questions] == [
        *(("Q1", "One?"), ("Q1a", "Really?"), ("Q2", "Two?")),
    ]


def test_no_file_is_written_over(tmp_path: Path) -> None:
    first, second = (guide(answering(*ANSWERS), tmp_path) for _ in range(2))
    assert second.name == "tartantm-2026-06-17-2.toml" and first.exists()


def test_an_end_before_the_end_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing was written"):
        guide(answering("tartantm", "Talk"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_without_a_terminal_it_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run"]) == 2
    assert "Name an agenda file or a session" in capsys.readouterr().err

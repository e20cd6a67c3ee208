"""A session in place of an agenda is known as one, and the next step is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tartantm.cli.agenda_argument import read_agenda
from tartantm.cli.main import run
from tartantm.core.errors import BadInput
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.settings.paths import paths
from tartantm.store.session import Session
from tests.builders import AGENDA


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "s 1.tartantm"
    with Session(path, create=True) as made:
        made.take_agenda(AGENDA, "d")
    return path


def test_follow_says_how_to_go_on_with_a_session(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["follow", str(session)]) == 2
    said = capsys.readouterr().err
    assert f"{session} is a session, not an agenda." in said and "UTF-8" not in said
    assert f"'tartantm run '{session}'' opens it" in said.replace('"', "'")
    assert f"'tartantm follow AGENDA --session '{session}'' captures more." in said


@pytest.mark.parametrize(
    "arguments", [("doctor",), ("agenda", "check"), ("agenda", "convert"), ("follow",)]
)
def test_every_command_that_takes_an_agenda_knows_a_session(
    arguments: tuple[str, ...], session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, str(session)]) == 2
    assert "is a session, not an agenda" in capsys.readouterr().err


def test_a_session_is_known_by_its_content_and_by_its_kept_name(session: Path) -> None:
    other = session.with_suffix(".toml")
    shutil.copy(session, other)
    with pytest.raises(BadInput, match="is a session"):
        read_agenda(str(other))
    kept = paths().sessions
    kept.mkdir(parents=True)
    shutil.copy(session, kept / "evening.tartantm")
    with pytest.raises(BadInput, match=r"evening is a session.*'tartantm run evening' opens it"):
        read_agenda("evening", "follow")


def test_an_agenda_is_read_and_what_is_missing_is_no_session(tmp_path: Path) -> None:
    assert read_agenda(str(AGENDA_FILE)).agenda.questions
    with pytest.raises(BadInput, match="There is no agenda file"):
        read_agenda(str(tmp_path / "none.tartantm"))
    with pytest.raises(BadInput, match="is a folder"):
        read_agenda(str(tmp_path))

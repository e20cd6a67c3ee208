"""The page published while a chat is running: complete at any moment, written only when due."""

from __future__ import annotations

import sqlite3
import threading
from argparse import Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from tartantm.cli import publish
from tartantm.cli.main import run
from tartantm.core.events import Redacted
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.demo import EVENING
from tartantm.store.damage import DamagedSession
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions
from tartantm.transcript import export as exported
from tartantm.transcript import publish as publishing
from tartantm.transcript.publish import Publisher
from tests.builders import AGENDA, captured, post
from tests.erasing import erase

SOON = 0.02
PATIENCE = 20


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "mine.tartantm"
    with Session(path, create=True) as made:
        made.take_agenda(AGENDA, "d")
        made.record(*captured(post("1", "First words")))
    return path


def wait(publisher: Publisher, until: Callable[[], bool]) -> None:
    with publisher.checked:
        assert publisher.checked.wait_for(until, PATIENCE)


def test_the_page_follows_the_session(session: Path, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    with Publisher(session, folder, every=SOON) as publisher:
        wait(publisher, lambda: publisher.written == 1)
        first = publisher.path.read_text("utf-8")
        assert publisher.path == folder / "mine.html"
        assert "First words" in first and "The chat is still running. Written " in first
        with Session(session) as elsewhere:
            elsewhere.record(*captured(post("2", "Second words")))
        wait(publisher, lambda: "Second words" in publisher.path.read_text("utf-8"))
    last = publisher.path.read_text("utf-8")
    assert "Second words" in last and "still running" not in last
    assert [path.name for path in folder.iterdir()] == ["mine.html"]


def test_nothing_is_written_where_nothing_changed(session: Path, tmp_path: Path) -> None:
    turns = 0

    def several() -> bool:
        nonlocal turns
        turns += 1
        return turns > 5

    with Publisher(session, tmp_path, every=SOON) as publisher:
        wait(publisher, several)
        assert publisher.written == 1
    assert publisher.written == 2


def test_who_was_erased_leaves_the_page(session: Path, tmp_path: Path) -> None:
    with Publisher(session, tmp_path / "web", every=SOON) as publisher:
        wait(publisher, lambda: publisher.written == 1)
        erase(session, "ailsa")
        wait(publisher, lambda: "First words" not in publisher.path.read_text("utf-8"))


def test_what_goes_wrong_is_tried_again(session: Path, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    folder.write_text("in the way", encoding="utf-8")
    with Publisher(session, folder, every=SOON) as publisher:
        wait(publisher, lambda: bool(publisher.trouble))
        assert "web" in publisher.trouble and publisher.trouble.endswith(".")
        folder.unlink()
        wait(publisher, lambda: not publisher.trouble and publisher.written > 0)
    assert publisher.path.exists()


def test_a_session_that_cannot_be_read_does_no_harm(tmp_path: Path) -> None:
    before = threading.active_count()
    with Publisher(tmp_path / "none.tartantm", tmp_path, every=SOON) as publisher:
        pass
    assert "There is no session" in publisher.trouble and not publisher.path.exists()
    assert threading.active_count() == before


def test_where_an_event_becomes_unreadable_the_page_is_left_alone(
    session: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "web"
    with Publisher(session, folder, every=SOON) as publisher:
        wait(publisher, lambda: publisher.written == 1)
        with Session(session) as elsewhere:
            elsewhere.record(Redacted("post", "x:1"))
        wait(publisher, lambda: "First words" not in publisher.path.read_text("utf-8"))
    damage(session, "x:1")
    before = publisher.path.read_bytes()
    with Publisher(session, folder, every=SOON) as publisher:
        wait(publisher, lambda: bool(publisher.trouble))
    assert publisher.path.read_bytes() == before and publisher.written == 0
    assert "1 event of mine.tartantm cannot be read" in publisher.trouble
    with pytest.raises(DamagedSession), page_of(session, folder):
        pass
    with page_of(session, folder, despite_damage=True):
        pass
    assert publisher.path.read_bytes() != before


def damage(session: Path, value: str) -> None:
    """Make the redaction of something unreadable."""
    with closing(sqlite3.connect(session)) as db, db:
        statement = "UPDATE event SET data = substr(data, 1, 20) WHERE data LIKE ?"
        db.execute(statement, (f'{{"event":"redacted"%{value}%',))
        assert db.total_changes == 1


def page_of(
    session: Path, folder: Path, *, despite_damage: bool = False
) -> AbstractContextManager[None]:
    return publishing.publishing(
        session, folder, ExportOptions(), every=SOON, running=True, despite_damage=despite_damage
    )


def test_follow_publishes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    web = tmp_path / "web"
    command = ["follow", str(AGENDA_FILE), "--source", f"file:{EVENING}"]
    command += ["--session", str(tmp_path / "a.tartantm"), "--publish", str(web)]
    assert run([*command, "--publish-every", "0.05"]) == 0
    page = (web / "a.html").read_text("utf-8")
    assert "still running" not in page and page.count("<article") > 300
    assert f"The page as it stands now: {web / 'a.html'}" in capsys.readouterr().err


def test_the_page_can_do_without_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def export(*arguments: Any, **more: Any) -> list[Path]:
        (page,) = exported(*arguments, **more)
        written.append(page.read_text("utf-8"))
        return [page]

    monkeypatch.setattr(publishing, "export", export)
    command = ["follow", str(AGENDA_FILE), "--source", f"file:{EVENING}"]
    command += ["--session", str(tmp_path / "a.tartantm"), "--publish", str(tmp_path / "web")]
    command += ["--publish-every", "0.05", "--noindex", "--x-text", "link"]
    assert run([*command, "--pseudonyms", "participants"]) == 0
    assert written
    for page in written:
        assert "calumsample" not in page.casefold() and 'content="noindex"' in page
        assert "Ailsa Example" in page and "Names</dt><dd>replaced by numbers" in page
    assert "Participant 1" in written[-1] and "Words left on X" in written[-1]
    assert "X allows" not in capsys.readouterr().err


def test_words_on_x_are_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = Namespace(source=["x"], publish=str(tmp_path), publish_every=9.0)
    options.noindex, options.pseudonyms, options.x_text = False, None, None
    options.address, options.despite_damage = None, False
    publish.publishing(tmp_path / "a.tartantm", options, running=True)
    assert "X allows others' posts to be handed on as links" in capsys.readouterr().err


@pytest.mark.parametrize(
    "choice",
    [
        ["--noindex"],
        ["--address", "https://a.example/"],
        ["--pseudonyms", "all"],
        ["--x-text", "link"],
    ],
)
def test_choices_for_no_page(choice: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["follow", str(AGENDA_FILE), "--source", f"file:{EVENING}", *choice]) == 2
    assert f"{choice[0]} is about the page that --publish DIR keeps" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    command = ["follow", str(AGENDA_FILE), "--source", f"file:{EVENING}"]
    command += [
        "--session",
        str(tmp_path / "a.tartantm"),
        "--publish",
        str(tmp_path / "file" / "x"),
    ]
    assert run(command) == 2
    assert "cannot be made" in capsys.readouterr().err

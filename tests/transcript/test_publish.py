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
from tartantm.core.events import LeaksAccepted, Redacted
from tartantm.core.post import Author
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.demo import EVENING
from tartantm.store.damage import DamagedSession
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions
from tartantm.transcript import export as exported
from tartantm.transcript import publish as publishing
from tartantm.transcript.export import OpenLeaks
from tartantm.transcript.leaks import leaks
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
    options.address, options.despite_damage, options.strict = None, False, False
    publish.publishing(tmp_path / "a.tartantm", options, running=lambda: True)
    assert "X allows others' posts to be handed on as links" in capsys.readouterr().err


@pytest.mark.parametrize(
    "choice",
    [
        ["--noindex"],
        ["--address", "https://a.example/"],
        ["--pseudonyms", "all"],
        ["--x-text", "link"],
        ["--strict"],
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


def test_a_run_is_recorded_when_it_begins_and_with_what_it_showed_last(
    session: Path, tmp_path: Path
) -> None:
    options = ExportOptions(pseudonyms="all")
    with Publisher(session, tmp_path / "web", every=SOON, options=options) as publisher:
        wait(publisher, lambda: publisher.written == 1)
        with Session(session) as elsewhere:
            (begun,) = elsewhere.chat.exports
            elsewhere.record(*captured(post("2", "Second words")))
            second = elsewhere.chat.last_seq
        wait(publisher, lambda: publisher.written == 2)
        with Session(session) as elsewhere:
            assert elsewhere.chat.exports == [begun]
    with Session(session) as elsewhere:
        _, (seq, _, ended) = elsewhere.chat.exports
    assert publisher.unrecorded == "" and seq == second + 1 and ended.shows == second
    assert begun[2].shows < second
    for event in (begun[2], ended):
        assert (event.folder, event.name) == (str(tmp_path / "web"), "mine")
        assert event.formats == ("html",) and event.options == {"pseudonyms": "all"}


def test_a_page_that_was_never_written_is_not_recorded(session: Path, tmp_path: Path) -> None:
    (tmp_path / "web").write_text("a file, no folder", "utf-8")
    with Publisher(session, tmp_path / "web", every=SOON) as publisher:
        wait(publisher, lambda: bool(publisher.trouble))
    with Session(session) as elsewhere:
        assert elsewhere.chat.exports == []


def test_strict_holds_the_page_back_until_every_place_was_looked_at(
    session: Path, tmp_path: Path
) -> None:
    with Session(session) as elsewhere:
        rhona = Author("writes_of_keys", "Rhona Example", "17")
        elsewhere.record(*captured(post("2", "Hello", author=rhona)))
        elsewhere.record(*captured(post("3", "Thanks, Rhona", author="calum")))
        elsewhere.record(Redacted("author", "x:writes_of_keys"))
    with Publisher(session, tmp_path / "web", every=SOON, strict=True) as publisher:
        wait(publisher, lambda: bool(publisher.trouble))
        assert publisher.written == 0 and not publisher.path.exists()
        assert publisher.trouble.startswith("nothing is written while 1 place may still name some")
        with Session(session) as elsewhere:
            (leak,) = leaks(elsewhere.chat, ExportOptions())
            elsewhere.record(LeaksAccepted((leak.key,)))
        wait(publisher, lambda: publisher.written > 0)
    assert publisher.held_back is None and "Thanks, Rhona" in publisher.path.read_text("utf-8")


def test_a_run_whose_page_was_held_back_ends_with_that(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session(session) as elsewhere:
        rhona = Author("writes_of_keys", "Rhona Example", "17")
        elsewhere.record(*captured(post("2", "Hello", author=rhona)))
        elsewhere.record(*captured(post("3", "Thanks, Rhona", author="calum")))
        elsewhere.record(Redacted("author", "x:writes_of_keys"))
    options = Namespace(publish=str(tmp_path / "web"), publish_every=SOON, source=["bluesky"])
    options.noindex, options.pseudonyms, options.x_text = False, None, None
    options.address, options.despite_damage, options.strict = None, False, True
    page = publish.publishing(session, options, running=lambda: True)
    assert "1 place may still name somebody" in capsys.readouterr().err
    with pytest.raises(OpenLeaks), page:
        pass
    with Session(session) as elsewhere:
        assert elsewhere.chat.exports == []


def test_the_end_of_a_run_does_not_wait_for_who_holds_the_session(
    session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Publisher(session, tmp_path / "web", every=SOON) as publisher:
        wait(publisher, lambda: publisher.written == 1)
        monkeypatch.setattr("tartantm.store.journal.BUSY_SECONDS", 600)
        other = sqlite3.connect(session, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
    other.close()
    assert "locked" in publisher.unrecorded and "It is not recorded" in publisher.unrecorded


def test_strict_never_keeps_on_the_page_what_was_withheld_since(
    session: Path, tmp_path: Path
) -> None:
    rhona = Author("writes_of_keys", "Rhona Example", "17")
    with Session(session) as elsewhere:
        elsewhere.record(*captured(post("2", "Hello", author=rhona)))
        elsewhere.record(*captured(post("3", "Thanks, Rhona Example and Rhona", author="calum")))
    with Publisher(session, tmp_path / "web", every=SOON, strict=True) as publisher:
        wait(publisher, lambda: publisher.written == 1)
        assert "Rhona Example" in publisher.path.read_text("utf-8")
        with Session(session) as elsewhere:
            elsewhere.record(Redacted("author", "x:writes_of_keys"))
        wait(publisher, lambda: publisher.written == 2)
        assert "Rhona Example" not in publisher.path.read_text("utf-8")
        with Session(session) as elsewhere:
            elsewhere.record(*captured(post("4", "Rhona again", author="dele")))
        wait(publisher, lambda: bool(publisher.trouble))
        assert publisher.held_back and "Rhona again" not in publisher.path.read_text("utf-8")

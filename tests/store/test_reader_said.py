"""What a reader of the user's own said of posts leaves the file with any post that it was shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.core.identity import fingerprint
from tartantm.core.reader_words import ReaderWords
from tartantm.grouping.reader_answers import ReaderAnswers
from tartantm.moderation.ask_reader import ReaderQuestions
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions
from tartantm.transcript.visibility import PublicView
from tests.builders import AGENDA, at
from tests.erasing import erase
from tests.moderation.test_ask_reader import doubtful, sure


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A conversation of two people, about which the reader was asked; and another one."""
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            ev.Opened("Q1", at(1), "moderator"),
            *sure(),
            doubtful("71000001", 0.4, author="morag", text="Nobody reads the minutes"),
            doubtful("71000002", 0.4, 3, author="ailsa", reply_to="x:71000001", text="I do read"),
            doubtful("72000001", 0.6, 4, author="zainab", text="Two pots of tea"),
        )
        while (question := ReaderQuestions(session.chat).next()) is not None:
            session.act(question.said(dict.fromkeys(question.about, "Q3"), "made-up"))
        assert [set(said.about) for said in session.chat.read] == [
            {"x:71000001", "x:71000002"},
            {"x:72000001"},
        ]
    return path


def said_in(path: Path) -> list[ev.ReaderSaid]:
    return [each.event for each in recorded_events(path) if isinstance(each.event, ev.ReaderSaid)]


def traces(path: Path) -> int:
    return sum(each.read_bytes().count(b"71000001") for each in path.parent.glob(f"{path.name}*"))


def test_erased_with_a_post_that_it_was_shown(path: Path) -> None:
    erase(path, post="x:71000001")
    (left,) = said_in(path)
    assert left.about == ("x:72000001",)
    with Session(path) as session:
        assert ReaderAnswers(session.chat).places == {"x:72000001": "Q3"}
        # What is left of the conversation is another question.
        question = ReaderQuestions(session.chat).next()
        assert question is None or question.seen == ("x:71000002",)


def test_erased_with_its_author(path: Path) -> None:
    erase(path, "morag")
    assert [each.about for each in said_in(path)] == [("x:72000001",)]


def test_emptied_with_a_deleted_post(path: Path) -> None:
    with Session(path) as session:
        session.act(ev.Deleted(("x:71000001",), at(30)))
        assert ReaderAnswers(session.chat).places == {"x:72000001": "Q3"}
    first, second = said_in(path)
    assert first == ev.ReaderSaid((), {}, (), (), "")
    assert second.places == {"x:72000001": "Q3"}
    assert not traces(path)


def test_what_comes_late_names_no_deleted_post(path: Path) -> None:
    """An answer to a question that was put before the deletion."""
    with Session(path) as session:
        session.act(ev.Deleted(("x:71000001",), at(30)))
        late = ev.ReaderSaid(("x:71000001",), {"x:71000001": "Q1"}, ("x:71000001",), (), "d1" * 16)
        session.act(late)
        assert ReaderAnswers(session.chat).places == {"x:72000001": "Q3"}
    assert not traces(path)


def test_nobody_without_the_session_can_test_what_was_asked(path: Path) -> None:
    with Session(path) as session:
        salt = session.chat.salt
        (first, _) = session.chat.read
        assert first.asked == ReaderWords(session.chat).fingerprint(first.seen, first.offered)
        assert len(bytes.fromhex(salt)) >= 8
        assert fingerprint("00" * 8, "words") != fingerprint("01" * 8, "words")


def test_readers_of_a_transcript_learn_that_a_model_said_so(path: Path) -> None:
    with Session(path) as session:
        entry = session.chat.entries["x:72000001"]
        assert entry.placement.reason == "your reader says Q3"
        view = PublicView(session.chat, ExportOptions())
        assert view.placement(entry).reason == "a language model says Q3"

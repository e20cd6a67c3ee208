"""A post whose text makes grouping fail costs its own placement and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from tartantm.capture.capture import Capture
from tartantm.core.agenda import Question
from tartantm.core.post import Post
from tartantm.grouping import normalise, post_text
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.post_text import Reader, Reading
from tests.builders import AGENDA, chat_of, happen, post


@pytest.fixture(autouse=True)
def _stumbling(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Reader.read

    def read(self: Reader, read_post: Post) -> Reading:
        if "parrot" in read_post.text:
            raise ZeroDivisionError
        return usual(self, read_post)

    monkeypatch.setattr(Reader, "read", read)


def test_it_waits_for_a_person_and_its_neighbours_do_not(home: Path) -> None:
    chat = chat_of()
    capture = Capture(chat, Grouper(chat))
    happen(chat, *capture.events_for([post("1", "A1: a plan"), post("2", "parrot")]))
    happen(
        chat, *capture.events_for([post("3", "A1: another", 2), post("4", "yes", reply_to="x:2")])
    )
    by = {entry.id: entry.placement.by for entry in chat.entries.values()}
    assert by["x:2"] == "fault" and chat.entries["x:2"].in_inbox
    assert {by["x:1"], by["x:3"]} == {"label"} and by["x:4"] != "fault"
    assert "ZeroDivisionError" in (home / "log" / "tartantm.log").read_text("utf-8")


def test_a_session_that_holds_it_opens_again() -> None:
    chat = chat_of()
    happen(
        chat,
        *Capture(chat, Grouper(chat)).events_for([post("1", "A1: a plan"), post("2", "parrot")]),
    )
    again = Capture(chat, Grouper(chat))
    happen(chat, *again.events_for([post("3", "A1: another", 2)]))
    assert chat.entries["x:3"].placement.by == "label"


def test_a_question_that_cannot_be_read_is_found_by_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = normalise.normalise

    def stumbling(text: str) -> str:
        if "JFDI" in text:
            raise ZeroDivisionError
        return usual(text)

    monkeypatch.setattr(post_text, "normalise", stumbling)
    questions = (
        Question("Q1", "Is the age of JFDI over?"),
        Question("Q2", "Do we need a strategy?"),
    )
    chat = chat_of(agenda=structs.replace(AGENDA, questions=questions))
    happen(chat, *Capture(chat, Grouper(chat)).events_for([post("1", "A1: a plan")]))
    assert chat.entries["x:1"].placement.question == "Q1"

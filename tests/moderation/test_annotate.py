"""Stars, marks, notes, summaries and remarks."""

from __future__ import annotations

import pytest

from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.moderation.annotate import mark, marks_of_all, note, remark, star, summarise
from tests.builders import at
from tests.moderation.doing import do, evening


def starred(chat: Chat) -> list[str]:
    return [entry.id for entry in chat.entries.values() if entry.starred]


def test_stars_are_given_taken_and_toggled() -> None:
    chat = evening()
    assert do(chat, star(chat, ["x:1"])) == "Starred 1 post."
    do(chat, star(chat, ["x:1", "x:2"]))
    assert starred(chat) == ["x:1", "x:2"]
    assert do(chat, star(chat, ["x:1", "x:2"])) == "Took the star from 2 posts."
    assert starred(chat) == []
    do(chat, star(chat, ["x:1"], True))
    do(chat, star(chat, ["x:1", "x:2"], False))
    assert starred(chat) == []


def test_marks_are_given_taken_and_toggled() -> None:
    chat = evening()
    do(chat, mark(chat, ["x:1"], "idea"))
    assert marks_of_all(chat, ["x:1", "x:2"]) == set() and marks_of_all(chat, []) == set()
    act = mark(chat, ["x:1", "x:2"], "idea")
    assert act.posts == ("x:1", "x:2")
    assert do(chat, act) == "Marked 2 posts as idea."
    assert marks_of_all(chat, ["x:1", "x:2"]) == {"idea"}
    assert do(chat, mark(chat, ["x:1"], "idea")) == "No longer marked 1 post as idea."
    do(chat, mark(chat, ["x:1", "x:2"], "idea", False))
    assert chat.entries["x:2"].marks == ()


def test_a_note_comes_and_goes() -> None:
    chat = evening()
    assert do(chat, note(chat, "x:1", " Ask \x1bher\n")) == "Wrote a note."
    assert chat.entries["x:1"].note == "Ask ␛her"
    assert do(chat, note(chat, "x:1", " ")) == "Removed a note."
    assert chat.entries["x:1"].note is None
    with pytest.raises(BadInput, match="erased meanwhile"):
        note(chat, "x:gone", "Ask")


def test_summaries_of_a_question_and_of_the_chat() -> None:
    chat = evening()
    assert do(chat, summarise(chat, "Q1", "They agree")) == "Summed up Q1."
    assert do(chat, summarise(chat, None, "Good")) == "Summed up the chat."
    assert (chat.summary_of("Q1"), chat.summary) == ("They agree", "Good")
    assert do(chat, summarise(chat, None, "")) == "Removed the summary of the chat."
    with pytest.raises(BadInput, match="The agenda has no Q9"):
        summarise(chat, "Q9", "Words")


def test_a_summary_that_is_long_for_a_chat_is_warned_of() -> None:
    long = "A sentence about the evening that goes on and on, as they do. " * 7
    chat = evening()
    assert summarise(chat, None, long).warning.startswith("The summary of the chat takes 7 lines")
    assert summarise(chat, "Q1", long).warning == ""
    assert summarise(chat, None, "Short.").warning == ""


def test_remarks_with_and_without_a_speaker() -> None:
    chat = evening()
    act = remark(chat, "Ewan: print it", "The Pretend Arms", at(9), "Q1")
    assert do(chat, act) == "Wrote down a remark from The Pretend Arms."
    entry = list(chat.entries.values())[-1]
    assert (entry.post.author.name, entry.post.text, entry.post.venue) == (
        "Ewan",
        "print it",
        "The Pretend Arms",
    )
    assert (entry.post.created_at, entry.placement.question) == (at(9), "Q1")
    assert do(chat, remark(chat, "Nobody owns it", "", at(9), None)) == (
        "Wrote down a remark from the room."
    )
    entry = list(chat.entries.values())[-1]
    assert (entry.post.author.name, entry.placement.question) == ("Somebody", None)
    for written in ("", "Ewan:", " : "):
        with pytest.raises(BadInput, match="A remark needs words"):
            remark(chat, written, "", at(9), None)

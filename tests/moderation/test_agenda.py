"""Edits of the agenda, and where the moderator goes on after each."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.moderation import agenda, questions
from tartantm.moderation.act import NothingToDo, PreparedAct
from tests.builders import AGENDA, at, chat_of
from tests.moderation.doing import do, evening


def ids(chat: Chat) -> str:
    return " ".join(question.id for question in chat.agenda.questions)


def edit(chat: Chat, act: PreparedAct, chosen: str = "") -> tuple[str, str]:
    """Let an edit happen; gives its sentence and the question to go on at."""
    before = chat.agenda
    sentence = do(chat, act)
    return sentence, agenda.goes_on_at(before, act, chosen)


def test_questions_come_below_others_and_as_follow_ups() -> None:
    chat = evening()
    assert edit(chat, agenda.insert(chat, " Who\npays? ", "Q2a")) == ("Inserted Q3.", "Q3")
    assert chat.agenda.questions[3].text == "Who pays?"
    act = agenda.insert_follow_up(chat, "When?", "Q2")
    assert edit(chat, act) == ("Inserted Q2b.", "Q2b")
    assert ids(chat) == "Q1 Q2 Q2a Q2b Q3 Q4"


def test_the_first_question_of_an_empty_agenda() -> None:
    chat = chat_of(agenda=replace(AGENDA, questions=()))
    assert edit(chat, agenda.insert(chat, "First?")) == ("Inserted Q1.", "Q1")


def test_opened_questions_keep_their_ids() -> None:
    chat = evening()
    do(chat, questions.open_(chat, "Q2a", at(5)))
    assert agenda.opened(chat) == {"Q1", "Q2a", "Q2"}
    do(chat, agenda.insert(chat, "Between?", "Q1"))
    assert ids(chat) == "Q1 Q3 Q2 Q2a Q4"


def test_rewording_moving_merging_and_splitting() -> None:
    chat = evening()
    assert edit(chat, agenda.reword(chat, "Q1", "Is it?"), "Q1") == ("Reworded Q1.", "Q1")
    assert edit(chat, agenda.move(chat, "Q3", -1), "Q3") == ("Moved Q3 up.", "Q2")
    assert ids(chat) == "Q1 Q2 Q3 Q3a"
    assert edit(chat, agenda.split(chat, "Q2", "One?", "Two?"), "Q2") == (
        "Split Q2: Q3 is new.",
        "Q3",
    )
    assert edit(chat, agenda.merge(chat, "Q3", "Q2"), "Q3") == ("Merged Q3 into Q2.", "Q2")
    assert chat.agenda.questions[1].text == "One? Two?"


def test_a_question_is_skipped_and_the_one_in_its_place_comes_next() -> None:
    chat = evening()
    assert edit(chat, agenda.skip(chat, "Q2"), "Q2") == ("Skipped Q2.", "Q3")
    assert edit(chat, agenda.skip(chat, "Q3"), "Q3") == ("Skipped Q3.", "Q1")


def test_the_only_question_is_skipped() -> None:
    chat = chat_of(agenda=replace(AGENDA, questions=AGENDA.questions[:1]))
    assert edit(chat, agenda.skip(chat, "Q1"), "Q1") == ("Skipped Q1.", "")


def test_a_question_that_was_opened_is_not_skipped() -> None:
    chat = evening()
    with pytest.raises(agenda.WasOpened, match=r"^Q1 was opened, so it stays on the agenda\.$"):
        agenda.skip(chat, "Q1")


def test_what_changes_nothing_is_no_act() -> None:
    chat = evening()
    with pytest.raises(NothingToDo, match=r"^That changes nothing\.$"):
        agenda.reword(chat, "Q3", "Who keeps the keys?")
    with pytest.raises(NothingToDo):
        agenda.move(chat, "Q3", 1)


def test_what_the_agenda_refuses() -> None:
    chat = evening()
    with pytest.raises(BadInput, match="The agenda has no Q9"):
        agenda.reword(chat, "Q9", "Words")
    with pytest.raises(BadInput, match="A question needs words"):
        agenda.insert(chat, " \n", "Q1")
    with pytest.raises(BadInput, match="erased meanwhile"):
        agenda.promote(chat, "x:gone", "Words", "end")


@pytest.mark.parametrize(
    ("where", "becomes", "now"),
    [
        ("next", "Q2", "Q1 Q2 Q3 Q3a Q4"),
        ("follow", "Q1a", "Q1 Q1a Q2 Q2a Q3"),
        ("end", "Q4", "Q1 Q2 Q2a Q3 Q4"),
    ],
)
def test_a_post_becomes_a_question(where: agenda.Where, becomes: str, now: str) -> None:
    chat = evening()
    act = agenda.promote(chat, "x:2", "Parrots?", where)
    assert edit(chat, act) == (f"Made a post {becomes}.", becomes)
    assert ids(chat) == now
    question = chat.agenda.get(becomes)
    assert question is not None and question.asked_by == ("x:2",)


def test_a_post_comes_at_the_end_where_no_question_is_open() -> None:
    chat = evening()
    do(chat, questions.close(chat, at(5)))
    do(chat, agenda.promote(chat, "x:2", "Parrots?", "next"))
    assert ids(chat) == "Q1 Q2 Q2a Q3 Q4"


def test_whether_the_last_act_changed_the_agenda() -> None:
    chat = evening()
    assert agenda.last_edit(chat) is None
    do(chat, agenda.reword(chat, "Q1", "Is it?"))
    last = agenda.last_edit(chat)
    assert last is not None and last.words == "Reworded Q1"

"""Opening and closing questions."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core.errors import BadInput
from tartantm.core.plan import next_question, question_before
from tartantm.grouping.grouper import Grouper
from tartantm.moderation import questions
from tests.builders import AGENDA, at, chat_of, post
from tests.moderation.doing import do, evening


def test_the_next_question_is_the_one_after_the_last_opened() -> None:
    chat = evening()
    assert do(chat, questions.open_next(chat, at(5))) == "Opened Q2."
    assert do(chat, questions.close(chat, at(6))) == "Closed Q2."
    assert do(chat, questions.open_next(chat, at(7))) == "Opened Q2a."
    assert do(chat, questions.open_(chat, "Q3", at(8))) == "Opened Q3."
    assert [(period.question, period.at) for period in chat.periods.active] == [
        ("Q1", at(1)),
        ("Q2", at(5)),
        (None, at(6)),
        ("Q2a", at(7)),
        ("Q3", at(8)),
    ]


def test_what_cannot_be_opened_or_closed() -> None:
    chat = evening()
    with pytest.raises(BadInput, match=r"^The agenda has no Q9\.$"):
        questions.open_(chat, "Q9", at(5))
    do(chat, questions.open_(chat, "Q3", at(5)))
    assert next_question(chat) is None
    with pytest.raises(BadInput, match=r"^That was the last question of the agenda\.$"):
        questions.open_next(chat, at(6))
    do(chat, questions.close(chat, at(7)))
    with pytest.raises(BadInput, match=r"^No question is open\.$"):
        questions.close(chat, at(8))


def test_before_any_was_opened_the_first_comes_next() -> None:
    first = next_question(chat_of())
    assert first is not None and first.id == "Q1"
    assert next_question(chat_of(agenda=replace(AGENDA, questions=()))) is None


def test_a_question_is_opened_again_from_a_post_on() -> None:
    chat = evening()
    do(chat, questions.open_(chat, "Q2", at(3.5)))
    assert do(chat, questions.reopen(chat, "Q1", "x:3")) == "Opened Q1."
    assert [question_before(chat, at(minute)) for minute in (0, 2, 3.6, 5)] == [
        *(None, None, "Q1", "Q2"),
    ]
    grouper = Grouper(chat)
    for minute, question in ((3.9, "Q2"), (4, "Q1"), (6, "Q1")):
        period = chat.periods.at(at(minute))
        assert period is not None and period.question == question
    late = grouper.place(post("9", "A pint, please", 4.5, author="ewan"))
    assert late.placement.question in ("Q1", None)
    with pytest.raises(BadInput, match=r"^That post was erased meanwhile\.$"):
        questions.reopen(chat, "Q1", "x:gone")


def test_where_none_is_open_the_question_before_is_the_last_that_was() -> None:
    chat = evening()
    do(chat, questions.close(chat, at(6)))
    assert question_before(chat, at(7)) == "Q1"

"""What counts as an answer, to the character."""

from __future__ import annotations

import pytest

from tartantm.core.reader_words import Asked, Line
from tartantm.networks.reader.answer import LONGEST, places_in

ASKED = Asked(
    (("Q1", "Why?"),),
    (Line(1, "A", "Because", None, "Q1"),),
    (1,),
    ("General", "Q1"),
)
ANSWER = '{"1": "Q1"}'


def test_an_answer_may_be_as_long_as_is_looked_at() -> None:
    padded = ANSWER + " " * (LONGEST - len(ANSWER))
    assert places_in(padded, ASKED) == {1: "Q1"}
    assert places_in(padded + " ", ASKED) == {}


@pytest.mark.parametrize(
    "content",
    [
        '{"1": "\\u0051\\u0031"}',
        '{"\\u0031": "Q1"}',
        '{"1": "Q1", "1": "Q1"}',
        f"<think>It is</think> so </think>{ANSWER}",
        f"so </think>{ANSWER}",
    ],
)
def test_what_can_be_read_in_two_ways_is_no_answer(content: str) -> None:
    assert places_in(content, ASKED) == {}


@pytest.mark.parametrize(
    "content", [ANSWER, f"<think>Q2?</think>\n{ANSWER}", f"```json\n{ANSWER}\n```"]
)
def test_an_answer(content: str) -> None:
    assert places_in(content, ASKED) == {1: "Q1"}

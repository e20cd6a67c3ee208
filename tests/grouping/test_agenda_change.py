"""The agenda changes during the chat: labels keep their meaning, placed posts their place."""

from __future__ import annotations

from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Question
from tartantm.core.events import AgendaChanged
from tests.builders import post
from tests.grouping.evening import ISLA, SIX, Evening

TEXTS = {question.id: question.text for question in SIX.questions}


def agenda(*questions: tuple[str, str]) -> Agenda:
    """An agenda of these ids with the words of these questions of `SIX`, or words of their own."""
    made = (Question(number, TEXTS.get(words, words)) for number, words in questions)
    return replace(SIX, questions=tuple(made))


def evening() -> Evening:
    """Posts in Q1 to Q3, by label, reply, time and hand."""
    made = Evening(SIX, ("Q1", 1), ("Q2", 10), ("Q3", 20))
    made.says("hi", "Hello", 2)
    made.says("one", "A1: it was", 5)
    made.says("two", "A2: a page", 12, author="calum")
    made.says("re", "@calum Just one?", 13, reply_to="x:two")
    made.says("three", "A3: two of us", 22, author="morag")
    made.says("hand", "A2: by hand", 23)
    made.move(hand="Q3")
    return made


def places(made: Evening) -> dict[str, str | None]:
    return {n: made.stands(n).question for n in ("one", "two", "re", "three", "hand")}


BEFORE_START_CONFIDENCE = {"one": "Q1", "two": "Q2", "re": "Q2", "three": "Q3", "hand": "Q3"}


def change(made: Evening, new: Agenda, **renamed: str | None) -> None:
    assert places(made) == BEFORE_START_CONFIDENCE
    made.happen(AgendaChanged(new, "2", renamed))


def test_reworded() -> None:
    made = evening()
    change(made, agenda(("Q1", "Q1"), ("Q2", "Is a page enough?"), ("Q3", "Q3")))
    assert places(made) == BEFORE_START_CONFIDENCE
    assert made.says("new", "A2: it is", 25).question == "Q2"


def test_reordered() -> None:
    made = evening()
    change(made, agenda(("Q1", "Q1"), ("Q2", "Q3"), ("Q3", "Q2")), Q2="Q3", Q3="Q2")
    now = {"one": "Q1", "two": "Q3", "re": "Q3", "three": "Q2", "hand": "Q2"}
    assert places(made) == now
    assert made.stands("hand").by_person
    assert made.says("new", "A2: two keep them", 25).question == "Q2"
    made.move(one="Q2")
    assert places(made) == {**now, "one": "Q2"}, "nothing falls back when thought over"


def test_inserted() -> None:
    made = evening()
    new = agenda(("Q1", "Q1"), ("Q2", "What is new here?"), ("Q3", "Q2"), ("Q4", "Q3"))
    change(made, new, Q2="Q3", Q3="Q4")
    assert places(made) == {"one": "Q1", "two": "Q3", "re": "Q3", "three": "Q4", "hand": "Q4"}
    assert made.says("new", "@calum And?", 25, reply_to="x:two").question == "Q3"


def test_merged() -> None:
    made = evening()
    change(made, agenda(("Q1", "Q1"), ("Q2", "Pages and keys: who?")), Q3="Q2")
    assert places(made) == {"one": "Q1", "two": "Q2", "re": "Q2", "three": "Q2", "hand": "Q2"}
    assert made.says("new", "So be it", 25, author="morag").question in ("Q2", None)


def test_split() -> None:
    made = evening()
    questions = agenda(("Q1", "Q1"), ("Q2", "Q2"), ("Q3", "Q3")).questions
    part = Question("Q2a", "Which page?", "Q2")
    change(made, replace(SIX, questions=(*questions[:2], part, questions[2])))
    assert places(made) == BEFORE_START_CONFIDENCE
    assert made.says("new", "A2a: the first", 25).question == "Q2a"


def test_a_question_that_leaves_puts_its_posts_before_somebody() -> None:
    made = evening()
    change(made, agenda(("Q1", "Q1"), ("Q2", "Q3")), Q2=None, Q3="Q2")
    assert places(made) == {"one": "Q1", "two": None, "re": None, "three": "Q2", "hand": "Q2"}
    assert made.stands("two").inbox and made.stands("two").reason == "Q2 left the agenda"


def test_what_the_host_asked_is_asked_still() -> None:
    made = Evening()
    made.says("q2", "Q2: do we need a strategy?", 10, author=ISLA)
    made.says("a", "A page", 14, reply_to="x:q2")
    new = agenda(("Q1", "Q1"), ("Q2", "Something else"), ("Q3", "Q2"))
    made.happen(AgendaChanged(new, "2", {"Q2": "Q3"}))
    assert made.stands("q2").question == made.stands("a").question == "Q3"
    answer = made.hear(post("b", "Two pages", 15, author="calum", reply_to="x:q2"))
    assert answer.placement.reason == "replies to the post that asked Q3"


def test_what_a_host_said_of_a_question_keeps_its_meaning() -> None:
    made = Evening(SIX, ("Q1", 1), ("Q2", 10), ("Q3", 20))
    made.says("three", "A3: two of us", 21, author="morag")
    made.says("cue", "Back to Q2", 22, author=ISLA)
    made.says("last", "Last thoughts on Q3", 23, author=ISLA)
    before = [opening.question for opening in made.grouper._memory.openings]
    assert before == ["Q1", "Q2", "Q3", "Q2"]
    new = agenda(("Q1", "Q1"), ("Q2", "What is new?"), ("Q3", "Q2"))
    made.happen(AgendaChanged(new, "2", {"Q2": "Q3", "Q3": None}))
    memory = made.grouper._memory
    assert memory.cues["x:cue"].question == "Q3" and "x:last" not in memory.cues

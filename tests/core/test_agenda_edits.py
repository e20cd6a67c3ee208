from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.agenda import Agenda, Question
from tartantm.core.agenda_edits import (
    Edit,
    insert,
    merge,
    move,
    new_id,
    promote,
    reword,
    skip,
    split,
)
from tartantm.core.errors import BadInput

AGENDA = Agenda(
    "T",
    questions=(
        Question("Q1", "One?"),
        Question("Q2", "Two?", minutes=5),
        Question("Q2a", "Two, really?", "Q2"),
        Question("Q2b", "Two, though?", "Q2"),
        Question("Q3", "Three?", minutes=10),
        Question("Q5", "Five?"),
    ),
)


def ids(edit: Edit) -> str:
    return " ".join(question.id for question in edit.agenda.questions)


def texts(edit: Edit) -> dict[str, str]:
    return {question.id: question.text for question in edit.agenda.questions}


def test_a_new_question_pushes_on_those_not_asked_yet() -> None:
    edit = insert(AGENDA, "New?", "Q2", fixed=("Q1", "Q2"))
    assert ids(edit) == "Q1 Q2 Q2a Q2b Q3 Q5 Q6"
    assert edit.renamed == {"Q3": "Q5", "Q5": "Q6"}
    assert texts(edit)["Q3"] == "New?" and edit.words == "Inserted Q3"
    assert new_id(AGENDA, edit) == "Q3"


def test_what_was_asked_keeps_its_number() -> None:
    edit = insert(AGENDA, "New?", "Q2", fixed=("Q1", "Q2", "Q3", "Q5"))
    assert ids(edit) == "Q1 Q2 Q2a Q2b Q6 Q3 Q5"
    assert edit.renamed == {}


def test_a_new_follow_up_and_a_first_question() -> None:
    edit = insert(AGENDA, "New?", "Q2a", follow_up=True)
    assert ids(edit) == "Q1 Q2 Q2a Q2b Q2c Q3 Q5" and texts(edit)["Q2c"] == "New?"
    assert edit.agenda.get("Q2c") == Question("Q2c", "New?", "Q2")
    assert texts(insert(AGENDA, "New?", None))["Q1"] == "New?"
    assert ids(insert(Agenda("T"), "First?", None)) == "Q1"


def test_other_words() -> None:
    edit = reword(AGENDA, "Q2a", " Otherwise? ")
    assert texts(edit)["Q2a"] == "Otherwise?" and edit.renamed == {}
    with pytest.raises(BadInput, match="needs words"):
        reword(AGENDA, "Q2", "  ")
    with pytest.raises(BadInput, match="no Q9"):
        reword(AGENDA, "Q9", "x")


def test_moving_takes_follow_ups_along() -> None:
    edit = move(AGENDA, "Q2", 1, fixed=("Q1",))
    assert edit.renamed == {"Q2": "Q3", "Q2a": "Q3a", "Q2b": "Q3b", "Q3": "Q2"}
    assert [texts(edit)[name] for name in ("Q2", "Q3", "Q3a")] == ["Three?", "Two?", "Two, really?"]
    assert move(AGENDA, "Q2b", -1).renamed == {"Q2b": "Q2a", "Q2a": "Q2b"}
    assert move(AGENDA, "Q1", -1).agenda == AGENDA
    fixed = move(AGENDA, "Q3", -1, fixed=("Q2", "Q3"))
    assert ids(fixed) == "Q1 Q3 Q2 Q2a Q2b Q5" and fixed.renamed == {}


def test_merging_takes_words_minutes_and_follow_ups() -> None:
    edit = merge(AGENDA, "Q2", "Q3", fixed=("Q3",))
    assert ids(edit) == "Q1 Q3 Q3a Q3b Q5"
    assert edit.renamed == {"Q2": "Q3", "Q2a": "Q3a", "Q2b": "Q3b"}
    assert edit.agenda.get("Q3") == Question("Q3", "Three? Two?", minutes=15)
    small = merge(AGENDA, "Q2b", "Q2a")
    assert small.renamed == {"Q2b": "Q2a"} and texts(small)["Q2a"] == "Two, really? Two, though?"
    assert merge(AGENDA, "Q2a", "Q5").renamed == {"Q2a": "Q5", "Q2b": "Q2a"}
    for one, other in (("Q2", "Q2"), ("Q2", "Q2a"), ("Q2a", "Q2")):
        with pytest.raises(BadInput, match="cannot become one"):
            merge(AGENDA, one, other)


def test_splitting() -> None:
    edit = split(AGENDA, "Q2", "Half?", "Other half?", fixed=("Q1", "Q2"))
    assert texts(edit)["Q2"] == "Half?" and texts(edit)["Q3"] == "Other half?"
    assert edit.words == "Split Q2: Q3 is new"
    edit = split(AGENDA, "Q2a", "Half?", "Other half?", fixed=("Q2a",))
    assert edit.renamed == {"Q2b": "Q2c"} and texts(edit)["Q2b"] == "Other half?"


def test_both_halves_were_made_of_the_post_that_asked_the_whole() -> None:
    asked = promote(AGENDA, "Who pays, and when?", "x:7", None)
    edit = split(asked.agenda, "Q1", "Who pays?", "When?")
    assert [each.asked_by for each in edit.agenda.questions[:3]] == [("x:7",), ("x:7",), ()]


def test_skipping_renumbers_nothing() -> None:
    edit = skip(AGENDA, "Q2")
    assert ids(edit) == "Q1 Q3 Q5"
    assert edit.renamed == {"Q2": None, "Q2a": None, "Q2b": None}


def test_a_post_becomes_a_question() -> None:
    edit = promote(AGENDA, "Who pays?", "x:7", "Q3", fixed=("Q3",))
    question = edit.agenda.get(new_id(AGENDA, edit))
    assert question == Question("Q5", "Who pays?", asked_by=("x:7",))
    assert edit.words == "Made a post Q5"
    with pytest.raises(BadInput, match="26 follow-ups"):
        full = AGENDA
        for _ in range(30):
            full = insert(full, "More?", "Q1", follow_up=True).agenda


names = st.sampled_from([question.id for question in AGENDA.questions])
edits = st.one_of(
    st.builds(lambda f: lambda a: insert(a, "N?", a.questions[0].id, f), st.sets(names)),
    st.builds(
        lambda by, f: lambda a: move(a, a.questions[-1].id, by, f),
        st.integers(-3, 3),
        st.sets(names),
    ),
    st.builds(lambda f: lambda a: split(a, a.questions[0].id, "A?", "B?", f), st.sets(names)),
    st.just(
        lambda a: (
            skip(a, a.questions[0].id)
            if len(a.questions) > 1
            else reword(a, a.questions[0].id, "x")
        )
    ),
)


@given(st.lists(edits, max_size=6))
def test_ids_stay_unique_and_every_old_one_is_accounted_for(changes: list[object]) -> None:
    agenda = AGENDA
    for change in changes:
        edit = change(agenda)  # type: ignore[operator]
        after = [question.id for question in edit.agenda.questions]
        assert len(set(after)) == len(after)
        for question in agenda.questions:
            now = edit.renamed.get(question.id, question.id)
            assert now is None or now in edit.agenda
        for question in edit.agenda.questions:
            assert question.parent is None or question.parent in after
        agenda = edit.agenda

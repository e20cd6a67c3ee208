"""No label is left where none is meant to be, and nothing else goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.agenda import Agenda, Question
from tartantm.grouping.labels import Labels
from tests.benchmarks.recorded import SHARED, agenda_of, ids_in, rows_of
from tests.benchmarks.unlabelled import without_labels

NUMBERS = {1, 2, 3}
LABELS = Labels(Agenda("", questions=tuple(Question(f"Q{n}", "Who?") for n in sorted(NUMBERS))))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("A1: no #chat", "no #chat"),
        ("a2. yes", "yes"),
        ("no #chat A3", "no #chat"),
        ("#q1 both", "both"),
        ("Question 3 – both", "both"),
        ("A1/A2: both", "both"),
        ("Q1 and Q2 both", "both"),
        ("A2b) partly", "partly"),
        ("A2.1 partly", "partly"),
        ("3A: yes", "yes"),
        ("A! yes", "yes"),
        ("Final Q: whither?", "whither?"),
        ("RT @calum: A1: no", "RT @calum: no"),
        ("Late A3: yes", "Late yes"),
        ("A1:\nfirst\nA2: second", "first\n second"),
    ],
)
def test_labels_go(text: str, bare: str) -> None:
    assert without_labels(text, NUMBERS) == bare


@pytest.mark.parametrize(
    "text",
    [
        "the A9 was closed",
        "a 3 day week",
        "in a 2D plan",
        "https://example.org/A1",
        "@a1 quite",
        "LA1 and  blanks",
        "P1: no",
    ],
)
def test_what_is_no_label_stays(text: str) -> None:
    assert without_labels(text, NUMBERS) == text


PIECES = st.one_of(
    st.sampled_from(["A1", "a2", "Q3", "#q1", "Question 2", "Answer 1", "A", "1", "2", "A9"]),
    st.sampled_from(["3A", "A!", "Final Q", "FQ", "last question", "1/2", "b", ".1"]),
    st.sampled_from([":", ".", ")", " - ", "–", "/", " & ", ",", " ", "\n", "(", '"']),
    st.sampled_from(["yes", "Because", "Late", "re", "and", "#chat", "@ailsa", "RT @calum:"]),
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_nothing_is_left_that_grouping_reads_as_a_label(text: str) -> None:
    bare = without_labels(text, NUMBERS)
    assert LABELS.read(bare) is None
    assert without_labels(bare, NUMBERS) == bare


@pytest.mark.skipif(not (SHARED / "dev").is_dir(), reason="the recorded chats are not here")
@pytest.mark.parametrize("bed", ["dev", "read"])
def test_no_recorded_post_keeps_a_label(bed: str) -> None:
    left = []
    for chat in ids_in(SHARED / bed):
        agenda = agenda_of(SHARED / bed, chat)
        labels, asking = Labels(agenda), {each for q in agenda.questions for each in q.asked_by}
        for row in rows_of(SHARED / bed, chat, "no labels"):
            announced = row["gold_source"] == "host" or f"x:{row['id']}" in asking
            if not announced and labels.read(row["text"]):
                left.append(row["id"])
    assert left == []

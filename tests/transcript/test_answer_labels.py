"""Posts that answer several questions are shown once, and referred to under the others."""

from __future__ import annotations

import pytest

from tartantm.core.agenda import Agenda, Question
from tartantm.core.events import Placed, Redacted
from tartantm.transcript.answer_labels import AnswerLabels
from tests.transcript.evening import PEOPLE, Evening
from tests.transcript.reading import Page, export_text, made

AGENDA = Agenda(
    "Numbers",
    questions=(
        *(Question(f"Q{n}", f"Question {n}?") for n in range(1, 5)),
        Question("Q4a", "Why?", parent="Q4"),
    ),
)
DELE = PEOPLE["dele"]


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("A3 yes. A4 no", ("Q3", "Q4")),
        ("@x a3/a4: both", ("Q3", "Q4")),
        ("A1, A2 and A3 alike", ("Q1", "Q2", "Q3")),
        ("A3 yes #chat A1 no", ("Q3", "Q1")),
        ("A1: one page\nA4a: they asked", ("Q1", "Q4a")),
        ("A3 see Q4", ()),
        ("A3 and again: A3", ()),
        ("A3 I print on A4 paper", ()),
        ("A3 a 4 day week", ()),
        ("A1 closed. A9 open", ()),
        ("I agree with A3 and A4", ()),
        ("https://a.example/A1/A2 A3", ()),
        ("", ()),
    ],
)
def test_numbers_of_several_answers(text: str, several: tuple[str, ...]) -> None:
    assert AnswerLabels(AGENDA).answered_questions(text) == several


def test_the_letters_are_the_agenda_s() -> None:
    answers = AnswerLabels(Agenda("", labels=("F", "Antwort"), questions=AGENDA.questions))
    assert answers.answered_questions("Antwort 1 nein. Antwort 2 ja") == ()
    assert answers.answered_questions("Antwort1 nein. Antwort2 ja") == ("Q1", "Q2")
    assert answers.answered_questions("A1 nein. A2 ja") == ()
    assert answers.begins_with_label_of("@x Antwort 2 ja", "Q2")


@pytest.mark.parametrize("text", ["." * 9000, "A1 " * 9000, "@a " * 9000, "A1" + " " * 9000])
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    answers = AnswerLabels(AGENDA)
    assert answers.answered_questions(text) == () and not answers.begins_with_label_of(text, "Q2")


def evening() -> Evening:
    e = Evening(AGENDA)
    e.post(1, DELE, "A3 yes. A4 no", "Q3", by="label")
    e.post(2, DELE, "A4 hm", "Q4", by="label")
    return e


def test_it_is_shown_once_and_referred_to_at_the_other() -> None:
    e = evening()
    parts = {part.id: part for part in made(e.chat).parts}
    assert [len(parts[name].items) for name in ("q3", "q4")] == [1, 1]
    (also,) = parts["q4"].also
    assert also is parts["q3"].items[0] and not parts["q3"].also
    read = Page(export_text(e.chat, "html"))
    (link,) = [a for a in read.all("a") if a.text == "#2, Dele Placeholder, under Q3"]
    assert link["href"] == f"#{also.anchor}" and len(read.all("article")) == 2
    assert "Also answered in #2, Dele Placeholder, under Q3\n" in export_text(e.chat, "text")
    assert "Also answered in \\#2, Dele Placeholder, under Q3\n" in export_text(e.chat, "markdown")


def test_wherever_the_moderator_put_it() -> None:
    e = evening()
    e.happen(Placed({made(e.chat).shown[0].post.id: None}), 3)
    parts = {part.id: part.also for part in made(e.chat).parts}
    assert len(parts["q3"]) == len(parts["q4"]) == 1
    assert "under General" in export_text(e.chat, "text")


def test_redacted_words_answer_nothing() -> None:
    e = evening()
    e.happen(Redacted("post", made(e.chat).shown[0].post.id), 3)
    assert not any(part.also for part in made(e.chat).parts)

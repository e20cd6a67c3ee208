"""What a host says about the evening itself is found in a text, in each language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.agenda import Agenda
from tartantm.grouping.cues import Cue, Cues
from tartantm.grouping.normalise import bare
from tartantm.grouping.phrases import PHRASES
from tests.grouping.evening import SIX

CUES = Cues(SIX)


def read(text: str) -> Cue | None:
    return CUES.read(bare(text, frozenset({"tartantm"})))


BACK = [
    "Back to Q2",
    "OK, let's go back to question 2",
    "Let's go back to Q2 for the last ten minutes, everybody",
    "Great answers, everyone. Back to Q2: who has one page?",
    "#tartantm Back to question 2",
    "Back tae Q2",
    "Lat's gang back tae speirin 2",
    "Zurück zu Frage 2",
    "Revenons à la question 2",
    "Volvamos a la pregunta 2",
    "Voltemos à pergunta 2",
    "Torniamo alla domanda 2",
    "Terug naar vraag 2",
    "Air ais gu ceist 2",
    "Yn ôl at gwestiwn 2",
]
ONWARD = [
    "Moving on to Q4",
    "Let's move on to Q4",
    "Great stuff, moving on to Q4 now",
    "Time to move on to question 4",
    "Movin on tae Q4",
    "Weiter geht's mit Frage 4",
    "Passons à la question 4",
    "Pasemos a la pregunta 4",
    "Passemos à pergunta 4",
    "Passiamo alla domanda 4",
    "Verder met vraag 4",
    "Air adhart gu ceist 4",
    "Ymlaen i gwestiwn 4",
]
LAST = [
    "Last thoughts on Q3",
    "Any final thoughts on Q3?",
    "Any more on Q3?",
    "5 minutes left on Q3",
    "Before we move on to Q4, any last thoughts on Q3?",
    "Hinmaist thochts on Q3?",
    "Letzte Gedanken zu Frage 3?",
    "Dernières pensées sur la question 3 ?",
    "¿Últimos comentarios sobre la pregunta 3?",
    "Últimas ideias sobre a pergunta 3?",
    "Ultimi pensieri sulla domanda 3?",
    "Laatste gedachten over vraag 3?",
    "Beachdan mu dheireadh air ceist 3?",
    "Sylwadau olaf ar gwestiwn 3?",
]


@pytest.mark.parametrize("text", BACK)
def test_a_question_is_returned_to(text: str) -> None:
    assert read(text) == Cue("back", "Q2")


@pytest.mark.parametrize("text", ONWARD)
def test_the_next_question_is_named(text: str) -> None:
    assert read(text) == Cue("onward", "Q4")


@pytest.mark.parametrize("text", LAST)
def test_a_question_ends_soon(text: str) -> None:
    assert read(text) == Cue("last", "Q3")


@pytest.mark.parametrize("texts", [BACK, ONWARD, LAST])
def test_each_language_has_an_example(texts: list[str]) -> None:
    assert len(texts) >= len(PHRASES)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("moving on", "onward"),
        ("Alright, moving on:", "onward"),
        ("ok, next question:", "onward"),
        ("OK, on to the next question", "onward"),
        ("Any final thoughts?", "last"),
        ("Anyone else?", "last"),
        ("back to this one", "back"),
    ],
)
def test_without_a_number(text: str, kind: str) -> None:
    cue = read(text)
    assert cue and (cue.kind, cue.question) == (kind, None)


@pytest.mark.parametrize(
    "text",
    [
        "Back to Q2, I think we all planned far too much",
        "Back to Q2 I think we planned",
        "Zurück zu Frage 2, ich habe eine Seite",
        "Which sort of goes back to Q2: learning takes time",
        "That takes us back to Q2",
        "Not going back to Q2",
        "We will come back to Q2 later",
        "I'd like to go back to Q2 but there is no time",
        "Shall we go back to Q1 or move on to Q3?",
        "We'll come back to Q2 in a minute",
        "Back to Q9",
        "Coming up next: Q4 in five minutes",
        "Moving on to Q4 in five minutes",
        "Let's move on to Q4 when you are ready",
        "Weiter mit Frage 4 in fünf Minuten",
        "Moving on from paper was hard for all of us",
        "I go on about this far too long",
        "Nobody plans a thing",
        "Back to Q2.5",
        "Anyone else joining us tonight?",
        "",
    ],
)
def test_what_is_no_cue(text: str) -> None:
    assert read(text) is None


def test_numbers_and_letters_are_the_agenda_s() -> None:
    topics = Cues(replace(SIX, labels=("T",)))
    assert topics.read("back to T3") == Cue("back", "Q3")
    assert topics.read("back to Q4a") == Cue("back", "Q4a")
    assert Cues(Agenda("Nothing to ask")).read("back to Q1") is None


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    cue = CUES.read(text)
    assert cue is None or cue.question is None or cue.question in SIX


PIECES = st.sampled_from(
    [
        *("ok, ", "back to ", "let's ", "moving on ", "to ", "Q2 ", "Q9", "last thoughts ", "on "),
        *("this", "zurück zu ", "Frage 3", ". ", ", ", "later", "any more ", "5 minutes left "),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_whatever_is_built_of_cues_names_only_questions_there_are(text: str) -> None:
    cue = CUES.read(text)
    assert cue is None or cue.question in (None, "Q2", "Q3")

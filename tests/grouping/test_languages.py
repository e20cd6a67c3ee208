"""Chats in other languages: the agenda's letters, and wording without English."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Question
from tests.grouping.evening import ISLA, SIX, Evening


def agenda(labels: tuple[str, ...], *texts: str) -> Agenda:
    questions = tuple(Question(f"Q{n}", text) for n, text in enumerate(texts, 1))
    return replace(SIX, labels=labels, questions=questions)


GERMAN = agenda(
    ("F", "A"),
    "Wie geht es euch mit euren Strategien?",
    "Brauchen wir eine schriftliche Strategie für die Öffentlichkeit?",
)
SPANISH = agenda(
    ("P", "R"),
    "¿Quién guarda las contraseñas del ayuntamiento?",
    "¿Necesitamos una estrategia escrita para las redes?",
)


def test_german_letters() -> None:
    evening = Evening(GERMAN)
    evening.says("f1", "F1: Wie geht es euch mit euren Strategien? #tartantm", 2, author=ISLA)
    assert evening.chat.periods.open_question == "Q1"
    evening.says("f2", "Frage 2: Brauchen wir eine Strategie?", 12, author=ISLA)
    assert evening.chat.periods.open_question == "Q2"
    late = evening.says("a", "A1 Ganz gut, danke", 15)
    assert (late.question, late.by) == ("Q1", "label")
    assert evening.says("b", "Antwort 2: nein", 15, author="calum").question == "Q2"


def test_spanish_letters() -> None:
    evening = Evening(SPANISH)
    evening.says("p1", "P1: ¿Quién guarda las contraseñas?", 2, author=ISLA)
    evening.says("p2", "P2. ¿Necesitamos una estrategia?", 12, author=ISLA)
    assert evening.chat.periods.open_question == "Q2"
    assert evening.says("r", "R1: nadie, la verdad", 15).question == "Q1"
    assert evening.says("a", "A1: nadie", 15, author="calum").by != "label"


def test_wording_of_the_question_needs_no_label() -> None:
    evening = Evening(GERMAN, ("Q1", 2), ("Q2", 12))
    text = "Und nun: Brauchen wir eine schriftliche Strategie für die Öffentlichkeit?"
    assert evening.says("again", text, 14, author=ISLA).by == "asked"
    evening.says("hi", "Hallo aus Kiel", 3)
    placement = evening.says("1", "Eine schriftliche, und sehr kurz", 20)
    assert placement.question == "Q2" and "schriftlich" in placement.reason


def test_words_without_blanks_between_them() -> None:
    evening = Evening(
        agenda(("Q", "A"), "誰が鍵を持っていますか", "私たちは戦略が必要ですか"),
        ("Q1", 2),
        ("Q2", 12),
    )
    evening.says("hi", "Hello", 3)
    assert "戦略" in evening.says("1", "戦略はいつも短いほうがいい", 20).reason


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Hallo zusammen, endlich Feierabend", "greeting"),
        ("¡Hola a todos!", "greeting"),
        ("Bonsoir à tous", "greeting"),
        ("Feasgar math à Glaschu", "greeting"),
        ("Vielen Dank für diesen Abend", "general"),
        ("Gracias a todos por venir", "general"),
        ("Tschüss, bis bald", "general"),
        ("Soy Marta, de Girona", "greeting"),
    ],
)
def test_greetings_thanks_and_farewells(text: str, by: str) -> None:
    placement = Evening(SIX, ("Q1", 1)).says("1", text, 8)
    assert (placement.question, placement.by) == (None, by)

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import CellSpan, split_graphemes

from tartantm.core.agenda import Question
from tartantm.desk.dialogs.announce import (
    bluesky_length,
    graphemes,
    mastodon_length,
    versions,
    x_length,
)
from tests.builders import AGENDA

FAMILY, FLAG, HAND, KEYCAP = "👨‍👩‍👧‍👦", "🇬🇧", "👍🏽", "1️⃣"


@pytest.mark.parametrize(
    ("text", "x", "mastodon", "bluesky"),
    [
        ("", 0, 0, 0),
        ("Plain words", 11, 11, 11),
        ("Mòrag – “quoted”", 16, 16, 16),
        ("e\u0301", 1, 1, 1),
        ("日本語", 6, 3, 3),
        (FAMILY, 2, 1, 1),
        (FLAG, 2, 1, 1),
        (FLAG * 3, 6, 3, 3),
        (HAND, 2, 1, 1),
        (KEYCAP, 2, 1, 1),
        ("See https://a.example/" + "x" * 60 + " now", 31, 31, 86),
        ("Is it (https://a.example/" + "x" * 60 + ")?", 32, 32, 87),
        ("See gov.example/policy now", 31, 26, 26),
        ("Ask me@a.example, e.g. 1.5 or @b.example", 40, 40, 40),
    ],
)
def test_lengths_as_each_network_counts(text: str, x: int, mastodon: int, bluesky: int) -> None:
    assert (x_length(text), mastodon_length(text), bluesky_length(text)) == (x, mastodon, bluesky)


def test_characters_as_people_see_them() -> None:
    assert graphemes(f"a{FLAG}{FLAG}{HAND}{FAMILY}e\u0301") == [
        *("a", FLAG, FLAG, HAND, FAMILY, "e\u0301"),
    ]


def test_a_short_question_is_the_same_everywhere() -> None:
    texts = {version.text for version in versions(AGENDA, AGENDA.questions[2])}
    assert texts == {"Q2a: Who reads it? #tartantm"}
    asked = Question("Q4", "Who minds the #TartanTM door?")
    assert versions(AGENDA, asked)[0].text == "Q4: Who minds the #TartanTM door?"
    ending = Question("Q4", "Who minds #TartanTM?")
    assert versions(AGENDA, ending)[0].text == "Q4: Who minds #TartanTM?"
    bare = replace(AGENDA, hashtags=(), labels=("F", "A"))
    assert versions(bare, AGENDA.questions[0])[0].text.startswith("F1: Are the days")


@pytest.mark.parametrize("words", ["word " * 200, "日" * 600, FAMILY * 600, "x" * 900])
def test_a_long_question_is_cut_to_fit_and_keeps_label_and_hashtag(words: str) -> None:
    for version in versions(AGENDA, Question("Q3", words.strip())):
        assert version.most - 12 <= version.length <= version.most
        assert version.text.startswith("Q3: ") and version.text.endswith("… #tartantm")


def test_a_long_question_is_not_counted_for_each_of_its_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counting one of 600 took three seconds for each key `C`."""
    counts: list[str] = []

    def counted(text: str) -> tuple[list[CellSpan], int]:
        counts.append(text)
        return split_graphemes(text)

    monkeypatch.setattr("tartantm.desk.dialogs.announce.split_graphemes", counted)
    versions(AGENDA, Question("Q3", "x" * 900))
    assert len(counts) < 100

"""Words that may be names: taken apart, told from nouns, compared with another letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.folding import folded
from tartantm.transcript.name_words import (
    WORD,
    Spellings,
    is_ordinary,
    joined,
    one_letter_apart,
    parts,
)


def word_spans(text: str) -> list[tuple[str, int, int]]:
    seen = folded(text)
    return [each for match in WORD.finditer(seen.text) for each in parts(seen, *match.span())]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ask Morag's team", ["ask", "morag", "s", "team"]),
        ("#AskMorag2026", ["ask", "morag"]),
        ("Gra\u017cyna GRA\u017bYNA", ["grazyna", "grazyna"]),
        ("mo\u00adrag _morag_", ["morag", "morag"]),
        ("A", ["a"]),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert [word for word, _, _ in word_spans(text)] == words


def test_where_words_stand() -> None:
    text = "Ask Mo\u00adrag, #ThankYouMorag"
    assert [text[start:end] for _, start, end in word_spans(text)] == [
        *("Ask", "Mo\u00adrag", "Thank", "You", "Morag"),
    ]


def test_a_name_with_a_capital_within_is_found_together() -> None:
    seen = folded("#ByMacQuill")
    assert [word for word, _, _ in joined(seen, 1, 11)] == ["bymac", "bymacquill", "macquill"]
    assert list(joined(seen, 1, 11))[-1][1:] == (3, 11)
    assert list(joined(seen, 1, 3)) == []


@pytest.mark.parametrize(
    ("text", "ordinary"),
    [
        ("we will see", True),
        ("Will it?", True),
        ("Oh. Will it?", True),
        ("“Will it?”", True),
        ("we asked Will", False),
        ("we asked Morag", False),
    ],
)
def test_ordinary_words(text: str, ordinary: bool) -> None:
    word = "Morag" if "Morag" in text else "Will" if "Will" in text else "will"
    start = text.index(word)
    assert is_ordinary(text, start, start + len(word)) is ordinary


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("morag", "moragg", True),
        ("morag", "mrag", True),
        ("morag", "morak", True),
        ("morag", "mroag", True),
        ("morag", "morag", False),
        ("morag", "moraggg", False),
        ("morag", "garom", False),
        ("morag", "morgaa", False),
        ("", "a", True),
    ],
)
def test_one_letter_apart(one: str, other: str, apart: bool) -> None:
    assert one_letter_apart(one, other) is apart
    assert one_letter_apart(other, one) is apart


@given(st.lists(st.text("abc", max_size=6)), st.text("abc", max_size=6))
def test_spellings_are_those_of_each_word(known: list[str], word: str) -> None:
    apart = any(one_letter_apart(word, each) for each in known)
    assert Spellings(known).one_apart(word) is apart

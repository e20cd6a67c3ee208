"""The table of phrases: each language has all of them, and each is one pattern without names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.grouping.phrases import PHRASES, Phrases, each_language, phrase


@pytest.mark.parametrize("field", Phrases._fields)
@pytest.mark.parametrize("language", PHRASES)
def test_each_phrase_is_a_pattern_that_takes_no_text_at_all_for_itself(
    language: str, field: str
) -> None:
    pattern = re.compile(phrase(getattr(PHRASES[language], field)))
    assert not pattern.groups, "a group would be taken for a question's number"
    if field != "to":
        assert pattern.fullmatch("") is None
    assert "  " not in pattern.pattern and "\n" not in pattern.pattern


@pytest.mark.parametrize("field", Phrases._fields)
def test_no_alternative_is_empty(field: str) -> None:
    assert "||" not in each_language(field)
    assert not re.search(r"^\||\|$", each_language(field))


def test_a_blank_is_white_space_and_a_bar_on_a_line_of_its_own_a_mere_bar() -> None:
    found = re.compile(phrase("back to\n    | (?:go )?on"))
    assert [bool(found.fullmatch(text)) for text in ("back\tto", "go on", "on", "back to ")] == [
        *(True, True, True, False)
    ]


@given(st.lists(st.text("ab ", min_size=1).filter(str.strip), min_size=1, max_size=4))
def test_plain_words_stand_for_themselves(plain: list[str]) -> None:
    pattern = re.compile(phrase(*plain))
    for each in plain:
        assert pattern.fullmatch(" ".join(each.split()))

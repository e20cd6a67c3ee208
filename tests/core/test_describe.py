"""Sentences end once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.describe import ended, entries, joined, within


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("It is gone", "It is gone."),
        ("It is gone.", "It is gone."),
        ("Is it a Mastodon server?", "Is it a Mastodon server?"),
        ("It says “what?”", "It says “what?”"),
        ("It failed (did it?)", "It failed (did it?)."),
        ("", ""),
    ],
)
def test_a_sentence_ends_once(words: str, told: str) -> None:
    assert ended(words) == told


def test_clauses_have_semicolons_but_after_a_question() -> None:
    assert joined("It is gone.", "tried again", "") == "It is gone; tried again"
    assert joined("Is it?", "tried again") == "Is it? Tried again"
    assert joined("", "tried again") == "tried again"


clauses = st.builds(
    str.__add__, st.text("ab ", min_size=1).filter(str.strip), st.sampled_from(".?!")
)


@given(st.lists(clauses, min_size=1, max_size=4))
def test_no_sign_comes_after_another(told: list[str]) -> None:
    assert not re.search(r"[.?!;] *[.?!;]", ended(joined(*told)))


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Its server did not answer.", "its server did not answer."),
        ("A web page came.", "a web page came."),
        ("There is no token.", "there is no token."),
        ("X asks to wait.", "X asks to wait."),
        ("Bluesky asks to wait.", "Bluesky asks to wait."),
        ("a.example is gone.", "a.example is gone."),
        ("", ""),
    ],
)
def test_a_reason_within_a_sentence_begins_small_unless_with_a_name(
    sentence: str, told: str
) -> None:
    assert within(sentence) == told


def test_entries_are_counted() -> None:
    assert [entries(0), entries(1), entries(2)] == ["0 entries", "1 entry", "2 entries"]

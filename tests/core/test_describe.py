"""Sentences end once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.describe import ended, joined


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

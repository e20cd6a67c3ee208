"""What a question repeats of the posts that it was made of, and what the agenda had before."""

from __future__ import annotations

from tartantm.core.asked_words import (
    Said,
    beside,
    planned_in,
    repeated_in,
    shared_runs,
    shared_stretches,
    without_label,
)


def test_words_in_a_row_that_two_texts_share() -> None:
    asked = ["one", "two", "three", "four", "five"]
    assert shared_runs(asked, ["zero", *asked[1:]]) == {1, 2, 3, 4}
    assert shared_runs(asked, asked[1:4]) == set()
    assert shared_runs(asked[3:], [*asked, "six"]) == {0, 1}
    assert shared_runs(["two", "three"], ["two"]) == shared_runs([], asked) == set()

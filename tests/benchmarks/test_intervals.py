"""Intervals over chats, and what is called noise."""

from __future__ import annotations

import pytest

from tests.benchmarks import intervals
from tests.benchmarks.intervals import Tally, difference, figure, pooled


def tallies(*shares: float, posts: int = 100) -> list[Tally]:
    return [{"accuracy": (share * posts, posts)} for share in shares]


def test_posts_count_alike_over_chats() -> None:
    assert pooled([(1, 1), (0, 3)]) == 0.25
    assert pooled([]) is None
    assert pooled([(0, 0)]) is None


def test_chats_that_are_alike_have_an_interval_of_no_width() -> None:
    found = figure(tallies(*[0.7] * 8), "accuracy")
    assert found == pytest.approx((0.7, 0.7, 0.7))
    assert found and found.low == found.high
    assert found.spread == "[0.700 0.700]"


def test_chats_that_differ_have_an_interval_around_the_figure() -> None:
    found = figure(tallies(*[0.6, 0.8] * 50), "accuracy")
    # The mean of a hundred draws of .6 or .8 has a standard deviation of .01: ± 1.645 of it.
    assert found and found.value == pytest.approx(0.7)
    assert found.low == pytest.approx(0.7 - 0.01645, abs=0.003)
    assert found.high == pytest.approx(0.7 + 0.01645, abs=0.003)


def test_an_interval_is_the_same_in_every_process() -> None:
    chats = tallies(*(n**2 / 400 for n in range(20)))
    found = figure(chats, "accuracy")
    intervals._draws.cache_clear()
    assert figure(chats, "accuracy") == found


def test_a_figure_that_nobody_counted_is_none() -> None:
    assert figure(tallies(0.5), "inbox") is None
    assert figure([{"accuracy": (0, 0)}], "accuracy") is None
    # A draw of empty chats alone says nothing, and the others still do.
    assert figure([{"accuracy": (0, 0)}, {"accuracy": (1, 2)}], "accuracy") == (0.5, 0.5, 0.5)


def test_the_same_gain_in_every_chat_is_sure_however_chats_differ() -> None:
    old = [0.3, 0.5, 0.7, 0.9]
    found = difference(tallies(*(share + 0.05 for share in old)), tallies(*old), "accuracy")
    assert found and found[:3] == pytest.approx((0.05, 0.05, 0.05))
    assert (found.verdict, found.chats) == ("higher", 4)
    found = difference(tallies(*old), tallies(*(share + 0.05 for share in old)), "accuracy")
    assert found and found.verdict == "lower"


def test_a_gain_here_and_a_loss_there_is_noise() -> None:
    found = difference(tallies(0.9, 0.5, 0.5), tallies(0.5, 0.6, 0.6), "accuracy")
    assert found and found.value > 0.05
    assert found.verdict == "noise: the interval holds 0"


@pytest.mark.parametrize(
    ("chats", "gain", "verdict"),
    [
        (8, 0.009, "noise: under 0.01 on 8 chats"),
        (8, 0.011, "higher"),
        (9, 0.009, "higher"),
        (8, -0.009, "noise: under 0.01 on 8 chats"),
        (8, 0.0, "noise: the interval holds 0"),
    ],
)
def test_small_gains_on_few_chats_are_noise(chats: int, gain: float, verdict: str) -> None:
    found = difference(tallies(*[0.8 + gain] * chats), tallies(*[0.8] * chats), "accuracy")
    assert found and found.verdict == verdict


def test_figures_that_one_of_two_runs_lacks_are_not_compared() -> None:
    assert difference(tallies(0.5), [{}], "accuracy") is None

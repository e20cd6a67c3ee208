"""Threads take turns: the wanted ones sooner, and every one of them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.networks.protocol import Lost
from tartantm.networks.thread_turns import MOST, Thread, ThreadTurns, once
from tests.builders import at

threads_made = st.lists(st.tuples(st.integers(0, 600), st.booleans()), min_size=1, max_size=80).map(
    lambda made: [Thread(str(n), at(minute), asks) for n, (minute, asks) in enumerate(made)]
)


class Time:
    """A clock that goes on by a minute with each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(threads_made)
def test_none_is_left_out_for_ever(threads: list[Thread]) -> None:
    time = Time()
    turns = ThreadTurns(time)
    looks: Counter[str] = Counter()
    for _ in range(10 * len(threads)):
        time.now += 60
        for thread in turns.next(threads, 2):
            looks[thread.key] += 1
            turns.looked(thread.key)
    assert set(looks) == {thread.key for thread in threads}
    youngest = max(threads, key=lambda thread: thread.since)
    for old in threads:
        if not old.is_question and not youngest.is_question:
            assert looks[youngest.key] >= looks[old.key] - 1


@given(threads_made)
def test_at_first_questions_then_the_newest(threads: list[Thread]) -> None:
    order = ThreadTurns().next(threads, len(threads))
    assert sorted(order) == sorted(threads)
    assert order == sorted(order, key=lambda t: (not t.is_question, -t.since.timestamp()))


def test_what_was_not_answered_is_next_again_and_all_are_after_a_gap() -> None:
    time = Time()
    turns = ThreadTurns(time)
    threads = [Thread(name, at(0), False) for name in "abcd"]
    turns.next(threads, 2)
    assert [thread.key for thread in turns.next(threads, 2)] == ["a", "b"]
    for name in "ab":
        turns.looked(name)
    assert [thread.key for thread in turns.next(threads, 2)] == ["c", "d"]
    turns.begin_anew()
    assert [thread.key for thread in turns.next(threads, 2)] == ["a", "b"]


def test_what_is_remembered_is_bounded() -> None:
    turns = ThreadTurns()
    many = once(Thread(str(n % (2 * MOST)), at(0), False) for n in range(3 * MOST))
    assert len(many) == len({thread.key for thread in many}) == MOST
    for thread in turns.next(many, MOST):
        turns.looked(thread.key)
    assert [thread.key for thread in turns.next(many[:1], 5)] == [many[0].key]
    assert len(turns._looked) == 1


@settings(max_examples=30)
@given(st.integers(1, 30), st.integers(1, 20), st.sets(st.integers(0, 29)))
def test_those_that_fail_keep_no_others_waiting(many: int, count: int, odd: set[int]) -> None:
    """A look ends where three fail in a row, as where the server fails."""
    time = Time()
    turns = ThreadTurns(time)
    threads = [Thread(str(n), at(0), False) for n in range(many)]
    bad = {str(n) for n in odd}
    looks: Counter[str] = Counter()
    for _ in range(200):
        time.now += 60
        failed: list[str] = []
        some = turns.next(threads, count)
        assert len(some) == min(count, many)
        for thread in some:
            looks[thread.key] += 1
            if thread.key not in bad:
                turns.looked(thread.key)
                continue
            failed.append(thread.key)
            if len(failed) == 3:
                break
        for key in failed:
            turns.failed(key, Lost(key), others_answered=any(one.key not in bad for one in some))
    good = [looks[thread.key] for thread in threads if thread.key not in bad]
    assert min(good, default=9) > 0
    assert set(turns._failed) <= bad
    if looks.keys() & bad:
        with pytest.raises(Lost):  # that goes on being said
            turns.raise_unanswered()
    for thread in threads:
        turns.looked(thread.key)
    turns.raise_unanswered()

"""What a feed lists says whether entries may have left it unread."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.feed.listing import may_lack, whole_since
from tartantm.networks.feed.payload import Entry
from tests.builders import START, at, post


def entries(*minutes: int, dated: bool = True) -> list[Entry]:
    return [Entry(post(f"feed:t:{n}", minute=n), dated) for n in minutes]


def test_what_is_still_listed_shows_that_nothing_left() -> None:
    assert not may_lack(entries(9, 8, 1), 0, {"feed:t:1"}, START)
    assert may_lack(entries(9, 8, 7), 0, {"feed:t:1"}, START)
    # Or what is older than the gap, known or not, where there is more than one of it.
    assert not may_lack(entries(9, 8, -1, -2, -3), 0, {"feed:t:1"}, START)
    assert not may_lack(entries(-3, -2, -1, 8, 9), 0, {"feed:t:1"}, START)
    assert may_lack(entries(9, 8, -1, -2, -3, dated=False), 0, {"feed:t:1"}, START)


def test_one_old_date_shows_nothing_wherever_it_stands() -> None:
    for n in range(4):
        minutes = [9, 8, 7, 6]
        minutes[n] = -5000
        assert may_lack(entries(*minutes), 0, {"feed:t:1"}, START)
        assert may_lack(entries(*reversed(minutes)), 0, {"feed:t:1"}, START)
    known = {"feed:t:1", "feed:t:-5000"}
    assert may_lack(entries(9, -5000, 7, 6), 0, known, START), "an old one that was put on top"
    assert not may_lack(entries(9, 7, 1, -5000), 0, known, START)


def test_without_an_order_either_end_may_be_the_oldest() -> None:
    same = [Entry(post(f"feed:t:{n}", minute=5), dated=False) for n in (3, 2, 1)]
    assert not may_lack(same, 0, {"feed:t:1"}, START)
    assert not may_lack(same[::-1], 0, {"feed:t:1"}, START)
    assert may_lack(same, 0, {"feed:t:2"}, START)


def test_a_young_feed_and_an_empty_one_lack_nothing() -> None:
    assert not may_lack([], 0, {"feed:t:1"}, START)
    assert not may_lack(entries(*range(1, 10)), 0, (), START)
    assert not may_lack(entries(*range(1, 15)), 0, (), START)


def test_a_round_number_of_entries_of_a_feed_that_is_new_to_us_may_be_the_last_of_more() -> None:
    assert may_lack(entries(*range(1, 11)), 0, (), START)
    assert may_lack(entries(*range(1, 20)), 1, (), START)
    assert not may_lack(entries(*range(11)), 0, (), START)
    assert not may_lack(entries(*range(1, 11), dated=False), 0, (), START)


def test_within_a_second_the_oldest_may_not_be_alone() -> None:
    for minutes in ((6, 5, 4), (4, 5, 6)):
        assert whole_since(entries(*minutes), START) == at(4) + timedelta(seconds=1)
    assert whole_since(entries(5, dated=False), START) is None


def test_how_far_a_feed_goes_back_does_not_hang_on_one_date() -> None:
    second = timedelta(seconds=1)
    assert whole_since(entries(9, 8, -5000, 7), START) == at(7) + second
    assert whole_since(entries(9, 8, 7, -5000), START) == at(7) + second
    assert whole_since(entries(9, 8, 1, 7), START) == at(8) + second
    assert whole_since(entries(9, 9, 9), START) == at(9) + second


@given(st.integers(1, 60), st.integers(1, 30), st.integers(0, 60))
def test_a_feed_that_lists_its_last_entries_says_when_some_left_it(
    written: int, size: int, before: int
) -> None:
    """Of `written` entries `before` were there when it was read; it lists the last `size`."""
    before = min(before, written)
    known = {f"feed:t:{n}" for n in range(max(0, before - size), before)}
    listed = entries(*range(max(0, written - size), written))
    lost = max(0, written - size) > before
    told = may_lack(listed, 0, known, at(before - 0.5) if before else at(-0.5))
    if before:
        assert told == lost or (written - size == before and told)
    else:
        assert told or not lost or size < 10 or size % 5

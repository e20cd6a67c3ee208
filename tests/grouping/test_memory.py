from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.post import Author
from tartantm.grouping.memory import Memory
from tests.builders import AGENDA, post

EVENING = timedelta(days=1)
ARRIVALS = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["ailsa", "calum"])), max_size=12)
"""When each post was written and by whom, in the order of arrival."""


def remembered(arrivals: list[tuple[int, str]]) -> Memory:
    memory = Memory(AGENDA)
    for number, (minute, author) in enumerate(arrivals):
        text = f"@isla {number}"
        memory.add(post(str(number), text, minute, author=author, thread="x:t"))
    return memory


@given(ARRIVALS)
def test_posts_are_found_by_time_in_whatever_order_they_came(
    arrivals: list[tuple[int, str]],
) -> None:
    memory = remembered(arrivals)
    by_time = sorted(memory.posts.values(), key=lambda placed: placed.order)
    for place, placed in enumerate(by_time):
        earlier = by_time[:place][::-1]
        own = [each for each in earlier if each.post.author == placed.post.author]
        assert [*memory.before_by(placed, EVENING)] == own
        assert [*memory.thread_before("x:t", placed.order, EVENING)] == earlier
        assert memory.shortly_after(placed.order, EVENING, 3) == by_time[place + 1 :][:3]
        assert memory.is_latest(placed) == (place + 1 == len(by_time))


@given(ARRIVALS, st.lists(st.integers(0, 11)))
def test_an_edited_post_stands_at_its_place_once(
    arrivals: list[tuple[int, str]], edited: list[int]
) -> None:
    memory = remembered(arrivals)
    before = [*memory.since((post(minute=-1).created_at, 0))]
    for number in edited:
        if placed := memory.find(f"x:{number}"):
            memory.replace(placed, replace(placed.post, text=f"@isla {number} again"))
    last = max(memory.posts.values(), key=lambda placed: placed.order, default=None)
    assert [*memory.since((post(minute=-1).created_at, 0))] == before
    if last is not None:
        thread = memory.thread_before("x:t", last.order, EVENING)
        assert [*thread] == before[:-1][::-1]
    first = memory.add(post("first", "Words", -1, author="isla"))
    assert memory.mentioning(first, EVENING) == before


def test_a_post_without_a_name_before_a_colon_addresses_nobody() -> None:
    memory = Memory(AGENDA)
    nameless = memory.add(post("1", "Words", 1, author=Author("", "", "77")))
    assert memory.next_by(nameless) is None  # looks under no name
    assert memory.addressees(memory.add(post("2", "Thanks all for coming", 2))) == ()

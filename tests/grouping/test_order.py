"""Posts that come late or in any order end up with the placements they would have in order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.events import Event, Opened, Placement
from tartantm.core.post import Post
from tests.builders import at, post
from tests.grouping.evening import ISLA, SIX, Evening

POSTS = [
    post("hi", "Hi all, Ailsa from Exampleton", 2),
    post("hello", "Hello from the ferry", 3, author="calum"),
    post("a1", "A1: never did", 5),
    post("re", "@ailsa Never?", 6, author="calum", reply_to="x:a1"),
    post("rere", "@calum Never.", 7, reply_to="x:re"),
    post("rt", "A1: never did", 8, author="morag", repost_of="x:a1"),
    post("byhand", "RT @ailsa: A1: never did", 8, author="calum"),
    post("q2", "Q2: Do we need a written strategy?", 10, author=ISLA),
    post("qt", "Well said", 11, author="calum", quote_of="x:rere"),
    post("to", "@ailsa Any page will do", 14, author="calum"),
    post("free", "Nobody reads more than a page", 15, author="calum"),
    post("late", "A1 we planned too much", 16, author="calum"),
    post("two", "Not one page 1/2", 17, author="calum"),
    post("three", "but two 2/2", 17.5, author="calum"),
    post("last", "Any last thoughts on Q2?", 19, author=ISLA),
    post("still", "Two pages at the most", 20, author="morag"),
    post("back", "Back to Q1, everybody", 22, author=ISLA),
    post("again", "Nobody else does it at all", 23, author="calum"),
    post("bye", "Thanks all for coming!", 28, author=ISLA),
    post("after", "A page it is", 45, author="calum"),
]


def result(evening: Evening) -> dict[str, Placement]:
    return {post_id: entry.placement for post_id, entry in evening.chat.entries.items()}


def heard(posts: list[Post]) -> dict[str, Placement]:
    evening = Evening(SIX, ("Q1", 4))
    for each in posts:
        evening.hear(each)
    return result(evening)


IN_ORDER = heard(POSTS)


def test_the_example_says_something() -> None:
    assert {placement.by for placement in IN_ORDER.values()} == {
        *("greeting", "label", "reply", "repost", "asked", "quote", "time", "general", "wording")
    }


def test_backwards() -> None:
    assert heard(POSTS[::-1]) == IN_ORDER


@given(st.permutations(POSTS))
@settings(max_examples=60, deadline=None)
def test_in_any_order(posts: list[Post]) -> None:
    assert heard(posts) == IN_ORDER


@pytest.mark.parametrize("order", list(permutations([2, 3, 4])))
def test_late_parents_take_their_replies_along(order: tuple[int, ...]) -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 5.5))
    for index in order:
        evening.hear(POSTS[index])
    assert [evening.stands(name).question for name in ("a1", "re", "rere")] == ["Q1"] * 3


def test_what_a_late_parent_changes_is_returned() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 5.5))
    evening.says("0", "Hello", 2, author="calum")
    early = evening.hear(post("re", "@ailsa Never?", 9, author="calum", reply_to="x:a1"))
    assert early.placement.by == "time" and early.placement.question == "Q2"
    placing = evening.hear(POSTS[2])
    assert {i: (p.question, p.by, p.reason) for i, p in placing.revised.items()} == {
        "x:re": ("Q1", "reply", "replies to Ailsa Example in Q1")
    }


def test_a_late_parent_found_under_another_of_its_ids() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 5.5))
    evening.hear(post("re", "@ailsa Never?", 9, author="calum", reply_to="x:a1-edited"))
    placing = evening.hear(post("a1", "A1: never did", 5, aliases=("x:a1-edited",)))
    assert placing.revised["x:re"].question == "Q1"


def test_a_late_opening_revises_only_what_came_since() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("hi", "Hello", 2)
    evening.says("1", "Nobody plans a thing", 5)
    evening.says("2", "Nobody reads a thing", 15)
    evening.says("3", "A1: label stays", 15)
    revised = evening.open("Q2", 11)
    assert (revised["x:2"].question, revised["x:2"].reason) == ("Q2", "Q2 open since 18:11")
    assert "x:1" not in revised and evening.stands("3").question == "Q1"


def test_a_late_opening_in_the_past_stops_at_the_next_one() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q3", 20))
    evening.says("hi", "Hello", 2)
    evening.says("1", "Nobody reads a thing", 15)
    evening.says("2", "Two of us have it all", 25)
    evening.open("Q2", 11)
    assert [evening.stands(name).question for name in ("1", "2")] == ["Q2", "Q3"]


def test_opened_by_plan_reaches_the_next_post_before_it_is_durable() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("hi", "Hello", 2)
    evening.says("1", "Nobody reads a thing", 15)
    revised = evening.grouper.opened("Q2", at(11))
    assert {i: p.question for i, p in revised.items()} == {"x:1": "Q2"}
    placing, _ = evening.place(post("2", "Nobody writes a thing", 16))
    assert placing.placement.question == "Q2"
    assert evening.grouper.opened("Q2", at(11)) == {}


def test_a_batch_sees_what_it_decided_before_anything_is_durable() -> None:
    evening = Evening()
    events: list[Event] = []
    for each in POSTS:
        if each.id == "x:a1":
            evening.grouper.opened("Q1", at(4))
            events.append(Opened("Q1", at(4), "plan"))
        events += evening.place(each)[1]
    assert evening.happen(*events) == {}
    assert result(evening) == IN_ORDER


@given(st.lists(st.integers(1, 6), max_size=6), st.permutations(POSTS))
@settings(max_examples=40, deadline=None)
def test_batches_do_not_matter(sizes: list[int], posts: list[Post]) -> None:
    evening = Evening(SIX, ("Q1", 4))
    waiting = list(posts)
    for size in [*sizes, len(posts)]:
        batch, waiting = waiting[:size], waiting[size:]
        evening.happen(*(event for each in batch for event in evening.place(each)[1]))
    assert result(evening) == IN_ORDER


def test_reopening_knows_what_was_known() -> None:
    first = Evening(SIX, ("Q1", 4))
    for each in POSTS[:8]:
        first.hear(each)
    again = Evening.__new__(Evening)
    again.chat = first.chat
    again.grouper = type(first.grouper)(first.chat)
    for each in POSTS[8:]:
        again.hear(each)
    assert result(again) == IN_ORDER


def test_a_post_s_own_time_counts_and_not_when_it_was_heard() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 11))
    evening.says("hi", "Hello", 2)
    placement = evening.says("1", "Nobody plans a thing", 6, received_at=at(30))
    assert placement.question == "Q1"
    ahead = evening.says("2", "Nobody plans a thing", 90, received_at=at(7))
    assert ahead.question == "Q1"


@pytest.mark.parametrize(
    "cycle",
    [
        [{"reply_to": "x:1"}],
        [{"reply_to": "x:2"}, {"reply_to": "x:1"}],
        [{"repost_of": "x:2"}, {"repost_of": "x:1"}],
        [{"quote_of": "x:2"}, {"reply_to": "x:3"}, {"repost_of": "x:1"}],
        [{"thread": "x:1"}],
    ],
)
def test_references_in_a_circle_end(cycle: list[dict[str, Any]]) -> None:
    evening = Evening(SIX, ("Q1", 1))
    for number, more in enumerate(cycle, 1):
        evening.hear(post(str(number), "Round and round", 5, **more))
    evening.move(**{"1": "Q2"})
    assert evening.stands("1").question == "Q2"


def test_a_question_asked_twice_is_asked_by_the_earlier_post() -> None:
    evening = Evening()
    evening.hear(post("2", "Q1: again, are the days over?", 9, author=ISLA))
    placing = evening.hear(post("1", "Q1: are the days over?", 5, author=ISLA))
    assert placing.opens == "Q1"
    assert placing.revised["x:2"].reason == "asks Q1 again"


def test_plans_and_hosts_do_not_open_twice() -> None:
    first, *others = SIX.questions
    agenda = replace(SIX, questions=(replace(first, opens_at=at(5)), *others))
    evening = Evening(agenda)
    evening.grouper.opened("Q1", at(5))
    placing, _ = evening.place(post("1", "Q1: are the days over?", 5, author=ISLA))
    assert placing.opens is None

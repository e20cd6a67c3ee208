"""Waiting posts by conversation: what hangs together, what does not, and how long it may get."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.carried import CONTEXT
from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.events import Captured, Event, Placement, Recorded
from tartantm.core.post import Author, Post
from tartantm.moderation.conversation import Conversation
from tartantm.moderation.conversations import MOST_POSTS, PAUSE, Conversations, conversations
from tartantm.moderation.following import Following
from tests.builders import START, at, captured, chat_of, happen, placed, post


def doubtful(*posts: Post, question: str | None = "Q1") -> list[Event]:
    return captured(*posts, question=question, inbox=True)


def ids(chat: Chat) -> list[tuple[str, ...]]:
    return [each.posts for each in conversations(chat)]


def test_replies_quotes_and_what_stands_between_hang_together() -> None:
    chat = chat_of(
        *doubtful(post("1", "Parrots", 2)),
        *captured(post("2", "Which?", 3, author="calum", reply_to="x:1")),
        *doubtful(post("3", "The green ones", 4, reply_to="x:2")),
        *doubtful(post("4", "Look at her", 5, author="mòrag", quote_of="x:3")),
        *doubtful(post("5", "Print it", 6, author="zainab")),
    )
    assert ids(chat) == [("x:1", "x:3", "x:4"), ("x:5",)]


def test_a_conversation_names_the_places_that_are_possible_the_likeliest_first() -> None:
    def waits(name: str, place: str | None, *others: str | None, **more: str) -> Captured:
        placement = Placement(place, "time", "", 0.5, True, others)
        return Captured(post(name, f"words {name}", float(name), **more), placement)

    chat = chat_of(
        waits("1", "Q3", None),
        waits("2", None, "Q3", reply_to="x:1"),
        waits("3", None, reply_to="x:1"),
    )
    assert conversations(chat) == [Conversation("x:1", ("x:1", "x:2", "x:3"), (None, "Q3"))]


def test_two_who_answer_each_other_by_name_are_one_conversation() -> None:
    chat = chat_of(
        *doubtful(post("1", "Parrots are clever", 2, author="ailsa")),
        *doubtful(post("2", "@ailsa yes, but loud", 3, author="calum")),
        *doubtful(post("3", "@calum so are you", 4, author="ailsa")),
        *doubtful(post("4", "@calum elsewhere", 5, author="ailsa"), question="Q2"),
        *doubtful(post("5", "@ailsa much later", 40, author="calum")),
        *doubtful(post("6", "@mòrag hello", 41, author="calum")),
        *doubtful(post("7", "@calum not to me", 42, author="zainab")),
    )
    assert ids(chat) == [("x:1", "x:2", "x:3"), ("x:4",), ("x:5",), ("x:6",), ("x:7",)]


def test_parts_of_one_authors_thread_hang_together_also_where_its_root_is_not_held() -> None:
    chat = chat_of(
        *doubtful(post("1", "one", 2, thread="x:root", author="calum")),
        *doubtful(post("2", "two", 3, thread="x:root", author="calum")),
        *doubtful(post("3", "another's", 4, thread="x:root", author="mòrag")),
    )
    assert ids(chat) == [("x:1", "x:2"), ("x:3",)]
    happen(chat, *captured(post("root", "zero", 1, author="calum")))
    assert ids(chat) == [("x:1", "x:2"), ("x:3",)]


def test_nothing_hangs_together_by_what_everybody_answers_or_what_is_decided() -> None:
    def below(parent: str) -> list[Event]:
        return doubtful(
            post("8", "eight", 8, author="calum", reply_to=parent),
            post("9", "nine", 9, author="mòrag", reply_to=parent),
        )

    apart = [("x:8",), ("x:9",)]
    asked = Captured(post("1", "Q1: Which?", 1, author="zainab"), placed("Q1", by="asked"))
    assert ids(chat_of(asked, *below("x:1"))) == apart
    assert ids(chat_of(*captured(post("1", "Next!", 1, author="isla")), *below("x:1"))) == apart
    by_hand = ev.Placed({"x:1": "Q2"})
    assert ids(chat_of(*doubtful(post("1", "one", 1)), by_hand, *below("x:1"))) == apart
    carried = Captured(post("1", "one", 1), CONTEXT, "x", "x:8")
    assert ids(chat_of(carried, *below("x:1"))) == apart
    labelled = Captured(
        post("2", "A2: two", 2, reply_to="x:1"), placed("Q2", by="label", inbox=True)
    )
    through = post("3", "three", 3, reply_to="x:2")
    chat = chat_of(*doubtful(post("1", "one", 1)), labelled, *doubtful(through))
    assert ids(chat) == [("x:1",), ("x:2", "x:3")]
    addressed = [*doubtful(post("1", "one", 1, author="isla"))]
    addressed += doubtful(*(post(f"{n}", f"@isla {n}", n, author=f"who{n}") for n in (2, 3)))
    assert ids(chat_of(*addressed)) == [("x:1",), ("x:2",), ("x:3",)]


def test_a_long_thread_is_several_conversations() -> None:
    replies = [
        post(f"{n}", f"words {n}", 2 + n / 60, author=f"who{n}", reply_to="x:0")
        for n in range(1, 3 * MOST_POSTS)
    ]
    late = post("late", "late", 60, reply_to="x:0")
    chat = chat_of(*doubtful(post("0", "zero", 2), *replies, late))
    assert [len(each) for each in ids(chat)] == [MOST_POSTS] * 3 + [1]


def test_a_circle_of_replies_ends() -> None:
    circle = [post(f"{n}", f"words {n}", n, reply_to=f"x:{n % 3 + 1}") for n in (1, 2, 3)]
    itself = post("4", "four", 4, reply_to="x:4")
    assert sorted(sum(ids(chat_of(*doubtful(*circle, itself))), ())) == ["x:1", "x:2", "x:3", "x:4"]


names = st.integers(0, 7).map(str)
people = st.sampled_from(["ailsa", "calum", "isla"])
places = st.sampled_from(["Q1", "Q1", "Q1", None])


@st.composite
def evenings(draw: st.DrawFn) -> list[Captured]:
    """Posts that refer to each other in every way, also in circles and to what never comes."""
    made = []
    for n in range(draw(st.integers(3, 8))):
        to = draw(st.sampled_from(["", "@ailsa ", "@calum ", "@isla @ailsa "]))
        reference = draw(st.sampled_from(["reply_to", "quote_of", "thread", "repost_of", "", ""]))
        more: dict[str, Any] = {reference: f"x:{draw(names)}"} if reference else {}
        if draw(st.integers(0, 9)) == 9:
            more["aliases"] = (f"x:{draw(names)}{n}", f"x:{7 + n}")
        minute = 1 + n * draw(st.sampled_from([0.1, 1.0, 3.0])) + n / 1000
        by = draw(st.sampled_from(["time"] * 5 + ["label", "asked", "moderator"]))
        placement = Placement(draw(places), by, "", 0.5, draw(st.integers(0, 3)) > 0)
        captured_post = post(f"{n}", f"{to}words number {n}", minute, author=draw(people), **more)
        made.append(Captured(captured_post, placement))
    return made


def check(chat: Chat, found: list[Conversation]) -> None:
    """Each waiting post is in exactly one conversation, in order of time, and none is too long."""
    each = [post_id for conversation in found for post_id in conversation.posts]
    assert sorted(each) == sorted(e.id for e in chat.posts() if e.in_inbox)
    for conversation in found:
        entries = [chat.entries[post_id] for post_id in conversation.posts]
        assert conversation.id == conversation.posts[0] and len(entries) <= MOST_POSTS
        assert all(a.key < b.key for a, b in pairwise(entries))
        assert all(b.post.sort_at - a.post.sort_at <= PAUSE for a, b in pairwise(entries))
        assert {e.placement.question for e in entries} <= set(conversation.places)
    firsts = [chat.entries[each.id].key for each in found]
    assert firsts == sorted(firsts)


@given(evenings(), st.randoms())
def test_the_order_of_arrival_does_not_matter(evening: list[Captured], random: object) -> None:
    by_time = chat_of(*evening)
    shuffled = list(evening)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = chat_of(*shuffled)
    check(by_time, conversations(by_time))
    if all(not event.post.repost_of for event in evening):  # who stands for reposts came first
        assert ids(by_time) == ids(other)


acts = st.one_of(
    st.builds(lambda n, q: ev.Placed({f"x:{n}": q}), names, places),
    st.builds(lambda n, on: ev.Hidden((f"x:{n}",), on), names, st.booleans()),
    st.builds(lambda n: ev.Deleted((f"x:{n}",), at(50)), names),
    st.builds(
        lambda n, q, inbox: ev.Grouped({f"x:{n}": placed(q, inbox=inbox)}),
        names,
        places,
        st.booleans(),
    ),
    st.builds(
        lambda n, to: ev.Edited(post(f"{n}", f"@{to} other words {n}", 5, edited_at=at(60))),
        names,
        people,
    ),
    st.builds(lambda who: ev.Muted("author", f"x:{who}"), people),
)


@settings(max_examples=100)
@given(evenings(), st.lists(acts, max_size=6), st.randoms(), st.integers(1, 4))
def test_kept_up_to_date_they_are_as_if_found_anew(
    evening: list[Captured], more: list[Event], random: object, step: int
) -> None:
    events: list[Event] = [*evening, *more]
    random.shuffle(events)  # type: ignore[attr-defined]
    chat = chat_of()
    kept = Conversations(chat)
    while events:
        batch = [events.pop() for _ in range(min(step, len(events)))]
        changes = [chat.apply(Recorded(chat.last_seq + 1, START, event)) for event in batch]
        kept.apply(Change().merge(changes))
        assert list(kept) == conversations(chat)
        check(chat, list(kept))
        for each in kept:
            assert all(kept.of(post_id) is each for post_id in each.posts)
        assert all(kept.of(e.id) is None for e in chat.posts() if not e.in_inbox)


@pytest.mark.parametrize(
    "event",
    [
        ev.Placed({"x:1": "Q2"}),
        ev.Captured(post("0", "zero", 1, author="zainab"), placed()),
        ev.Grouped({"x:3": placed("Q1", inbox=True)}),
        ev.Grouped({"x:5": placed("Q2", inbox=True)}),
        ev.Hidden(("x:5",)),
        ev.Edited(post("6", "to nobody", 8, author="mòrag", edited_at=at(20))),
        ev.Deleted(("x:2",), at(20)),
        ev.Muted("author", "x:mòrag"),
    ],
    ids=[
        "by_hand",
        "parent_comes",
        "waits",
        "elsewhere",
        "hidden",
        "speaks_to_nobody",
        "deleted",
        "muted",
    ],
)
def test_each_kind_of_change_is_taken_up(event: Event) -> None:
    chat = chat_of(
        *captured(post("1", "one", 2)),
        *doubtful(post("2", "two", 3, author="calum", reply_to="x:1")),
        ev.Captured(post("3", "three", 4, reply_to="x:1"), placed("Q1")),
        *doubtful(post("4", "four", 5, author="zainab", reply_to="x:3")),
        *doubtful(post("5", "five", 7, author="gordon", reply_to="x:0")),
        *doubtful(post("6", "@gordon six", 8, author="mòrag")),
        *doubtful(post("7", "seven", 9, author="ewan", reply_to="x:0")),
    )
    kept = Conversations(chat)
    assert [each.posts for each in kept] == [("x:2", "x:4"), ("x:5", "x:6"), ("x:7",)]
    before = list(kept)
    kept.apply(chat.apply(Recorded(chat.last_seq + 1, START, event)))
    assert list(kept) == conversations(chat) != before


def _crowd(count: int) -> Chat:
    """Everybody waits, answers everybody by name, and replies to one post or the one before."""
    posts = [
        Post(
            f"x:{n}",
            Author(f"who{n % 7}", f"Who {n % 7}", f"{n % 7}"),
            START + timedelta(seconds=n / 10),
            f"@who{(n + 1) % 7} words number {n}",
            reply_to=f"x:{n % 3 and n - 1}" if n % 2 else None,
        )
        for n in range(count)
    ]
    return chat_of(*doubtful(*posts))


def test_what_a_change_costs_does_not_grow_with_what_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at = 0
    update = Following.update

    def counted(self: Following, entry: Entry, answered: str | None) -> set[str]:
        nonlocal looked_at
        found = update(self, entry, answered)
        looked_at += 1 + len(found)
        return found

    def cost(count: int) -> tuple[float, int]:
        """What it takes to find all, for each, and to take up ten posts that come in."""
        nonlocal looked_at
        chat = _crowd(count)
        looked_at = 0
        kept = Conversations(chat)
        built, looked_at = looked_at / count, 0
        new = [post(f"new{n}", f"@who1 new {n}", 500 + n, author="who2") for n in range(10)]
        changes = [
            chat.apply(Recorded(chat.last_seq + 1, START, each))
            for each in doubtful(*new, post("late", "@who3 late", 0.1, author="who4"))
        ]
        kept.apply(Change().merge(changes))
        return built, looked_at

    monkeypatch.setattr(Following, "update", counted)
    (few_each, few_new), (many_each, many_new) = cost(400), cost(3_200)
    assert many_each <= few_each * 1.1 and many_new <= few_new * 1.1

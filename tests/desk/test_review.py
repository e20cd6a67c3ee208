"""The review on the desk: its order stays put, keys place as elsewhere, and it can be left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import Event, Placement
from tartantm.desk.panes.bars import Bar
from tartantm.desk.panes.review_view import ReviewView
from tartantm.desk.panes.views import INBOX, REVIEW, View, key_of, waits_in
from tartantm.moderation import history
from tartantm.moderation.review import Review
from tests.builders import chat_of, post, recorded
from tests.desk.running import SIZES, desk_of, evening, press, resized

Check = Callable[[Any, str], None]

IDS = [f"x:{n}" for n in range(8)]


def doubted() -> list[Event]:
    """The evening, with doubt about what came early and something that hangs on it."""
    doubts = {
        "x:3": Placement("Q1", "time", "Q1 open since 18:05", 0.55, True, (None, "Q2")),
        "x:12": Placement("Q2", "time", "Q2 open since 18:14", 0.82, alternatives=("Q1",)),
        "x:14": Placement("Q2", "time", "Q2 open since 18:14", 0.7, True),
        "x:20": Placement("Q2", "reply", "replies to Mòrag Example in Q2", 0.75),
    }
    return [*evening(), ev.Grouped(doubts)]


def happen(chat: Chat, view: View, *events: Event) -> None:
    items = recorded(events, chat.last_seq + 1)
    view.apply(Change().merge([chat.apply(item) for item in items]))


def listed(view: View) -> list[str]:
    return [view.id_at(n) for n in range(len(view))]


def doubtful(*sure: float) -> tuple[Chat, ReviewView]:
    """Posts of these confidences, and their review."""
    posts = (
        ev.Captured(post(f"{n}", minute=1 + n), Placement("Q1", "time", "", each))
        for n, each in enumerate(sure)
    )
    chat = chat_of(*posts)
    return chat, ReviewView(Review(chat))


def surer(post_id: str, sure: float) -> ev.Grouped:
    return ev.Grouped({post_id: Placement("Q1", "time", "other", sure)})


def test_what_was_on_the_screen_keeps_its_place() -> None:
    chat, view = doubtful(0.5, 0.6, 0.7, 0.8, 0.9)
    view.drawn([0, 1])
    happen(chat, view, surer("x:0", 0.95), surer("x:4", 0.1))
    assert listed(view) == ["x:0", "x:1", "x:4", "x:2", "x:3"]


def test_what_comes_back_after_an_undo_comes_back_to_its_place() -> None:
    chat, view = doubtful(0.5, 0.6, 0.7)
    view.drawn([0, 1])
    gone = key_of(chat.entries["x:0"])
    happen(chat, view, ev.Placed({"x:0": "Q2"}))
    assert listed(view) == ["x:1", "x:2"]
    assert gone not in view and view.index(gone) == 0  # the cursor goes to the next one
    happen(chat, view, *history.undo(chat).events)
    assert listed(view) == ["x:0", "x:1", "x:2"] and gone in view


def test_a_post_that_nobody_knows_would_come_last() -> None:
    chat, view = doubtful(0.5, 0.6)
    happen(chat, Elsewhere(), ev.Captured(post("9"), Placement("Q1", "time", "", 0.5)))
    assert view.index(key_of(chat.entries["x:9"])) == 2


class Elsewhere(View):
    def __init__(self) -> None:
        super().__init__("elsewhere")


SURE = st.sampled_from([0.2, 0.5, 0.8, 0.95])
acts: st.SearchStrategy[Event | list[int]] = st.one_of(
    st.builds(surer, st.sampled_from(IDS), SURE),
    st.builds(ev.Placed, st.dictionaries(st.sampled_from(IDS), st.just("Q2"), min_size=1)),
    st.builds(ev.Hidden, st.tuples(st.sampled_from(IDS)), st.booleans()),
    st.builds(
        lambda n, sure: ev.Captured(post(f"1{n}", minute=n), Placement("Q1", "time", "", sure)),
        st.integers(0, 5),
        SURE,
    ),
    st.lists(st.integers(0, 7), min_size=1, max_size=3),
)


@settings(max_examples=100)
@given(st.lists(SURE, min_size=8, max_size=8), st.lists(acts, max_size=12))
def test_nothing_that_was_seen_ever_changes_places(
    sure: Sequence[float], done: list[Event | list[int]]
) -> None:
    chat, view = doubtful(*sure)
    seen: list[str] = []
    for each in done:
        if isinstance(each, list):
            drawn = [n for n in each if n < len(view)]
            view.drawn(drawn)
            seen += [i for i in listed(view)[: max(drawn, default=-1) + 1] if i not in seen]
        else:
            happen(chat, view, each)
        now = listed(view)
        assert [i for i in now if i in seen] == [i for i in seen if i in now]
        assert now[: len([i for i in seen if i in now])] == [i for i in seen if i in now]
        assert set(now) == {rank.id for rank in Review(chat).ranked}
        assert view.keys == [key_of(chat.entries[i]) for i in now]
        assert all(view.index(key) == n for n, key in enumerate(view.keys))


def test_after_a_chat_was_read_again_the_same_posts_lead() -> None:
    chat, view = doubtful(0.5, 0.6, 0.7, 0.8)
    view.drawn([0])
    happen(chat, view, surer("x:0", 0.9))
    view.apply(Change(reloaded=True))
    assert listed(view) == ["x:0", "x:1", "x:2", "x:3"]


def test_where_a_post_waits() -> None:
    chat = chat_of(ev.Captured(post("1"), Placement("Q1", "time", "", 0.9)))
    entry = chat.entries["x:1"]
    assert waits_in(REVIEW, entry) and not waits_in(INBOX, entry)


async def test_keys_place_and_the_next_post_follows(tmp_path: Path) -> None:
    async with desk_of(tmp_path, doubted()) as (pilot, desk):
        entries = desk.context.chat.entries
        await press(pilot, "z")
        assert desk.context.shown == REVIEW and desk.list.cursor == "x:21"
        await press(pilot, "3")
        assert entries["x:21"].placement.question == "Q3" and desk.list.cursor == "x:22"
        await press(pilot, "enter", "x")  # the second place that the row offers
        assert entries["x:22"].placement.by_person and entries["x:3"].placement.question is None
        assert desk.list.cursor == "x:14"
        await press(pilot, "j", "enter")  # also where it does not wait in the inbox
        assert entries["x:20"].placement.by_person and desk.list.cursor == "x:12"
        await press(pilot, "u")
        assert desk.list.cursor == "x:20"
        assert "3 looked at" in desk.query_one("#list-head", Bar).words


async def test_it_is_left_by_its_own_key_and_by_lists(tmp_path: Path) -> None:
    async with desk_of(tmp_path, doubted()) as (pilot, desk):
        await press(pilot, "i", "z", "z")
        assert desk.context.shown == INBOX
        await press(pilot, "z", "right_square_bracket")
        assert desk.context.shown == "general"
        await press(pilot, "z")
        desk.list.go_to("x:20")
        await press(pilot, "t")
        assert desk.context.shown_list.filter("thread")
        await press(pilot, "t")
        assert (desk.context.shown, desk.list.cursor) == (REVIEW, "x:20")


async def test_it_lives_through_another_agenda(tmp_path: Path) -> None:
    async with desk_of(tmp_path, doubted()) as (pilot, desk):
        await press(pilot, "z")
        agenda = desk.context.chat.agenda
        await desk.context.session.act(ev.AgendaEdited(agenda, words="Nothing"))
        desk.context.changes.flush()
        assert desk.context.shown == REVIEW and desk.list.cursor == "x:21"
        await press(pilot, "3")
        assert desk.list.cursor == "x:22"


async def test_a_key_decides_what_the_row_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an act changes in the next row, the moderator has not read yet."""
    monkeypatch.setattr("tartantm.desk.panes.said_rows.monotonic", lambda: 1.0)
    async with desk_of(tmp_path, doubted()) as (pilot, desk):
        await press(pilot, "z")
        moved = Placement("Q3", "time", "another reason", 0.4, True)
        await desk.context.session.act(ev.Grouped({"x:21": moved}))
        desk.context.changes.flush()
        await press(pilot, "enter")
        assert not desk.context.chat.entries["x:21"].placement.by_person
        assert "has just changed" in desk.context.messages.words
        monkeypatch.setattr("tartantm.desk.panes.said_rows.monotonic", lambda: 9.0)
        await press(pilot, "enter")
        assert desk.context.chat.stands_at("x:21") == "Q3"
        assert desk.context.chat.entries["x:21"].placement.by_person


@pytest.mark.parametrize("theme", ["night", "paper"])
async def test_how_it_looks(tmp_path: Path, assert_screen: Check, theme: str) -> None:
    async with desk_of(tmp_path, doubted(), theme=theme) as (pilot, _):
        await press(pilot, "z")
        for size, room in SIZES.items():
            await resized(pilot, *room)
            assert_screen(pilot.app, f"review-{size}")


async def test_details_name_the_places_that_the_row_offers(
    tmp_path: Path, assert_screen: Check
) -> None:
    """`x` takes the second of them, also for a post that does not wait in the inbox."""
    async with desk_of(tmp_path, doubted(), size="small") as (pilot, desk):
        await press(pilot, "z")
        desk.list.go_to("x:12")
        await press(pilot, "d")
        assert_screen(pilot.app, "review-details")


async def test_an_empty_inbox_names_the_review(tmp_path: Path) -> None:
    certain = ev.Captured(post("1"), Placement("Q1", "time", "", 0.99))
    async with desk_of(tmp_path, [certain]) as (pilot, desk):
        await press(pilot, "i")
        assert desk.list.empty == "The inbox is empty; z shows what else may stand wrong."


async def test_with_nothing_left(tmp_path: Path, assert_screen: Check) -> None:
    async with desk_of(tmp_path, [ev.Captured(post("1"), Placement("Q1", "moderator", "", 1))]) as (
        pilot,
        _,
    ):
        await press(pilot, "z")
        assert_screen(pilot.app, "review-empty")


async def test_once_the_chat_is_over_the_desk_hints_at_it(tmp_path: Path) -> None:
    async with desk_of(tmp_path, minute=121) as (pilot, desk):
        hint = "The chat is over; z shows what to look at first"
        status = desk.query_one("#status", Bar)
        assert hint in status.words
        await press(pilot, "i", "enter", "enter")
        desk.context.messages.say("")
        desk.draw()
        assert hint not in status.words

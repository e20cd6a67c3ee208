"""The inbox by conversation: what a row says, what a key on it decides, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tartantm.core import events as ev
from tartantm.core.events import Event, Placement
from tartantm.desk.screen import Desk
from tests.builders import at, captured, post
from tests.desk.running import NAMES, SIZES, desk_of, press, resized
from tests.screen_text import screen_text

Check = Callable[[Any, str], None]


def doubt(place: str | None = "Q2", *others: str | None) -> Placement:
    return Placement(place, "time", f"{place} open since 18:14", 0.62, True, others)


def waits(name: str, words: str, minute: float, who: str, **more: Any) -> Event:
    placement = more.pop("placement", doubt("Q2", None))
    return ev.Captured(post(name, words, minute, author=who, **more), placement)


def evening() -> list[Event]:
    """A talk of two, one of five, a post by itself, and one that a sure reply follows."""
    long = "Nobody reads a strategy that is longer than a page, and ours was forty of them. " * 6
    return [
        ev.Opened("Q1", at(5), "moderator"),
        *captured(post("h1", "Q1: Are the days of just doing it over?", 5, author="isla")),
        *captured(post("1", "A1: not quite", 6, author="ailsa")),
        ev.Opened("Q2", at(14), "moderator"),
        waits("10", "Parrots could do that, and they would ask for less", 15, "calum"),
        waits("11", "@calum which ones?", 15.5, "mòrag", reply_to="x:10"),
        waits("12", "@mòrag the green ones, of course", 16, "calum", reply_to="x:11"),
        waits("20", long, 16.5, "zainab", placement=doubt("Q1", "Q2", None)),
        *(
            waits(f"2{n}", f"So say I, number {n}", 16.5 + n / 10, f"who{n}", reply_to="x:20")
            for n in range(1, 5)
        ),
        waits("30", "A pint, please", 18, "ewan", placement=doubt(None, "Q2")),
        *captured(post("31", "Two", 18.5, author="fiona", reply_to="x:30"), question=None),
        waits("40", "By itself", 19, "gordon", placement=doubt("Q2")),
    ]


ROWS = ["x:10", "x:20", "x:30", "x:40"]


@pytest.mark.parametrize("size", SIZES)
async def test_rows_of_conversations(tmp_path: Path, assert_screen: Check, size: str) -> None:
    async with desk_of(tmp_path, evening(), size=size) as (pilot, desk):
        await press(pilot, "i")
        assert [desk.list.view.id_at(n) for n in range(len(desk.list.view))] == ROWS
        assert_screen(pilot.app, f"talks-{size}")
        if size != "large":  # it shows them unasked
            await press(pilot, "d")
        assert_screen(pilot.app, f"talks-details-{size}")


async def test_names_that_are_withheld_stay_withheld_in_a_row(
    tmp_path: Path, assert_screen: Check
) -> None:
    rules = [ev.Redacted("author", "x:calum"), ev.Redacted("phrase", "green ones")]
    async with desk_of(tmp_path, [*evening(), *rules]) as (pilot, _):
        await press(pilot, "i")
        assert_screen(pilot.app, "talks-withheld")


@pytest.mark.parametrize(
    ("keys", "places", "sentence"),
    [
        (("3",), ("Q3", "Q3", "Q3"), "Moved 3 posts from Q2 to Q3"),
        (("minus",), (None, None, None), "Moved 3 posts from Q2 to General"),
        (("full_stop",), ("Q2", "Q2", "Q2"), "Confirmed 3 posts under Q2"),
        (("enter",), ("Q2", "Q2", "Q2"), "Confirmed 3 posts under Q2"),
        (("x",), (None, None, None), "Moved 3 posts from Q2 to General"),
        (("p", "2", "a"), ("Q2a", "Q2a", "Q2a"), "Moved 3 posts from Q2 to Q2a"),
        (("less_than_sign", "enter"), ("Q1", "Q1", "Q1"), "Late answers to Q1: 3 posts"),
        (("less_than_sign", "3"), ("Q3", "Q3", "Q3"), "Late answers to Q3: 3 posts"),
    ],
)
async def test_one_key_settles_a_conversation_and_one_undo_takes_it_back(
    tmp_path: Path, keys: tuple[str, ...], places: tuple[str | None, ...], sentence: str
) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        chat = desk.context.chat
        await press(pilot, "i", *keys)
        assert tuple(chat.stands_at(f"x:1{n}") for n in range(3)) == places
        assert all(chat.entries[f"x:1{n}"].placement.by_person for n in range(3))
        assert sentence in desk.context.messages.words
        assert desk.list.cursor == "x:20"  # the next one
        await press(pilot, "u")
        assert [desk.list.view.id_at(n) for n in range(len(desk.list.view))] == ROWS
        assert desk.list.cursor == "x:10"  # the key that comes now is meant for it


async def test_mixed_doubt_is_confirmed_as_it_stands(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        await press(pilot, "i", "j", "enter")
        chat = desk.context.chat
        assert [chat.stands_at(f"x:2{n}") for n in range(5)] == ["Q1", "Q2", "Q2", "Q2", "Q2"]
        assert "Confirmed 5 posts" in desk.context.messages.words


async def test_an_act_on_a_post_is_for_the_post_alone(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        await press(pilot, "i", "s")
        assert [e.id for e in desk.context.chat.posts() if e.starred] == ["x:10"]


async def test_selected_rows_are_placed_with_all_their_posts(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        await press(pilot, "i", "space", "j", "space", "3")
        chat = desk.context.chat
        assert {e.id for e in chat.posts() if e.placement.by_person} == {
            *("x:10", "x:11", "x:12", "x:30")
        }


async def test_outside_the_inbox_and_under_a_filter_a_row_is_a_post(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        chat = desk.context.chat
        desk.context.show("all")
        desk.list.go_to("x:1")
        await press(pilot, "x")
        assert "Only what waits" in desk.context.messages.words
        desk.list.go_to("x:10")
        await press(pilot, "x")
        assert chat.stands_at("x:10") is None and chat.stands_at("x:11") == "Q2"
        await press(pilot, "u", "i", "f", "t")
        assert "x:11" in {desk.list.view.id_at(n) for n in range(len(desk.list.view))}


async def test_t_shows_a_conversation_with_its_context(tmp_path: Path) -> None:
    events = [
        *evening(),
        waits("50", "Fifty", 20, "iona"),
        *captured(post("51", "Between", 20.5, author="kirsty", reply_to="x:50"), question="Q2"),
        waits("52", "@iona fifty-two", 21, "logan"),
    ]
    async with desk_of(tmp_path, events) as (pilot, desk):
        await press(pilot, "i", "j", "j", "j", "j", "t")
        assert [desk.list.view.id_at(n) for n in range(len(desk.list.view))] == [
            *("x:50", "x:51", "x:52")
        ]
        assert "in the conversation of Iona Example" in screen_text(pilot.app)
        await press(pilot, "t")
        assert (desk.context.shown, desk.list.cursor) == ("inbox", "x:50")


async def test_without_a_second_place_there_is_no_other_one(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        await press(pilot, "i", "j", "j", "j")
        assert desk.list.cursor == "x:40" and "x other" not in screen_text(pilot.app)
        await press(pilot, "x")
        assert "no second place" in desk.context.messages.words
        assert not desk.context.chat.entries["x:40"].placement.by_person


async def test_what_joins_a_row_since_it_was_read_is_not_decided_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.desk.panes.said_rows.READ_SECONDS", 60.0)
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        await press(pilot, "i")
        joins = waits("13", "Me too", 16.2, "fiona", reply_to="x:12")
        await desk.context.session.record(joins)
        await press(pilot, "3")  # drawn with it, but nobody can have read that
        chat = desk.context.chat
        assert [chat.stands_at(f"x:1{n}") for n in range(4)] == ["Q3", "Q3", "Q3", "Q2"]
        assert chat.entries["x:13"].in_inbox
        assert desk.list.cursor == "x:13"  # its row stands where the one before stood


async def test_a_row_whose_first_post_is_another_now_stays_under_the_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.desk.panes.said_rows.READ_SECONDS", 60.0)
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        await press(pilot, "i")
        before = waits("9", "What could parrots do?", 14.9, "fiona")
        edited = post("10", "Parrots", 15, author="calum", quote_of="x:9", edited_at=at(20))
        await desk.context.session.record(before)
        await desk.context.session.record(ev.Edited(edited))
        await pilot.pause()
        assert desk.list.cursor == "x:9"
        await press(pilot, "3")
        chat = desk.context.chat
        assert [chat.stands_at(f"x:{n}") for n in (9, 10, 11)] == ["Q2", "Q3", "Q3"]


async def test_whatever_comes_no_key_decides_what_its_row_did_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.desk.panes.said_rows.READ_SECONDS", 60.0)
    monkeypatch.setattr("tartantm.desk.targets.SETTLE_SECONDS", 0.0)
    random = Random(4)
    begun = [
        waits(f"{n}", f"words number {n}", 15 + n / 9, random.choice(NAMES), reply_to=f"x:{n - 3}")
        for n in range(40)
    ]
    async with desk_of(tmp_path, [ev.Opened("Q1", at(5), "moderator"), *begun]) as (pilot, desk):
        chat = desk.context.chat
        await press(pilot, "i")
        for number in range(12):
            await press(pilot, *random.choices(["j", "k"], [3, 1], k=3))
            said = {n: {*desk.list.said.by(desk.list.view, n).stands} for n in rows_shown(desk)}
            decided = {entry.id for entry in chat.posts() if entry.placement.by_person}
            held = [entry.id for entry in chat.posts()]
            await desk.context.session.record(
                *(
                    waits(
                        f"new{number}-{n}",
                        f"new {number} {n}",
                        14 + random.random() * 6,
                        who,
                        reply_to=random.choice(held),
                    )
                    for n, who in enumerate(NAMES)
                ),
                ev.Grouped({random.choice(held): doubt("Q3", "Q1")}),
                ev.Hidden((random.choice(held),)),
            )
            desk.context.changes.flush()
            await press(pilot, random.choice(["1", "3", "minus", "enter", "x"]))
            now = {entry.id for entry in chat.posts() if entry.placement.by_person} - decided
            assert not now or any(now <= posts for posts in said.values())
        assert len([entry for entry in chat.posts() if entry.placement.by_person]) > 6


def rows_shown(desk: Desk) -> list[str]:
    return [desk.list.view.id_at(n) for n in range(len(desk.list.view))]


@pytest.mark.parametrize("key", ["enter", "x"])
async def test_a_row_that_says_something_else_now_has_to_be_read_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("tartantm.desk.panes.said_rows.READ_SECONDS", 60.0)
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        await press(pilot, "i")
        await desk.context.session.record(ev.Grouped({"x:11": doubt("Q3", "Q1")}))
        await press(pilot, key)
        assert "just changed" in desk.context.messages.words
        assert not desk.context.chat.entries["x:10"].placement.by_person
        monkeypatch.setattr("tartantm.desk.panes.said_rows.READ_SECONDS", 0.0)
        await press(pilot, key)
        assert desk.context.chat.entries["x:10"].placement.by_person


async def test_back_to_a_question_from_a_post_on(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        chat = desk.context.chat
        desk.list.go_to("x:30")
        await press(pilot, "b", "enter")
        assert "Opened Q1. It is open from #" in desk.context.messages.words
        assert chat.periods.open_question == "Q1"
        assert chat.periods.at(at(18)).question == "Q1"  # type: ignore[union-attr]
        assert chat.periods.at(at(17.9)).question == "Q2"  # type: ignore[union-attr]
        await press(pilot, "u")
        assert chat.periods.open_question == "Q2"


async def test_late_answers_and_back_to_on_an_empty_desk(tmp_path: Path) -> None:
    async with desk_of(tmp_path, []) as (pilot, desk):
        await press(pilot, "less_than_sign", "x", "b", "3")
        assert desk.context.chat.periods.open_question == "Q3"


@pytest.mark.parametrize("size", SIZES)
async def test_dialogs_of_late_answers_and_of_back_to(
    tmp_path: Path, assert_screen: Check, size: str
) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, _):
        await resized(pilot, *SIZES[size])
        await press(pilot, "i", "less_than_sign")
        assert_screen(pilot.app, f"late-{size}")
        await press(pilot, "escape", "b")
        assert_screen(pilot.app, f"back-{size}")

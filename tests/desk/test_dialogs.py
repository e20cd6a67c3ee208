"""Dialogs: all of them in view, and what is pasted into them."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.events import Paste
from textual.widgets import Input

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.desk.dialogs.plan import Plan, wrapped
from tartantm.desk.dialogs.withhold import Asked
from tests.builders import AGENDA, captured, post
from tests.desk.running import desk_of, evening, press
from tests.erasing import erase

MANY = replace(AGENDA, questions=tuple(Question(f"Q{n}", "Why? " * n) for n in range(1, 71)))
"""More than the highest terminal has lines, the last of them long."""

ROOMS = [(80, 24), (60, 15), (200, 60)]


async def test_the_keys_of_a_dialog_are_in_view(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await desk.context.session.record(ev.AgendaEdited(MANY, {}, "Made many"))
        for size, opens in product(ROOMS, ("O", "p", "e", "C", "H", "M", "X", "P", "X p", "r 1")):
            await pilot.resize_terminal(*size)
            await press(pilot, *opens.split())
            dialog, hint = (pilot.app.screen.query_one(name) for name in (".dialog", ".hint"))
            seen = (size, opens)
            assert hint.region.height and dialog.region.contains_region(hint.region), seen
            assert pilot.app.screen.region.contains_region(dialog.region), seen
            while pilot.app.screen is not desk:
                await press(pilot, "escape")


async def test_all_lines_that_are_pasted_are_kept(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "r", "1")
        pilot.app.post_message(Paste("Isla: one\nand two\r\n\n  three\t"))
        await press(pilot, "enter")
        remark = list(desk.context.chat.entries.values())[-1].post
        assert (remark.author.shown, remark.text) == ("Isla", "one and two three")
        await press(pilot, "slash")
        pilot.app.post_message(Paste("a\nparrot"))
        await press(pilot, "left")
        assert desk.query_one("#search", Input).value == "a parrot"


async def test_a_post_that_is_erased_while_its_dialog_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written about it any more: its note would be in the file."""
    monkeypatch.setattr("tartantm.desk.targets.SETTLE_SECONDS", 0.0)
    async with desk_of(tmp_path) as (pilot, desk):
        for post_id, keys in {"x:20": "w a enter", "x:21": "m i", "x:22": "p 3"}.items():
            opens, *answers = keys.split()
            desk.list.go_to(post_id)
            desk.context.say("Nothing yet")
            await press(pilot, opens)
            erase(tmp_path / "evening.tartantm", post=post_id)
            async with asyncio.timeout(60):
                while post_id in desk.context.chat.entries:
                    await pilot.pause(0.02)
            acts = len(desk.context.chat.history.acts)
            await press(pilot, *answers)
            assert desk.context.messages.words == "That post was erased meanwhile.", keys
            assert len(desk.context.chat.history.acts) == acts, keys


async def test_what_is_asked_about_is_scrolled_and_its_keys_are_in_view(tmp_path: Path) -> None:
    said = "Words of an evening that are long enough to need more than one line"
    theirs = captured(*(post(f"d{n}", f"{n} {said}", 21, author="dele") for n in range(32)))
    thanks = captured(post("60", "Thanks @dele", 23, author="Ailsa"))
    async with desk_of(tmp_path, [*evening(), *theirs, *thanks]) as (pilot, desk):
        desk.list.go_to("x:d3")
        for size in (*ROOMS, (120, 40)):
            await pilot.resize_terminal(*size)
            await press(pilot, "M", "a")
            async with asyncio.timeout(60):
                while not isinstance(pilot.app.screen, Asked):
                    await pilot.pause(0.01)
            await pilot.pause()
            screen = pilot.app.screen
            dialog, hint = (screen.query_one(name) for name in (".dialog", ".hint"))
            plan = screen.query_one(Plan)
            assert plan.region.height >= 3 and dialog.region.contains_region(plan.region), size
            assert hint.region.height >= 2 and dialog.region.contains_region(hint.region), size
            assert screen.region.contains_region(dialog.region), size
            await press(pilot, *["pagedown"] * 25)
            assert plan.scroll_y == plan.max_scroll_y > 0, size
            await press(pilot, "up")
            assert plan.scroll_y == plan.max_scroll_y - 1, size
            await press(pilot, "escape")


def test_a_line_of_a_plan_that_is_wrapped_is_seen_to_be_one() -> None:
    lines = ["Of Ailsa Example:", "  #3, Ailsa Example: “one two”", "", "日本語日本語"]
    assert list(wrapped(lines, 20)) == [
        *("Of Ailsa Example:", "  #3, Ailsa Example:", "      “one two”", ""),
        "日本語日本語",
    ]
    assert list(wrapped(["Ailsa"], 3)) == ["Ail", "    sa"]

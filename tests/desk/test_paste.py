"""Posts that are pasted on the desk. All people and words are invented."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Label, Static

from tartantm.desk.dialogs.base import Field
from tartantm.desk.dialogs.paste import MOST_SHOWN, PasteArea, PasteDialog
from tests.desk.running import SIZES, desk_of, press, resized
from tests.desk.test_desk import Check

ZOOM = (
    "18:05:12 From Ailsa Example to Everyone:\r\tA1: ours is one page\r"
    "18:06:10 From Calum to Ailsa Example (Direct Message):\r\tnot for all\r"
    "18:07:00 From Mòrag to Everyone: A1: we have none\rand are glad of it\r"
)


def dialog(pilot: Pilot[Any]) -> PasteDialog:
    screen = pilot.app.screen
    assert isinstance(screen, PasteDialog)
    return screen


async def pasted(pilot: Pilot[Any], text: str) -> PasteDialog:
    """Paste into the field, and wait until it is read."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()
    return await read(pilot)


async def read(pilot: Pilot[Any]) -> PasteDialog:
    """Wait until all that is in the field is read."""
    async with asyncio.timeout(60):
        while not dialog(pilot).is_read:
            await pilot.pause()
    return dialog(pilot)


def count(pilot: Pilot[Any]) -> str:
    return str(dialog(pilot).query_one("#count", Label).render())


async def test_pasted_posts_are_shown_and_put_in(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        before = len(desk.context.chat.entries)
        await press(pilot, "V")
        assert count(pilot).startswith("Paste a conversation here")
        shown = await pasted(pilot, ZOOM)
        assert count(pilot) == (
            "plain text (Zoom's saved chat): 2 posts by 2 people; 1 to one person alone, left out"
        )
        assert "Ailsa Example  A1: ours is one page" in str(shown.query_one("#posts").render())
        await press(pilot, "enter")
        added = list(desk.context.chat.entries.values())[before:]
        assert [(e.post.author.name, e.post.text, e.post.network) for e in added] == [
            ("Ailsa Example", "A1: ours is one page", "paste"),
            ("Mòrag", "A1: we have none\nand are glad of it", "paste"),
        ]
        assert [entry.placement.question for entry in added] == ["Q1", "Q1"]
        words = desk.context.messages.words
        assert words.startswith("2 posts put in; 1 to one person alone, left out.")


async def test_what_was_pasted_before_is_known(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        for _ in range(2):
            await press(pilot, "V")
            await pasted(pilot, ZOOM)
            await press(pilot, "enter")
        held = [e for e in desk.context.chat.entries.values() if e.post.network == "paste"]
        assert len(held) == 2
        assert desk.context.messages.words.startswith("0 posts put in; 2 known already;")


async def test_enter_right_after_the_paste_waits_until_it_is_read(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "V")
        pilot.app.post_message(Paste(ZOOM))
        await press(pilot, "enter")
        assert pilot.app.screen is desk
        assert desk.context.messages.words.startswith("2 posts put in")


async def test_how_a_line_looks_is_corrected(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "V")
        await pasted(pilot, "Ailsa // 18:05 // We publish\rCalum // 18:06 // So do we")
        assert count(pilot) == "No name and time found; Tab says how a line looks."
        await press(pilot, "enter")
        assert pilot.app.screen is not desk and count(pilot) == "Nothing to put in yet."
        await press(pilot, "tab", *"words")
        await read(pilot)
        assert count(pilot) == "It has to say where the name stands."
        dialog(pilot).query_one(Field).value = "name // time // words"
        await pilot.pause()
        await read(pilot)
        assert count(pilot) == "plain text (name // time // words): 2 posts by 2 people"
        await press(pilot, "enter")
        assert desk.context.messages.words.startswith("2 posts put in.")


async def test_what_was_recognised_can_be_corrected_from_there(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, _):
        await press(pilot, "V")
        await pasted(pilot, "18:05 <ailsa> words\r18:06 <calum> more")
        assert count(pilot) == "IRC log (irssi): 2 posts by 2 people"
        await press(pilot, "escape", "V")
        await pasted(pilot, "18:05 Ailsa: words\r18:06 Calum: more")
        await press(pilot, "tab")
        assert dialog(pilot).query_one(Field).value == "time name: words"


async def test_doubts_and_lines_that_are_not_understood_are_told(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, _):
        await press(pilot, "V")
        shown = await pasted(pilot, "odd\rYou 18:05\rmine\rCalum Example 18:06\rhis")
        assert count(pilot).endswith("2 posts by 2 people; 1 line not understood")
        assert "who “You” is" in str(shown.query_one("#doubts", Static).render())


async def test_ten_thousand_lines_stay_out_of_the_field(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, _):
        await press(pilot, "V")
        lines = [f"18:{n % 60:02} Person {n % 7}: words number {n}" for n in range(10_000)]
        shown = await pasted(pilot, "\r".join(lines))
        area = shown.query_one(PasteArea)
        assert len(area.text) <= MOST_SHOWN and area.read_only
        assert "10000 posts by 7 people" in count(pilot)
        await press(pilot, "pagedown")
        first = str(shown.query_one("#posts").render()).split("\n")[0]
        assert "words number 0" not in first
        await press(pilot, "escape")


@pytest.mark.parametrize(
    "text",
    ["\x1b[31mred\x1b[0m 18:05: [b]words[/b]", "[/] 18:05: [x\r" * 50, "\0" * 100, "é" * 30_000],
)
async def test_hostile_text_is_shown_as_it_is(tmp_path: Path, text: str) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "V")
        await pasted(pilot, text)
        await press(pilot, "tab", "pagedown", "pageup", "tab", "enter", "escape")
        assert pilot.app.screen is desk


@pytest.mark.parametrize("size", SIZES)
async def test_the_dialog_in_every_room(tmp_path: Path, assert_screen: Check, size: str) -> None:
    async with desk_of(tmp_path, size=size) as (pilot, _):
        await press(pilot, "V")
        await pasted(pilot, "odd\r" + ZOOM)
        await press(pilot)
        assert_screen(pilot.app, f"pasted-{size}")
        for width, height in (*SIZES.values(), (60, 15), (160, 50)):
            await resized(pilot, width, height)
            hint = dialog(pilot).query_one(".hint")
            assert hint.region.height and pilot.app.screen.region.contains_region(hint.region)

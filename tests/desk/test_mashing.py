"""Keys that nobody means: typed ahead of what is drawn, in no room at all, at random."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tartantm.desk.commands.table import COMMANDS
from tests.desk.running import SIZES, at_once, desk_of, press, typed

NO_ROOM = (10, 2)


async def test_keys_where_there_is_no_room(tmp_path: Path) -> None:
    """Page keys fail in no list, and none acts on a post that cannot be seen."""
    async with desk_of(tmp_path) as (pilot, desk):
        for opens in ("ctrl+p", "p", "e"):
            await pilot.resize_terminal(*SIZES["middle"])
            await press(pilot, opens)
            await pilot.resize_terminal(*NO_ROOM)
            await press(pilot, "pagedown", "pageup", "escape")
            assert pilot.app.screen is desk, opens
        await press(pilot, "3", "m", "i")
        entry = desk.context.chat.entries["x:22"]
        assert entry.in_inbox and not entry.marks and pilot.app.screen is desk


async def test_a_key_that_comes_while_the_desk_is_taken_down(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (_, desk):
        pass
    assert desk.check_action("run", ("note.star",))


async def test_a_dialog_is_answered_once(tmp_path: Path) -> None:
    """Its second answer took the desk itself from the screen."""
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "m")
        for key in "iiad":
            pilot.app.simulate_key(key)
        await pilot.pause()
        assert pilot.app.screen is desk
        assert desk.context.chat.entries["x:22"].marks == ("idea",)


async def test_words_typed_ahead_go_where_they_were_meant_to(tmp_path: Path) -> None:
    """All keys at once, as a slow line brings them: a search, a remark, marks, a note."""
    async with desk_of(tmp_path) as (pilot, desk):
        chat = desk.context.chat

        await at_once(pilot, "slash", *"parrots", "enter", "s", "escape")
        assert chat.entries["x:21"].starred and desk.context.shown_list.words == "parrots"
        await at_once(pilot, "end", "m", "i", "m", "a", "w", *"mind this", "enter", "p", "3")
        entry = chat.entries["x:22"]
        assert (entry.marks, entry.note) == (("idea", "action"), "mind this")
        assert entry.placement.question == "Q3"
        await at_once(pilot, "r", "1", *"aye", "enter", "u", "U", "p", "enter")
        assert [e.post.text for e in chat.entries.values() if e.post.network == "room"][-1] == "aye"


@pytest.mark.parametrize("seed", range(int(os.environ.get("TARTANTM_MASHINGS", "1"))))
async def test_keys_at_random(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of keys, none waited for; after Escape the desk takes commands as ever."""
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    monkeypatch.setenv("EDITOR", "true")
    mashed = random.Random(seed)
    keys = [key for command in COMMANDS for key in command.keys if command.id != "desk.quit"]
    keys += ["tab", "enter", "escape", "escape", "backspace", "ctrl+o", "ctrl+s", "left", "y", "i"]
    async with desk_of(tmp_path) as (pilot, desk):
        for number in range(300):
            pilot.app.simulate_key(mashed.choice(keys))
            if number % 20 == 0:
                await pilot.resize_terminal(mashed.randint(4, 130), mashed.randint(2, 40))
        await pilot.resize_terminal(120, 36)
        await typed(pilot)
        await press(pilot, *["escape"] * 9)
        assert pilot.app.screen is desk
        before = desk.context.shown
        await press(pilot, "right_square_bracket")
        assert desk.context.shown != before

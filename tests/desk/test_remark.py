"""The form for remarks: new ones, earlier ones, and corrections."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Label

from tartantm.core.entry import Entry
from tartantm.desk.dialogs.base import Field
from tartantm.desk.dialogs.remark import RemarkForm
from tartantm.desk.screen import Desk
from tests.builders import at
from tests.desk.running import desk_of, press


def remarks(desk: Desk) -> list[Entry]:
    return [each for each in desk.context.chat.entries.values() if each.post.is_remark]


async def test_a_remark_is_corrected_undone_and_redone(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "r", "1", *"Ewen: a", "enter")
        entry = remarks(desk)[-1]
        before, number = entry.post, entry.number
        desk.context.show("all", entry.id)
        await press(pilot, "E")
        form = pilot.app.screen
        assert isinstance(form, RemarkForm)
        shown = desk.context.clock.now().astimezone(desk.context.chat.agenda.tz)
        assert form.written == ("Ewen: a", "The Made-up Thistle", f"{shown:%H:%M}")
        await press(pilot, "ctrl+u", *"Ewan: b")
        await press(pilot, "tab", "ctrl+u", *"the p", "tab")
        assert form.query_one("#venue", Field).value == "The Pretend Arms"
        await press(pilot, "tab", "ctrl+u", *"18:01", "enter")
        assert desk.context.messages.words.startswith(f"Corrected the remark #{number}.")
        post = desk.context.chat.entries[entry.id].post
        assert (post.author.shown, post.text, post.venue) == ("Ewan", "b", "The Pretend Arms")
        assert post.created_at == at(1) and desk.context.chat.entries[entry.id].number == number
        # It goes to its place by time, in every list, and the cursor with it.
        keys = desk.context.views["all"].keys
        assert keys == sorted(keys) and [key[2] for key in keys].index(entry.id) == 1
        assert desk.list.cursor == entry.id
        await press(pilot, "k")
        assert desk.list.cursor == keys[0][2]
        await press(pilot, "u")
        assert desk.context.chat.entries[entry.id].post == before
        keys = desk.context.views["all"].keys
        assert keys == sorted(keys) and keys[-1][2] == entry.id
        await press(pilot, "U")
        assert desk.context.chat.entries[entry.id].post == post


async def test_a_remark_of_now_on_an_old_evening_is_doubted(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "r", "1", *"Ewen: a", "enter")
        assert "The evening is long over" not in desk.context.messages.words
        desk.context.clock.now = lambda: at(60 * 24 * 9)  # type: ignore[method-assign]
        await press(pilot, "r", "1", *"Ewen: b", "enter")
        assert "The evening is long over" in desk.context.messages.words
        await press(pilot, "u", "r", "1", *"Ewen: b", "tab", "tab", *"18:06", "enter")
        assert "The evening is long over" not in desk.context.messages.words


async def test_what_is_wrong_is_said_in_the_form(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        count = len(remarks(desk))
        await press(pilot, "r", "1", *"Ewan: a", "tab", "ctrl+u", *"the")
        told = pilot.app.screen.query_one("#told", Label)
        assert "Known: The Made-up Thistle, The Pretend Arms" in str(told.content)
        await press(pilot, "enter")
        assert "“the” may be The Made-up Thistle or The Pretend Arms" in str(told.content)
        await press(pilot, "ctrl+u", *"Kelso", "tab", *"99:00", "enter")
        assert "'99:00' is no time" in str(told.content)
        await press(pilot, "ctrl+u", *"18:06", "enter")
        assert len(remarks(desk)) == count + 1
        post = remarks(desk)[-1].post
        assert (post.venue, post.created_at) == ("Kelso", at(6))
        assert remarks(desk)[-1].placement.question == "Q1"


async def test_a_speaker_is_completed(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "r", "1", *"hami", "tab", *"yes", "enter")
        assert remarks(desk)[-1].post.author.shown == "Hamish Sample"
        assert remarks(desk)[-1].post.text == "yes"


async def test_a_post_of_a_network_is_not_corrected(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        desk.context.show("all", "x:1")
        await press(pilot, "E")
        assert pilot.app.screen is desk
        assert "only a remark" in desk.context.messages.words

"""Erasing on the desk: what is asked, the plan, the word to type, the report, and what is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Label, Static

from tartantm.core import events as ev
from tartantm.core.events import Event
from tartantm.core.post import Author
from tartantm.desk.dialogs.base import Options
from tartantm.desk.dialogs.dialogs import TextDialog
from tartantm.desk.dialogs.erase import EraseDialog
from tartantm.desk.dialogs.withhold import Asked
from tartantm.networks.heard import Heard
from tartantm.store.journal import JournalError
from tests.builders import captured, post
from tests.desk.running import SIZES, at_once, desk_of, evening, press, resized
from tests.erasing import erase as erase_elsewhere
from tests.erasing import everything


def hers() -> list[Event]:
    """An evening with a person on two networks, thanked by name, and many posts of others."""
    return [
        *evening(),
        *captured(
            post("40", "Thank you, Mòrag Example, and thank you Mòrag", 21.7, author="Zainab"),
            post("bluesky:b1", "Also from here", 21.8, author=Author("morag", "Mòrag Example")),
            post("41", "The last one", 21.9, author="Calum"),
            question="Q2",
        ),
    ]


EXPORTED = ev.Exported("/home/isla", "evening", ("html",), {})


async def on_top(pilot: Pilot[Any], kind: type) -> Any:
    """The dialog of a kind, once it is on the screen."""
    async with asyncio.timeout(60):
        while not isinstance(pilot.app.screen, kind):
            await pilot.pause(0.01)
    await pilot.pause()
    return pilot.app.screen


def words_of(dialog: Any) -> str:
    """All that a dialog says."""
    texts = [*dialog.query(Label), *dialog.query(Static)]
    return "\n".join(str(text.content) for text in texts)


async def test_a_person_is_erased(tmp_path: Path, assert_screen: Any) -> None:
    async with desk_of(tmp_path, hers()) as (pilot, desk):
        for size, keys in (("small", ["escape"]), ("large", ["escape"]), ("middle", "erase")):
            await pilot.resize_terminal(*SIZES[size])
            desk.list.go_to("x:22")
            await press(pilot, "X", "E", "a")
            asked = await on_top(pilot, Asked)
            assert "Mòrag Example, @morag on Bluesky (1 post: " in words_of(asked)
            await press(pilot, "y")
            await on_top(pilot, EraseDialog)
            assert_screen(pilot.app, f"erase-{size}")
            await press(pilot, *keys)
        await press(pilot, "enter")
        report = await on_top(pilot, TextDialog)
        for size in ("small", "large", "middle"):
            await resized(pilot, *SIZES[size])
            assert_screen(pilot.app, f"erased-{size}")
        assert "Erased 6 posts of Mòrag Example, @Mòrag on X, 2 accounts" in words_of(report)
        held = desk.context.chat.entries
        assert "x:22" not in held and "bluesky:b1" not in held
        assert held["x:40"].post.text == "Thank you, [name withheld], and thank you Mòrag"
        assert desk.list.cursor == "x:40"
        await press(pilot, "escape", "s")
        assert held["x:40"].starred
        assert desk.context.messages.words == "Starred 1 post. u undoes it."
        await press(pilot, "u", "u")
        asked = words_of(await on_top(pilot, Asked))
        assert "The erasing of " in asked and "cannot be undone." in asked
        assert "Undo the act before it: Wrote a note?" in asked
        await press(pilot, "enter")
        assert pilot.app.screen is desk and held["x:13"].note
        await press(pilot, "u", "y")
        assert desk.context.messages.words == "Undid: Wrote a note. U does it again."
        await press(pilot, "u")
        assert desk.context.messages.words == "Undid: Starred 1 post. U does it again."
        await press(pilot, "H")
        listed = pilot.app.screen.query_one(Options)
        first = str(listed.get_option_at_index(0).prompt)
        assert "Erased 6 posts of 2 accounts for good on " in first
        await press(pilot, "enter")
        assert desk.context.messages.words == "Nothing was done after that."
    assert b"A pint, please" not in everything(tmp_path / "evening.tartantm")


async def test_one_post_is_erased(tmp_path: Path) -> None:
    async with desk_of(tmp_path, [*hers(), EXPORTED]) as (pilot, desk):
        desk.list.go_to("x:12")
        await press(pilot, "ctrl+delete", "p")
        plan = words_of(await on_top(pilot, EraseDialog))
        assert "Erase #18, Ailsa Example: “A2: words number 12" in plan
        assert "Reposts by others, which go too:" in plan and "/home/isla/evening (html)" in plan
        await at_once(pilot, *"Erase", "enter")
        assert "'tartantm correct " in words_of(await on_top(pilot, TextDialog))
        held = desk.context.chat.entries
        assert "x:12" not in held and "x:23" not in held and "x:13" in held
        assert desk.list.cursor == "x:13"


async def test_nothing_but_the_word_erases(tmp_path: Path) -> None:
    async with desk_of(tmp_path, hers()) as (pilot, desk):
        desk.list.go_to("x:12")
        for keys in (("escape",), ("enter", "escape"), (*"yes", "enter", "escape")):
            await press(pilot, "ctrl+delete", "p")
            dialog = await on_top(pilot, EraseDialog)
            *words, last = keys
            await press(pilot, *words)
            if words:
                assert "Nothing was erased: type erase" in words_of(dialog), keys
            await press(pilot, last)
            assert pilot.app.screen is desk and "x:12" in desk.context.chat.entries, keys
        await press(pilot, "ctrl+delete", "p")
        await on_top(pilot, EraseDialog)
        await at_once(pilot, *"erase", "enter")
        await on_top(pilot, TextDialog)
        assert "x:12" not in desk.context.chat.entries


async def test_leaving_at_any_question_erases_nothing(tmp_path: Path) -> None:
    async with desk_of(tmp_path, hers()) as (pilot, desk):
        desk.list.go_to("x:22")
        await press(pilot, "X", "E", "escape")
        assert pilot.app.screen is desk
        await press(pilot, "X", "E", "a")
        await on_top(pilot, Asked)
        await press(pilot, "escape")
        assert pilot.app.screen is desk and "x:22" in desk.context.chat.entries


async def test_who_is_not_the_same_person_stays(tmp_path: Path) -> None:
    async with desk_of(tmp_path, hers()) as (pilot, desk):
        desk.list.go_to("x:22")
        await press(pilot, "ctrl+delete", "a")
        await on_top(pilot, Asked)
        await press(pilot, "n")
        assert "Of the same name, and staying:" in words_of(await on_top(pilot, EraseDialog))
        await at_once(pilot, *"erase", "enter")
        await on_top(pilot, TextDialog)
        assert "bluesky:b1" in desk.context.chat.entries


async def test_what_is_erased_meanwhile_is_said(tmp_path: Path) -> None:
    async with desk_of(tmp_path, hers()) as (pilot, desk):
        desk.list.go_to("x:12")
        await press(pilot, "ctrl+delete", "p")
        await on_top(pilot, EraseDialog)
        erase_elsewhere(tmp_path / "evening.tartantm", post="x:12")
        await at_once(pilot, *"erase", "enter")
        async with asyncio.timeout(60):
            while pilot.app.screen is not desk:
                await pilot.pause(0.01)
        assert desk.context.messages.words == "Nothing of that is in the session."


async def test_a_disk_that_is_full_is_said_and_nothing_happens(tmp_path: Path) -> None:
    async with desk_of(tmp_path, hers()) as (pilot, desk):
        desk.list.go_to("x:12")
        await press(pilot, "ctrl+delete", "p")
        await on_top(pilot, EraseDialog)
        full = JournalError("The disk is full.")
        with patch("tartantm.moderation.erasing.carry_out", side_effect=full):
            await at_once(pilot, *"erase", "enter")
            async with asyncio.timeout(60):
                while pilot.app.screen is not desk:
                    await pilot.pause(0.01)
        assert desk.context.messages.words == "The disk is full." and desk.context.messages.trouble
        assert "x:12" in desk.context.chat.entries


class Queued:
    """A source that gives what a test puts into it."""

    name, damaged = "test:queued", 0

    def __init__(self) -> None:
        self.more: asyncio.Queue[list[Heard]] = asyncio.Queue()

    async def batches(self) -> AsyncIterator[list[Heard]]:
        while True:
            yield await self.more.get()


async def test_erasing_while_this_desk_captures(tmp_path: Path) -> None:
    """What comes before, during and after it is captured; nothing of the person comes back."""
    source = Queued()

    async def heard(name: str, author: str) -> None:
        source.more.put_nowait([post(name, f"Words of {name}", 21.95, author=author)])
        if author != "Mòrag":
            async with asyncio.timeout(60):
                while f"x:{name}" not in desk.context.chat.entries:
                    await pilot.pause(0.01)

    async with desk_of(tmp_path, hers(), sources=[source]) as (pilot, desk):
        desk.list.go_to("x:22")
        await press(pilot, "ctrl+delete", "a")
        await on_top(pilot, Asked)
        await heard("70", "Calum")
        await press(pilot, "n")
        await on_top(pilot, EraseDialog)
        source.more.put_nowait([post("71", "A late word of hers", 21.96, author="Mòrag")])
        await heard("72", "Calum")
        await at_once(pilot, *"erase", "enter")
        await on_top(pilot, TextDialog)
        await press(pilot, "escape")
        source.more.put_nowait([post("73", "Another word of hers", 21.97, author="Mòrag")])
        await heard("74", "Calum")
        names = {entry.post.author.name for entry in desk.context.chat.entries.values()}
        held = set(desk.context.chat.entries)
        assert {"x:70", "x:72", "x:74"} <= held and not {"x:71", "x:73"} & held
        assert [e for e in desk.context.chat.entries.values() if e.post.author.id == "Mòrag"] == []
        assert "Mòrag Example" in names  # of the same name on another network
        await press(pilot, "end")
        assert desk.list.cursor == "x:74"
    assert b"word of hers" not in everything(tmp_path / "evening.tartantm")


async def test_a_long_plan_scrolls_while_the_word_is_typed(tmp_path: Path) -> None:
    many = captured(*(post(f"m{n}", f"Post {n}", 5 + n / 9, author="Mòrag") for n in range(90)))
    async with desk_of(tmp_path, [*evening(), *many], size="small") as (pilot, desk):
        desk.list.go_to("x:22")
        await press(pilot, "ctrl+delete", "a")
        dialog = await on_top(pilot, EraseDialog)
        plan = dialog.query_one("#plan")
        assert plan.max_scroll_y > 0
        await press(pilot, "pagedown", "down", "e")
        assert plan.scroll_y > 1 and dialog.query_one(Input).value == "e"
        await press(pilot, "pageup", "up")
        assert plan.scroll_y == 0


NO_HANDLES = {
    "x:72": Author("", "Participant 2", "participant-2"),
    "x:73": Author("", "Participant 3"),
    "room:74": Author("", "Participant 4"),
}


def imported() -> list[Event]:
    """An evening with posts from an archive, whose authors have no handle."""
    posts = (post(name, f"Of {name}", 21.7, author=each) for name, each in NO_HANDLES.items())
    return [*evening(), *captured(*posts, question="Q2")]


async def test_who_has_no_handle_is_withheld_and_erased(tmp_path: Path) -> None:
    async with desk_of(tmp_path, imported()) as (pilot, desk):
        chat = desk.context.chat
        for name, author in NO_HANDLES.items():
            key = f"{name.partition(':')[0]}:{author.name.casefold()}"
            for opens, reason, rules in (("M", (), "mutes"), ("X", ("enter",), "redactions")):
                desk.list.go_to(name)
                await press(pilot, opens, "a")
                assert "  #" in words_of(await on_top(pilot, Asked)), (name, opens)
                await press(pilot, "y", *reason)
                assert list(getattr(chat, rules)) == [("author", key)]
                await press(pilot, "u")
            held = set(chat.entries)
            desk.list.go_to(name)
            await press(pilot, "X", "E", "a")
            plan = words_of(await on_top(pilot, EraseDialog))
            where = "Participant 4, said at the venue" if name == "room:74" else " on X"
            assert where in plan and "@" not in plan.partition("1 post")[0]
            await at_once(pilot, *"erase", "enter")
            await on_top(pilot, TextDialog)
            assert held - chat.entries.keys() == {name}
            await press(pilot, "escape")


@pytest.mark.parametrize("answer", ["n", "y"])
async def test_a_remark_that_several_may_have_made_is_asked_about(
    tmp_path: Path, answer: str
) -> None:
    said = post("room:75", "Said aloud", 21.9, author=Author("Mòrag Example", "Mòrag Example"))
    async with desk_of(tmp_path, [*hers(), ev.Remarked(said, "Q2")]) as (pilot, desk):
        desk.list.go_to("x:22")
        await press(pilot, "X", "E")
        assert "said at the venue" not in words_of(pilot.app.screen)
        await press(pilot, "a")
        assert "on Bluesky" in words_of(await on_top(pilot, Asked))
        await press(pilot, "n")
        assert "Mòrag Example, said at the venue (1 post" in words_of(await on_top(pilot, Asked))
        await press(pilot, answer)
        plan = words_of(await on_top(pilot, EraseDialog))
        assert ("“Said aloud”" in plan) is (answer == "y")
        await at_once(pilot, *"erase", "enter")
        await on_top(pilot, TextDialog)
        assert ("room:75" in desk.context.chat.entries) is (answer == "n")

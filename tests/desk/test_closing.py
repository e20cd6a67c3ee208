"""The closing check: what is left to do, and the places where something withheld may be read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Label

from tartantm.core import events as ev
from tartantm.core.events import Event
from tartantm.core.post import Author
from tartantm.desk import closing
from tartantm.desk.dialogs.base import Options
from tartantm.desk.dialogs.closing import LOOKING, ClosingDialog
from tartantm.desk.dialogs.phrase import PhraseDialog
from tartantm.store.journal import JournalError
from tartantm.transcript.leaks import leaks
from tartantm.transcript.options import ExportOptions
from tests.builders import at, captured, chat_of, post
from tests.desk.running import SIZES, desk_of, evening, press, resized

IONA = Author("iona_writes", "Iona Grazynska", "77")


def leaking() -> list[Event]:
    """An evening on which somebody's name is redacted, and others call her by her first name."""
    return [
        *evening(),
        *captured(
            post("40", "Hello from me", 21.7, author=IONA),
            post("41", "Thanks Iona, lovely to read you here, all the best", 21.75),
            post("42", "Who has the address of Iona?", 21.8),
            question="Q2",
        ),
        ev.Redacted("author", "x:iona_writes", reason="request"),
    ]


async def looked(pilot: Pilot[Any]) -> ClosingDialog:
    """The closing check once it has found all places."""
    async with asyncio.timeout(60):
        while True:
            dialog = pilot.app.screen
            if isinstance(dialog, ClosingDialog) and count(dialog) != LOOKING:
                break
            await pilot.pause(0.01)
    await pilot.pause()
    return dialog


def count(dialog: ClosingDialog) -> str:
    return str(dialog.query_one("#count", Label).content)


def places(dialog: ClosingDialog) -> list[str]:
    options = dialog.query_one(Options)
    prompts = (options.get_option_at_index(n).prompt for n in range(options.option_count))
    return [" ".join(str(prompt).split()) for prompt in prompts]


async def test_the_closing_check(
    tmp_path: Path, assert_screen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "session_words", lambda path: path.stem)
    async with desk_of(tmp_path, leaking()) as (pilot, _):
        await press(pilot, "P")
        dialog = await looked(pilot)
        for size, room in SIZES.items():
            await resized(pilot, *room)
            assert_screen(pilot.app, f"closing-{size}")
        assert places(dialog) == [
            "#30 the text: a first name Thanks Iona, lovely to read you here, all the best",
            "#31 the text: a first name Who has the address of Iona?",
        ]


async def test_a_place_is_accepted_and_opened_again(tmp_path: Path) -> None:
    async with desk_of(tmp_path, leaking()) as (pilot, desk):
        await press(pilot, "P")
        await looked(pilot)
        await press(pilot, "a")
        dialog = await looked(pilot)
        assert count(dialog).endswith("with names: 1 to look at, 1 found harmless.")
        assert places(dialog)[0].startswith("#30 ✓ harmless the text")
        assert dialog.query_one(Options).highlighted == 1  # on to what is still open
        await press(pilot, "r")
        message = (await looked(pilot)).query_one(".message", Label)
        assert str(message.content) == "None of these was found harmless."
        await press(pilot, "k", "r")
        assert count(await looked(pilot)).endswith("with names: 2 to look at.")
        await press(pilot, "A")
        assert count(await looked(pilot)).endswith("with names: none to look at, 2 found harmless.")
        await press(pilot, "A")
        assert "No place is left to look at." in str(
            (await looked(pilot)).query_one(".message", Label).content
        )
        await press(pilot, "escape", "u")
        assert len(desk.context.chat.accepted_leaks) == 0


async def test_enter_goes_to_the_post(tmp_path: Path) -> None:
    async with desk_of(tmp_path, leaking()) as (pilot, desk):
        desk.context.show("Q1")
        await press(pilot, "P")
        await looked(pilot)
        await press(pilot, "j", "enter")
        assert pilot.app.screen is desk
        assert (desk.context.shown, desk.list.cursor) == ("all", "x:42")


async def test_the_words_of_a_place_are_withheld(tmp_path: Path) -> None:
    async with desk_of(tmp_path, leaking()) as (pilot, desk):
        await press(pilot, "P")
        await looked(pilot)
        await press(pilot, "x")
        assert isinstance(pilot.app.screen, PhraseDialog)
        await press(pilot, "enter", "y", "p")
        dialog = await looked(pilot)
        assert places(dialog) == [] and count(dialog).endswith("with names: none to look at.")
        message = str(dialog.query_one(".message", Label).content)
        assert message.startswith("3 posts redacted: a phrase (personal data); u")
        assert ("phrase", "Iona") in desk.context.chat.redactions


async def test_pseudonyms_are_looked_at_in_turn_and_the_inbox_is_shown(tmp_path: Path) -> None:
    async with desk_of(tmp_path, leaking()) as (pilot, desk):
        await press(pilot, "P")
        await looked(pilot)
        for words in ("for all but the agenda", "for everybody", "with names"):
            await press(pilot, "p")
            assert words in count(await looked(pilot))
        await press(pilot, "i")
        assert pilot.app.screen is desk and desk.context.shown == "inbox"


async def test_leaving_while_it_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> Sequence[Any]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(closing, "look", never)
    async with desk_of(tmp_path, leaking()) as (pilot, desk):
        await press(pilot, "P")
        assert count(pilot.app.screen) == LOOKING  # type: ignore[arg-type]
        await press(pilot, "a", "enter", "x", "escape", "s")
        assert pilot.app.screen is desk
        assert desk.context.messages.words == "Starred 1 post. u undoes it."


async def test_a_file_that_cannot_be_read_is_no_all_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> Sequence[Any]:
        raise JournalError("The file cannot be read.")

    monkeypatch.setattr(closing, "look", fails)
    async with desk_of(tmp_path, leaking()) as (pilot, desk):
        await press(pilot, "P")
        assert count(await looked(pilot)) == "Nobody could look: The file cannot be read."
        await press(pilot, "a", "escape")
        assert pilot.app.screen is desk


def told(
    *events: Event,
    waiting: int = 0,
    options: ExportOptions | None = None,
    hours: float = 1,
    listens: bool = False,
) -> str:
    """What there is to think of, so many hours after the chat began."""
    chat, now = chat_of(*events), at(60 * hours)
    how = options or ExportOptions()
    at_now = now if listens else None
    return "\n".join(closing.facts(chat, Path("evening.tartantm"), waiting, how, now, at_now))


def test_what_there_is_to_think_of() -> None:
    heard = captured(post("1"))
    words = told(*heard, waiting=2)
    assert "2 posts wait in the inbox" in words
    assert "X not asked yet which posts are gone: tartantm recheck " in words
    assert "--x-text link" in words
    assert "--x-text" not in told(*heard, options=ExportOptions(x_text="link"))
    asked = told(*heard, ev.Rechecked(1))
    assert re.search(r"X asked which posts are gone at \d\d:\d\d on \d\d \w+\.", asked)
    assert "ask again" not in told(*heard)
    assert "out of all copies within 24 hours; ask again." in told(*heard, hours=25)
    assert told(ev.Opened("Q1", post().created_at, "moderator")) == ""


def test_what_was_not_heard_is_the_first_to_think_of() -> None:
    heard, deaf = "mastodon:https://m.example", "bluesky"
    events: list[Event] = [
        ev.SourceChanged(source, "asked", at=at(0), since=at(0)) for source in (heard, deaf, "x")
    ]
    events.append(ev.SourceChanged(heard, "connected", at=at(0), how="stream"))
    words = told(*events, waiting=1).splitlines()
    assert words[0] == "bluesky and x were never heard; the transcript says so."
    assert "1 post waits" in words[1]
    gap = [
        ev.SourceChanged(heard, "lost", at=at(5)),
        ev.SourceChanged(heard, "connected", at=at(8)),
    ]
    missing = (
        "Posts may be missing from m.example (3 minutes); L and the transcript say when and why."
    )
    assert missing in told(*events, *gap)
    going_on = told(*events, gap[0], hours=0.25, listens=True)
    assert "may be missing from m.example (10 minutes so far);" in going_on
    assert "10 minutes" not in told(*events, gap[0], hours=0.25), "nobody listens"
    filled = ev.Filled(heard, at(5), at(8), by="timeline")
    assert "may be missing" not in told(*events, *gap, filled)


def test_known_copies_are_named() -> None:
    words = told(*captured(post("1")), ev.Exported("/home/isla", "evening", ("html", "json"), {}))
    assert "/home/isla/evening (html, json" in words and "tartantm correct " in words


def test_options_are_those_of_the_last_export_that_can_be_read() -> None:
    chat = chat_of(
        ev.Exported("/a", "b", ("html",), {"pseudonyms": "all"}),
        ev.Exported("/a", "b", ("html",), {"of-a-later-version": True}),
    )
    assert closing.options_for(chat).pseudonyms == "all"
    assert closing.options_for(chat_of()).pseudonyms == ""


async def test_places_are_found_in_a_thread_that_reads_the_file(tmp_path: Path) -> None:
    async with desk_of(tmp_path, leaking()) as (_, desk):
        found = await closing.look(tmp_path / "evening.tartantm", ExportOptions())
        assert [place.key for place in found] == [
            leak.key for leak in leaks(desk.context.chat, ExportOptions())
        ]

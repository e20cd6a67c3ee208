"""One test a command, on the real app without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tartantm.core import events as ev
from tartantm.desk.build import HANDLER_MODULES
from tartantm.desk.commands.dispatch import HANDLERS, act
from tartantm.desk.commands.table import COMMANDS
from tartantm.desk.dialogs.base import Palette
from tartantm.desk.dialogs.dialogs import Choice, Confirm, Help
from tartantm.desk.dialogs.note import Words
from tartantm.moderation.annotate import summarise
from tartantm.store.journal import Journal, JournalError
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.desk.running import SIZES, app_of, desk_of, evening, press, resized, saved

Check = Callable[[Any, str], None]


def top(pilot: Pilot[None]) -> object:
    """The screen that gets the keys."""
    return pilot.app.screen


def test_every_command_does_something_and_has_its_own_key() -> None:
    known = {module.__name__ for module in HANDLER_MODULES}
    assert {handler.__module__ for handler in HANDLERS.values()} == known
    assert {command.id for command in COMMANDS} == set(HANDLERS)
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    for command in COMMANDS:
        assert command.help.endswith((".", "…")) and command.title, command.id


async def test_an_empty_evening(tmp_path: Path, assert_screen: Check) -> None:
    async with desk_of(tmp_path, []) as (pilot, _):
        await press(pilot, "j", "1", "s", "space", "enter", "pagedown", "end")
        for size, room in SIZES.items():
            await resized(pilot, *room)
            assert_screen(pilot.app, f"empty-{size}")


STATES = {
    "filtered": ("x:22", "f h"),
    "inbox": ("x:22", "i"),
    "thread": ("x:20", "t"),
    "pick": ("x:22", "p"),
    "agenda": ("x:22", "e"),
    "announce": ("x:22", "C"),
    "note": ("x:22", "w w o r d s"),
    "mark": ("x:22", "m"),
    "mute": ("x:22", "M"),
    "remark": ("x:22", "r"),
    "paste": ("x:22", "V"),
    "help": ("x:22", "question_mark"),
    "details": ("x:14", "d"),
    "selection": ("x:22", "i v j"),
    "error": ("x:22", "0"),
}
"""The post under the cursor, and the keys that lead there; last those that leave a message."""


@pytest.mark.parametrize("size", SIZES)
async def test_each_state(tmp_path: Path, assert_screen: Check, size: str) -> None:
    async with desk_of(tmp_path, size=size) as (pilot, desk):
        assert_screen(pilot.app, f"following-{size}")
        for state, (cursor, keys) in STATES.items():
            desk.context.show("all")
            desk.list.go_to(cursor)
            desk.draw()
            await press(pilot, *keys.split())
            if (size, state) == ("large", "details"):  # it shows them unasked, and `d` hides them
                await press(pilot, keys)
            assert_screen(pilot.app, f"{state}-{size}")
            await press(pilot, "escape", "escape")
            assert top(pilot) is desk and not desk.list.selection.ids, state


async def test_help_and_palette(tmp_path: Path) -> None:
    async with desk_of(tmp_path, size="large") as (pilot, _):
        await press(pilot, "question_mark")
        assert isinstance(top(pilot), Help)
        await press(pilot, "escape")
        await press(pilot, "ctrl+p")
        assert isinstance(top(pilot), Palette)
        offered = {each.title for each in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Star (s)", "Show Hidden and muted", "Show Q2a"} <= offered


async def test_a_digit_places_the_post_under_the_cursor(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "k", "k", "3")
        entry = desk.context.chat.entries["x:21"]
        assert (entry.placement.question, entry.placement.by) == ("Q3", "moderator")
        assert desk.list.cursor == "x:21"
        assert "Moved 1 post from Q2 to Q3" in desk.context.messages.words


async def test_two_keys_clear_an_inbox_of_two(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "i")
        await pilot.press("3", "enter")
        await pilot.pause()
        assert len(desk.context.views["inbox"]) == 0
        entries = desk.context.chat.entries
        assert entries["x:21"].placement.question == "Q3"
        assert (entries["x:22"].placement.question, entries["x:22"].placement.by) == (
            *("Q2", "moderator"),
        )
        assert desk.list.cursor is None


async def test_a_question_that_the_agenda_lacks(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "0")
        assert desk.context.messages.words == "The agenda has no Q10."
        assert not desk.context.chat.history.acts[4:]


async def test_general_open_question_and_picker(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        entries = desk.context.chat.entries
        await press(pilot, "minus")
        assert entries["x:22"].placement.question is None
        await press(pilot, "full_stop")
        assert entries["x:22"].placement.question == "Q2"
        await press(pilot, "p")
        assert isinstance(top(pilot), Choice)
        await press(pilot, "2", "a")
        assert entries["x:22"].placement.question == "Q2a"


async def test_selected_posts_go_together_and_undo_takes_all_back(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "i", "space", "space", "1")
        entries = desk.context.chat.entries
        assert [entries[i].placement.question for i in ("x:21", "x:22")] == ["Q1", "Q1"]
        assert not desk.list.selection.ids
        await press(pilot, "u")
        assert [entries[i].placement.question for i in ("x:21", "x:22")] == ["Q2", "Q2"]
        assert len(desk.context.views["inbox"]) == 2
        await press(pilot, "U")
        assert [entries[i].placement.question for i in ("x:21", "x:22")] == ["Q1", "Q1"]


async def test_star_hide_mark_and_note(tmp_path: Path, assert_screen: Check) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        entry = desk.context.chat.entries["x:22"]
        await press(pilot, "s")
        assert entry.starred
        await press(pilot, "h")
        assert entry.hidden
        await press(pilot, "m", "a")
        assert entry.marks == ("action",)
        await press(pilot, "w")
        assert isinstance(top(pilot), Words)
        await press(pilot, *"mine", "enter")
        assert entry.note == "mine"
        assert_screen(pilot.app, "annotated")
        await press(pilot, "s", "h")
        assert not entry.starred and not entry.hidden


async def test_a_dialog_that_is_left_changes_nothing(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        before = len(desk.context.chat.history.acts)
        for key in ("w", "p", "m", "S", "O", "T"):
            await press(pilot, key)
            assert top(pilot) is not desk, key
            await press(pilot, "escape")
            assert top(pilot) is desk, key
        assert len(desk.context.chat.history.acts) == before


async def test_summaries(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "S", *"All", "enter")
        await saved(pilot)
        assert desk.context.chat.summary == "All"
        desk.context.show("Q1")
        await press(pilot, "S", *"One", "enter")
        await saved(pilot)
        assert desk.context.chat.summary_of("Q1") == "One"


async def test_a_summary_that_is_too_long_is_kept_and_said_to_be(
    tmp_path: Path,
) -> None:
    async with desk_of(tmp_path) as (_, desk):
        words = "far too many words " * 30
        await act(desk.context, summarise(desk.context.chat, None, words))
        assert desk.context.chat.summary == words.strip()
        said = desk.context.messages.words
        assert "takes 9 lines of the page; write 5 at most" in said
        assert said.endswith("It is kept whole. u undoes it.")


async def test_a_remark_from_the_room(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "r", "2")
        await press(pilot, *"Ewan", "colon", "space", *"ach", "enter")
        entry = list(desk.context.chat.entries.values())[-1]
        assert (entry.post.author.name, entry.post.text) == ("Ewan", "ach")
        assert entry.post.venue == "The Pretend Arms"
        assert entry.placement.question == "Q2"


async def test_keys_typed_before_the_first_frame_are_commands(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    app = app_of(path)
    async with app.run_test() as pilot:
        await app.opened.wait()
        await pilot.press("s", "1")
        assert app.desk.context.shown_list.words == ""
        assert app.session.chat.entries["x:1"].starred
        await app.session.close()


async def test_the_agenda_in_hand(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        periods = desk.context.chat.periods
        await press(pilot, "o")
        assert periods.open_question == "Q2a"
        await press(pilot, "c")
        assert periods.open_question is None
        await press(pilot, "o")
        assert periods.open_question == "Q3"
        await press(pilot, "o")
        assert desk.context.messages.words == "That was the last question of the agenda."
        await press(pilot, "O", "q", "1")
        assert periods.open_question == "Q1"
        await press(pilot, "u", "u", "u")
        assert periods.open_question == "Q2a"


async def test_lists_one_after_the_other(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        shown = []
        for _ in desk.context.views.names:
            await press(pilot, "right_square_bracket")
            shown.append(desk.context.shown)
        assert shown == ["inbox", "general", "starred", "Q1", "Q2", "Q2a", "Q3", "hidden", "all"]
        await press(pilot, "left_square_bracket")
        assert desk.context.shown == "hidden"


async def test_search_as_you_type(tmp_path: Path, assert_screen: Check) -> None:
    async with desk_of(tmp_path, size="small") as (pilot, desk):
        await press(pilot, "slash", *"parrot")
        assert len(desk.list.view) == 1
        assert_screen(pilot.app, "search")
        await press(pilot, "enter", "1")
        assert desk.context.chat.entries["x:21"].placement.question == "Q1"
        await press(pilot, "escape")
        assert len(desk.list.view) == len(desk.context.views["all"])
        assert desk.list.cursor == "x:21"


async def test_the_mouse(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await pilot.click(desk.list, offset=(20, 4))
        clicked = desk.list.cursor
        assert clicked != "x:22" and not desk.list.following
        await pilot.click(desk.agenda, offset=(5, 1))
        assert desk.context.shown == "inbox"
        await pilot.click(desk.list, offset=(20, 1), times=2)
        assert desk.has_class("-details")


async def test_another_theme_is_remembered(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, _):
        await press(pilot, "T", "p", "enter")
        assert pilot.app.theme == "paper"


async def test_quitting_a_chat_that_nothing_feeds_does_not_ask(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, _):
        await press(pilot, "q")
        assert pilot.app.return_code is not None


class Endless:
    """A source that gives what a test tells it to, and never ends."""

    name = "file:endless"
    damaged = 0

    def __init__(self) -> None:
        self.queue: asyncio.Queue[list[Any]] = asyncio.Queue()

    async def batches(self) -> Any:
        while True:
            yield await self.queue.get()


async def test_quitting_a_live_chat_asks(tmp_path: Path) -> None:
    async with desk_of(tmp_path, sources=[Endless()]) as (pilot, desk):
        assert desk.context.live
        await press(pilot, "q")
        assert isinstance(top(pilot), Confirm)
        await press(pilot, "n")
        assert top(pilot) is desk
        await press(pilot, "q", "y")
        assert pilot.app.return_code is not None


async def settle(pilot: Any, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await pilot.pause(0.02)


async def test_what_arrives_is_shown_and_a_frozen_list_counts_it(
    tmp_path: Path, assert_screen: Check
) -> None:
    source = Endless()
    async with desk_of(tmp_path, sources=[source], size="small") as (pilot, desk):
        source.queue.put_nowait([post("100", "First of the new", 21.9, author="Ailsa")])
        await settle(pilot, lambda: desk.list.cursor == "x:100")
        await press(pilot, "k")
        held, line = desk.list.cursor, desk.list.line
        more = [post(f"{n}", f"Another {n}", 21.95, author="Calum") for n in range(101, 113)]
        source.queue.put_nowait(more)
        await settle(
            pilot, lambda: len(desk.list.waiting) == 12 and not desk.context.session.unsaved
        )
        assert (desk.list.cursor, desk.list.line) == (held, line)
        await pilot.pause()
        assert_screen(pilot.app, "frozen")
        await press(pilot, "end")
        assert desk.list.cursor == "x:112" and not desk.list.waiting


async def test_a_key_that_meets_a_new_post_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.desk.targets.SETTLE_SECONDS", 60.0)
    source = Endless()
    async with desk_of(tmp_path, sources=[source]) as (pilot, desk):
        source.queue.put_nowait([post("100", "Just now", 21.9)])
        await settle(pilot, lambda: desk.list.cursor == "x:100")
        await pilot.press("s")
        assert not desk.context.chat.entries["x:100"].starred
        assert "press again" in desk.context.messages.words
        await press(pilot, "s")
        assert desk.context.chat.entries["x:100"].starred


async def test_acts_of_another_desk_are_shown(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        with Session(tmp_path / "evening.tartantm") as other:
            other.record(ev.Placed({"x:21": "Q3", "x:22": "Q3"}))
        await settle(pilot, lambda: len(desk.context.views["Q3"]) == 2)
        assert len(desk.context.views["inbox"]) == 0


async def test_a_full_disk_is_said_and_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        with monkeypatch.context() as patched:

            def full(self: Journal, events: object, *plan: object) -> None:
                raise JournalError("The disk is full.")

            patched.setattr(Journal, "append", full)
            await press(pilot, "s")
            assert desk.context.messages.current == "The disk is full."
            assert desk.context.messages.trouble
            assert not desk.context.chat.entries["x:22"].starred
        await press(pilot, "s")
        assert desk.context.chat.entries["x:22"].starred


async def test_a_terminal_that_is_too_small(tmp_path: Path, assert_screen: Check) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        for width, height in ((40, 24), (80, 10)):
            await resized(pilot, width, height)
            assert_screen(pilot.app, f"too-small-{width}")
        await pilot.resize_terminal(120, 36)
        await press(pilot, "s")
        assert desk.context.chat.entries["x:22"].starred


HOSTILE = [
    "\x1b]0;owned\x07\x1b[31mred",
    "[bold red]x[/] [@click=app.quit]q[/] [/nonsense]",
    "<script>alert(1)</script> &amp;",
    '=HYPERLINK("https://x.example","x")',
    "\u202egnp.exe",
    "Z" + "\u0300\u0316" * 60,
]


async def test_hostile_words_are_words(tmp_path: Path) -> None:
    from tartantm.core.post import Author, clean

    events = [
        *captured(
            *(
                post(f"{n}", clean(text), 5 + n, author=Author(clean(text), clean(text)))
                for n, text in enumerate(HOSTILE)
            ),
            question=None,
            inbox=True,
        ),
        ev.Noted("x:1", HOSTILE[1]),
    ]
    async with desk_of(tmp_path, events, size="large") as (pilot, desk):
        from tests.screen_text import screen_text

        text = screen_text(pilot.app)
        assert "\x1b" not in text and "\u202e" not in text
        assert "[bold red]x[/] [@click=app.quit]q[/] [/nonsense]" in text
        assert "<script>alert(1)</script> &amp;" in text
        for key in ("w", "p"):
            await press(pilot, key)
            assert "\x1b" not in screen_text(pilot.app)
            await press(pilot, "escape")
        await press(pilot, "k", "s", "1")
        assert len(desk.context.chat.history.acts) == 3


async def test_no_colour_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "i", "1")
        assert len(desk.context.views["inbox"]) == 1


def test_the_evening_for_tests_is_sound() -> None:
    assert len([event for event in evening() if isinstance(event, ev.Captured)]) == 23

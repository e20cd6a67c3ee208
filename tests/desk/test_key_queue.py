"""Why keys go through a queue: what Textual's own dispatch does with keys that come at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import textual
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste
from textual.pilot import Pilot
from textual.widgets import Button, Input

from tartantm.desk.key_queue import KeyQueue

SEEN_IN = "8.2.8"


class Plain(App[None]):
    """A search line and one command, as Textual dispatches keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", priority=True),
        Binding("s", "star", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.stars = 0

    def compose(self) -> ComposeResult:
        yield Button("the list")
        yield Input()

    def action_search(self) -> None:
        self.screen.set_focus(self.query_one(Input))

    def action_star(self) -> None:
        self.stars += 1

    def on_input_submitted(self) -> None:
        self.screen.set_focus(self.query_one(Button))


class Queued(Plain):
    """The same, with the desk's queue before it."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[BaseException] = []
        self.taken = 0
        self.queue = KeyQueue(self, super().on_event, self.settled, self.errors.append)

    async def settled(self) -> None:
        pass

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self.queue.put(event)
            self.taken += 1
        else:
            await super().on_event(event)


async def type_at_once(pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Type keys that arrive in one piece, and wait until they have had their effect."""
    app = pilot.app
    taken = app.taken if isinstance(app, Queued) else 0
    for key in keys:
        app.simulate_key(key)
    await pilot.pause()
    async with asyncio.timeout(60):
        while isinstance(app, Queued) and (app.queue.busy or app.taken < taken + len(keys)):
            await pilot.pause(0.005)
    await pilot.pause()


async def search_and_star(pilot: Pilot[None]) -> str:
    """Type a search, Enter and the command's key at once; returns what the line holds then."""
    await pilot.pause()
    await type_at_once(pilot, ("slash", "a", "enter", "s"))
    return pilot.app.query_one(Input).value


async def test_textual_alone_sends_a_key_to_what_is_about_to_lose_the_focus() -> None:
    app = Plain()
    async with app.run_test() as pilot:
        words = await search_and_star(pilot)
    assert (words, app.stars) == ("as", 0), (
        f"Textual {textual.__version__} waits for the key before, unlike {SEEN_IN}: "
        "tartantm/desk/key_queue.py and DeskApp.on_event may go."
    )


async def test_the_queue_waits_until_the_focus_has_moved() -> None:
    app = Queued()
    async with app.run_test() as pilot:
        words = await search_and_star(pilot)
    assert (words, app.stars) == ("a", 1)


async def test_an_error_of_a_command_is_reported_and_keys_go_on() -> None:
    app = Queued()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.action_star = lambda: 1 / 0  # type: ignore[method-assign,assignment]
        await type_at_once(pilot, "s")
        assert [type(error) for error in app.errors] == [ZeroDivisionError]
        del app.action_star
        await search_and_star(pilot)
    assert app.stars == 1


async def test_a_long_burst_arrives_whole_and_in_order() -> None:
    app = Queued()
    written = "".join(chr(ord("a") + n % 18) for n in range(40))
    async with app.run_test() as pilot:
        await pilot.pause()
        await type_at_once(pilot, ("slash", *written))
        assert not app.errors
        assert app.query_one(Input).value == written


async def test_a_key_that_comes_as_the_last_one_ends_is_not_left() -> None:
    """Neither between the end of the queue's task and what is called then, nor after an error."""
    took: list[str] = []
    errors: list[BaseException] = []

    async def dispatch(event: Key | Paste) -> None:
        assert isinstance(event, Key)
        took.append(event.key)
        if event.key == "a":
            asyncio.get_running_loop().call_soon(queue.put, Key("b", "b"))  # before the callback
        if event.key == "c":
            queue.put(Key("d", "d"))
            raise ValueError(event.key)

    async def settled() -> None:
        """No command is under way."""

    async with Plain().run_test() as pilot:
        queue = KeyQueue(pilot.app, dispatch, settled, errors.append)
        for key in "ac":
            queue.put(Key(key, key))
            for _ in range(20):
                await asyncio.sleep(0)
            assert not queue.busy
    assert (took, [str(error) for error in errors]) == (["a", "b", "c", "d"], ["c"])

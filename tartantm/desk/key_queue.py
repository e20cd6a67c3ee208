"""Keys one after the other, however fast they come; why Textual's own dispatch does not suffice.

Over a slow line many keys arrive in one piece: `/parrot`, Enter and `s` in one read. Each must act
on what it was meant for, so it may be dispatched only once the key before it has had its effect.

Keys of the desk itself are priority bindings, which Textual runs before it looks at the next key.
Every other key (words typed into the search line, an answer in a dialog, Escape there) it only
posts to the widget that has the focus, and looks at the next key at once: that one goes to the same
widget, although the key before it is about to close it. Seen with Textual 8.2.8, and checked by
tests/desk/test_key_queue.py, which fails once Textual waits by itself. There is no public hook
between the driver and `App.on_event`, so `DeskApp` overrides that and hands its keys to this queue,
which dispatches one, waits until the widget and all around it have handled it, then takes the next.
It does so in a task of its own: the app has to go on handling messages meanwhile, because a binding
without priority runs only when its key has bubbled up to the app.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.events import Key, Paste

WIDGET_SECONDS = 0.5
"""How long to wait for one widget at most: one that is being removed answers no more."""

COMMAND_SECONDS = 5.0
"""How long keys wait at most for a command that was started from a dialog or the palette."""


class KeyQueue:
    """Dispatches an app's keys one by one."""

    def __init__(
        self,
        app: App[Any],
        dispatch: Callable[[Key | Paste], Awaitable[None]],
        command_settled: Callable[[], Awaitable[None]],
        report: Callable[[BaseException], object],
    ) -> None:
        """`dispatch` is Textual's own; `command_settled` waits for the command that a key started.

        `report` is called with an error of either.
        """
        self._app, self._dispatch = app, dispatch
        self._command_settled, self._report = command_settled, report
        self._keys: deque[Key | Paste] = deque()
        self._task: asyncio.Task[None] | None = None

    def put(self, event: Key | Paste) -> None:
        """Dispatch a key once all before it have had their effect."""
        self._keys.append(event)
        if self._task is None:
            self._begin()

    @property
    def busy(self) -> bool:
        """Whether a key has not had its effect yet."""
        return self._task is not None

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    async def _run(self) -> None:
        while self._keys:
            event, target = self._keys.popleft(), self._app.focused or self._app.screen
            await self._dispatch(event)
            if not event.is_forwarded:
                continue  # A priority binding: its command has run.
            await self._handled(target)
            with suppress(TimeoutError):
                async with asyncio.timeout(COMMAND_SECONDS):
                    await self._command_settled()
            # Where the command moved the focus, the app hears of it after the command.
            await self._handled(self._app)

    async def _handled(self, target: DOMNode | None) -> None:
        """Wait until a widget, and each that it bubbles its messages to, has emptied its queue."""
        while target is not None:
            passed = asyncio.Event()
            with suppress(TimeoutError):
                if target.call_later(passed.set):
                    async with asyncio.timeout(WIDGET_SECONDS):
                        await passed.wait()
            target = target.parent

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if task.cancelled():
            return
        if error := task.exception():
            self._report(error)
        if self._keys:
            # One came when the task was through and this was not called yet, or before an error.
            self._begin()

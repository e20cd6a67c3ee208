"""Keys one after the other, however fast they come: over a slow line many arrive in one piece.

Textual sends a key through the widgets and looks for its command only when it came back. The keys
behind it set out meanwhile, to what had the focus before that command was carried out: words typed
into a search just opened were commands, and words for a dialog were lost. Here the next key waits
until the one before it has done what it does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump

PATIENCE_SECONDS = 0.5
"""How long a key may be under way in one widget: one that is being taken down answers no more."""

LONGEST_SECONDS = 5.0
"""How long keys wait for a command at most."""


class KeyQueue:
    """Hands the app its keys."""

    def __init__(
        self,
        app: App[None],
        give: Callable[[Key | Paste], Awaitable[bool]],
        done: Callable[[], Awaitable[None]],
    ) -> None:
        """How keys reach the app, and how it is known that what they asked for was done.

        `give` carries a key out and gives True, or sends it through the widgets and gives False;
        then `done` waits until its command was carried out.
        """
        self._app, self._give, self._done = app, give, done
        self._keys: deque[Key | Paste] = deque()
        self._typing: asyncio.Task[None] | None = None

    def type(self, event: Key | Paste) -> None:
        """Hand over a key once all before it are done."""
        self._keys.append(event)
        if self._typing is None:
            self._typing = asyncio.create_task(self._type())
            self._typing.add_done_callback(self._ended)

    @property
    def busy(self) -> bool:
        """Whether a key is still under way."""
        return self._typing is not None

    async def _type(self) -> None:
        while self._keys:
            target: MessagePump = self._app.focused or self._app.screen
            if await self._give(self._keys.popleft()):
                continue
            await self._went_through(target)
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):
                    await self._done()
            # What the command said about the focus comes after it.
            await self._went_through(self._app)

    async def _went_through(self, target: MessagePump | None) -> None:
        """Wait until a widget, and all around it, have had the key and passed it on."""
        while target is not None:
            passed = asyncio.Event()
            with suppress(TimeoutError):
                if target.call_later(passed.set):
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await passed.wait()
            target = target._parent

    def _ended(self, typing: asyncio.Task[None]) -> None:
        self._typing = None
        if not typing.cancelled() and (error := typing.exception()):
            self._app.call_later(_raise, error)


def _raise(error: BaseException) -> None:
    raise error

"""How commands find the functions that carry them out, and how an act is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import TYPE_CHECKING, TypeVar

from textual.app import App

from tartantm.core import events as ev
from tartantm.core.errors import TartantmError
from tartantm.desk.dialogs.base import SingleAnswerDialog

if TYPE_CHECKING:
    from tartantm.desk.screen import Desk

T = TypeVar("T")
Handler = Callable[["Desk"], Awaitable[None]]
HANDLERS: dict[str, Handler] = {}


def command(name: str) -> Callable[[Handler], Handler]:
    """Say which command a function carries out."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return keep


class CommandQueue:
    """Carries commands out one after the other, as their keys were pressed.

    The next key waits until a command is done, so that keys typed ahead act on what they were
    meant for; or until it puts a dialog on the screen, which then gets its own keys.
    """

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._doing: asyncio.Task[None] | None = None

    async def run(self, desk: Desk, command: str) -> None:
        """Carry out a command, up to its end or its first question."""
        self._asked.clear()
        self._doing = doing = asyncio.create_task(self._do(desk, command))
        await self.settled()
        if doing.done():
            doing.result()
        else:
            doing.add_done_callback(lambda done: self._ended(desk, done))

    async def settled(self) -> None:
        """Wait until the command is done, or until it asks something."""
        if self._doing is None or self._doing.done():
            return
        asked = asyncio.create_task(self._asked.wait())
        await asyncio.wait({asked, self._doing}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()

    async def ask(self, app: App[None], dialog: SingleAnswerDialog[T]) -> T | None:
        """Put a dialog on the screen and wait for what it is answered."""
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()

        def answered(result: T | None) -> None:
            self._asked.clear()
            answer.set_result(result)

        dialog.answered = answered
        await app.push_screen(dialog)
        # It has its focus by then.
        dialog.call_later(self._asked.set)
        return await answer

    async def _do(self, desk: Desk, command: str) -> None:
        await HANDLERS[command](desk)
        desk.draw()

    def _ended(self, desk: Desk, doing: asyncio.Task[None]) -> None:
        if not doing.cancelled() and (error := doing.exception()):
            desk.app.call_later(_raise, error)


def _raise(error: BaseException) -> None:
    raise error


def still_held(desk: Desk, ids: Iterable[str]) -> list[str]:
    """Those of the posts that another process did not erase while a dialog was open."""
    held = [post_id for post_id in ids if post_id in desk.session.chat.entries]
    if not held:
        desk.say("That post was erased meanwhile.", trouble=True)
    return held


async def act(desk: Desk, *events: ev.Event, on: Collection[str] = ()) -> bool:
    """Record an act; where that fails the desk says why and nothing has happened.

    `on` names the posts that it is about: where it sends them elsewhere, the moderator knows.
    """
    desk.acting_on = frozenset(on)
    try:
        await desk.session.record(*events)
        desk.flush()
    except TartantmError as error:
        desk.say(str(error), trouble=True)
        return False
    finally:
        desk.acting_on = frozenset()
    acts = desk.session.chat.history.acts
    if acts and isinstance(events[-1], ev.Act):
        desk.say(f"{acts[-1].words}. u undoes it.")
    return True

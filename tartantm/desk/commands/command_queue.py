"""Carries commands out one after the other, in the order in which their keys were pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from textual.app import App

from tartantm.desk.dialogs.base import SingleAnswerDialog

T = TypeVar("T")


class CommandQueue:
    """Holds the next key back until the command before it has done its work.

    A command has done its work when it returned, or when it has put a dialog on the screen: the
    keys that follow are then for the dialog. So keys typed ahead act on what they were meant for.
    """

    def __init__(self, report: Callable[[BaseException], object]) -> None:
        """`report` is called with the error of a command that failed after it showed a dialog."""
        self._report = report
        self._asked = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a command up to its end or its first dialog. Raises what the command raises."""
        self._asked.clear()
        self._running = running = asyncio.create_task(work)
        await self.settled()
        if running.done():
            running.result()
        else:
            running.add_done_callback(self._ended)

    async def settled(self) -> None:
        """Wait until the command has returned or shows a dialog."""
        if self._running is None or self._running.done():
            return
        asked = asyncio.create_task(self._asked.wait())
        await asyncio.wait({asked, self._running}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()

    async def ask(self, app: App[Any], dialog: SingleAnswerDialog[T]) -> T | None:
        """Show a dialog and return its answer; None where it was left without one."""
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()

        def answered(result: T | None) -> None:
            self._asked.clear()
            answer.set_result(result)

        dialog.answered = answered
        await app.push_screen(dialog)
        # By then the dialog has the focus.
        dialog.call_later(self._asked.set)
        return await answer

    def _ended(self, running: asyncio.Task[None]) -> None:
        if not running.cancelled() and (error := running.exception()):
            self._report(error)

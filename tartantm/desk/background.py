"""Work that takes seconds, in a thread that the end of the app does not wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def in_background(work: Callable[[], T]) -> T:
    """Returns what `work` returns, and raises what it raises; keys are answered meanwhile.

    It must only read, for it is abandoned where nobody waits any more, and it must not touch the
    desk's own chat, which changes meanwhile: it reads the file for itself.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def end(value: T | None, error: BaseException | None) -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(value)  # type: ignore[arg-type]

    def run() -> None:
        value: T | None = None
        error: BaseException | None = None
        try:
            value = work()
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop is closed: the app has ended
            loop.call_soon_threadsafe(end, value, error)

    Thread(target=run, daemon=True, name="background").start()
    return await result

"""Work that takes seconds, in a thread that the end of the app does not wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from tartantm.core.errors import TartantmError
from tartantm.settings.fault_log import log_fault

T = TypeVar("T")


def explained(work: Callable[[], T]) -> T:
    """Returns what `work` returns; a fault of ours is logged and raised as TartantmError.

    It costs what was asked for, and neither the desk nor what it captures.
    """
    try:
        return work()
    except TartantmError:
        raise
    except Exception as error:
        words = log_fault(error)
        raise TartantmError(words[:1].upper() + words[1:]) from error


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
            value = explained(work)
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop is closed: the app has ended
            loop.call_soon_threadsafe(end, value, error)

    Thread(target=run, daemon=True, name="background").start()
    return await result

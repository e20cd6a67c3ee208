"""Coroutines of a source side by side, and what a source may do wrong while it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextlib import aclosing
from typing import Any, cast

from tartantm.networks.heard import Heard

Job = Callable[[], Coroutine[Any, Any, None]]


async def first_to_raise(jobs: Sequence[Job]) -> None:
    """Run jobs side by side until one raises; that is raised, and the others are cancelled."""
    tasks = [asyncio.create_task(job()) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def unless_cancelled(error: BaseException) -> Exception:
    """The error as an Exception; raises it again where this task is being cancelled.

    A source that raises CancelledError by itself would otherwise end everything that runs it.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error
    return error if isinstance(error, Exception) else RuntimeError("a source cancelled itself")


def closing(batches: AsyncIterator[list[Heard]]) -> aclosing[AsyncGenerator[list[Heard], None]]:
    """Have what a source yields from closed at once where reading from it ends early."""
    return aclosing(cast("AsyncGenerator[list[Heard], None]", batches))

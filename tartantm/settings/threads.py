"""Threads for what may block: left behind at the end, or waited for, but never by chance.

Name servers, keyrings, token commands and file systems may not answer for minutes. asyncio's own
threads, and all of `concurrent.futures`, are waited for when a program ends. So no loop here has
them: `run` and `use_threads_of_its_own` are the one door to a loop, which a test sees to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a thread of its own, which the program does not wait for when it ends.

    So one that hangs keeps no other waiting, either.
    """

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run a function; the future holds what it returns."""
        return _begin(lambda: fn(*args, **kwargs), daemon=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for nothing."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, as `asyncio.run` does; threads that hang are left behind."""

    async def in_loop() -> T:
        use_threads_of_its_own()
        return await work

    return asyncio.run(in_loop())


def use_threads_of_its_own() -> None:
    """Have the running loop leave behind what hangs: names that are looked up, `to_thread`."""
    asyncio.get_running_loop().set_default_executor(DaemonExecutor())


async def to_its_end(work: Callable[[], T]) -> T:
    """Do in a thread what must not be left half done: the program waits for it when it ends."""
    return await asyncio.wrap_future(_begin(work, daemon=False))


def _begin(work: Callable[[], T], *, daemon: bool) -> Future[T]:
    done: Future[T] = Future()

    def do() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    Thread(target=do, daemon=daemon).start()
    return done

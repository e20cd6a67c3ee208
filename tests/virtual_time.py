"""An event loop whose time is made up: it jumps to the next timer whenever nothing else is to do.

Twelve hours of waiting take seconds, in the same order as they would really; `monotonic` of every
module of tartantm is the loop's.
"""

from __future__ import annotations

import asyncio
import selectors
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Never waits: where nothing is ready, so much time has passed."""

    def __init__(self, passed: Callable[[float], None]) -> None:
        super().__init__()
        self._passed = passed

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everything waits for something that never comes")
        if not ready and timeout:
            self._passed(timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Begins at 1,000 seconds."""

    def __init__(self) -> None:
        self._seconds = 1_000.0
        super().__init__(_Selector(self._pass))

    def _pass(self, seconds: float) -> None:
        self._seconds += seconds

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Call a function at once: what a thread does takes no time here."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def time(self) -> float:
        """The made-up time, in seconds."""
        return self._seconds


def run(
    job: Callable[[VirtualTimeLoop], Coroutine[Any, Any, T]], monkeypatch: pytest.MonkeyPatch
) -> T:
    """Run a coroutine to its end in made-up time."""
    loop = VirtualTimeLoop()
    for name, module in list(sys.modules.items()):
        if name.startswith("tartantm.") and hasattr(module, "monotonic"):
            monkeypatch.setattr(module, "monotonic", loop.time)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(job(loop))

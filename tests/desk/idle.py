"""When an app in a test has come to rest, and what it draws then.

Textual's pilot samples the processor: it waits 20 ms twice for each key, and on a busy machine it
takes a process that got no core for one that has nothing to do. The event loop knows what is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, process_time
from typing import Any
from unittest.mock import patch

from textual import app, pilot
from textual._compositor import Compositor

SOON_SECONDS = 0.02
"""Timers due within this time belong to what was asked for: screens are drawn by such ones."""

LOOK_SECONDS = 0.002
"""How long threads and other processes may answer before the app counts as at rest."""

WORKING = 0.15
"""The share of a core above which some thread of this process is still at work."""

_render = Compositor.render_update
_due: dict[Compositor, Any] = {}
"""What would have been drawn by now, with the screens below it."""


async def at_rest(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until nothing is ready to run, none soon will be, and no thread is at work."""
    loop: Any = asyncio.get_running_loop()
    until = monotonic() + max_sleep
    await asyncio.sleep(min_sleep)
    while monotonic() < until:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        soon = loop.time() + SOON_SECONDS
        due = [timer for timer in loop._scheduled if not timer.cancelled() and timer.when() < soon]
        if due:
            await asyncio.sleep(max(0.0, max(timer.when() for timer in due) - loop.time()))
            continue
        cpu, began = process_time(), monotonic()
        await asyncio.sleep(LOOK_SECONDS)
        if process_time() - cpu < WORKING * (monotonic() - began):
            break
    draw()


def draw() -> None:
    """Draw what is due, as the app would have done for each frame."""
    while _due:
        compositor, below = _due.popitem()
        _render(compositor, screen_stack=below)


@contextmanager
def drawn_at_rest() -> Iterator[None]:
    """Have frames drawn together that follow each other before anybody could see them.

    A key makes three or four, a dialog more: half of what a test on the desk took. A widget that
    cannot be drawn still ends the test.
    """

    def later(compositor: Compositor, full: bool = False, screen_stack: Any = None) -> None:
        assert not full
        _due[compositor] = screen_stack

    with patch.object(Compositor, "render_update", later):
        yield
        draw()


def wait_by_the_loop() -> None:
    """Have Textual's pilot wait so."""
    for module in (app, pilot):
        assert module.wait_for_idle
        vars(module)["wait_for_idle"] = at_rest

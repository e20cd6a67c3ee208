"""How much one source may deliver: what comes faster waits, so that the others are heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

RATE = 100.0
"""Items a second that one source delivers for long; 1,500 posts an hour have been seen."""

BURST = 1_000
"""Items that may come at once, such as those of a gap."""

AT_ONCE = 100
"""Items that are handed on together, so that a batch of one source keeps no other waiting."""


class Pace:
    """A bucket of `BURST` items that fills at `RATE` a second."""

    def __init__(self, tell: Callable[[], None]) -> None:
        """`tell` is called each time that somebody has to wait."""
        self._tell = tell
        self._left, self._at = float(BURST), monotonic()

    async def take(self, count: int) -> None:
        """Wait until so many items may be delivered; whoever waits reads nothing meanwhile."""
        now = monotonic()
        self._left = min(float(BURST), self._left + (now - self._at) * RATE) - count
        self._at = now
        if self._left < 0:
            self._tell()
            await asyncio.sleep(-self._left / RATE)

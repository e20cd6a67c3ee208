"""How long to wait before the next try to connect: doubling, with jitter."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST, MOST = 1.0, 64.0
"""Seconds: the first wait, and the longest."""

HEALTHY = 30.0
"""Seconds that a connection has to last for the waits to begin anew."""


class Backoff:
    """Doubles the wait from try to try, with jitter, so that clients do not all return at once."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._next = FIRST

    def after(self, lasted: float) -> float:
        """Seconds to wait after a connection that lasted `lasted` seconds, 0 for one never made."""
        if lasted >= HEALTHY:
            self._next = FIRST
        wait = self._next * (0.5 + self._chance() / 2)
        self._next = min(self._next * 2, MOST)
        return wait

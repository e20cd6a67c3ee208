"""How long to wait before the next try."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST, MOST = 1.0, 64.0
"""Seconds: the first wait, and the longest."""

HEALTHY = 30.0
"""Seconds that a connection has to last for its breaking to count as the first again."""


class Backoff:
    """Doubles from try to try, with jitter so that many clients do not come back at once."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._next = FIRST

    def after(self, lasted: float) -> float:
        """Seconds to wait after a connection that lasted so long; 0 for one never made."""
        if lasted >= HEALTHY:
            self._next = FIRST
        wait = self._next * (0.5 + self._chance() / 2)
        self._next = min(self._next * 2, MOST)
        return wait

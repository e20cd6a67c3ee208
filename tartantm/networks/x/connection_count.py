"""Counts the streams that were opened on X, which allows only so many in a quarter of an hour."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from tartantm.networks.protocol import Limited

WINDOW = 15 * 60.0
"""Seconds over which X counts connections."""

MOST_CONNECTIONS = 40
"""Connections within that time; X allows 50, and the user's other programs may need some."""


class ConnectionCount:
    """Remembers connections, in seconds of `time.monotonic`."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._made: deque[float] = deque()

    def add(self) -> None:
        """Count a connection that is about to be made. Raises Limited where there were too many."""
        now = self._now()
        while self._made and self._made[0] <= now - WINDOW:
            self._made.popleft()
        if len(self._made) >= MOST_CONNECTIONS:
            wait = self._made[0] + WINDOW - now
            raise Limited("X allows only so many connections in 15 minutes; waiting.", wait)
        self._made.append(now)

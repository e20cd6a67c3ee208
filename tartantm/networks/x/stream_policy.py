"""Whether to stream X or to ask now and then, and whether one more connection may be made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from tartantm.networks.protocol import Limited

WINDOW = 15 * 60.0
"""Seconds that X counts connections over."""

MOST_CONNECTIONS = 40
"""In that time; X allows 50, and another program of the user's may need some."""

CUTS, CUT_WINDOW = 3, 10 * 60.0
"""More cuts than this within so many seconds, and a stream is given up for a while."""

REST = 15 * 60.0
"""Seconds of healthy asking after which the stream is tried again."""


class StreamPolicy:
    """Remembers connections and cuts, in seconds of `time.monotonic`."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._connections: deque[float] = deque()
        self._cuts: deque[float] = deque()
        self._asking_since: float | None = None

    @property
    def streams(self) -> bool:
        """Whether to stream; else to ask."""
        return self._asking_since is None

    @property
    def rested(self) -> bool:
        """Whether asking went well for so long that the stream is worth another try."""
        return self._asking_since is not None and self._now() - self._asking_since >= REST

    def connecting(self) -> None:
        """Count a connection that is about to be made. Raises Limited where there were too many."""
        now = self._now()
        _forget(self._connections, now - WINDOW)
        if len(self._connections) >= MOST_CONNECTIONS:
            wait = self._connections[0] + WINDOW - now
            raise Limited("X allows only so many connections in 15 minutes; waiting.", wait)
        self._connections.append(now)

    def cut(self) -> bool:
        """Count a stream that broke; whether streaming is given up with that."""
        now = self._now()
        self._cuts.append(now)
        _forget(self._cuts, now - CUT_WINDOW)
        if len(self._cuts) <= CUTS or not self.streams:
            return False
        self.give_up()
        return True

    def give_up(self) -> None:
        """Ask instead of streaming, for a while."""
        self._asking_since = self._now()

    def stumbled(self) -> None:
        """XSearch did not go well: the rest begins anew."""
        if self._asking_since is not None:
            self._asking_since = self._now()

    def try_again(self) -> None:
        """Stream again, with a clean slate."""
        self._asking_since = None
        self._cuts.clear()


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()

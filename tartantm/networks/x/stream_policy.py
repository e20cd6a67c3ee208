"""Decides whether to stream X or to poll it, and whether another connection may be made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from tartantm.networks.protocol import Limited

WINDOW = 15 * 60.0
"""Seconds over which X counts connections."""

MOST_CONNECTIONS = 40
"""Connections within that time; X allows 50, and the user's other programs may need some."""

CUTS, CUT_WINDOW = 3, 10 * 60.0
"""After more cuts than this within so many seconds, X is polled for a while."""

REST = 15 * 60.0
"""Seconds of successful polling after which the stream is tried again."""


class StreamPolicy:
    """Remembers connections and cuts, in seconds of `time.monotonic`."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._connections: deque[float] = deque()
        self._cuts: deque[float] = deque()
        self._polling_since: float | None = None

    @property
    def streams(self) -> bool:
        """Whether to stream; else to poll."""
        return self._polling_since is None

    @property
    def rested(self) -> bool:
        """Whether polling went well for so long that the stream is worth another try."""
        return self._polling_since is not None and self._now() - self._polling_since >= REST

    def connecting(self) -> None:
        """Count a connection that is about to be made. Raises Limited where there were too many."""
        now = self._now()
        _forget(self._connections, now - WINDOW)
        if len(self._connections) >= MOST_CONNECTIONS:
            wait = self._connections[0] + WINDOW - now
            raise Limited("X allows only so many connections in 15 minutes; waiting.", wait)
        self._connections.append(now)

    def cut(self) -> bool:
        """Count a stream that broke; returns whether streaming is given up with that."""
        now = self._now()
        self._cuts.append(now)
        _forget(self._cuts, now - CUT_WINDOW)
        if len(self._cuts) <= CUTS or not self.streams:
            return False
        self.give_up()
        return True

    def give_up(self) -> None:
        """Poll instead of streaming, for a while."""
        self._polling_since = self._now()

    def poll_failed(self) -> None:
        """Count the time of successful polling from now, because polling failed."""
        if self._polling_since is not None:
            self._polling_since = self._now()

    def try_again(self) -> None:
        """Stream again, with no cuts counted."""
        self._polling_since = None
        self._cuts.clear()


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()

"""The chat's clock: real time for a live chat, a recording's own time for a replay."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The chat's time, in UTC; here it is real time."""

    def now(self) -> datetime:
        """What time it is in the chat."""
        return datetime.now(UTC)

    def advance(self, when: datetime) -> None:
        """Take note of the time of something that a source delivered."""


class HeardClock(Clock):
    """For files that are read at once: the time is that of the latest item delivered."""

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def now(self) -> datetime:
        """The time of the latest item; real time before the first."""
        return self._latest or super().now()

    def advance(self, when: datetime) -> None:
        """Move on to `when`, never back."""
        self._latest = max(when, self._latest or when)


class ReplayClock(Clock):
    """Runs from `start` to `end`, `speed` times as fast as real time; stands still at the end."""

    def __init__(self, start: datetime, end: datetime, speed: float) -> None:
        self._end, self._speed = end, speed
        self.begin(start)

    def begin(self, start: datetime) -> None:
        """Start to run now, from `start`, a time of the recording."""
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        """What time it is in the recording."""
        passed = (time.monotonic() - self._began) * self._speed
        return min(self._end, self._start + timedelta(seconds=passed))

    def seconds_until(self, when: datetime) -> float:
        """Real seconds to wait until the recording reaches `when`."""
        return max(0.0, (when - self.now()).total_seconds() / self._speed)

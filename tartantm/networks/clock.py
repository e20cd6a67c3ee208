"""The chat's clock: the wall's for a live chat, a recording's own time for a replay."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time of the chat, in UTC."""

    def now(self) -> datetime:
        """The time it is in the chat."""
        return datetime.now(UTC)

    def advance(self, when: datetime) -> None:
        """Learn the time of something that was heard."""


class HeardClock(Clock):
    """For files that are read at once: it is as late as the latest thing heard."""

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def now(self) -> datetime:
        """The time of the latest thing heard; the wall's before the first."""
        return self._latest or super().now()

    def advance(self, when: datetime) -> None:
        """Move on to `when`, never back."""
        self._latest = max(when, self._latest or when)


class ReplayClock(Clock):
    """Runs from `start` to `end` at `speed` times the wall's pace; stands still at the end."""

    def __init__(self, start: datetime, end: datetime, speed: float) -> None:
        self._end, self._speed = end, speed
        self.begin(start)

    def begin(self, start: datetime) -> None:
        """Start now, at `start` of the recording."""
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        """The time it is in the recording."""
        passed = (time.monotonic() - self._began) * self._speed
        return min(self._end, self._start + timedelta(seconds=passed))

    def seconds_until(self, when: datetime) -> float:
        """How long to wait, in seconds of the wall, until the recording reaches `when`."""
        return max(0.0, (when - self.now()).total_seconds() / self._speed)

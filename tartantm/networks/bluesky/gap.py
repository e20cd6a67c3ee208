"""Measures gaps in what was heard of Bluesky, and translates them into its servers' times.

Jetstream is asked by its own time, in microseconds. Of a gap only its length is known for sure, by
this computer's steady clock: the chat's clock, the servers' and the ``Date`` in their answers may
each be wrong, by hours or by years.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from tartantm.networks.bluesky.replay import Pulse
from tartantm.networks.clock import TOLERANCE, LiveClock, steady_seconds
from tartantm.networks.json_fields import EPOCH

REWIND = timedelta(seconds=10)
"""How much further back a replay starts: the servers' clocks differ by seconds."""

UNSURE = timedelta(hours=3)
"""How much further back it starts where the stream says nothing, and nobody confirms the time: so
quiet a network has little to replay, and a computer set to another time zone is not rare."""

_MICROSECOND = timedelta(microseconds=1)


class GapMeter:
    """Knows until when everything was received, by clocks that nobody sets."""

    def __init__(self, clock: LiveClock, steady: Callable[[], float] = steady_seconds) -> None:
        self._clock, self._steady = clock, steady
        self._whole_at: float | None = None
        """Until when everything was received, by `steady`; None where it is not known."""
        self._whole_until = 0
        """The same by the stream's time, in microseconds; 0 where it is not known."""

    def whole_until(self, at: int) -> None:
        """Note that the stream brought everything until now, by its own time until `at`."""
        self._whole_at, self._whole_until = self._steady(), at

    def whole_but(self, for_long: timedelta) -> None:
        """Note that everything was received but for the last so long, and not by the stream."""
        self._whole_at, self._whole_until = self._steady() - for_long.total_seconds(), 0

    def length(self, when: datetime) -> timedelta:
        """For how long something may be missing, asked from `when` on, by the chat's clock."""
        asked = max(self._clock.now() - when, timedelta())
        if self._whole_at is None:
            return asked
        return max(asked, timedelta(seconds=self._steady() - self._whole_at))

    def cursor(self, length: timedelta, pulse: Pulse, host: str) -> int:
        """Where the replay of a gap starts that began `length` ago, in microseconds since 1970.

        `pulse` is that of the live stream, whose messages say what time it is there.
        """
        begin = self._clock.now() - length
        found: list[datetime] = []
        if pulse.last:
            there = EPOCH + pulse.last * _MICROSECOND
            found.append(there + timedelta(seconds=monotonic() - pulse.came) - length)
        elif not self._is_confirmed_by(host):
            found += [self._clock.earliest(host, begin), begin - UNSURE]
        if self._whole_at is None or not found:
            # It may have been asked from a time that a calendar says, and not this clock.
            found.append(begin)
        if self._whole_until:
            found.append(EPOCH + self._whole_until * _MICROSECOND)
        return max((min(found) - REWIND - EPOCH) // _MICROSECOND, 0)

    def search_from(self, length: timedelta, host: str) -> datetime:
        """From when on is searched for a gap that began `length` ago."""
        return self._clock.earliest(host, self._clock.now() - length)

    def _is_confirmed_by(self, host: str) -> bool:
        ahead = self._clock.ahead(host)
        return ahead is not None and abs(ahead) <= TOLERANCE

"""Reading a gap again, on a connection beside the live one, until it meets what that one heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import TYPE_CHECKING

from tartantm.networks import Heard
from tartantm.networks.bluesky.stream_filter import time_of
from tartantm.networks.protocol import Lost

if TYPE_CHECKING:
    from tartantm.networks.bluesky.source import BlueskySource

QUIET_SECONDS = 2.0
"""With nothing for so long, and a ping answered, a replay has told what there was."""

STALLED_SECONDS = 30.0
"""A replay that tells nothing for so long, while the stream tells of more, has stalled."""

BEYOND = 2_000_000
"""Microseconds that a replay goes on after the live connection's first message: order errs."""

TOGETHER, TOGETHER_SECONDS = 25, 1.0
"""So many posts are handed over at once, or what was found in so many seconds."""

STEADY_SECONDS = 60.0
PAUSE_SECONDS, STOPPED_SECONDS = 2.0, 10.0


class Pulse:
    """When messages came on one connection, to tell a quiet network from a stalled one."""

    def __init__(self) -> None:
        self.first = self.last = 0
        """Microseconds since 1970 by the server, of the first and the last message; 0 for none."""
        self._since = self._came = monotonic()

    def beat(self, at: int) -> None:
        """A message came that was sent `at` a time of the server's."""
        now = monotonic()
        if now - self._came > PAUSE_SECONDS:
            self._since = now
        self._came = now
        self.first, self.last = self.first or at, at

    @property
    def has_stopped(self) -> bool:
        """Whether messages came without a pause for a minute, and come no more."""
        steady = self._came - self._since > STEADY_SECONDS
        return steady and monotonic() - self._came > STOPPED_SECONDS


async def replay(source: BlueskySource, cursor: int) -> AsyncIterator[list[Heard]]:
    """What was said from a time on, in microseconds since 1970, until the live stream took over.

    Raises Lost where it breaks off, and Unfilled where the server no longer has it.
    """
    heard: list[Heard] = []
    last, count = 0, 0
    handed = came = monotonic()
    async with source.jetstream.connect(max(cursor, 0)) as connection:
        while True:
            try:
                async with asyncio.timeout(QUIET_SECONDS if not heard else TOGETHER_SECONDS):
                    frame = await connection.receive()
            except TimeoutError:
                if heard:
                    yield heard
                    heard, handed = [], monotonic()
                    continue
                await connection.ping()
                # All that was sent before the answer has come, so it can be had without waiting.
                try:
                    async with asyncio.timeout(0.05):
                        frame = await connection.receive()
                except TimeoutError:
                    pulse = source.pulse
                    if pulse is None or pulse.last <= last + BEYOND:
                        return
                    if monotonic() - came > STALLED_SECONDS:
                        raise Lost("Bluesky's stream tells now and not then.") from None
                    continue
            came = monotonic()
            heard += source.match_frame(frame)
            last = time_of(frame) or last
            count += 1
            if len(heard) >= TOGETHER or (heard and came - handed > TOGETHER_SECONDS):
                yield heard
                heard, handed = [], monotonic()
            pulse = source.pulse
            if pulse is not None and pulse.first and last >= pulse.first + BEYOND:
                break
            if count % 100 == 0:
                await asyncio.sleep(0)
        yield heard

"""Reads a gap again from Jetstream, on a second connection, up to where the live one began."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from time import monotonic

from tartantm.networks.bluesky.jetstream import Jetstream
from tartantm.networks.bluesky.stream_filter import time_of
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Lost

QUIET_SECONDS = 1.0
"""After so long without a message, and a ping answered, a replay has sent all there was; less than
is waited at the end of a chat for what was said last."""

PONG_SECONDS = 0.05
"""How long it is waited for a message that has come already."""

STALLED_SECONDS = 30.0
"""A replay that sends nothing for so long, while the live stream goes on, has stalled."""

BEYOND = 2_000_000
"""Microseconds to read past the live connection's first message, since messages come unsorted."""

BATCH, BATCH_SECONDS = 25, 1.0
"""Posts are handed over when there are so many, or after so many seconds."""

STEADY_SECONDS = 60.0
PAUSE_SECONDS, STOPPED_SECONDS = 2.0, 10.0


class Pulse:
    """When messages came on one connection, to distinguish a quiet network from a stalled one."""

    def __init__(self, *, never_quiet: bool = False) -> None:
        """`never_quiet` is a server that has all posts of the network, dozens a second."""
        self._never_quiet = never_quiet
        self.first = self.last = 0
        """Server times of the first and the last message, in microseconds since 1970; 0 for none"""
        self.began = self._since = self.came = monotonic()

    def beat(self, at: int) -> None:
        """Note a message that the server sent at `at`, in microseconds since 1970."""
        now = monotonic()
        if now - self.came > PAUSE_SECONDS:
            self._since = now
        self.came = now
        self.first, self.last = self.first or at, at

    @property
    def has_stopped(self) -> bool:
        """Whether messages came without a pause for a minute and then stopped."""
        steady = self._never_quiet or self.came - self._since > STEADY_SECONDS
        return steady and monotonic() - self.came > STOPPED_SECONDS


async def probe(jetstream: Jetstream) -> Pulse:
    """The pulse of a live connection that is left at its first message, or soon without one."""
    pulse = Pulse()
    async with jetstream.connect() as connection:
        with suppress(TimeoutError):
            async with asyncio.timeout(QUIET_SECONDS):
                while not pulse.last:
                    if at := time_of(await connection.receive()):
                        pulse.beat(at)
    return pulse


async def replay(
    jetstream: Jetstream,
    cursor: int,
    match: Callable[[bytes], list[Heard]],
    live: Callable[[], Pulse | None],
) -> AsyncIterator[list[Heard]]:
    """Yields what was said from `cursor` (microseconds since 1970) until the live stream took over.

    `match` finds what belongs to the chat in one message; `live` returns the pulse of the live
    connection, None while there is none. Raises Lost where the replay breaks off, and Unfilled
    where the server no longer has what was said then.
    """
    heard: list[Heard] = []
    last, count = 0, 0
    handed_over = received = asked = monotonic()
    async with jetstream.connect(max(cursor, 0)) as connection:
        while True:
            try:
                # What is waited for a whole batch counts as waited for the end, too.
                quiet = max(PONG_SECONDS, QUIET_SECONDS - (monotonic() - asked))
                async with asyncio.timeout(BATCH_SECONDS if heard else quiet):
                    frame = await connection.receive()
            except TimeoutError:
                if heard:
                    yield heard
                    heard, handed_over = [], monotonic()
                    continue
                await connection.ping()
                # Everything sent before the pong has arrived, so it can be had without waiting.
                try:
                    async with asyncio.timeout(PONG_SECONDS):
                        frame = await connection.receive()
                except TimeoutError:
                    pulse = live()
                    if pulse is None or pulse.last <= last + BEYOND:
                        return
                    if monotonic() - received > STALLED_SECONDS:
                        raise Lost(
                            f"The replay of Bluesky's stream stopped for {STALLED_SECONDS:.0f} "
                            "seconds before it had filled the gap."
                        ) from None
                    asked = monotonic()
                    continue
            except Exception:
                if heard:
                    yield heard  # it came, whatever becomes of the rest
                raise
            received = asked = monotonic()
            heard += match(frame)
            last = time_of(frame) or last
            count += 1
            if len(heard) >= BATCH or (heard and received - handed_over > BATCH_SECONDS):
                yield heard
                heard, handed_over = [], monotonic()
            pulse = live()
            if pulse is not None and pulse.first and last >= pulse.first + BEYOND:
                break
            if count % 100 == 0:
                await asyncio.sleep(0)
        yield heard

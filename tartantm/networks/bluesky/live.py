"""The live end of Jetstream: reads one connection, and keeps what it brings until it is delivered.

While the gap before the connection is being filled, messages that may concern posts of the gap are
kept, too (`passed`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from itertools import islice
from time import monotonic
from typing import NamedTuple

from tartantm.networks.bluesky.accounts import InactiveAccounts
from tartantm.networks.bluesky.gap import GapMeter
from tartantm.networks.bluesky.jetstream import Jetstream, JetstreamConnection
from tartantm.networks.bluesky.passed import PassedFrames
from tartantm.networks.bluesky.replay import Pulse
from tartantm.networks.bluesky.stream_filter import time_of
from tartantm.networks.heard import Heard
from tartantm.settings.fault_log import log_fault

PING_SECONDS = 10.0
WAITING_BYTES = 4 << 20
"""Bytes of messages that were read and whose posts were not delivered; beyond this nothing more is
read until they are."""

ACCOUNTS_SECONDS = 5.0
"""How often it is looked whether an account is due that is not active."""

AT_ONCE = 100
"""Batches that are handed over together."""

TURN = 100
"""Messages after which other tasks of this process get a turn."""


class _Waiting(NamedTuple):
    """Items of the chat that were read from the stream and not yet delivered."""

    at: int
    """Server time of the message, in microseconds since 1970."""
    heard: list[Heard]
    size: int = 0
    """Bytes of the message."""


class LiveStream:
    """One live connection after the other."""

    def __init__(
        self,
        jetstream: Jetstream,
        match: Callable[[bytes], list[Heard]],
        gap: GapMeter,
        inactive: InactiveAccounts,
    ) -> None:
        """`match` finds what belongs to the chat in one message."""
        self._jetstream, self._match = jetstream, match
        self._gap, self._inactive = gap, inactive
        self.pulse: Pulse | None = None
        """The pulse of the connection; None while there is none."""
        self.is_behind = False
        """Whether the gap before this connection is not filled yet."""
        self.passed = PassedFrames()
        """While it is behind: messages that may concern posts that are not known yet."""
        self._reader: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._held_up_at = 0.0
        """When the stream was not read last, as too much waited, by `time.monotonic`."""

    async def listen(self, alive: Callable[[], None]) -> AsyncGenerator[list[Heard], None]:
        """What one connection brings until it ends; `alive` is called at every sign of life."""
        await self.stop()
        self._reader = reader = asyncio.create_task(self._read(alive))
        reader.add_done_callback(lambda _: self._more.set())
        while True:
            await self._more.wait()
            self._more.clear()
            ended = reader.done()
            while self._waiting:
                batches = [*islice(self._waiting, AT_ONCE)]
                yield [item for each in batches for item in each.heard]
                # Only what was delivered counts as received: what is cut off here comes again.
                for _ in batches:
                    self._waiting_bytes -= self._waiting.popleft().size
            if ended:
                reader.result()
                return

    async def stop(self) -> None:
        """End the connection; what it brought still waits."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            self._reader = None

    async def _read(self, alive: Callable[[], None]) -> None:
        """Read one connection until it breaks; what is found waits to be delivered."""
        async with self._jetstream.connect() as connection:
            self.pulse = pulse = Pulse(never_quiet=self._jetstream.is_never_quiet)
            self.is_behind = True
            self.passed.begin_anew()
            alive()
            beside = (
                asyncio.create_task(self._ping(connection, pulse, alive)),
                asyncio.create_task(self._ask_for_inactive(pulse)),
            )
            try:
                count = 0
                while True:
                    self._read_frame(await connection.receive(), pulse)
                    alive()
                    count += 1
                    if count % TURN == 0:
                        await asyncio.sleep(0)
                    while self._waiting_bytes > WAITING_BYTES:
                        self._held_up_at = monotonic()
                        await asyncio.sleep(0.05)
            finally:
                self.pulse = None
                for task in beside:
                    task.cancel()

    def _read_frame(self, frame: bytes, pulse: Pulse) -> None:
        at = time_of(frame)
        if at is not None:
            pulse.beat(at)
        if heard := self._match(frame):
            self._put(_Waiting(at or pulse.last, heard, len(frame)))
        elif self.is_behind:
            self.passed.add(frame, at or pulse.last)
        if not self.is_behind and self.passed.left_out is None and pulse.last:
            self._gap.whole_until(self._waiting[0].at if self._waiting else pulse.last)

    def _put(self, found: _Waiting) -> None:
        self._waiting.append(found)
        self._waiting_bytes += found.size
        self._more.set()

    async def _ask_for_inactive(self, pulse: Pulse) -> None:
        """Ask now and then what became of accounts that are not active."""
        while True:
            await asyncio.sleep(ACCOUNTS_SECONDS)
            try:
                async for heard in self._inactive.gone():
                    self._put(_Waiting(pulse.last, heard))
            except Exception as error:
                log_fault(error)

    async def _ping(
        self, connection: JetstreamConnection, pulse: Pulse, alive: Callable[[], None]
    ) -> None:
        """Break a connection whose server does not answer pings; a quiet one is fine."""
        try:
            while True:
                await asyncio.sleep(PING_SECONDS)
                began = monotonic()
                try:
                    await connection.ping()
                except TimeoutError:
                    # Where the stream was not read here, the answer waited behind what was sent.
                    if self._held_up_at < began:
                        raise
                if not pulse.has_stopped:
                    alive()
        except Exception:
            connection.abort()

"""Keeps one live source connected: reconnects, fills gaps, and records what may be missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from tartantm.capture.backoff import Backoff
from tartantm.capture.health import Health
from tartantm.core.errors import TartantmError
from tartantm.core.events import Event, Filled
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Limited, LiveSource, Lost, Refused, Unfilled
from tartantm.settings import debug_log

OVERLAP = timedelta(seconds=30)
"""How much further back than its beginning a gap is filled: posts reach their servers late."""

LONGEST_WAIT = 15 * 60.0
"""Seconds to wait at most, whatever a server asks for."""

WATCH_SECONDS = 1.0
"""How often it is checked whether a stream has fallen silent."""

Deliver = Callable[[Sequence[Heard]], Awaitable["asyncio.Future[int]"]]
"""Hands over what was received; the future holds, once it is durable, how many posts were new."""

Record = Callable[[Sequence[Event]], Awaitable[None]]
"""Records events; returns once they are durable."""

MakeSource = Callable[[], LiveSource]
"""Makes a source from what is set up now; may block, and raise TartantmError."""


class SourceRunner:
    """Runs one source from the start of capturing until it is stopped, or refused for good."""

    def __init__(
        self,
        source: LiveSource,
        health: Health,
        *,
        deliver: Deliver,
        record: Record,
        clock: Clock,
        held: ChatIndex,
        complete_until: datetime,
        make_again: MakeSource | None = None,
    ) -> None:
        """Nothing said before `complete_until` can be missing.

        With `make_again`, a source that was refused waits for `retry_now` and is then made anew.
        """
        self.health, self.clock, self.held = health, clock, held
        self._deliver, self._record, self._make_again = deliver, record, make_again
        self._use(source)
        self._complete_until = complete_until
        self._alive_at: datetime | None = None
        self._connected = asyncio.Event()
        self._filled = False
        self._backoff = Backoff()
        self._retry = asyncio.Event()

    def _use(self, source: LiveSource) -> None:
        """Make `source` the one that is run."""
        self.source = source
        source.held = self.held
        self.health.note, self.health.damaged = source.note, lambda: source.damaged

    async def run(self) -> None:
        """Listen until cancelled, or until the source is refused and cannot be made again."""
        try:
            while True:
                began = monotonic()
                self.health.retry_at = None
                self.health.change("connecting")
                try:
                    await self._listen()
                except Refused as error:
                    await self._fail(error)
                    if self._make_again is None:
                        return
                    await self._wait_and_remake(self._make_again)
                    continue
                except Limited as error:
                    await self._lose(error)
                    wait = _bounded(error)
                except (Lost, OSError) as error:
                    await self._lose(error)
                    wait = self._backoff.after(monotonic() - began)
                await self._wait(wait)
        finally:
            await self._close()

    def retry_now(self) -> bool:
        """Connect again now; returns whether it was waiting to."""
        refused = self.health.state == "failed" and self._make_again is not None
        if self.health.retry_in is None and not refused:
            return False
        self._retry.set()
        return True

    async def _wait(self, seconds: float) -> None:
        """Wait before the next connection, or until `retry_now`."""
        self.health.retry_at = monotonic() + seconds
        debug_log.write(f"source {self.source.name}: connecting again in {seconds:.1f} s")
        with suppress(TimeoutError):
            # Before Python 3.12 `wait_for` swallows a cancellation that comes with the retry.
            async with asyncio.timeout(seconds):
                await self._retry.wait()
            debug_log.write(f"source {self.source.name}: connecting again now, as was asked for")
        self._retry.clear()

    async def _wait_and_remake(self, make_again: MakeSource) -> None:
        """Wait until the user has seen to what was refused and asks for another try."""
        await self._close()
        while True:
            await self._retry.wait()
            self._retry.clear()
            try:
                source = await asyncio.to_thread(make_again)
            except TartantmError as error:
                self.health.change("failed", str(error))
            else:
                break
        source.damaged = self.source.damaged
        self._use(source)
        self._backoff = Backoff()

    async def _close(self) -> None:
        with suppress(Exception):
            await asyncio.wait_for(self.source.close(), 3)

    async def finish(self) -> None:
        """Record that it listened until now; to be called after `run` was cancelled."""
        if self._connected.is_set():
            await self._record([self.health.event("ended", "", self._alive_at)])
        self.health.change("ended")

    async def _listen(self) -> None:
        """Run one connection; raises when it breaks."""
        await self.source.open()
        self._connected.clear()
        self._filled = False
        self.health.alive_since = monotonic()
        jobs: list[Coroutine[Any, Any, None]] = [self._poll(), self._fill_gap()]
        if self.source.streams:
            jobs += [self._stream(), self._watch()]
        if self.source.replies_every:
            jobs.append(self._poll_replies())
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            while True:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                    tasks.remove(task)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _stream(self) -> None:
        async for batch in self.source.stream(self._alive):
            if batch:
                self.health.last_post_at = self.clock.now()
                await self._deliver(batch)
        raise Lost("The connection was closed.")

    async def _watch(self) -> None:
        """Raise Lost where the stream is silent for too long."""
        while (self.health.silent_for or 0.0) < self.source.silence:
            await asyncio.sleep(WATCH_SECONDS)
        raise Lost(f"Nothing came for {self.source.silence:.0f} seconds.")

    async def _poll(self) -> None:
        """Ask every `poll_every` seconds, beside a stream too: one may be open and send nothing."""
        streams = self.source.streams
        if streams:
            await asyncio.sleep(self.source.poll_every)
        else:
            # The first poll goes back to where nothing is missing, and so fills the gap.
            since, until = self._complete_until, self.clock.now()
            try:
                await self._ask(self.source.since(since - OVERLAP))
            except Unfilled as error:
                await self._record([Filled(self.source.name, since, until, "", 0, str(error))])
            self._alive()
        while True:
            began, new = self.clock.now(), 0
            await asyncio.sleep(self.source.poll_every)
            try:
                new = await self._ask(self.source.since(began - OVERLAP))
            except Unfilled as error:
                self.health.detail = str(error)
            except (Lost, Limited, OSError) as error:
                if not streams:
                    raise
                # The stream is watched by itself; a poll beside it may fail.
                self.health.detail = str(error)
                debug_log.write(f"source {self.source.name}: a poll failed: {error}")
            if not streams:
                self._alive()
            elif new and (self.health.silent_for or 0.0) > self.source.poll_every:
                self.health.detail = "The stream is silent; posts come by asking."

    async def _poll_replies(self) -> None:
        await self._connected.wait()
        while True:
            await asyncio.sleep(self.source.replies_every)
            await self._ask(self.source.replies(self.held))

    async def _fill_gap(self) -> None:
        """Once connected, ask for what was said since nothing was missing."""
        await self._connected.wait()
        since, until = self._complete_until, self.clock.now()
        await self._record([self.health.event("connected", "", self.clock.now())])
        if not self.source.streams:
            self._filled = True
            self.health.change("connected")
            return
        self.health.change("filling")
        backoff = Backoff()
        while True:
            try:
                posts = await self._ask(self.source.since(since - OVERLAP))
            except Unfilled as error:
                filled = Filled(self.source.name, since, until, "", 0, str(error))
                break
            except Limited as error:
                await self._wait_to_fill(error, _bounded(error))
            except (Lost, OSError) as error:
                # The stream works; what was missed is asked for again, however long it takes.
                await self._wait_to_fill(error, backoff.after(0.0))
            else:
                by = self.source.gap_filler
                filled = Filled(self.source.name, since, until, by, posts)
                break
        await self._record([filled])
        self._filled = True
        self.health.change("connected", filled.why)

    async def _wait_to_fill(self, error: Exception, seconds: float) -> None:
        self.health.detail = str(error)
        debug_log.write(
            f"source {self.source.name}: its gap is asked for again in {seconds:.1f} s: {error}"
        )
        await asyncio.sleep(seconds)

    def _alive(self) -> None:
        """Note a sign of life."""
        self.health.alive_since = monotonic()
        self._alive_at = self.clock.now()
        self._connected.set()
        if self._filled:
            self._complete_until = self._alive_at

    async def _ask(self, batches: AsyncIterator[list[Heard]]) -> int:
        """Deliver the answers to a request; returns how many posts were new."""
        new = [await self._deliver(batch) async for batch in batches if batch]
        count = sum([await each for each in new])
        if count:
            self.health.last_post_at = self.clock.now()
        return count

    async def _lose(self, error: Exception) -> None:
        """Take note of a broken connection; one that never stood began no new gap."""
        was_connected = self._connected.is_set()
        self._connected.clear()
        self.health.change("lost", str(error))
        if was_connected:
            await self._record([self.health.event("lost", str(error), self._alive_at)])

    async def _fail(self, error: Exception) -> None:
        """Take note that the network refuses."""
        self._connected.clear()
        self.health.change("failed", str(error))
        await self._record([self.health.event("failed", str(error), self.clock.now())])


def _bounded(limited: Limited) -> float:
    """Seconds to wait where a server asks to: at least one, and not for ever."""
    return min(max(limited.seconds, 1.0), LONGEST_WAIT)

"""Keeps one live source going: connects again, fills gaps, and tells what may be missing."""

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
from tartantm.core.events import Event, Filled, SourceChanged
from tartantm.networks import Heard
from tartantm.networks.clock import Clock
from tartantm.networks.protocol import ChatIndex, Limited, LiveSource, Lost, Refused, Unfilled

OVERLAP = timedelta(seconds=30)
"""How much further back a gap is filled than it was seen: posts arrive late at their servers."""

LONGEST_WAIT = 15 * 60.0
"""Seconds to wait at most, whatever a server asks for."""

LOOK_SECONDS = 1.0
"""How often a silent stream is looked at."""

Hear = Callable[[Sequence[Heard]], Awaitable["asyncio.Future[int]"]]
"""Hands posts over; the future tells, once they are durable, how many were new."""

Keep = Callable[[Sequence[Event]], Awaitable[None]]

Again = Callable[[], LiveSource]
"""Makes a source anew, by what is set up now; may block, and raise TartantmError."""


class Runner:
    """One source, from the start of capturing until it is stopped or refused."""

    def __init__(
        self,
        source: LiveSource,
        health: Health,
        hear: Hear,
        keep: Keep,
        clock: Clock,
        held: ChatIndex,
        sure: datetime,
        again: Again | None = None,
    ) -> None:
        """With `again`, a source that was refused waits for `retry_now`, and is made anew."""
        self.source, self.health, self.clock, self.held = source, health, clock, held
        self._hear, self._keep, self._again = hear, keep, again
        source.held = held
        self._sure = sure
        """Nothing said before this can be missing."""
        self._alive_at: datetime | None = None
        self._connected = asyncio.Event()
        self._filled = False
        self._backoff = Backoff()
        self._hurry = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled, or until trying on would be of no use and nobody can help."""
        try:
            while True:
                began = monotonic()
                self.health.state, self.health.retry_at = "connecting", None
                try:
                    await self._listen()
                except Refused as error:
                    await self._broken("failed", str(error))
                    if self._again is None:
                        return
                    await self._renew(self._again)
                    continue
                except Limited as error:
                    await self._broken("lost", str(error))
                    wait = min(max(error.seconds, 1.0), LONGEST_WAIT)
                except (Lost, OSError) as error:
                    await self._broken("lost", str(error))
                    wait = self._backoff.after(monotonic() - began)
                self.health.retry_at = monotonic() + wait
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), wait)
                self._hurry.clear()
        finally:
            await self._close()

    def retry_now(self) -> bool:
        """Try again now; gives whether it was waiting to."""
        refused = self.health.state == "failed" and self._again is not None
        if self.health.retry_in is None and not refused:
            return False
        self._hurry.set()
        return True

    async def _renew(self, again: Again) -> None:
        """Wait until somebody has seen to what was refused, and wants another try."""
        await self._close()
        while True:
            await self._hurry.wait()
            self._hurry.clear()
            try:
                source = await asyncio.to_thread(again)
            except TartantmError as error:
                self.health.detail = str(error)
            else:
                break
        source.held, source.damaged = self.held, self.source.damaged
        self.source = source
        self.health.note, self.health.damaged = source.note, lambda: source.damaged
        self._backoff = Backoff()

    async def _close(self) -> None:
        with suppress(Exception):
            await asyncio.wait_for(self.source.close(), 3)

    async def finish(self) -> None:
        """Say that it was listened to up to now; after `run` was cancelled."""
        if self._connected.is_set():
            await self._keep([self._changed("ended")])
        self.health.state = "ended"

    async def _listen(self) -> None:
        """One connection: raises when it breaks."""
        await self.source.open()
        self._connected.clear()
        self._filled = False
        self.health.alive_since = monotonic()
        jobs: list[Coroutine[Any, Any, None]] = [self._poll(), self._welcome()]
        if self.source.streams:
            jobs += [self._stream(), self._watch()]
        if self.source.replies_every:
            jobs.append(self._look_for_replies())
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
            await self._take(batch)
        raise Lost("The connection was closed.")

    async def _watch(self) -> None:
        while (self.health.silent_for or 0.0) < self.source.silence:
            await asyncio.sleep(LOOK_SECONDS)
        raise Lost(f"Nothing came for {self.source.silence:.0f} seconds.")

    async def _poll(self) -> None:
        """Ask now and then, with a stream too: a server may accept one and send nothing."""
        streams = self.source.streams
        if streams:
            await asyncio.sleep(self.source.poll_every)
        else:
            # The first look goes back to where nothing is missing; it is the gap's filling too.
            since, until = self._sure, self.clock.now()
            try:
                await self._asked(self.source.since(since - OVERLAP))
            except Unfilled as error:
                await self._keep([Filled(self.source.name, since, until, "", 0, str(error))])
            self._alive()
        while True:
            began, new = self.clock.now(), 0
            await asyncio.sleep(self.source.poll_every)
            try:
                new = await self._asked(self.source.since(began - OVERLAP))
            except Unfilled as error:
                self.health.detail = str(error)
            except (Lost, Limited, OSError) as error:
                if not streams:
                    raise
                # The stream has a watch of its own; beside it a poll may fail.
                self.health.detail = str(error)
            if not streams:
                self._alive()
            elif new and (self.health.silent_for or 0.0) > self.source.poll_every:
                self.health.detail = "The stream is silent; posts come by asking."

    async def _look_for_replies(self) -> None:
        await self._connected.wait()
        while True:
            await asyncio.sleep(self.source.replies_every)
            await self._asked(self.source.replies(self.held))

    async def _welcome(self) -> None:
        """Once connected, fill the gap since nothing was missing."""
        await self._connected.wait()
        since, until = self._sure, self.clock.now()
        await self._keep([self._changed("connected")])
        if not self.source.streams:
            self._filled, self.health.state = True, "connected"
            return
        self.health.state = "filling"
        tries = Backoff()
        while True:
            try:
                posts = await self._asked(self.source.since(since - OVERLAP))
            except Unfilled as error:
                filled = Filled(self.source.name, since, until, "", 0, str(error))
                break
            except Limited as error:
                self.health.detail = str(error)
                await asyncio.sleep(min(max(error.seconds, 1.0), LONGEST_WAIT))
            except (Lost, OSError) as error:
                # The stream is well; what was missed is asked for again, however long it takes.
                self.health.detail = str(error)
                await asyncio.sleep(tries.after(0.0))
            else:
                by = self.source.gap_filler
                filled = Filled(self.source.name, since, until, by, posts)
                break
        await self._keep([filled])
        self._filled = True
        self.health.state, self.health.detail = "connected", filled.why

    def _alive(self) -> None:
        self.health.alive_since = monotonic()
        self._alive_at = self.clock.now()
        self._connected.set()
        if self._filled:
            self._sure = self._alive_at

    async def _take(self, batch: Sequence[Heard]) -> None:
        if batch:
            self.health.last_post_at = self.clock.now()
            await self._hear(batch)

    async def _asked(self, batches: AsyncIterator[list[Heard]]) -> int:
        """Hear what was asked for; gives how many posts were new."""
        new = [await self._hear(batch) async for batch in batches if batch]
        count = sum([await each for each in new])
        if count:
            self.health.last_post_at = self.clock.now()
        return count

    async def _broken(self, state: str, sentence: str) -> None:
        was_connected = self._connected.is_set()
        self._connected.clear()
        if state == "failed":
            self.health.state, self.health.detail = "failed", sentence
            await self._keep([self._changed("failed", sentence)])
            return
        self.health.state, self.health.detail = "lost", sentence
        if was_connected:
            await self._keep([self._changed("lost", sentence)])

    def _changed(self, state: str, detail: str = "") -> SourceChanged:
        at = self.clock.now() if state in ("connected", "failed") else self._alive_at
        return SourceChanged(
            self.source.name,
            state,  # type: ignore[arg-type]
            detail,
            self.source.damaged,
            at,
            self.health.heard,
            self.health.duplicates,
        )

"""One supervisor for all sources of a session: what they hear is captured, durably and once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Literal, Protocol

from filelock import FileLock, Timeout

from tartantm.capture import Capture
from tartantm.errors import TartantmError
from tartantm.events import Event, SourceChanged
from tartantm.journal import JournalError
from tartantm.paths import capture_lock
from tartantm.session import LiveSession
from tartantm.sources import Heard, heard_at
from tartantm.sources.clock import Clock

GATHER_SECONDS = 0.05
"""What is heard within this time is recorded by one commit."""

RETRY_SECONDS = 1.0
"""How often a commit that failed, or the right to capture, is tried again."""

TICK_SECONDS = 0.5
"""How often the chat's clock is held against the agenda's plan."""

State = Literal["waiting", "connected", "ended", "failed"]


class Source(Protocol):
    """One configured way to hear one network."""

    name: str
    damaged: int
    """Lines or messages that could not be read so far."""

    def batches(self) -> AsyncIterator[list[Heard]]:
        """Give what is heard, in batches, until the source has ended."""
        ...


class SourceHealth:
    """How a source is doing, for the status line."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.state: State = "waiting"
        self.detail = ""
        self.heard = 0
        self.last_at: datetime | None = None
        """Chat time when it last gave something."""


class Follow:
    """Runs the sources of a session until all have ended."""

    def __init__(self, session: LiveSession, sources: Sequence[Source], clock: Clock) -> None:
        self.session, self.clock = session, clock
        self.health = [SourceHealth(source) for source in sources]
        self.capture: Capture | None = None
        """None while another process captures for this session; taken over when that ends."""
        self.trouble = ""
        """Why posts cannot be saved now; they wait and are tried again."""
        self.waiting = 0
        """Posts that were heard and are not saved yet."""
        self._heard: asyncio.Queue[tuple[SourceHealth, list[Heard]]] = asyncio.Queue(maxsize=100)

    async def run(self) -> None:
        """Capture until every source has ended and what they gave is durable."""
        lock = FileLock(capture_lock(self.session.path))
        while True:
            try:
                lock.acquire(blocking=False)
                break
            except Timeout:
                await asyncio.sleep(RETRY_SECONDS)
        try:
            self.capture = Capture(self.session.chat, self.session.grouper)
            self.session.listen(self.capture.observe)
            await self._run_sources()
        finally:
            self.capture = None
            lock.release()

    async def _run_sources(self) -> None:
        recording = asyncio.create_task(self._record_all())
        ticking = asyncio.create_task(self._tick())
        try:
            async with asyncio.TaskGroup() as group:
                for health in self.health:
                    group.create_task(self._hear(health))
            await self._heard.join()
        finally:
            for task in (recording, ticking):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _hear(self, health: SourceHealth) -> None:
        source = health.source
        await self._keep([SourceChanged(source.name, "connected")])
        health.state = "connected"
        try:
            async for batch in source.batches():
                self.waiting += len(batch)
                await self._heard.put((health, batch))
            await self._heard.join()
        except TartantmError as error:
            health.state, health.detail = "failed", str(error)
        else:
            health.state = "ended"
        ended = SourceChanged(source.name, health.state, health.detail, source.damaged)
        await self._keep([ended])

    async def _record_all(self) -> None:
        while True:
            health, batch = await self._heard.get()
            groups = [(health, batch)]
            await asyncio.sleep(GATHER_SECONDS)
            while not self._heard.empty():
                groups.append(self._heard.get_nowait())
            assert self.capture is not None
            events: list[Event] = []
            for health, batch in groups:
                for item in batch:
                    self.clock.heard(heard_at(item))
                health.heard += len(batch)
                health.last_at = self.clock.now()
                events += self.capture.hear(batch)
            await self._keep(events)
            for _, batch in groups:
                self.waiting -= len(batch)
                self._heard.task_done()

    async def _tick(self) -> None:
        """Open planned questions when the chat's clock reaches them, posts or no posts."""
        while True:
            if self.capture is not None:
                await self._keep(self.capture.clock(self.clock.now()))
            await asyncio.sleep(TICK_SECONDS)

    async def _keep(self, events: Sequence[Event]) -> None:
        """Record events, however long the disk takes to let it happen."""
        while events:
            try:
                await self.session.record(*events)
            except JournalError as error:
                self.trouble = str(error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.trouble = ""
                return

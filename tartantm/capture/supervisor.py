"""Runs all sources of a session; what they deliver is recorded durably, each post once.

This file is longer than others because the sources, the queue that they share, the clock and their
common end are one thing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import NamedTuple, Protocol, TypeGuard

from filelock import FileLock, Timeout

from tartantm.capture.capture import Capture
from tartantm.capture.health import HEARS, Health, Report
from tartantm.capture.session_index import SessionIndex
from tartantm.capture.source_runner import SourceRunner
from tartantm.core.chat import Chat
from tartantm.core.errors import TartantmError
from tartantm.core.events import Captured, Deleted, Event, SourceChanged
from tartantm.core.listening import WRONG_CLOCK, complete_until
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard, heard_at, together
from tartantm.networks.protocol import LiveSource
from tartantm.settings import state
from tartantm.settings.fault_log import log_fault
from tartantm.settings.paths import capture_lock, session_tag
from tartantm.store.session import LiveSession

GATHER_SECONDS = 0.015
"""Seconds between two commits, at least, and so between two frames: the next has the rest."""

TURN_SECONDS = 0.015
"""Seconds of grouping before the screen gets a turn; a post takes a millisecond or two."""

RETRY_SECONDS = 1.0
"""Seconds before the right to capture is asked for again."""

TICK_SECONDS = 0.5
"""Seconds between two comparisons of the chat's clock with the agenda's plan."""

BEFORE_START = timedelta(minutes=30)
"""How long before its start a chat is asked for: people say hello early."""

LEAVING_SECONDS = 3.4
"""How long sources may take to end; who takes longer is left behind."""

LONGEST_GAP = timedelta(days=7)
"""No network is asked for posts older than this."""


class FiniteSource(Protocol):
    """A source that delivers what it has and ends: a file, a replay."""

    name: str
    damaged: int
    """Lines that could not be read so far."""

    def batches(self) -> AsyncIterator[list[Heard]]:
        """Yields what the source has, in batches, until it has ended."""
        ...


Source = FiniteSource | LiveSource


def is_finite(source: Source) -> TypeGuard[FiniteSource]:
    """Whether a source is a file or a replay. Asks its class: its own attributes may raise."""
    return hasattr(type(source), "batches")


def is_live(source: Source) -> TypeGuard[LiveSource]:
    """Whether a source is one way to listen to a network."""
    return not is_finite(source)


class QueuedBatch(NamedTuple):
    """Posts that wait to be recorded."""

    health: Health
    batch: Sequence[Heard]
    new: asyncio.Future[int]
    """How many posts were new, once they are durable."""


class Supervisor:
    """Runs the sources of a session until all have ended, or until it is stopped."""

    def __init__(
        self,
        session: LiveSession,
        sources: Sequence[Source],
        clock: Clock,
        make_again: Callable[[str], LiveSource] | None = None,
    ) -> None:
        """`make_again` makes a refused source of that name anew, when the user asks for it."""
        self.session, self.clock, self._make_again = session, clock, make_again
        self.sources = list(sources)
        self.health = [_health_of(source) for source in sources]
        self.notices: list[Callable[[str, str], None]] = []
        """Called with a sentence that everybody should know, and the source it is about; "" for the
        clock."""
        self.capture: Capture | None = None
        """None while another process captures for this session; taken over when that ends."""
        self._waiting: set[str] = set()
        """Ids of posts that were received and are not saved yet."""
        self._queue: asyncio.Queue[QueuedBatch] = asyncio.Queue(maxsize=100)
        self._stop = asyncio.Event()
        self._index = SessionIndex(session, [source.name for source in sources])
        self._runners: list[SourceRunner] = []
        self._lost: set[str] = set()

    async def run(self) -> None:
        """Capture until every source has ended, or `stop`; what they delivered is durable then."""
        lock = FileLock(capture_lock(self.session.path), mode=0o600)
        while True:
            try:
                lock.acquire(blocking=False)
                break
            except Timeout:
                with suppress(TimeoutError):
                    async with asyncio.timeout(RETRY_SECONDS):
                        await self._stop.wait()
                    return
        try:
            names = [source.name for source in self.sources]
            self.capture = Capture(self.session.chat, self.session.grouper, names)
            self.session.listen(self.capture.observe)
            if any(map(is_live, self.sources)):
                known_by = self.session.chat.salt or session_tag(self.session.path)
                await asyncio.to_thread(state.remember_listening, known_by)
            await self._run_sources()
        finally:
            self.capture = None
            lock.release()

    @property
    def waiting(self) -> int:
        """How many posts were received and are not saved; what came twice counts once."""
        return len(self._waiting)

    def stop(self) -> None:
        """Have `run` end soon: sources disconnect, and what they delivered is recorded."""
        self._stop.set()

    def retry_now(self) -> int:
        """Have sources that were lost or refused connect again now; returns how many."""
        return sum([runner.retry_now() for runner in self._runners])

    async def _run_sources(self) -> None:
        background = {asyncio.create_task(self._record_all()), asyncio.create_task(self._tick())}
        try:
            pairs = zip(self.sources, self.health, strict=True)
            running = {asyncio.create_task(self._run_one(*pair)) for pair in pairs}
            try:
                await _first(running, background, self._stop)
            finally:
                for task in running:
                    task.cancel()
                if running:
                    await asyncio.wait(running, timeout=LEAVING_SECONDS)
            await _first({asyncio.create_task(self._queue.join())}, background)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)

    async def _run_one(self, source: Source, health: Health) -> None:
        if is_finite(source):
            await self._read(source, health)
        elif is_live(source):
            await self._hear(source, health)

    async def _hear(self, source: LiveSource, health: Health) -> None:
        """Run a live source until cancelled."""
        runner = SourceRunner(
            source,
            health,
            deliver=partial(self._enqueue, health),
            record=self.session.keep,
            clock=self.clock,
            held=self._index,
            complete_until=asked_from(
                self.session.chat,
                source.name,
                self._index.last_received(source.name),
                self.clock.now(),
            ),
            make_again=partial(self._make_again, source.name) if self._make_again else None,
            say=partial(self._say, source=source.name),
        )
        self._runners.append(runner)
        health.listeners.append(self._ask_others)
        try:
            await runner.run()
        finally:
            await runner.finish()

    def _ask_others(self, report: Report) -> None:
        """Where one source is lost it may be this computer's network: ask those that are asked."""
        was_lost = report.source in self._lost
        if report.state in HEARS:
            self._lost.discard(report.source)
        elif report.state == "unreachable" and not was_lost:
            self._lost.add(report.source)
            for runner in self._runners:
                if runner.health.name != report.source:
                    runner.ask_soon()

    async def _read(self, source: FiniteSource, health: Health) -> None:
        """Deliver all that a file or a replay has."""
        await self.session.keep([SourceChanged(source.name, "connected")])
        health.change("stream")
        try:
            queued = [await self._enqueue(health, batch) async for batch in source.batches()]
            for new in queued:
                await new
        except Exception as error:
            words = str(error) if isinstance(error, TartantmError) else log_fault(error)
            health.change("failed", words)
            await self.session.keep([health.event("failed", health.detail, None, how="failed")])
        else:
            health.change("ended")
            await self.session.keep([health.event("ended", "", None)])

    async def _enqueue(self, health: Health, batch: Sequence[Heard]) -> asyncio.Future[int]:
        """Queue posts for the next commit; the future holds how many of them were new."""
        new: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.update(each for each in _posts_in(batch) if not self._index.holds(each))
        await self._queue.put(QueuedBatch(health, batch, new))
        return new

    async def _record_all(self) -> None:
        """Record what is queued, as many batches at once as came since the last commit."""
        last = -GATHER_SECONDS
        while True:
            batches = [await self._queue.get()]
            await asyncio.sleep(max(0.0, last + GATHER_SECONDS - monotonic()))
            last = monotonic()
            while not self._queue.empty():
                batches.append(self._queue.get_nowait())
            events: list[Event] = []
            counts = []
            for queued in batches:
                came = await self._events_for(queued)
                counts.append(sum(isinstance(event, Captured) for event in came))
                events += came
            await self.session.keep(events)
            for queued, count in zip(batches, counts, strict=True):
                self._waiting.difference_update(_posts_in(queued.batch))
                if not queued.new.done():
                    queued.new.set_result(count)
                self._queue.task_done()

    async def _events_for(self, queued: QueuedBatch) -> list[Event]:
        """The events that follow from a batch; the screen gets turns while they are worked out."""
        assert self.capture is not None
        health, before = queued.health, self.capture.duplicates
        for item in queued.batch:
            self.clock.advance(heard_at(item))
        came = sum(isinstance(item, Post) for item in queued.batch)
        health.heard += came
        health.others += sum(isinstance(item, Deleted) for item in queued.batch)
        events: list[Event] = []
        turn = monotonic()
        for some in together(queued.batch):
            followed = self._fenced(some, health)
            health.brought(each.post for each in followed if isinstance(each, Captured))
            events += followed
            if monotonic() - turn > TURN_SECONDS:
                await asyncio.sleep(0)
                turn = monotonic()
        health.duplicates += self.capture.duplicates - before
        return events

    def _fenced(self, some: Sequence[Heard], health: Health) -> list[Event]:
        """What follows from one item and what it brought; no fault of ours costs another one."""
        assert self.capture is not None
        try:
            return self.capture.events_for(some, health.name)
        except Exception as error:
            log_fault(error)
            health.unusable += 1
            return []

    async def _tick(self) -> None:
        """Open planned questions when the chat's clock reaches them, posts or no posts."""
        while True:
            for words in self.clock.take_doubts():
                self._say(words)
            for runner in self._runners:
                runner.look()
            for jump in self.clock.take_jumps():
                capture = self.capture
                skipped = capture.skip_due(jump.before, jump.after) if capture else []
                due = f" {', '.join(skipped)} was due meanwhile: open it yourself."
                self._say(jump.words + due * bool(skipped))
            if self.capture is not None:
                await self.session.keep(self.capture.open_due(self.clock.now()))
            await asyncio.sleep(TICK_SECONDS)

    def _say(self, words: str, source: str = "") -> None:
        for listener in self.notices:
            listener(words, source)


def _posts_in(batch: Sequence[Heard]) -> Iterator[str]:
    """Yields the ids of the posts in a batch."""
    return (item.id for item in batch if isinstance(item, Post))


async def _first(
    wanted: set[asyncio.Task[None]],
    background: set[asyncio.Task[None]],
    stop: asyncio.Event | None = None,
) -> None:
    """Wait until all wanted tasks have ended, or `stop`. A fault of any task is raised here."""
    stopped = asyncio.create_task((stop or asyncio.Event()).wait())
    waiting = set(wanted)
    try:
        while waiting and not stopped.done():
            tasks = {*waiting, *background, stopped}
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            waiting -= done
    finally:
        stopped.cancel()


def asked_from(chat: Chat, name: str, last_received: datetime | None, now: datetime) -> datetime:
    """Since when a source is asked for posts: since it missed some, or before the chat's start.

    `last_received` is when the last post came by it.
    """
    starts = (chat.agenda.starts or now) - BEFORE_START
    found = complete_until(chat.coverage, name, last_received) or starts
    if found > now + WRONG_CLOCK:
        found = starts  # this computer's clock was ahead then; what was heard is not known
    return max(min(found, now), now - LONGEST_GAP)


def _health_of(source: Source) -> Health:
    health = Health(source.name, is_live=is_live(source))
    health.belongs_to(getattr(source, "note", lambda: ""), lambda: source.damaged)
    return health

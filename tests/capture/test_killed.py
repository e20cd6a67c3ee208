"""Killed at any moment while a gap is read: the record claims nothing that was not heard.

In made-up time. A timeline has a post every few seconds and is read newest page first, as most are;
the program is stopped for minutes, as a computer that sleeps, or its stream dies unnoticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tartantm.capture.health import Health
from tartantm.capture.source_runner import OVERLAP, SourceRunner
from tartantm.core.listening import complete_until, listening
from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Lost
from tests.builders import post
from tests.capture.test_twelve_hours import BEGAN, Listener, Network, Record
from tests.virtual_time import VirtualTimeLoop, run

EVERY = 4.0
"""Seconds from one post to the next."""

PAGE, PAGE_SECONDS = 40, 2.0


class Paged(Network):
    """Has a post every `EVERY` seconds."""

    slept = 0.0
    """Seconds for which this computer was suspended: `time.monotonic` does not count them."""

    @property
    def minute(self) -> float:
        return super().minute + self.slept / 60

    def post(self, n: int) -> Post:
        return replace(post(str(n)), created_at=BEGAN + timedelta(seconds=n * EVERY))

    @property
    def count(self) -> int:
        return int(self.minute * 60 / EVERY) + 1


class Pages(Listener):
    """Gives out its timeline in pages, the newest first, each after a while."""

    dead = False

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        there = self.there
        assert isinstance(there, Paged)
        if Pages.dead:
            raise Lost("No stream.")
        alive()
        yield []
        told = there.count
        while True:
            await asyncio.sleep(1)
            if Pages.dead:
                await asyncio.sleep(9999)
            alive()
            yield [there.post(n) for n in range(told, there.count)]
            told = there.count

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        there = self.there
        assert isinstance(there, Paged)
        end = there.count
        while True:
            await asyncio.sleep(PAGE_SECONDS)
            page = [there.post(n) for n in range(max(0, end - PAGE), end)]
            yield [each for each in page if each.created_at >= when]
            if not page or page[0].created_at < when:
                return
            end -= PAGE


class Killing(Record):
    """Has the program killed once so many posts and events were recorded."""

    def __init__(self, clock: LiveClock) -> None:
        super().__init__(clock)
        self.left: int | None = None
        self.killed = asyncio.Event()

    async def _count(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.killed.set()
                await asyncio.sleep(10**6)

    async def deliver(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        await self._count()
        return await super().deliver(batch)

    async def keep(self, events: Sequence[object]) -> None:
        await self._count()
        await super().keep(events)  # type: ignore[arg-type]


async def killed(
    loop: VirtualTimeLoop, *, streams: bool, gap: str, after: int
) -> tuple[list[str], set[str], bool]:
    """What the record claims wrongly after the kill and in the end, and whether it was killed."""
    there = Paged(loop, 1, ())
    clock = LiveClock(lambda: there.now, lambda: loop.time() + there.slept)
    record = Killing(clock)
    Pages.dead = False

    def start() -> asyncio.Task[None]:
        found = complete_until(record.coverage, Pages.name, record.last_received)
        source = Pages(there, streams=streams)
        runner = SourceRunner(
            source,
            Health(Pages.name),
            deliver=record.deliver,
            record=record.keep,
            clock=clock,
            held=record,
            complete_until=found or BEGAN,
        )
        return asyncio.create_task(runner.run())

    def wrong(slack: timedelta = timedelta()) -> list[str]:
        received = {Pages.name: record.last_received} if record.last_received else {}
        (found,) = listening(record.coverage, received)
        missing = [there.post(n) for n in range(there.count) if f"x:{n}" not in record.posts]
        return [
            f"{each.id} was not had, and its time is told as {stretch.kind}"
            for each in missing
            for stretch in found.stretches
            if stretch.kind != "missed"
            and stretch.since <= each.created_at < stretch.until - slack * stretch.is_open
        ]

    running = start()
    await asyncio.sleep(400)
    Pages.dead, record.left = True, after
    if gap == "stopped":
        loop._pass(450)
    elif gap == "suspended":
        there.slept = 450
    hung = asyncio.create_task(record.killed.wait())
    await asyncio.wait({hung}, timeout=200)
    was_killed = hung.done()
    hung.cancel()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    # What a stream did not bring for less than that, the next run asks for in any case.
    record.left, found = None, wrong(OVERLAP if streams else timedelta())
    await asyncio.sleep(30)
    last = there.count
    running = start()
    await asyncio.sleep(200)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    missing = {f"x:{n}" for n in range(last)} - set(record.posts)
    return [*found, *wrong()], missing, was_killed


@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize("gap", ["stopped", "suspended", "unnoticed"])
def test_the_record_is_true_whenever_it_is_killed(
    streams: bool, gap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for after in (0, 1, 2, 3, 4, 6, 9, 13):
        with monkeypatch.context() as patched:
            found, missing, was_killed = run(
                lambda loop, n=after: killed(loop, streams=streams, gap=gap, after=n),  # type: ignore[misc]
                patched,
            )
        assert (found, missing) == ([], set()), f"killed after {after}"
        assert was_killed, "a gap of that length takes longer"

"""A source that floods is read slowly; the others are heard as before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from tartantm.capture import pace, source_runner, supervisor
from tartantm.capture.pace import Pace, weight
from tartantm.capture.supervisor import Supervisor
from tartantm.core.events import Deleted
from tartantm.core.post import Link, Media
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, START, post
from tests.capture.test_fences import Good
from tests.virtual_time import VirtualTimeLoop, run


class Flood(Good):
    """Says as much as it is read, of posts or of deletions that concern nobody."""

    name = "flood"

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        while True:
            alive()
            batch: list[Heard] = []
            for _ in range(500):
                self.sent += 1
                name = f"f{self.sent}"
                gone = Deleted((f"x:{name}",), START, "gone")
                batch.append(gone if self.what == "deletions" else post(name))
            yield batch
            await asyncio.sleep(0)

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        yield []


@pytest.mark.parametrize("what", ["posts", "deletions"])
async def test_the_others_are_heard_beside_a_flood(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GATHER_SECONDS", "RETRY_SECONDS", "TICK_SECONDS"):
        monkeypatch.setattr(supervisor, name, 0.01)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.05)
    with Session(tmp_path / "a.tartantm", create=True) as session:
        session.take_agenda(AGENDA, "d")
    live, good, flood, said = LiveSession(session.path), Good(), Flood(what), list[str]()
    following = Supervisor(live, [flood, good], LiveClock())
    following.notices.append(lambda words, _: said.append(words))
    running = asyncio.create_task(following.run())
    async with asyncio.timeout(20):
        while not said or good.sent < 100:
            await asyncio.sleep(0.01)
        wanted = {f"x:g{n}" for n in range(1, good.sent)}
        while not wanted <= set(live.chat.entries):
            await asyncio.sleep(0.01)
    assert said == [source_runner.FLOOD.format(name="flood")]
    # What waits is read no further than a burst and the queues beyond it.
    assert flood.sent < pace.BURST + 20 * pace.RATE + 2_000
    following.stop()
    async with asyncio.timeout(5):
        await running
    await live.close()


class Bucket:
    """A pace, and how long each taking waits."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self.loop, self.told = loop, 0
        self.pace = Pace(self.tell)

    def tell(self) -> None:
        self.told += 1

    async def take(self, count: int) -> float:
        began = self.loop.time()
        await self.pace.take(count)
        return self.loop.time() - began


def test_a_gap_comes_at_once_and_a_flood_at_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taking(loop: VirtualTimeLoop) -> None:
        bucket = Bucket(loop)
        assert await bucket.take(pace.BURST) == 0
        assert bucket.told == 0, "nobody waited"
        for n in range(1, 101):
            assert await bucket.take(10) == pytest.approx(10 / pace.RATE)
            assert bucket.told == n
        assert await bucket.take(250) == pytest.approx(250 / pace.RATE)

    run(taking, monkeypatch)


def test_what_was_not_taken_is_kept_up_to_a_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taking(loop: VirtualTimeLoop) -> None:
        bucket = Bucket(loop)
        await bucket.take(pace.BURST)
        await asyncio.sleep(2)
        assert await bucket.take(int(2 * pace.RATE)) == 0
        assert await bucket.take(1) == pytest.approx(1 / pace.RATE)
        await asyncio.sleep(86_400)
        assert await bucket.take(pace.BURST) == 0
        assert bucket.told == 1
        assert await bucket.take(1) == pytest.approx(1 / pace.RATE)
        assert bucket.told == 2

    run(taking, monkeypatch)


def test_half_a_burst_leaves_the_other_half(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taking(loop: VirtualTimeLoop) -> None:
        bucket = Bucket(loop)
        assert [await bucket.take(pace.BURST // 2) for _ in range(2)] == [0, 0]
        assert bucket.told == 0, "nobody waits for the last that is left"
        assert await bucket.take(pace.BURST) == pytest.approx(pace.BURST / pace.RATE)

    run(taking, monkeypatch)


class Holding:
    """Holds one post."""

    def holds(self, post_id: str) -> bool:
        return post_id == "x:1"


@pytest.mark.parametrize(
    ("item", "counts"),
    [
        (post("2"), 1.0),
        (Deleted(("x:2",), START, "gone"), 1.0),
        (post("1"), 0.1),
        (post("1", edited_at=START), 5.0),
        (post("1", "a" * 6_000, edited_at=START), 8.0),
        (post("2", "a" * 6_000), 4.0),
        (post("2", links=(Link("https://a.example/", "a" * 2_000, "a" * 4_000),)), 4.0),
        (post("2", links=(Link("https://a.example/" + "a" * 3_990),) * 10), 21.0),
        (post("2", media=(Media("image", None, "a" * 2_000),) * 3), 4.0),
    ],
)
def test_what_is_long_or_changes_a_post_counts_for_more(item: Heard, counts: float) -> None:
    assert weight(item, cast("ChatIndex", Holding())) == counts

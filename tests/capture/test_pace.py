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
    following.notices.append(said.append)
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


def test_a_gap_comes_at_once_and_a_flood_at_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    async def taking(loop: VirtualTimeLoop) -> tuple[float, float]:
        waits: list[None] = []
        bucket, began = Pace(lambda: waits.append(None)), loop.time()
        await bucket.take(pace.BURST)
        at_once = loop.time() - began
        for _ in range(100):
            await bucket.take(10)
        assert waits
        return at_once, loop.time() - began

    at_once, slowly = run(taking, monkeypatch)
    assert at_once == 0
    assert slowly == pytest.approx(1_000 / pace.RATE, rel=0.05)


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
        (post("2", "a" * 6_000), 4.0),
        (post("2", links=(Link("https://a.example/" + "a" * 3_990),) * 10), 21.0),
        (post("2", media=(Media("image", None, "a" * 2_000),) * 3), 4.0),
    ],
)
def test_what_is_long_or_changes_a_post_counts_for_more(item: Heard, counts: float) -> None:
    assert weight(item, cast("ChatIndex", Holding())) == counts

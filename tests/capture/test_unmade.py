"""A source that could not be made is run as any other, and says why at every turn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tartantm.capture.health import Health
from tartantm.capture.source_runner import SourceRunner
from tartantm.capture.unmade import UnmadeSource
from tartantm.core.errors import BadInput
from tartantm.core.events import Event, SourceChanged
from tartantm.networks.clock import Clock
from tartantm.networks.protocol import Advised, LiveSource

WHY = BadInput(Advised("X lets nobody read without a token", ": add one."))


class FakeIndex:
    """Holds nothing."""


@pytest.mark.parametrize(("why", "state"), [(WHY, "refused"), (KeyError("a fault"), "failed")])
async def test_it_is_asked_for_and_refused_with_its_reason_and_made_anew(
    why: Exception, state: str
) -> None:
    source: LiveSource = UnmadeSource("x", why)
    health, recorded = Health("x"), list[Event]()
    made = asyncio.Event()

    async def record(events: Sequence[Event]) -> None:
        recorded.extend(events)

    def again() -> LiveSource:
        loop.call_soon_threadsafe(made.set)
        return UnmadeSource("x", BadInput("Another reason."))

    loop = asyncio.get_running_loop()
    runner = SourceRunner(
        source,
        health,
        deliver=None,  # type: ignore[arg-type]  # nothing is delivered
        record=record,
        clock=Clock(),
        held=FakeIndex(),  # type: ignore[arg-type]
        complete_until=datetime.now(UTC),
        make_again=again,
    )
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(60):
        while health.state != state:
            await asyncio.sleep(0)
        assert runner.retry_now()
        await made.wait()
        while health.detail != "It is not set up: another reason.":
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await runner.finish()
    told = [(each.state, each.detail) for each in recorded if isinstance(each, SourceChanged)]
    assert told[0] == ("asked", "") and told[-1][0] == "ended"
    if state == "refused":
        assert told[1] == ("failed", "It is not set up: X lets nobody read without a token.")
    assert not health.was_heard


async def test_every_way_to_ask_it_raises_why() -> None:
    source = UnmadeSource("mastodon:", WHY)
    ways = (
        source.stream(lambda: None),
        source.since(datetime.now(UTC)),
        source.replies(None),  # type: ignore[arg-type]
        source.recheck([]),
        source.diagnose(),
    )
    for way in ways:
        with pytest.raises(Exception, match="without a token"):
            await anext(way)
    assert source.network == "mastodon" and not source.streams

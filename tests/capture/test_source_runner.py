"""One live source kept going: gaps filled, waits kept, and honest words about the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from tartantm.capture import backoff, source_runner
from tartantm.capture.backoff import Backoff
from tartantm.capture.health import Health
from tartantm.capture.source_runner import OVERLAP, SourceRunner
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.events import Event, Filled, SourceChanged
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Finding, Limited, Lost, Refused, Unfilled
from tests.builders import START, post

Step = list[Heard] | Exception | Literal["until asked"] | None
"""What a connection does next: posts, an error, a wait for the gap's filling or for ever."""


class Scripted:
    """A source whose connections and answers are written down beforehand."""

    name, network, gap_filler = "test", "x", "search"
    damaged = 0

    def __init__(self, *connections: list[Step], answers: Sequence[Step] = ()) -> None:
        self.held: ChatIndex | None = None
        self.connections, self.answers = list(connections), list(answers)
        self.streams, self.silence, self.poll_every, self.replies_every = True, 5.0, 60.0, 0.0
        self.asked: list[datetime] = []
        self.answered = asyncio.Event()
        self.closed = self.opened = 0

    async def open(self) -> None:
        self.opened += 1

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        steps = self.connections.pop(0) if self.connections else [None]
        for step in steps:
            if isinstance(step, Exception):
                raise step
            if step is None:
                await asyncio.Event().wait()
            if step == "until asked":
                await self.answered.wait()
                continue
            alive()
            yield step if isinstance(step, list) else []

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        self.asked.append(when)
        step = self.answers.pop(0) if self.answers else []
        if isinstance(step, Exception):
            raise step
        yield step if isinstance(step, list) else []
        self.answered.set()

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        yield [post("99", "a reply", found_by="reply")]

    async def recheck(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        yield []

    async def diagnose(self) -> AsyncIterator[Finding]:
        yield Finding("good", "")

    def note(self) -> str:
        return ""

    async def close(self) -> None:
        self.closed += 1


class Evening:
    """Runs a source and keeps what came of it."""

    def __init__(
        self, source: Scripted, make_again: source_runner.MakeSource | None = None
    ) -> None:
        self.source, self.health = source, Health(source.name)
        self.heard: list[str] = []
        self.events: list[Event] = []
        self.runner = SourceRunner(
            source,
            self.health,
            deliver=self.hear,
            record=self.keep,
            clock=Clock(),
            held=self,
            complete_until=START,
            make_again=make_again,
        )

    async def hear(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        new = [item.id for item in batch if isinstance(item, Post) and item.id not in self.heard]
        self.heard += new
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(len(new))
        return done

    async def keep(self, events: Sequence[Event]) -> None:
        self.events += events

    def holds(self, post_id: str) -> bool:
        return post_id in self.heard

    def questions(self, network: str) -> list[Post]:
        return []

    def latest(self, network: str, count: int) -> list[Post]:
        return []

    async def until(self, condition: Callable[[], object]) -> None:
        running = asyncio.create_task(self.runner.run())
        try:
            async with asyncio.timeout(5):
                while not condition():
                    await asyncio.sleep(0.005)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await self.runner.finish()

    @property
    def states(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, SourceChanged)]

    @property
    def fills(self) -> list[Filled]:
        return [event for event in self.events if isinstance(event, Filled)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST", 0.02)
    monkeypatch.setattr(backoff, "MOST", 0.08)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.01)


async def test_at_the_start_it_asks_from_where_nothing_is_missing() -> None:
    evening = Evening(Scripted([[post("2")], None], answers=[[post("1"), post("2")]]))
    await evening.until(lambda: evening.health.state == "connected")
    assert set(evening.heard) == {"x:1", "x:2"}
    assert evening.source.asked[0] == START - OVERLAP
    (filled,) = evening.fills
    assert (filled.since, filled.by, filled.posts, filled.why) == (START, "search", 1, "")
    assert evening.states == ["connected", "ended"]
    assert evening.source.closed == 1


async def test_a_gap_is_told_and_filled_from_the_last_sign_of_life() -> None:
    first: list[Step] = [[], [post("1")], "until asked", [], Lost("Cut.")]
    source = Scripted(first, [[], None], answers=[[], [post("2")]])
    evening = Evening(source)
    before = datetime.now(UTC)
    await evening.until(lambda: len(evening.fills) == 2)
    assert evening.states == ["connected", "lost", "connected", "ended"]
    assert source.asked[1] >= before - OVERLAP
    assert evening.fills[1].posts == 1
    lost = next(e for e in evening.events if isinstance(e, SourceChanged) and e.state == "lost")
    assert lost.detail == "Cut."
    assert lost.at and before <= lost.at <= evening.fills[1].until


async def test_a_gap_that_was_not_filled_is_asked_for_again_after_the_next_cut() -> None:
    source = Scripted([[], Lost("Cut.")], [[], None], answers=[Lost("No."), []])
    evening = Evening(source)
    await evening.until(lambda: evening.fills)
    assert source.asked[-1] == START - OVERLAP


async def test_what_cannot_be_had_is_said() -> None:
    evening = Evening(Scripted([[], None], answers=[Unfilled("Too long ago for search.")]))
    await evening.until(lambda: evening.fills)
    (filled,) = evening.fills
    assert (filled.by, filled.why) == ("", "Too long ago for search.")
    assert evening.health.detail == "Too long ago for search."


async def test_one_that_is_refused_gives_up_and_says_why() -> None:
    evening = Evening(Scripted([[], Refused("The token was revoked.")]))
    await asyncio.wait_for(evening.runner.run(), 5)
    assert (evening.health.state, evening.health.detail) == ("failed", "The token was revoked.")
    assert evening.states[-1] == "failed"
    assert evening.source.closed == 1


async def test_one_that_is_refused_is_made_anew_once_somebody_has_seen_to_it() -> None:
    made: list[Scripted | TartantmError] = [
        BadInput("There is no token."),
        Scripted([[post("2")], None], answers=[[post("1")]]),
    ]

    def again() -> Scripted:
        if isinstance(new := made.pop(0), TartantmError):
            raise new
        return new

    evening = Evening(Scripted([[], Refused("The token was revoked.")]), again)
    evening.source.damaged = 3
    health = evening.health

    async def step(wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not wanted():
                await asyncio.sleep(0.005)

    running = asyncio.create_task(evening.runner.run())
    await step(lambda: health.state == "failed" and evening.source.closed == 1)
    assert evening.runner.retry_now()
    await step(lambda: health.detail == "There is no token.")
    assert health.state == "failed"
    assert evening.runner.retry_now()
    await step(lambda: health.state == "connected")
    assert set(evening.heard) == {"x:1", "x:2"}
    assert (health.detail, health.damaged()) == ("", 3)
    assert evening.states == ["connected", "failed", "connected"]
    assert not evening.runner.retry_now()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_server_that_asks_to_wait_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_runner, "LONGEST_WAIT", 0.05)
    evening = Evening(Scripted([Limited("Too many.", 3600)], [[], None]))
    await evening.until(lambda: evening.health.state == "connected")
    assert evening.source.opened == 2
    assert evening.states == ["connected", "ended"]


async def test_a_wait_can_be_cut_short() -> None:
    evening = Evening(Scripted([Limited("Too many.", 3600)], [[], None]))
    assert not evening.runner.retry_now()
    running = asyncio.create_task(evening.runner.run())
    async with asyncio.timeout(5):
        while not evening.runner.retry_now():
            await asyncio.sleep(0.005)
        while evening.health.state != "connected":
            await asyncio.sleep(0.005)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_silence_is_not_health() -> None:
    source = Scripted([[], None], [[], None])
    source.silence = 0.05
    evening = Evening(source)
    await evening.until(lambda: evening.states.count("connected") == 2)
    lost = next(e for e in evening.events if isinstance(e, SourceChanged) and e.state == "lost")
    assert lost.detail.startswith("Nothing came for")


async def test_a_silent_stream_is_found_out_by_asking() -> None:
    source = Scripted([[], None], answers=[[], [post("1")], [post("2")]])
    source.poll_every = 0.03
    evening = Evening(source)
    await evening.until(lambda: "x:2" in evening.heard)
    assert evening.health.detail == "The stream is silent; posts come by asking."


async def test_one_without_a_stream_asks_over_and_over() -> None:
    source = Scripted(answers=[[post("1")], [post("1"), post("2")], Lost("No."), [post("3")]])
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    await evening.until(lambda: len(evening.heard) == 3)
    assert evening.states == ["connected", "lost", "connected", "ended"]
    assert source.asked[0] == START - OVERLAP
    assert evening.fills == []


async def test_what_a_polled_source_cannot_reach_is_said_and_it_goes_on() -> None:
    source = Scripted(answers=[Unfilled("Too long ago."), Unfilled("Still."), [post("1")]])
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    await evening.until(lambda: evening.heard)
    (filled,) = evening.fills
    assert (filled.by, filled.why) == ("", "Too long ago.")
    assert evening.states == ["connected", "ended"]


async def test_a_failed_look_breaks_no_healthy_stream() -> None:
    source = Scripted([[], None], answers=[[], Limited("Wait.", 60), Lost("502"), [post("1")]])
    source.poll_every = 0.01
    evening = Evening(source)
    await evening.until(lambda: evening.heard)
    assert evening.states == ["connected", "ended"]


async def test_replies_without_the_hashtag_are_looked_for() -> None:
    source = Scripted([[], None])
    source.replies_every = 0.01
    evening = Evening(source)
    await evening.until(lambda: "x:99" in evening.heard)


def test_waits_double_with_jitter_and_begin_anew_after_health(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "FIRST", 1.0)
    monkeypatch.setattr(backoff, "MOST", 64.0)
    longest = Backoff(chance=lambda: 1.0)
    assert [longest.after(0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 64, 64]
    assert longest.after(31) == 1
    shortest = Backoff(chance=lambda: 0.0)
    assert [shortest.after(0) for _ in range(3)] == [0.5, 1, 2]


def test_every_trouble_is_a_sentence_for_people() -> None:
    assert issubclass(Lost, TartantmError) and issubclass(Unfilled, TartantmError)
    assert Limited("Wait.", 3).seconds == 3
    assert timedelta(0) < OVERLAP

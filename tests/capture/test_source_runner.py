"""One live source kept going: gaps filled, waits kept, and honest words about the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from tartantm.capture import backoff, lane, rechecking, source_runner
from tartantm.capture.backoff import Backoff
from tartantm.capture.health import Health
from tartantm.capture.source_runner import OVERLAP, SourceRunner
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.events import Event, Filled, SourceChanged
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Finding, Limited, Lost, Refused, Unfilled
from tartantm.settings import debug_log
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
        self.poll_beside, self.recheck_at_once, self.reports_deletions = 60.0, 20, True
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
        self.held: dict[str, Post] = {}
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
        for item in batch:
            if isinstance(item, Post):
                self.held[item.id] = item
            else:
                for name in item.posts:
                    self.held.pop(name, None)
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

    def of_source(self, source: str) -> list[Post]:
        return list(reversed(self.held.values()))

    def post(self, post_id: str) -> Post | None:
        return self.held.get(post_id)

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
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 0.05)
    monkeypatch.setattr(source_runner, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(lane, "FAULT_SECONDS", 0.02)


async def test_at_the_start_it_asks_from_where_nothing_is_missing() -> None:
    evening = Evening(Scripted([[post("2")], None], answers=[[post("1"), post("2")]]))
    await evening.until(lambda: evening.health.state == "stream")
    assert set(evening.heard) == {"x:1", "x:2"}
    assert evening.source.asked[0] == START - OVERLAP
    (filled,) = evening.fills
    assert (filled.since, filled.by, filled.posts, filled.why) == (START, "search", 1, "")
    assert evening.states == ["asked", "connected", "ended"]
    assert evening.source.closed == 1


async def test_a_gap_is_told_and_filled_from_the_last_sign_of_life() -> None:
    first: list[Step] = [[], [post("1")], "until asked", [], Lost("Cut.")]
    source = Scripted(first, [[], None], answers=[[], [post("2")]])
    evening = Evening(source)
    before = datetime.now(UTC)
    await evening.until(lambda: len(evening.fills) == 2)
    assert evening.states == ["asked", "connected", "lost", "connected", "ended"]
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
    await step(lambda: health.state == "stream")
    assert set(evening.heard) == {"x:1", "x:2"}
    assert (health.detail, health.damaged()) == ("", 3)
    assert evening.states == ["connected", "failed", "connected"]
    assert not evening.runner.retry_now()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_server_that_asks_to_wait_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "LONGEST_WAIT", 0.05)
    evening = Evening(Scripted([Limited("Too many.", 3600)], [[], None]))
    await evening.until(lambda: evening.health.state == "stream")
    assert evening.source.opened == 2
    assert evening.states == ["asked", "connected", "ended"]


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
    source.poll_beside = 0.03
    evening = Evening(source)
    await evening.until(lambda: "x:2" in evening.heard)
    assert evening.health.detail == "The stream is silent; posts come by asking."


async def test_one_without_a_stream_asks_over_and_over() -> None:
    source = Scripted(answers=[[post("1")], [post("1"), post("2")], Lost("No."), [post("3")]])
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    await evening.until(lambda: len(evening.heard) == 3)
    assert evening.states == ["asked", "connected", "lost", "connected", "ended"]
    assert source.asked[0] == START - OVERLAP
    assert evening.fills == []


async def test_what_a_polled_source_cannot_reach_is_said_and_it_goes_on() -> None:
    source = Scripted(answers=[Unfilled("Too long ago."), Unfilled("Still."), [post("1")]])
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    await evening.until(lambda: evening.heard)
    (filled,) = evening.fills
    assert (filled.by, filled.why) == ("", "Too long ago.")
    assert evening.states == ["asked", "connected", "ended"]


async def test_a_failed_look_breaks_no_healthy_stream() -> None:
    source = Scripted([[], None], answers=[[], Limited("Wait.", 60), Lost("502"), [post("1")]])
    source.poll_beside = 0.01
    evening = Evening(source)
    await evening.until(lambda: evening.heard)
    assert evening.states == ["asked", "connected", "ended"]


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


class Ticking(Clock):
    """A clock that is one second later each time it is asked."""

    def __init__(self) -> None:
        self.seconds = 0

    def now(self) -> datetime:
        self.seconds += 1
        return START + timedelta(seconds=self.seconds)


async def until(condition: Callable[[], object]) -> None:
    """Wait until the running source has come so far; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)


async def stop(running: asyncio.Task[None]) -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def waits(evening: Evening, count: int) -> list[float]:
    """How long the source says it waits after each of its breaks, each wait cut short."""
    health = evening.health
    found: list[float] = []
    running = asyncio.create_task(evening.runner.run())
    while len(found) < count:
        await until(lambda: evening.source.opened > len(found) and health.retry_in is not None)
        assert health.state == "lost"
        found.append(health.retry_in or 0.0)
        assert evening.runner.retry_now()
    await stop(running)
    return found


async def test_waits_grow_while_it_stays_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST", 100.0)
    monkeypatch.setattr(backoff, "MOST", 10_000.0)
    broken: list[list[Step]] = [[Lost("Cut.")], [OSError("No route.")], [Lost("Cut.")], [None]]
    found = await waits(evening := Evening(Scripted(*broken)), 3)
    for wait, longest in zip(found, (100, 200, 400), strict=True):
        assert longest / 2 - 1 < wait <= longest
    # It never stood, so nothing is missing that was not missing before.
    assert evening.events == []


async def test_a_connection_that_lasted_is_tried_again_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "FIRST", 100.0)
    monkeypatch.setattr(backoff, "MOST", 10_000.0)
    monkeypatch.setattr(backoff, "HEALTHY", 0.0)
    broken: list[list[Step]] = [[Lost("Cut.")], [Lost("Cut.")], [Lost("Cut.")]]
    found = await waits(Evening(Scripted(*broken)), 3)
    assert all(wait <= 100 for wait in found)


async def test_a_server_is_given_the_time_it_asks_for_within_bounds() -> None:
    limits: list[list[Step]] = [[Limited("Wait.", seconds)] for seconds in (0.0, 20.0, 9999.0)]
    found = await waits(Evening(Scripted(*limits)), 2)
    assert 0.5 < found[0] <= 1 and 19 < found[1] <= 20
    (longest,) = await waits(Evening(Scripted([Limited("Wait.", 9999.0)])), 1)
    assert 890 < longest <= lane.LONGEST_WAIT == 900


async def test_a_wait_that_was_cut_short_does_not_shorten_the_next() -> None:
    evening = Evening(Scripted([Limited("One.", 600)], [Limited("Two.", 800)], [[], None]))
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: evening.health.detail == "One." and evening.health.retry_in)
    assert evening.runner.retry_now()
    await until(lambda: evening.health.detail == "Two." and evening.health.retry_in)
    for _ in range(20):
        await asyncio.sleep(0)
    assert evening.health.detail == "Two." and (evening.health.retry_in or 0) > 700
    assert evening.source.opened == 2
    await stop(running)


async def test_it_stops_even_if_somebody_wanted_another_try_just_then() -> None:
    evening = Evening(Scripted([Limited("One.", 600)], [[], None]))
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: evening.health.retry_in)
    assert evening.runner.retry_now()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=1)
    assert running in done and evening.source.opened == 1


async def test_states_are_recorded_with_the_time_and_what_was_counted() -> None:
    source = Scripted([[], "until asked", [], Lost("Cut.")], [[], None])
    evening = Evening(source)
    evening.runner.clock = Ticking()
    evening.health.heard, evening.health.duplicates, source.damaged = 7, 2, 1
    await evening.until(lambda: len(evening.fills) == 2)
    changes = [event for event in evening.events if isinstance(event, SourceChanged)]
    assert [(one.state, one.detail) for one in changes] == [
        *(("connected", ""), ("lost", "Cut."), ("connected", ""), ("ended", ""))
    ]
    for one in changes:
        assert (one.source, one.heard, one.duplicates, one.damaged) == ("test", 7, 2, 1)
    times = [one.at for one in changes]
    assert all(at and at > START for at in times)
    # What broke is missing since the last sign of life; that is before it was noticed.
    first, second = evening.fills
    assert (first.since, second.since) == (START, times[1])
    assert first.until > START and second.until > second.since
    assert evening.health.state == "ended"


async def test_a_refusal_is_recorded_when_it_came() -> None:
    evening = Evening(Scripted([[], "until asked", Refused("The token was revoked.")]))
    evening.runner.clock = clock = Ticking()
    await asyncio.wait_for(evening.runner.run(), 5)
    (failed,) = [e for e in evening.events if isinstance(e, SourceChanged) and e.state == "failed"]
    assert failed.detail == "The token was revoked."
    assert failed.at == START + timedelta(seconds=clock.seconds)
    await evening.runner.finish()
    assert evening.states[-1] == "failed"  # It was not listened to until the end.


async def test_one_that_never_connected_ends_without_a_word() -> None:
    evening = Evening(Scripted([None]))
    await evening.until(lambda: evening.source.opened)
    assert evening.events == [] and evening.health.state == "ended"


async def test_the_time_of_the_last_post_is_known() -> None:
    quiet = Evening(Scripted([[], None]))
    await quiet.until(lambda: quiet.fills)
    assert quiet.health.last_post_at is None
    asked = Evening(Scripted([[], None], answers=[[post("1")]]))
    await asked.until(lambda: asked.fills)
    assert asked.health.last_post_at
    streamed = Evening(Scripted([[], "until asked", [post("1")], None]))
    await streamed.until(lambda: streamed.heard)
    assert streamed.health.last_post_at


async def test_a_source_is_given_what_the_chat_holds_and_says_what_it_spends() -> None:
    made = Scripted([[], None])
    evening = Evening(first := Scripted([Refused("No.")]), lambda: made)
    assert first.held is evening
    assert evening.health.note == first.note
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: evening.health.state == "failed" and first.closed)
    evening.runner.retry_now()
    await until(lambda: evening.health.state == "stream")
    assert made.held is evening and evening.runner.source is made
    assert evening.health.note == made.note
    await stop(running)
    assert (first.closed, made.closed) == (1, 1)


async def test_a_source_that_cannot_be_closed_stops_nothing() -> None:
    class Stuck(Scripted):
        async def close(self) -> None:
            raise OSError("It hangs.")

    evening = Evening(Stuck([[], Refused("No.")]))
    await asyncio.wait_for(evening.runner.run(), 5)
    assert evening.health.state == "failed"


async def test_nothing_of_a_broken_connection_runs_on() -> None:
    source = Scripted([[], "until asked", Lost("Cut.")], [None])
    source.poll_beside = source.replies_every = 0.002
    evening = Evening(source)
    before = asyncio.all_tasks()
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: source.opened == 2)
    await stop(running)
    assert asyncio.all_tasks() == before
    asked = len(source.asked)
    await asyncio.sleep(0.02)
    assert len(source.asked) == asked


async def test_a_gap_that_cannot_be_asked_for_now_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane, "LONGEST_WAIT", 0.02)
    answers: list[Step] = [Limited("Wait.", 60), OSError("No route."), [post("1")]]
    source = Scripted([[], None], answers=answers)
    evening = Evening(source)
    details: list[str] = []
    running = asyncio.create_task(evening.runner.run())
    for wanted in ("Wait.", "No route."):
        await until(lambda wanted=wanted: evening.health.detail == wanted)  # type: ignore[misc]
        details.append(evening.health.state)
    await until(lambda: evening.fills)
    await until(lambda: evening.health.state == "stream")
    assert details == ["filling", "filling"]
    assert evening.health.detail == ""
    assert source.asked == [START - OVERLAP] * 3
    assert (evening.fills[0].posts, evening.fills[0].source) == (1, "test")
    await stop(running)


async def test_a_poll_beside_a_stream_says_what_went_wrong_and_breaks_nothing() -> None:
    answers: list[Step] = [[], Unfilled("Too long ago."), None]
    source = Scripted([[], None], answers=answers)
    source.poll_beside = 0.002
    evening = Evening(source)
    await evening.until(lambda: evening.health.detail == "Too long ago.")
    answers = [[], OSError("No route."), None]
    evening = Evening(source := Scripted([[], None], answers=answers))
    source.poll_beside = 0.002
    await evening.until(lambda: evening.health.detail == "No route.")
    assert evening.states == ["asked", "connected", "ended"]


async def test_a_polled_source_asks_from_its_last_poll_on() -> None:
    source = Scripted(answers=[[], [], []])
    source.streams, source.poll_every = False, 0.002
    evening = Evening(source)
    evening.runner.clock = Ticking()
    await evening.until(lambda: len(source.asked) >= 4)
    assert source.asked[0] == START - OVERLAP
    assert source.asked[1:4] == sorted(source.asked[1:4])
    assert source.asked[1] > START - OVERLAP and source.asked[3] <= START + timedelta(seconds=20)


async def test_a_polled_source_says_since_when_something_is_missing() -> None:
    source = Scripted(answers=[Unfilled("Too long ago.")])
    source.streams = False
    evening = Evening(source)
    evening.runner.clock = Ticking()
    await evening.until(lambda: evening.states == ["connected"])
    until_when = evening.fills[0].until
    assert START < until_when <= START + timedelta(seconds=3)
    assert evening.fills == [Filled("test", START, until_when, "", 0, "Too long ago.")]


async def test_replies_are_looked_for_once_connected_and_with_what_is_held() -> None:
    given: list[tuple[int, ChatIndex]] = []

    class Answered(Scripted):
        async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
            given.append((self.opened, held))
            yield []

    source = Answered([None], [[], None])
    source.replies_every, source.silence = 0.001, 0.05
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: given)
    # Not on the first connection, which gave no sign of life.
    assert given[0] == (2, evening)
    await stop(running)


async def test_silence_is_said_in_whole_seconds() -> None:
    source = Scripted([[], None], [[], None])
    source.silence = 0.05
    evening = Evening(source)
    await evening.until(lambda: "lost" in evening.states)
    assert evening.health.detail in ("Nothing came for 0 seconds.", "")
    lost = next(e for e in evening.events if isinstance(e, SourceChanged) and e.state == "lost")
    assert lost.detail == "Nothing came for 0 seconds."


async def test_a_stream_that_ends_is_a_lost_connection() -> None:
    evening = Evening(Scripted([[], "until asked"], [[], None]))
    await evening.until(lambda: "lost" in evening.states)
    lost = next(e for e in evening.events if isinstance(e, SourceChanged) and e.state == "lost")
    assert lost.detail == "The connection was closed."


async def test_the_debug_log_says_what_it_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(debug_log.VARIABLE, "1")
    monkeypatch.setattr(lane, "LONGEST_WAIT", 0.04)
    answers: list[Step] = [Limited("Wait.", 60), [], Lost("502"), Lost("502")]
    source = Scripted([Limited("Later.", 60)], [[], None], answers=answers)
    source.poll_every = 0.06
    evening = Evening(source)
    await evening.until(lambda: evening.health.detail == "502")
    text = debug_log.path().read_text("utf-8")
    assert " source test: connecting again in 0.0 s\n" in text
    assert " source test: its gap is asked for again in 0.0 s: Wait.\n" in text
    assert " source test: a poll failed: 502\n" in text
    assert "as was asked for" not in text


async def test_the_state_says_at_each_step_what_the_source_does() -> None:
    seen: list[tuple[str, float | None]] = []

    class Watched(Scripted):
        async def open(self) -> None:
            seen.append((evening.health.state, evening.health.retry_in))
            await super().open()

        async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
            seen.append((evening.health.state, evening.health.retry_in))
            async for batch in super().since(when):
                yield batch

    evening = Evening(Watched([Lost("Cut.")], [[], None]))
    await evening.until(lambda: evening.health.state == "stream")
    assert seen == [("connecting", None), ("connecting", None), ("filling", None)]
    assert evening.health.state == "ended"
    evening = Evening(polled := Scripted())
    polled.streams = False
    await evening.until(lambda: evening.health.state == "stream")
    assert evening.states == ["asked", "connected", "ended"]


async def test_a_gap_that_cannot_be_filled_is_recorded_from_end_to_end() -> None:
    evening = Evening(Scripted([[], None], answers=[Unfilled("Too long ago for search.")]))
    evening.runner.clock = Ticking()
    await evening.until(lambda: evening.health.state == "stream")
    (filled,) = evening.fills
    assert START < filled.until <= START + timedelta(seconds=4)
    assert filled == Filled("test", START, filled.until, "", 0, "Too long ago for search.")


async def test_a_source_is_closed_only_when_nothing_reads_from_it_any_more() -> None:
    class Slow(Scripted):
        reading = False

        async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
            self.reading = True
            try:
                alive()
                yield []
                await asyncio.Event().wait()
            finally:
                for _ in range(10):  # A server is told, say, which takes some turns of the loop.
                    await asyncio.sleep(0)
                self.reading = False

        async def close(self) -> None:
            assert not self.reading
            await super().close()

    evening = Evening(source := Slow())
    await evening.until(lambda: evening.states)
    assert source.closed == 1

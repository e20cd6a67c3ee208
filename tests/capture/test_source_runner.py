"""One live source kept going: gaps filled, waits kept, and honest words about the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from time import monotonic
from typing import Literal

import pytest
from msgspec.structs import replace

from tartantm.capture import (
    backoff,
    hearing,
    lane,
    pace,
    recheck_lane,
    rechecking,
    source_runner,
    unanswered,
)
from tartantm.capture.backoff import Backoff
from tartantm.capture.health import HEARS, Health
from tartantm.capture.source_runner import OVERLAP, SourceRunner
from tartantm.core.describe import within
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.events import Deleted, Event, Filled, SourceChanged
from tartantm.core.listening import listening
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Finding, Limited, Lost, Refused, Unfilled, skip
from tartantm.settings import debug_log
from tests.builders import START, post
from tests.virtual_time import VirtualTimeLoop, run

NOW = datetime.now(UTC) - timedelta(seconds=5)

Step = list[Heard] | Exception | Literal["until asked"] | None
"""What a connection does next: posts, an error, a wait for the gap's filling or for ever."""


class Scripted:
    """A source whose connections and answers are written down beforehand."""

    name, network, gap_filler = "test", "x", "search"
    damaged, recheck_at_once = 0, 20

    def __init__(self, *connections: list[Step], answers: Sequence[Step] = ()) -> None:
        self.held: ChatIndex | None = None
        self.connections, self.answers = list(connections), list(answers)
        self.streams, self.silence, self.poll_every, self.replies_every = True, 5.0, 60.0, 0.0
        self.poll_beside, self.reports_deletions = 60.0, True
        self.asked: list[datetime] = []
        self.answered = asyncio.Event()
        self.rechecked: list[str] = []
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

    def can_recheck(self, _: Post) -> bool:
        return True

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        yield []

    async def diagnose(self) -> AsyncIterator[Finding]:
        yield Finding("good", "")

    def note(self) -> str:
        return ""

    async def close(self) -> None:
        self.closed += 1


class MovingClock(Clock):
    """Goes on when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> bool:
        """Go on by so many seconds; returns True."""
        self.at += timedelta(seconds=seconds)
        return True


class Evening:
    """Runs a source and keeps what came of it."""

    def __init__(
        self, source: Scripted, make_again: source_runner.MakeSource | None = None
    ) -> None:
        self.source, self.health = source, Health(source.name)
        self.heard: list[str] = []
        self.held: dict[str, Post] = {}
        self.events: list[Event] = []
        self.said: list[str] = []
        self.runner = SourceRunner(
            source,
            self.health,
            deliver=self.hear,
            record=self.keep,
            clock=Clock(),
            held=self,
            complete_until=START,
            make_again=make_again,
            say=self.said.append,
        )

    def go_by(self, clock: Clock) -> None:
        self.runner.clock = self.runner._hearing.clock = clock

    async def hear(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        new = [item.id for item in batch if isinstance(item, Post) and item.id not in self.heard]
        self.heard += new
        for item in batch:
            if isinstance(item, Post):
                self.held[item.id] = item
            elif isinstance(item, Deleted):
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
            async with asyncio.timeout(20):
                while not condition():
                    await asyncio.sleep(0.005)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await self.runner.finish()

    @property
    def changes(self) -> list[SourceChanged]:
        return [event for event in self.events if isinstance(event, SourceChanged)]

    def details(self, state: str) -> list[str]:
        return [event.detail for event in self.changes if event.state == state]

    @property
    def states(self) -> list[str]:
        """Each change; that a polled source was heard until a later time is none."""
        return [state for state, _ in groupby(event.state for event in self.changes)]

    @property
    def fills(self) -> list[Filled]:
        return [event for event in self.events if isinstance(event, Filled)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST", 0.02)
    monkeypatch.setattr(backoff, "MOST", 0.08)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 0.05)
    monkeypatch.setattr(recheck_lane, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(rechecking, "AGAIN_SECONDS", 0.01)
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
    assert source.asked[:2] == [START - OVERLAP] * 2


async def test_what_cannot_be_had_is_said() -> None:
    evening = Evening(Scripted([[], None], answers=[Unfilled("Too long ago for search.")]))
    await evening.until(lambda: evening.fills)
    (filled,) = evening.fills
    assert (filled.by, filled.why) == ("", "Too long ago for search.")


async def test_one_that_is_refused_says_why_and_when_it_is_tried_again() -> None:
    refusal = Refused("The token was revoked.")
    evening = Evening(Scripted([[], refusal], answers=[[], refusal]))
    await evening.until(lambda: evening.health.state == "refused" and evening.health.retry_in)
    assert evening.details("lost") == ["The token was revoked."]
    assert [event.how for event in evening.changes] == ["", "stream", "refused", ""]
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

    refusal = Refused("The token was revoked.")
    evening = Evening(Scripted([refusal], answers=[refusal, refusal]), again)
    evening.source.streams = False
    evening.source.damaged = 3
    health = evening.health
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: health.state == "refused" and health.retry_in)
    assert evening.runner.retry_now()
    await until(lambda: len(made) == 1 and health.state == "refused" and health.retry_in)
    assert evening.runner.retry_now()
    await until(lambda: health.state == "stream")
    assert set(evening.heard) == {"x:1", "x:2"}
    assert (health.detail, health.damaged()) == ("", 3)
    assert evening.states == ["asked", "failed", "connected"]
    assert not evening.runner.retry_now()
    await stop(running)


async def test_a_source_that_cannot_be_made_anew_is_tried_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane, "REFUSED_SECONDS", 0.02)

    def again() -> Scripted:
        raise KeyError("a fault of ours")

    source = Scripted(answers=[Refused("No."), Refused("No."), [post("1")]])
    source.streams = False
    evening = Evening(source, again)
    await evening.until(lambda: evening.heard)


async def test_a_source_whose_counts_fail_is_tried_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane, "REFUSED_SECONDS", 0.02)

    class Uncounted(Scripted):
        @property
        def damaged(self) -> int:  # type: ignore[override]
            raise ZeroDivisionError

    source = Uncounted(answers=[Refused("No."), Refused("No."), [post("1")]])
    source.streams = False
    evening = Evening(source, lambda: Scripted([[], None]))
    await evening.until(lambda: evening.heard)


async def test_a_refusal_is_tried_again_in_time_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane, "REFUSED_SECONDS", 0.02)
    source = Scripted(answers=[Refused("No."), Refused("No."), [post("1")]])
    source.streams = False
    evening = Evening(source)
    await evening.until(lambda: evening.heard)
    assert evening.states == ["asked", "failed", "connected", "ended"]


async def test_a_server_that_asks_to_wait_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "LONGEST_WAIT", 0.05)
    wait = Limited("Too many.", 3600)
    evening = Evening(Scripted([wait], [[], None], answers=[wait]))
    seen = set[str]()
    evening.health.listeners.append(lambda report: seen.add(report.state))
    await evening.until(lambda: evening.health.state == "stream")
    assert "limited" in seen
    assert evening.states[:3] == ["asked", "lost", "connected"]


async def test_where_the_stream_does_not_open_it_is_polled_and_the_stream_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "MOST", 0.2)
    broken: list[list[Step]] = [[Lost("No stream.")] for _ in range(6)]
    source = Scripted(*broken, [[], [post("9")], None], answers=[[post("1")], [post("2")]])
    source.poll_every = 0.01
    evening = Evening(source)
    health = evening.health
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: health.state == "poll" and "x:2" in evening.heard)
    assert health.detail == "No stream." and evening.runner.retry_now()
    await until(lambda: health.state == "stream" and "x:9" in evening.heard)
    assert health.detail == "" and health.retry_in is None
    await stop(running)
    # What was polled was heard: there is no gap between the two, and none before.
    assert [kind for kind, _ in groupby((each.state, each.how) for each in evening.changes)] == [
        ("asked", ""),
        ("connected", "poll"),
        ("connected", "stream"),
    ]
    assert len(evening.fills) == 1


async def test_a_stream_that_is_refused_leaves_polling_and_is_tried_with_a_new_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Scripted([[], None], answers=[[post("2")]])
    source = Scripted([Refused("This token does not stream.")], answers=[[post("1")]])
    evening = Evening(source, lambda: made)
    health = evening.health
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: health.state == "poll")
    assert health.detail == "This token does not stream."
    assert 200 < (health.retry_in or 0) <= 300
    assert evening.runner.retry_now()
    await until(lambda: health.state == "stream")
    assert evening.runner.source is made
    await stop(running)


async def test_what_goes_missing_in_a_gap_or_while_polling_is_asked_for_by_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rechecking, "ROUND_SECONDS", 0.05)
    there = {"x:1", "x:2", "x:3"}

    class Deleting(Scripted):
        async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
            self.asked.append(when)
            yield [replace(post(name[2:]), created_at=datetime.now(UTC)) for name in sorted(there)]

        async def recheck(
            self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
        ) -> AsyncIterator[list[Heard]]:
            self.rechecked += [one.id for one in posts]
            yield [Deleted((one.id,), NOW, "gone") for one in posts if one.id not in there]

    source = Deleting()
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: len(evening.held) == 3)
    there.remove("x:2")
    await until(lambda: set(evening.held) == {"x:1", "x:3"})
    await stop(running)


@pytest.mark.parametrize("left", [(), ("x:9",)])
async def test_a_server_that_lost_everything_is_not_believed(left: tuple[str, ...]) -> None:
    there = {f"x:{n}" for n in range(10)}

    class Forgetting(Scripted):
        recheck_at_once = 4

        async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
            yield [replace(post(name[2:]), created_at=datetime.now(UTC)) for name in sorted(there)]

        async def recheck(
            self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
        ) -> AsyncIterator[list[Heard]]:
            self.rechecked += [one.id for one in posts]
            yield [Deleted((one.id,), NOW, "gone") for one in posts if one.id not in there]

    source = Forgetting()
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: len(evening.held) == 10)
    there.clear()
    there.update(left)
    if left:
        await until(lambda: set(evening.held) == set(left))
    else:
        await until(lambda: evening.said)
        assert len(evening.held) == 10
        (sentence,) = evening.said
        assert "all that it was asked for" in sentence
    await stop(running)


async def test_a_fault_of_ours_in_one_lane_costs_no_other() -> None:
    class Faulty(Scripted):
        async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
            raise KeyError("replies")
            yield []

        async def recheck(
            self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
        ) -> AsyncIterator[list[Heard]]:
            raise RecursionError
            yield []

    source = Faulty([[post("1")], "until asked", [post("2")], None], answers=[[post("1")]])
    source.replies_every = 0.01
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: {"x:1", "x:2"} <= set(evening.heard) and evening.health.state == "stream")
    await asyncio.sleep(0.05)
    assert evening.health.state == "stream"
    await stop(running)


async def test_a_wait_can_be_cut_short() -> None:
    wait = Limited("Too many.", 3600)
    evening = Evening(Scripted([wait], [[], None], answers=[wait]))
    assert not evening.runner.retry_now()
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: evening.health.state == "limited")
    while evening.health.state != "stream":
        evening.runner.retry_now()
        await asyncio.sleep(0.005)
    await stop(running)


async def test_silence_is_not_health() -> None:
    source = Scripted([[], None], [[], None])
    source.silence = 0.05
    evening = Evening(source)
    await evening.until(lambda: evening.states.count("connected") == 2)
    lost = next(e for e in evening.events if isinstance(e, SourceChanged) and e.state == "lost")
    assert lost.detail.startswith("Nothing came for")


async def test_a_silent_stream_is_found_out_by_asking() -> None:
    source = Scripted([[], None], answers=[[], [post("1")], [post("2")]])
    source.poll_beside = source.poll_every = 0.03
    evening = Evening(source)
    words = "The stream is silent."
    await evening.until(lambda: "x:2" in evening.heard and evening.health.detail == words)


async def test_one_without_a_stream_asks_over_and_over() -> None:
    source = Scripted(answers=[[post("1")], [post("1"), post("2")], Lost("No."), [post("3")]])
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    await evening.until(lambda: len(evening.heard) == 3)
    assert evening.states == ["asked", "connected", "lost", "connected", "ended"]
    assert source.asked[0] == START - OVERLAP
    # Two times it was missed: before it was heard at all, and when it did not answer.
    first, second = evening.fills
    lost = next(each for each in evening.changes if each.state == "lost")
    assert (first.since, first.by) == (START, "search")
    assert second.since == lost.at and (second.posts, second.why) == (1, "")


async def test_what_a_polled_source_cannot_reach_is_said_and_it_goes_on() -> None:
    source = Scripted(answers=[Unfilled("Too long ago."), Unfilled("Still."), [post("1")]])
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    await evening.until(lambda: evening.heard)
    assert [(each.by, each.why) for each in evening.fills] == [
        ("", "Too long ago."),
        ("", "Still."),
    ]
    assert evening.fills[0].until == evening.fills[1].since
    assert evening.states == ["asked", "connected", "ended"]


async def test_a_failed_look_breaks_no_healthy_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "LONGEST_WAIT", 0.02)
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


async def test_what_was_posted_since_it_was_last_asked_is_asked_for_at_the_end() -> None:
    source = Scripted(answers=[[post("1")], [post("2")]])
    source.streams, source.poll_every = False, 60.0
    evening = Evening(source)
    moves = MovingClock()
    evening.go_by(moves)
    await evening.until(lambda: evening.health.state == "poll" and moves.move(30))
    assert evening.heard == ["x:1", "x:2"]
    assert evening.changes[-1].state == "ended" and evening.changes[-1].at == moves.now()
    assert "lost" not in evening.states


async def test_how_often_it_is_asked_is_what_its_server_said_last() -> None:
    class Told(Scripted):
        async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
            self.poll_every = 300.0
            async for batch in super().since(when):
                yield batch

    source = Told(answers=[[post("1")]])
    source.streams = False
    evening = Evening(source)
    await evening.until(lambda: evening.health.state == "poll")
    assert evening.health.asks_every == 300


async def test_an_end_that_was_asked_for_far_enough_is_heard() -> None:
    source = Scripted(answers=[[post("1")], Unfilled("It has no older posts.", START)])
    source.streams, source.poll_every = False, 60.0
    evening = Evening(source)
    moves = MovingClock()
    evening.go_by(moves)
    await evening.until(lambda: evening.health.state == "poll" and moves.move(30))
    assert evening.changes[-1].at == moves.now() and "lost" not in evening.states


async def test_a_source_that_answers_slowly_is_asked_as_often_as_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed = 0.0
    monkeypatch.setattr(source_runner, "monotonic", lambda: monotonic() + passed)

    class Slow(Scripted):
        async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
            nonlocal passed
            passed += 97
            yield []

    source = Slow()
    source.streams, source.poll_every = False, 20.0
    evening = Evening(source)
    assert evening.health.asks_every == 20
    await evening.until(lambda: evening.health.state == "poll")
    assert 97 <= evening.health.asks_every < 120


@pytest.mark.parametrize(
    "problem",
    [
        Lost("The line is dead."),
        KeyError("a fault"),
        Unfilled("It has no older posts."),
        Unfilled("It has no older posts.", START + timedelta(days=9000)),
    ],
)
async def test_where_the_end_cannot_be_asked_for_it_is_said(problem: Exception) -> None:
    source = Scripted(answers=[[post("1")], problem])
    source.streams, source.poll_every = False, 60.0
    evening = Evening(source)
    moves = MovingClock()
    evening.go_by(moves)
    await evening.until(lambda: evening.health.state == "poll" and moves.move(30))
    lost, ended = evening.changes[-2:]
    assert (lost.state, ended.state) == ("lost", "ended")
    assert lost.at is not None and ended.at is not None
    assert (ended.at - lost.at).total_seconds() == 30 and lost.detail
    (account,) = listening([(moves.now(), each) for each in evening.changes])
    assert [each.kind for each in account.stretches][-1] == "missed"


async def test_of_a_silent_stream_nothing_is_taken_as_heard_that_was_not_asked_for() -> None:
    source = Scripted([[], None], answers=[[], [post("1")], [post("2")], Lost("Away.")])
    source.poll_beside, source.poll_every = 0.03, 60.0
    evening = Evening(source)
    moves = MovingClock()
    evening.go_by(moves)

    def is_silent() -> bool:
        if not evening.runner.hearing.is_silent:
            return False
        moves.move(30)
        evening.runner.hearing.alive()
        return True

    await evening.until(is_silent)
    lost, ended = evening.changes[-2:]
    assert lost.at is not None and ended.at is not None
    assert (ended.at - lost.at).total_seconds() == 30


async def test_what_is_asked_is_asked_at_once_where_another_source_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = Scripted(answers=[[post("1")], [post("2")], [post("3")]])
    source.streams, source.poll_every = False, 60.0
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: evening.health.state == "poll")
    evening.runner.ask_soon()  # it was asked just now
    assert not evening.runner.hearing.poll._wake.is_set()
    monkeypatch.setattr(source_runner, "ASKED_SECONDS", 0.0)
    evening.runner.ask_soon()
    await until(lambda: "x:2" in evening.heard)
    assert not evening.runner.retry_now()  # nothing is broken; it is asked nevertheless
    await until(lambda: "x:3" in evening.heard)
    await stop(running)


async def test_trouble_with_asking_again_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute(Scripted):
        refusals = 3

        async def recheck(
            self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
        ) -> AsyncIterator[list[Heard]]:
            self.rechecked += [one.id for one in posts]
            if len(self.rechecked) <= self.refusals:
                raise KeyError("a fault")
            yield []

    monkeypatch.setattr(rechecking, "ROUND_SECONDS", 0.02)
    source = Mute(answers=[[post("1")], [post("2")]])
    source.streams, source.poll_every = False, 0.01
    evening = Evening(source)
    await evening.until(lambda: len(evening.said) == 2)
    assert "does not say which posts are gone" in evening.said[0]
    assert evening.said[1] == "test says again which posts are gone or edited."


class Unanswering(Scripted):
    """Says nothing of what became of posts, nor of replies, until it is mended."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(answers=[[post("1")]])
        self.problem: Exception | None = problem
        self.streams, self.poll_every, self.replies_every = False, 60.0, 60.0
        self.looks = 0

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        self.looks += 1
        if self.problem:
            raise self.problem
        yield []

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        self.rechecked += [one.id for one in posts]
        if self.problem:
            raise self.problem
        yield []


@pytest.mark.parametrize("problem", [Lost("It answers 503."), Limited("It asks to wait.", 3000)])
async def test_what_is_never_answered_is_told_in_time_and_recorded_at_the_end(
    problem: Exception,
) -> None:
    source = Unanswering(problem)
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: len(evening.health.unanswered) == 2)
    evening.runner.look()
    assert evening.said == []
    for each in evening.runner._unanswered:
        if each._since is not None:
            each._since -= unanswered.TOLD_SECONDS
    for _ in range(2):
        evening.runner.look()
    assert [words.partition(",")[0] for words in evening.said] == [
        "test does not say which posts are gone or edited",
        "test does not say what was replied without the hashtag",
    ]
    await stop(running)
    await evening.runner.finish()
    (found,) = listening((NOW, each) for each in evening.changes)
    (unsaid,) = found.unanswered
    why = within(str(problem)).rstrip(".")
    assert unsaid.what == (
        f"which posts are gone or edited and what was replied without the hashtag ({why})"
    )
    assert unsaid.until - unsaid.since >= timedelta(seconds=unanswered.TOLD_SECONDS - 20)


async def test_what_was_not_answered_is_asked_at_once_by_hand() -> None:
    """After a refusal, too, of which nothing is in the state of the source."""
    source = Unanswering(Refused("Not you."))
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: len(evening.health.unanswered) == 2 and evening.said)
    assert evening.health.state == "poll" and source.rechecked == ["x:1"]
    source.problem = None
    assert evening.runner.retry_now()
    await until(lambda: not evening.health.unanswered)
    assert (source.rechecked, source.looks) == (["x:1", "x:1"], 2)
    assert "test says again which posts are gone or edited." in evening.said
    assert not evening.runner.retry_now()
    await stop(running)
    await evening.runner.finish()
    assert evening.changes[-1].detail == "" and evening.changes[-1].since is None


async def test_where_one_thread_alone_fails_replies_are_looked_for() -> None:
    class OneFails(Unanswering):
        async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
            self.looks += 1
            yield []
            raise Lost("That thread answers 500.")

    source = OneFails(Lost("It answers 503."))
    evening = Evening(source)
    await evening.until(lambda: source.looks and evening.runner.replies.error)
    assert [*evening.health.unanswered] == [
        "which posts are gone or edited",
        "below every post what was replied without the hashtag",
    ]


async def test_a_refused_timeline_costs_no_stream_its_tries() -> None:
    source = Scripted(
        [Lost("Busy.")], [Lost("Busy.")], [[], [post("9")], None], answers=[Refused("Not you.")] * 9
    )
    evening = Evening(source, make_again=lambda: source)
    health = evening.health
    await evening.until(lambda: (health.state, health.detail) == ("stream", "Not you."))
    assert "x:9" in evening.heard


async def test_a_reason_that_changes_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "_REASON_SECONDS", 0.0)
    monkeypatch.setattr(backoff, "FIRST", 0.01)
    source = Scripted(answers=[Lost("No line."), Lost("A page came instead."), [post("1")]])
    source.streams = False
    evening = Evening(source)
    await evening.until(lambda: evening.heard)
    said = [each.detail for each in evening.changes if each.state == "lost"]
    assert said == ["No line.", "A page came instead."]


async def test_what_is_read_late_is_not_heard_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "BURST", 5)
    monkeypatch.setattr(pace, "RATE", 1.0)
    flood: list[Step] = [[post(f"{n}") for n in range(50)] for _ in range(50)]
    source = Scripted([[], *flood, None])
    evening = Evening(source)
    moves = MovingClock()
    evening.go_by(moves)
    runner = evening.runner
    await evening.until(
        lambda: runner.hearing.is_whole and runner.hearing.is_behind and moves.move(30)
    )
    lost, ended = evening.changes[-2:]
    assert (lost.state, lost.detail) == ("lost", "It sent more than could be read.")
    assert lost.at is not None and ended.at is not None
    assert (ended.at - lost.at).total_seconds() >= 30


async def until(condition: Callable[[], object]) -> None:
    """Wait until the running source has come so far; fails after twenty seconds."""
    async with asyncio.timeout(20):
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
        assert health.state in ("unreachable", "limited")
        found.append(health.retry_in or 0.0)
        assert evening.runner.retry_now()
    await stop(running)
    return found


class Unopened(Scripted):
    """A source that cannot be opened, for these reasons one after the other."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__([[], None])
        self.errors = list(errors)

    async def open(self) -> None:
        await super().open()
        if self.errors:
            raise self.errors.pop(0)


async def test_waits_grow_while_it_stays_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST", 100.0)
    monkeypatch.setattr(backoff, "MOST", 10_000.0)
    broken = (Lost("Cut."), OSError("No route."), Lost("Cut."))
    found = await waits(evening := Evening(Unopened(*broken)), 3)
    for wait, longest in zip(found, (100, 200, 400), strict=True):
        assert longest / 2 - 1 < wait <= longest
    assert evening.states == ["asked", "lost"] and evening.details("lost") == ["Cut."]


async def test_a_connection_that_lasted_is_tried_again_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "FIRST", 100.0)
    monkeypatch.setattr(backoff, "MOST", 10_000.0)
    monkeypatch.setattr(backoff, "HEALTHY", 0.0)
    found = await waits(Evening(Unopened(*(Lost("Cut.") for _ in range(3)))), 3)
    assert all(wait <= 100 for wait in found)


async def test_a_server_is_given_the_time_it_asks_for_within_bounds() -> None:
    limits = [Limited("Wait.", seconds) for seconds in (0.0, 20.0, 9999.0)]
    found = await waits(Evening(Unopened(*limits)), 2)
    assert 0.5 < found[0] <= 1 and 19 < found[1] <= 20
    (longest,) = await waits(Evening(Unopened(Limited("Wait.", 9999.0))), 1)
    assert 890 < longest <= lane.LONGEST_WAIT == 900


async def test_a_wait_that_was_cut_short_does_not_shorten_the_next() -> None:
    evening = Evening(Unopened(Limited("One.", 600), Limited("Two.", 800)))
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
    evening = Evening(Unopened(Limited("One.", 600)))
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: evening.health.retry_in)
    assert evening.runner.retry_now()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=1)
    assert running in done and evening.source.opened == 1


async def test_states_are_recorded_with_the_time_and_what_was_counted() -> None:
    source = Scripted([[], "until asked", [], Lost("Cut.")], [[], None])
    evening = Evening(source)
    evening.go_by(Ticking())
    evening.health.heard, evening.health.duplicates, source.damaged = 7, 2, 1
    await evening.until(lambda: len(evening.fills) == 2)
    changes = evening.changes
    assert [(one.state, one.detail, one.how) for one in changes] == [
        ("asked", "", ""),
        ("connected", "", "stream"),
        ("lost", "Cut.", "unreachable"),
        ("connected", "", "stream"),
        ("ended", "", ""),
    ]
    for one in changes:
        assert (one.source, one.heard, one.duplicates, one.damaged) == ("test", 7, 2, 1)
    assert changes[0].since == START
    times = [one.at for one in changes[1:]]
    assert all(at and at > START for at in times)
    # What broke is missing since the last sign of life; that is before it was noticed.
    first, second = evening.fills
    assert (first.since, second.since) == (START, times[1])
    assert first.until > START and second.until > second.since
    assert evening.health.state == "ended"


async def test_a_refusal_that_comes_while_it_is_heard_ends_that() -> None:
    refusal = Refused("The token was revoked.")
    evening = Evening(Scripted([[], "until asked", refusal], answers=[[], refusal]))
    await evening.until(lambda: evening.health.state == "refused")
    lost = next(each for each in evening.changes if each.state == "lost")
    assert (lost.detail, lost.how) == ("The token was revoked.", "refused")
    assert lost.at and lost.at > START
    assert evening.states[-1] == "ended"  # until then it was asked for


async def test_one_that_never_connected_was_asked_for_all_the_same() -> None:
    evening = Evening(Scripted([None], answers=[None]))
    evening.go_by(Ticking())
    await evening.until(lambda: evening.source.opened)
    assert evening.states == ["asked", "ended"] and evening.health.state == "ended"
    asked, ended = evening.changes
    assert asked.since == START and ended.at and ended.at > START
    assert not evening.health.was_heard


async def test_a_source_is_given_what_the_chat_holds_and_says_what_it_spends() -> None:
    class Spending(Scripted):
        def note(self) -> str:
            return "much"

    made = Spending([[], None])
    evening = Evening(first := Unopened(Refused("No.")), lambda: made)
    assert first.held is evening and evening.health.note() == ""
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: evening.health.state == "refused" and evening.health.retry_in)
    evening.runner.retry_now()
    await until(lambda: evening.health.state == "stream")
    assert made.held is evening and evening.runner.source is made
    assert evening.health.note() == "much"
    await stop(running)
    assert (first.closed, made.closed) == (1, 1)


async def test_a_source_that_cannot_be_closed_stops_nothing() -> None:
    class Stuck(Scripted):
        async def close(self) -> None:
            raise OSError("It hangs.")

    evening = Evening(Stuck([[], None]))
    await evening.until(lambda: evening.health.state == "stream")
    assert evening.health.state == "ended"


async def test_nothing_of_a_source_runs_on() -> None:
    source = Scripted([[], "until asked", Lost("Cut.")], [None])
    source.poll_beside = source.replies_every = 0.002
    evening = Evening(source)
    before = asyncio.all_tasks()
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: len(source.asked) > 2)
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
    await evening.until(lambda: any(each.why for each in evening.fills))
    answers = [[], OSError("No route."), None]
    evening = Evening(source := Scripted([[], None], answers=answers))
    source.poll_beside = 0.002
    await evening.until(lambda: evening.health.detail == "No route.")
    assert evening.states == ["asked", "connected", "ended"]


async def test_a_polled_source_asks_from_its_last_poll_on() -> None:
    source = Scripted(answers=[[], [], []])
    source.streams, source.poll_every = False, 0.002
    evening = Evening(source)
    evening.go_by(Ticking())
    await evening.until(lambda: len(source.asked) >= 4)
    assert source.asked[0] == START - OVERLAP
    assert source.asked[1:4] == sorted(source.asked[1:4])
    assert source.asked[1] > START - OVERLAP and source.asked[3] <= START + timedelta(seconds=20)


async def test_a_polled_source_says_since_when_something_is_missing() -> None:
    source = Scripted(answers=[Unfilled("Too long ago.")])
    source.streams = False
    evening = Evening(source)
    evening.go_by(Ticking())
    await evening.until(lambda: evening.fills)
    until_when = evening.fills[0].until
    assert START < until_when <= START + timedelta(seconds=3)
    assert evening.fills == [Filled("test", START, until_when, "", 0, "Too long ago.")]


async def test_replies_are_looked_for_once_heard_and_go_on_over_reconnects() -> None:
    given: list[tuple[str, ChatIndex]] = []

    class Answered(Scripted):
        async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
            given.append((evening.health.state, held))
            if len(given) == 2:
                raise Limited("Wait.", 0.01)
            yield []

    source = Answered([None], [[], Lost("Cut.")], [[], None], answers=[None])
    source.replies_every, source.silence = 0.001, 0.05
    evening = Evening(source)
    running = asyncio.create_task(evening.runner.run())
    await until(lambda: len(given) > 2)
    assert all(state in HEARS and held is evening for state, held in given)
    await stop(running)


async def test_replies_are_looked_for_below_what_the_timeline_brought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.001)
    turns, looked = 0, list[bool]()

    class Slow(Scripted):
        async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
            nonlocal turns
            while turns < 20:  # the stream is open meanwhile
                await asyncio.sleep(0.001)
                turns += evening.health.hears
            yield [post("1")]

        async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
            looked.append("x:1" in evening.heard)
            yield []

    source = Slow([[], None])
    source.replies_every = 0.001
    evening = Evening(source)
    await evening.until(lambda: bool(looked))
    assert all(looked)


async def test_silence_is_said_in_whole_seconds() -> None:
    source = Scripted([[], None], [[], None])
    source.silence = 0.05
    evening = Evening(source)
    await evening.until(lambda: "lost" in evening.states)
    assert evening.details("lost") == ["Nothing came for 0 seconds."]


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
    source.poll_beside = 0.06
    evening = Evening(source)
    await evening.until(lambda: evening.health.detail == "502")
    text = debug_log.path().read_text("utf-8")
    assert " source test, stream: again in 0.0 s: Later.\n" in text
    assert " source test, polling: again in 0.0 s: Wait.\n" in text


async def test_the_state_says_at_each_step_what_the_source_does() -> None:
    seen: list[str] = []
    evening = Evening(Unopened(Lost("Cut.")))
    evening.health.listeners.append(lambda report: seen.append(f"{report.state} {report.detail}"))
    await evening.until(lambda: evening.health.state == "stream")
    assert seen == [
        "connecting ",
        "unreachable Cut.",
        "connecting ",
        "filling ",
        "stream ",
        "ended ",
    ]


async def test_a_gap_that_cannot_be_filled_is_recorded_from_end_to_end() -> None:
    evening = Evening(Scripted([[], None], answers=[Unfilled("Too long ago for search.")]))
    evening.go_by(Ticking())
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


class Flapping(Scripted):
    """Its stream ends every few seconds, and its timeline asks to wait."""

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        alive()
        yield []
        await asyncio.sleep(4)
        raise Lost("Cut.")


def test_a_wait_that_its_server_asked_for_is_kept_while_the_stream_flaps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def flapping(loop: VirtualTimeLoop) -> None:
        source = Flapping(answers=[[], *[Limited("Wait.", 150)] * 9])
        source.poll_beside = source.poll_every = 20.0
        evening = Evening(source)
        running = asyncio.create_task(evening.runner.run())
        await asyncio.sleep(140)
        assert len(source.asked) == 2
        evening.runner.retry_now()
        await asyncio.sleep(1)
        assert len(source.asked) == 3, "the user may ask at any time"
        await stop(running)

    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 1.0)
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 30.0)
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 5.0)
    run(flapping, monkeypatch)


class StillReading(Scripted):
    """Answers so slowly at first that older posts are still to be had."""

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        self.asked.append(when)
        n = len(self.asked)
        yield [post(str(n))]
        if n < 3:
            raise Unfilled("Still reading.", NOW - timedelta(minutes=9 * n), goes_on=True)


@pytest.mark.parametrize("streams", [True, False])
async def test_what_is_only_slow_is_asked_for_again_and_is_not_lost(streams: bool) -> None:
    source = StillReading([[], None])
    source.streams, source.poll_every, source.poll_beside = streams, 0.01, 0.01
    evening = Evening(source)
    seen: set[tuple[str, str]] = set()
    evening.health.listeners.append(lambda report: seen.add((report.state, report.detail)))
    await evening.until(lambda: len(source.asked) > 3)
    assert ("filling" if streams else "poll", "Still reading.") in seen
    assert source.asked[:3] == [START - OVERLAP] * 3
    assert source.asked[3] > NOW - timedelta(minutes=1)
    assert [(each.by, each.why) for each in evening.fills] == [("search", "")] * 3
    assert evening.fills[2].since == START
    (found,) = listening([(NOW, each) for each in evening.events])  # type: ignore[misc]
    assert not [each for each in found.missed if each.since < NOW]


async def test_of_one_that_is_interrupted_all_that_came_is_counted() -> None:
    class Broken(Scripted):
        async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
            self.asked.append(when)
            yield [post(f"{len(self.asked)}{n}") for n in range(5)]
            if len(self.asked) < 3:
                raise Lost("It broke off.")

    source = Broken([[], None])
    evening = Evening(source)
    await evening.until(lambda: evening.fills)
    (filled,) = evening.fills
    assert filled.posts == 15
    assert not evening.runner.rechecks.wanted.take(99), "what came before is not missing"

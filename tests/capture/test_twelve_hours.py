"""Hours with every kind of trouble, in made-up time: the coverage statement is the truth.

One post a minute is made on a network that knows what it withheld. Afterwards, for each minute that
the source was asked for: heard or filled, if and only if the post of that minute is held.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal, NamedTuple, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.capture import rechecking, source_runner
from tartantm.capture.health import Health
from tartantm.capture.source_runner import SourceRunner
from tartantm.core.events import Deleted, Event, Filled, SourceChanged
from tartantm.core.listening import complete_until, listening
from tartantm.core.post import Post
from tartantm.core.stretches import Stretch
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Finding, Limited, Lost, Refused, Unfilled, skip
from tests.builders import post
from tests.virtual_time import VirtualTimeLoop, run

BEGAN = datetime(2026, 6, 17, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Kind = Literal[
    "cut",
    "down",
    "no stream",
    "no polls",
    "mute",
    "silent",
    "limited",
    "refused",
    "faulty",
    "hangs",
    "forgets",
    "slow",
    "killed",
    "ended",
]


class Trouble(NamedTuple):
    """What is wrong from one minute to another."""

    kind: Kind
    since: float
    until: float


class Network:
    """Has a post for each minute, half a minute into it, and gives it out as its troubles allow."""

    def __init__(self, loop: VirtualTimeLoop, hours: float, troubles: Sequence[Trouble]) -> None:
        self._loop, self._started = loop, loop.time()
        self.hours, self.troubles = hours, troubles
        self.ahead = timedelta()
        """How far its clock is ahead of what this computer says, which `BEGAN` is by."""
        self.deleted: set[int] = set()
        self.edited: set[int] = set()
        self.changes: list[Heard] = []
        """Every deletion and edit, in its order."""

    def change(self, n: int, *, delete: bool) -> None:
        """Delete a post, or give it other words."""
        if delete:
            self.deleted.add(n)
            self.changes.append(Deleted((f"x:{n}",), self.now, "gone"))
        elif n not in self.deleted:
            self.edited.add(n)
            self.changes.append(self.post(n))

    @property
    def minute(self) -> float:
        return (self._loop.time() - self._started) / 60

    @property
    def now(self) -> datetime:
        return BEGAN + timedelta(minutes=self.minute)

    def has(self, *kinds: Kind) -> bool:
        minute = self.minute
        return any(
            each.kind in kinds and each.since <= minute < each.until for each in self.troubles
        )

    def post(self, n: int) -> Post:
        made = replace(post(str(n)), created_at=BEGAN + self.ahead + (n + 0.5) * MINUTE)
        if n in self.edited:
            return replace(
                made, text="Later words", version="2", edited_at=BEGAN + (n + 2) * MINUTE
            )
        return made

    def since(self, when: datetime) -> list[Post]:
        first = max(0, int((when - self.ahead - BEGAN) / MINUTE) - 1)
        there = range(first, int(self.minute + 0.5))
        return [
            made
            for n in there
            if n not in self.deleted and (made := self.post(n)).created_at >= when
        ]

    def forgotten_before(self) -> datetime | None:
        """Some networks do not have what was said long ago."""
        ends = [
            each for each in self.troubles if each.kind == "forgets" and each.since <= self.minute
        ]
        return self.now - 10 * MINUTE if ends and self.minute < ends[-1].until + 60 else None


class Listener:
    """A source of that network; satisfies `LiveSource`."""

    name, network, gap_filler, damaged = "made-up", "x", "search", 0
    silence, poll_every, poll_beside, replies_every = 45.0, 20.0, 45.0, 60.0
    recheck_at_once = 20

    clock: LiveClock | None = None

    def __init__(self, network: Network, *, streams: bool) -> None:
        self.there, self.streams = network, streams
        self.reports_deletions = streams
        self.held: ChatIndex | None = None

    def _trouble(self) -> None:
        there = self.there
        if there.has("down"):
            raise Lost("It is down.")
        if there.has("limited"):
            raise Limited("It asks to wait.", 120)
        if there.has("refused"):
            raise Refused("The token was revoked.")
        if there.has("faulty"):
            raise KeyError("ours")

    async def open(self) -> None:
        self._trouble()

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        there = self.there
        if there.has("hangs", "mute"):
            await asyncio.sleep(3600)
        self._trouble()
        if there.has("no stream", "cut"):
            raise Lost("No stream.")
        alive()
        yield []
        last, told = int(there.minute + 0.5), len(there.changes)
        while True:
            await asyncio.sleep(5)
            if there.has("down", "no stream", "cut", "refused", "limited"):
                raise Lost("Cut.")
            if there.has("mute", "hangs"):
                continue
            alive()
            if there.changes[told:]:
                yield there.changes[told:]
                told = len(there.changes)
            now = int(there.minute + 0.5)
            if now > last:
                if not there.has("silent"):
                    yield [*(there.post(n) for n in range(last, now) if n not in there.deleted)]
                last = now

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        there = self.there
        self._trouble()
        if self.clock is not None:
            when = self.clock.earliest("a.example", when)
        if there.has("no polls"):
            raise Lost("No answer.")
        if there.has("hangs"):
            await asyncio.sleep(30)
            raise Lost("It did not answer in time.")
        bound = there.forgotten_before()
        if there.has("slow") and (bound is None or when < there.now - 4 * MINUTE):
            since = max(when, there.now - 4 * MINUTE)
            for each in there.since(since):
                yield [each]
            if when < since:
                raise Unfilled("It answers slowly.", since, goes_on=True)
            return
        for each in there.since(max(when, bound or when)):
            yield [each]
        if bound and when < bound:
            raise Unfilled("It does not know what was said so long ago.", bound)

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        self._trouble()
        yield []

    def can_recheck(self, _: Post) -> bool:
        return True

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        there = self.there
        self._trouble()
        for each in posts:
            n = int(each.id[2:])
            if n in there.deleted:
                yield [Deleted((each.id,), there.now, "gone")]
            elif n in there.edited:
                yield [there.post(n)]

    async def diagnose(self) -> AsyncIterator[Finding]:
        yield Finding("good", "")

    def note(self) -> str:
        return ""

    async def close(self) -> None: ...


class Record:
    """What one session holds: posts, and the events about its sources. Satisfies `ChatIndex`."""

    def __init__(self, clock: LiveClock) -> None:
        self.clock = clock
        self.posts: dict[str, Post] = {}
        self.gone: set[str] = set()
        self.times: list[str] = []
        self.coverage: list[tuple[datetime, SourceChanged | Filled]] = []
        self.last_received: datetime | None = None

    async def deliver(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        new = 0
        for item in batch:
            if isinstance(item, Deleted):
                self.gone.update(item.posts)
            if not isinstance(item, Post):
                continue
            known = self.posts.get(item.id)
            if known is None:
                new += 1
                self.times.append(item.id)
            if known is None or item.version != known.version:
                self.posts[item.id] = replace(item, received_at=self.clock.now())
            self.last_received = self.clock.now()
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(new)
        return done

    async def keep(self, events: Sequence[Event]) -> None:
        for event in events:
            assert isinstance(event, SourceChanged | Filled)
            self.coverage.append((self.clock.now(), event))

    def holds(self, post_id: str) -> bool:
        return post_id in self.posts

    def questions(self, network: str) -> list[Post]:
        return []

    def latest(self, network: str, count: int) -> list[Post]:
        return self.of_source("")[:count]

    def of_source(self, source: str) -> list[Post]:
        return [each for each in reversed(self.posts.values()) if each.id not in self.gone]

    def post(self, post_id: str) -> Post | None:
        return None if post_id in self.gone else self.posts.get(post_id)


async def evening(
    loop: VirtualTimeLoop,
    hours: float,
    troubles: Sequence[Trouble],
    *,
    streams: bool,
    churn: int = 0,
) -> tuple[Network, Record, list[Stretch]]:
    """Follow a network for so many hours. While killed or ended, no program runs."""
    there = Network(loop, hours, troubles)
    clock = LiveClock(lambda: there.now, loop.time)
    record = Record(clock)
    chance = random.Random(churn)
    running: asyncio.Task[None] | None = None
    runner: SourceRunner | None = None
    while there.minute < hours * 60:
        stopped = there.has("killed", "ended")
        if running is None and not stopped:
            found = complete_until(record.coverage, Listener.name, record.last_received)
            runner = SourceRunner(
                Listener(there, streams=streams),
                Health(Listener.name),
                deliver=record.deliver,
                record=record.keep,
                clock=clock,
                held=record,
                complete_until=found or BEGAN,
                make_again=lambda: Listener(there, streams=streams),
            )
            running = asyncio.create_task(runner.run())
        elif running is not None and stopped:
            await stop(running, runner if there.has("ended") else None)
            running = None
        await asyncio.sleep(20)
        if churn and chance.random() < 0.05 and there.minute < (hours - 1) * 60:
            there.change(chance.randrange(int(there.minute) + 1), delete=chance.random() < 0.5)
    if running is not None:
        await stop(running, runner)
    received = {Listener.name: record.last_received} if record.last_received else {}
    (found_,) = listening(record.coverage, received)
    return there, record, list(found_.stretches)


async def stop(running: asyncio.Task[None], runner: SourceRunner | None) -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    if runner is not None:
        await runner.finish()


def wrong(there: Network, record: Record, stretches: Sequence[Stretch]) -> list[str]:
    """The minutes of which the statement is not the truth."""
    found = []
    for n in range(int(there.hours * 60)):
        at = BEGAN + (n + 0.5) * MINUTE
        said = next((each for each in stretches if each.since <= at < each.until), None)
        is_held = f"x:{n}" in record.posts
        if said is None:
            continue  # it was not asked for
        if is_held != (said.kind != "missed"):
            found.append(f"minute {n}: {said.kind} by {said}, {'held' if is_held else 'not held'}")
    return found


def kept_time(there: Network, stretches: Sequence[Stretch]) -> None:
    """Stretches are in order, cover what was asked for from end to end, and have reasons."""
    for one, following in itertools.pairwise(stretches):
        assert one.until <= following.since
    assert stretches and stretches[0].since == BEGAN
    assert all(bool(each.why) == (each.kind != "heard") for each in stretches)


EXAMPLES = int(os.environ.get("TARTANTM_EVENINGS", "6"))
"""How many evenings of three hours are tried."""

lengths = st.one_of(st.floats(0.05, 2), st.floats(2, 40))
troubles = st.builds(
    lambda kind, since, length: Trouble(kind, since, since + length),
    st.sampled_from(get_args(Kind)),
    st.floats(0, 170),
    lengths,
)


def tried(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer turns of the loop an hour."""
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 5.0)
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 30.0)


@tried(EXAMPLES)
@given(st.lists(troubles, max_size=10), st.booleans())
def test_the_statement_is_the_truth_minute_by_minute(
    monkeypatch: pytest.MonkeyPatch, plan: list[Trouble], streams: bool
) -> None:
    with monkeypatch.context() as patched:
        result = run(lambda loop: evening(loop, 3, plan, streams=streams), patched)
    kept_time(result[0], result[2])
    assert wrong(*result) == []
    assert len(result[1].times) == len(set(result[1].times))


@pytest.mark.parametrize("streams", [True, False])
def test_twelve_hours(streams: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    plan = [
        Trouble(kind, since, since + chance.choice((0.1, 0.9, 3, 12, 30)))
        for kind in get_args(Kind) * 2
        for since in [chance.uniform(0, 690)]
    ]
    result = run(lambda loop: evening(loop, 12, plan, streams=streams), monkeypatch)
    kept_time(result[0], result[2])
    assert wrong(*result) == []
    kinds = {each.kind for each in result[2]}
    assert kinds == {"heard", "filled", "missed"}


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("streams", [True, False])
def test_each_trouble_alone(kind: Kind, streams: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = [Trouble(kind, 30, 62), Trouble(kind, 90, 90.5), Trouble(kind, 100, 108)]
    result = run(lambda loop: evening(loop, 3, plan, streams=streams), monkeypatch)
    kept_time(result[0], result[2])
    assert wrong(*result) == []
    # Once the trouble is over it is heard again, whatever it was.
    assert result[2][-1].kind == "heard"
    assert result[2][-1].since <= BEGAN + 116 * MINUTE


@pytest.mark.parametrize("stops", ["", "ended", "killed"])
@pytest.mark.parametrize("streams", [True, False])
def test_what_was_slow_after_an_outage_is_filled_later_also_by_the_next_run(
    stops: str, streams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = [Trouble("down", 10, 30), Trouble("slow", 29, 45)]
    plan += [Trouble(kind, 40, 41) for kind in get_args(Kind) if kind == stops]
    there, record, stretches = run(
        lambda loop: evening(loop, 1, plan, streams=streams), monkeypatch
    )
    assert wrong(there, record, stretches) == []
    assert not any(each.kind == "missed" for each in stretches)
    before = [each for each in record.coverage if each[0] < BEGAN + 39 * MINUTE]
    (found,) = listening(before, {Listener.name: BEGAN + 39 * MINUTE})
    assert found.missed and not any(each.is_lost for each in found.missed)
    assert found.stretches[-1].kind == "heard"


@pytest.mark.parametrize("stops", ["ended", "killed"])
@pytest.mark.parametrize("streams", [True, False])
def test_what_was_missed_between_two_runs_is_not_put_down_to_the_second(
    stops: Kind, streams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = [Trouble(stops, 30, 34), Trouble("refused", 34, 37)]
    result = run(lambda loop: evening(loop, 1, plan, streams=streams), monkeypatch)
    assert wrong(*result) == []
    first, *gap, last = result[2]
    assert (first.kind, last.kind) == ("heard", "heard")
    assert {each.kind for each in gap} == {"filled"}
    *_, nobody, refused = gap
    assert nobody.is_idle and nobody.until - nobody.since >= 3.5 * MINUTE
    assert refused.why == "The token was revoked."
    assert abs(refused.since - (BEGAN + 34 * MINUTE)) <= timedelta(seconds=20)


@pytest.mark.parametrize("hours", [-1.5, 2])
@pytest.mark.parametrize("streams", [True, False])
def test_a_clock_that_is_corrected_loses_nothing(
    streams: bool, hours: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two servers agree the clock is set, between two polls and within an outage."""
    plan = [Trouble("down", 40, 44), Trouble("down", 60, 66), Trouble("cut", 80, 90)]
    init_clock, init_network = LiveClock.__init__, Network.__init__
    made: list[LiveClock] = []

    def clock(self: LiveClock, *args: Any) -> None:
        init_clock(self, *args)
        for host in ("a.example", "b.test", "c.invalid"):
            self.admit([f"https://{host}"], by_user=True)
        made.append(self)
        Listener.clock = self

    def network(self: Network, *args: Any) -> None:
        init_network(self, *args)
        self.ahead = timedelta(hours=hours)

    monkeypatch.setattr(LiveClock, "__init__", clock)
    monkeypatch.setattr(Network, "__init__", network)
    monkeypatch.setattr(Listener, "clock", None)

    async def corrected(loop: VirtualTimeLoop) -> tuple[Network, Record, list[Stretch]]:
        async def correct() -> None:
            for minute, count in ((0.0, 1), (20.1, 3), (62.1, 3)):
                await asyncio.sleep(1000 + minute * 60 - loop.time())
                there = BEGAN + timedelta(seconds=loop.time() - 1000, hours=hours)
                for host in ("a.example", "b.test", "c.invalid")[:count]:
                    made[0].learn(host, format_datetime(there, usegmt=True))

        correcting = asyncio.create_task(correct())
        try:
            return await evening(loop, 2, plan, streams=streams)
        finally:
            correcting.cancel()

    _, record, _ = run(corrected, monkeypatch)
    assert made[0].shift == pytest.approx(timedelta(hours=hours), abs=timedelta(seconds=2))
    assert {f"x:{n}" for n in range(119)} <= set(record.posts)


@pytest.mark.parametrize("kind", ["down", "limited", "refused", "faulty"])
def test_one_that_never_answers_was_missed_from_end_to_end(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = [Trouble(kind, 0, 999)]
    there, record, stretches = run(lambda loop: evening(loop, 1, plan, streams=True), monkeypatch)
    (missed,) = stretches
    assert missed.kind == "missed" and missed.why and record.posts == {}
    assert (missed.since, missed.until) == (BEGAN, there.now)


@tried(EXAMPLES)
@given(
    st.lists(troubles.filter(lambda each: each.until < 120), max_size=8),
    st.booleans(),
    st.integers(1, 10**6),
)
def test_what_is_held_in_the_end_is_what_the_network_shows(
    monkeypatch: pytest.MonkeyPatch, plan: list[Trouble], streams: bool, churn: int
) -> None:
    plan = [each for each in plan if each.kind not in ("forgets", "silent")]
    with monkeypatch.context() as patched:
        there, record, _ = run(
            lambda loop: evening(loop, 3, plan, streams=streams, churn=churn), patched
        )
    shown = {n for n in range(3 * 60 - 1) if n not in there.deleted}
    held = {int(name[2:]) for name in record.posts if name not in record.gone}
    assert {n for n in held if n < 3 * 60 - 1} == shown
    later = {int(name[2:]) for name, each in record.posts.items() if each.version == "2"}
    assert later - there.deleted == there.edited - there.deleted

"""Bluesky with clocks that are wrong: nothing is missing, and no server sets the clock alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.capture import backoff, source_runner, supervisor
from tartantm.capture.supervisor import Supervisor
from tartantm.core.events import Captured, Opened
from tartantm.networks.bluesky import profiles as bluesky_profiles
from tartantm.networks.bluesky.gap import GapMeter
from tartantm.networks.bluesky.replay import Pulse
from tartantm.networks.bluesky.source import Account
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.json_fields import EPOCH
from tartantm.settings.config import NetSettings
from tartantm.store.journal import Journal
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA
from tests.networks.bluesky.following import hurry, source_for, until
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.xrpc import HANDLE, PASSWORD


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(supervisor, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(backoff, "FIRST", 0.02)
    monkeypatch.setattr(backoff, "MOST", 0.1)
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 0.05)
    monkeypatch.setattr(bluesky_profiles, "WAIT_SECONDS", 0.2)


aheads = st.one_of(
    st.integers(-90, 90).map(lambda n: timedelta(minutes=n)),
    st.integers(-48, 48).map(lambda n: timedelta(hours=n)),
    st.integers(-3, 3).map(lambda n: timedelta(days=365 * n)),
)


async def evening(path: Path, local: timedelta, dates: list[timedelta], is_quick: bool) -> None:
    """An evening on a computer whose clock is off, with answers dated by others."""

    def wall() -> datetime:
        return datetime.now(UTC) + local

    clock = LiveClock(wall)
    # The moderator's own calendar is right; the last question is planned for tomorrow.
    starts = datetime.now(UTC) - timedelta(minutes=5)
    agenda = replace(AGENDA, starts=starts, ends=None)
    with Session(path, create=True) as session:
        session.take_agenda(agenda, "d")
    live = LiveSession(path)
    async with BlueskyServer() as server:
        said = {await server.post("before #tartantm", ago=60)}
        http = HttpClients(NetSettings(), clock)
        account = Account(HANDLE, PASSWORD) if is_quick else None
        source = source_for(server, account=account, http=http)
        source.poll_every = 0.3
        following = Supervisor(live, [source], clock)
        running = asyncio.create_task(following.run())
        try:
            for n, ahead in enumerate(dates):
                server.xrpc.offset = ahead
                await until(lambda: following.health[0].hears)
                said.add(await server.post(f"while it is heard {n} #tartantm"))
                await server.stop()
                said.add(await server.post(f"in a gap {n} #tartantm"))
                await server.start()
                said.add(await server.post(f"after it {n} #tartantm"))
            await until(lambda: {f"bluesky:{uri}" for uri in said} <= set(live.chat.entries))
            # Where the stream's server and the other one agree they are right, here.
            believed = {wall(), datetime.now(UTC)}
            assert min(abs(clock.now() - each) for each in believed) < timedelta(minutes=1)
        finally:
            following.stop()
            await asyncio.gather(running, return_exceptions=True)
            await live.close()
        running.result()
    with Journal(path) as journal:
        events = [recorded.event for recorded in journal.since(0)]
    captured = [event.post for event in events if isinstance(event, Captured)]
    assert {post.id for post in captured} == {f"bluesky:{uri}" for uri in said}
    for post in captured:
        assert abs(post.created_at - datetime.now(UTC)) < timedelta(minutes=10)
    assert len(captured) == len(said)
    assert not [event for event in events if isinstance(event, Opened)]


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.integers(-90, 90), st.lists(aheads, min_size=1, max_size=2), st.booleans())
@example(90, [timedelta(days=-700), timedelta(hours=5)], False)
@example(-90, [timedelta(days=700)], True)
@example(90, [timedelta()], True)
def test_whatever_the_clocks_say_nothing_is_missing(
    minutes: int, dates: list[timedelta], is_quick: bool
) -> None:
    with TemporaryDirectory() as folder:
        local = timedelta(minutes=minutes)
        asyncio.run(evening(Path(folder) / "a.tartantm", local, dates, is_quick))


class Times:
    """The wall's clock, off by something that may change, and the steady one."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead, self.steady = ahead, 1000.0
        self.began = datetime(2026, 6, 17, 17, 0, tzinfo=UTC)
        self.clock = LiveClock(lambda: self.true() + self.ahead, lambda: self.steady)
        self.gap = GapMeter(self.clock, lambda: self.steady)

    def true(self) -> datetime:
        return self.began + timedelta(seconds=self.steady)

    def pulse(self) -> Pulse:
        """A stream whose last message came just now."""
        pulse = Pulse()
        pulse.beat((self.true() - EPOCH) // timedelta(microseconds=1))
        return pulse


@given(aheads, st.integers(0, 100_000), st.one_of(st.none(), aheads), st.booleans())
def test_a_replay_begins_before_the_gap_and_not_long_before(
    ahead: timedelta, seconds: int, jump: timedelta | None, is_known: bool
) -> None:
    times = Times(ahead)
    when = times.clock.now()
    if is_known:
        times.gap.whole_until((times.true() - EPOCH) // timedelta(microseconds=1))
        if jump is not None:
            # The chat's clock is corrected during the gap.
            times.clock._shift = jump
    gap_began = times.true()
    times.steady += seconds
    length = times.gap.length(when)
    assert length >= timedelta(seconds=seconds)
    cursor = EPOCH + timedelta(microseconds=times.gap.cursor(length, times.pulse(), "j.example"))
    assert cursor <= max(gap_began, EPOCH)
    if is_known and jump is None:
        assert cursor > gap_began - timedelta(minutes=1)


@given(st.integers(-90, 90), st.one_of(st.none(), aheads), st.integers(0, 2700))
def test_where_the_stream_is_quiet_a_replay_begins_early_enough(
    minutes: int, said: timedelta | None, seconds: int
) -> None:
    times = Times(timedelta(minutes=minutes))
    when, gap_began = times.clock.now(), times.true()
    times.steady += seconds
    if said is not None and said != timedelta(minutes=minutes):
        there = times.true() + said
        times.clock.admit(["wss://j.example/subscribe"], by_user=True)
        times.clock.learn("j.example", f"{there:%a, %d %b %Y %H:%M:%S GMT}")
    if said is not None and abs(said - timedelta(minutes=minutes)) < timedelta(minutes=2):
        return  # Where both clocks agree they are believed.
    cursor = times.gap.cursor(times.gap.length(when), Pulse(), "j.example")
    assert EPOCH + timedelta(microseconds=cursor) <= gap_began

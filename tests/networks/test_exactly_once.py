"""The promise of live capture: whatever the line does, every post is held exactly once."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.capture import backoff, source_runner, supervisor
from tartantm.capture.supervisor import Supervisor
from tartantm.core.events import Captured
from tartantm.networks.bluesky import profiles as bluesky_profiles
from tartantm.networks.bluesky import replay as bluesky_replay
from tartantm.networks.bluesky import source as bluesky
from tartantm.networks.bluesky.source import BlueskySource
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.x import source as x
from tartantm.networks.x.source import XSource
from tartantm.settings.config import NetSettings
from tartantm.store.journal import Journal
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.fault_proxy import Fault, FaultProxy
from tests.networks.mastodon.server import TOKEN, MastodonServer
from tests.networks.x.server import XServer

WORDS = "A1 “Ceud mìle fàilte” 🏴󠁧󠁢󠁳󠁣󠁴󠁿 שלום number {n} #tartantm"
"""Bytes of one to four a letter, so that cuts fall within them."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits shorter by a factor of some twenty."""
    for name in ("GATHER_SECONDS", "RETRY_SECONDS", "TICK_SECONDS"):
        monkeypatch.setattr(supervisor, name, 0.01)
    monkeypatch.setattr("tartantm.store.session.RETRY_SECONDS", 0.01)
    monkeypatch.setattr(backoff, "FIRST", 0.02)
    monkeypatch.setattr(backoff, "MOST", 0.1)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(XSource, "poll_every", 0.2)
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 0.1)
    monkeypatch.setattr(x, "RULE_SETTLES", 0.05)
    monkeypatch.setattr(bluesky, "PING_SECONDS", 0.1)
    monkeypatch.setattr(bluesky_replay, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(bluesky, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(bluesky_profiles, "WAIT_SECONDS", 0.2)


# Before the headers, in a header, in a chunk, in a letter, in a line of JSON: all lie within these.
offsets = st.one_of(st.just(0), st.integers(1, 120), st.integers(120, 900), st.integers(900, 4000))
faults = st.one_of(
    st.builds(Fault, st.just("cut"), offsets),
    st.builds(Fault, st.just("stall"), offsets),
    st.builds(Fault, st.just("drip"), st.integers(1, 7)),
    st.builds(Fault, st.just("answer"), st.sampled_from([200, 429, 500, 502, 503, 504])),
)
plans = st.lists(faults, max_size=5)


class Networks:
    """Three stand-ins, each behind a bad line, and a chat that follows them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.x, self.mastodon, self.bluesky = XServer(), MastodonServer(), BlueskyServer()
        self.sent: list[str] = []

    async def enter(self, stack: AsyncExitStack) -> list[FaultProxy]:
        for server in (self.x, self.mastodon, self.bluesky):
            await stack.enter_async_context(server)
        urls = (self.x.url, self.mastodon.url, self.bluesky.jetstream, self.bluesky.url)
        ports = [int(url.rpartition(":")[2].partition("/")[0]) for url in urls]
        return [await stack.enter_async_context(FaultProxy(port)) for port in ports]

    def sources(self, proxies: list[FaultProxy], http: HttpClients) -> list[supervisor.Source]:
        x, mastodon, jetstream, xrpc = (f"127.0.0.1:{proxy.port}" for proxy in proxies)
        by_x = XSource(http, self.x.token, ["tartantm"], "t", base=f"http://{x}")
        by_mastodon = MastodonSource(http, f"http://{mastodon}", ["tartantm"], TOKEN)
        by_bluesky = BlueskySource(
            http, ["tartantm"], jetstream=f"ws://{jetstream}", service=f"http://{xrpc}"
        )
        for source in (by_x, by_mastodon, by_bluesky):
            source.silence = 0.6
            source.poll_every = 0.3
        return [by_x, by_mastodon, by_bluesky]

    async def post(self) -> None:
        """The next post, on each network in its turn."""
        n = len(self.sent)
        words = WORDS.format(n=n)
        if n % 3 == 0:
            self.sent.append(f"x:{self.x.post(words)}")
        elif n % 3 == 1:
            self.sent.append(f"mastodon:{self.mastodon.post(words)}")
        else:
            self.sent.append(f"bluesky:{await self.bluesky.post(words)}")


async def evening(path: Path, plan: list[list[Fault]]) -> None:
    now = datetime.now(UTC)
    with Session(path, create=True) as session:
        session.take_agenda(replace(AGENDA, starts=now, ends=now + timedelta(hours=2)), "d")
    live = LiveSession(path)
    networks = Networks(path)
    async with AsyncExitStack() as stack:
        proxies = await networks.enter(stack)
        for proxy, planned in zip(proxies, [*plan, plan[-1]], strict=True):
            proxy.plan.extend(planned)
        http = HttpClients(NetSettings(), LiveClock())
        following = Supervisor(live, networks.sources(proxies, http), http.clock)
        running = asyncio.create_task(following.run())

        async def keep_posting(count: int) -> None:
            for _ in range(count):
                await networks.post()
                await asyncio.sleep(0.01)

        await keep_posting(45)
        for proxy in proxies:
            proxy.end()
        await keep_posting(6)
        try:
            async with asyncio.timeout(20):
                while set(networks.sent) - set(live.chat.entries):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            missing = sorted(set(networks.sent) - set(live.chat.entries))
            state = [(each.name, each.state, each.detail) for each in following.health]
            raise AssertionError(f"never held: {missing}; {state}") from None
        finally:
            following.stop()
            await asyncio.gather(running, return_exceptions=True)
            await live.close()
        running.result()
    with Journal(path) as journal:
        events = [recorded.event for recorded in journal.since(0)]
    captured = Counter(event.post.id for event in events if isinstance(event, Captured))
    assert set(captured) == set(networks.sent)
    assert set(captured.values()) == {1}


# Shrinking would take minutes, and the plan that failed is printed anyway.
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.tuples(plans, plans, plans))
def test_every_post_is_held_exactly_once(plan: tuple[list[Fault], ...]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(evening(Path(folder) / "a.tartantm", list(plan)))

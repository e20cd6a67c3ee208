"""The promise of live capture: whatever the line does, what is held is what the networks show.

Every post is held exactly once, with its last words, and what was deleted is deleted, whenever that
happened: while the line was good, broken, or polled. And whoever else serves copies of the posts,
with other words, or takes them away: what counts is what their own server shows.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.capture import backoff, lane, recheck_lane, rechecking, source_runner, supervisor
from tartantm.capture.supervisor import Supervisor
from tartantm.core.events import Captured
from tartantm.networks.bluesky import live as bluesky_live
from tartantm.networks.bluesky import profiles as bluesky_profiles
from tartantm.networks.bluesky import recheck as bluesky_recheck
from tartantm.networks.bluesky import replay as bluesky_replay
from tartantm.networks.bluesky import source as bluesky
from tartantm.networks.bluesky.source import BlueskySource
from tartantm.networks.clock import LiveClock
from tartantm.networks.feed import source as feed
from tartantm.networks.feed.source import FeedSource
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
from tests.networks.feed.server import PATH, FeedServer, in_a_thread, item
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
    monkeypatch.setattr(bluesky_live, "PING_SECONDS", 0.1)
    monkeypatch.setattr(bluesky_replay, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(bluesky_replay, "BATCH_SECONDS", 0.05)
    monkeypatch.setattr(bluesky, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(bluesky_profiles, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(bluesky_recheck, "INDEXED", timedelta())
    monkeypatch.setattr(recheck_lane, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(rechecking, "ROUND_SECONDS", 0.5)
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(lane, "REFUSED_SECONDS", 0.1)
    monkeypatch.setattr(lane, "FAULT_SECONDS", 0.1)
    monkeypatch.setattr(feed, "read_apart", in_a_thread)
    monkeypatch.setattr(feed, "SHORTEST_POLL_SECONDS", 0.3)


# Before the headers, in a header, in a chunk, in a letter, in a line of JSON: all lie within these.
offsets = st.one_of(st.just(0), st.integers(1, 120), st.integers(120, 900), st.integers(900, 4000))
faults = st.one_of(
    st.builds(Fault, st.just("cut"), offsets),
    st.builds(Fault, st.just("stall"), offsets),
    st.builds(Fault, st.just("drip"), st.integers(1, 7)),
    st.builds(Fault, st.just("answer"), st.sampled_from([200, 429, 500, 502, 503, 504])),
)
plans = st.lists(faults, min_size=1, max_size=5)


class Networks:
    """Four stand-ins, each behind a bad line, and what each of them shows."""

    def __init__(self) -> None:
        self.x, self.mastodon, self.bluesky = XServer(), MastodonServer(), BlueskyServer()
        self.feed, self.feed_at = FeedServer(), ""
        self.copies, self.mastodon_at = MastodonServer(), ""
        """Another server, which nobody can trust, has false copies of half of the posts first."""
        self.shown: dict[str, str] = {}
        """The words of every post by its id; "" for those that were deleted."""
        self._last: dict[str, str] = {}
        """The id of the last wording of X's posts."""

    async def enter(self, stack: AsyncExitStack) -> list[FaultProxy]:
        for server in (self.x, self.mastodon, self.bluesky, self.feed, self.copies):
            await stack.enter_async_context(server)
        urls = (self.x.url, self.mastodon.url, self.bluesky.jetstream, self.bluesky.url)
        ports = [int(url.rpartition(":")[2].partition("/")[0]) for url in urls]
        return [
            await stack.enter_async_context(FaultProxy(port)) for port in (*ports, self.feed.port)
        ]

    def sources(self, proxies: list[FaultProxy], http: HttpClients) -> list[supervisor.Source]:
        x, mastodon, jetstream, xrpc, feed = (f"127.0.0.1:{proxy.port}" for proxy in proxies)
        self.feed_at, self.mastodon_at = f"http://{feed}", f"http://{mastodon}"
        by_x = XSource(http, self.x.token, ["tartantm"], "t", base=f"http://{x}")
        by_mastodon = MastodonSource(http, f"http://{mastodon}", ["tartantm"], TOKEN)
        by_bluesky = BlueskySource(
            http, ["tartantm"], jetstream=f"ws://{jetstream}", service=f"http://{xrpc}"
        )
        of_copies = MastodonSource(http, self.copies.url, ["tartantm"], TOKEN)
        for source in (by_x, by_mastodon, by_bluesky, of_copies):
            source.silence = 0.6
            source.poll_every = 0.3
        return [
            by_x,
            by_mastodon,
            by_bluesky,
            of_copies,
            FeedSource(http, f"{self.feed_at}{PATH}", ["tartantm"]),
        ]

    async def post(self) -> None:
        """The next post, on each network in its turn."""
        n = len(self.shown)
        words = WORDS.format(n=n)
        match n % 4:
            case 0:
                name = f"x:{self.x.post(words)}"
            case 1:
                name = f"mastodon:{self._toot(n, words)}"
            case 2:
                name = f"bluesky:{await self.bluesky.post(words)}"
            case _:
                name = f"feed:tag:a.example,2026:{n}"
        self.shown[name] = words
        self._write_feed()

    def _toot(self, n: int, words: str) -> str:
        """Write a post on Mastodon, and a copy before or after it, which says something else."""
        number = str(self.mastodon._number + 1000)
        uri = f"{self.mastodon_at}/users/ailsa/statuses/{number}"

        def post_copy() -> None:
            when = "2199-01-01T00:00:00Z" if n % 3 else None
            text = f"False words number {n} #tartantm"
            self.copies.post(text, "mallory", uri=uri, edited_at=when)

        def post_true() -> None:
            self.mastodon.post(words, id=number, uri=uri)

        for step in (post_copy, post_true) if n % 8 == 1 else (post_true, post_copy):
            step()
        if n % 16 < 8:
            self.copies.edit(uri, f"False words number {n}, again #tartantm")
        if n % 3:
            self.copies.delete(uri)
        return uri

    async def change(self, name: str, *, delete: bool) -> None:
        """Delete a post, or give it other words."""
        if not self.shown[name]:
            return
        network, _, known = name.partition(":")
        words = "" if delete else f"{self.shown[name]} again"
        self.shown[name] = words
        match network:
            case "x" if delete:
                self.x.posts.gone |= {known, self._last.get(known, known)}
            case "x":
                self._last[known] = self.x.edit(self._last.get(known, known), words)
            case "mastodon":
                self.mastodon.delete(known) if delete else self.mastodon.edit(known, words)
            case "bluesky" if delete:
                await self.bluesky.delete(known)
            case "bluesky":
                await self.bluesky.edit(known, words)
            case _:
                self._write_feed()

    def _write_feed(self) -> None:
        """A feed shows the newest first, and each entry has a page of its own."""
        ours = [(name, words) for name, words in self.shown.items() if name.startswith("feed:")]
        for name, words in ours:
            page = f"/{name.rpartition(':')[2]}"
            self.feed.pages[page] = (200 if words else 404, {"Content-Type": "text/html"}, b"")
        self.feed.items = [
            item(
                name.removeprefix("feed:"),
                escape(words),
                more=f"<link>{self.feed_at}/{name.rpartition(':')[2]}</link>",
            )
            for name, words in reversed(ours)
            if words
        ]


def differences(networks: Networks, live: LiveSession) -> list[str]:
    """Where what is held is not what the networks show."""
    found = []
    for name, words in networks.shown.items():
        entry = live.chat.entries.get(name)
        if entry is None:
            found += [f"{name} was never held"] * bool(words)
        elif bool(entry.deleted_at) == bool(words):
            found.append(f"{name} is {'deleted' if entry.deleted_at else 'held'}")
        elif words and entry.post.text != words:
            found.append(f"{name} has the words {entry.post.text!r}")
    return found


async def evening(path: Path, plan: list[list[Fault]], changes: list[tuple[int, bool]]) -> None:
    now = datetime.now(UTC)
    with Session(path, create=True) as session:
        session.take_agenda(replace(AGENDA, starts=now, ends=now + timedelta(hours=2)), "d")
    live = LiveSession(path)
    networks = Networks()
    async with AsyncExitStack() as stack:
        proxies = await networks.enter(stack)
        for proxy, planned in zip(proxies, plan, strict=True):
            proxy.plan.extend(planned)
        http = HttpClients(NetSettings(), LiveClock())
        following = Supervisor(live, networks.sources(proxies, http), http.clock)
        running = asyncio.create_task(following.run())

        async def keep_posting(count: int, changes: list[tuple[int, bool]]) -> None:
            for n in range(count):
                await networks.post()
                if n < len(changes):
                    which, delete = changes[n]
                    names = list(networks.shown)
                    await networks.change(names[which % len(names)], delete=delete)
                await asyncio.sleep(0.01)

        await keep_posting(48, changes)
        for proxy in proxies:
            proxy.end()
        await keep_posting(8, [])
        try:
            async with asyncio.timeout(30):
                while differences(networks, live):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            state = [(each.name, each.state, each.detail) for each in following.health]
            raise AssertionError(f"{differences(networks, live)}; {state}") from None
        finally:
            following.stop()
            await asyncio.gather(running, return_exceptions=True)
            await live.close()
        running.result()
    with Journal(path) as journal:
        events = [recorded.event for recorded in journal.since(0)]
    captured = Counter(event.post.id for event in events if isinstance(event, Captured))
    for name in [each for each in captured if ":gone:" in each]:
        del captured[name]  # what is left in the file of a deleted post says nothing of it
    assert {name for name, words in networks.shown.items() if words} <= set(captured)
    assert set(captured) <= set(networks.shown)
    assert set(captured.values()) == {1}


# Shrinking would take minutes, and the plan that failed is printed anyway.
@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.tuples(*[plans] * 5),
    st.lists(st.tuples(st.integers(0, 10**6), st.booleans()), min_size=8, max_size=48),
)
def test_what_is_held_is_what_the_networks_show(
    plan: tuple[list[Fault], ...], changes: list[tuple[int, bool]]
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(evening(Path(folder) / "a.tartantm", list(plan), changes))

"""A chat that listens to a feed whose server goes away and comes back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.capture import backoff, recheck_lane, rechecking, supervisor
from tartantm.capture.supervisor import Supervisor
from tartantm.networks.clock import LiveClock
from tartantm.networks.feed import source as feed
from tartantm.networks.feed.source import FeedSource
from tartantm.networks.http import HttpClients
from tartantm.settings.config import NetSettings
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA
from tests.networks.feed.server import PATH, FeedServer, item


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SHORTEST_POLL_SECONDS", 0.05)
    monkeypatch.setattr(supervisor, "GATHER_SECONDS", 0.01)
    monkeypatch.setattr(backoff, "FIRST", 0.05)
    monkeypatch.setattr(backoff, "MOST", 0.2)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def followed(
    path: Path, server: FeedServer, now: datetime
) -> AsyncIterator[tuple[Supervisor, LiveSession, FeedSource]]:
    """A chat that listens to the feed until the block ends."""
    if not path.exists():
        with Session(path, create=True) as made:
            made.take_agenda(replace(AGENDA, starts=now, ends=None), "d")
    session = LiveSession(path)
    source = FeedSource(HttpClients(NetSettings(), LiveClock()), server.url, ["tartantm"])
    following = Supervisor(session, [source], LiveClock())
    running = asyncio.create_task(following.run())
    try:
        yield following, session, source
    finally:
        following.stop()
        await asyncio.wait_for(running, 60)
        await session.close()


async def test_a_feed_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with FeedServer() as server:

        def write(guid: str) -> None:
            server.items.insert(0, item(guid, f"Words {guid}", format_datetime(now)))

        async with followed(tmp_path / "a.tartantm", server, now) as (following, session, source):
            write("t:1")
            await until(lambda: "feed:t:1" in session.chat.entries)
            await server.stop()
            write("t:2")
            await until(lambda: following.health[0].state == "unreachable")
            detail = following.health[0].detail
            assert re.search("cannot be reached|refuses connections|broke", detail)
            await server.start()
            await until(lambda: "feed:t:2" in session.chat.entries)
            server.pages[PATH] = (410, {}, b"")
            await until(lambda: session.chat.sources[source.name].how == "refused")
            assert "gone for good" in session.chat.sources[source.name].detail
            # There is a way back, by itself in some minutes and by R at once.
            assert (following.health[0].retry_in or 0) > 60
            del server.pages[PATH]
            write("t:3")
            assert following.retry_now() == 1
            await until(lambda: "feed:t:3" in session.chat.entries)
            await until(lambda: following.health[0].state == "poll")
    assert [*session.chat.entries] == ["feed:t:1", "feed:t:2", "feed:t:3"]


def words(session: LiveSession) -> set[str]:
    """What is held; a deleted post has no words any more."""
    return {each.post.text for each in session.chat.entries.values()}


async def test_entries_that_left_the_feed_are_gone_only_where_their_page_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(rechecking, "ROUND_SECONDS", 0.1)
    monkeypatch.setattr(recheck_lane, "PAUSE_SECONDS", 0.05)
    now = datetime.now(UTC)
    path = tmp_path / "a.tartantm"
    async with FeedServer() as server:

        def entry(n: int, words: str = "Words") -> str:
            link = f"<link>http://{server.host}/entries/{n}</link>"
            at = format_datetime(now + timedelta(minutes=n))
            return item(f"t:{n}", f"{words} {n}", at, link)

        for n in range(5):
            server.pages[f"/entries/{n}"] = (200, {}, b"<html>Words")
        server.items = [entry(n) for n in range(5)]
        async with followed(path, server, now) as (_, session, _):
            await until(lambda: len(session.chat.entries) == 5)
            # One is taken out, and one has left the feed since it is the oldest.
            server.pages["/entries/2"] = (410, {}, b"")
            server.items = [entry(1), entry(3), entry(4)]
            await until(lambda: words(session) == {"", *(f"Words {n}" for n in (0, 1, 3, 4))})
            await until(lambda: any(path == "/entries/0" for path, _ in server.requests))
        server.items = [entry(1, "Other words"), entry(3), entry(4)]
        # What was edited while nobody listened is known by its words.
        async with followed(path, server, now) as (_, session, _):
            await until(lambda: "Other words 1" in words(session))
            assert words(session) == {"", "Words 0", "Other words 1", "Words 3", "Words 4"}
        asked = [path for path, _ in server.requests if path.startswith("/entries/")]
        # That the page of one that is listed is there shows that the missing one says something.
        assert sorted(set(asked)) == ["/entries/0", "/entries/1", "/entries/2"]
        assert len(asked) <= 6

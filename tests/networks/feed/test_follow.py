"""A chat that listens to a feed whose server goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.capture import backoff, supervisor
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
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_feed_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as made:
        made.take_agenda(replace(AGENDA, starts=now, ends=None), "d")
    session = LiveSession(path)
    async with FeedServer() as server:

        def write(guid: str) -> None:
            server.items.insert(0, item(guid, f"Words {guid}", format_datetime(now)))

        source = FeedSource(HttpClients(NetSettings(), LiveClock()), server.url, ["tartantm"])
        following = Supervisor(session, [source], LiveClock())
        running = asyncio.create_task(following.run())
        try:
            write("t:1")
            await until(lambda: "feed:t:1" in session.chat.entries)
            await server.stop()
            write("t:2")
            await until(lambda: following.health[0].state == "lost")
            detail = following.health[0].detail
            assert "cannot be reached" in detail or "refuses connections" in detail
            await server.start()
            await until(lambda: "feed:t:2" in session.chat.entries)
            server.pages[PATH] = (410, {}, b"")
            await until(lambda: session.chat.sources[source.name].state == "failed")
            assert "gone for good" in session.chat.sources[source.name].detail
        finally:
            following.stop()
            await asyncio.wait_for(running, 10)
            await session.close()
    assert [*session.chat.entries] == ["feed:t:1", "feed:t:2"]

"""A real supervisor following the stand-in for Bluesky, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.capture import backoff, source_runner, supervisor
from tartantm.capture.supervisor import Supervisor
from tartantm.core.chat import Chat
from tartantm.core.post import Post
from tartantm.networks.bluesky import replay
from tartantm.networks.bluesky import source as bluesky
from tartantm.networks.bluesky.source import BlueskySource
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.settings.config import NetSettings
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA
from tests.networks.bluesky.server import BlueskyServer


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten waits: the stand-in has sent all within a tenth of a second."""
    monkeypatch.setattr(replay, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(replay, "BATCH_SECONDS", 0.05)
    monkeypatch.setattr(bluesky, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(supervisor, "GATHER_SECONDS", 0.01)
    monkeypatch.setattr(backoff, "FIRST", 0.05)


class Holding:
    """What a source may look up in a chat that holds these posts, of them some that asked."""

    def __init__(self, *posts: Post, asked: Sequence[Post] = ()) -> None:
        self.posts, self.asked = [*asked, *posts], list(asked)

    def holds(self, post_id: str) -> bool:
        return self.post(post_id) is not None

    def questions(self, network: str) -> list[Post]:
        return self.asked

    def latest(self, network: str, count: int) -> list[Post]:
        return self.posts[:count]

    def of_source(self, source: str) -> list[Post]:
        return self.posts

    def post(self, post_id: str) -> Post | None:
        return next((each for each in self.posts if each.id == post_id), None)


def source_for(server: BlueskyServer, *hashtags: str, **more: Any) -> BlueskySource:
    """A source that listens to the stand-in."""
    http = more.pop("http", None) or HttpClients(NetSettings(), LiveClock())
    more = {"jetstream": server.jetstream, "service": server.url} | more
    return BlueskySource(http, hashtags or ("tartantm",), **more)


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def session_at(path: Path) -> LiveSession:
    """A session of a chat that began five minutes ago."""
    if not path.exists():
        starts = datetime.now(UTC) - timedelta(minutes=5)
        with Session(path, create=True) as session:
            session.take_agenda(replace(AGENDA, starts=starts, ends=None), "d")
    return LiveSession(path)


@asynccontextmanager
async def following(path: Path, *sources: Any) -> AsyncIterator[Supervisor]:
    """Follow sources until the block ends; then everything is recorded and let go."""
    session = session_at(path)
    follow = Supervisor(session, sources, sources[0].http.clock)
    running = asyncio.create_task(follow.run())
    try:
        yield follow
    finally:
        follow.stop()
        await asyncio.wait_for(running, 60)
        await session.close()


def texts(chat: Chat) -> list[str]:
    """What is held and not deleted, in order of the words."""
    return sorted(entry.post.text for entry in chat.entries.values() if not entry.deleted_at)

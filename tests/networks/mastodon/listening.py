"""What the tests of Mastodon's source share: a source, what it hears, and what a chat holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.settings.config import NetSettings
from tests.networks.mastodon.server import TOKEN, MastodonServer


def source_of(server: MastodonServer, *tags: str, token: str | None = TOKEN) -> MastodonSource:
    return MastodonSource(
        HttpClients(NetSettings(), LiveClock()), server.url, tags or ("tartantm",), token
    )


class Listening:
    """A source whose stream is read into a list."""

    def __init__(self, source: MastodonSource, server: MastodonServer) -> None:
        self.source, self.server = source, server
        self.heard: list[Heard] = []
        self.signs = 0

    async def __aenter__(self) -> Listening:
        await self.source.open()
        self._task = asyncio.create_task(self._run())
        await self.until(lambda: self.server.listeners == len(self.source.hashtags))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.source.close()

    async def _run(self) -> None:
        async for batch in self.source.stream(self._sign):
            self.heard += batch

    def _sign(self) -> None:
        self.signs += 1

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition() and not self._task.done():
                await asyncio.sleep(0.005)
        assert condition() or self._task.result()


async def all_of(batches: AsyncIterator[list[Heard]]) -> list[Any]:
    return [item for batch in [batch async for batch in batches] for item in batch]


def ago(**past: float) -> datetime:
    return datetime.now(UTC) - timedelta(**past)


class Holding:
    """What a chat holds; satisfies `ChatIndex`."""

    def __init__(self, posts: list[Any], *questions: str) -> None:
        self.posts: list[Post] = posts
        self.asked = {f"mastodon:{uri}" for uri in questions}

    def holds(self, post_id: str) -> bool:
        return any(post_id in (post.id, *post.aliases) for post in self.posts)

    def questions(self, network: str) -> list[Post]:
        return [post for post in self.posts if post.id in self.asked]

    def latest(self, network: str, count: int) -> list[Post]:
        return self.posts[:count]

    def of_source(self, source: str) -> list[Post]:
        return self.posts

    def post(self, post_id: str) -> Post | None:
        return next((post for post in self.posts if post.id == post_id), None)

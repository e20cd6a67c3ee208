"""The X source at work against the stand-in, alone or with the runner that keeps it going."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from tartantm.capture.health import Health
from tartantm.capture.source_runner import SourceRunner
from tartantm.core.events import Event
from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Carried, Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.x.source import XSource
from tartantm.settings.config import NetSettings
from tests.networks.x.server import XServer

TAG = "evening-of-the-test"


def x_source(server: XServer, *, token: str | None = None, **more: Any) -> XSource:
    """A source for #tartantm that asks the stand-in, straight and without a proxy."""
    http = HttpClients(NetSettings(), LiveClock())
    return XSource(http, token or server.token, ["tartantm"], TAG, base=server.url, **more)


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def heard_of(batches: AsyncIterator[list[Heard]]) -> list[Any]:
    """Everything that is given, until it ends."""
    return [item async for batch in batches for item in batch]


def ago(**time: float) -> datetime:
    """A time before now."""
    return LiveClock().now() - timedelta(**time)


class Chat:
    """What a source may know of a chat, and what came of it."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.heard: list[Heard] = []
        self.carried: list[Carried] = []
        self.events: list[Event] = []
        self.asked: list[Post] = []

    def holds(self, post_id: str) -> bool:
        return any(post.id == post_id for post in self.posts)

    def questions(self, network: str) -> Sequence[Post]:
        return self.asked[::-1]

    def latest(self, network: str, count: int) -> Sequence[Post]:
        return self.posts[::-1][:count]

    def of_source(self, source: str) -> Sequence[Post]:
        return [item for item in self.heard[::-1] if isinstance(item, Post)]

    def post(self, post_id: str) -> Post | None:
        return next((post for post in self.of_source("x") if post.id == post_id), None)

    def ids(self) -> set[str]:
        """The native ids of posts heard."""
        return {item.id[2:] for item in self.heard if isinstance(item, Post)}

    async def hear(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        known = {item.id for item in self.heard if isinstance(item, Post)}
        wordings = {(item.id, item.version) for item in self.heard if isinstance(item, Post)}
        # What is held already in the same words comes again whenever it is asked for.
        self.heard += [
            item
            for item in batch
            if not isinstance(item, Post | Carried)
            or (isinstance(item, Post) and (item.id, item.version) not in wordings)
        ]
        self.carried += [item for item in batch if isinstance(item, Carried)]
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(sum(isinstance(i, Post) and i.id not in known for i in batch))
        return done

    async def keep(self, events: Sequence[Event]) -> None:
        self.events += events


class Running:
    """A source kept going by the real runner."""

    def __init__(self, source: XSource, chat: Chat, since: datetime) -> None:
        self.source, self.chat = source, chat
        self.health = Health(source.name)
        clock = source._http.clock
        self.runner = SourceRunner(
            source,
            self.health,
            deliver=chat.hear,
            record=chat.keep,
            clock=clock,
            held=chat,
            complete_until=since,
        )
        self.task = asyncio.create_task(self.runner.run())

    async def connected(self) -> None:
        await until(lambda: self.health.state == "stream")

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@asynccontextmanager
async def running(
    server: XServer, source: XSource | None = None, chat: Chat | None = None
) -> AsyncIterator[Running]:
    """A source that runs until the block ends."""
    run = Running(source or x_source(server), chat or Chat(), ago(hours=1))
    try:
        yield run
    finally:
        await run.stop()

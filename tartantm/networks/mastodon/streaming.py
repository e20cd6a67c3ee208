"""Listens to hashtags on one server, by Server-Sent Events or by WebSocket, whichever it has."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, Literal

from tartantm.networks.http import HttpClients
from tartantm.networks.json_decode import Undecodable
from tartantm.networks.json_fields import Json, host, line
from tartantm.networks.mastodon.client import Denied, MastodonClient, WebPage, streaming_base
from tartantm.networks.mastodon.sse import EventReader, ServerEvent
from tartantm.networks.protocol import Limited, Lost, Refused

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from tartantm.networks.bounded import Stream

Way = Literal["sse", "websocket"]

Events = AsyncGenerator[list[ServerEvent], None]

NOT_HERE = frozenset({200, 301, 302, 303, 307, 308, 400, 404, 405, 406, 410, 426, 501})
"""Answers of servers that do not stream in the way that was tried."""

AGAIN_SECONDS = 300.0
"""After so long it is tried again whether a server without a stream has one now."""


class NoStream(Limited):
    """The server has no stream of hashtags; nobody can do anything about it but wait."""


class HashtagStreams:
    """The streams of some hashtags; remembers where and how the server streams."""

    def __init__(
        self, client: MastodonClient, http: HttpClients, token: str | None, hashtags: Sequence[str]
    ) -> None:
        self._client, self._http, self._token, self._hashtags = client, http, token, hashtags
        self.damaged = 0
        """Messages that could not be read."""
        self._base = client.base
        self._shares = False
        """Whether one WebSocket carries several hashtags, as Mastodon's does."""
        self._ways: tuple[Way, ...] = ("sse", "websocket")
        """What is tried first, and what then."""

    def learn(self, instance: Json) -> None:
        """Take from what a server says about itself where it streams."""
        self._base = streaming_base(instance, self._client.base)
        version = line(instance, "version")
        self._shares = bool(re.match(r"[3-9]\.", version)) and "compatible" not in version

    async def listen(self, alive: Callable[[], None]) -> Events:
        """The events as they come; the end of any connection ends them all.

        `alive` is called at every sign of life. Raises Lost, Limited, Refused, and NoStream.
        """
        queue: asyncio.Queue[list[ServerEvent] | Exception] = asyncio.Queue(maxsize=100)
        signs = 0

        def sign() -> None:
            nonlocal signs
            signs += 1
            alive()

        async with AsyncExitStack() as connections:
            way, streams = await self._open(connections, sign)
            alive()
            tasks = [asyncio.create_task(_pass_on(each, queue)) for each in streams]
            try:
                while True:
                    item = await queue.get()
                    if isinstance(item, Exception):
                        raise self._meaning(item)
                    yield item
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                if not signs:
                    # A proxy may keep the bytes back: next time the other way is tried first.
                    self._prefer("websocket" if way == "sse" else "sse")

    def _prefer(self, way: Way) -> None:
        self._ways = ("sse", "websocket") if way == "sse" else ("websocket", "sse")

    async def _open(
        self, connections: AsyncExitStack, alive: Callable[[], None]
    ) -> tuple[Way, list[Events]]:
        """Open what is needed in the first way that works."""
        problems: list[Denied | WebPage] = []
        for way in self._ways:
            async with AsyncExitStack() as trial:
                try:
                    streams = await self._open_by(way, trial, alive)
                except (Denied, WebPage) as error:
                    if isinstance(error, Denied) and error.status not in NOT_HERE:
                        raise self._meaning(error) from None
                    problems.append(error)
                    continue
                await connections.enter_async_context(trial.pop_all())
                self._prefer(way)
                return way, streams
        pages = [error for error in problems if isinstance(error, WebPage)]
        raise pages[0] if pages else self._meaning(problems[0])

    async def _open_by(
        self, way: Way, connections: AsyncExitStack, alive: Callable[[], None]
    ) -> list[Events]:
        if way == "sse":
            return [
                self._sse_events(
                    await connections.enter_async_context(self._client.listen(tag, self._base)),
                    alive,
                )
                for tag in self._hashtags
            ]
        from tartantm.networks.mastodon.websocket import open_socket

        shares = [self._hashtags] if self._shares else [(tag,) for tag in self._hashtags]
        return [
            self._socket_events(
                await connections.enter_async_context(
                    open_socket(self._http, self._base, self._token or "", self._client.host, tags)
                ),
                alive,
            )
            for tags in shares
        ]

    async def _sse_events(self, stream: Stream, alive: Callable[[], None]) -> Events:
        reader, damaged = EventReader(), 0
        async for chunk in stream.chunks():
            alive()
            events = reader.feed(chunk)
            self.damaged += reader.damaged - damaged
            damaged = reader.damaged
            if events:
                yield events

    async def _socket_events(self, socket: ClientConnection, alive: Callable[[], None]) -> Events:
        from tartantm.networks.mastodon.websocket import event_of, messages

        async with aclosing(messages(socket, host(self._base), alive)) as received:
            async for message in received:
                try:
                    event = event_of(message, self._client.host)
                except Undecodable:
                    self.damaged += 1
                    continue
                if event is not None:
                    yield [event]

    def _meaning(self, error: Exception) -> Exception:
        """What a refusal means for who waits for the stream."""
        server = self._client.host
        if not isinstance(error, Denied):
            return error
        if error.status in NOT_HERE:
            words = f"{server} does not stream hashtags ({error.status}); its timeline is asked."
            return NoStream(words, AGAIN_SECONDS)
        return Refused(self._client.refusal(f"does not stream with this token ({error.status})"))


async def _pass_on(events: Events, queue: asyncio.Queue[list[ServerEvent] | Exception]) -> None:
    try:
        async with aclosing(events):
            async for some in events:
                await queue.put(some)
        await queue.put(Lost("The connection was closed."))
    except Exception as error:  # any failure has to reach the reader of the queue
        await queue.put(error)

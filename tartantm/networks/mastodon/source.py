"""The source for one Mastodon server, or one that speaks its API: streams, and polls timelines.

With a token the server streams posts as they come, and its timeline is polled beside; without one,
or where the server refuses to stream, the timeline is polled more often. A chat on many servers is
followed on one large server or on several: a post's id is the same on all.

The way of a post: `stream` reads one connection for each hashtag, `_event` takes an event of it,
`read` makes posts of statuses by `payload.post_of` and drops those that are not for everybody.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tartantm.core.errors import TartantmError
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard, Unreadable
from tartantm.networks.http import HttpClients
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import Json, identifier
from tartantm.networks.mastodon.client import (
    SILENCE_SECONDS,
    Denied,
    MastodonClient,
    streaming_base,
)
from tartantm.networks.mastodon.payload import local_id, post_of
from tartantm.networks.mastodon.recheck import AT_ONCE, Recheck
from tartantm.networks.mastodon.replies import Replies
from tartantm.networks.mastodon.sse import EventReader, ServerEvent
from tartantm.networks.mastodon.timeline import timeline
from tartantm.networks.protocol import ChatIndex, Finding, Refused

if TYPE_CHECKING:
    from tartantm.networks.bounded import Stream

POLL_SECONDS = 20.0
"""Between two polls of the timeline where nothing streams."""

POLL_BESIDE_STREAM_SECONDS = 45.0
"""The same beside a stream."""

REPLIES_SECONDS = 60.0

REMEMBERED = 20_000
"""Posts whose ids on this server are remembered."""


class MastodonSource:
    """Satisfies `LiveSource`. `server` is a host or an address; raises BadInput for others."""

    network = "mastodon"
    gap_filler = "timeline"
    reports_deletions = True

    def __init__(
        self, http: HttpClients, server: str, hashtags: Sequence[str], token: str | None = None
    ) -> None:
        self.held: ChatIndex | None = None
        self.name = f"mastodon:{server}"
        self.damaged = 0
        self.silence = SILENCE_SECONDS
        self.poll_every, self.poll_beside = POLL_SECONDS, POLL_BESIDE_STREAM_SECONDS
        self.replies_every = REPLIES_SECONDS
        self.recheck_at_once = AT_ONCE
        self.hashtags = tuple(dict.fromkeys(tag.lstrip("#＃").lower() for tag in hashtags))
        self.client = MastodonClient(http, server, token or None)
        self.clock = http.clock
        self._streaming_base = self.client.base
        self._replies = Replies(self.client, self.read)
        self._recheck = Recheck(self.client, self.read, http.clock)
        self._ids: OrderedDict[str, str] = OrderedDict()
        """Ids of posts by their aliases on this server."""

    @property
    def streams(self) -> bool:
        """Whether there is a token, without which no server streams."""
        return self.client.has_token

    async def open(self) -> None:
        """Learn where the server streams."""
        self._streaming_base = streaming_base(await self.client.instance(), self.client.base)

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Listen on one connection for each hashtag; the end of any ends them all."""
        queue: asyncio.Queue[list[Heard] | Exception] = asyncio.Queue(maxsize=100)
        async with AsyncExitStack() as connections:
            responses = [await self._open_stream(tag, connections) for tag in self.hashtags]
            alive()
            tasks = [
                asyncio.create_task(self._read_stream(each, queue, alive)) for each in responses
            ]
            try:
                while True:
                    item = await queue.get()
                    if isinstance(item, Exception):
                        raise item
                    yield item
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _open_stream(self, tag: str, connections: AsyncExitStack) -> Stream:
        opening = self.client.listen(tag, self._streaming_base)
        try:
            return await connections.enter_async_context(opening)
        except Denied as error:
            raise Refused(
                f"{self.client.host} does not stream with this token ({error.status}); "
                f"its timeline is asked every {POLL_SECONDS:.0f} seconds."
            ) from None

    async def _read_stream(
        self,
        response: Stream,
        queue: asyncio.Queue[list[Heard] | Exception],
        alive: Callable[[], None],
    ) -> None:
        reader, damaged = EventReader(), 0
        try:
            async for chunk in response.chunks():
                alive()
                heard = [item for event in reader.feed(chunk) for item in self._event(event)]
                self.damaged += reader.damaged - damaged
                damaged = reader.damaged
                if heard:
                    await queue.put(heard)
        except Exception as error:  # any failure has to reach the reader of the queue
            await queue.put(error)

    def _event(self, event: ServerEvent) -> list[Heard]:
        if event.name == "delete":
            gone = local_id(identifier(event.data.strip()), self.client.host)
            names = (self._ids.get(gone), gone) if gone else ()
            posts = tuple(name for name in names if name)
            return [Deleted(posts, self.clock.now())] if posts else []
        # mastodon-mock and some servers write the event of an edit with an underscore.
        if event.name not in ("update", "status.update", "status_update"):
            return []
        try:
            return self.read([decode(event.data.encode())])
        except Undecodable:
            self.damaged += 1
            return []

    def read(self, statuses: Iterable[Any], found_by: str = "") -> list[Heard]:
        """Make posts of statuses; those that are not for everybody are dropped."""
        posts: list[Heard] = []
        for status in statuses:
            if not isinstance(status, dict):
                self.damaged += 1
                continue
            try:
                post = post_of(status, self.client.host)
            except Unreadable:
                self.damaged += 1
                continue
            self._replies.notice(status)
            if post.visibility != "restricted":
                posts.append(self._received(post, found_by))
        return posts

    def _received(self, post: Post, found_by: str) -> Post:
        for alias in post.aliases:
            self._ids[alias] = post.id
            self._ids.move_to_end(alias)
        while len(self._ids) > REMEMBERED:
            self._ids.popitem(last=False)
        return replace(
            post,
            received_at=self.clock.now(),
            found_by="" if self._is_tagged(post) else found_by,
            reply_to=self._ids.get(post.reply_to or "", post.reply_to),
        )

    def _is_tagged(self, post: Post) -> bool:
        return any(tag.lower() in self.hashtags for tag in post.hashtags)

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """The hashtags' timelines back to `when`, each with the oldest posts first.

        So a reply comes after what it replies to. Pages read before a failure are delivered too.
        """
        bound = self.clock.earliest(self.client.host, when)
        for tag in self.hashtags:
            pages: list[list[Json]] = []
            fault: TartantmError | None = None
            try:
                async for page in self._pages(tag, bound):
                    pages.append(page)
            except TartantmError as error:
                fault = error
            for page in reversed(pages):
                yield self.read(reversed(page))
            if fault is not None:
                raise fault

    async def _pages(self, tag: str, when: datetime) -> AsyncIterator[list[Json]]:
        """A timeline; where the token is not accepted (any more), what everybody may see."""
        try:
            async for page in timeline(self.client, tag, when):
                yield page
        except Denied as error:
            if error.status != 401 or not self.client.has_token:
                raise
            async for page in timeline(self.client, tag, when, as_nobody=True):
                yield page

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies below posts that were received from this server."""
        async for batch in self._replies.fetch(held):
            yield batch

    async def recheck(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """Later wordings and deletions of posts received from this server; others are skipped."""
        async for batch in self._recheck.check(posts):
            yield batch

    async def diagnose(self) -> AsyncIterator[Finding]:
        """For ``tartantm doctor``; takes half a minute where the server says nothing."""
        from tartantm.networks.mastodon.doctor import diagnose

        async for finding in diagnose(
            self.client, self.hashtags, read=self.read, stream=self.stream, clock=self.clock
        ):
            yield finding

    def note(self) -> str:
        """How often it polls, where it cannot stream."""
        return "" if self.streams else f"asked every {self.poll_every:.0f} s"

    async def close(self) -> None:
        """Close every connection."""
        await self.client.close()

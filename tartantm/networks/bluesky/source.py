"""Bluesky, heard live: Jetstream for what is said now, its replay and search for what was missed.

The stream is always joined at its live end. What was said while nobody listened is read on a
second connection that starts where the first one broke off, and ends where it took up again; so a
gap is known to be filled, whatever any clock says.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.bluesky.jetstream import DEFAULT, Jetstream, JetstreamConnection
from tartantm.networks.bluesky.profiles import ProfileCache
from tartantm.networks.bluesky.replay import Pulse, replay
from tartantm.networks.bluesky.search import BlueskySearch
from tartantm.networks.bluesky.stream_filter import StreamFilter, time_of
from tartantm.networks.bluesky.xrpc import PUBLIC, Account, XrpcClient
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.json_fields import EPOCH
from tartantm.networks.protocol import ChatIndex, Finding, Refused, Unfilled

__all__ = ["DEFAULT", "Account", "BlueskySource"]

REPLAYED = timedelta(minutes=15)
"""Gaps up to this are replayed, the whole network's posts: some 30 MB."""

REPLAYED_AT_MOST = timedelta(minutes=45)
"""How far back is replayed where searching is not possible: some 120 MB."""

INDEXED = timedelta(minutes=2)
"""Search may not know yet what is younger than this."""

REWIND = timedelta(seconds=10)
"""How much further back a replay starts: servers differ by seconds in what they call now."""

_TOO_LONG = (
    f"Bluesky's stream was asked for the last {REPLAYED_AT_MOST.total_seconds() / 60:.0f} minutes; "
    "what was said before could not be searched for:"
)

_MICROSECOND = timedelta(microseconds=1)

PING_SECONDS = 10.0
WAITING = 10_000
"""Posts that were read and not taken; beyond this the server has to wait."""

TURN = 100
"""Messages after which others of this process have their turn."""


class _Waiting(NamedTuple):
    """Something of the chat that was read from the stream and not yet taken."""

    at: int
    heard: list[Heard]


class BlueskySource:
    """Listens to all of Bluesky for a chat's hashtags."""

    name = network = "bluesky"
    streams = True
    silence = 45.0
    poll_every = 300.0
    replies_every = 0.0

    def __init__(
        self,
        http: HttpClients,
        hashtags: Sequence[str],
        *,
        jetstream: str = DEFAULT,
        service: str = PUBLIC,
        account: Account | None = None,
    ) -> None:
        self.damaged = 0
        self.gap_filler = "replay"
        self.http = http
        self.jetstream = Jetstream(http, jetstream)
        self.xrpc = XrpcClient(http, service, account)
        self.filter = StreamFilter(hashtags)
        self.profiles = ProfileCache(self.xrpc)
        self.search = BlueskySearch(self.xrpc, self.filter, http.clock)
        self._reader: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        self._waiting: deque[_Waiting] = deque()
        self._passed: deque[bytes] = deque(maxlen=20_000)
        """While a gap is filled: what might concern posts that are not known yet."""
        self._pulse: Pulse | None = None
        """Of the stream, while it is connected."""
        self._gap: datetime | None = None
        """From when on the gap before this connection is being filled."""
        self._whole_until = 0
        """When the last message came before which nothing is missing, by the servers' time."""
        self._knows_time = False

    @property
    def held(self) -> ChatIndex | None:
        """What the chat holds."""
        return self.filter.held

    @held.setter
    def held(self, held: ChatIndex | None) -> None:
        self.filter.held = held

    async def open(self) -> None:
        """Learn the time once, since gaps are told by it; Bluesky needs nothing made ready."""
        if not self._knows_time:
            with suppress(TartantmError, TimeoutError):
                async with asyncio.timeout(3):
                    await self.xrpc.ask("_health", {})
            self._knows_time = True

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Listen on one connection until it ends; posts wait up to two seconds for names."""
        await self._stop_reading()
        self._reader = reader = asyncio.create_task(self._read(alive))
        reader.add_done_callback(lambda _: self._more.set())
        while True:
            await self._more.wait()
            self._more.clear()
            ended = reader.done()
            while self._waiting:
                batches = list(self._waiting)
                yield await self.profiles.named([item for each in batches for item in each.heard])
                # Only what was taken counts as heard: what is cut off here comes once more.
                for _ in batches:
                    self._waiting.popleft()
            if ended:
                reader.result()
                return

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Replay a gap, or search for a longer one; nothing where the stream told it already."""
        if self._told_already(when):
            return
        pulse, now = self._pulse, self.http.clock.now()
        self.gap_filler, begin, missing = "replay", when, ""
        if now - when > REPLAYED:
            try:
                async for batch in self._searched(when):
                    yield await self.profiles.named(batch)
                self.gap_filler, begin = "search", now - INDEXED
            except Refused as error:
                begin = max(when, now - REPLAYED_AT_MOST)
                missing = f"{_TOO_LONG} {error}" if begin > when else ""
        cursor = _micros(begin)
        if begin == when and self._whole_until:
            cursor = min(cursor, self._whole_until)
        if pulse and pulse.last:
            # The clock here may be ahead of the server's, and how long ago it was still be right.
            cursor = min(cursor, pulse.last - (now - begin) // _MICROSECOND)
        try:
            async for batch in self._replay(cursor - REWIND // _MICROSECOND):
                yield await self.profiles.named(batch)
        except Unfilled as error:
            missing = str(error)
        if pulse is self._pulse and self._gap is not None:
            self._gap = None
            late = [item for frame in self._passed for item in self.match_frame(frame)]
            self._passed.clear()
            yield await self.profiles.named(late)
        if missing:
            raise Unfilled(missing)

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """What is below the questions and the last posts held. The stream brings it unasked."""
        posts = [*held.questions("bluesky")[:20], *held.latest("bluesky", 20)]
        uris = dict.fromkeys((post.thread or post.id).removeprefix("bluesky:") for post in posts)
        async for batch in self.search.threads(list(uris)):
            yield batch

    async def recheck(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """Ask for posts again, 25 a call; what no longer comes is gone."""
        async for batch in self.search.recheck(posts):
            yield batch

    async def diagnose(self) -> AsyncIterator[Finding]:
        """Try the stream, the people's names, the account and its search."""
        from tartantm.networks.bluesky.doctor import diagnose

        now = self.http.clock.now()
        async for finding in diagnose(self.jetstream, self.xrpc, self.search, now):
            yield finding

    def note(self) -> str:
        """Nothing: hearing Bluesky costs nothing."""
        return ""

    async def close(self) -> None:
        """Let go of the stream, of replays and of what is being asked."""
        self.jetstream.close()
        await self._stop_reading()
        await self.profiles.close()
        await self.xrpc.close()

    def match_frame(self, frame: bytes) -> list[Heard]:
        """What one message tells that matters here."""
        if not self.filter.may_matter(frame):
            return []
        found = self.filter.match_frame(frame)
        self.damaged += found.damaged
        if found.renamed:
            self.profiles.forget(found.renamed)
        return found.heard

    def _replay(self, cursor: int) -> AsyncIterator[list[Heard]]:
        return replay(self.jetstream, cursor, self.match_frame, lambda: self._pulse)

    def _told_already(self, when: datetime) -> bool:
        """Whether the stream has told all since a time, or a longer gap is being filled."""
        if self._gap is None:
            return self._pulse is not None and self._pulse.last >= _micros(when)
        if self._gap != EPOCH and when > self._gap:
            return True
        self._gap = when
        return False

    async def _searched(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Search, and look below what is held; raises Refused where only an account may."""
        if self.xrpc.account is None and self.xrpc.is_public:
            raise Refused("No Bluesky account is set up; `tartantm account add bluesky` does it.")
        async for batch in self.search.since(when):
            yield batch
        if self.held is not None:
            async for batch in self.replies(self.held):
                yield batch

    async def _stop_reading(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            self._reader = None

    async def _read(self, alive: Callable[[], None]) -> None:
        """Read one connection until it breaks; what matters waits to be taken."""
        async with self.jetstream.connect() as connection:
            self._pulse = pulse = Pulse()
            self._gap = EPOCH
            self._passed.clear()
            alive()
            pinging = asyncio.create_task(_ping(connection, pulse, alive))
            try:
                count = 0
                while True:
                    self._take_in(await connection.receive(), pulse)
                    alive()
                    count += 1
                    if count % TURN == 0:
                        await asyncio.sleep(0)
                    while len(self._waiting) > WAITING:
                        await asyncio.sleep(0.05)
            finally:
                self._pulse = None
                pinging.cancel()

    def _take_in(self, frame: bytes, pulse: Pulse) -> None:
        at = time_of(frame)
        if at is not None:
            pulse.beat(at)
        if heard := self.match_frame(frame):
            self._waiting.append(_Waiting(at or pulse.last, heard))
            self._more.set()
        elif self._gap is not None and (b'"reply"' in frame or b'"create"' not in frame):
            self._passed.append(frame)
        if self._gap is None and pulse.last:
            self._whole_until = self._waiting[0].at if self._waiting else pulse.last


async def _ping(connection: JetstreamConnection, pulse: Pulse, alive: Callable[[], None]) -> None:
    """Notice a link that is dead; a quiet server that answers is well."""
    try:
        while True:
            await asyncio.sleep(PING_SECONDS)
            await connection.ping()
            if not pulse.has_stopped:
                alive()
    except Exception:
        connection.abort()


def _micros(when: datetime) -> int:
    return (when - EPOCH) // _MICROSECOND

"""The source for Bluesky: Jetstream for new posts, a replay or search for missed ones.

The stream is always joined at its live end. A gap is read on a second connection that starts where
the first one broke off and ends where the new one began; so a gap is known to be filled, whatever
any clock says. A message goes through `stream_filter` and becomes a post in `payload`.
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
from tartantm.networks.bluesky.search import AT_ONCE, BlueskySearch
from tartantm.networks.bluesky.stream_filter import StreamFilter, time_of
from tartantm.networks.bluesky.xrpc import PUBLIC, Account, XrpcClient
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.json_fields import EPOCH
from tartantm.networks.protocol import ChatIndex, Finding, Refused, Unfilled

__all__ = ["DEFAULT", "Account", "BlueskySource"]

REPLAYED = timedelta(minutes=15)
"""Gaps up to this length are replayed, which takes all posts of the network: some 30 MB."""

REPLAYED_AT_MOST = timedelta(minutes=45)
"""How far back is replayed where search is not possible: some 120 MB."""

INDEXED = timedelta(minutes=2)
"""Search may not have indexed younger posts yet."""

REWIND = timedelta(seconds=10)
"""How much further back a replay starts: the servers' clocks differ by seconds."""

_TOO_LONG = (
    f"Bluesky's stream was asked for the last {REPLAYED_AT_MOST.total_seconds() / 60:.0f} minutes; "
    "what was said before could not be searched for:"
)

_MICROSECOND = timedelta(microseconds=1)

PING_SECONDS = 10.0
WAITING = 10_000
"""Batches that were read and not delivered; beyond this nothing more is read."""

TURN = 100
"""Messages after which other tasks of this process get a turn."""


class _Waiting(NamedTuple):
    """Items of the chat that were read from the stream and not yet delivered."""

    at: int
    """Server time of the message, in microseconds since 1970."""
    heard: list[Heard]


class BlueskySource:
    """Satisfies `LiveSource`: listens to all of Bluesky for a chat's hashtags."""

    name = network = "bluesky"
    streams = True
    silence = 45.0
    poll_every = 60.0
    poll_beside = 300.0
    replies_every = 600.0
    recheck_at_once = AT_ONCE
    reports_deletions = True

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
        """While a gap is filled: messages that may concern posts that are not known yet."""
        self._pulse: Pulse | None = None
        """The pulse of the live stream; None while it is not connected."""
        self._gap: datetime | None = None
        """Where the gap before this connection begins; EPOCH until known, None once filled."""
        self._whole_until = 0
        """Server time of the last message before which nothing is missing, in microseconds."""
        self._asked_time = False

    @property
    def held(self) -> ChatIndex | None:
        """What the chat holds."""
        return self.filter.held

    @held.setter
    def held(self, held: ChatIndex | None) -> None:
        self.filter.held = held

    async def open(self) -> None:
        """Learn the server's time once, by which gaps are measured; nothing else is needed."""
        if not self._asked_time:
            with suppress(TartantmError, TimeoutError):
                async with asyncio.timeout(3):
                    await self.xrpc.ask("_health", {})
            self._asked_time = True

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
                # Only what was delivered counts as received: what is cut off here comes again.
                for _ in batches:
                    self._waiting.popleft()
            if ended:
                reader.result()
                return

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Replay a gap, or search for a longer one; nothing where the stream covered it."""
        if self._is_covered(when):
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
            # The clock here may be ahead of the server's; the length of the gap is right anyway.
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
        """Replies below the questions and the last posts. The stream brings new ones unasked."""
        posts = [*held.questions("bluesky")[:20], *held.latest("bluesky", 20)]
        uris = dict.fromkeys((post.thread or post.id).removeprefix("bluesky:") for post in posts)
        async for batch in self.search.threads(list(uris)):
            yield batch

    async def recheck(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """Ask for posts again, 25 a call; what does not come any more is gone."""
        async for batch in self.search.recheck(posts):
            yield batch

    async def diagnose(self) -> AsyncIterator[Finding]:
        """Ask whether people's names can be had, and whether the account logs in."""
        from tartantm.networks.bluesky.doctor import diagnose

        async for finding in diagnose(self.xrpc):
            yield finding

    def note(self) -> str:
        """Nothing: Bluesky costs nothing, and always streams."""
        return ""

    async def close(self) -> None:
        """Close the stream and replays, and stop asking."""
        self.jetstream.close()
        await self._stop_reading()
        await self.profiles.close()
        await self.xrpc.close()

    def match_frame(self, frame: bytes) -> list[Heard]:
        """What belongs to the chat in one message."""
        if not self.filter.may_matter(frame):
            return []
        found = self.filter.match_frame(frame)
        self.damaged += found.damaged
        if found.renamed:
            self.profiles.forget(found.renamed)
        return found.heard

    def _replay(self, cursor: int) -> AsyncIterator[list[Heard]]:
        return replay(self.jetstream, cursor, self.match_frame, lambda: self._pulse)

    def _is_covered(self, when: datetime) -> bool:
        """Whether the stream brought all since a time, or a longer gap is being filled."""
        if self._gap is None:
            return self._pulse is not None and self._pulse.last >= _micros(when)
        if self._gap != EPOCH and when > self._gap:
            return True
        self._gap = when
        return False

    async def _searched(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Search, and read replies to held posts; raises Refused where that needs an account."""
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
        """Read one connection until it breaks; what is found waits to be delivered."""
        async with self.jetstream.connect() as connection:
            self._pulse = pulse = Pulse()
            self._gap = EPOCH
            self._passed.clear()
            alive()
            pinging = asyncio.create_task(_ping(connection, pulse, alive))
            try:
                count = 0
                while True:
                    self._read_frame(await connection.receive(), pulse)
                    alive()
                    count += 1
                    if count % TURN == 0:
                        await asyncio.sleep(0)
                    while len(self._waiting) > WAITING:
                        await asyncio.sleep(0.05)
            finally:
                self._pulse = None
                pinging.cancel()

    def _read_frame(self, frame: bytes, pulse: Pulse) -> None:
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
    """Break a connection whose server does not answer pings; a quiet one is fine."""
    try:
        while True:
            await asyncio.sleep(PING_SECONDS)
            await connection.ping()
            if not pulse.has_stopped:
                alive()
    except Exception:
        connection.abort()


def _micros(when: datetime) -> int:
    """A time in microseconds since 1970."""
    return (when - EPOCH) // _MICROSECOND

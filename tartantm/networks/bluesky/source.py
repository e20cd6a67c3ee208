"""The source for Bluesky: Jetstream for new posts, a replay or search for missed ones.

The stream is always joined at its live end. A gap is read on a second connection that starts where
the first one broke off and ends where the new one began; so a gap is known to be filled, whatever
any clock says. A message goes through `stream_filter` and becomes a post in `payload`; what comes
live waits in `live` to be delivered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.bluesky.accounts import InactiveAccounts
from tartantm.networks.bluesky.gap import GapMeter
from tartantm.networks.bluesky.jetstream import DEFAULT, Jetstream
from tartantm.networks.bluesky.live import LiveStream
from tartantm.networks.bluesky.profiles import ProfileCache
from tartantm.networks.bluesky.recheck import AT_ONCE, INDEXED, BlueskyRecheck, can_ask_for
from tartantm.networks.bluesky.replay import BEYOND, Pulse, probe, replay
from tartantm.networks.bluesky.replies import LOOK_SECONDS, BlueskyReplies
from tartantm.networks.bluesky.search import BlueskySearch
from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.bluesky.xrpc import NO_ACCOUNT, PUBLIC, Account, XrpcClient
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import (
    ChatIndex,
    Finding,
    Limited,
    Lost,
    Refused,
    Unfilled,
    introduced,
    skip,
)

__all__ = ["DEFAULT", "Account", "BlueskySource"]

POLL_BESIDE_SECONDS = 300.0
"""Between two polls beside the stream, since one may be open and send nothing."""

REPLAYED = timedelta(minutes=15)
"""Gaps up to this length are replayed, which takes all posts of the network: some 30 MB."""

REPLAYED_AT_MOST = timedelta(minutes=45)
"""How far back is replayed where search is not possible: some 120 MB."""

FIRST_SECONDS = 2.0
"""How long a new connection may take to bring its first message, which says the time there."""

_TOO_LONG = (
    f"Bluesky's stream was asked for the last {REPLAYED_AT_MOST.total_seconds() / 60:.0f} minutes; "
    "what was said before could not be searched for:"
)

UNCONFIRMED_SECONDS = 20.0
"""Seconds between polls beside a stream that was silent so far, as the replay before it was."""


class _Unconfirmed(NamedTuple):
    """A replay that sent nothing, while the live stream had sent nothing either."""

    cursor: int
    at: float
    """When it was asked for first, by `time.monotonic`."""


class BlueskySource:
    """Satisfies `LiveSource`: listens to all of Bluesky for a chat's hashtags."""

    name = network = "bluesky"
    streams = True
    silence = 45.0
    poll_every = 60.0
    replies_every = LOOK_SECONDS
    poll_beside = POLL_BESIDE_SECONDS
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
        self.search = BlueskySearch(self.xrpc, self.filter)
        self._replies = BlueskyReplies(self.search)
        self._recheck = BlueskyRecheck(self.xrpc, self.filter, http.clock)
        self._unconfirmed: _Unconfirmed | None = None
        self._gap = GapMeter(http.clock)
        self._inactive = InactiveAccounts(self._recheck, self.filter)
        self.live = LiveStream(self.jetstream, self.match_frame, self._gap, self._inactive)
        self._asked_time = False
        self._end_replayed: Pulse | None = None
        """The stream up to which the end of a gap was replayed whose beginning is searched for."""

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
        async with aclosing(self.live.listen(alive)) as listened:
            async for heard in listened:
                yield await self.profiles.named(heard)

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """What was missed since a time; nothing where the stream brings everything.

        A short gap is replayed. A longer one is searched for, where there is an account, and its
        end replayed; so is any while the stream is away, and what can be while search fails.
        """
        if self._is_covered(when):
            return
        length = self._gap.length(when)
        pulse, self.gap_filler, missing = self.live.pulse, "replay", ""
        had_since: datetime | None = None
        unanswered: Lost | Limited | None = None
        is_too_long = length > REPLAYED_AT_MOST
        if pulse is None or length > REPLAYED:
            try:
                async for batch in self._searched(length):
                    yield await self.profiles.named(batch)
            except Refused as error:
                missing = introduced(_TOO_LONG, str(error)) if is_too_long else ""
                length = min(length, REPLAYED_AT_MOST)
                had_since = self.http.clock.now() - length
            except Unfilled as error:
                missing, had_since, length = str(error), error.had_since, self._was_searched(length)
            except (Lost, Limited) as error:
                # What the stream still has does not wait for search; only the rest does.
                if is_too_long and pulse is not None and pulse is self._end_replayed:
                    raise Lost(str(error)) from None
                length, unanswered = min(length, REPLAYED_AT_MOST), error
            else:
                length = self._was_searched(length)
        is_whole = True
        if pulse is not None or self.gap_filler == "replay":
            try:
                async for batch in self._replay(length):
                    yield await self.profiles.named(batch)
            except Unfilled as error:
                if unanswered is not None:
                    raise Lost(str(unanswered)) from None  # search may still have it
                missing, had_since = str(error), None
            except (Lost, Limited):
                if self.gap_filler == "replay":
                    raise
                is_whole = False  # The last minutes are replayed the next time.
        # Else the stream brings the rest once it is back.
        if is_whole and pulse is not None and pulse is self.live.pulse:
            async for batch in self._passed_by():
                yield await self.profiles.named(batch)
        if unanswered is not None and is_too_long:
            self._end_replayed = pulse
            raise Lost(str(unanswered))
        if missing:
            raise Unfilled(missing, had_since)

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies below some of the held posts. The stream brings new ones unasked."""
        async for batch in self._replies.look(held):
            yield await self.profiles.named(batch)

    def can_recheck(self, post: Post) -> bool:
        """Whether a post has an address on Bluesky."""
        return can_ask_for(post)

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Ask for posts again, 25 a call; what does not come any more is gone."""
        async for batch in self._recheck.check(posts, answered):
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
        await self.live.stop()
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
        if found.left:
            self._inactive.leave(found.left)
        if found.came_back:
            self._inactive.come_back(found.came_back)
        return found.heard

    async def _replay(self, length: timedelta) -> AsyncIterator[list[Heard]]:
        """What was said in a gap, up to where the live stream began, or to now without one."""
        pulse = self.live.pulse or await probe(self.jetstream)
        began = monotonic()
        while (
            pulse is self.live.pulse
            and not pulse.last
            and monotonic() - pulse.began < FIRST_SECONDS
        ):
            await asyncio.sleep(0.02)
        cursor = self._gap.cursor(length, pulse, self.jetstream.host)
        unsure = self._unconfirmed or _Unconfirmed(cursor, began)
        if began - unsure.at > REPLAYED_AT_MOST.total_seconds():
            unsure = _Unconfirmed(cursor, began)
        cursor = min(cursor, unsure.cursor)
        frames = replay(self.jetstream, cursor, self.match_frame, lambda: self.live.pulse or pulse)
        async for batch in frames:
            yield batch
        if self.live.pulse is None:
            self._gap.whole_but(timedelta(seconds=monotonic() - began))
        # It ended as nothing came; where nothing comes live either, it may only have been held up.
        is_sure = self.live.pulse is None or bool(self.live.pulse.first)
        self._unconfirmed = None if is_sure else unsure._replace(cursor=cursor)
        self.poll_beside = POLL_BESIDE_SECONDS if is_sure else UNCONFIRMED_SECONDS

    async def _passed_by(self) -> AsyncIterator[list[Heard]]:
        """What came live while a gap was filled, and concerns posts that came by that."""
        if self.live.is_behind:
            self.live.is_behind = False
            yield [item for frame in self.live.passed.take() for item in self.match_frame(frame)]
        if (span := self.live.passed.left_out) is not None:
            end = Pulse()
            end.beat(span.last)
            async for batch in replay(
                self.jetstream, span.first - BEYOND, self.match_frame, lambda: end
            ):
                yield batch
            self.live.passed.left_out = None

    def _was_searched(self, length: timedelta) -> timedelta:
        """Note that a gap was searched for; returns how much at its end may not be indexed yet."""
        if length > REPLAYED:
            self._replies.begin_anew()
        self.gap_filler = "search"
        self._gap.whole_but(INDEXED)
        return INDEXED

    def _is_covered(self, when: datetime) -> bool:
        """Whether the stream brought everything, and something after a time."""
        pulse = self.live.pulse
        if pulse is None or self.live.is_behind or not pulse.last:
            return False
        if self._unconfirmed is not None or self.live.passed.left_out is not None:
            return False
        return monotonic() - pulse.came < (self.http.clock.now() - when).total_seconds()

    async def _searched(self, length: timedelta) -> AsyncIterator[list[Heard]]:
        """Search for what was said; raises Refused where that needs an account."""
        if self.xrpc.account is None and self.xrpc.is_public:
            raise Refused(NO_ACCOUNT)
        async for batch in self.search.since(self._gap.search_from(length, self.xrpc.host)):
            yield batch

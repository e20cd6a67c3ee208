"""The source for one Mastodon server, or one that speaks its API: streams, and polls timelines.

With a token the server streams posts as they come, and its timeline is polled beside; without one,
or where the server has no stream, the timeline is polled more often. A chat on many servers is
followed on one large server or on several: a post's id is the same on all.

The way of a post: `stream` has events from `streaming.py`, `_event` takes one of them, `read` makes
posts of statuses by `payload.post_of` and drops those that are not for everybody. This file is
longer than others since every way to a post ends in `read`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post, bare_hashtag
from tartantm.networks.heard import Carried, Heard, Unreadable, received
from tartantm.networks.http import HttpClients
from tartantm.networks.in_turns import in_turns
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import identifier
from tartantm.networks.mastodon.client import SILENCE_SECONDS, MastodonClient
from tartantm.networks.mastodon.learning import Learning
from tartantm.networks.mastodon.payload import brought, local_id, post_of
from tartantm.networks.mastodon.reading import Reading
from tartantm.networks.mastodon.recheck import Recheck
from tartantm.networks.mastodon.replies import Replies
from tartantm.networks.mastodon.sse import ServerEvent
from tartantm.networks.mastodon.streaming import HashtagStreams
from tartantm.networks.mastodon.timeline import Paging, timeline
from tartantm.networks.patience import Patience, together
from tartantm.networks.protocol import ChatIndex, Finding, Unfilled, skip

POLL_SECONDS = 20.0
"""Between two polls of the timeline where nothing streams."""

POLL_BESIDE_STREAM_SECONDS = 45.0
"""The same beside a stream."""

REPLIES_SECONDS = 60.0

DEEP_SECONDS = 120.0
"""How often it is looked further back for posts that were late; else a page mostly suffices."""

KEPT_PAGES, KEPT_SECONDS = 25, 2.0
"""Pages, and seconds, for which others are waited for, so that a reply follows its post."""

REMEMBERED = 20_000
"""Posts whose ids on this server are remembered."""


class MastodonSource:
    """Satisfies `LiveSource`. `server` is a host or an address; raises BadInput for others."""

    network = "mastodon"
    gap_filler = "timeline"
    reports_deletions = True

    def __init__(
        self,
        http: HttpClients,
        server: str,
        hashtags: Sequence[str],
        token: str | None = None,
        token_from: str = "",
    ) -> None:
        """`token_from` is where the token was found, for people."""
        self.held: ChatIndex | None = None
        self.name = f"mastodon:{server}"
        self.silence = SILENCE_SECONDS
        self._poll_every, self._poll_beside = POLL_SECONDS, POLL_BESIDE_STREAM_SECONDS
        self.replies_every = REPLIES_SECONDS
        self.hashtags = tuple(dict.fromkeys(bare_hashtag(tag).lower() for tag in hashtags))
        self.client = MastodonClient(http, server, token or None, token_from)
        self.clock = http.clock
        self._streams = HashtagStreams(self.client, http, token or None, self.hashtags)
        self._learning = Learning(self.client, self._streams.learn)
        self._replies = Replies(self.client, self.read)
        self._recheck = Recheck(self.client, self.read, http.clock)
        self.recheck_at_once = self._recheck.at_once
        self.lacks = "" if self.streams else "there is no token for its stream"
        self._damaged = 0
        self._deep_at: float | None = None
        """When it was looked further back last, by `time.monotonic`."""
        self._paging = Paging()
        self._readings: dict[str, Reading] = {}
        """What was read of each hashtag's timeline by tries that were interrupted."""
        self._interrupted_at: float | None = None
        """When the first of these tries ended, by `time.monotonic`."""
        self._again_from: float | None = None
        """From when on is looked again for posts that came late, into what was passed over."""
        self._ids: OrderedDict[str, str] = OrderedDict()
        """Ids of posts by their aliases on this server."""
        self._unreadable: OrderedDict[str, None] = OrderedDict()
        """Ids on this server of what could not be read."""

    @property
    def streams(self) -> bool:
        """Whether there is a token, without which no server streams."""
        return self.client.has_token

    @property
    def damaged(self) -> int:
        """Messages and posts that could not be read so far."""
        return self._damaged + self._streams.damaged

    @damaged.setter
    def damaged(self, number: int) -> None:
        self._damaged = number - self._streams.damaged

    @property
    def poll_every(self) -> float:
        """Seconds between polls where nothing streams; more where few requests are left."""
        return self._poll_every * self.client.budget.slower

    @poll_every.setter
    def poll_every(self, seconds: float) -> None:
        self._poll_every = seconds

    @property
    def poll_beside(self) -> float:
        """The same beside a stream."""
        return self._poll_beside * self.client.budget.slower

    @poll_beside.setter
    def poll_beside(self, seconds: float) -> None:
        self._poll_beside = seconds

    async def open(self) -> None:
        """Learn what the server is; where it does not say, its timeline has to answer."""
        await self._learning.at_opening(self.hashtags)

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Listen to each hashtag; the end of any connection ends them all."""
        async with aclosing(self._streams.listen(alive)) as streamed:
            async for events in streamed:
                if heard := [item for event in events for item in self._event(event)]:
                    yield heard

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
            self._damaged += 1
            return []

    def read(self, statuses: Iterable[Any], found_by: str = "") -> list[Heard]:
        """Make posts of statuses; those that are not for everybody are dropped."""
        posts: list[Heard] = []
        now = self.clock.now()
        for status in statuses:
            if not isinstance(status, dict):
                self._damaged += 1
                continue
            try:
                post = post_of(status, self.client.host)
            except Unreadable:
                self._note_unreadable(status)
                continue
            self._replies.notice(status)
            if post.visibility != "restricted":
                came = brought(status, self.client.host, post)
                posts += [received(each, now) for each in came if isinstance(each, Carried)]
                posts.append(self._received(post, found_by))
        return posts

    def _note_unreadable(self, status: dict[str, Any]) -> None:
        """Count a status that cannot be read: each once, however often it comes."""
        number = identifier(status.get("id"))
        self._damaged += not number or number not in self._unreadable
        self._unreadable[number] = None
        while len(self._unreadable) > REMEMBERED:
            self._unreadable.popitem(last=False)

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
        """The hashtags' timelines back to `when`; of pages that come together the oldest first.

        So a reply comes after what it replies to. Pages read before a failure are delivered too,
        and the next try goes on below them.
        """
        await self._learning.where_due()
        if self._again_from is not None:
            passed = timedelta(seconds=monotonic() - self._again_from)
            when = min(when, self.clock.now() - passed)
        is_deep = self._again_from is not None or self._is_deep(when)
        unfilled: list[Unfilled] = []
        patience = Patience()
        # Where few requests are allowed, the ones that were not read to their end come first.
        for tag in sorted(self.hashtags, key=lambda tag: self._reading(tag).is_whole):
            try:
                async for posts in self._tagged(tag, when, is_deep, patience):
                    yield posts
            except Unfilled as error:
                unfilled.append(error)
        if is_deep:
            self._deep_at = monotonic()
        goes_on = any(error.goes_on for error in unfilled)
        if not goes_on:
            self._readings.clear()
            self._again_from, self._interrupted_at = self._interrupted_at, None
        if unfilled:
            known = [error.had_since for error in unfilled if error.had_since]
            had_since = max(known) if len(known) == len(unfilled) else None
            if had_since is not None:
                had_since = self.clock.latest(self.client.host, had_since)
            words = next((str(e) for e in unfilled if e.goes_on), str(unfilled[0]))
            raise Unfilled(words, had_since, goes_on=goes_on)

    async def _tagged(
        self, tag: str, when: datetime, is_deep: bool, patience: Patience
    ) -> AsyncIterator[list[Heard]]:
        """One hashtag's timeline back to `when`, several pages at a time."""
        bound = self.clock.earliest(self.client.host, when)
        reading = self._reading(tag)
        is_known = None if is_deep else self._is_known
        found = timeline(self.client, tag, bound, is_known, patience, reading, self._paging)
        try:
            async with (
                aclosing(self._pages(found)) as each,
                aclosing(together(each, KEPT_PAGES, KEPT_SECONDS)) as several,
            ):
                async for pages in several:
                    for posts in reversed(pages):
                        yield posts
        except Exception:
            reading.keep()
            if self._interrupted_at is None:
                self._interrupted_at = monotonic()
            raise
        reading.keep(bound)

    def _reading(self, tag: str) -> Reading:
        return self._readings.setdefault(tag, Reading())

    async def _pages(self, found: AsyncIterator[list[Any]]) -> AsyncGenerator[list[Heard], None]:
        """The posts of each page, the oldest first."""
        async for page in found:
            yield await in_turns(lambda status: self.read([status]), reversed(page))

    def _is_deep(self, when: datetime) -> bool:
        """Whether to look for posts that were late: now and then, and always after a gap."""
        is_gap = self.clock.now() - when > timedelta(seconds=DEEP_SECONDS)
        return is_gap or self._deep_at is None or monotonic() - self._deep_at >= DEEP_SECONDS

    def _is_known(self, number: str) -> bool:
        return f"mastodon:{self.client.host}/{number}" in self._ids

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies below posts that were received from this server."""
        async for batch in self._replies.fetch(held):
            yield batch

    def can_recheck(self, post: Post) -> bool:
        """Whether the id of a post on this server is known."""
        return bool(self._recheck.local_id(post))

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Later wordings and deletions of posts received from this server; others are skipped."""
        try:
            async for batch in self._recheck.check(posts, answered):
                yield batch
        finally:
            self.recheck_at_once = self._recheck.at_once

    async def diagnose(self) -> AsyncIterator[Finding]:
        """Ask whose the token is, whom it does not show, and how the server is set up."""
        from tartantm.networks.mastodon.doctor import diagnose

        async for finding in diagnose(self.client, self.hashtags, self.read):
            yield finding

    def note(self) -> str:
        """Nothing: how it is heard is said of every source."""
        return ""

    async def close(self) -> None:
        """Close every connection."""
        await self.client.close()

"""The source for an RSS or Atom feed, which is polled as seldom as it asks for.

A feed whose address names a hashtag of the chat (``…/tags/tartantm.rss``) is taken whole; of any
other feed, such as a blog's, only entries that name the hashtag are.

This file is longer than others because it is one class, which keeps what the feed said last.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tartantm.core.asked_sources import NOT_WHOLE
from tartantm.core.describe import entries as entries_of
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.events import Deleted
from tartantm.core.post import Post, bare_hashtag, safe_url
from tartantm.networks.bounded import Answer, TooLong
from tartantm.networks.feed.address import has_more, shown
from tartantm.networks.feed.apart import read_apart
from tartantm.networks.feed.listing import may_lack, whole_since
from tartantm.networks.feed.page import PageTurns
from tartantm.networks.feed.payload import Entry, Feed, alternate, tagged
from tartantm.networks.feed.seen import SeenEntries
from tartantm.networks.heard import Heard, Unreadable
from tartantm.networks.http import HttpClients
from tartantm.networks.http_errors import (
    is_html,
    seconds_to_wait,
    server_fault,
    web_page_error,
)
from tartantm.networks.json_fields import host
from tartantm.networks.protocol import (
    ChatIndex,
    Finding,
    Limited,
    Lost,
    Refused,
    SourceHistory,
    Unfilled,
    skip,
)

if TYPE_CHECKING:
    from tartantm.networks.bounded import BoundedClient

SHORTEST_POLL_SECONDS, LONGEST_POLL_SECONDS = 60.0, 300.0
"""Seconds between polls, at least and at most, whatever a feed asks for."""

LARGEST = 2 * 2**20
"""Bytes of a feed at most."""

AT_ONCE = 100
"""Entries that are looked for at once: the feed is asked for once for all of them."""

LATE = timedelta(hours=1)
"""How much later than its own time an entry may come into a feed: feeds are kept in caches."""

ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"


class FeedSource:
    """Satisfies `LiveSource`. Raises BadInput for what is no web address.

    `url` may hold a key in its query, which appears neither in the name nor in any sentence.
    """

    network = "feed"
    gap_filler = "feed"

    def __init__(
        self, http: HttpClients, url: str, hashtags: Sequence[str], tz: tzinfo = UTC
    ) -> None:
        """`tz` is the chat's zone, in which times without one are taken."""
        address = safe_url(url)
        if address is None or not host(address):
            raise BadInput("A feed is written as feed: and its web address, feed:https://….")
        self.held: ChatIndex | None = None
        self.name = f"feed:{shown(address)}{NOT_WHOLE if has_more(address) else ''}"
        self.damaged = 0
        self.streams = False
        self.silence = 0.0
        self.poll_every = self.poll_beside = SHORTEST_POLL_SECONDS
        self.replies_every = 0.0
        self.recheck_at_once = AT_ONCE
        self.reports_deletions = False
        self._tz = tz
        self.hashtags = tuple(map(bare_hashtag, hashtags))
        self._http, self._url, self._host = http, address, host(address)
        words = unquote(address).casefold()
        tags = "|".join(re.escape(tag.casefold()) for tag in self.hashtags)
        self._whole = bool(tags) and bool(re.search(rf"(?<!\w)({tags})(?!\w)", words))
        self._client: BoundedClient | None = None
        self._conditions: dict[str, str] = {}
        self._digest = b""
        self._from: datetime | None = None
        """The earliest time that was asked for, since entries may come into a feed late."""
        self._seen = SeenEntries(http.clock)
        self._listed: dict[str, Post] = {}
        """The entries of the feed as it was read last, by their ids."""
        self._read: frozenset[str] | None = None
        """The ids of those that `since` read last; None before the first time."""
        self._listed_at = 0.0
        """When it was asked for last, by `time.monotonic`; 0.0 for never."""
        self._pages = PageTurns()

    async def open(self) -> None:
        """Nothing has to be prepared."""

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Raise Refused: no feed streams."""
        raise Refused("A feed cannot be listened to, only asked for.")
        yield []

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Entries from `when` on that are new, or were edited since they were delivered."""
        bound = self._bound(when)
        if self._from is None or bound < self._from:
            # Entries that were too old before may be wanted now.
            self._from, self._conditions, self._digest = bound, {}, b""
        feed = await self._fetch()
        if feed is None:
            return
        # Now it has said what time it is there.
        self._from = min(self._from, self._bound(when))
        lost = self._lost(feed, when)
        self._read = frozenset(self._listed)
        recent = [e for e in self._wanted(feed) if self._is_recent(e, self._from)]
        news = [(each, self._seen.news(each, self.held)) for each in recent]
        heard: list[Heard] = []
        for each, post in news:
            heard += [*each.carried, post] if post else []
        if heard:
            yield heard
        if lost is not None:
            raise lost

    def _is_recent(self, entry: Entry, since: datetime) -> bool:
        """Whether an entry may be from a time on; one without a time is from when it was found."""
        return entry.post.created_at >= since and (entry.until is None or entry.until >= since)

    def _bound(self, when: datetime) -> datetime:
        """From which time on entries are new, asked from `when` on: some come into a feed late.

        What is held is known, so that costs nothing; but what is from before the first time that
        the feed was asked for stays out.
        """
        held = self.held
        if isinstance(held, SourceHistory) and (first := held.begins(self.name)) is not None:
            when = min(when, max(when - LATE, first))
        return self._http.clock.earliest(self._host, when)

    def _lost(self, feed: Feed, when: datetime) -> Unfilled | None:
        """The error to raise where entries may have left the feed unread since a time."""
        known = self._read
        if known is None:
            held = self.held
            known = held.delivered(self.name) if isinstance(held, SourceHistory) else frozenset()
        ahead = self._http.clock.ahead(self._host) or timedelta()
        begin = when + max(ahead, timedelta())
        if not may_lack(feed.entries, feed.damaged, known, begin):
            return None
        had = whole_since(feed.entries, begin)
        words = f"{self._host} lists only the last {entries_of(len(feed.entries))} of the feed."
        return Unfilled(words, None if had is None else max(had, had - ahead))

    def _wanted(self, feed: Feed) -> list[Entry]:
        return feed.entries if self._whole else tagged(feed.entries, self.hashtags)

    async def _fetch(self, *, afresh: bool = False) -> Feed | None:
        """The feed, None where it has not changed. Raises Lost, Limited or Refused."""
        headers = {"Accept": ACCEPT} | ({} if afresh else self._conditions)
        try:
            answer = await self._connected().ask("GET", self._url, headers=headers, most=LARGEST)
        except TooLong:
            raise Refused(
                f"The feed at {self._host} is larger than {LARGEST >> 20} MB; use another."
            ) from None
        self._listed_at = monotonic()
        if answer.status == 304:
            if not afresh and self._conditions:
                return None
            raise Lost(f"{self._host} says only that nothing has changed (304).")
        self._check(answer)
        if answer.has_moved:
            self._url = answer.url
        digest = hashlib.sha256(answer.body).digest()
        if digest == self._digest and not afresh:
            return None
        now = self._http.clock.now()
        try:
            feed = await read_apart(answer.body, answer.url, now, self._tz)
        except Unreadable as problem:
            raise Lost(f"What {self._host} sends cannot be read as a feed: {problem}.") from None
        for entry in feed.entries:
            self._seen.settle(entry, self.held)
        self.damaged = max(self.damaged, feed.damaged)
        self._listed = {entry.post.id: entry.post for entry in feed.entries}
        self.poll_every = min(max(feed.seconds, SHORTEST_POLL_SECONDS), LONGEST_POLL_SECONDS)
        if not afresh:
            self._digest = digest
            names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
            given = {names[key]: answer.headers.get(key, "") for key in names}
            # What cannot be sent would cost every request from now on.
            self._conditions = {
                key: value
                for key, value in given.items()
                if value and value.isascii() and value.isprintable()
            }
        return feed

    def _connected(self) -> BoundedClient:
        if self._client is None:
            # The proxy is chosen by the server's address; the request has the feed's whole address.
            self._client = self._http.client(f"{urlsplit(self._url).scheme}://{self._host}")
        return self._client

    def _check(self, answer: Answer) -> None:
        """Raise the error for an answer that is no feed."""
        status, name = answer.status, self._host
        if status == 429 or (status == 503 and "Retry-After" in answer.headers):
            seconds = seconds_to_wait(answer.headers)
            raise Limited(f"{name} asks to wait {seconds:.0f} seconds.", seconds)
        if status == 410:
            raise Refused(f"{name} says that the feed is gone for good; leave it out.")
        if status in (401, 403):
            raise Refused(
                f"{name} does not let us read the feed ({status}); is its address complete?"
            )
        if status == 404:
            raise Refused(f"{name} has no feed at this address (404); look at it in a browser.")
        if status >= 400:
            raise server_fault(name, status)
        data = answer.body
        if (
            is_html(answer.headers, data)
            and b"<rss" not in data[:2000]
            and b"<feed" not in data[:2000]
        ):
            if found := alternate(data.decode("utf-8", "replace"), answer.url):
                words = f"There is a web page at that address of {name}; its feed is {shown(found)}"
                raise Refused(f"{words}; write feed: and that address.")
            raise web_page_error(name)

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Nothing: feeds have no replies."""
        return
        yield []

    def can_recheck(self, post: Post) -> bool:
        """Whether a post may be an entry of this feed, under its network's id or its own."""
        return post.network == self.network or post.id in self._listed

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Later wordings, and `Deleted` for some entries that left the feed: those without a page.

        While it is polled, later wordings come by that.
        """
        asked = {post.id: post for post in posts}
        if not asked:
            return
        if not self._listed_at or monotonic() - self._listed_at > LONGEST_POLL_SECONDS:
            feed = await self._fetch(afresh=True)
            entries = feed.entries if feed else []
            yield [e.post for e in entries if e.post.id in asked and e.post.edited_at]
        gone = await self._pages.gone(
            list(asked.values()), self._listed, self.held, self._url, self._status
        )
        if gone:
            yield [Deleted((post.id,), self._http.clock.now(), "gone") for post in gone]

    async def _status(self, page: str) -> int:
        """The status of the answer for a page, which is not read; 0 where there is none."""
        try:
            answer = await self._connected().ask("GET", page, most=0, redirects=0)
        except TooLong:
            return 200
        except Lost:
            return 0
        return answer.status

    async def diagnose(self) -> AsyncIterator[Finding]:
        """Report what is in the feed; whether it can be read, the run says."""
        try:
            feed = await self._fetch(afresh=True)
        except TartantmError:
            return
        entries = feed.entries if feed else []
        title = feed.title if feed else ""
        yield Finding("good", f"The feed “{title or self._host}” has {entries_of(len(entries))}.")
        if feed and entries and not self._wanted(feed):
            tags = " or ".join(f"#{tag}" for tag in self.hashtags)
            yield Finding(
                "doubtful",
                f"None of its entries names {tags}; others are left out. Is it this feed?",
            )
        if entries and not any(entry.dated for entry in entries):
            yield Finding(
                "doubtful", "Its entries have no times; they get the time when they are found."
            )

    def note(self) -> str:
        """Nothing: how it is heard is said of every source."""
        return ""

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

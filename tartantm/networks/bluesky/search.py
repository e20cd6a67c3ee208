"""Asks Bluesky for posts: by search, and below other posts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from tartantm.core.post import Post
from tartantm.networks.bluesky import payload as bluesky_payload
from tartantm.networks.bluesky.errors import NotFound
from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.bluesky.xrpc import XrpcClient
from tartantm.networks.failures import Failures
from tartantm.networks.heard import Heard
from tartantm.networks.in_turns import in_turns
from tartantm.networks.json_fields import Json, identifier, mapping, moment, raw, rows
from tartantm.networks.protocol import Limited, Lost, Refused, Unfilled

PAGES = 100
"""Pages that are read of one search."""

PAGE = 100
"""Posts on a page, the most that the service returns."""

SLOW_CLOCKS = timedelta(days=1)
"""How much further back is searched: the service goes by the time that authors' programs declare
where that is before the time it has for itself, and some computers' clocks are hours behind."""

SLOW_PAGES = 10
"""Pages of what was declared to be from before, at most."""

LAST = 5
"""Of so many posts at a page's end the latest says how far back it reaches: a clock may be off."""

TIES = timedelta(seconds=1)
"""By how much a search that goes on below a time overlaps with what is had."""

LONGEST_WAIT = 15 * 60.0
"""Seconds that are waited at most, whatever the service asks for."""

THREADS = 50
"""Threads that are read after one search."""


class BlueskySearch:
    """Asks through XRPC, and keeps what belongs to the chat."""

    def __init__(self, xrpc: XrpcClient, stream_filter: StreamFilter) -> None:
        self._xrpc, self._filter = xrpc, stream_filter
        self.damaged = 0
        """Posts that could not be parsed."""
        self._closed = (0.0, "")
        """Until when nothing is searched for, by `time.monotonic`, and why."""

    @property
    def keys(self) -> set[str]:
        """The hashtags searched for, as they are compared."""
        return self._filter.keys

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Posts with the hashtags that came from a time on, then the replies to them.

        Raises Unfilled, at its end, where the service does not let all of them be had.
        """
        answered: dict[str, None] = {}
        seen: set[str] = set()
        unfilled: list[Unfilled] = []
        # The first finds posts whose hashtag is marked by a facet, the second those without.
        for words in (form for key in sorted(self._filter.keys) for form in (f"#{key}", key)):
            try:
                async for page in self._pages(words, when):
                    views = [v for v in rows(page, "posts") if raw(v, "uri") not in seen]
                    seen.update(raw(view, "uri") for view in views)
                    new = [view for view in views if _belongs(view, when)]
                    kept = await in_turns(self._kept_view, new)
                    names = {item.id for item in kept if isinstance(item, Post)}
                    for view in new:
                        count, uri = view.get("replyCount"), identifier(view.get("uri"))
                        if isinstance(count, int) and count and f"bluesky:{uri}" in names:
                            answered[uri] = None
                    yield kept
            except Unfilled as error:
                unfilled.append(error)
        # What fails here is looked for again with the other replies.
        failures = Failures()
        with suppress(Lost, Limited, Refused):
            for uri in list(answered)[:THREADS]:
                try:
                    async for batch in self.threads([uri]):
                        yield batch
                except (Lost, Refused) as error:
                    failures.add(error)
                else:
                    failures.answered()
        if unfilled:
            had = [error.had_since for error in unfilled if error.had_since]
            raise Unfilled(str(unfilled[0]), max(had) if len(had) == len(unfilled) else None)

    async def threads(self, uris: Sequence[str]) -> AsyncIterator[list[Heard]]:
        """Everything below some posts, a list for each, empty for one that may not be seen."""
        for uri in uris:
            asked: dict[str, str | int] = {"uri": uri, "depth": 100, "parentHeight": 0}
            try:
                thread = await self._xrpc.ask("app.bsky.feed.getPostThread", asked)
            except NotFound:
                thread = {}
            yield self._kept(thread)

    async def _pages(self, words: str, when: datetime) -> AsyncIterator[Json]:
        """Pages of one search, the latest first, from `when` on and some of what is older.

        A page's posts may all be hidden from who asks, so only a page with no cursor is the last;
        and not where it is full, as a service ends that returns no more of one search. There, and
        where a cursor comes again, the search is begun anew below what is had. Raises Unfilled
        where that brings nothing older.
        """
        asked: dict[str, str | int] = {
            "q": words,
            "sort": "latest",
            "since": _written(when - SLOW_CLOCKS),
            "limit": PAGE,
        }
        cursors: set[str] = set()
        reached: datetime | None = None
        below: datetime | None = None
        beyond = 0
        for number in range(PAGES):
            page = await self._ask(asked)
            yield page
            views, cursor = rows(page, "posts"), raw(page, "cursor")
            reached = min(filter(None, (reached, _reaches(views))), default=None)
            beyond += reached is not None and reached < when
            if beyond > SLOW_PAGES or (reached and reached < when - SLOW_CLOCKS):
                return
            if not cursor and len(views) < PAGE and number + 1 < PAGES:
                return
            if cursor and cursor not in cursors:
                cursors.add(cursor)
                asked["cursor"] = cursor
                continue
            if reached is None or (below is not None and reached + TIES >= below):
                break
            below = reached + TIES
            cursors.clear()
            asked.pop("cursor", None)
            asked["until"] = _written(below)
        if reached is None or reached >= when:
            raise Unfilled(f"{self._xrpc.host} does not return older posts with {words}.", reached)

    async def _ask(self, asked: dict[str, str | int]) -> Json:
        """A page of search. Raises Limited by itself for as long as the service asked to wait.

        The stream is replayed meanwhile, and that waits for no search.
        """
        until, why = self._closed
        if (left := until - monotonic()) > 0:
            raise Limited(why, left)
        ask = self._xrpc.ask_as_user if self._xrpc.account else self._xrpc.ask
        try:
            return await ask("app.bsky.feed.searchPosts", asked)
        except Limited as error:
            self._closed = monotonic() + min(error.seconds, LONGEST_WAIT), str(error)
            raise

    def _kept_view(self, view: Json) -> list[Heard]:
        return self._kept({"posts": [view], "cursor": ""})

    def _kept(self, answer: Json) -> list[Heard]:
        """The posts of an answer that belong to the chat, each after what it brought."""
        parsed = bluesky_payload.read(answer)
        if parsed is None:
            return []
        self.damaged += len(parsed.problems)
        found: list[Heard] = []
        brought: list[Heard] = []
        for item in parsed.heard:
            if not isinstance(item, Post):
                brought.append(item)
                continue
            if post := self._filter.keep(item):
                found += [*brought, post]
            brought = []
        return found


def _written(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _belongs(view: Json, when: datetime) -> bool:
    """Whether the service had a post first at `when` or later, whatever its author's clock says."""
    at = moment(view.get("indexedAt"))
    return at is None or at >= when


def _reaches(views: Sequence[Json]) -> datetime | None:
    """How far back a page reaches, by the times that the service sorts by; None for no posts."""
    times = [
        min(each)
        for view in views[-LAST:]
        if (each := _times(view.get("indexedAt"), mapping(view, "record").get("createdAt")))
    ]
    return max(times, default=None)


def _times(*written: object) -> list[datetime]:
    return [at for each in written if (at := moment(each))]

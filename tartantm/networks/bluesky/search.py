"""Asks Bluesky for posts: by search, and below other posts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime

from tartantm.core.post import Post
from tartantm.networks.bluesky import payload as bluesky_payload
from tartantm.networks.bluesky.errors import NotFound
from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.bluesky.xrpc import XrpcClient
from tartantm.networks.heard import Heard
from tartantm.networks.in_turns import in_turns
from tartantm.networks.json_fields import Json, identifier, moment, raw, rows
from tartantm.networks.protocol import Limited, Lost, Refused

PAGES = 100
"""Pages of a hundred posts that are read of one search."""

THREADS = 50
"""Threads that are read after one search."""


class BlueskySearch:
    """Asks through XRPC, and keeps what belongs to the chat."""

    def __init__(self, xrpc: XrpcClient, stream_filter: StreamFilter) -> None:
        self._xrpc, self._filter = xrpc, stream_filter
        self.damaged = 0
        """Posts that could not be parsed."""

    @property
    def keys(self) -> set[str]:
        """The hashtags searched for, as they are compared."""
        return self._filter.keys

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Posts with the hashtags from a time on, then the replies to them."""
        answered: dict[str, None] = {}
        seen: set[str] = set()
        for key in sorted(self._filter.keys):
            # The first finds posts whose hashtag is marked by a facet, the second those without.
            for words in (f"#{key}", key):
                async for page in self._pages(words, when):
                    views = [v for v in rows(page, "posts") if raw(v, "uri") not in seen]
                    seen.update(raw(view, "uri") for view in views)
                    # Not every server takes account of "since".
                    kept_posts = await in_turns(self._kept_view, views)
                    found = [post for post in kept_posts if post.sort_at >= when]
                    kept = {post.id for post in found}
                    for view in views:
                        count = view.get("replyCount")
                        uri = identifier(view.get("uri"))
                        if isinstance(count, int) and count and f"bluesky:{uri}" in kept:
                            answered[uri] = None
                    yield list(found)
                    if views and not found and all(_older(view, when) for view in views):
                        break
        # What fails here is looked for again with the other replies.
        with suppress(Lost, Limited, Refused):
            async for batch in self.threads(list(answered)[:THREADS]):
                yield batch

    async def threads(self, uris: Sequence[str]) -> AsyncIterator[list[Heard]]:
        """Everything below some posts, a list for each, empty for one that may not be seen."""
        for uri in uris:
            asked: dict[str, str | int] = {"uri": uri, "depth": 100, "parentHeight": 0}
            try:
                thread = await self._xrpc.ask("app.bsky.feed.getPostThread", asked)
            except NotFound:
                thread = {}
            yield list(self._kept(thread))

    async def _pages(self, words: str, since: datetime) -> AsyncIterator[Json]:
        asked: dict[str, str | int] = {
            "q": words,
            "sort": "latest",
            "since": since.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "limit": 100,
        }
        cursors: set[str] = set()
        ask = self._xrpc.ask_as_user if self._xrpc.account else self._xrpc.ask
        for _ in range(PAGES):
            page = await ask("app.bsky.feed.searchPosts", asked)
            yield page
            cursor = raw(page, "cursor")
            if not cursor or cursor in cursors or not rows(page, "posts"):
                return
            cursors.add(cursor)
            asked["cursor"] = cursor

    def _kept_view(self, view: Json) -> list[Post]:
        return self._kept({"posts": [view], "cursor": ""})

    def _kept(self, answer: Json) -> list[Post]:
        parsed = bluesky_payload.read(answer)
        if parsed is None:
            return []
        self.damaged += len(parsed.problems)
        posts = [item for item in parsed.heard if isinstance(item, Post)]
        return [post for each in posts if (post := self._filter.keep(each))]


def _older(view: Json, since: datetime) -> bool:
    at = moment(view.get("indexedAt"))
    return at is not None and at < since

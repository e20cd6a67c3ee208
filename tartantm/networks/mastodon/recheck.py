"""Asks a Mastodon server which posts are gone, protected or edited."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from time import monotonic
from urllib.parse import quote

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, identifier
from tartantm.networks.mastodon.client import Denied, MastodonClient
from tartantm.networks.mastodon.replies import Read

AT_ONCE = 20
"""Posts asked for in one request; servers return as many to anybody."""

FRESH_SECONDS = 15 * 60.0
"""A post is not asked for again within this time, so that one can go on after a limit."""


class Recheck:
    """Asks for posts again; goes on where it stopped after a server asked to wait."""

    def __init__(self, client: MastodonClient, read: Read, clock: Clock) -> None:
        self._client, self._read, self._clock = client, read, clock
        self._asked: dict[str, float] = {}
        self._several = True
        """Whether the server returns several posts at once, as Mastodon does since 4.3."""

    async def check(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """Later wordings and deletions, of posts that were received from this server."""
        known = {number: post for post in posts if (number := self._local_id(post))}
        now = monotonic()
        due = [n for n in known if now - self._asked.get(n, -FRESH_SECONDS) >= FRESH_SECONDS]
        for begin in range(0, len(due), AT_ONCE):
            numbers = due[begin : begin + AT_ONCE]
            held = {number: known[number] for number in numbers}
            there = await self._fetch_all(numbers)
            for number in numbers:
                if number not in there:
                    there[number] = await self._fetch_one(number)
                self._asked[number] = monotonic()
                if heard := self._outcome(held[number], there[number]):
                    yield heard

    def _local_id(self, post: Post) -> str:
        """A post's id on this server; "" where that is not known."""
        begin = f"mastodon:{self._client.host}/"
        for alias in (*post.aliases, post.id):
            if alias.startswith(begin):
                return alias.removeprefix(begin)
        # Mastodon writes the id of its own posts into the URI.
        own = re.fullmatch(r"mastodon:https?://([^/]+)/(?:ap/)?users/[^/]+/statuses/(\d+)", post.id)
        return own[2] if own and own[1].lower() == self._client.host else ""

    async def _fetch_all(self, numbers: Sequence[str]) -> dict[str, Json | None]:
        """The statuses with these ids that one request returns, which need not be all."""
        if not self._several:
            return {}
        try:
            found = await self._client.get("/api/v1/statuses", [("id[]", n) for n in numbers])
        except Denied as error:
            if error.status == 401:
                raise
            self._several = False
            return {}
        rows = found if isinstance(found, list) else []
        named = {identifier(row.get("id")): row for row in rows if isinstance(row, dict)}
        return {number: named[number] for number in numbers if number in named}

    async def _fetch_one(self, number: str) -> Json | None:
        """A status by its id, None where it is gone."""
        try:
            found = await self._client.get(f"/api/v1/statuses/{quote(number, safe='')}")
        except Denied as error:
            if error.status in (404, 410) and error.by_api:
                return None
            raise
        return found if isinstance(found, dict) else {}

    def _outcome(self, post: Post, status: Json | None) -> list[Heard]:
        if status is None:
            return [Deleted((post.id,), self._clock.now(), "gone")]
        if status.get("visibility") in ("private", "direct"):
            return [Deleted((post.id,), self._clock.now(), "protected")]
        later = self._read([status], "")
        return [item for item in later if isinstance(item, Post) and item.edited_at]

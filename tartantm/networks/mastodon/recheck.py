"""Asking a server which posts are gone, protected or edited."""

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
"""Posts asked for by one request; servers give as many to anybody."""

FRESH_SECONDS = 15 * 60.0
"""What was asked for within this time is not asked for again: one may go on after a limit."""


class Recheck:
    """Remembers what it asked for, so that it goes on where a server asked to wait."""

    def __init__(self, client: MastodonClient, read: Read, clock: Clock) -> None:
        self._client, self._read, self._clock = client, read, clock
        self._asked: dict[str, float] = {}
        self._several = True
        """Whether the server gives several posts at once, as Mastodon does since 4.3."""

    async def check(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """Later wordings, and word of posts that are gone; of posts that this server gave."""
        known = {number: post for post in posts if (number := self._number(post))}
        now = monotonic()
        due = [n for n in known if now - self._asked.get(n, -FRESH_SECONDS) >= FRESH_SECONDS]
        for begin in range(0, len(due), AT_ONCE):
            numbers = due[begin : begin + AT_ONCE]
            held = {number: known[number] for number in numbers}
            there = await self._together(numbers)
            for number in numbers:
                if number not in there:
                    there[number] = await self._one(number)
                self._asked[number] = monotonic()
                if heard := self._told(held[number], there[number]):
                    yield heard

    def _number(self, post: Post) -> str:
        """What this server calls a post; "" where that is not known."""
        begin = f"mastodon:{self._client.host}/"
        for alias in (*post.aliases, post.id):
            if alias.startswith(begin):
                return alias.removeprefix(begin)
        # Of its own posts Mastodon writes the number into the URI.
        own = re.fullmatch(r"mastodon:https?://([^/]+)/(?:ap/)?users/[^/]+/statuses/(\d+)", post.id)
        return own[2] if own and own[1].lower() == self._client.host else ""

    async def _together(self, numbers: Sequence[str]) -> dict[str, Json | None]:
        """The statuses that the server gives for these numbers, which need not be all."""
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

    async def _one(self, number: str) -> Json | None:
        """A status, None where it is gone."""
        try:
            found = await self._client.get(f"/api/v1/statuses/{quote(number, safe='')}")
        except Denied as error:
            if error.status in (404, 410) and error.by_api:
                return None
            raise
        return found if isinstance(found, dict) else {}

    def _told(self, post: Post, status: Json | None) -> list[Heard]:
        if status is None:
            return [Deleted((post.id,), self._clock.now(), "gone")]
        if status.get("visibility") in ("private", "direct"):
            return [Deleted((post.id,), self._clock.now(), "protected")]
        later = self._read([status], "")
        return [item for item in later if isinstance(item, Post) and item.edited_at]

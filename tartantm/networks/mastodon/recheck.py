"""Asks a Mastodon server which posts are gone, protected or edited."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from urllib.parse import quote

from tartantm.core.events import Deleted
from tartantm.core.hosts import host_of
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, identifier
from tartantm.networks.mastodon.client import Denied, MastodonClient
from tartantm.networks.mastodon.payload import visibility_of
from tartantm.networks.mastodon.replies import Read
from tartantm.networks.protocol import skip

AT_ONCE = 20
"""Posts asked for in one request; servers return as many to anybody."""

ONE_BY_ONE = 3
"""The same where each costs a request: every six seconds, that is half of what is allowed."""

NOT_SEVERAL = frozenset({400, 404, 405, 410, 422, 501})
"""What servers answer that return posts only one by one: GoToSocial 405, Mastodon 4.2 404."""


_OWN = re.compile(
    r"mastodon:https?://[^/]+/(?:ap/)?users/[^/]+/statuses/(\d+|[0-7][0-9A-HJKMNP-TV-Z]{25})"
)
"""Mastodon and GoToSocial write the id of their own posts into the URI."""


class Recheck:
    """Asks for posts again, for several at once where the server returns them."""

    def __init__(self, client: MastodonClient, read: Read, clock: Clock) -> None:
        self._client, self._read, self._clock = client, read, clock
        self._several = True
        """Whether the server returns several posts at once, as Mastodon does since 4.3."""

    @property
    def at_once(self) -> int:
        """How many posts are best asked for in one call."""
        return AT_ONCE if self._several else ONE_BY_ONE

    async def check(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Later wordings and deletions, of posts that were received from this server.

        `answered` is told of each post of which the server has said all.
        """
        known = {number: post for post in posts if (number := self.local_id(post))}
        due = list(known)
        for begin in range(0, len(due), AT_ONCE):
            numbers = due[begin : begin + AT_ONCE]
            there = await self._fetch_all(numbers)
            # Those that are there first: what fails below costs none of them.
            for number in sorted(numbers, key=lambda number: number not in there):
                status = there[number] if number in there else await self._fetch_one(number)
                answered(known[number])
                if heard := self._outcome(known[number], status):
                    yield heard

    def local_id(self, post: Post) -> str:
        """A post's id on this server; "" where that is not known."""
        for alias in (*post.aliases, post.id):
            place, _, number = alias.partition("/")
            if place in self._client.numbering:
                return number
        own = _OWN.fullmatch(post.id)
        is_own = own and host_of(post.id.partition(":")[2]) == self._client.host
        return own[1] if own and is_own else ""

    async def _fetch_all(self, numbers: Sequence[str]) -> dict[str, Json]:
        """The statuses with these ids that one request returns, which need not be all."""
        if not self._several:
            return {}
        asked = [("id[]", number) for number in numbers]
        try:
            rows = await self._client.statuses("/api/v1/statuses", asked, purpose="recheck")
        except Denied as error:
            if error.status not in NOT_SEVERAL:
                raise
            self._several = False
            return {}
        named = {identifier(row.get("id")): row for row in rows if isinstance(row, dict)}
        return {number: named[number] for number in numbers if number in named}

    async def _fetch_one(self, number: str) -> Json | None:
        """A status by its id, None where it is gone."""
        path = f"/api/v1/statuses/{quote(number, safe='')}"
        try:
            return await self._client.entity(path, named="id", purpose="recheck")
        except Denied as error:
            if error.status in (404, 410) and error.by_api and await self._is_mastodon():
                return None
            raise

    async def _is_mastodon(self) -> bool:
        """Whether it is Mastodon that says that posts are gone, and not what took its place."""
        if not self._client.is_mastodon:
            await self._client.instance()
        return self._client.is_mastodon

    def _outcome(self, post: Post, status: Json | None) -> list[Heard]:
        if status is None:
            return [Deleted((post.id,), self._clock.now(), "gone")]
        if "visibility" in status and visibility_of(status) == "restricted":
            return [Deleted((post.id,), self._clock.now(), "protected")]
        later = self._read([status], "")
        return [item for item in later if isinstance(item, Post) and item.edited_at]

"""Asks Bluesky what became of posts: which have other words now, and which are gone.

A post that is asked for and does not come need not be gone: the service may be broken, or may not
have indexed it yet, or its author may have blocked the user. So only what the service calls missing
when it is asked for that post alone counts as gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta

from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.bluesky import payload as bluesky_payload
from tartantm.networks.bluesky.errors import NotFound
from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.bluesky.xrpc import XrpcClient
from tartantm.networks.clock import Clock
from tartantm.networks.failures import Failures
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, mapping, raw, rows
from tartantm.networks.protocol import Lost, Refused, skip

AT_ONCE = 25
"""Posts that one call returns at most, by its lexicon."""

INDEXED = timedelta(minutes=2)
"""The service may not have indexed younger posts and wordings yet."""

SEVERAL = 3
"""Posts of which one at least should come from a service that works."""


class BlueskyRecheck:
    """Asks through XRPC; a few posts a call."""

    def __init__(self, xrpc: XrpcClient, stream_filter: StreamFilter, clock: Clock) -> None:
        self._xrpc, self._filter, self._clock = xrpc, stream_filter, clock

    async def check(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Later wordings of posts, and `Deleted` for those that are gone.

        `answered` is told of each post of which the service has said all. Raises Lost where the
        service shows nothing at all, so that it has to be asked again; and what one post alone
        fails with, once others were asked for.
        """
        wanted = {post.id.removeprefix("bluesky:"): post for post in posts if can_ask_for(post)}
        uris = list(wanted)
        failures = Failures()
        for first in range(0, len(uris), AT_ONCE):
            asked = uris[first : first + AT_ONCE]
            found = await self._by_uri(asked)
            if not found and len(asked) >= SEVERAL:
                await self._ensure_it_shows_posts(asked)
            for uri in found.keys() & wanted.keys():
                answered(wanted[uri])
            yield [heard for uri in asked if (heard := self._edited(wanted[uri], found.get(uri)))]
            for uri in asked:
                post = wanted[uri]
                if uri in found or self._is_fresh(post):
                    continue
                try:
                    is_gone = await self._is_gone(uri)
                except (Lost, Refused) as error:
                    failures.add(error)
                    continue
                failures.answered()
                answered(post)
                if is_gone:
                    yield [Deleted((post.id,), self._clock.now(), "gone")]
        failures.raise_first()

    def _edited(self, old: Post, new: Post | None) -> Post | None:
        """A later wording of a post; None where there is none, as far as is indexed."""
        if new is None or not old.version or not new.version or new.version == old.version:
            return None
        if self._is_fresh(old):
            return None  # it may be the one before
        return replace(new, edited_at=self._clock.now(), found_by=old.found_by)

    def _is_fresh(self, post: Post) -> bool:
        """Whether the service may not know a post yet, by this computer's clock or the time here.

        The stream may have brought it by a server with another clock.
        """
        ago = self._filter.remembered_ago(post.id)
        if ago is not None and ago < INDEXED.total_seconds():
            return True
        times = [post.edited_at, post.received_at or post.created_at]
        now = self._clock.now()
        return any(when is not None and abs(now - when) < INDEXED for when in times)

    async def _ensure_it_shows_posts(self, asked: Sequence[str]) -> None:
        """Raise Lost where none of the other posts of the chat come either."""
        held = self._filter.held
        latest = held.latest("bluesky", 2 * AT_ONCE) if held is not None else ()
        names = [post.id.removeprefix("bluesky:") for post in latest]
        others = [name for name in names if name.startswith("at://") and name not in asked]
        if others and not await self._by_uri(others[:AT_ONCE]):
            raise Lost(f"{self._xrpc.host} shows none of the posts that it was asked for.")

    async def _is_gone(self, uri: str) -> bool:
        """Whether the service says, of one post, that it does not exist."""
        asked: dict[str, str | int] = {"uri": uri, "depth": 0, "parentHeight": 0}
        try:
            answer = await self._xrpc.ask("app.bsky.feed.getPostThread", asked)
        except NotFound:
            return True
        return raw(mapping(answer, "thread"), "$type").endswith("#notFoundPost")

    async def _by_uri(self, uris: Sequence[str]) -> dict[str, Post | None]:
        """The posts that are there by their at-uris; None for one that cannot be read."""
        answer = await self._xrpc.ask("app.bsky.feed.getPosts", {"uris": uris})
        return {raw(view, "uri"): _read(view) for view in rows(answer, "posts")}


def can_ask_for(post: Post) -> bool:
    """Whether a post has an address that the service can be asked for."""
    return post.id.startswith("bluesky:at://") and f"/{bluesky_payload.POSTS}/" in post.id


def _read(view: Json) -> Post | None:
    parsed = bluesky_payload.read({"posts": [view], "cursor": ""})
    return next((each for each in (parsed.heard if parsed else []) if isinstance(each, Post)), None)

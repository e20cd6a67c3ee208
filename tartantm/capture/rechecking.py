"""Which held posts a source is asked for again, since they may be gone or have other words.

No network sends the deletions and edits of a time in which it was not heard, and a timeline that
is polled does not show what left it. So after each stretch that was read again the held posts that
did not come are asked for by id; after a gap, and now and then where nothing reports deletions, all
posts of the source are, the newest first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Container, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from time import monotonic

from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, skip

PAUSE_SECONDS = 6.0
"""Between two requests: servers allow some 300 in five minutes, and posts come first."""

ROUND_SECONDS = 300.0
"""From one round through all posts to the next, where deletions are not reported."""

AGAIN_SECONDS = 60.0
"""A post that is missing from one poll after the other is asked for no more often than this."""

IDLE_SECONDS = 5.0
"""After so long it is looked at again whether a round is due."""


class Rechecking:
    """The posts that are to be asked for again, in their order."""

    def __init__(
        self, held: ChatIndex, source: str, tell: Callable[[Iterable[str]], None] = skip
    ) -> None:
        """`tell` is told which posts are wanted from now on."""
        self._tell = tell
        self._held, self._source = held, source
        self._wanted: dict[str, None] = {}
        self._taken: dict[str, float] = {}
        self._round_at: float | None = None
        self._more = asyncio.Event()

    async def _of_source(self) -> AsyncIterator[Post]:
        """Yields the posts that the source knows of, newest first, with turns for everybody."""
        for post in self._held.of_source(self._source):
            if post is None:
                await asyncio.sleep(0)
            else:
                yield post

    async def missing(self, since: datetime, came: set[str]) -> None:
        """Want the posts from `since` on that are held and are not among the names that came."""
        now = monotonic()
        gone = [
            post.id
            async for post in self._of_source()
            if post.created_at >= since
            and came.isdisjoint((post.id, *post.aliases))
            # Some are missing each time, such as those dated ahead; others have their turn too.
            and now - self._taken.get(post.id, -AGAIN_SECONDS) >= AGAIN_SECONDS
        ]
        self._want(gone, first=True)

    async def everything(self) -> None:
        """Want every post of the source."""
        self._round_at = monotonic()
        self._want([post.id async for post in self._of_source()], first=False)

    async def everything_in_time(self) -> None:
        """Want every post of the source where the last round began long ago."""
        if self._round_at is None or monotonic() - self._round_at >= ROUND_SECONDS:
            await self.everything()

    def _want(self, ids: Iterable[str], *, first: bool) -> None:
        new = dict.fromkeys(ids)
        self._wanted = {**new, **self._wanted} if first else {**self._wanted, **new}
        if self._wanted:
            self._more.set()
        self._tell(new)

    def take(self, most: int, last: Container[str] = ()) -> list[Post]:
        """The next posts, at most so many; those whose ids are in `last` come after all others.

        Those that were deleted meanwhile are left out.
        """
        found: list[Post] = []
        chosen = list(islice((each for each in self._wanted if each not in last), most))
        for post_id in chosen or list(islice(self._wanted, most)):
            del self._wanted[post_id]
            self._taken[post_id] = monotonic()
            if post := self._held.post(post_id):
                found.append(post)
        return found

    @property
    def ids(self) -> Iterable[str]:
        """The ids of the posts that are wanted."""
        return self._wanted

    async def others(
        self, than: Sequence[Post], most: int, may_be: Callable[[Post], bool]
    ) -> list[Post]:
        """Other posts of the source that are held and that `may_be`, at most so many.

        Those of other people come first, for somebody may have deleted all of theirs; then the
        newest.
        """
        ids, authors = {post.id for post in than}, {post.author.id for post in than}
        found: list[Post] = []
        same: list[Post] = []
        async for post in self._of_source():
            if post.id not in ids and may_be(post):
                (same if post.author.id in authors else found).append(post)
            if len(found) >= most:
                break
        return [*found, *same][:most]

    def put_back(self, posts: Sequence[Post], *, first: bool = True) -> None:
        """Want posts that were taken and could not be asked for, before or after all others."""
        self._want([post.id for post in posts], first=first)

    async def wait(self) -> None:
        """Wait until posts are wanted, or for `IDLE_SECONDS`."""
        self._more.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await self._more.wait()


def deleted(heard: Iterable[Heard]) -> set[str]:
    """The ids of the posts that are gone by what was heard."""
    return {name for item in heard if isinstance(item, Deleted) for name in item.posts}


def answers_to(asked: Iterable[Post], heard: Iterable[Heard]) -> list[Heard]:
    """What was heard about the posts that were asked for; what is about others is left out.

    A server that is asked for one post could otherwise have another, of any server, edited or
    deleted.
    """
    own = {name for post in asked for name in (post.id, *post.aliases)}
    kept: list[Heard] = []
    for item in heard:
        if isinstance(item, Post):
            kept += [item] if item.id in own else []
        elif isinstance(item, Deleted) and (
            posts := tuple(name for name in item.posts if name in own)
        ):
            kept.append(replace(item, posts=posts))
    return kept


def names(batch: Sequence[Heard]) -> Iterable[str]:
    """Every name of the posts in a batch, by which they may be held."""
    for item in batch:
        if isinstance(item, Post):
            yield from (item.id, *item.aliases)

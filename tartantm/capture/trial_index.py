"""What a source delivered on trial, in memory alone: the chat that `tartantm doctor` has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard


class TrialIndex:
    """Satisfies `ChatIndex` with what a trial heard; it is forgotten with the trial."""

    def __init__(self) -> None:
        self._posts: dict[str, Post] = {}
        self._names: dict[str, str] = {}

    @property
    def posts(self) -> Sequence[Post]:
        """All that are not deleted, in the order in which they came."""
        return list(self._posts.values())

    async def deliver(self, batch: Sequence[Heard]) -> asyncio.Future[int]:
        """Take what a source delivers; the future holds how many posts were new."""
        before = len(self._posts)
        for item in batch:
            if isinstance(item, Deleted):
                for name in item.posts:
                    self._posts.pop(self._names.get(name, name), None)
            elif isinstance(item, Post) and item.visibility != "restricted":
                self._posts[self._names.get(item.id, item.id)] = item
                self._names.update(dict.fromkeys((item.id, *item.aliases), item.id))
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(max(0, len(self._posts) - before))
        return done

    def holds(self, post_id: str) -> bool:
        """Whether a post came, by its id or an alias."""
        return self._names.get(post_id) in self._posts

    def questions(self, network: str) -> Sequence[Post]:
        """None: nothing is known of questions here."""
        return []

    def latest(self, network: str, count: int) -> Sequence[Post]:
        """The last posts, newest first."""
        return list(reversed(self._posts.values()))[:count]

    def of_source(self, source: str) -> Sequence[Post]:
        """All posts, newest first: a trial has one source."""
        return list(reversed(self._posts.values()))

    def post(self, post_id: str) -> Post | None:
        """A post by its id."""
        return self._posts.get(post_id)

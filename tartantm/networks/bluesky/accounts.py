"""Accounts of the chat's authors that are not active, and may soon be again.

The stream says ``deactivated`` of who leaves for good, of who takes a week off, and for a moment of
everybody who moves to another server; ``suspended`` may end as well. So it is waited a while, and
then the service is asked whether it still shows their posts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from time import monotonic

from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.bluesky.recheck import BlueskyRecheck
from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.failures import Failures
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Lost, Refused, SourceError

WAIT_SECONDS = 180.0
"""How long an account is not active before it is asked for: a move takes less, and a post that is
younger than `recheck.INDEXED` could not be asked for."""

AGAIN_SECONDS = 60.0
"""How long it is not asked again after the service did not answer."""


class InactiveAccounts:
    """Asks what became of the posts of accounts that did not come back."""

    def __init__(self, recheck: BlueskyRecheck, stream_filter: StreamFilter) -> None:
        self._recheck, self._filter = recheck, stream_filter
        self._due: dict[str, float] = {}
        """When each account is asked for, by its DID, by `time.monotonic`."""

    def leave(self, did: str) -> None:
        """Note that an account is not active now."""
        self._due.setdefault(did, monotonic() + WAIT_SECONDS)

    def come_back(self, did: str) -> None:
        """Note that an account is active again: nothing of it is gone."""
        self._due.pop(did, None)

    async def gone(self) -> AsyncIterator[list[Heard]]:
        """The deletions of posts that are shown no more, of the accounts that are due."""
        for did in [did for did, due in self._due.items() if monotonic() >= due]:
            try:
                async for heard in self._checked(self._filter.posts_of(did)):
                    gone = [item for item in heard if isinstance(item, Deleted)]
                    if gone and did in self._due:
                        yield [replace(item, why="account") for item in gone]
            except SourceError:
                if did in self._due:
                    self._due[did] = monotonic() + AGAIN_SECONDS
            else:
                self._due.pop(did, None)

    async def _checked(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """What became of posts; where one alone fails, of the others. Raises that at the end."""
        waiting = {post.id: post for post in posts}
        try:
            async for heard in self._recheck.check(posts, lambda post: waiting.pop(post.id, None)):
                yield heard
        except (Lost, Refused) as error:
            if len(waiting) <= 1:
                raise
            failures = Failures()
            failures.add(error)
            for post in list(waiting.values()):
                try:
                    async for heard in self._recheck.check([post]):
                        yield heard
                except (Lost, Refused) as problem:
                    failures.add(problem)
                else:
                    failures.answered()
            raise

"""Looks on Bluesky for replies without the hashtag that the stream did not bring.

The stream brings replies to what is held. What was answered before it was held, or while the stream
was away, is read below the held posts: a few threads at a time, steadily, since the public service
allows some ten requests a second to everybody behind an address.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from tartantm.core.post import Post
from tartantm.networks.bluesky.search import BlueskySearch
from tartantm.networks.failures import Failures
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Lost, Refused
from tartantm.networks.thread_turns import MOST, Thread, ThreadTurns, once

LOOK_SECONDS = 60.0
"""Seconds between looks."""

MOST_THREADS = 20
"""Threads that are read at a look, each by a request."""


class BlueskyReplies:
    """Satisfies `LiveSource.replies` for Bluesky."""

    def __init__(self, search: BlueskySearch) -> None:
        self._search = search
        self._turns = ThreadTurns()

    def begin_anew(self) -> None:
        """Look below every post again, after a time for which nobody brought replies."""
        self._turns.begin_anew()

    async def look(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies in the threads whose turn it is; what was not answered is soon asked for again.

        Raises what threads failed with, now or when it was their turn, after the others were asked
        for.
        """
        threads = once(
            Thread(_root(post, held), post.sort_at, is_question)
            for posts, is_question in (
                (held.questions("bluesky"), True),
                (held.latest("bluesky", MOST), False),
            )
            for post in posts
        )
        failures, failed = Failures(), dict[str, Lost | Refused]()
        try:
            for thread in self._turns.next(threads, MOST_THREADS):
                try:
                    async for batch in self._search.threads([thread.key]):
                        yield batch
                except (Lost, Refused) as error:
                    failed[thread.key] = error
                    failures.add(error)
                else:
                    failures.answered()
                    self._turns.looked(thread.key)
            failures.raise_first()
        finally:
            for key, problem in failed.items():
                self._turns.failed(key, problem, others_answered=failures.was_answered)
        self._turns.raise_unanswered()


def _root(post: Post, held: ChatIndex) -> str:
    """The at-uri of the post that began the thread, if it is held, else of the post itself."""
    thread = post.thread if post.thread and held.holds(post.thread) else post.id
    return thread.removeprefix("bluesky:")

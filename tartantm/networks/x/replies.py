"""Looks on X for replies without the hashtag, below every held post that began a thread.

The stream's rule and the query of search have room for the threads of a few questions only. So
recent search is asked, some ten threads at a time, for what was said in them since the last look.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, Refused
from tartantm.networks.thread_turns import MOST, Thread, ThreadTurns, once
from tartantm.networks.x.query import any_thread, begun_by, thread_of
from tartantm.networks.x.search import LAG, Page, SearchPages, XSearch

MOST_THREADS = 10
"""Threads in a query, which may have 512 characters."""

LOOK_SECONDS = 60.0
"""Seconds between looks. X allows 300 to 450 searches in 15 minutes, and posts come first."""

LOOK_PAGES = 3
"""Pages that are read at a look; there is more at the next one."""

MOST_PAGES = 10
"""Pages that are read of some threads in all: the chat is not flooded, nor its owner ruined, by
replies to a post that half of X has seen."""


class XReplies:
    """Satisfies `LiveSource.replies` for X."""

    def __init__(self, search: XSearch, follow: Callable[[Sequence[str]], None]) -> None:
        """`follow` is told of the ids of threads before their replies are read."""
        self._search, self._follow = search, follow
        self._turns = ThreadTurns()
        self._complete: dict[str, Thread] = {}
        """What was looked at, with the time from which on the next look reads."""
        self._unfinished: tuple[list[Thread], SearchPages] | None = None

    async def look(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies in the threads whose turn it is, or the rest of those of the last look.

        Only threads that X answered for count as looked at.
        """
        if self._unfinished is None:
            some = self._due(held)
            if not some:
                return
            keys = [thread.key for thread in some]
            self._follow(keys)
            since = min(thread.since for thread in some)
            self._unfinished = some, self._search.pages(any_thread(keys), since)
        some, pages = self._unfinished
        page = Page([], False)
        for _ in range(LOOK_PAGES):
            try:
                page = await pages.read()
            except Refused:
                # Its place among the pages may be what X refuses.
                self._unfinished = None
                raise
            yield page.heard
            if not page.is_followed:
                break
        if not page.is_followed or pages.count >= MOST_PAGES:
            self._unfinished = None
            for thread in some:
                self._turns.looked(thread.key)
                self._complete[thread.key] = thread._replace(since=pages.began - LAG)

    def _due(self, held: ChatIndex) -> list[Thread]:
        """The threads to look at, each with the time from which on it is read."""
        threads = once(
            Thread(key, post.sort_at, is_question)
            for posts, of, is_question in (
                (held.questions("x"), thread_of, True),
                (held.latest("x", MOST), begun_by, False),
            )
            for post in posts
            if (key := of(post))
        )
        known = {thread.key for thread in threads}
        self._complete = {key: each for key, each in self._complete.items() if key in known}
        some = self._turns.next(threads, MOST_THREADS)
        return [self._complete.get(thread.key, thread) for thread in some]

"""Looks on X for replies without the hashtag, below every held post that began a thread.

The stream's rule and the query of search have room for the threads of a few questions only. So
recent search is asked, some ten threads at a time, for what was said in them since the last look.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from tartantm.networks.failures import Failures
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Capped, ChatIndex, Lost, Refused
from tartantm.networks.thread_turns import MOST, TRIES, Thread, ThreadTurns, once
from tartantm.networks.x.query import any_thread, begun_by, thread_of
from tartantm.networks.x.search import LAG, SearchPages, XSearch

MOST_THREADS = 10
"""Threads in a query, which may have 512 characters."""

LOOK_SECONDS = 60.0
"""Seconds between looks. X allows 300 to 450 searches in 15 minutes, and posts come first."""

LOOK_PAGES = 3
"""Pages that are read at a look; there is more at the next one."""

MOST_PAGES = 10
"""Pages that are read of some threads in all: the chat is not flooded, nor its owner ruined, by
replies to a post that half of X has seen."""


class _Apart:
    """Threads that are asked for one by one, and what came of that."""

    def __init__(self, threads: Sequence[Thread]) -> None:
        self.waiting = list(threads)
        self.failed: list[tuple[str, Lost | Refused]] = []
        self.was_answered = False


class XReplies:
    """Satisfies `LiveSource.replies` for X."""

    def __init__(self, search: XSearch, follow: Callable[[Sequence[str]], None]) -> None:
        """`follow` is told of the ids of threads before their replies are read."""
        self._search, self._follow = search, follow
        self._turns = ThreadTurns()
        self._complete: dict[str, Thread] = {}
        """What was looked at, with the time from which on the next look reads."""
        self._unfinished: tuple[list[Thread], SearchPages] | None = None
        self._tries = 0
        """How often in a row what is unfinished failed."""
        self._apart: _Apart | None = None
        """The threads of a query that failed, each of which is asked for alone."""

    async def look(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies in the threads whose turn it is, or the rest of those of the last look.

        Only threads that X answered for count as looked at. Where a query always fails its threads
        are asked for one by one, and one that fails alone has to wait for its next turn.
        """
        failures = Failures()
        for _ in range(LOOK_PAGES):
            if self._unfinished is None and not (some := self._next(held)):
                break
            if self._unfinished is None:
                keys = [thread.key for thread in some]
                self._follow(keys)
                since = min(thread.since for thread in some)
                self._unfinished = some, self._search.pages(any_thread(keys), since)
            some, pages = self._unfinished
            try:
                page = await pages.read()
            except (Lost, Refused) as error:
                self._note_failure(some, error)
                failures.add(error)
            else:
                failures.answered()
                self._tries = 0
                yield page.heard
                if not page.is_followed or pages.count >= MOST_PAGES:
                    self._note_end(some, pages)
            if self._apart is None and (self._unfinished is None or self._tries):
                break
        failures.raise_first()
        self._turns.raise_unanswered()

    def _note_end(self, some: Sequence[Thread], pages: SearchPages) -> None:
        self._unfinished = None
        if self._apart is not None:
            self._apart.was_answered = True
        for thread in some:
            self._turns.looked(thread.key)
            self._complete[thread.key] = thread._replace(since=pages.began - LAG)
        self._end_apart()

    def _note_failure(self, some: list[Thread], error: Lost | Refused) -> None:
        self._tries += 1
        if isinstance(error, Lost) and self._tries < TRIES and self._apart is None:
            return
        # Its place among the pages, or one of the threads, may be what fails.
        self._unfinished, self._tries = None, 0
        if self._apart is not None:
            self._apart.failed += [(thread.key, error) for thread in some]
            self._end_apart()
        elif len(some) > 1 and not isinstance(error, Capped):
            self._apart = _Apart(some)

    def _end_apart(self) -> None:
        """Where all were asked for alone, those that failed wait; unless it was X that failed."""
        apart = self._apart
        if apart is None or apart.waiting:
            return
        self._apart = None
        for key, error in apart.failed if apart.was_answered else ():
            self._turns.given_up(key, error)

    def _next(self, held: ChatIndex) -> list[Thread]:
        """The threads of the next query, each with the time from which on it is read."""
        return [self._apart.waiting.pop(0)] if self._apart is not None else self._due(held)

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

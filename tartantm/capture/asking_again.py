"""Asks a source for posts again, and finds out which of them it cannot answer.

What was answered before a failure counts, and only the others are asked for again. One post alone
may be what fails, each time it is asked for: so after a failure fewer are asked for at once, until
it fails alone, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tartantm.capture.lane import trouble_of
from tartantm.capture.side_by_side import closing, unless_cancelled
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import LiveSource

SEVERAL = 3
"""Where so many posts fail, one after the other and each alone, it is the server that fails."""

LARGEST = 1_000


class Asked(NamedTuple):
    """What came of asking for some posts."""

    answered: list[Post]
    left: list[Post]
    """Those that were not answered because of the problem, in their order."""
    problem: Exception | None


async def ask_again(
    source: LiveSource, posts: Sequence[Post], take: Callable[[list[Heard]], object]
) -> Asked:
    """Ask `source` for posts, and have `take` take what it says of them as it comes."""
    named: set[str] = set()
    problem: Exception | None = None
    try:
        async with closing(source.recheck(posts, lambda post: named.add(post.id))) as batches:
            async for batch in batches:
                take(batch)
    except (Exception, asyncio.CancelledError) as error:
        problem = unless_cancelled(error)
    if problem is None:
        return Asked(list(posts), [], None)
    # Nobody can ask for those that `can_recheck` leaves out.
    left = [post for post in posts if post.id not in named and source.can_recheck(post)]
    return Asked([post for post in posts if post.id in named], left, problem)


class Narrowing:
    """How many posts are asked for at once, and which are not answered while others are."""

    def __init__(self) -> None:
        self._most, self._was_answered = LARGEST, False
        self._alone: set[str] = set()
        """Which failed alone since a post was answered; of these it is not known why."""
        self.unanswerable: set[str] = set()
        """Which failed alone while others were answered."""

    def most(self, at_once: int) -> int:
        """How many posts to ask for, where `at_once` may be."""
        return min(self._most, at_once)

    @property
    def suspected(self) -> set[str]:
        """The ids of posts that keep others waiting, and so come after these."""
        return self._alone | self.unanswerable

    @property
    def is_server(self) -> bool:
        """Whether it is the server that fails, by all that is known."""
        return len(self._alone) >= SEVERAL

    def note(self, asked: Asked) -> bool:
        """Note what came of asking; returns whether one post failed alone."""
        if asked.answered or asked.problem is None:
            self._was_answered = True
            self._most = min(2 * self._most, LARGEST)
            self.unanswerable |= self._alone
            self._alone.clear()
            self.unanswerable.difference_update(post.id for post in asked.answered)
        if asked.problem is None or is_for_all(asked.problem):
            return False
        self._most = 1
        if len(asked.left) != 1:
            return False
        if self._was_answered and not self._alone:
            self.unanswerable.add(asked.left[0].id)  # others were answered a moment ago
        self._alone.update({asked.left[0].id} - self.unanswerable)
        return True

    def keep(self, wanted: Iterable[str]) -> None:
        """Forget the posts that are not wanted any more."""
        self.unanswerable.intersection_update(wanted)


def is_for_all(problem: Exception) -> bool:
    """Whether a problem has nothing to do with what was asked for."""
    return trouble_of(problem) in ("limited", "capped")

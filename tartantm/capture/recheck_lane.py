"""Asks a source again for posts that may be gone or edited, a few at a time, while it is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tartantm.capture.delivery import Delivery
from tartantm.capture.health import Health
from tartantm.capture.hearing import Hearing
from tartantm.capture.lane import Lane, trouble_of
from tartantm.capture.rechecking import PAUSE_SECONDS, Rechecking, answers_to, deleted
from tartantm.capture.side_by_side import closing, unless_cancelled
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, LiveSource, reason_of

LOST_POSTS = (
    "{name} says that {count} posts are gone, all that it was asked for. They are kept, as it may "
    "have lost them: tartantm recheck takes them out."
)

UNASKED = (
    "{name} does not say which posts are gone or edited, so they stay as they are: {why} "
    "It goes on being asked."
)

ASKED = "{name} says again which posts are gone or edited."

FEWEST_LOST = 3
"""Of so many posts that are gone at once it is doubted, where none of the others is there."""


class RecheckLane(Lane):
    """The lane of one source on which it is asked again for what is held."""

    def __init__(
        self,
        held: ChatIndex,
        hearing: Hearing,
        health: Health,
        delivery: Delivery,
        say: Callable[[str], None],
    ) -> None:
        """`say` is for what everybody should know."""
        super().__init__(f"source {health.name}, asking again")
        self.wanted = Rechecking(held, health.name)
        self._hearing, self._health, self._delivery, self._say = hearing, health, delivery, say
        self._told_lost = self._told_unasked = False

    async def keep_asking(self, source: LiveSource) -> None:
        """Ask `source` for what is wanted until cancelled; what goes wrong is tried again."""
        wanted = self.wanted
        while True:
            if self._hearing.streams_from is None or not source.reports_deletions:
                wanted.everything_in_time()
            if not self._health.hears or not (some := wanted.take(source.recheck_at_once)):
                await wanted.wait()
                continue
            seconds = PAUSE_SECONDS
            try:
                await self._ask(source, some)
            except (Exception, asyncio.CancelledError) as error:
                problem = unless_cancelled(error)
                seconds = self.broke(problem, 0.0)
                if trouble_of(problem) in ("limited", "unreachable"):
                    wanted.put_back(some)
                else:
                    self._tell_unasked(source.name)
            else:
                self.answered()
                if self._told_unasked:
                    self._told_unasked = False
                    self._say(ASKED.format(name=source.name))
            await self.pause(seconds)

    async def _ask(self, source: LiveSource, some: Sequence[Post]) -> None:
        """Ask for posts again; a server that knows none of ours has lost them, and is not believed.

        A deletion is for good, and so would be the evening where a server comes back empty.
        """
        heard = await _answers(source, some)
        if len(some) >= FEWEST_LOST and deleted(heard) >= {post.id for post in some}:
            others = self.wanted.others(some, source.recheck_at_once)
            heard += await _answers(source, others) if others else []
            if deleted(heard) >= {post.id for post in others}:
                self._tell_lost(source.name, len(some) + len(others))
                heard = [item for item in heard if not isinstance(item, Deleted)]
        if heard:
            for done in await self._delivery.deliver(heard):
                await done

    def _tell_unasked(self, name: str) -> None:
        if not self._told_unasked:
            self._told_unasked = True
            self._say(UNASKED.format(name=name, why=reason_of(self.words)))

    def _tell_lost(self, name: str, count: int) -> None:
        if not self._told_lost:
            self._told_lost = True
            self._say(LOST_POSTS.format(name=name, count=count))


async def _answers(source: LiveSource, asked: Sequence[Post]) -> list[Heard]:
    """What a source says of the posts that it is asked for; what it says of others is left out."""
    async with closing(source.recheck(asked)) as answers:
        return answers_to(asked, [item async for batch in answers for item in batch])

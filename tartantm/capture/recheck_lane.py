"""Asks a source again for posts that may be gone or edited, a few at a time, while it is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from tartantm.capture.delivery import Delivery
from tartantm.capture.health import Health
from tartantm.capture.hearing import Hearing
from tartantm.capture.lane import Lane, trouble_of
from tartantm.capture.rechecking import PAUSE_SECONDS, Rechecking, answers_to, deleted
from tartantm.capture.side_by_side import closing, unless_cancelled
from tartantm.capture.unanswered import CHANGES, Unanswered
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, LiveSource

LOST_POSTS = (
    "{name} says that {count} posts are gone, {most} that it was asked for. They are kept, as it "
    "may have lost them: tartantm recheck takes them out."
)

FEWEST_LOST = 3
"""Of so many posts that are gone at once it is doubted, where none of the others is there."""

MANY_LOST, FEW_LEFT = 10, 10
"""Of `MANY_LOST` posts also where no more than one for `FEW_LEFT` of them is there: a server that
came back empty has new posts soon, and gets some of the old ones from others."""

WITNESSES = 5
"""Other posts that are asked for where all are gone; each may cost a request, or money."""


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
        self.unanswered = Unanswered(health, CHANGES, say)
        self._doubted_from: datetime | None = None
        """Since when it says that all is gone; None while what it says is believed."""

    async def keep_asking(self, source: LiveSource) -> None:
        """Ask `source` for what is wanted until cancelled; what goes wrong is tried again."""
        wanted = self.wanted
        while True:
            if self._hearing.streams_from is None or not source.reports_deletions:
                await wanted.everything_in_time()
            if not self._health.hears or not (some := wanted.take(source.recheck_at_once)):
                await wanted.wait()
                continue
            seconds = PAUSE_SECONDS
            try:
                await self._ask(source, some)
            except (Exception, asyncio.CancelledError) as error:
                problem = unless_cancelled(error)
                seconds, trouble = self.broke(problem, 0.0), trouble_of(problem)
                if trouble != "failed":  # what is refused keeps no others from being asked for
                    wanted.put_back(some, first=trouble != "refused")
                self.unanswered.failed(self.words, at_once=trouble in ("refused", "failed"))
            else:
                self.answered()
                self.unanswered.answered()
            await self.pause(seconds)

    async def _ask(self, source: LiveSource, some: Sequence[Post]) -> None:
        """Ask for posts again; a server that knows none of ours has lost them, and is not believed.

        A deletion is for good, and so would be the evening where a server comes back empty. So of
        few posts, too, it has to show that it knows others; and once it is doubted, that it still
        has posts from before.
        """
        asked, heard = list(some), await _answers(source, some)
        if self._is_doubtful(source, asked, deleted(heard)):
            most = min(source.recheck_at_once, WITNESSES)
            if others := await self.wanted.others(some, most, self._is_witness):
                asked += others
                heard += await _answers(source, others)
        gone = deleted(heard)
        is_enough = len(asked) >= FEWEST_LOST or self._doubted_from is not None
        if is_enough and self._is_doubtful(source, asked, gone):
            self._doubt(source.name, asked, gone)
            heard = [item for item in heard if not isinstance(item, Deleted)]
        elif self._witnesses(source, asked, gone):
            self._doubted_from = None
        if heard:
            for done in await self._delivery.deliver_answer(heard):
                await done

    def _is_doubtful(self, source: LiveSource, asked: Sequence[Post], gone: set[str]) -> bool:
        """Whether all posts that were asked for are gone, or nearly all of many.

        Once it is doubted, whether more are gone than are there.
        """
        lost, there = len(_gone(asked, gone)), self._witnesses(source, asked, gone)
        if self._doubted_from is not None:
            return lost > there
        return lost > 0 and (not there or (lost >= MANY_LOST and there * FEW_LEFT <= lost))

    def _witnesses(self, source: LiveSource, asked: Sequence[Post], gone: set[str]) -> int:
        """How many of the posts show that the server still has what it had."""
        lost = _gone(asked, gone)
        there = [post for post in asked if post.id not in lost and source.can_recheck(post)]
        return sum(map(self._is_witness, there))

    def _is_witness(self, post: Post) -> bool:
        """Whether a post came before the server was doubted."""
        doubted = self._doubted_from
        return doubted is None or (post.received_at or post.created_at) < doubted

    def _doubt(self, name: str, asked: Sequence[Post], gone: set[str]) -> None:
        if self._doubted_from is None:
            self._doubted_from = self._hearing.clock.now()
            lost = len(_gone(asked, gone))
            most = "all" if lost == len(asked) else "nearly all"
            self._say(LOST_POSTS.format(name=name, count=lost, most=most))


def _gone(asked: Sequence[Post], gone: set[str]) -> set[str]:
    """The ids of the posts of which a name is among those that are gone."""
    return {post.id for post in asked if not gone.isdisjoint((post.id, *post.aliases))}


async def _answers(source: LiveSource, asked: Sequence[Post]) -> list[Heard]:
    """What a source says of the posts that it is asked for; what it says of others is left out."""
    async with closing(source.recheck(asked)) as answers:
        return answers_to(asked, [item async for batch in answers for item in batch])

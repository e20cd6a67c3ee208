"""Asks a source again for posts that may be gone or edited, a few at a time, while it is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from tartantm.capture.asking_again import Asked, Narrowing, ask_again, is_for_all
from tartantm.capture.delivery import Delivery
from tartantm.capture.health import Health
from tartantm.capture.hearing import Hearing
from tartantm.capture.lane import Lane, trouble_of
from tartantm.capture.rechecking import PAUSE_SECONDS, Rechecking, answers_to, deleted
from tartantm.capture.side_by_side import unless_cancelled
from tartantm.capture.unanswered import CHANGES, SOME_CHANGES, Unanswered
from tartantm.core.describe import posts as many
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import ChatIndex, LiveSource, introduced

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
        self.wanted = Rechecking(held, health.name, self._note_wanted)
        self._waits_alone = False
        """Whether it waits to ask again for a post that alone is not answered."""
        self._hearing, self._health, self._delivery, self._say = hearing, health, delivery, say
        self._narrowing, self._why = Narrowing(), ""
        self.unanswered = Unanswered(health, CHANGES, say)
        self.unanswerable = Unanswered(health, SOME_CHANGES, say)
        self._doubted_from: datetime | None = None
        """Since when it says that all is gone; None while what it says is believed."""

    async def keep_asking(self, source: LiveSource) -> None:
        """Ask `source` for what is wanted until cancelled; what goes wrong is tried again."""
        wanted, narrowing = self.wanted, self._narrowing
        while True:
            if self._hearing.streams_from is None or not source.reports_deletions:
                await wanted.everything_in_time()
            most = narrowing.most(source.recheck_at_once)
            if not self._health.hears or not (some := wanted.take(most, narrowing.suspected)):
                await wanted.wait()
                continue
            try:
                asked = await self._ask(source, some)
            except (Exception, asyncio.CancelledError) as error:  # it could not be delivered
                asked = Asked([], list(some), unless_cancelled(error))
            await self.pause(self._note(asked))
            self._waits_alone = False

    def _note_wanted(self, ids: Iterable[str]) -> None:
        if self._waits_alone and any(each not in self._narrowing.suspected for each in ids):
            self.wake()

    def _note(self, asked: Asked) -> float:
        """Note what came of asking; returns after how many seconds others are asked for."""
        is_alone = self._narrowing.note(asked)
        if asked.problem is None:
            self.answered()
            self.unanswered.answered()
            self._tell_unanswerable()
            return PAUSE_SECONDS
        if asked.answered:
            self.answered()
            self.unanswered.answered()
        self.wanted.put_back(asked.left, first=not is_alone)
        seconds = self.broke(asked.problem, 0.0)
        suspected, for_all = self._narrowing.suspected, is_for_all(asked.problem)
        others_wait = not for_all and any(each not in suspected for each in self.wanted.ids)
        self._waits_alone = is_alone and asked.left[0].id in self._narrowing.unanswerable
        if not self._waits_alone:
            is_sure = for_all or self._narrowing.is_server or not others_wait
            self.unanswered.failed(
                self.words, at_once=is_sure and trouble_of(asked.problem) in ("refused", "failed")
            )
        self._why = self.words if is_alone else self._why
        self._tell_unanswerable()
        goes_on = others_wait and not self._narrowing.is_server
        return min(seconds, PAUSE_SECONDS) if goes_on else seconds

    def _tell_unanswerable(self) -> None:
        """Note the posts that are not answered while others are."""
        self._narrowing.keep(self.wanted.ids)
        if count := len(self._narrowing.unanswerable):
            self.unanswerable.failed(introduced(f"{many(count)} could not be asked for", self._why))
        else:
            self.unanswerable.answered()

    async def _ask(self, source: LiveSource, some: Sequence[Post]) -> Asked:
        """Ask for posts again; a server that knows none of ours has lost them, and is not believed.

        A deletion is for good, and so would be the evening where a server comes back empty. So of
        few posts, too, it has to show that it knows others; and once it is doubted, that it still
        has posts from before. Where it could not be asked for others, it is asked for all again.
        """
        asked, heard = await _answers(source, some)
        answered, problem = asked.answered, asked.problem
        gone = deleted(heard)
        if problem is None and self._is_doubtful(source, answered, gone):
            # One of them may be what fails, too.
            most = min(self._narrowing.most(source.recheck_at_once), WITNESSES)
            if others := await self._others(some, most):
                of_others, more = await _answers(source, others)
                answered, problem = answered + of_others.answered, of_others.problem
                heard += more
                gone = deleted(heard)
        is_doubtful = self._is_doubtful(source, answered, gone)
        if is_doubtful and problem is not None:
            # After what was not answered, and together with another: that goes on in any case.
            doubted = [post for post in answered if post.id in _gone(answered, gone)]
            self.wanted.put_back([*await self._others(doubted, 1), *doubted])
            heard = [item for item in heard if not isinstance(item, Deleted)]
        elif is_doubtful and (len(answered) >= FEWEST_LOST or self._doubted_from is not None):
            self._doubt(source.name, answered, gone)
            heard = [item for item in heard if not isinstance(item, Deleted)]
        elif not is_doubtful and self._witnesses(source, answered, gone):
            self._doubted_from = None
        if heard:
            for done in await self._delivery.deliver_answer(heard):
                await done
        return Asked(answered, asked.left, problem)

    async def _others(self, than: Sequence[Post], most: int) -> list[Post]:
        """Other posts that may show that the server still has what it had."""
        suspected = self._narrowing.suspected

        def may_be(post: Post) -> bool:
            return post.id not in suspected and self._is_witness(post)

        return await self.wanted.others(than, most, may_be)

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


async def _answers(source: LiveSource, posts: Sequence[Post]) -> tuple[Asked, list[Heard]]:
    """What a source says of the posts that it is asked for; what it says of others is left out."""
    heard: list[Heard] = []
    asked = await ask_again(source, posts, heard.extend)
    return asked, answers_to(posts, heard)

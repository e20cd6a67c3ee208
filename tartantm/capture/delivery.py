"""Hands over what one source brought, no faster than anybody writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from time import monotonic

from tartantm.capture.pace import AT_ONCE, Pace, weight
from tartantm.capture.rechecking import names
from tartantm.capture.side_by_side import closing
from tartantm.core.post import Post
from tartantm.networks.heard import Heard, in_batches
from tartantm.networks.protocol import ChatIndex

HandOver = Callable[[Sequence[Heard]], Awaitable["asyncio.Future[int]"]]
"""Takes what was received; the future holds, once it is durable, how many posts were new."""


class Came:
    """What a request brought."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        """Every name of every post."""
        self.new: list[asyncio.Future[int]] = []
        self.batches = 0
        """How many answers came, also those that brought nothing."""

    async def count(self) -> int:
        """How many posts were new, once they are durable."""
        return sum([await each for each in self.new])


class Delivery:
    """What comes from one source, on its way to be recorded."""

    def __init__(
        self,
        hand_over: HandOver,
        held: ChatIndex,
        tell_flood: Callable[[], None],
        fall_behind: Callable[[], None],
        own_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`fall_behind` is called where more comes than people write, `tell_flood` the first time.

        `own_up` is called before posts are handed over that were asked for, and that are news.
        `held` says which posts are held, so that what is repeated costs little.
        """
        self._hand_over, self._held = hand_over, held
        self._tell_flood, self._fall_behind, self._own_up = tell_flood, fall_behind, own_up
        self._told = False
        self._pace = Pace(self._waits)
        self._under_way = 0
        self._idle_since = monotonic()

    @property
    def idle_for(self) -> float:
        """Seconds since the last delivery; 0.0 while one is under way."""
        return 0.0 if self._under_way else monotonic() - self._idle_since

    def _waits(self) -> None:
        self._fall_behind()
        if not self._told:
            self._told = True
            self._tell_flood()

    async def deliver(self, batch: Sequence[Heard]) -> list[asyncio.Future[int]]:
        """Hand over what came; the futures are those of its parts."""
        done = []
        self._under_way += 1
        try:
            for some in in_batches(batch, AT_ONCE):
                await self._pace.take(sum(weight(item, self._held) for item in some))
                done.append(await self._hand_over(some))
        finally:
            self._under_way -= 1
            self._idle_since = monotonic()
        return done

    async def deliver_answer(self, batch: Sequence[Heard]) -> list[asyncio.Future[int]]:
        """The same with what came because it was asked for."""
        posts = (item for item in batch if isinstance(item, Post))
        if self._own_up and any(p.edited_at or not self._held.holds(p.id) for p in posts):
            await self._own_up()
        return await self.deliver(batch)

    async def deliver_all(self, batches: AsyncIterator[list[Heard]], came: Came) -> None:
        """Deliver the answers to a request; returns once they are durable.

        Where it raises, `came` holds what had come before.
        """
        async with closing(batches) as answers:
            async for batch in answers:
                came.batches += 1
                if batch:
                    came.names.update(names(batch))
                    came.new += await self.deliver_answer(batch)
                    await asyncio.sleep(0)  # a page at a time, so that a key has its turn
        await came.count()

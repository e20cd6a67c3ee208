"""Posts asked of X: recent search to fill gaps, and look-ups by id to see what became of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, mapping, raw
from tartantm.networks.protocol import Unfilled
from tartantm.networks.x.cost import Spending
from tartantm.networks.x.responses import gone, later_wordings

if TYPE_CHECKING:
    from tartantm.networks.x.rest import RestClient

LAG = timedelta(seconds=60)
"""Recent search leaves out the last half minute, and what X has not indexed yet."""

REACH = timedelta(days=7)
"""How far back recent search goes."""

LATE = timedelta(minutes=10)
"""A gap that begins before X's reach by no more than this is not reported: it is always asked for
a little further back than it began."""

FEWEST, MOST = 10, 100
"""Posts on a page of search."""


class XSearch:
    """Asks for pages of posts; each is counted and parsed."""

    def __init__(
        self,
        rest: Callable[[], RestClient],
        clock: Clock,
        spending: Spending,
        heard: Callable[[Json, datetime], list[Heard]],
    ) -> None:
        self._rest, self._clock, self._spending, self._heard = rest, clock, spending, heard
        self._complete_until: datetime | None = None
        """Until when the last search has surely found everything."""

    async def since(self, query: str, when: datetime) -> AsyncIterator[list[Heard]]:
        """All posts from `when` on that X knows, newest first, and what the last search missed.

        Raises Unfilled at the end where X's search does not go back far enough.
        """
        now = self._clock.now()
        earliest = now - REACH + timedelta(minutes=1)
        since = min(when, self._complete_until or when, now - LAG)
        token: str | None = None
        while True:
            self._spending.check()
            left = self._spending.left
            most = MOST if left is None else min(max(left, FEWEST), MOST)
            page = await self._rest().search(query, max(since, earliest), most, token)
            yield self._heard(page, now)
            following = raw(mapping(page, "meta"), "next_token")
            if not following or following == token:
                break
            token = following
        self._spending.check()
        self._complete_until = now - LAG
        if since < earliest - LATE:
            day = f"{earliest.day} {earliest:%B}"
            raise Unfilled(f"X's search goes back seven days only; nothing before {day} came.")

    async def recheck(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """Ask for posts again, a hundred at a time: later wordings, and those that are gone."""
        ours = [post for post in posts if post.network == "x"]
        for some in (ours[n : n + 100] for n in range(0, len(ours), 100)):
            asked = {post.version or post.id.partition(":")[2]: post for post in some}
            found_by = {post.id: post.found_by for post in some}
            # The answer for an early wording of a post says that there are later ones.
            for _ in range(2):
                if not asked:
                    break
                self._spending.check()
                page = await self._rest().lookup(list(asked))
                now = self._clock.now()
                found = self._heard(page, now)
                gone_ones = gone(page, asked, now)
                yield [*(_found_as_before(item, found_by) for item in found), *gone_ones]
                asked = later_wordings(found)


def _found_as_before(item: Heard, found_by: dict[str, str]) -> Heard:
    if isinstance(item, Deleted):
        return item
    return replace(item, found_by=found_by.get(item.id, item.found_by))

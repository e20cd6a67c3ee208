"""Posts asked of X: recent search to fill gaps, and look-ups by id to see what became of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from tartantm.core.post import Post
from tartantm.networks.clock import TOLERANCE, LiveClock, steady_seconds
from tartantm.networks.heard import Heard
from tartantm.networks.in_turns import in_turns
from tartantm.networks.json_fields import Json, identifier, mapping, moment, raw, rows
from tartantm.networks.patience import Patience
from tartantm.networks.protocol import SourceError, Unfilled, skip
from tartantm.networks.x.cost import Spending
from tartantm.networks.x.errors import BadRequest
from tartantm.networks.x.responses import gone, later_wordings, pieces

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

MOST_PAGES = 50
"""Pages that are read at one look: 5,000 posts, which X charges for one by one."""

SAME_SECONDS = 1.0
"""Times that are asked for and differ by no more than this are the same."""

MOST_BARREN = 3
"""Pages without posts in a row after which no more are asked for; X sends one now and then."""


class Page(NamedTuple):
    """A page of recent search."""

    heard: list[Heard]
    is_followed: bool
    """Whether there are more."""


class SearchPages:
    """The pages of one search, newest posts first; each is counted and parsed."""

    def __init__(self, search: XSearch, query: str, when: datetime) -> None:
        self._search, self._query, self._when = search, query, when
        self.began = search.clock.now()
        """When it was asked, by the chat's clock."""
        self.began_at = steady_seconds()
        """The same by the steady clock: the chat's may be corrected meanwhile."""
        self.from_at = self.began_at - (self.began - when).total_seconds()
        """From when on it asks, by the steady clock."""
        self.count = 0
        """Pages that were read."""
        self.had_since: datetime | None = None
        """When the last post on these pages was posted, by X's clock; None where there is none."""
        self.is_stuck = False
        """Whether X says that there are more pages, and does not give them."""
        self._start: datetime | None = None
        self._token: str | None = None
        self._tokens: set[str] = set()
        self._seen: set[str] = set()
        """Ids of the posts on these pages."""
        self._barren = 0

    async def read(self) -> Page:
        """The next page. Raises Lost, Limited or Refused; it may then be asked for again."""
        page = await self._ask()
        self.count += 1
        following = raw(mapping(page, "meta"), "next_token")
        stands = self._stands(page) or following in self._tokens
        self.is_stuck = bool(following) and stands
        is_followed = bool(following) and not stands
        self._tokens.add(following)
        self._token = following
        heard = await in_turns(lambda some: self._search.heard(some, self.began), pieces(page))
        return Page(heard, is_followed)

    def _stands(self, page: Json) -> bool:
        """Whether this page shows that the ones after it bring nothing; else notes its posts."""
        posts = rows(page, "data")
        ids = {identifier(post.get("id")) for post in posts}
        self._barren = 0 if posts else self._barren + 1
        if posts and ids <= self._seen:
            return True
        self._seen |= ids
        last = moment(posts[-1].get("created_at")) if posts else None
        self.had_since = last or self.had_since
        return self._barren >= MOST_BARREN

    async def _ask(self) -> Json:
        search = self._search
        search.spending.check()
        left = search.spending.left
        most = MOST if left is None else min(max(left, FEWEST), MOST)
        tried: list[datetime] = []
        while True:
            start = self._start or self._next_start(tried)
            tried.append(start)
            try:
                page = await search.rest().search(self._query, start, most, self._token)
            except BadRequest:
                # The answer said what time it is at X, so there may be another one to ask for.
                if self._start or self._next_start(tried) in tried:
                    raise
            else:
                self._start = start
                return page

    def _next_start(self, tried: list[datetime]) -> datetime:
        """The next time to ask X for; one that was tried where there is no other."""
        for start in self._search.starts(self._when, self.began):
            if all(abs(start - each) > TOLERANCE for each in tried):
                return start
        return tried[-1]


class XSearch:
    """Asks for pages of posts; each is counted and parsed."""

    def __init__(
        self,
        rest: Callable[[], RestClient],
        clock: LiveClock,
        host: str,
        spending: Spending,
        heard: Callable[[Json, datetime], list[Heard]],
    ) -> None:
        """`host` is X's, by whose clock it is asked for a time."""
        self.rest, self.clock, self.spending, self.heard = rest, clock, spending, heard
        self._host = host
        self._complete_at: float | None = None
        """Until when the last search has surely found everything, by the steady clock: the chat's
        may be corrected meanwhile."""
        self._unfinished: list[SearchPages] = []
        """Searches that were interrupted, the last one first: each post costs money once only."""

    def pages(self, query: str, when: datetime) -> SearchPages:
        """Search for the posts from `when` on, as far back as X's search goes."""
        return SearchPages(self, query, when)

    def starts(self, when: datetime, now: datetime) -> list[datetime]:
        """The times to ask X for, the best first, that stand for a time of the chat's clock.

        X refuses what lies in its future or too far back. Of two clocks that differ it is not known
        which one X goes by, and X may send a time that it does not go by itself.
        """
        ahead = self.clock.ahead(self._host) or timedelta()
        ahead = timedelta() if abs(ahead) <= TOLERANCE else ahead
        there = self.clock.earliest(self._host, min(when, now - LAG))
        here, reach = min(when, now - LAG), now - REACH + timedelta(minutes=1)
        reach_there = reach + ahead
        found = (
            max(there, min(reach, reach_there)),
            max(here, reach),
            max(here, reach_there),
            max(here + ahead, reach_there),
        )
        return list(dict.fromkeys(found))

    async def since(self, query: str, when: datetime) -> AsyncGenerator[list[Heard], None]:
        """All posts from `when` on that X knows, newest first, and what the last search missed.

        What was interrupted goes on where it was. Raises Unfilled at the end where X's search does
        not go back far enough, or not in time.
        """
        since, began = when, steady_seconds()
        if self._complete_at is not None:
            since = min(when, self._ago(began - self._complete_at))
        patience = Patience()
        for pages in self._to_read(query, since):
            while True:
                with self._kept_unless_lost():
                    with patience:
                        page = await pages.read()
                    yield page.heard
                if not page.is_followed or pages.count >= MOST_PAGES or patience.is_over:
                    break
            if words := _why_not_all(page, pages):
                had_since = pages.had_since and self.clock.latest(self._host, pages.had_since)
                goes_on = page.is_followed and pages.count < MOST_PAGES
                if not goes_on:
                    self._finish(began)
                raise Unfilled(words, had_since, goes_on=goes_on)
            self._unfinished = [each for each in self._unfinished if each is not pages]
        self._finish(began)
        earliest = pages.began - REACH + timedelta(minutes=1)
        if since < earliest - LATE:
            day = f"{earliest.day} {earliest:%B}"
            words = f"X's search goes back seven days only; nothing before {day} came."
            raise Unfilled(words, earliest)

    def _to_read(self, query: str, since: datetime) -> list[SearchPages]:
        """The searches that bring everything from `since` on, the latest first."""
        pages = self.pages(query, since)
        unfinished = self._unfinished
        if unfinished and unfinished[-1].from_at <= pages.from_at + SAME_SECONDS:
            last = self._ago(pages.began_at - unfinished[0].began_at) - LAG
            pages = self.pages(query, last)
        else:
            unfinished.clear()
        unfinished.insert(0, pages)
        return [*unfinished]

    @contextmanager
    def _kept_unless_lost(self) -> Iterator[None]:
        """Forget what was interrupted where it cannot go on, or a page was not handed over."""
        try:
            yield
        except BaseException as error:
            # Its place among the pages may be what X refuses.
            if not isinstance(error, SourceError) or isinstance(error, BadRequest):
                self._unfinished.clear()
            raise

    def _finish(self, began: float) -> None:
        """Note that a search which began then has found everything."""
        self._unfinished.clear()
        self._complete_at = began - LAG.total_seconds()

    def _ago(self, seconds: float) -> datetime:
        return self.clock.now() - timedelta(seconds=seconds)

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Ask for posts again, a hundred at a time: later wordings, and those that are gone.

        `answered` is told of each post of which X has said all.
        """
        ours = [post for post in posts if post.network == "x"]
        for some in (ours[n : n + 100] for n in range(0, len(ours), 100)):
            asked = {post.version or post.id.partition(":")[2]: post for post in some}
            found_by = {post.id: post.found_by for post in some}
            # The answer for an early wording of a post says that there are later ones.
            for _ in range(2):
                wanted, later = list(asked), dict[str, Post]()
                while wanted:
                    ids = self.spending.affordable(wanted)
                    wanted = wanted[len(ids) :]
                    page = await self.rest().lookup(ids)
                    now = self.clock.now()
                    found, named = self.heard(page, now), [asked[each] for each in ids]
                    lost = gone(page, asked, now)
                    yield [*(_found_as_before(item, found_by) for item in found), *lost]
                    more = later_wordings(found)
                    later |= more
                    unsaid = {each.id for each in more.values()}
                    for post in named:
                        if post.id not in unsaid:
                            answered(post)
                asked = later


def _why_not_all(page: Page, pages: SearchPages) -> str:
    """Why posts are missing after the last page that was read, in a sentence; "" if none are."""
    if pages.is_stuck:
        return "X says that it has older posts, and does not return them."
    if not page.is_followed:
        return ""
    if pages.count < MOST_PAGES:
        return "X answers slowly; older posts are still being read."
    return f"X has more posts than the {MOST_PAGES * MOST:,} that are read at once."


def _found_as_before(item: Heard, found_by: dict[str, str]) -> Heard:
    if not isinstance(item, Post):
        return item
    return replace(item, found_by=found_by.get(item.id, item.found_by))

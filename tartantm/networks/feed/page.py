"""Which pages of entries are asked for, to learn whether an entry that left a feed is gone.

That an entry left the feed means nothing by itself, since all do in time. Its own page says more,
but nothing where the pages of entries that are listed are missing as well: then the site has moved,
or is broken.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from tartantm.core.post import Post, safe_url
from tartantm.networks.clock import steady_seconds
from tartantm.networks.protocol import ChatIndex

AT_ONCE = 5
"""Pages that are asked for at once; that is some minutes apart."""

SOON_SECONDS, AGAIN_SECONDS = 5 * 60.0, 30 * 60.0
"""How long the same page is not asked for again, of what was taken out of the middle and others."""

CONTROLS = 3
"""Pages of listed entries of which one at least has to be there, else no missing page counts."""

REMEMBERED = 5_000

GONE = frozenset({404, 410})
"""What the answer for the page of an entry that is gone has as its status."""


class PageTurns:
    """Chooses the pages to ask for: first of entries that were taken out of the feed's middle."""

    def __init__(self, now: Callable[[], float] = steady_seconds) -> None:
        self._now = now
        self._asked: OrderedDict[str, float] = OrderedDict()

    def next(self, posts: Sequence[Post], listed: Mapping[str, datetime]) -> list[Post]:
        """The posts whose pages are to be asked for now, of those that are not `listed`.

        `listed` has the times of the entries that the feed shows.
        """
        first, last = min(listed.values(), default=None), max(listed.values(), default=None)
        due: list[tuple[bool, float, Post]] = []
        for post in posts:
            is_between = first is not None and last is not None and first < post.created_at < last
            asked = self._asked.get(post.id)
            again = SOON_SECONDS if is_between else AGAIN_SECONDS
            if post.id not in listed and (asked is None or self._now() - asked >= again):
                due.append((not is_between, asked or 0.0, post))
        return [post for _, _, post in sorted(due, key=lambda each: each[:2])[:AT_ONCE]]

    def asked(self, post: Post) -> None:
        """Note that the page of a post is being asked for."""
        self._asked[post.id] = self._now()
        self._asked.move_to_end(post.id)
        while len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)

    async def gone(
        self,
        posts: Sequence[Post],
        listed: Mapping[str, Post],
        held: ChatIndex | None,
        feed: str,
        status_of: Callable[[str], Awaitable[int]],
    ) -> list[Post]:
        """The posts, of some whose turn it is, whose pages are missing while others are there.

        `status_of` asks for a page of the feed at the address `feed`.
        """
        gone: list[Post] = []
        for post in self.next(posts, {each.id: each.created_at for each in listed.values()}):
            self.asked(post)
            page = page_of(post, feed)
            if page is not None and await status_of(page) in GONE:
                gone.append(post)
        if not gone:
            return []
        # Of what is listed, too, the address is asked for by which it was known: a site that moved
        # has pages for all, and none of them where it was.
        oldest = sorted(listed.values(), key=lambda post: post.created_at)
        known = ((held and held.post(post.id)) or post for post in oldest)
        pages = [page for post in known if (page := page_of(post, feed))][:CONTROLS]
        for page in pages:
            if 200 <= await status_of(page) < 400:
                return gone
        return [] if pages else gone


def page_of(post: Post, feed: str) -> str | None:
    """The address of an entry's own page; None where it is not to be asked for.

    It has to be on the feed's own host, over TLS where the feed is, and without a secret, so that
    a feed can have no other server asked for anything.
    """
    address = safe_url(post.url)
    if address is None:
        return None
    page, home = urlsplit(address), urlsplit(feed)
    if page.username is not None or page.path == home.path or not _is_same_site(page, home):
        return None
    return page._replace(fragment="").geturl()


def _is_same_site(page: SplitResult, home: SplitResult) -> bool:
    try:
        if page.hostname != home.hostname:
            return False
        if page.scheme == home.scheme:
            return page.port == home.port
        return (page.scheme, page.port, home.port) == ("https", None, None)
    except ValueError:  # a port that is no number
        return False

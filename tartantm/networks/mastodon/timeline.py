"""Reads the timeline of a hashtag on a Mastodon server, page by page into the past."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Any

from tartantm.networks.json_fields import Json, identifier
from tartantm.networks.mastodon.addresses import tag_path
from tartantm.networks.mastodon.client import Denied, MastodonClient
from tartantm.networks.mastodon.place import LAST_ROWS, is_past, places, reaches
from tartantm.networks.mastodon.reading import Reading
from tartantm.networks.patience import Patience
from tartantm.networks.protocol import Lost, Unfilled

PAGE = 40
"""Posts on a page, the most that servers return."""

MOST_PAGES = 200
"""For each hashtag; servers allow 300 requests in five minutes."""

APART_SECONDS = 0.2
"""Between two pages: Pleroma and Akkoma answer three in half a second, and refuse the fourth."""

LATE = timedelta(minutes=5)
"""How late a post may arrive from its own server and still be found."""


class Paging:
    """Keeps the pages of all timelines of one server apart."""

    def __init__(self) -> None:
        self._next = -inf
        """When the next one may be asked for, by `time.monotonic`."""

    async def wait(self) -> None:
        """Wait for the turn of a page."""
        turn = max(monotonic(), self._next)
        self._next = turn + APART_SECONDS
        await asyncio.sleep(max(0.0, turn - monotonic()))


async def timeline(
    client: MastodonClient,
    tag: str,
    when: datetime,
    is_known: Callable[[str], bool] | None = None,
    patience: Patience | None = None,
    reading: Reading | None = None,
    paging: Paging | None = None,
) -> AsyncIterator[list[Any]]:
    """Pages of a hashtag's timeline, the newest first, until what follows is older than `when`.

    It goes back from now, and not forward from the last known id: servers give a post that arrives
    late from elsewhere an id by the time it was written, and so it is below posts known long since.
    So it looks a little further back than `when`; with `is_known`, which says of an id whether the
    post was received before, only until nothing new is to be expected, which is one page mostly.
    What an earlier, interrupted `reading` had is passed over. A hashtag that nobody has used yet
    has no posts. Raises Unfilled where the server does not reach back to `when`, or not before
    `patience` ends.
    """
    bound, patience, reading = when - LATE, patience or Patience(), reading or Reading()
    part = reading.begin()
    paging = paging or Paging()
    while part.pages < MOST_PAGES:
        await paging.wait()
        with patience:
            page = await page_of(client, tag, part.below)
        # Servers leave out what this account may not see, so only an empty page is the end.
        if not page:
            return
        rows = [row for row in page if isinstance(row, dict)]
        ids = [known for row in rows if (known := identifier(row.get("id")))]
        if ids and part.ids.issuperset(ids):
            raise Unfilled(f"{client.host} does not return older posts of #{tag}.", part.had_since)
        # Once the page is read, all of it is known.
        ends = is_past(rows, bound) or (is_known and _ends_known(rows, when, is_known))
        yield page
        if ends:
            return
        if not ids:
            raise Lost(f"{client.host} sent posts without ids, so none before them can be had.")
        part.add(ids, reaches(rows))
        if reading.joins(ids, when):
            return
        if patience.is_over:
            words = f"{client.host} answers slowly; older posts of #{tag} are still being read."
            raise Unfilled(words, part.had_since, goes_on=True)
    words = f"#{tag} has more posts than {client.host} may be asked for at once."
    raise Unfilled(words, part.had_since)


async def page_of(client: MastodonClient, tag: str, below: str = "") -> list[Any]:
    """A page of a hashtag's timeline, of the posts `below` one; raises Lost, Limited, or Denied."""
    query = [("limit", str(PAGE))] + ([("max_id", below)] if below else [])
    try:
        return await client.statuses(tag_path(tag), query, as_far_as_shown=True)
    except Denied as error:
        # Of a hashtag that nobody has used yet, only GoToSocial says that there is none.
        if error.status == 404 and error.by_api and client.is_gotosocial and not below:
            return []
        raise


def _ends_known(rows: list[Json], when: datetime, is_known: Callable[[str], bool]) -> bool:
    """Whether the last posts of a page were all received before, and stand before `when`."""
    last = rows[-LAST_ROWS:]
    old = [place.is_before(when) for place in places(last)]
    return (
        len(old) == len(last)
        and all(old)
        and all(is_known(identifier(row.get("id"))) for row in last)
    )

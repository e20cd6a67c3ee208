"""Reads the timeline of a hashtag on a Mastodon server, page by page into the past."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

from tartantm.networks.json_fields import Json, identifier, moment
from tartantm.networks.mastodon.addresses import tag_path
from tartantm.networks.mastodon.client import Denied, MastodonClient
from tartantm.networks.protocol import Lost, Unfilled

PAGE = 40
"""Posts on a page, the most that servers return."""

MOST_PAGES = 200
"""For each hashtag; servers allow 300 requests in five minutes."""

LATE = timedelta(minutes=5)
"""How late a post may arrive from its own server and still be found."""

KNOWN_RUN = 10
"""A quick look ends with a page whose last posts, so many, are known and old enough."""


async def timeline(
    client: MastodonClient,
    tag: str,
    when: datetime,
    is_known: Callable[[str], bool] | None = None,
) -> AsyncIterator[list[Any]]:
    """Pages of a hashtag's timeline, the newest first, until posts are older than `when`.

    It goes back from now, and not forward from the last known id: servers give a post that arrives
    late from elsewhere an id by the time it was written, and so it is below posts known long since.
    So it looks a little further back than `when`; with `is_known`, which says of an id whether the
    post was received before, only until nothing new is to be expected, which is one page mostly.
    A hashtag that nobody has used yet has no posts. Raises Unfilled where the server does not reach
    back to `when`.
    """
    bound, seen, below = when - LATE, set[str](), ""
    oldest: datetime | None = None
    for _ in range(MOST_PAGES):
        page = await page_of(client, tag, below)
        # Servers leave out what this account may not see, so only an empty page is the end.
        if not page:
            return
        rows = [row for row in page if isinstance(row, dict)]
        ids = [known for row in rows if (known := identifier(row.get("id")))]
        if ids and seen.issuperset(ids):
            raise Unfilled(f"{client.host} does not return older posts of #{tag}.", oldest)
        yield page
        # One post with a wrong date means nothing; most of a page does.
        times = [time for row in rows if (time := moment(row.get("created_at")))]
        oldest = min([*times, *([oldest] if oldest else [])], default=None)
        if 2 * sum(time < bound for time in times) > len(times):
            return
        if is_known is not None and _ends_known(rows, when, is_known):
            return
        if not ids:
            raise Lost(f"{client.host} sent posts without ids, so none before them can be had.")
        seen.update(ids)
        below = ids[-1]
    raise Unfilled(f"#{tag} has more posts than {client.host} may be asked for at once.", oldest)


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
    """Whether the last posts of a page were all received before, and are older than `when`."""
    last = rows[-KNOWN_RUN:]
    times = [moment(row.get("created_at")) for row in last]
    old = all(time is not None and time < when for time in times)
    return old and all(is_known(identifier(row.get("id"))) for row in last)

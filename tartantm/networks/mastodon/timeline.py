"""Reads the timeline of a hashtag on a Mastodon server, page by page into the past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from tartantm.networks.json_fields import Json, identifier, moment
from tartantm.networks.mastodon.client import MastodonClient, tag_path
from tartantm.networks.protocol import Unfilled

PAGE = 40
"""Posts on a page, the most that servers return."""

MOST_PAGES = 200
"""For each hashtag; servers allow 300 requests in five minutes."""

LATE = timedelta(minutes=5)
"""How late a post may arrive from its own server and still be found."""


async def timeline(
    client: MastodonClient, tag: str, when: datetime, *, as_nobody: bool = False
) -> AsyncIterator[list[Json]]:
    """Pages of a hashtag's timeline, the newest first, until posts are older than `when`.

    It goes back from now, and not forward from the last known id: servers give a post that arrives
    late from elsewhere an id by the time it was written, and so it is below posts known long since.
    Raises Unfilled where the server does not reach back to `when`.
    """
    bound, seen, below = when - LATE, set[str](), ""
    for _ in range(MOST_PAGES):
        query = [("limit", str(PAGE))] + ([("max_id", below)] if below else [])
        found = await client.get(tag_path(tag), query, as_nobody=as_nobody)
        page = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        ids = [known for row in page if (known := identifier(row.get("id")))]
        # Servers leave out what this account may not see, so only an empty page is the end.
        if not ids:
            return
        if seen.issuperset(ids):
            raise Unfilled(f"{client.host} does not return older posts of #{tag}.")
        yield page
        # One post with a wrong date means nothing; most of a page does.
        times = [time for row in page if (time := moment(row.get("created_at")))]
        if 2 * sum(time < bound for time in times) > len(times):
            return
        seen.update(ids)
        below = ids[-1]
    raise Unfilled(f"#{tag} has more posts than {client.host} may be asked for at once.")

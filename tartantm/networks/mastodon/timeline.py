"""Going back through the timeline of a hashtag, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from tartantm.networks.json_fields import Json, identifier, moment
from tartantm.networks.mastodon.client import MastodonClient, tag_path
from tartantm.networks.protocol import Unfilled

PAGE = 40
"""Posts on a page, the most that servers give."""

MOST_PAGES = 200
"""Per hashtag; a server lets nobody ask more often than 300 times in five minutes."""

LATE = timedelta(minutes=5)
"""How long posts may take from their own server to this one and still be found."""


async def timeline(
    client: MastodonClient, tag: str, when: datetime, *, as_nobody: bool = False
) -> AsyncIterator[list[Json]]:
    """Pages of a hashtag's timeline, the newest first, until posts are older than `when`.

    It goes back from now and not on from the last id known: servers give a post that comes late
    from elsewhere an id by the time it was written, and so it stands below posts known long since.
    Raises Unfilled where the server does not reach back to `when`.
    """
    bound, seen, below = when - LATE, set[str](), ""
    for _ in range(MOST_PAGES):
        query = [("limit", str(PAGE))] + ([("max_id", below)] if below else [])
        found = await client.get(tag_path(tag), query, as_nobody=as_nobody)
        page = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        ids = [known for row in page if (known := identifier(row.get("id")))]
        # Servers leave out what this account may not see: only an empty page is the end.
        if not ids:
            return
        if seen.issuperset(ids):
            raise Unfilled(f"{client.host} does not give older posts of #{tag}.")
        yield page
        # One post with a false date says nothing; most of a page does.
        times = [time for row in page if (time := moment(row.get("created_at")))]
        if 2 * sum(time < bound for time in times) > len(times):
            return
        seen.update(ids)
        below = ids[-1]
    raise Unfilled(f"#{tag} has more posts than {client.host} may be asked for at once.")

"""Whether entries may have left a feed unread, which mostly lists its last entries only.

Feeds do not say that they list no more than so many. Nothing can have left a feed unread that still
lists an entry from before; else it depends on what is known of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tartantm.networks.feed.payload import Entry

FEWEST, STEP = 10, 5
"""A feed of which nothing is known yet may have more entries than it lists where it lists a round
number of them: WordPress lists 10, Mastodon 20, others 15, 25 or 50. Fewer are all that there are.
"""


def may_lack(
    entries: Sequence[Entry], damaged: int, known: Collection[str], begin: datetime
) -> bool:
    """Whether entries from `begin` on may have left the feed before it was read.

    `known` has the ids of entries that were listed when it was read before, by this run of the
    program or an earlier one.
    """
    if not entries or any(_is_older(entry, known, begin) for entry in entries):
        return False
    if known:
        return True  # and none of them is listed any more
    count = len(entries) + damaged
    return count >= FEWEST and count % STEP == 0 and all(entry.dated for entry in entries)


def whole_since(entries: Sequence[Entry]) -> datetime | None:
    """From when on nothing can have left the feed that lists these; None where they have no times.

    RSS writes whole seconds, so of the second of the oldest entry others may have left it.
    """
    oldest = min((entry.post.created_at for entry in entries if entry.dated), default=None)
    return None if oldest is None else oldest + timedelta(seconds=1)


def _is_older(entry: Entry, known: Collection[str], begin: datetime) -> bool:
    return entry.post.id in known or (entry.dated and entry.post.created_at <= begin)

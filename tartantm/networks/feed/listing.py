"""Whether entries may have left a feed unread, which mostly lists its last entries only.

Feeds do not say that they list no more than so many. Nothing can have left a feed unread that still
lists entries from before where its oldest stand; else it depends on what is known of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from tartantm.networks.feed.payload import Entry

FEWEST, STEP = 10, 5
"""A feed of which nothing is known yet may have more entries than it lists where it lists a round
number of them: WordPress lists 10, Mastodon 20, others 15, 25 or 50. Fewer are all that there are.
"""


ENOUGH = 3
"""So many entries at the end of the list that are dated before a gap show that it goes back so far:
of one or two, anybody may have written the date."""


def may_lack(
    entries: Sequence[Entry], damaged: int, known: Collection[str], begin: datetime
) -> bool:
    """Whether entries from `begin` on may have left the feed before it was read.

    `known` has the ids of entries that were listed when it was read before, by this run of the
    program or an earlier one.
    """
    for inwards in _from_the_oldest(entries):
        old = [*takewhile(lambda entry: _is_older(entry, known, begin), inwards)]
        if (
            len(old) == len(entries)
            or len(old) >= ENOUGH
            or any(entry.post.id in known for entry in old)
        ):
            return False
    if known:
        return True  # and none of them is listed any more where the oldest are
    count = len(entries) + damaged
    return count >= FEWEST and count % STEP == 0 and all(entry.dated for entry in entries)


def _from_the_oldest(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    """The entries from the end at which a feed drops them; from both where they have no order.

    It is mostly the last one. The order is that of most neighbours: a date may be anything.
    """
    pairs = [(one.post.created_at, two.post.created_at) for one, two in pairwise(entries)]
    falling, rising = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
    newest_first, oldest_first = entries[::-1], entries
    if falling == rising:
        return [newest_first, oldest_first]
    return [newest_first if falling > rising else oldest_first]


def whole_since(entries: Sequence[Entry], begin: datetime) -> datetime | None:
    """From when on, after `begin`, nothing can have left the feed; None where that is unknown.

    That is the time of the entry that it would drop next, but where entries do not stand in the
    order of their times, of the last of a few. RSS writes whole seconds, so of that second others
    may have left it.
    """
    found = [
        [
            entry.post.created_at
            for entry in inwards
            if entry.dated and entry.post.created_at > begin
        ]
        for inwards in _from_the_oldest(entries)
    ]
    times = max(found, key=lambda each: each[:1])
    if not times:
        return None
    ordered = len(found) == 1 and times == sorted(times)
    return (times[0] if ordered else max(times[:ENOUGH])) + timedelta(seconds=1)


def _is_older(entry: Entry, known: Collection[str], begin: datetime) -> bool:
    return entry.post.id in known or (entry.dated and entry.post.created_at <= begin)

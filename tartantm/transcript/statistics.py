"""Counts posts and people for each question, network and interval of the evening."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from tartantm.transcript.model import Bin, Count, Item, Part, Participant, Range, Statistics
from tartantm.transcript.speakers import network_name

_WIDTHS = (5, 10, 15, 30, 60, 120, 240, 480, 1440, 4320, 10080)
_MOST_BINS = 48
_RANGES = ((1, 1), (2, 4), (5, 9), (10, 19), (20, 0))


def statistics(
    items: Sequence[Item],
    parts: Iterable[Part],
    participants: Sequence[Participant],
    openings: Sequence[tuple[str, datetime]],
    ends: datetime | None,
) -> Statistics:
    """Count the shown posts but for reposts; `items` must be in order of time."""
    items = [item for item in items if item.counts]
    counts = [
        Count(part.question.id, part.question.text, part.posts, part.people)
        for part in parts
        if part.question
    ]
    general = [item for item in items if item.question is None]
    counts.append(Count(None, "General", len(general), people(general)))
    tz = items[0].at.tzinfo if items else None
    minutes, bins, earlier, later = _bins([item.post.sort_at for item in items], openings, ends, tz)
    return Statistics(
        len(items),
        len(participants),
        tuple(counts),
        tuple(_networks(items)),
        minutes,
        tuple(bins),
        earlier,
        later,
        tuple(openings),
        tuple(_ranges(participants)),
    )


def people(items: Iterable[Item]) -> int:
    """Returns how many people wrote these posts, as far as their authors are known."""
    return len({item.speaker.person for item in items if item.counts and not item.speaker.nobody})


def _networks(items: Iterable[Item]) -> list[Count]:
    theirs: dict[str, list[Item]] = {}
    for item in items:
        theirs.setdefault(item.speaker.network, []).append(item)
    found = [
        Count(network, network_name(network), len(posts), people(posts))
        for network, posts in theirs.items()
    ]
    return sorted(found, key=lambda count: (-count.posts, count.name))


def _ranges(participants: Iterable[Participant]) -> list[Range]:
    posts = [one.posts for one in participants]
    found = [
        Range(least, most, sum(least <= count <= (most or count) for count in posts))
        for least, most in _RANGES
    ]
    while found and not found[-1].people:
        found.pop()
    return found


def _bins(
    times: Sequence[datetime],
    openings: Sequence[tuple[str, datetime]],
    ends: datetime | None,
    tz: tzinfo | None,
) -> tuple[int, list[Bin], int, int]:
    """Returns the minutes of a bin, the bins, and how many posts came before and after them.

    A few posts from days before or after the evening do not lengthen it, see `_window`.
    """
    if not times:
        return _WIDTHS[0], [], 0, 0
    first, last = _window(times, [at for _, at in openings], ends)
    minutes = next(
        (width for width in _WIDTHS if (last - first) / timedelta(minutes=width) < _MOST_BINS),
        _WIDTHS[-1],
    )
    step = timedelta(minutes=minutes)
    # Bins start at multiples from midnight in UTC: full minutes everywhere, since every time zone's
    # offset is a multiple of five minutes today.
    start = first - (first - first.replace(hour=0, minute=0, second=0, microsecond=0)) % step
    number = min(int((last - start) / step) + 1, 2 * _MOST_BINS)
    edges = [bisect_left(times, start + step * n) for n in range(number + 1)]
    opened: dict[int, list[str]] = {}
    for question, at in openings:
        opened.setdefault((at.astimezone(UTC) - start) // step, []).append(question)
    bins = [
        Bin((start + step * n).astimezone(tz), until - since, tuple(opened.get(n, ())))
        for n, (since, until) in enumerate(pairwise(edges))
    ]
    return minutes, bins, edges[0], len(times) - edges[-1]


def _window(
    times: Sequence[datetime], openings: Sequence[datetime], ends: datetime | None
) -> tuple[datetime, datetime]:
    """Returns the times of the first and last posts within half an hour of the questions."""
    if not openings:
        return times[0], times[-1]
    margin = timedelta(minutes=30)
    opens, closes = openings[0].astimezone(UTC), openings[-1].astimezone(UTC)
    ends = max(closes, ends.astimezone(UTC)) if ends else closes
    since, until = bisect_left(times, opens - margin), bisect_right(times, ends + margin)
    if since == until:
        return opens, closes
    return min(opens, times[since]), max(closes, times[until - 1])

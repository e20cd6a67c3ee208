"""Times and reasons of gaps in words, for the sentences of `listening_words`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from tartantm.core.describe import joined, within
from tartantm.core.silences import Silence
from tartantm.core.stretches import BRIEF, Stretch

NAMED = 3
"""So many filled gaps are named, the longest ones; the others are summed up."""

REASONS = 6
"""So many reasons of one gap, one after the other, are told with their times; of such that come
and go, as many as `NAMED`."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Time = Callable[[datetime], str]
"""How a time is written, with seconds."""


class Gap(tuple[Stretch, ...]):
    """Stretches that follow each other and of which the same came."""

    __slots__ = ()

    @property
    def since(self) -> datetime:
        """When it began."""
        return self[0].since

    @property
    def until(self) -> datetime:
        """When it ended, or the last that is known."""
        return self[-1].until

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.until - self.since

    @property
    def posts(self) -> int:
        """How many posts filling it brought."""
        return sum(each.posts for each in self)


def span(length: timedelta) -> str:
    """Returns a length of time in the largest unit that says enough: "90 seconds", "2 hours"."""
    seconds = length.total_seconds()
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}s"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"


def number(count: int) -> str:
    """Returns a small number as a word."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def _range(since: datetime, until: datetime, time: Time) -> str:
    """Returns "from 18:00:00 to 18:40:20"."""
    one, other = time(since), time(until)
    return f"at {one}" if one == other else f"from {one} to {other}"


def times_of(stretch: Stretch | Silence | Gap, time: Time) -> str:
    """Returns its times; where it goes on, that it does."""
    last = stretch[-1] if isinstance(stretch, Gap) else stretch
    if not last.is_open:
        return _range(stretch.since, stretch.until, time)
    if isinstance(last, Stretch) and last.kind == "heard":
        return f"{_range(stretch.since, stretch.until, time)} at least"
    return f"from {time(stretch.since)} on"


def ranges(stretches: Sequence[Stretch], time: Time) -> str:
    """Returns "from … to … and from … to …"; of many, from the first to the last."""
    whole: list[Gap] = []
    for each in stretches:
        if whole and each.since <= whole[-1].until:
            whole[-1] = Gap((*whole[-1], each))
        else:
            whole.append(Gap((each,)))
    if len(whole) > NAMED:
        times = f", {number(len(whole))} times"
        return times_of(Gap((*whole[0], *whole[-1])), time) + times
    return enumerated(times_of(each, time) for each in whole)


def why_of(gap: Gap, time: Time) -> str:
    """Returns the reasons for a gap in brackets, each with its time; "" where none is known."""
    lasting = [each for each in gap if each.until - each.since >= BRIEF or each.is_open]
    parts: list[tuple[Stretch, str]] = []
    for each in lasting or [max(gap, key=lambda each: each.until - each.since)]:
        why = each.why.rstrip(". ")
        if not parts or parts[-1][1] != why:
            parts.append((each, why))
    comes_back = len({why for _, why in parts}) < len(parts)
    if len(parts) > (NAMED if comes_back else REASONS):
        return bracketed(_by_turns(gap))
    told: list[str] = []
    for (each, why), before in zip(parts, [None, *parts], strict=False):
        if before is None:
            told += [within(why)] * bool(why)
        elif why:
            told.append(f"{'then, ' * bool(told)}from {time(each.since)} on, {within(why)}")
        elif told:
            told[-1] += f" until {time(each.since)}"
    return bracketed(joined(*told))


def _by_turns(gap: Gap) -> str:
    """Returns the reasons that held for longest, in the order in which they first did."""
    longest = by_length(gap)
    named = set(longest[:NAMED])
    told = [why for why in dict.fromkeys(each.why.rstrip(". ") for each in gap) if why in named]
    left = len(longest) - len(told)
    more = f"and {number(left)} other reason{'s' * (left > 1)}" if left else ""
    return f"by turns, {joined(*map(within, told), more)}"


def by_length(stretches: Iterable[Stretch]) -> list[str]:
    """Returns the reasons without full stops, first the one that held for longest."""
    lasted: dict[str, timedelta] = {}
    for each in stretches:
        if why := each.why.rstrip(". "):
            lasted[why] = lasted.get(why, timedelta()) + (each.until - each.since)
    return sorted(lasted, key=lambda why: -lasted[why])


def bracketed(why: str, before: str = "") -> str:
    """Returns a reason in brackets after a blank, with `before` first; "" for none."""
    return f" ({before}{within(why.rstrip('. '))})" if why else ""


def enumerated(clauses: Iterable[str]) -> str:
    """Returns "a, b and c"."""
    *first, last = clauses
    return f"{', '.join(first)} and {last}" if first else last

"""When each source was heard, what it missed and what was filled, in sentences for people.

The same on the desk, at the end of `follow` and in every transcript. What is short is summed up, so
that a line that broke thirty times takes two lines to read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from tartantm.core.describe import posts
from tartantm.core.listening import Listening, Stretch

SHORT = timedelta(minutes=1)
"""Gaps shorter than this are counted, and not named one by one."""

PRECISE = timedelta(minutes=2)
"""Of stretches shorter than this the seconds are said."""

NAMED = 3
"""So many gaps of a kind are named, the longest ones; the others are summed up."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

IT = "It"
"""Stands for a source that the sentence before named."""

Time = Callable[[datetime], str]
"""How a time is written."""


class Times(NamedTuple):
    """How times are written: as a rule, and where the rule would make two of them look the same."""

    usual: Time
    exact: Time
    """With seconds."""


def statement(found: Listening, name: str, times: Times) -> list[str]:
    """Returns what came of one source in sentences: when it was heard, then each gap."""
    return [heard(found, name, times), *gaps(found, IT, times)]


def heard(found: Listening, name: str, times: Times) -> str:
    """Returns "Bluesky was heard from 18:00 to 20:04.", or that it never was, and why.

    Where there were gaps it is "between 18:00 and 20:04, except for two gaps of 3 minutes in all",
    so that no minute is claimed twice.
    """
    write = _Writing(found, times)
    if not found.was_heard:
        return f"{name} was never heard{_never(found.missed, write)}."
    if all(each.kind != "heard" for each in found.stretches):
        asked = [each for each in found.stretches if each.kind == "filled"]
        return f"{name} was asked for all that was posted {write.ranges(asked)}."
    early = [each for each in found.stretches if each.kind == "filled" and each.before_first]
    return f"{name} was heard {_runs(found, write)}{_early(early, write)}."


def gaps(found: Listening, name: str, times: Times) -> list[str]:
    """Returns a sentence for each gap, in order, or for some together; [] where never heard."""
    if not found.was_heard:
        return []
    write = _Writing(found, times)
    merged = list(_merged(found.stretches))
    missed = [each for each in merged if each.kind == "missed"]
    live = any(each.kind == "heard" for each in merged)
    filled = [each for each in merged if each.kind == "filled" and not each.before_first and live]
    told = [
        *_told(missed, name, lambda gap: _missed(gap, name, write), _missed_together),
        *_told(filled, name, lambda gap: _filled(gap, name, write), _filled_together),
    ]
    return [words for _, words in sorted(told, key=lambda each: each[0])]


def reasons(missed: Sequence[Stretch]) -> str:
    """Returns why a source was not heard: the reason that held for longest, without a full stop."""
    lasted: dict[str, timedelta] = {}
    for each in missed:
        if each.why:
            why = each.why.rstrip(". ")
            lasted[why] = lasted.get(why, timedelta()) + (each.until - each.since)
    return max(lasted, key=lambda why: lasted[why], default="")


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


class _Writing:
    """Writes the times of one source, with seconds where two ends would be the same without."""

    def __init__(self, found: Listening, times: Times) -> None:
        self._times = times
        named = [replace(run[-1], since=run[0].since) for run in _live(found.stretches)]
        named += [each for each in _merged(found.stretches) if each.kind != "heard" and _long(each)]
        ends = {end for each in named for end in (each.since, each.until)}
        self._many = Counter(times.usual(end) for end in ends)

    def clock(self, at: datetime) -> str:
        """Returns a time."""
        usual = self._times.usual(at)
        return self._times.exact(at) if self._many[usual] > 1 else usual

    def between(self, since: datetime, until: datetime) -> tuple[str, str]:
        """Returns the beginning and the end of a stretch; in seconds where it is short."""
        if until - since < PRECISE:
            return self._times.exact(since), self._times.exact(until)
        return self.clock(since), self.clock(until)

    def range(self, stretch: Stretch) -> str:
        """Returns "from 18:00 to 18:40"; where it goes on, that it does."""
        if stretch.is_open and stretch.kind == "missed":
            return f"from {self.clock(stretch.since)} on"
        since, until = self.between(stretch.since, stretch.until)
        return f"from {since} to {until}{' at least' * stretch.is_open}"

    def ranges(self, stretches: Sequence[Stretch]) -> str:
        """Returns "from 18:00 to 18:40 and from 19:00 to 20:00"; of many, the first and last."""
        whole: list[Stretch] = []
        for each in stretches:
            if whole and each.since <= whole[-1].until:
                whole[-1] = replace(each, since=whole[-1].since)
            else:
                whole.append(each)
        if len(whole) > NAMED:
            first, last = whole[0], whole[-1]
            times = f", {number(len(whole))} times"
            return self.range(replace(last, since=first.since)) + times
        return " and ".join(self.range(each) for each in whole)


def _never(missed: Sequence[Stretch], write: _Writing) -> str:
    """Returns over which time and why; what was posted before it was listened to is told apart."""
    began = [
        replace(each, since=each.asked_at) if _began_within(each) and each.asked_at else each
        for each in missed
        if each.asked_at is None or each.asked_at < each.until or each.is_open
    ]
    when = f", {write.ranges(began)}" if began else ""
    early = missed and began and missed[0].since < began[0].since
    if early:
        when += f", and what was posted since {write.clock(missed[0].since)} could not be asked for"
    why = reasons(missed)
    return f"{when}{f': {why}' * bool(why)}"


def _began_within(stretch: Stretch) -> bool:
    return stretch.asked_at is not None and stretch.since < stretch.asked_at <= stretch.until


def _runs(found: Listening, write: _Writing) -> str:
    """Returns from when to when it was heard in each run, and how much of that it was not."""
    runs = list(_live(found.stretches))
    merged = _merged(each for run in runs for each in run)
    missing = [each for each in merged if each.kind != "heard"]
    whole = [replace(run[-1], since=run[0].since) for run in runs]
    if not missing:
        return write.ranges(whole)
    length = span(sum((each.until - each.since for each in missing), timedelta()))
    of = f"gaps of {length} in all" if len(missing) > 1 else f"gap of {length}"
    words = write.ranges(whole)
    if len(whole) == 1:
        since, until = write.between(whole[0].since, whole[0].until)
        words = f"between {since} and {until}{' at least' * whole[0].is_open}"
    return f"{words}, except for {number(len(missing))} {of}"


def _live(stretches: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    """Yields each run from its first heard stretch to its last, with the gaps between these."""
    run: list[Stretch] = []
    for each in [*stretches, None]:
        if each is None or (run and each.since > run[-1].until):
            live = [place for place, one in enumerate(run) if one.kind == "heard"]
            if live:
                yield run[live[0] : live[-1] + 1]
            run = []
        if each is not None:
            run.append(each)


def _merged(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yields stretches of which those are one that follow each other and say the same."""
    last: Stretch | None = None
    for each in stretches:
        same = last is not None and last.until == each.since and _same(last, each)
        if last is not None and same:
            last = replace(each, since=last.since, posts=last.posts + each.posts)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _same(one: Stretch, other: Stretch) -> bool:
    return (one.kind, one.why, one.by, one.before_first) == (
        *(other.kind, other.why, other.by, other.before_first),
    )


def _told(
    found: Sequence[Stretch],
    name: str,
    one: Callable[[Stretch], str],
    together: Callable[[Sequence[Stretch], str], str],
) -> Iterator[tuple[tuple[bool, datetime], str]]:
    """Yields a sentence for each of the longest gaps, and for the others together.

    Before each stands its place among the others: by time, then those that are told together.
    """
    long = [each for each in found if _long(each)]
    longest = sorted(long, key=lambda each: each.since - each.until)[:NAMED]
    yield from (((False, each.since), one(each)) for each in found if each in longest)
    short = [each for each in found if each not in long]
    if others := [each for each in long if each not in longest]:
        more = "more gaps" if len(others) > 1 else "more gap"
        length = span(sum((each.until - each.since for each in others), timedelta()))
        words = _of(name, f"{number(len(others))} {more} of {length} in all")
        yield (True, others[0].since), together(others, words)
    if short:
        of = "gaps" if len(short) > 1 else "gap"
        words = _of(name, f"{number(len(short))} {of} of less than a minute")
        yield (True, short[0].since), together(short, words)


def _long(gap: Stretch) -> bool:
    return gap.is_open or gap.until - gap.since >= SHORT


def _of(name: str, words: str) -> str:
    """Returns the beginning of a sentence about a source that is named, or was just named."""
    return words[:1].upper() + words[1:] if name == IT else f"{name}: {words}"


def _missed(gap: Stretch, name: str, write: _Writing) -> str:
    why = f" ({gap.why.rstrip('. ')})" if gap.why else ""
    return f"{name} was not heard {write.range(gap)}; what was posted then may be missing{why}."


def _missed_together(found: Sequence[Stretch], words: str) -> str:
    why = reasons(found)
    were = "were" if len(found) > 1 else "was"
    return f"{words} {were} not filled{f' ({why})' * bool(why)}."


def _filled(gap: Stretch, name: str, write: _Writing) -> str:
    asked = f"asking for it afterwards brought {_new(gap.posts)}"
    return f"{name} was not heard {write.range(gap)}; {asked}."


def _filled_together(found: Sequence[Stretch], words: str) -> str:
    were = "were" if len(found) > 1 else "was"
    return f"{words} {were} filled, which brought {_new(sum(each.posts for each in found))}."


def _early(found: Sequence[Stretch], write: _Writing) -> str:
    """Returns what asking for posts of before the start brought; "" where it brought none."""
    if not (brought := sum(each.posts for each in found)):
        return ""
    since = write.clock(found[0].since)
    return f"; asking for what was posted from {since} on brought {posts(brought)}"


def _new(count: int) -> str:
    return posts(count) if count else "nothing new"

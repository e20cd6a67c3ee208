"""When each source was heard, what it missed and what was filled, in sentences for people.

The same on the desk, at the end of `follow` and in every transcript. What is short is summed up, so
that a line that broke thirty times takes two lines to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tartantm.core.describe import posts
from tartantm.core.listening import Listening, Stretch

SHORT = timedelta(minutes=1)
"""Gaps shorter than this are counted, and not named one by one."""

NAMED = 3
"""So many gaps of a kind are named, the longest ones; the others are summed up."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

IT = "It"
"""Stands for a source that the sentence before named."""

Time = Callable[[datetime], str]
"""How a time is written."""


def statement(found: Listening, name: str, time: Time) -> list[str]:
    """Returns what came of one source in sentences: when it was heard, then each gap."""
    return [heard(found, name, time), *gaps(found, IT, time)]


def heard(found: Listening, name: str, time: Time) -> str:
    """Returns "Bluesky was heard from 18:00 to 20:04.", or that it never was, and why."""
    if not found.was_heard:
        when = f", {_ranges(found.missed, time)}" if found.missed else ""
        why = reasons(found.missed)
        return f"{name} was never heard{when}{f': {why}' * bool(why)}."
    live = [each for each in found.stretches if each.kind == "heard"]
    if not live:
        return f"{name} was not heard, only asked afterwards."
    early = [each for each in found.stretches if each.kind == "filled" and each.before_first]
    return f"{name} was heard {_ranges(list(_runs(found.stretches)), time)}{_early(early, time)}."


def gaps(found: Listening, name: str, time: Time) -> list[str]:
    """Returns a sentence for each gap, or for some together; [] where it was never heard."""
    if not found.was_heard:
        return []
    merged = list(_merged(found.stretches))
    missed = [each for each in merged if each.kind == "missed"]
    filled = [each for each in merged if each.kind == "filled" and not each.before_first]
    return [
        *_told(missed, name, lambda gap: _missed(gap, name, time), _missed_together),
        *_told(filled, name, lambda gap: _filled(gap, name, time), _filled_together),
    ]


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


def _ranges(stretches: Sequence[Stretch], time: Time) -> str:
    """Returns "from 18:00 to 18:40 and from 19:00 to 20:00"; of many, the first and the last."""
    whole: list[Stretch] = []
    for each in stretches:
        if whole and each.since <= whole[-1].until:
            whole[-1] = replace(each, since=whole[-1].since)
        else:
            whole.append(each)
    if len(whole) > NAMED:
        first, last = whole[0], whole[-1]
        return f"{_range(replace(last, since=first.since), time)}, {number(len(whole))} times"
    return " and ".join(_range(each, time) for each in whole)


def _range(stretch: Stretch, time: Time) -> str:
    if not stretch.is_open:
        return f"from {time(stretch.since)} to {time(stretch.until)}"
    if stretch.kind == "missed":
        return f"from {time(stretch.since)} on"
    return f"from {time(stretch.since)} to {time(stretch.until)} at least"


def _runs(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yields from when to when it was heard in each run, with the gaps within it."""
    run: list[Stretch] = []
    for each in [*stretches, None]:
        if each is None or (run and each.since > run[-1].until):
            if live := [one for one in run if one.kind == "heard"]:
                yield replace(live[-1], since=live[0].since)
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
) -> Iterator[str]:
    """Yields a sentence for each of the longest gaps, in order, and for the others together."""
    long = [each for each in found if each.until - each.since >= SHORT or each.is_open]
    longest = sorted(long, key=lambda each: each.since - each.until)[:NAMED]
    yield from (one(each) for each in found if each in longest)
    short = [each for each in found if each not in long]
    if others := [each for each in long if each not in longest]:
        more = "more gaps" if len(others) > 1 else "more gap"
        length = span(sum((each.until - each.since for each in others), timedelta()))
        yield together(others, _of(name, f"{number(len(others))} {more} of {length} in all"))
    if short:
        of = "gaps" if len(short) > 1 else "gap"
        yield together(short, _of(name, f"{number(len(short))} {of} of less than a minute"))


def _of(name: str, words: str) -> str:
    """Returns the beginning of a sentence about a source that is named, or was just named."""
    return words[:1].upper() + words[1:] if name == IT else f"{name}: {words}"


def _missed(gap: Stretch, name: str, time: Time) -> str:
    why = f" ({gap.why.rstrip('. ')})" if gap.why else ""
    return f"{name} was not heard {_range(gap, time)}; what was posted then may be missing{why}."


def _missed_together(found: Sequence[Stretch], words: str) -> str:
    why = reasons(found)
    were = "were" if len(found) > 1 else "was"
    return f"{words} {were} not filled{f' ({why})' * bool(why)}."


def _filled(gap: Stretch, name: str, time: Time) -> str:
    asked = f"asking for it afterwards brought {_new(gap.posts)}"
    return f"{name} was not heard {_range(gap, time)}; {asked}."


def _filled_together(found: Sequence[Stretch], words: str) -> str:
    were = "were" if len(found) > 1 else "was"
    return f"{words} {were} filled, which brought {_new(sum(each.posts for each in found))}."


def _early(found: Sequence[Stretch], time: Time) -> str:
    """Returns what asking for posts of before the start brought; "" where it brought none."""
    if not (brought := sum(each.posts for each in found)):
        return ""
    return f"; asking for what was posted from {time(found[0].since)} on brought {posts(brought)}"


def _new(count: int) -> str:
    return posts(count) if count else "nothing new"

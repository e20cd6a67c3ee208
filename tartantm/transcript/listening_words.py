"""When each source was heard, what it missed and what was filled, in sentences for people.

The same on the desk, at the end of `follow` and in every transcript. Times have seconds. What was
filled is summed up where there is much of it, so that a line that broke thirty times takes two
lines to read; what was not filled is always told with its times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from tartantm.core.describe import ended, posts, within
from tartantm.core.listening import Listening, Unanswered
from tartantm.core.silences import Silence
from tartantm.core.stretches import Stretch
from tartantm.core.stretches import gaps as gaps_of
from tartantm.transcript.gap_phrases import (
    NAMED,
    Gap,
    Time,
    bracketed,
    by_length,
    enumerated,
    number,
    ranges,
    span,
    times_of,
    why_of,
)

SHORT = timedelta(minutes=1)
"""Gaps shorter than this are not named one by one where there are many that were filled."""

IT = "It"
"""Stands for a source that the sentence before named."""


def statement(found: Listening, name: str, time: Time) -> list[str]:
    """Returns what came of one source in sentences: when it was heard, then each gap.

    Last comes what it did not say besides.
    """
    return [
        heard(found, name, time),
        *gaps(found, time),
        *map(partial(_unsaid, time), found.unanswered),
    ]


def _unsaid(time: Time, found: Unanswered) -> str:
    return f"It did not say from {time(found.since)} to {time(found.until)} {found.what}."


def heard(found: Listening, name: str, time: Time) -> str:
    """Returns "Bluesky was heard from 18:00:00 to 20:04:10.", or that it never was, and why.

    Where there were gaps it is "between … and …, except for gaps of 3 minutes in all", so that no
    minute is claimed twice.
    """
    if not found.was_heard:
        return ended(f"{name} was never heard{_never(found.missed, time)}")
    if all(each.kind != "heard" for each in found.stretches):
        asked = [each for each in found.stretches if each.kind == "filled"]
        return f"{name} was asked for all that was posted {ranges(asked, time)}."
    early = [each for each in found.stretches if each.kind == "filled" and each.before_first]
    return f"{name} was heard {_runs(found, time)}{_early(early, time)}."


def gaps(found: Listening, time: Time) -> list[str]:
    """Returns sentences about "it" for each gap, in order, or for some together.

    There are none of a source that was never heard.
    """
    if not found.was_heard:
        return []
    live = any(each.kind == "heard" for each in found.stretches)
    told = [Gap(each) for gap in gaps_of(found.stretches) for each in _by_outcome(gap)]
    missed = [gap for gap in told if gap[0].kind == "missed"]
    filled = [gap for gap in told if gap[0].kind == "filled" and live and not gap[0].before_first]
    sentences = [*_missed(missed, time), *_filled(filled, time)]
    return [words for _, words in sorted(sentences, key=lambda each: each[0])]


def nothing_heard(found: Sequence[Silence], name: Callable[[str], str], time: Time) -> list[str]:
    """Returns sentences on the times in which no source was heard; `name` writes a source."""
    kinds: dict[tuple[object, ...], list[Silence]] = {}
    for each in found:
        kinds.setdefault((each.missing, each.filled * bool(each.missing), each.why), []).append(
            each
        )
    return [
        f"Nothing was heard from any network {_times(some, time)}{bracketed(some[0].why)};"
        f" {_outcome(some[0], name)}."
        for some in kinds.values()
    ]


def _never(missed: Sequence[Stretch], time: Time) -> str:
    """Returns over which time and why; what was posted before it was listened to is told apart."""
    began = [each for each in missed if not each.is_idle]
    if not began:
        return ""
    when = f", {ranges(began, time)}"
    if missed[0].since < began[0].since:
        when += f", and what was posted since {time(missed[0].since)} could not be asked for"
    if len(whys := by_length(began)) > 1:
        return f"{when}{why_of(Gap(began), time)}"
    return f"{when}{f': {within(whys[0])}' if whys else ''}"


def _runs(found: Listening, time: Time) -> str:
    """Returns from when to when it was heard in each run, and how much of that it was not."""
    runs = list(_live(found.stretches))
    missing = [each for run in runs for each in gaps_of(run)]
    words = ranges([each for run in runs for each in run], time)
    if not missing:
        return words
    if len(runs) == 1:
        (run,) = runs
        words = f"between {time(run[0].since)} and {time(run[-1].until)}"
        words += " at least" * run[-1].is_open
    if len(missing) == 1:
        return f"{words}, except for one gap"
    length = span(sum((gap[-1].until - gap[0].since for gap in missing), timedelta()))
    return f"{words}, except for gaps of {length} in all"


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


def _by_outcome(gap: Iterable[Stretch]) -> Iterator[Iterator[Stretch]]:
    """Yields what of a gap can be told in one sentence."""
    for _, some in groupby(
        gap, key=lambda each: (each.kind, each.by, each.before_first, each.why_lost, each.is_lost)
    ):
        yield some


def _missed(found: Sequence[Gap], time: Time) -> Iterator[tuple[datetime, str]]:
    """Yields when the first gap began, and a sentence on all with the same reason."""
    kinds: dict[tuple[str, str], list[Gap]] = {}
    for gap in found:
        kinds.setdefault((why_of(gap, time), _lost(gap[-1])), []).append(gap)
    for (why, lost), some in kinds.items():
        times = enumerated(times_of(gap, time) for gap in some)
        words = f"It was not heard {times}{why}; what was posted then may be missing{lost}."
        yield some[0].since, words


def _lost(stretch: Stretch) -> str:
    if not stretch.is_lost:
        return ""
    return f" and could not be asked for afterwards{bracketed(stretch.why_lost)}"


def _filled(found: Sequence[Gap], time: Time) -> Iterator[tuple[datetime, str]]:
    """Yields when it began and a sentence for each gap; of many, for the longest and the rest."""
    named, others = list(found), []
    if len(found) > NAMED:
        long = [gap for gap in found if gap.length >= SHORT]
        longest = sorted(long, key=lambda gap: -gap.length)[:NAMED]
        named = [gap for gap in found if gap in longest]
        others = [gap for gap in found if gap not in longest]
    if len(others) == 1:
        named, others = list(found), []
    for gap in named:
        words = f"It was not heard {times_of(gap, time)}{why_of(gap, time)};"
        yield gap.since, f"{words} asking for it afterwards brought {_new(gap.posts)}."
    if others:
        yield datetime.max.replace(tzinfo=others[0].since.tzinfo), _together(others, len(named))


def _together(found: Sequence[Gap], named: int) -> str:
    """Returns the sentence on filled gaps that are not named."""
    count = number(len(found))
    words = f"{count[:1].upper()}{count[1:]}{' more' * bool(named)} gaps"
    length = span(sum((gap.length for gap in found), timedelta()))
    short = all(gap.length < SHORT for gap in found)
    words += f" of less than a minute, {length} in all," if short else f" of {length} in all"
    whys = by_length(each for gap in found for each in gap)
    why = bracketed(whys[0], "mostly " * (len(whys) > 1)) if whys else ""
    return f"{words} were filled{why}, which brought {_new(sum(gap.posts for gap in found))}."


def _times(found: Sequence[Silence], time: Time) -> str:
    """Returns when nothing was heard; of many times the longest and a sum.

    What of these was not filled has its times with each source.
    """
    named = list(found)
    if len(found) > NAMED + 1:
        named = sorted(found, key=lambda each: each.since - each.until)[:NAMED]
    others = [each for each in found if each not in named]
    told = [times_of(each, time) for each in found if each in named]
    if others:
        length = span(sum((each.until - each.since for each in others), timedelta()))
        told.append(f"{number(len(others))} more times, {length} in all")
    return enumerated(told)


def _outcome(silence: Silence, name: Callable[[str], str]) -> str:
    if not silence.missing:
        return "what was posted then was asked for afterwards"
    missing = "what was posted then may be missing"
    if not silence.filled:
        return missing
    filled = enumerated(map(name, silence.filled))
    return (
        f"{missing} from {enumerated(map(name, silence.missing))}, and was asked for from {filled}"
    )


def _early(found: Sequence[Stretch], time: Time) -> str:
    """Returns what asking for posts of before the start brought; "" where it brought none."""
    if not (brought := sum(each.posts for each in found)):
        return ""
    return f"; asking for what was posted from {time(found[0].since)} on brought {posts(brought)}"


def _new(count: int) -> str:
    return posts(count) if count else "nothing new"

"""The times in which nothing at all was heard, of what came of each source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from tartantm.core.listening import Listening
from tartantm.core.stretches import BRIEF, MOMENT, Stretch


class Silence(Struct, frozen=True):
    """A time in which no source was heard of those that were asked for."""

    since: datetime
    until: datetime
    missing: tuple[str, ...]
    """The sources of which posts may be missing."""
    filled: tuple[str, ...]
    """The other sources, which were asked for what was posted then."""
    why: str = ""
    """The reason, in a sentence, where all sources have the same; else ""."""
    is_open: bool = False
    """Whether the end is only the last that is known."""


class _Span(NamedTuple):
    since: datetime
    until: datetime


def silences(found: Sequence[Listening]) -> list[Silence]:
    """Returns when no source was heard, in order; of a single source its gaps say all.

    What was posted before the program first listened to any of them is left out, and so is what
    lasted for less than `BRIEF`, as connecting takes.
    """
    known = [each for source in found for each in source.stretches]
    early = [each.is_idle or (each.kind == "filled" and each.before_first) for each in known]
    counted = (each.since for each, is_early in zip(known, early, strict=True) if not is_early)
    began = min(counted, default=None)
    if len(found) < 2 or began is None:
        return []
    last = max(each.until for each in known)
    spans = [
        _Span(each.since, last + MOMENT if goes_on else each.until)
        for source in found
        for each, goes_on in zip(source.stretches, _going_on(source, last), strict=True)
    ]
    heard = [span for span, each in zip(spans, known, strict=True) if each.kind == "heard"]
    return [
        _silence(max(span.since, began), min(span.until, last), found, is_open=span.until > last)
        for span in _without(_united(spans), _united(heard))
        if span.until > last or span.until - max(span.since, began) >= BRIEF
    ]


def _going_on(source: Listening, last: datetime) -> Iterator[bool]:
    """Yields whether each stretch may go on beyond the last that is known of any source.

    What is heard until the program ends has its end at its last sign of life, seconds before.
    """
    for each in source.stretches:
        heard = each.kind == "heard" and each is source.stretches[-1]
        yield each.is_open or (heard and each.until + BRIEF >= last)


def _silence(
    since: datetime, until: datetime, found: Sequence[Listening], *, is_open: bool
) -> Silence:
    within = {each.source: [*_within(each.stretches, since, until)] for each in found}
    missing = [
        source for source, parts in within.items() if any(each.kind == "missed" for each in parts)
    ]
    filled = [source for source, parts in within.items() if parts and source not in missing]
    lasting = {
        each.why
        for parts in within.values()
        for each in parts
        if each.is_open or min(each.until, until) - max(each.since, since) >= BRIEF
    }
    why = lasting.pop() if len(lasting) == 1 else ""
    return Silence(since, until, tuple(missing), tuple(filled), why, is_open)


def _within(stretches: Iterable[Stretch], since: datetime, until: datetime) -> Iterator[Stretch]:
    for each in stretches:
        overlaps = each.since < until and each.until > since
        if overlaps or (each.is_open and each.since <= until):
            yield each


def _united(spans: Iterable[_Span]) -> list[_Span]:
    """Returns spans that cover the same, in order and apart from each other."""
    found: list[_Span] = []
    for each in sorted(spans):
        if found and each.since <= found[-1].until:
            found[-1] = _Span(found[-1].since, max(found[-1].until, each.until))
        else:
            found.append(each)
    return found


def _without(spans: Iterable[_Span], others: Sequence[_Span]) -> Iterator[_Span]:
    """Yields what is in `spans` and not in `others`; both are united."""
    for since, until in spans:
        for other in others:
            if other.until <= since or other.since >= until:
                continue
            if other.since > since:
                yield _Span(since, other.since)
            since = other.until
        if since < until:
            yield _Span(since, until)

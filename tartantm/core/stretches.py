"""What came of a source over a time: heard, missed or filled; and the gaps that these make.

Times are by the chat's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core.events import Hearing

NOBODY = "Nobody listened."
"""Why a source was not heard before the program was started, and between two runs of it."""

CONNECTING = "It was still being connected to."
"""Why a source was not heard from when it was asked for until it said why, or was heard."""

NOT_AGAIN = "It was not heard again before the program ended."
"""Why a source was not heard from its last sign of life until the program ended."""

MOMENT = timedelta(seconds=1)
"""What is shorter is no gap: one stream ends, the next begins."""

BRIEF = timedelta(seconds=10)
"""Shorter reasons within a gap are not told apart: that a connection broke, seconds before it turns
out what is wrong with it."""


class Stretch(Struct, frozen=True):
    """A time over which a source was to be heard."""

    since: datetime
    until: datetime
    kind: Literal["heard", "filled", "missed"]
    """``filled``: it was not heard, and was asked for all of that time afterwards."""
    by: str = ""
    """How it was filled, such as ``search``."""
    posts: int = 0
    """How many posts filling it brought; where one request filled several, the first has all."""
    why: str = ""
    """Why it was not heard, in a sentence; "" where it was, or that is not known."""
    how: Hearing = ""
    """What kind of trouble that was; "" where it was recorded without one."""
    why_lost: str = ""
    """Why it could not be filled, in a sentence; "" where it was, or that is not known."""
    is_lost: bool = False
    """Whether it was asked for afterwards and cannot be had any more."""
    is_open: bool = False
    """Whether the end is only the last that is known: the program may be running, or was killed."""
    before_first: bool = False
    """Whether it lies before the source was first heard: posts of before the program started."""
    is_idle: bool = False
    """Whether nobody listened: the program did not run, or not with this source."""


def gaps(stretches: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    """Yields the stretches between those that were heard, those together that follow each other."""
    gap: list[Stretch] = []
    for each in stretches:
        if gap and (each.kind == "heard" or each.since > gap[-1].until):
            yield gap
            gap = []
        if each.kind != "heard":
            gap.append(each)
    if gap:
        yield gap


def without_moments(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Returns the same with what is shorter than `MOMENT` given to the stretch beside it."""
    moments = {
        id(each)
        for gap in gaps(stretches)
        for each in gap
        if gap[-1].until - gap[0].since < MOMENT or each.until - each.since < MOMENT
        if not each.posts and not each.is_open
    }
    found: list[Stretch] = []
    first: datetime | None = None
    for each in stretches:
        if id(each) in moments:
            if found and found[-1].until == each.since:
                found[-1] = replace(found[-1], until=each.until)
            else:
                first = each.since if first is None else first
            continue
        begun = each if first is None else replace(each, since=first)
        first = None
        if found and begun.kind == found[-1].kind == "heard" and found[-1].until == begun.since:
            begun = replace(begun, since=found.pop().since)
        found.append(begun)
    return found

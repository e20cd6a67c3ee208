"""Figures over several chats, and how far other chats would have moved them.

A figure of one chat is a `Part`, what counts and out of how much; over chats it is the sum of the
one by the sum of the other. Its interval is found by drawing as many chats as there are, again and
again, each time with repetition (bootstrap): posts of one chat resemble each other, so it is chats
that chance deals out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

Part = tuple[float, float]
Tally = Mapping[str, Part]
"""By the figure's name."""

DRAWS = 1000
SEED = 15
INSIDE = 0.9
"""The share of the draws that an interval holds."""

FEW_CHATS = 8
SMALL_GAIN = 0.01
"""On `FEW_CHATS` or fewer a difference below this is called noise, whatever the draws say."""


class Figure(NamedTuple):
    """A figure over chats with its interval."""

    value: float
    low: float
    high: float

    @property
    def spread(self) -> str:
        """The interval, in brackets."""
        return f"[{self.low:.3f} {self.high:.3f}]"


class Difference(NamedTuple):
    """By how much one run's figure exceeds another's, on the same chats."""

    value: float
    low: float
    high: float
    chats: int

    @property
    def verdict(self) -> str:
        """What to make of it, in words."""
        if self.low <= 0 <= self.high:
            return "noise: the interval holds 0"
        if abs(self.value) < SMALL_GAIN and self.chats <= FEW_CHATS:
            return f"noise: under {SMALL_GAIN} on {self.chats} chats"
        return "higher" if self.value > 0 else "lower"


def pooled(parts: Sequence[Part]) -> float | None:
    """The figure over chats; None where nothing could be counted."""
    whole = sum(of for _, of in parts)
    return sum(part for part, _ in parts) / whole if whole else None


def figure(tallies: Sequence[Tally], name: str) -> Figure | None:
    """A figure over chats with its interval; None where nothing could be counted."""
    parts = [tally[name] for tally in tallies if name in tally]
    if (value := pooled(parts)) is None:
        return None
    return Figure(_rounded(value), *_inside(_drawn(parts)))


def difference(new: Sequence[Tally], old: Sequence[Tally], name: str) -> Difference | None:
    """How two runs differ on the same chats, given in the same order: draws are made in pairs."""
    pairs = [(n[name], o[name]) for n, o in zip(new, old, strict=True) if name in n and name in o]
    ours, theirs = [n for n, _ in pairs], [o for _, o in pairs]
    value, before = pooled(ours), pooled(theirs)
    if value is None or before is None:
        return None
    drawn = [
        one - other
        for one, other in zip(_drawn(ours), _drawn(theirs), strict=True)
        if one is not None and other is not None
    ]
    return Difference(_rounded(value - before), *_inside(drawn), len(pairs))


def _drawn(parts: Sequence[Part]) -> list[float | None]:
    counted, whole = [part for part, _ in parts], [of for _, of in parts]
    found: list[float | None] = []
    for draw in _draws(len(parts)):
        of = sum([whole[n] for n in draw])
        found.append(sum([counted[n] for n in draw]) / of if of else None)
    return found


@cache
def _draws(chats: int) -> list[list[int]]:
    """Which chats each draw takes; the same for every figure, so that runs can be paired."""
    chance = Random(SEED)
    return [chance.choices(range(chats), k=chats) for _ in range(DRAWS)]


def _inside(drawn: Sequence[float | None]) -> tuple[float, float]:
    values = sorted(_rounded(value) for value in drawn if value is not None)
    outside = round((1 - INSIDE) / 2 * (len(values) - 1))
    return values[outside], values[-1 - outside]


def _rounded(value: float) -> float:
    """Rounded, so that sums in another order are no interval where all draws are alike."""
    return round(value, 9)

"""Tartan setts: thread counts such as "K4 R24 K24 Y4", and the cloth that is woven from them.

A sett is written as weavers write it: a colour's letters and a number of threads. The first and the
last stripe are pivots (a slash, "K/4", may say so): the pattern is repeated in reverse. With "..."
in front it repeats without turning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

THREADS = {
    "K": "#101010",
    "W": "#f4f1e8",
    "N": "#7d8288",
    "R": "#b3202c",
    "G": "#1f6b3b",
    "B": "#22407c",
    "A": "#5f9fc7",
    "Y": "#e3b43c",
    "O": "#d0682a",
    "P": "#6b3f83",
    "T": "#74492b",
}
"""Colours by their letters, unless a theme has its own; D or L in front darkens or lightens."""

_STRIPE = re.compile(r"([A-Z]{1,3})\s*+(?:/\s*+)?+(\d{1,3})")


class Stripe(NamedTuple):
    """Adjacent threads of one colour."""

    colour: str
    """``#rrggbb``."""
    width: int


class Sett(NamedTuple):
    """The stripes of one full repeat of the cloth."""

    stripes: tuple[Stripe, ...]

    @property
    def threads(self) -> list[str]:
        """The colour of each thread of one repeat."""
        return [stripe.colour for stripe in self.stripes for _ in range(stripe.width)]


def parse(text: str, colours: Mapping[str, str] | None = None) -> Sett:
    """Read a thread count; raises ValueError that says what is wrong with it."""
    written = text.strip()
    turning = not written.startswith(("...", "…"))
    body = written.lstrip(".… ").rstrip(".… ").upper()
    if _STRIPE.sub("", body).strip(" ,"):
        raise ValueError(f'"{text}" is no thread count; write one like "K4 R24 K24 Y4"')
    known = THREADS | dict(colours or {})
    stripes = []
    for letters, count in _STRIPE.findall(body):
        if not int(count):
            raise ValueError(f'"{text}" has a stripe without threads')
        stripes.append(Stripe(_colour(letters, known), int(count)))
    if not 1 < len(stripes) <= 40:
        raise ValueError(f'"{text}" needs 2 to 40 stripes')
    if turning:
        stripes += reversed(stripes[1:-1])
    return Sett(tuple(stripes))


def weave(sett: Sett, width: int, height: int) -> list[list[str]]:
    """Weave cloth in 2/2 twill, as tartan is woven: `height` rows of `width` colours.

    Where warp and weft have the same colour the cloth is solid; elsewhere their threads alternate
    along diagonals, which the eye sees as the mixed colours of tartan.
    """
    threads = sett.threads
    return [
        [threads[(x if (x + y) % 4 < 2 else y) % len(threads)] for x in range(width)]
        for y in range(height)
    ]


def scaled(sett: Sett, repeat: int) -> Sett:
    """The same sett with about `repeat` threads in a repeat; every stripe keeps at least one."""
    total = len(sett.threads)
    return Sett(
        tuple(Stripe(c, max(1, round(width * repeat / total))) for c, width in sett.stripes)
    )


def mix(one: str, other: str, share: float = 0.5) -> str:
    """The colour between two; `share`, from 0 to 1, is that of `other`."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _colour(letters: str, known: Mapping[str, str]) -> str:
    if letters in known:
        return known[letters]
    if len(letters) > 1 and letters[0] in "DL" and letters[1:] in known:
        return mix(known[letters[1:]], "#000000" if letters[0] == "D" else "#ffffff", 0.4)
    raise ValueError(f"no colour is known for the threads {letters}; name it under [threads]")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

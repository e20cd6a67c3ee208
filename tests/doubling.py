"""Shows that work on a text takes near linear time, by doubling what the text repeats.

Times of one machine mean little, so the same work is timed with a text and with one four times as
long in the same run: linear work takes four times as long, quadratic work sixteen times. The limit
is in between, and what takes less than `FLOOR` at the longer text is not looked at: no quadratic
work of that size could be so quick.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from time import thread_time

FLOOR = 0.002
"""Seconds within which the longer text is quick enough whatever the shorter one took."""

MOST = 9.0
"""How many times as long four times the text may take."""

TRIES = 4
"""How often a text is timed again before it counts as slow: other processes disturb."""

UNITS = (
    " ", "\n", "\t", "\r\n", "a", "Z", "1", "0", "é", "語", "\u0301", "\U0001f3f4", "\U000e0067",
    "<", ">", "&", "#", "@", "＠", "/", ".", ",", ":", ";", "-", "_", "'", '"', "“", "(", ")", "[",
    "]", "{", "}", "%", "=", "*", "`", "~", "|", "\\", "!", "?", "…", "+", "\x00", "\ufeff",
    "<a ", "<a", "<a>", "</a>", "<p>", "<!--", "&amp;", "&amp", "&#60;", "%20", "%C3",
    "@a", "@a.b@", "#a ", "#a#", "a@b", "a.", "a-", "a'", "a ", "1 ", "1/", "a b ", "A1 ", "Q1 ",
    "A1: ", "Q1: ", "A1/2 ", "a\n", "a\n\n", " \n", "\n ", "RT @a: ", "https://", "https://a.b/ ",
    "http://a/", "www.", "x.com/a/status/1 ", "at://", "did:plc:a", "…\n", ". ", "word ", "thanks ",
    "Aa", "good ", "語 ", "🏴\U000e0067\U000e007f", "e\u0301", "\u0301\u0316",
)  # fmt: skip
"""What is repeated: blanks, signs, letters, digits, and beginnings of whatever a text can hold."""


def seconds(work: Callable[[], object]) -> float:
    """Seconds of this thread that a piece of work takes once, without collections of garbage."""
    # To look through all that the tests before have left takes half a second.
    collects = gc.isenabled()
    gc.disable()
    try:
        began = thread_time()
        work()
        return thread_time() - began
    finally:
        if collects:
            gc.enable()


def slow_growth(work: Callable[[str], object], make: Callable[[int], str], size: int) -> str | None:
    """Why work on `make(size)` is not near linear; None where it is.

    `make` returns a text of about so many characters.
    """
    short, long = make(size), make(4 * size)
    for number in range(TRIES):
        one = seconds(lambda: work(short))
        if one > 0.5:
            # Quadratic work at four times the size would take the tests minutes.
            if seconds(lambda: work(make(size // 4))) * MOST > one:
                return None
            return f"{one:.2f} s for {len(short)} characters"
        four = seconds(lambda: work(long))
        if four > max(FLOOR, 5 * one):
            # One that was disturbed would let quadratic work pass.
            one = min(one, seconds(lambda: work(short)))
        if four <= FLOOR or four <= MOST * max(one, FLOOR / MOST):
            return None
        if number and four > 0.1 and four > 1.4 * MOST * one:
            break  # No other process disturbs that much twice.
    return f"{one * 1e3:.1f} ms for {len(short)} characters, {four * 1e3:.1f} for {len(long)}"


def repeated(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """A maker of texts that repeat `unit`."""
    return lambda size: before + unit * max(1, size // len(unit)) + after


def slow_units(
    work: Callable[[str], object], size: int, units: Iterable[str] = UNITS, **around: str
) -> list[str]:
    """Which repeated units make work on a text take more than near linear time, and how much."""
    return [
        f"{unit!r}: {why}"
        for unit in units
        if (why := slow_growth(work, repeated(unit, **around), size))
    ]

"""Tells ids of X that a spreadsheet rounded from those that are whole.

Ids have 18 or 19 figures. Excel keeps 15 of them and shows ``1.2733E+18``; programs that calculate
with fractions keep 16 or 17, and write zeros for the rest.
"""

from __future__ import annotations

import re
from decimal import Decimal

# Figures of other scripts would make a second id of one, and 0 stands for none.
_DIGITS = re.compile(r"[1-9]\d{0,19}", re.ASCII)
_GROUPED = re.compile(
    r"\d{1,3}(?P<sign>[,. '’\u00a0\u202f\u2009])\d{3}(?:(?P=sign)\d{3}){3,5}", re.ASCII
)
_POWER = re.compile(r"(\d)(?:[.,](\d{1,20}))?[eE]\+?(\d{1,2})", re.ASCII)


def agrees(known: str, written: str) -> bool:
    """Whether an id can be what another column has, perhaps rounded."""
    found = _figure(written)
    return found is None or abs(int(known) - found[0]) <= found[1]


def is_figure(written: str) -> bool:
    """Whether an id is written that may have been rounded, not "0" or a word for nothing."""
    found = _figure(written)
    return found is not None and found[0] > 10**15


def _figure(written: str) -> tuple[int, int] | None:
    """An id as a number, and by how much it may be wrong; None where it is no number."""
    if found := _POWER.fullmatch(written):
        first, more, exponent = found.groups("")
        power = int(exponent) - len(more)
        return (int(first + more) * 10**power, 10**power) if power >= 0 else None
    plain = _unquoted(written)
    if not _DIGITS.fullmatch(plain):
        return None
    if id_of(written):
        # A program that calculated with it may show all figures of what was left.
        is_float = len(plain) > 16 and int(float(plain)) == int(plain)
        return int(plain), _BY_FLOAT if is_float else 0
    zeros = len(plain) - len(plain.rstrip("0"))
    return int(plain), min(max(_BY_FLOAT, 10**zeros), int(plain) // 100)


_BY_FLOAT = 512
"""How far numbers of such a size that are kept as fractions lie from each other, at most."""


def _unquoted(written: str) -> str:
    """An id without what keeps spreadsheets from rounding it: a quotation mark, a letter, "=…".

    Nor with what they write between three figures and the next.
    """
    plain = written.strip("='\" \u200b").removesuffix(".0").removeprefix("x").removeprefix("ID:")
    if _GROUPED.fullmatch(plain):
        return "".join(filter(str.isdecimal, plain))
    return plain


def id_of(written: str, *, others_are_whole: bool = False) -> str:
    """Returns an id as it is written, "" where it was rounded or is none.

    One of 250 whole ids looks as if it had been calculated with; `others_are_whole` says that it
    stands beside ids that do not.
    """
    plain = _unquoted(written)
    if not _DIGITS.fullmatch(plain):
        return ""
    # Excel keeps 15 figures; programs that calculate with fractions keep 16 or 17.
    if len(plain) > 15 and plain.endswith("0000"):
        return ""
    if others_are_whole or len(plain) <= 16 or not plain.endswith("00"):
        return plain
    if plain == _by_float(plain):
        return ""
    return plain


def _by_float(plain: str) -> str:
    """The figures of a number after it was a floating point one."""
    return str(int(Decimal(repr(float(plain)))))

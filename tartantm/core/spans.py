"""Stretches of a text that are replaced: found by several rules, joined, and replaced at once.

One after the other, the first replacement could hide from the second what it looks for: the words
of "Dr Ailsa" are no longer before "Example" once they are gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

REDACTED, WITHHELD, LINK = "[redacted]", "[name withheld]", "[link withheld]"
"""What readers see instead of words, of a name, and of an address that leads to either."""


class Span(NamedTuple):
    """A stretch of a text, and what readers see instead."""

    start: int
    end: int
    shown: str
    rank: int = 0
    """Where stretches overlap, the lowest one's words are shown for all of them."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """Returns spans in order, those that overlap as one."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end, each.rank)):
        if apart and span.start < apart[-1].end:
            last = apart[-1]
            stronger = span if span.rank < last.rank else last
            apart[-1] = Span(last.start, max(last.end, span.end), stronger.shown, stronger.rank)
        else:
            apart.append(span)
    return apart


def replaced(text: str, spans: Iterable[Span]) -> str:
    """Returns the text with its spans replaced."""
    parts, end = [], 0
    for span in joined(spans):
        parts += [text[end : span.start], span.shown]
        end = span.end
    return "".join((*parts, text[end:])) if parts else text

"""How much a post sounds like talk rather than like an answer, by one number a word.

The numbers in ``talk_words.txt`` were distilled from a sentence encoder's verdict on posts that
people placed by hand (``tests/benchmarks/train_talk.py``); here nothing is needed but the table.
Its words are words of a dictionary, and of no post.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

SHIPPED = Path(__file__).with_name("talk_words.txt")
"""The table of this version: a line of three numbers, then one for each word or two words."""

MOST = 4.0
"""Log-odds beyond which a sum says no more."""

_KNOWN = 0.5
"""The share of a post's words that has to be known."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!]")
_LABEL = re.compile(
    r"(?i)^\W*(?:(?:answers?|question|ans|q|a)[.#-]?\s?\d{1,2}[a-h]?)"
    r"(?:\s?[/&+,-]\s?[qa]?\d{1,2})?\b\W*"
)
_SIGNS = frozenset("?!")


class TalkWords(NamedTuple):
    """The table. A text's sum is divided by the root of its length in words."""

    constant: float
    brief: float
    """Weighs one through the root of the length."""
    words: dict[str, float]
    """By case-folded word, by "?" and "!", and by two words with a blank between."""

    def sounds(self, bare: str) -> float:
        """Returns how much a text (see `normalise.bare`) sounds like talk: from -2 to 2.

        0 says nothing: few of its words are known, as of a text in another language.
        """
        found = words_of(bare)
        spoken = [word for word in found if word not in _SIGNS]
        if not spoken or sum(map(self.words.__contains__, spoken)) < _KNOWN * len(spoken):
            return 0.0
        pairs = map(" ".join, pairwise(found))
        said = sum(filter(None, map(self.words.get, (*found, *pairs))))
        odds = self.constant + (self.brief + said) / len(found) ** 0.5
        return round(max(-MOST, min(MOST, float(odds))) / 2, 3)


def words_of(bare: str) -> list[str]:
    """Returns the words and signs of a text that are looked up."""
    return _WORD.findall(without_label(bare).casefold())


def without_label(bare: str) -> str:
    """Returns a text without the label it begins with: "A3" would say all, and most have none."""
    return _LABEL.sub("", bare).strip()


def decode(text: str) -> TalkWords:
    """Returns the table that a file holds."""
    first, *lines = text.splitlines()
    unit, constant, brief = map(float, first.split())
    entries = (line.rpartition(" ") for line in lines)
    return TalkWords(constant, brief, {words: int(number) * unit for words, _, number in entries})


def encode(table: TalkWords) -> str:
    """Returns a table as a file, each number in one signed byte's worth of steps."""
    unit = max(map(abs, table.words.values()), default=0.0) / 127 or 1.0
    steps = {words: round(number / unit) for words, number in sorted(table.words.items())}
    lines = [f"{unit:.6g} {table.constant:.4g} {table.brief:.4g}"]
    lines += [f"{words} {number}" for words, number in steps.items()]
    return "\n".join(lines) + "\n"


@cache
def shipped() -> TalkWords:
    """Returns the table of this version; read once."""
    return decode(SHIPPED.read_text("utf-8"))

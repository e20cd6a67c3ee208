"""`QuotedWords`: short quotations of what was said, in words that somebody else wrote about it.

So few words in a row may be an accident. They are shown to a person and never withheld by
themselves; what is long enough for that is found by `said`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tartantm.core.folding import folded, words
from tartantm.core.said import SaidWords

LETTERS = 16
"""So many letters in a row, of several words, are a quotation."""

_WORDS, _LEAST = 4, 8
"""And so are so many words with so many letters: these alone where no blanks part words."""

_SMALL = 3
"""Letters of words as "the" and "of"."""

_UNPARTED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_UNIT = re.compile(f"[{_UNPARTED}]|[^\\W_{_UNPARTED}]+")
"""A word, or a letter of a script that writes no blanks between words."""


class QuotedWords:
    """Finds what texts repeat of some others, unless it stands in yet others that nobody minds."""

    def __init__(self, said: Iterable[str] = (), but: Iterable[str] = ()) -> None:
        texts = list(dict.fromkeys(said))
        others = list(but)
        known = {run for text in others for run, _, _ in _runs(text)}
        self._runs = {run for text in texts for run, _, _ in _runs(text)} - known
        self._letters: SaidWords[None] = SaidWords(LETTERS, LETTERS)
        for text in texts:
            self._letters.add(text, None)
        for nobodys in (*others, *(long for text in texts for long in _long_words(text))):
            self._letters.forget(nobodys, lambda _: True)

    def __bool__(self) -> bool:
        return bool(self._runs or self._letters)

    def find(self, text: str) -> tuple[int, int] | None:
        """Returns start and end of the first quotation in a text, None where it has none."""
        found = [(start, end) for run, start, end in _runs(text) if run in self._runs]
        found += [(start, end) for start, end, _ in self._letters.find(text)]
        if not found:
            return None
        found.sort()
        first, last = found[0]
        for start, end in found:
            if start <= last:
                last = max(last, end)
        return first, last


def _long_words(text: str) -> Iterator[str]:
    """Yields each word, which is everybody's however long it is, with small ones beside it."""
    said = words(text)
    yield from said
    yield from (f"{one}{other}" for one, other in pairwise(said) if len(one) <= _SMALL)
    yield from (f"{one}{other}" for one, other in pairwise(said) if len(other) <= _SMALL)


def _runs(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yields from each word on the fewest that are a quotation, and where they stand."""
    seen = folded(text)
    units = list(_UNIT.finditer(seen.text))
    for first in range(len(units)):
        letters = 0
        for last in range(first, len(units)):
            letters += len(units[last][0])
            if last - first + 1 >= _WORDS and letters >= _LEAST:
                run = tuple(unit[0] for unit in units[first : last + 1])
                yield run, *seen.span(units[first].start(), units[last].end())
                break

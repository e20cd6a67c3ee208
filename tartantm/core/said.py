"""What somebody said, recognised in other texts: whole, in part, cut short or in another frame.

A wording has to stand somewhere as a whole; what was said is repeated in parts. Texts say the same
where so many letters in a row are the same that it can be no accident.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from tartantm.core.folding import folded, letters
from tartantm.core.tokens import tokens

T = TypeVar("T")

SHORTEST = 20
"""Letters that a whole text must have: many people write "Good evening all"."""

RUN = 28
"""So many letters in a row, five words or six, are taken from what was said."""


class SaidWords(Generic[T]):
    """Texts that were said, each with a value, and where other texts repeat them."""

    def __init__(self, run: int = RUN, shortest: int = SHORTEST) -> None:
        self._run, self._shortest = run, shortest
        self._glimpse = shortest // 2
        self._glimpses: set[str] = set()
        self._said: defaultdict[int, dict[str, dict[T, None]]] = defaultdict(dict)
        """By length, every run of letters of that length, with the values that it was given for."""

    def __bool__(self) -> bool:
        return bool(self._said)

    def add(self, text: str, value: T) -> None:
        """Add what was said; too short a text is everybody's."""
        plain = letters(text)
        size = min(len(plain), self._run)
        if size < self._shortest:
            return
        for start in range(len(plain) - size + 1):
            self._said[size].setdefault(plain[start : start + size], {})[value] = None
        for start in range(len(plain) - self._glimpse + 1):
            self._glimpses.add(plain[start : start + self._glimpse])

    def forget(self, text: str, of: Callable[[T], bool]) -> None:
        """Take away what a text has in common with what was said, where the value is one `of`."""
        plain = letters(text)
        for start, size in list(self._runs(plain)):
            given = self._said[size][plain[start : start + size]]
            for value in [each for each in given if of(each)]:
                del given[value]

    def find(self, text: str) -> list[tuple[int, int, T]]:
        """Returns start, end and value of what a text repeats, to the ends of words and tokens."""
        plain = letters(text)
        runs = list(self._runs(plain))
        if not runs:
            return []
        seen = folded(text)
        _, at = seen.letters
        held = tokens(text)
        found: dict[tuple[int, int, T], None] = {}
        for start, size in runs:
            given = self._said[size][plain[start : start + size]]
            if given:
                first, last = _whole_words(seen.text, at[start], at[start + size - 1])
                begin, end = seen.span(first, last + 1)
                for _, left, right in held:
                    if left < end and begin < right:
                        begin, end = min(begin, left), max(end, right)
                found |= dict.fromkeys((begin, end, value) for value in given)
        return list(found)

    def _runs(self, plain: str) -> Iterator[tuple[int, int]]:
        """Yields start and length of each run of letters that was said."""
        step, known = self._glimpse, self._glimpses
        near = [at for at in range(0, len(plain), step) if plain[at : at + step] in known]
        if not near:
            return
        # Whatever was said holds two glimpses and more, so one that is looked at here at the least.
        for size, runs in self._said.items():
            looked_at = 0
            for at in near:
                stop = min(at, len(plain) - size) + 1
                for start in range(max(looked_at, at + step - size), stop):
                    if plain[start : start + size] in runs:
                        yield start, size
                looked_at = stop


def word_runs(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Returns every so many words in a row, in order."""
    runs = (tuple(words[start : start + size]) for start in range(len(words)))
    return [run for run in runs if len(run) == size]


def _whole_words(text: str, first: int, last: int) -> tuple[int, int]:
    while first > 0 and text[first - 1].isalnum():
        first -= 1
    while last + 1 < len(text) and text[last + 1].isalnum():
        last += 1
    return first, last

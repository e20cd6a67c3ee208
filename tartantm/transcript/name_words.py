"""Words of a text that may be names: taken apart, compared with another letter, told from nouns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tartantm.core.folding import Folded
from tartantm.core.ordinary_words import is_ordinary_word

WORD = re.compile(r"[^\W\d_]+")
_NEAR = 40
"""Characters before a word that are searched for the beginning of its sentence."""
_MOST_PARTS = 6
"""Capitals that one name may have within it."""
_SENTENCE = re.compile(r"(?:^|[.!?…:\n]['\"”’)]*\s*|^[\"“'‘(]+)$")


def parts(text: Folded, start: int, stop: int) -> Iterator[tuple[str, int, int]]:
    """Yields the words of a stretch of letters, by their capitals, and where they stand.

    ``AilsaExample`` has two words.
    """
    first, last = text.span(start, stop)
    if text.original[first + 1 : last].islower() or stop - start == 1:
        yield text.text[start:stop], first, last
        return
    cuts = [start, *(at for at in range(start + 1, stop) if text.is_hump(at)), stop]
    for begin, end in pairwise(cuts):
        yield text.text[begin:end], *text.span(begin, end)


def joined(text: Folded, start: int, stop: int) -> Iterator[tuple[str, int, int]]:
    """Yields what neighbours among the `parts` of a stretch are together: one name has a capital
    within it, as ``MacDonald`` has.
    """
    found = list(parts(text, start, stop))
    for first in range(len(found)):
        for last in range(first + 1, min(first + _MOST_PARTS, len(found))):
            together = "".join(word for word, _, _ in found[first : last + 1])
            yield together, found[first][1], found[last][2]


def is_ordinary(text: str, start: int, end: int) -> bool:
    """Whether what stands there is rather a word of the language than a name."""
    shown = text[start:end]
    if not is_ordinary_word(shown):
        return False
    return not shown[:1].isupper() or bool(_SENTENCE.search(text, max(0, start - _NEAR), start))


def one_letter_apart(one: str, other: str) -> bool:
    """Whether two words differ in one letter: another, one more, one less, or two swapped.

    A plural or genitive is the same word: ``grants`` is no other spelling of ``grant``.
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


class Spellings:
    """Words of which others are recognised that differ in one letter."""

    def __init__(self, known: Iterable[str]) -> None:
        self._near: defaultdict[str, list[str]] = defaultdict(list)
        """By each word, and by what is left of it without one letter. Of words that are one letter
        apart, something of this is the same."""
        for word in known:
            for each in _without_one(word):
                self._near[each].append(word)

    def one_apart(self, word: str) -> bool:
        """Whether a word differs in one letter from one that is known."""
        return any(
            one_letter_apart(word, other)
            for each in _without_one(word)
            for other in self._near.get(each, ())
        )


def _without_one(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}

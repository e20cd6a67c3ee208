"""Finds names in texts by keyed hashes of them, as `Wordings` finds those that are known.

Only hashes are left of whoever was erased or deleted, and a search by these must neither show what
was withheld before nor take more. So the same may stand around a name, between its words and within
them. What has to be known for that is hashed beside each name, see `facts`.

Earlier versions hashed the letters alone. Such a name is still looked for, word by word, though
nobody knows where its words end.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate
from unicodedata import category
from zlib import crc32

from tartantm.core.folding import Folded, words
from tartantm.core.name_letters import ENDS_WORD, are_together, begins, ends_word
from tartantm.core.telling_handles import SHORTEST_HANDLE
from tartantm.core.tokens import tokens
from tartantm.core.wordings import CONTAINED, is_domain

LONGEST = 200
"""Letters of the longest name of which more than its letters is hashed."""

_SIEVE = 4096
"""So many numbers there are by which parts of texts are passed over."""

_WIDTH = 4

_MOST_WORDS = 6
"""Words, or parts of words, of a name of which only the letters are known."""

_WORD = re.compile(r"[^\W_]+")

_MAY_BEGIN = re.compile(r"(?<![A-Za-z])[a-z]|[^\W_a-z]|[^\x00-\x7f]")
"""Where a name may begin: hardly any other letter need be looked at, which would take long."""

_PARTED = re.compile(r"(?:[^\W_]{2}|[\W_])['’]")
"""As in "there's", which is two words; "O'Brien" is one name."""


def facts(wording: str) -> set[str]:
    """Returns what is hashed beside the letters of a wording, to look for it in texts quickly.

    Where its words end, and how many letters it has. Of the parts of a text with so many letters
    most are passed over by a number, which tells nothing to whoever does not know the name.
    """
    parts = words(wording)
    plain = "".join(parts)
    if not 0 < len(plain) <= LONGEST:
        return set()
    gaps = list(accumulate(map(len, parts)))[:-1]
    found = {f"parted:{plain}", f"size:{len(plain)}", f"sieve:{_sieved(_data(plain))}"}
    found.update(f"gap:{plain} {end}" for end in gaps)
    if gaps and len(plain) >= CONTAINED:
        found.add(f"within:{len(plain)}")
    return found


def _data(plain: str) -> bytes:
    """Returns letters as bytes, `_WIDTH` for each, so that parts are taken from them quickly."""
    return plain.encode("utf-32-le")


def _sieved(data: bytes) -> int:
    return crc32(data) % _SIEVE


class _Sieve(dict[int, bool]):
    """Whether any name has a number; each is asked for once."""

    def __init__(self, known: Callable[[str], bool]) -> None:
        self._known = known

    def __missing__(self, number: int) -> bool:
        passed = self[number] = self._known(f"sieve:{number}")
        return passed


class HashedNames:
    """Finds names by a function that says whether something is among what was hashed.

    `name` and `word` stand before the letters of names, and of those that are one word.
    """

    def __init__(self, known: Callable[[str], bool], name: str, word: str = "") -> None:
        self._known, self._name, self._word = known, name, word
        self._sieve = _Sieve(known)

    def find(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yields where names stand, some twice, with all of a hashtag, handle or address."""
        found = dict.fromkeys((*self._standing(folded), *self._joined(folded, self._name)))
        if found:
            whole = tokens(folded.original)
            for first, last in found:
                yield _with_token(folded, first, last, whole)

    def find_words(self, folded: Folded, kind: str) -> Iterator[tuple[int, int]]:
        """Yields where names of another kind stand, which are whole words."""
        for first, last in self._joined(folded, kind):
            yield folded.span(first, last)

    @cached_property
    def _sizes(self) -> tuple[list[int], list[int]]:
        """How many letters names have, and those that are found within longer hashtags, too."""
        sizes = [size for size in range(1, LONGEST + 1) if self._known(f"size:{size}")]
        return sizes, [size for size in sizes if self._known(f"within:{size}")]

    def _standing(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yields where in the folded text names stand of which it is known where words end."""
        sizes, contained = self._sizes
        if not sizes:
            return
        plain, at = folded.letters
        data, sieve, count = _data(plain), self._sieve, len(at)
        # The number first, for there are very many parts and it is the quickest to ask for.
        for first in _beginnings(folded):
            for size in sizes:
                if (end := first + size) > count:
                    break
                if sieve[_sieved(data[_WIDTH * first : _WIDTH * end])]:
                    last = at[end - 1] + 1
                    apart = end == count or at[end] > last or ends_word(folded, last)
                    if apart and self._stands(folded, first, end):
                        yield at[first], last
        for start, after in _letters_of_tokens(folded) if contained else ():
            for size in contained:
                for first in range(max(start - size + 1, 0), min(after, count - size + 1)):
                    if sieve[_sieved(data[_WIDTH * first : _WIDTH * (first + size)])]:
                        end = first + size
                        name = plain[first:end]
                        if self._stands(folded, first, end) and self._has_words(name):
                            yield at[first], at[end - 1] + 1

    def _stands(self, folded: Folded, start: int, end: int) -> bool:
        """Whether these letters of a text are a name, with no more between them than there may be.

        See `Wordings`: words may be apart, letters hardly.
        """
        plain, at = folded.letters
        name = plain[start:end]
        if not (self._known(self._name + name) and self._known(f"parted:{name}")):
            return False
        return self._holds(folded, name, at[start:end])

    def _holds(self, folded: Folded, name: str, at: list[int]) -> bool:
        return are_together(folded.text, at, lambda count: self._known(f"gap:{name} {count}"))

    def _has_words(self, name: str) -> bool:
        return any(self._known(f"gap:{name} {count}") for count in range(1, len(name)))

    def _joined(self, folded: Folded, kind: str) -> Iterator[tuple[int, int]]:
        """Yields where words stand that are a name together, wherever its own words end.

        Not where that is known, unless names of this kind are looked for so alone.
        """
        parts = list(_parts(folded))
        for first, (begin, _) in enumerate(parts):
            name = ""
            for start, end in parts[first : first + _MOST_WORDS]:
                name += folded.text[start:end]
                apart = end - begin > len(name)
                if apart and len(name) < SHORTEST_HANDLE:
                    continue  # "et 1" is no "@et1"
                if self._known(kind + name):
                    if self._known(f"parted:{name}"):
                        at = [n for n in range(begin, end) if folded.text[n].isalnum()]
                        there = kind != self._name and self._holds(folded, name, at)
                    else:
                        there = not _PARTED.search(folded.text, begin, end)
                elif self._word and self._known(self._word + name):
                    there = not ENDS_WORD.search(folded.text, begin, end)
                else:
                    continue
                if there:
                    yield begin, end


def _beginnings(folded: Folded) -> Iterator[int]:
    """Yields the numbers of the letters where a name may begin."""
    at = folded.letters[1]
    if not folded.in_place:
        yield from (number for number, index in enumerate(at) if begins(folded, index))
        return
    for match in _MAY_BEGIN.finditer(folded.original):
        number = bisect_left(at, match.start())
        if number < len(at) and at[number] == match.start() and begins(folded, match.start()):
            yield number


def _letters_of_tokens(folded: Folded) -> Iterator[tuple[int, int]]:
    """Yields the numbers of the first letter of each hashtag, handle or address, and after it."""
    at = folded.letters[1]
    for _, start, end in tokens(folded.original):
        first = bisect_right(at, start, key=lambda n: folded.span(n, n + 1)[1])
        yield first, bisect_left(at, end, key=lambda n: folded.span(n, n + 1)[0])


def _with_token(
    folded: Folded, first: int, last: int, whole: tuple[tuple[str, int, int], ...]
) -> tuple[int, int]:
    """Returns where in the original that stands, with all of what would lead to it."""
    start, end = folded.span(first, last)
    while end < len(folded.original) and category(folded.original[end]).startswith("M"):
        end += 1  # a sign on the last letter
    token = next((each for each in whole if each[1] < end and start < each[2]), None)
    if token and (token[0] != "domain" or is_domain(folded.original[token[1] : token[2]])):
        start, end = min(start, token[1]), max(end, token[2])
    return start, end


def _parts(folded: Folded) -> Iterator[tuple[int, int]]:
    """Yields where words stand, and the parts of ``AilsaExample``."""
    for match in _WORD.finditer(folded.text):
        begin = match.start()
        after = folded.original[begin + 1 : match.end()]
        humps = not folded.in_place or not after.islower()
        for index in range(match.start(), match.end()) if humps else ():
            if folded.is_hump(index):
                yield begin, index
                begin = index
        yield begin, match.end()

"""Names that left the file with deleted posts: only keyed hashes stay, to recognise them by.

What others wrote keeps their words, and may still name somebody of whom nothing else is left. Where
names are replaced by pseudonyms these have to be replaced as well, though nobody knows them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from tartantm.core.folding import letters, words
from tartantm.core.identity import fingerprint
from tartantm.core.names import name_wordings

LONGEST = 5
"""Words of the longest name that is recognised."""

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_HANDLE = re.compile(r"[@＠]?[\w-]+(?:[.@＠][\w-]+)*")


def name_hashes(salt: str, names: Iterable[str], handles: Iterable[str]) -> tuple[str, ...]:
    """Returns the keyed hashes of names of several words, and of handles with and without server.

    A single name could be any word: "Will", "Rose".
    """
    found = {
        _name_hash(salt, wording)
        for name in names
        for wording in name_wordings(name)
        if 1 < len(words(wording)) <= LONGEST
    }
    for handle in handles:
        found |= {_handle_hash(salt, handle), _handle_hash(salt, handle.partition("@")[0])}
    return tuple(sorted(found))


class GoneNames:
    """Finds names and handles in texts by their keyed hashes."""

    def __init__(self, salt: str, hashes: Collection[str]) -> None:
        self._salt, self._hashes = salt, frozenset(hashes)

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Returns where in a text such a name or handle stands, in order, without overlaps."""
        if not self._hashes:
            return []
        spans: list[tuple[int, int]] = []
        for start, end in sorted({*self._names(text), *self._handles(text)}, key=_longest_first):
            if not spans or start >= spans[-1][1]:
                spans.append((start, end))
        return spans

    def replace(self, text: str, by: str) -> str:
        """Returns a text with `by` in the place of each."""
        for start, end in reversed(self.find(text)):
            text = f"{text[:start]}{by}{text[end:]}"
        return text

    def _names(self, text: str) -> Iterator[tuple[int, int]]:
        found = [match.span() for match in _WORD.finditer(text)]
        for first, (start, _) in enumerate(found):
            for _, end in found[first : first + LONGEST]:
                if _name_hash(self._salt, text[start:end]) in self._hashes:
                    yield start, end

    def _handles(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _HANDLE.finditer(text):
            # Without a sign it is a word like any other.
            signs = match[0].translate(_SIGNS)
            if ("@" in signs or "." in signs) and _handle_hash(self._salt, signs) in self._hashes:
                yield match.span()


_SIGNS = str.maketrans("＠", "@")


def _longest_first(span: tuple[int, int]) -> tuple[int, int]:
    return span[0], -span[1]


def _name_hash(salt: str, name: str) -> str:
    return fingerprint(salt, f"name {letters(name)}")


def _handle_hash(salt: str, handle: str) -> str:
    return fingerprint(salt, f"handle {handle.strip('@').casefold()}")

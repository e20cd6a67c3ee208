"""Finds names, handles and phrases in texts, however they are written there.

A wording is found with markup, invisible characters or other accents in it, as a hashtag
(``#AilsaExample``), in an address or a mail address (``ailsa.example@…``, ``…/ailsa%20example``),
and with any signs between its words. What is found reaches to the end of a hashtag, handle or
address, for the rest of these would lead to what was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar
from unicodedata import category

from tartantm.core.folding import Folded, folded, letters, spelling, without_tags, words
from tartantm.core.name_letters import are_together, begins, ends_word
from tartantm.core.tokens import handle_key, named_in, tokens
from tartantm.core.word_lookup import any_of, probe_of

T = TypeVar("T")

CONTAINED = 8
"""Letters that several words need to be found within a longer hashtag or address."""

_FEW = 12
"""So many wordings are looked for one by one."""


class Found(NamedTuple, Generic[T]):
    """A wording in a text."""

    start: int
    end: int
    value: T
    """What the wording was given for."""
    exact: bool
    """Whether the accents are the same as well."""
    within: str
    """``words``, ``hashtag``, ``handle``, ``mail``, ``domain`` or ``address``."""


_SIGNS_BEFORE = re.compile(r"^[.$€£]+(?=\w)")
_SIGNS_AFTER = re.compile(r"(?<=\w)[+#%]+$")
"""Signs that make another word of one: "C++", ".NET"; others stand around words as markup."""


class _Wording(Generic[T]):
    def __init__(self, text: str, value: T) -> None:
        self.value, self.letters, self.spelling = value, letters(text), spelling(text)
        before, after = _SIGNS_BEFORE.search(text.strip()), _SIGNS_AFTER.search(text.strip())
        self.before = before[0] if before else ""
        self.after = after[0] if after else ""
        """Signs that belong to it."""
        parts = words(text)
        self.contained = len(parts) > 1 and len(self.letters) >= CONTAINED
        self._ends = frozenset(accumulate(map(len, parts)))
        """After how many letters each of the words ends."""

    def spans(self, text: Folded) -> Iterator[tuple[int, int]]:
        """Yields where it stands in a folded text, with few enough signs between its letters."""
        plain, at = text.letters
        size, start = len(self.letters), plain.find(self.letters)
        while start >= 0:
            first, last = at[start], at[start + size - 1]
            if last - first == size - 1 or self._holds(text.text, at[start : start + size]):
                if self._has_signs(text.text, first, last + 1):
                    yield first - len(self.before), last + 1 + len(self.after)
                start = plain.find(self.letters, start + size)
            else:
                start = plain.find(self.letters, start + 1)

    def _has_signs(self, text: str, first: int, last: int) -> bool:
        return text.endswith(self.before, 0, first) and text.startswith(self.after, last)

    def _holds(self, text: str, at: list[int]) -> bool:
        """Whether letters that stand there are together: words may be apart, letters hardly."""
        return are_together(text, at, self._ends.__contains__)


class _Near(NamedTuple, Generic[T]):
    """What begins with the same letters."""

    wordings: list[_Wording[T]]
    handles: list[str]
    """Their letters."""


class Wordings(Generic[T]):
    """Wordings to look for, each with a value that says what it was given for.

    `handles` are found where a text names a handle or an address has it as a part, and nowhere
    else: ``morag`` in ``@morag`` and ``https://x.example/morag``, but not in "Ask Morag".
    """

    def __init__(
        self, wordings: Iterable[tuple[str, T]] = (), handles: Iterable[tuple[str, T]] = ()
    ) -> None:
        given: dict[str, _Wording[T]] = {}
        for text, value in wordings:
            # Two with the same letters are one to find; the first given is what it stands for.
            if key := letters(text):
                given.setdefault(f"{key} {spelling(text)}", _Wording(text, value))
        self._wordings = list(given.values())
        self._handles: dict[str, T] = {}
        for handle, value in handles:
            if key := handle_key(handle):
                self._handles.setdefault(key, value)
        self._handle_letters = list(dict.fromkeys(map(_letters_of, self._handles)))
        self._by_probe: dict[str, _Near[T]] = {}
        for wording in self._wordings:
            self._of_probe(wording.letters).wordings.append(wording)
        for key in self._handle_letters:
            self._of_probe(key).handles.append(key)
        few = len(self._wordings) + len(self._handles) <= _FEW or "" in self._by_probe
        self._probes = None if few else any_of(self._by_probe)
        self._near: dict[str, _Near[T]] = {}
        """By an probe that was found, what may stand there."""

    def _of_probe(self, plain: str) -> _Near[T]:
        return self._by_probe.setdefault(probe_of(plain), _Near([], []))

    def __bool__(self) -> bool:
        return bool(self._wordings or self._handles)

    def find(self, text: str) -> list[Found[T]]:
        """Returns what is found, in order, the longer one where two overlap."""
        found = self.find_each(text)
        if len(found) < 2:
            return found
        found.sort(key=lambda each: (each.start, -each.end, not each.exact))
        apart = [found[0]]
        for each in found[1:]:
            last = apart[-1]
            if each.start >= last.end:
                apart.append(each)
            elif each.end > last.end:
                apart[-1] = last._replace(end=each.end)
        return apart

    def find_each(self, text: str) -> list[Found[T]]:
        """Returns what is found, also where wordings overlap, in no order."""
        found = self._found_each(text)
        if "<" in text:
            found += self._found_around_tags(text)
        return found

    def _found_around_tags(self, text: str) -> Iterator[Found[T]]:
        """Yields what is found only where the words of tags within it are left out."""
        shown, at = without_tags(text)
        for each in self._found_each(shown) if len(shown) < len(text) else ():
            start, end = at[each.start], at[each.end - 1] + 1
            if end - start > each.end - each.start:
                yield each._replace(start=start, end=end)

    def _found_each(self, text: str) -> list[Found[T]]:
        candidates, handled = self._candidates(letters(text))
        found = []
        if candidates:
            seen, whole = folded(text), tokens(text)
            for wording in candidates:
                found += _found(wording, seen, whole)
        if handled:
            found += self._found_handles(text)
        return found

    def may_stand_in(self, text: str) -> bool:
        """Whether the letters of any stand in a text, whatever is between them; this is quick."""
        wordings, handled = self._candidates(letters(text))
        return bool(wordings) or handled

    def found_in(self, text: str) -> bool:
        """Whether any of the wordings stands in a text."""
        return bool(self.find(text))

    def replace(self, text: str, by: Callable[[Found[T]], str | None]) -> str:
        """Returns the text with each wording replaced; it stays where `by` returns None."""
        found = self.find(text)
        if not found:
            return text
        parts, end = [], 0
        for each in found:
            shown = by(each)
            if shown is None:
                continue
            parts += [text[end : each.start], shown]
            end = each.end
        return "".join([*parts, text[end:]])

    def _candidates(self, plain: str) -> tuple[list[_Wording[T]], bool]:
        """Returns the wordings whose letters stand in a text, and whether those of a handle do."""
        if self._probes is None:
            wordings = [each for each in self._wordings if each.letters in plain]
            return wordings, any(key in plain for key in self._handle_letters)
        match = self._probes.search(plain)
        if match is None:
            return [], False
        found: dict[str, None] = {}
        while match:  # each may begin within another
            found[match[0]] = None
            match = self._probes.search(plain, match.start() + 1)
        near = [self._standing_in(probe) for probe in found]
        several = dict.fromkeys(wording for each in near for wording in each.wordings)
        wordings = [each for each in several if each.letters in plain]
        return wordings, any(key in plain for each in near for key in each.handles)

    def _standing_in(self, probe: str) -> _Near[T]:
        """Returns what may stand where an probe was found.

        A beginning of it that is another probe stands there too, though the longer is reported.
        """
        near = self._near.get(probe)
        if near is None:
            near = self._near[probe] = _Near([], [])
            for end in range(1, len(probe) + 1):
                if each := self._by_probe.get(probe[:end]):
                    near.wordings.extend(each.wordings)
                    near.handles.extend(each.handles)
        return near

    def _found_handles(self, text: str) -> list[Found[T]]:
        found = []
        for kind, start, end in tokens(text):
            for part in named_in(kind, text[start:end]):
                if part in self._handles:
                    found.append(Found(start, end, self._handles[part], True, kind))
                    break
        return found


def _letters_of(key: str) -> str:
    """Returns the letters of a handle's key, which is folded."""
    return "".join(each for each in key if each.isalnum())


def _found(
    wording: _Wording[T], folded: Folded, replaced_whole: Sequence[tuple[str, int, int]]
) -> list[Found[T]]:
    found = []
    for first, last in wording.spans(folded):
        start, end = folded.span(first, last)
        while end < len(folded.original) and category(folded.original[end]).startswith("M"):
            end += 1  # a sign on the last letter
        held = (each for each in replaced_whole if each[1] < end and start < each[2])
        token = next(held, None)
        whole = begins(folded, first) and ends_word(folded, last)
        if not whole and not (token and wording.contained):
            continue
        exact = spelling(folded.original[start:end]) == wording.spelling
        if token and (token[0] != "domain" or is_domain(folded.original[token[1] : token[2]])):
            start, end = min(start, token[1]), max(end, token[2])
        found.append(Found(start, end, wording.value, exact, token[0] if token else "words"))
    return found


def is_domain(token: str) -> bool:
    """Whether it is no end of a sentence that a new one follows without a blank: ``so.Ask``."""
    return "/" in token or token == token.lower()

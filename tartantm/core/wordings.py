"""Finds names, handles and phrases in texts, however they are written there.

A wording is found with markup, invisible characters or other accents in it, as a hashtag
(``#AilsaExample``), in an address or a mail address (``ailsa.example@…``, ``…/ailsa%20example``),
and with any signs between its words. What is found reaches to the end of a hashtag, handle or
address, for the rest of these would lead to what was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from tartantm.core.folding import Folded, letters, spelling, words

T = TypeVar("T")

_IN_WORD = r"(?:[^\w\s'’]|_){0,3}"
_BETWEEN_WORDS = r"[\W_]{0,20}"

_TOKEN = re.compile(
    r"""(?P<address>(?:https?|at)://[^\s<>"'“”«»]+)
    |(?P<mail>[\w.+%-]+[@＠﹫][\w-]+(?:\.[\w-]+)+)
    |(?P<handle>[@＠﹫][\w.-]*\w(?:[@＠﹫][\w.-]*\w)?)
    |(?P<hashtag>[#＃﹟]\w[\w-]*)
    |(?P<domain>\w[\w-]*(?:\.[\w-]*\w)+(?:/[^\s<>"'“”«»]*)?)""",
    re.VERBOSE | re.IGNORECASE,
)
"""What is replaced as a whole. Invisible characters in it are allowed for by `tokens`."""

_SENTENCE = re.compile(r"\.(?=[A-Z])")

_PARTS = re.compile(r"[/?#&=@＠﹫,;!:]+")
"""What separates the parts of an address."""

CONTAINED = 8
"""Letters that several words need to be found within a longer hashtag or address."""

_PREFIX = 12
"""Letters of a wording by which a text is first looked through."""

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


class _Wording(Generic[T]):
    def __init__(self, text: str, value: T) -> None:
        self.value, self.letters, self.spelling = value, letters(text), spelling(text)
        self._parts = words(text)
        self.contained = len(self._parts) > 1 and len(self.letters) >= CONTAINED

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds it in a folded text; most wordings never come so far."""
        each = (_IN_WORD.join(map(re.escape, part)) for part in self._parts)
        return re.compile(_BETWEEN_WORDS.join(each))


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
        self._by_prefix: dict[str, list[_Wording[T]]] = {}
        for wording in self._wordings:
            self._by_prefix.setdefault(wording.letters[:_PREFIX], []).append(wording)
        self._prefixes = _any_of(self._by_prefix) if len(self._by_prefix) > _FEW else None

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
        found = []
        if self._wordings and (candidates := self._candidates(letters(text))):
            folded, whole = Folded(text), tokens(text)
            for wording in candidates:
                found += _found(wording, folded, whole)
        if self._handles and (any(sign in text for sign in "@＠﹫.")):
            found += self._found_handles(text)
        return found

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

    def _candidates(self, plain: str) -> list[_Wording[T]]:
        if self._prefixes is None:
            return [each for each in self._wordings if each.letters in plain]
        found = {prefix for match in self._prefixes.finditer(plain) for prefix in match.groups()}
        # A prefix of another that was found stands there too, though the longer one is reported.
        found |= {short for short in self._short_prefixes() for one in found if short in one}
        return [each for one in found for each in self._by_prefix[one] if each.letters in plain]

    def _short_prefixes(self) -> Iterable[str]:
        return (prefix for prefix in self._by_prefix if len(prefix) < _PREFIX)

    def _found_handles(self, text: str) -> list[Found[T]]:
        found = []
        for kind, start, end in tokens(text):
            for part in named_in(kind, text[start:end]):
                if part in self._handles:
                    found.append(Found(start, end, self._handles[part], True, kind))
                    break
        return found


def named_in(kind: str, token: str) -> list[str]:
    """Returns the handles that a token may name, as `handle_key` has them, the likeliest first.

    ``@morag`` may be anybody's of that name; ``@morag@elsewhere.example`` is one account.
    """
    if kind == "hashtag":
        return []
    if kind in ("address", "domain"):
        parts = [handle_key(part) for part in _PARTS.split(token)]
        return [part for part in parts if len(part) > 1]
    # A new sentence may follow without a blank: ``@morag.Thanks``.
    written = [token, _SENTENCE.split(token)[0]]
    named = [handle_key(each) for each in written]
    named += [each.strip("_-") for each in named]
    # Without a server after it, the second is another handle: ``@morag@isla``.
    named += [
        part for each in named if "." not in each.partition("@")[2] for part in each.split("@")
    ]
    return [each for each in dict.fromkeys(named) if each]


def handle_key(written: str) -> str:
    """Returns a handle as handles are compared: ``morag@m.example``."""
    folded = Folded(written.strip()).text
    return re.sub(r"[^\w.@-]", "", folded).strip(".@")


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Returns kind, start and end of each address, mail address, handle, hashtag and domain."""
    if not any(sign in text for sign in "@＠﹫#＃﹟.:"):
        return []
    seen, at = text, None
    if not text.isascii():
        # An invisible character must not cut a token in two.
        kept = [(index, each) for index, each in enumerate(text) if Folded(each).text]
        seen, at = "".join(each for _, each in kept), [index for index, _ in kept]
    found = []
    for match in _TOKEN.finditer(seen):
        start, end = match.span()
        if at is not None:
            start, end = at[start], at[end - 1] + 1
        found.append((match.lastgroup or "", start, end))
    return found


def _found(
    wording: _Wording[T], folded: Folded, replaced_whole: list[tuple[str, int, int]]
) -> list[Found[T]]:
    found = []
    for match in wording.pattern.finditer(folded.text):
        start, end = folded.span(*match.span())
        held = (each for each in replaced_whole if each[1] < end and start < each[2])
        token = next(held, None)
        whole = _begins(folded, match.start()) and _ends(folded, match.end())
        if not whole and not (token and wording.contained):
            continue
        exact = spelling(folded.original[start:end]) == wording.spelling
        if token and (token[0] != "domain" or _is_domain(folded.original[token[1] : token[2]])):
            start, end = min(start, token[1]), max(end, token[2])
        found.append(Found(start, end, wording.value, exact, token[0] if token else "words"))
    return found


def _is_domain(token: str) -> bool:
    """Whether it is no end of a sentence that a new one follows without a blank: ``so.Ask``."""
    return "/" in token or token == token.lower()


def _begins(folded: Folded, index: int) -> bool:
    if index == 0 or not folded.text[index - 1].isalnum() or folded.is_hump(index):
        return True
    return folded.text[index - 1].isdigit() and not folded.text[index].isdigit()


def _ends(folded: Folded, index: int) -> bool:
    if index == len(folded.text) or not folded.text[index].isalnum() or folded.is_hump(index):
        return True
    return folded.text[index].isdigit() and not folded.text[index - 1].isdigit()


def _any_of(prefixes: Iterable[str]) -> re.Pattern[str]:
    """Returns a pattern that finds each of many words, at every place where one begins.

    The alternatives share their beginnings, so that the time for a text does not grow with them.
    """
    root: dict[str, dict] = {}  # type: ignore[type-arg]
    for prefix in prefixes:
        node = root
        for letter in prefix:
            node = node.setdefault(letter, {})
        node[""] = {}
    return re.compile(f"(?=({_branches(root)}))")


def _branches(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    rest = [re.escape(letter) + _branches(below) for letter, below in node.items() if letter]
    if not rest:
        return ""
    joined = rest[0] if len(rest) == 1 and "" not in node else f"(?:{'|'.join(rest)})"
    return f"{joined}?" if "" in node else joined

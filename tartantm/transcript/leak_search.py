"""Looks for what is withheld in the texts of a transcript, for the leak report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tartantm.core.erased import SHORTEST_SPELLING
from tartantm.core.folding import Folded, folded, letters, words
from tartantm.core.ordinary_words import is_ordinary_word
from tartantm.core.texts import Place
from tartantm.core.wordings import Wordings
from tartantm.transcript.model import Transcript
from tartantm.transcript.name_words import WORD, Spellings, is_ordinary, joined, parts
from tartantm.transcript.published_texts import PublishedText
from tartantm.transcript.withheld import (
    FIRST,
    HANDLE,
    NAME,
    PART,
    RUN,
    SHORTEST_PART,
    TOKEN,
    Withheld,
    runs,
)

ADDRESS, ACCENTS = "a name in an address", "other accents"
SPELLING, LONGER = "one letter different", "a longer word"
QUOTED, PICTURE = "words of a redacted post", "a picture of a redacted post"
ORGANISATION = "the organisation of somebody withheld"

_OWN_WORDS = frozenset({Place.NOTE.value, Place.SUMMARY.value, Place.QUESTION.value})
"""Where the moderator writes what others said, in few words."""

_OF_PEOPLE = frozenset({Place.PERSON.value, Place.NAME.value})
"""Where an organisation stands beside its people."""

_MARKERS = re.compile(r"\[(?:redacted|name withheld|link withheld)[^\]]*\]")
_ADDRESS = re.compile(
    r"(?:https?|at|mastodon|bluesky|feed|x):[^\s<>\"'“”«»]+"
    r"|(?<![\w.+%-])[\w.+%-]*[@＠]?(?<![\w-])[\w-]++(?:\.[\w-]++)++(?:/[^\s<>\"'“”«»]*)?"
)
"""It begins where a word does, and its host where a label does: tried from each letter of a long
word, and cut at each letter of it, it would take cubic time."""
_ADDRESS_SIGN = re.compile(r":[^\s<>\"'“”«»]|\.[\w-]")
_ASCII_WORD = re.compile(rf"[A-Za-z]{{{SHORTEST_PART},}}")
_QUOTABLE = re.compile(r"[^\W_]+")
"""Words as `folding.words` has them."""
_HOST = re.compile(r"^(?:\w+:)*/{0,2}[^/?#]*")
"""What every address begins with; it may be empty."""
_LABEL = re.compile(r"[a-z]\d{1,2}")


class Hit(NamedTuple):
    """What may name somebody, where it stands in a text, and by which rule."""

    rule: str
    found: str
    start: int
    end: int


class LeakSearch:
    """Looks for what is withheld in the texts of one transcript."""

    def __init__(self, sought: Withheld, transcript: Transcript) -> None:
        self._sought = sought
        self._spellings = Spellings(
            part
            for part, rule in sought.parts.items()
            if len(part) >= SHORTEST_SPELLING and rule in (FIRST, PART)
        )
        self._stems = [stem for stem in sought.stems if len(stem) >= SHORTEST_SPELLING]
        self._runs = Wordings((" ".join(run), None) for run in sought.runs)
        named = [one.name for one in transcript.participants]
        named += [one.name for one in transcript.people]
        shown = {name for name in named if letters(name) not in sought.uncertain}
        self._shown_words = {word for name in shown for word in words(name)}
        self._shown = Wordings((name, name) for name in shown if _is_one_name(name))
        self._lower: set[str] = set()
        """Words that somebody wrote without a capital, and so are no names."""
        for item in transcript.posts:
            self._lower.update(each for each in item.post.text.split() if each.islower())
        self._handles = {
            each for each in sought.handles if each not in sought.parts or not each.isalpha()
        }
        self._no_handles: set[str] = set()
        """Words as they are written that are nobody's handle."""
        self._known: dict[str, list[Hit]] = {}
        self._harmless: set[str] = set()
        """Words as they are written of which nothing is looked at."""
        self._suspicious: dict[str, list[tuple[str, int, int]]] = {}
        """By a word as it is written, what of it is looked at more closely, and where in it."""

    def find(self, text: PublishedText) -> list[Hit]:
        """Returns what is found in a text, in order."""
        if text.place == Place.MEDIA.value and text.item and text.item.redacted:
            return [Hit(PICTURE, text.words, 0, len(text.words))]
        hits = self._known.get(text.words)
        if hits is None:
            hits = self._known[text.words] = sorted(self._find(text.words), key=lambda h: h.start)
        if text.place in _OF_PEOPLE and letters(text.words) in self._sought.organisations:
            hits = [*hits, Hit(ORGANISATION, text.words, 0, len(text.words))]
        if text.place in _OWN_WORDS and all(hit.rule != QUOTED for hit in hits):
            hits = sorted([*hits, *self._briefly_quoted(text.words)], key=lambda hit: hit.start)
        return hits

    def _briefly_quoted(self, text: str) -> Iterator[Hit]:
        if found := self._sought.quotes.find(_unmarked(text)):
            yield Hit(QUOTED, text[slice(*found)], *found)

    def _find(self, text: str) -> Iterator[Hit]:
        seen = _unmarked(text)
        taken: list[tuple[int, int]] = []
        for each in self._sought.wordings.find(seen):
            found = seen[each.start : each.end]
            if each.value == NAME and is_ordinary(seen, each.start, each.end):
                continue
            taken.append((each.start, each.end))
            yield Hit(each.value if each.exact else ACCENTS, found, each.start, each.end)
        if self._handles:
            for hit in self._handle_words(seen, taken):
                taken.append((hit.start, hit.end))
                yield hit
        if self._sought.runs:
            yield from self._quoted(seen)
        if self._sought.parts or self._stems or self._sought.spellings:
            yield from self._words(seen, taken)

    def _handle_words(self, text: str, taken: list[tuple[int, int]]) -> list[Hit]:
        """Returns the words and hashtags of a text that are as a whole somebody's handle."""
        found: list[Hit] = []
        # Quicker: hardly a text has any.
        if self._no_handles.issuperset(TOKEN.findall(text)):
            return found
        addresses = _addresses(text)
        for match in TOKEN.finditer(text):
            word, (start, end) = match[0], match.span()
            if not self._is_handle(word):
                continue
            if self._is_other_word(word) and text[start - 1 : start] not in ("#", "＃"):
                continue
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            if not any(one.start() <= start < one.end() for one in addresses):
                found.append(Hit(HANDLE, word, start, end))
        return found

    def _is_handle(self, word: str) -> bool:
        known = word not in self._no_handles and letters(word) in self._handles
        if not known:
            self._no_handles.add(word)
        return known

    def _is_other_word(self, word: str) -> bool:
        """Whether a handle means its account as a hashtag only: else it may mean anything."""
        plain = letters(word)
        return bool(
            is_ordinary_word(plain) or plain in self._shown_words or _LABEL.fullmatch(plain)
        )

    def _quoted(self, text: str) -> Iterator[Hit]:
        if not self._runs.may_stand_in(text):
            return
        seen = folded(text)
        said = list(_QUOTABLE.finditer(seen.text))
        for first, run in enumerate(runs([word[0] for word in said])):
            if run in self._sought.runs:
                start, end = seen.span(said[first].start(), said[first + RUN - 1].end())
                yield Hit(QUOTED, " ".join(run), start, end)
                return

    def _words(self, text: str, taken: list[tuple[int, int]]) -> Iterator[Hit]:
        # Hardly a word could be part of a name, and all else takes long.
        suspects = list(self._suspects(text))
        if not suspects:
            return
        taken = [*taken, *((each.start, each.end) for each in self._shown.find(text))]
        addresses = _addresses(text)
        for word, start, end in suspects:
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            address = next((one for one in addresses if one.start() <= start < one.end()), None)
            rule = self._rule(word, text, start, end, address)
            if rule:
                taken.append((start, end))
                yield Hit(rule, text[start:end], start, end)

    def _suspects(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yields the words of a text that may be parts of what is withheld, and where they stand.

        Chats use the same words again and again, so each is decided once.
        """
        if text.isascii() and self._harmless.issuperset(_ASCII_WORD.findall(text)):
            return
        seen = folded(text)
        if not seen.in_place:
            for match in WORD.finditer(seen.text):
                yield from self._suspects_in(seen, *match.span())
            return
        known = self._suspicious
        for match in WORD.finditer(seen.text):
            at, end = match.span()
            written = text[at:end]
            found = known.get(written)
            if found is None:
                found = known[written] = [
                    (word, start - at, stop - at)
                    for word, start, stop in self._suspects_in(seen, at, end)
                ]
                if not found:
                    self._harmless.add(written)
            for word, start, stop in found:
                yield word, at + start, at + stop

    def _suspects_in(self, seen: Folded, at: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Yields those of one stretch of letters."""
        for each in parts(seen, at, end):
            if self._may_tell(each[0], seen.original[each[1] : each[2]]):
                yield each
        for each in joined(seen, at, end):
            if self._is_part(each[0]):
                yield each

    def _may_tell(self, word: str, shown: str) -> bool:
        """Whether `_rule` may find something in a word, wherever it stands."""
        if word in self._sought.parts:
            return self._is_part(word)
        return self._is_longer(word) or self._is_spelling(word, shown)

    def _is_part(self, word: str) -> bool:
        """Whether it names somebody: not as a family name that others have, who are shown."""
        rule = self._sought.parts.get(word)
        return rule is not None and (rule != PART or word not in self._shown_words)

    def _rule(
        self, word: str, text: str, start: int, end: int, address: re.Match[str] | None
    ) -> str:
        """Returns what a word may be that may tell something, "" where it stands for nothing."""
        rule = self._sought.parts.get(word)
        if address:
            host = next(_HOST.finditer(address[0]))
            in_host = start < address.start() + host.end()
            if not rule or is_ordinary(text, start, end):
                return ""
            if in_host and not _is_label(address, start, end):
                return ""
            return ADDRESS
        if rule:
            return "" if rule != HANDLE and is_ordinary(text, start, end) else rule
        return LONGER if self._is_longer(word) else SPELLING

    def _is_longer(self, word: str) -> bool:
        return any(stem in word and stem != word for stem in self._stems)

    def _is_spelling(self, word: str, shown: str) -> bool:
        if not shown[:1].isupper() or shown.lower() in self._lower or word in self._shown_words:
            return False
        return word in self._sought.spellings or self._spellings.one_apart(word)


def _unmarked(text: str) -> str:
    """Returns a text with blanks where something was withheld."""
    return _MARKERS.sub(lambda match: " " * len(match[0]), text)


_SEVERAL = frozenset({"and", "with", "for", "of"})


def _is_one_name(name: str) -> bool:
    """Whether it is one person's whole name: "Morag Sample", and not "Calum and Morag"."""
    parts = words(name)
    return len(parts) > 1 and _SEVERAL.isdisjoint(parts) and not re.search(r"[&+/]", name)


def _addresses(text: str) -> list[re.Match[str]]:
    # Quicker: in most texts there is nothing that an address has.
    matches = _ADDRESS.finditer(text) if _ADDRESS_SIGN.search(text) else ()
    return [match for match in matches if _is_address(match[0])]


def _is_address(token: str) -> bool:
    """Whether it is no end of a sentence that a new one follows without a blank: ``so.Ask``."""
    return "/" in token or token == token.lower()


def _is_label(address: re.Match[str], start: int, end: int) -> bool:
    """Whether a word is a whole label of a host's name, and not its last: no ``.example``."""
    text = address[0]
    first, last = start - address.start(), end - address.start()
    before, after = text[:first][-1:], text[last:][:1]
    ends = after in (".", "@") or (before == "@" and after in ("", "/"))
    return ends and before in ("", ".", "/", "@", ":")

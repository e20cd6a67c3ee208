"""What a phrase hits in a chat, found a slice at a time while the moderator types it.

A redaction finds words, a mute also parts of words; each here as `core.redaction` and `core.mutes`
find them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.folding import Folded, letters, spelling
from tartantm.core.mutes import fold_blanks, muted_texts
from tartantm.core.people import AccountKey
from tartantm.core.texts import Place, texts_of_chat, texts_of_entry
from tartantm.core.wordings import Wordings

STEP = 32
"""How many posts are looked through between two looks at the clock."""

_NOT_THE_AUTHORS = (Place.NOTE, Place.REASON)
"""What stands at a post, but is not part of it."""


_NOTED = {Place.NOTE: "note", Place.SUMMARY: "summary", Place.QUESTION: "question"}
"""What is redacted too, and is no post."""


class Hit(NamedTuple):
    """A post in which a phrase stands, or a note, a summary, a question."""

    where: str
    """The post's number, or the question: "#12", "Q2"; "" for the chat's summary."""
    by: str
    """Its author; what it is, where it is no post."""
    text: str
    spans: list[tuple[int, int]]
    """Where in the text it stands."""
    exact: bool
    """Whether a rule for just these accents finds it too."""
    is_post: bool = True


class Found(NamedTuple):
    """A place where a phrase stands in a text."""

    start: int
    end: int
    exact: bool
    """Whether a rule for just these accents finds it too."""
    accents: bool
    """Whether it is written with other accents."""


class PhraseFinder:
    """Looks phrases up in one chat; remembers folded texts from one letter typed to the next."""

    def __init__(self, chat: Chat, *, mute: bool = False) -> None:
        """With `mute` it finds what a mute of the phrase hides, else what a redaction withholds."""
        self._chat, self._mute = chat, mute
        self._folded: dict[str, tuple[object, object, str]] = {}

    def find(self, phrase: str) -> PhraseHits:
        """Returns the hits of a phrase, to be counted with `PhraseHits.grow`."""
        return PhraseHits(self._chat, self, _search(phrase, parts=self._mute), letters(phrase))

    def texts(self, entry: Entry) -> Iterable[str]:
        """Returns the texts of an entry in which it is looked."""
        if self._mute:
            return muted_texts(entry)
        return (t.words for t in texts_of_entry(entry) if t.place not in _NOT_THE_AUTHORS)

    def noted(self) -> Iterator[tuple[str, str, str]]:
        """Yields texts that are no posts: where they stand, what they are, and the words."""
        if self._mute:
            return
        for text in texts_of_chat(self._chat):
            if text.place in _NOTED:
                entry = self._chat.entry(text.post)
                where = f"#{entry.number}" if entry else text.question or ""
                yield where, _NOTED[text.place], text.words

    def may_hold(self, entry: Entry, wanted: str) -> bool:
        """Whether these letters stand in a post at all, so that it is worth looking closer."""
        known = self._folded.get(entry.id)
        if known is None or known[0] is not entry.post or known[1] is not entry.earlier:
            plain = " ".join(map(letters, self.texts(entry)))
            known = self._folded[entry.id] = (entry.post, entry.earlier, plain)
        return wanted in known[2]


class PhraseHits:
    """How many posts a phrase hits, whose, and which other accents it may be written with."""

    def __init__(
        self, chat: Chat, finder: PhraseFinder, search: Callable[[str], list[Found]], wanted: str
    ) -> None:
        """`wanted` are the letters of the phrase."""
        self.total = 0
        """How many posts were looked at."""
        self.accents: Counter[str] = Counter()
        """In how many posts it stands with other accents, by how it is written there."""
        self._hits: list[Hit] = []
        self._noted: list[Hit] = []
        self._exact: dict[str, AccountKey] = {}
        """Authors of the posts, by the posts' ids, in which the phrase stands exactly."""
        self._other: dict[str, AccountKey] = {}
        """Of the posts that only a rule for all accents hits."""
        self._chat, self._finder, self._search, self._letters = chat, finder, search, wanted
        self._source: Iterator[None] | None = self._count()

    @property
    def done(self) -> bool:
        """Whether every post was looked at."""
        return self._source is None

    def listed(self, *, exact: bool) -> list[Hit]:
        """Returns every place that is hit: posts by time of capture, then what is no post."""
        every = self._hits + self._noted
        return [hit for hit in every if hit.exact] if exact else every

    def ids(self, *, exact: bool) -> list[str]:
        """Returns the ids of the posts that are hit."""
        return [*self._exact, *(() if exact else self._other)]

    def posts(self, *, exact: bool) -> int:
        """Returns how many posts are hit; with `exact`, posts with other accents are not."""
        return len(self._exact) + (0 if exact else len(self._other))

    def accounts(self, *, exact: bool) -> int:
        """Returns by how many accounts these posts are."""
        others = () if exact else self._other.values()
        return len({*self._exact.values(), *others})

    def grow(self, seconds: float) -> None:
        """Look at more posts, for so many seconds."""
        until = perf_counter() + seconds
        for _ in self._source or ():
            if perf_counter() > until:
                return
        self._source = None

    def _count(self) -> Iterator[None]:
        # The chat may grow meanwhile; what comes later is not counted.
        for number, entry in enumerate(list(self._chat.entries.values())):
            if number % STEP == 0:
                yield
            if entry.withdrawn or entry.deleted_at:
                continue
            self.total += 1
            if self._finder.may_hold(entry, self._letters):
                self._look(entry)
        for where, what, text in self._finder.noted():
            if self._letters in letters(text) and (places := self._search(text)):
                self._noted.append(_hit(where, what, text, places)._replace(is_post=False))

    def _look(self, entry: Entry) -> None:
        texts = ((text, self._search(text)) for text in self._finder.texts(entry))
        found = [(text, places) for text, places in texts if places]
        if not found:
            return
        every = [place for _, places in found for place in places]
        hit = self._exact if any(place.exact for place in every) else self._other
        hit[entry.id] = self._chat.account(entry.post)
        self.accents.update(
            {text[at.start : at.end] for text, places in found for at in places if at.accents}
        )
        shown = max(found, key=lambda each: any(place.exact for place in each[1]))
        self._hits.append(_hit(f"#{entry.number}", entry.post.author.shown, *shown))


def _hit(where: str, by: str, text: str, places: Sequence[Found]) -> Hit:
    exact = any(place.exact for place in places)
    return Hit(where, by, text, [(at.start, at.end) for at in places], exact)


def _search(phrase: str, *, parts: bool) -> Callable[[str], list[Found]]:
    """Returns what finds a phrase in a text, with `parts` also within words."""
    wordings = Wordings([(phrase, None)])
    spelled = spelling(phrase)
    inside = _pattern(phrase) if parts else None

    def search(text: str) -> list[Found]:
        found = [Found(at.start, at.end, at.exact, not at.exact) for at in wordings.find(text)]
        if inside is None:
            return found
        folded = Folded(text)
        for match in inside.finditer(folded.text):
            start, end = folded.span(*match.span())
            if not any(at.start < end and start < at.end for at in found):
                found.append(Found(start, end, False, spelling(text[start:end]) != spelled))
        return sorted(found)

    return search


def _pattern(phrase: str) -> re.Pattern[str] | None:
    parts = fold_blanks(phrase).split()
    return re.compile(r"\s+".join(map(re.escape, parts))) if parts else None

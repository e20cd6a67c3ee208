"""What a phrase hits in a chat, found a slice at a time while the moderator types it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.folding import letters
from tartantm.core.identity import author_key
from tartantm.core.traces import Place, Text, texts_of_entry
from tartantm.core.wordings import Found, Wordings

FIRST = 5
"""So many posts are shown of those that a phrase hits."""

STEP = 32
"""How many posts are looked through between two looks at the clock."""

NOT_THE_AUTHORS = (Place.NOTE, Place.REASON)
"""What stands at a post, but is not part of it."""


class Hit(NamedTuple):
    """A post in which a phrase stands."""

    entry: Entry
    text: str
    spans: list[tuple[int, int]]
    """Where in the text it stands."""


class PhraseFinder:
    """Looks phrases up in one chat; remembers folded texts from one letter typed to the next."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._folded: dict[str, tuple[object, object, str]] = {}

    def find(self, phrase: str) -> PhraseHits:
        """Returns the hits of a phrase, to be counted with `PhraseHits.grow`."""
        return PhraseHits(self._chat, phrase, self)

    def may_hold(self, entry: Entry, wanted: str) -> bool:
        """Whether these letters stand in a post at all, so that it is worth looking closer."""
        known = self._folded.get(entry.id)
        if known is None or known[0] is not entry.post or known[1] is not entry.earlier:
            plain = " ".join(letters(text.words) for text in _texts(entry))
            known = self._folded[entry.id] = (entry.post, entry.earlier, plain)
        return wanted in known[2]


class PhraseHits:
    """How many posts a phrase hits, whose, and which other accents it may be written with."""

    def __init__(self, chat: Chat, phrase: str, finder: PhraseFinder) -> None:
        self.phrase = phrase
        self.total = 0
        """How many posts the chat has that readers may see."""
        self.looked_at = 0
        self.exact: set[str] = set()
        """Ids of the posts that have the phrase as it was typed."""
        self.other: set[str] = set()
        """Ids of the posts that have it with other accents only."""
        self.accents: Counter[str] = Counter()
        """In how many posts it stands with other accents, by how it is written there."""
        self.first: list[Hit] = []
        self._people: dict[str, set[str]] = {"exact": set(), "other": set()}
        self._chat, self._finder = chat, finder
        self._wordings = Wordings([(phrase, phrase)])
        self._letters = letters(phrase)
        self._source: Iterator[None] | None = self._count()

    @property
    def done(self) -> bool:
        """Whether every post was looked at."""
        return self._source is None

    def posts(self, *, exact: bool) -> int:
        """Returns how many posts are hit; with `exact`, posts with other accents are not."""
        return len(self.exact) + (0 if exact else len(self.other))

    def people(self, *, exact: bool) -> int:
        """Returns by how many accounts these posts are."""
        here = self._people["exact"]
        return len(here if exact else here | self._people["other"])

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
            if self._letters and self._finder.may_hold(entry, self._letters):
                self._look(entry)

    def _look(self, entry: Entry) -> None:
        found = [(text, each) for text in _texts(entry) for each in self._wordings.find(text.words)]
        if not found:
            return
        exact = any(each.exact for _, each in found)
        (self.exact if exact else self.other).add(entry.id)
        self._people["exact" if exact else "other"].add(author_key(entry.post))
        spelled = {text.words[each.start : each.end] for text, each in found if not each.exact}
        self.accents.update(spelled)
        if len(self.first) < FIRST:
            self.first.append(_hit(entry, found))


def _hit(entry: Entry, found: list[tuple[Text, Found[str]]]) -> Hit:
    words = found[0][0].words
    return Hit(
        entry, words, [(each.start, each.end) for text, each in found if text.words is words]
    )


def _texts(entry: Entry) -> Iterator[Text]:
    return (text for text in texts_of_entry(entry) if text.place not in NOT_THE_AUTHORS)

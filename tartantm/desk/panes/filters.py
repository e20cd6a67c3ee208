"""Filters that narrow a list down; several may hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.identity import author_key
from tartantm.desk.panes.search import SearchIndex
from tartantm.desk.panes.views import Key, View, key_of
from tartantm.moderation.search import Query

Kind = Literal["words", "author", "thread", "starred", "questions", "people", "noted", "network"]

Test = Callable[[Entry], bool]

STEP = 64
"""How many posts are tested between two looks at the clock."""


@dataclass(frozen=True)
class Filter:
    """One thing that every post listed must have."""

    kind: Kind
    value: str = ""
    """The words, the author's key, the id of a post in the thread, the network's id."""
    title: str = ""
    """For the line above the list: "by @ailsa"."""
    posts: tuple[str, ...] = ()
    """Of a conversation: its posts, whose threads are shown together."""


def test_of(chat: Chat, wanted: Filter) -> Test:
    """Returns the test that a filter applies to each post."""
    match wanted.kind:
        case "words":
            return Query(chat, wanted.value).matches
        case "author":
            posts = chat.posts()
            theirs = {chat.account(e.post) for e in posts if author_key(e.post) == wanted.value}
            return lambda entry: chat.account(entry.post) in theirs
        case "thread":
            ids = {entry.id for entry in threads_of(chat, wanted)}
            return lambda entry: entry.id in ids
        case "starred":
            return lambda entry: entry.starred
        case "questions":
            asked = questions_asked(chat)
            return lambda entry: entry.id in asked or "question" in entry.marks
        case "people":
            return lambda entry: bool(chat.role(entry.post))
        case "noted":
            return lambda entry: bool(entry.note or entry.marks)
        case "network":
            return lambda entry: entry.post.network == wanted.value


def thread_of(chat: Chat, post_id: str) -> list[Entry]:
    """Returns the whole thread of a post, from its earliest post in the chat."""
    entry = chat.entry(post_id)
    if entry is None:
        return []
    above = list(chat.threads.above(post_id))
    root = above[-1] if above else entry
    return [root, *chat.threads.below(root.id)]


def threads_of(chat: Chat, wanted: Filter) -> list[Entry]:
    """Returns the threads of the posts that a filter names, each post once."""
    named = dict.fromkeys((wanted.value, *wanted.posts))
    return list({e.id: e for post_id in named for e in thread_of(chat, post_id)}.values())


def questions_asked(chat: Chat) -> set[str]:
    """Ids of the posts that asked the agenda's questions."""
    named = [period.post for period in chat.periods.active if period.post]
    named += [post_id for question in chat.agenda.questions for post_id in question.asked_by]
    return {entry.id for entry in map(chat.entry, named) if entry}


class FilteredView(View):
    """The posts of a list that pass every filter; tested newest first, a slice at a time."""

    def __init__(
        self, chat: Chat, base: View, filters: tuple[Filter, ...], index: SearchIndex
    ) -> None:
        super().__init__(base.name)
        self.chat, self.base, self.filters = chat, base, filters
        self._tests = [test_of(chat, each) for each in filters]
        self._rest = [t for t, f in zip(self._tests, filters, strict=True) if f.kind != "words"]
        self._source: Iterator[Entry | None] | None = self._candidates(index)

    @property
    def complete(self) -> bool:
        """Whether every post of the list was tested."""
        return self._source is None

    def grow(self, seconds: float) -> bool:
        """Test more posts for so many seconds. Returns True where that found any."""
        if self._source is None:
            return False
        until, found = perf_counter() + seconds, list[Key]()
        for entry in self._source:
            if entry is None:
                if perf_counter() > until:
                    break
            elif all(test(entry) for test in self._rest):
                key = key_of(entry)
                if key in self.base and key not in self:
                    found.append(key)
        else:
            self._source = None
        found.sort()
        if self.keys and found and self.keys[0] < found[-1]:
            self.keys = sorted([*found, *self.keys])
        else:
            self.keys[:0] = found
        return bool(found)

    def update(self, entry: Entry) -> bool:
        """Add or remove a post after it changed. Returns True where that changed the list."""
        key = key_of(entry)
        wanted = key in self.base and all(test(entry) for test in self._tests)
        if wanted == (key in self):
            return False
        if wanted:
            self.add(key)
        else:
            self.remove(key)
        return True

    def _candidates(self, index: SearchIndex) -> Iterator[Entry | None]:
        """Posts to test by `_rest`, newest first; a None wherever the clock may be looked at."""
        by_kind = {each.kind: each for each in self.filters}
        if (words := by_kind.get("words")) and words.value:
            return index.find(words.value)
        if thread := by_kind.get("thread"):
            return iter(threads_of(self.chat, thread))
        return self._whole(self.base.keys[:])

    def _whole(self, keys: list[Key]) -> Iterator[Entry | None]:
        for count, key in enumerate(reversed(keys), 1):
            yield self.chat.entries[key[2]]
            if count % STEP == 0:
                yield None

"""What can be withheld of a post, and what each rule withholds, in the words of the dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from tartantm.core.accounts import Account
from tartantm.core.chat import Chat
from tartantm.core.describe import people, posts
from tartantm.core.entry import Entry
from tartantm.core.mutes import Rule
from tartantm.core.traces import Traces
from tartantm.desk.dialogs.withhold import Row
from tartantm.desk.phrase_hits import PhraseFinder, PhraseHits
from tartantm.moderation.references import in_words

MUCH = 0.1
"""Above this share of the posts it is asked whether so many are meant."""

SLICE_SECONDS = 0.02
"""How long counting may block the screen at a time."""


class Consequence(NamedTuple):
    """What an act withholds, in numbers."""

    posts: int
    people: int
    total: int

    @property
    def much(self) -> bool:
        """Whether so many posts are hit that it may be a mistake."""
        return self.posts > MUCH * self.total

    @property
    def done(self) -> str:
        """Says how much was withheld, and how to take it back."""
        by = f" by {people(self.people)}" if self.posts else ""
        return f"{posts(self.posts)}{by}; u undoes it."


class Withholding:
    """What can be withheld of one post of a chat, as it is when this is made."""

    def __init__(self, chat: Chat, entry: Entry | None) -> None:
        self._chat, self._entry = chat, entry
        self._finder = PhraseFinder(chat)

    @cached_property
    def _traces(self) -> Traces:
        return Traces(self._chat)

    @property
    def subject(self) -> str:
        """The post, as people recognise it; "" for none."""
        return in_words(self._entry) if self._entry else ""

    @cached_property
    def accounts(self) -> list[Account]:
        """Every account that is certainly the author's."""
        account = self._traces.accounts.of_post(self._entry.id) if self._entry else None
        return self._traces.accounts.closed([account]) if account else []

    def uncertain(self) -> list[Account]:
        """Returns accounts that are only perhaps the author's."""
        return self._traces.accounts.uncertain(self.accounts)

    def words(self) -> Iterator[Row]:
        """Yields the row for the words of the post, with where they stand besides."""
        if self._entry is None:
            return
        traces = self._traces.post(self._entry.id)
        also = [
            _count(len(traces.repeats), "repost or copy", "reposts and copies"),
            _count(len(traces.quoting), "post that quotes it", "posts that quote it"),
            " and ".join(traces.questions),
            _count(len(traces.texts), "note or summary", "notes and summaries"),
        ]
        listed = ", ".join(filter(None, also))
        yield Row("words", "w", "Words of this post", f"also in {listed}" if listed else "")

    def author(self, words: str) -> Iterator[Row]:
        """Yields the row for the author, with all handles and the number of posts."""
        if not self.accounts or self._entry is None:
            return
        shown = "; ".join(account.shown for account in self.accounts)
        yield Row("author", "a", f"{words}: {shown}", posts(self.by(self.accounts).posts))

    def by(self, accounts: Iterable[Account]) -> Consequence:
        """Returns what it means to withhold all of these accounts."""
        held = list(accounts)
        return Consequence(sum(len(each.posts) for each in held), len(held), self._total)

    def find(self, phrase: str) -> PhraseHits:
        """Begins to look for a phrase."""
        return self._finder.find(phrase)

    async def hit_by(self, phrase: str) -> Consequence:
        """Returns what it means to withhold a phrase; keys are answered meanwhile."""
        hits = self.find(phrase)
        while not hits.done:
            hits.grow(SLICE_SECONDS)
            await asyncio.sleep(0)
        return Consequence(hits.posts(exact=False), hits.people(exact=False), hits.total)

    def rule(self, rule: Rule) -> tuple[str, str]:
        """Returns a rule in words, and what it keeps out."""
        kind, value = rule
        if kind == "post":
            entry = self._chat.entry(value)
            return f"words of {in_words(entry)}" if entry else "words of a post that is gone", ""
        if kind == "author":
            accounts = self._traces.accounts.of_key(value)
            shown = "; ".join(each.shown for each in accounts) or f"@{value.partition(':')[2]}"
            return f"author {shown}", posts(self.by(self._traces.accounts.closed(accounts)).posts)
        hits = self.find(value)
        hits.grow(float("inf"))
        return f"phrase “{value}”", posts(hits.posts(exact=False))

    @property
    def _total(self) -> int:
        entries = self._chat.entries.values()
        return sum(not (entry.withdrawn or entry.deleted_at) for entry in entries)


def keys(accounts: Iterable[Account]) -> list[str]:
    """Returns the keys by which rules name accounts: one for each."""
    return [sorted(account.keys)[-1] for account in accounts]


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""

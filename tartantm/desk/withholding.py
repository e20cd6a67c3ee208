"""What can be withheld of a post, and what each rule withholds, in the words of the dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.core.accounts import Account
from tartantm.core.chat import Chat
from tartantm.core.describe import posts
from tartantm.core.entry import Entry
from tartantm.core.errors import BadInput
from tartantm.core.mutes import Rule
from tartantm.core.traces import Traces
from tartantm.desk.background import in_background
from tartantm.desk.dialogs.phrase import Phrase
from tartantm.desk.dialogs.withhold import Row, WithholdDialog
from tartantm.desk.phrase_hits import PhraseFinder, PhraseHits
from tartantm.moderation.act import held, with_words
from tartantm.moderation.consequences import (
    MUCH,
    consequences,
    losing_words,
    questions_sentence,
)
from tartantm.moderation.references import in_words
from tartantm.moderation.rules import rule_words
from tartantm.store.session import Session

SLICE_SECONDS = 0.02
"""How long counting may block the screen at a time."""

ENDING = "end:"
"""Stands before the index of the rule that is to end."""


class Consequence(NamedTuple):
    """What an act withholds, in numbers."""

    posts: int
    accounts: int
    total: int
    named: str = ""
    """Says which questions lose words, and where the name of whoever is muted stays."""
    lines: tuple[str, ...] = ()
    """Whose posts these are and which, where nothing listed them yet."""

    @property
    def much(self) -> bool:
        """Whether so many posts are hit that it may be a mistake."""
        return self.posts > MUCH * self.total

    def done(self, verb: str, what: str, why: str = "") -> str:
        """Says how much was withheld, how to take it back, and what is not withheld with it."""
        because = f" ({why})" if why else ""
        if not self.posts:
            return f"No post so far, later ones will be {verb}: {what}{because}; u undoes it."
        return f"{posts(self.posts)} {verb}: {what}{because}; u undoes it. {self.named}".strip()


class Withholding:
    """What can be withheld of one post of a chat, as it is when this is made."""

    def __init__(
        self, chat: Chat, entry: Entry | None, *, mute: bool = False, sure: bool = False
    ) -> None:
        """With `mute`, posts are hidden; else words and names are redacted.

        What is `sure` takes no remark along that several people may have made.
        """
        self._chat, self._entry, self._mute, self._sure = chat, entry, mute, sure
        self.stands = entry is not None and not entry.deleted_at
        """Whether there is a post, and words of it."""
        self._finder = PhraseFinder(chat, mute=mute)

    @cached_property
    def _traces(self) -> Traces:
        return Traces(self._chat)

    @property
    def subject(self) -> str:
        """The post, as people recognise it, or why nothing of it can be withheld; "" for none."""
        if self._entry is None:
            return ""
        try:
            with_words(self._chat, held(self._chat, [self._entry.id]))
        except BadInput as error:
            return str(error)
        return in_words(self._entry)

    @cached_property
    def accounts(self) -> list[Account]:
        """Every account that is certainly the author's; that of the post is the first."""
        account = self._traces.accounts.of_post(self._entry.id) if self._entry else None
        return self._traces.accounts.closed([account], sure=self._sure) if account else []

    def uncertain(self) -> list[Account]:
        """Returns accounts that are only perhaps the author's."""
        return self._traces.accounts.uncertain(self.accounts)

    def author(self, words: str) -> Iterator[Row]:
        """Yields the row for the author, with all handles and the number of posts."""
        if self.stands and self.accounts:
            shown = "; ".join(account.shown for account in self.accounts)
            count = posts(self.by(self.accounts).posts)
            yield Row("author", "a", f"{words}, {count}: {shown}")

    def by(self, accounts: Iterable[Account]) -> Consequence:
        """Returns what it means to withhold all of these accounts."""
        held = list(accounts)
        every = self._chat.entries.values()
        total = sum(not (each.withdrawn or each.deleted_at) for each in every)
        theirs = sum(len(each.posts) for each in held)
        return Consequence(theirs, len(held), total)

    def find(self, phrase: str) -> PhraseHits:
        """Begins to look for a phrase."""
        return self._finder.find(phrase)

    async def hit_by(self, phrase: Phrase) -> Consequence:
        """Returns what it means to withhold a phrase; keys are answered meanwhile."""
        hits, exact = self.find(phrase.words), phrase.exact
        while not hits.done:
            hits.grow(SLICE_SECONDS)
            await asyncio.sleep(0)
        lost = questions_sentence(losing_words(self._chat, hits.ids(exact=exact)))
        return Consequence(
            *(hits.posts(exact=exact), hits.accounts(exact=exact), hits.total),
            lost if self._mute else "",
        )

    async def hit_by_authors(self, accounts: Iterable[Account], path: Path) -> Consequence:
        """Returns what it means to withhold accounts, in others' posts too; read from the file."""
        return await in_background(partial(_count_authors, path, keys(accounts), mute=self._mute))

    def dialog(
        self, title: str, rows: Sequence[Row], rules: Sequence[Rule], path: Path
    ) -> WithholdDialog:
        """Returns the dialog that asks what to withhold, or which of the rules is to end."""
        holding = [
            Row(f"{ENDING}{n}", "", rule_words(self._chat, self._traces.accounts, rule))
            for n, rule in enumerate(rules)
        ]
        post = self._entry.id if self._entry else None
        count = partial(_count_all, path, post, tuple(rules), mute=self._mute)
        return WithholdDialog(title, self.subject, rows, holding, count)

    def count(self, rules: Sequence[Rule]) -> Mapping[str, str]:
        """Returns what takes longer to find: where the post's words stand, what rules keep out."""
        found = {f"{ENDING}{n}": self._kept_out(rule) for n, rule in enumerate(rules)}
        if self._entry is None:
            return found
        return found | ({"author": self._asked()} if self._mute else {"words": self._also()})

    def _asked(self) -> str:
        """Says which questions lose words once the author is muted."""
        muted = [post for account in self.accounts for post in account.posts]
        listed = " and ".join(losing_words(self._chat, muted, self._traces))
        return f"also in {listed}" if listed else ""

    def _also(self) -> str:
        assert self._entry is not None
        traces = self._traces.post(self._entry.id)
        silent = [self._entry.id, *traces.repeats]
        listed = [
            _many(len(traces.repeats), "repost or copy", "reposts and copies"),
            _many(len(traces.quoting), "post that quotes it", "posts that quote it"),
            " and ".join(self._traces.questions(silent, in_part=True)),
            _many(len(traces.texts), "note or summary", "notes and summaries"),
        ]
        also = ", ".join(filter(None, listed))
        return f"also in {also}" if also else ""

    def _kept_out(self, rule: Rule) -> str:
        kind, value = rule
        match kind:
            case "post":
                repeats = self._traces.repeats([value]) if value in self._chat.entries else []
                return posts(1 + len(repeats))
            case "author":
                accounts = self._traces.accounts.of_key(value)
                return posts(self.by(self._traces.accounts.closed(accounts)).posts)
        hits = self.find(value)
        hits.grow(float("inf"))
        return posts(hits.posts(exact=kind == "exact"))


def several(accounts: Sequence[Account]) -> str:
    """Returns accounts in a few words: "@ailsa and 3 more accounts"."""
    first, more = accounts[0], len(accounts) - 1
    shown = next(reversed(first.handles), "")
    named = f"@{shown}" if shown and first.network != "room" else next(reversed(first.names), shown)
    return f"{named} and {more} more account{'' if more == 1 else 's'}" if more else named


def keys(accounts: Iterable[Account]) -> list[str]:
    """Returns the keys by which rules name accounts: one for each."""
    return [account.key for account in accounts]


def _count_all(
    path: Path, post: str | None, rules: Sequence[Rule], *, mute: bool
) -> Mapping[str, str]:
    """Count in a thread, which must not touch the desk's own chat: it reads the file for itself."""
    with Session(path) as session:
        return Withholding(session.chat, session.chat.entry(post), mute=mute).count(rules)


def _count_authors(path: Path, authors: Sequence[str], *, mute: bool) -> Consequence:
    kind = ev.Muted if mute else ev.Redacted
    with Session(path) as session:
        hit = consequences(session.chat, [kind("author", author) for author in authors])
        named = f"{hit.asked} {hit.named}".strip()
        known = Traces(session.chat).accounts
        held = known.closed(account for key in authors for account in known.of_key(key))
        lines = tuple(_listed(hit.posts, held, mute))
    return Consequence(len(hit.posts), hit.accounts, hit.total, named, lines)


def _listed(hit: Iterable[Entry], accounts: Iterable[Account], mute: bool) -> Iterator[str]:
    """Yields who is withheld, and in which posts."""
    others = "others that go with them" if mute else "others that name them"
    whose = {post: account for account in accounts for post in account.posts}
    by: dict[Account | None, list[Entry]] = {account: [] for account in whose.values()} | {None: []}
    for entry in hit:
        by[whose.get(entry.id)].append(entry)
    for account, entries in by.items():
        if entries:
            yield f"{posts(len(entries))} of {account.shown if account else others}:"
            yield from (f"  {in_words(entry)}" for entry in entries)


def _many(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""

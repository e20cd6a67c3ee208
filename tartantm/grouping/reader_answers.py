"""What a reader of the user's own said of posts, as far as it still counts.

An answer counts for as long as the same posts make the same question: after an edit, a deletion,
something withheld or another agenda it is as if it had never been given. That is a function of the
chat alone, so that undo, another process and a session that is opened again come to the same.
"""

from __future__ import annotations

from collections.abc import Collection

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.reader_words import ReaderWords

_WORDLESS = (ev.Placed, ev.Starred, ev.Marked, ev.Noted, ev.Summarised, ev.InboxSet)
"""Acts after which a chat asks the same questions as before."""


class ReaderAnswers:
    """The answers of a chat that count, kept in line with it by `observe`."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self.places: dict[str, str | None] = {}
        """By post id, where it belongs as the reader has it."""
        self._held: list[ev.ReaderSaid] = []
        self._known = 0
        self._words: ReaderWords | None = None
        self._check(chat.read)

    def observe(self, change: Change) -> list[str]:
        """Take note of a change; returns the posts of which something else is said now."""
        if not self._chat.read:
            return []
        everything = change.rules or change.agenda or change.periods or change.reloaded
        acts = (event for act in change.acts for event in act.events)
        everything = everything or any(not isinstance(event, _WORDLESS) for event in acts)
        if everything:
            self._words = None
        touched = set(change.changed)
        is_news = everything or len(self._chat.read) != self._known
        if not is_news and not any(touched.intersection(said.seen) for said in self._chat.read):
            return []
        before = self.places
        self._check(self._chat.read, None if everything else touched)
        posts = {*before, *self.places}
        return [p for p in posts if before.get(p, _NONE) != self.places.get(p, _NONE)]

    def _check(
        self, said: Collection[ev.ReaderSaid], touched: Collection[str] | None = None
    ) -> None:
        """Find out anew which answers hold: those that saw posts in `touched`, or all of them."""
        if not said:
            self.places, self._held = {}, []
            return
        words = self._words = self._words or ReaderWords(self._chat)
        held = {id(each) for each in self._held}
        self._held = [
            each
            for number, each in enumerate(said)
            if (
                id(each) in held
                if touched is not None
                and number < self._known
                and not any(post in touched for post in each.seen)
                else words.holds(each)
            )
        ]
        self._known = len(said)
        self.places = {post: at for each in self._held for post, at in each.places.items()}


_NONE = object()
"""Differs from every place; None is one."""

"""What a reader of the user's own said of posts, as far as it still counts.

An answer counts for as long as the same posts make the same question: after an edit, a deletion,
something withheld or another agenda it is as if it had never been given. And a model whose answers
the moderator mostly corrected counts no more. All that is a function of the chat alone, so that
undo, another process and a session that is opened again come to the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.reader_words import ReaderWords

JUDGED = 8
"""Of so many of a model's answers the moderator has to have placed the posts before it is judged.

What is looked at is what is least sure, so that a good model, too, is corrected now and then.
"""

_WORDLESS = (ev.Placed, ev.Starred, ev.Marked, ev.Noted, ev.Summarised, ev.InboxSet)
"""Acts after which a chat asks the same questions as before."""


class _Answer(NamedTuple):
    place: str | None
    model: str


class ReaderAnswers:
    """The answers of a chat that count, kept in line with it by `observe`."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self.places: dict[str, str | None] = {}
        """By post id, where it belongs as the reader has it."""
        self.held: list[ev.ReaderSaid] = []
        """What was said of questions that are still the same."""
        self.distrusted: set[str] = set()
        """Models of whose answers the moderator corrected more than half."""
        self._answers: dict[str, _Answer] = {}
        self._known = 0
        self._words: ReaderWords | None = None
        self._check(None)

    def observe(self, change: Change) -> list[str]:
        """Take note of a change; returns the posts of which something else is said now."""
        said = self._chat.read
        if not said:
            return []
        acts = [event for act in change.acts for event in act.events]
        everything = change.rules or change.agenda or change.periods or change.reloaded
        everything = everything or any(not isinstance(event, _WORDLESS) for event in acts)
        touched = set(change.changed)
        before = self.places
        if everything:
            self._words = None
            self._check(None)
        elif len(said) != self._known or any(touched.intersection(each.seen) for each in said):
            self._check(touched)
        else:
            return []
        posts = {*before, *self.places}
        return [p for p in posts if before.get(p, _NONE) != self.places.get(p, _NONE)]

    def _check(self, touched: Collection[str] | None) -> None:
        """Find out anew which answers hold: those that saw posts in `touched`, or all of them."""
        said = self._chat.read
        if said:
            words = self._words = self._words or ReaderWords(self._chat)
            held = {id(each) for each in self.held}
            known = self._known if touched is not None else 0
            self.held = [
                each
                for number, each in enumerate(said)
                if (
                    id(each) in held
                    if number < known and not any(post in (touched or ()) for post in each.seen)
                    else words.holds(each)
                )
            ]
        else:
            self.held = []
        self._known = len(said)
        self._answers = {
            post: _Answer(at, each.model) for each in self.held for post, at in each.places.items()
        }
        self._judge()

    def _judge(self) -> None:
        """Leave out what models say that the moderator mostly corrected."""
        judged, right = Counter[str](), Counter[str]()
        for post, (at, model) in self._answers.items():
            entry = self._chat.entries.get(post)
            if entry is not None and entry.placement.by_person:
                judged[model] += 1
                right[model] += entry.placement.question == at
        self.distrusted = {
            model for model, n in judged.items() if n >= JUDGED and right[model] * 2 < n
        }
        self.places = {
            post: at for post, (at, model) in self._answers.items() if model not in self.distrusted
        }


_NONE = object()
"""Differs from every place; None is one."""

"""Which question to put to a reader of the user's own next: what is in doubt and decides most.

One question is about one conversation, so that what a stranger writes into it can spoil nothing but
the suggestions for that conversation. Each of its doubtful posts gets an answer of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.describe import place
from tartantm.core.entry import Entry
from tartantm.core.events import ReaderSaid
from tartantm.core.reader_words import Asked, ReaderWords
from tartantm.grouping.reader_answers import ReaderAnswers
from tartantm.moderation.conversations import conversations

BELOW = 0.95
"""Posts that are placed with less confidence are asked about, the least sure first."""

MOST_ABOUT = 8
"""Posts whose places one question asks for."""

MOST_CONTEXT = 6
"""Earlier posts of the conversation that are shown besides."""

SHARE = 1 / 3
"""Of the posts of a chat, how many are asked about at most: others are hardly in doubt."""

FEWEST = 10
"""Posts that may be asked about however short the chat is so far."""


AHEAD = timedelta(minutes=1)
"""By so much another clock may be ahead of this computer's; what came later than that has a wrong
time, and says nothing of whether a conversation goes on."""


class Quiet(NamedTuple):
    """When a conversation was quiet: nothing of it came between these times."""

    since: datetime
    until: datetime


class ReaderQuestion(NamedTuple):
    """A question, and what is to be recorded of it besides the answer."""

    asked: Asked
    about: tuple[str, ...]
    seen: tuple[str, ...]
    offered: tuple[str | None, ...]
    fingerprint: str

    def places(self, read: Mapping[int, str]) -> dict[str, str | None]:
        """Returns the places of posts that an answer names by their numbers."""
        known = {place(each): each for each in self.offered}
        return {self.seen[number - 1]: known[name] for number, name in read.items()}

    def said(self, places: dict[str, str | None], model: str) -> ReaderSaid:
        """Returns the event that records the answer."""
        return ReaderSaid(
            self.about, places, self.seen, self.offered, self.fingerprint, model=model
        )


class ReaderQuestions:
    """Chooses questions of a chat as it is when this is made."""

    def __init__(
        self,
        chat: Chat,
        quiet: Quiet | None = None,
        share: float = SHARE,
    ) -> None:
        """Where something is not quiet, the conversation may still go on and waits."""
        self._chat, self._quiet = chat, quiet
        self._share = share
        self.waits = False
        """Whether a conversation was left out for now, since it may go on."""
        self._words = ReaderWords(chat)
        self._asked = {
            (post, said.asked) for said in chat.read for post in said.about if said.asked
        }
        """What was asked already, whatever the answer was."""
        answers = ReaderAnswers(chat)
        self._answered = {post for said in answers.held for post in said.about}
        self.distrusted = answers.distrusted
        """Models of whose answers the moderator corrected more than half."""

    @property
    def about(self) -> int:
        """About how many posts the reader was asked so far."""
        return len({post for said in self._chat.read for post in said.about})

    def next(self, failed: Collection[str] = ()) -> ReaderQuestion | None:
        """Returns what to ask next, None where nothing is in doubt that may be asked about.

        `failed` are fingerprints of questions that are not to be asked for now.
        """
        most = self._most_left()
        if most <= 0 or not self._words.agenda:
            return None
        waiting = [entry for entry in self._chat.posts() if self._is_doubtful(entry)]
        found = []
        for number, talk in enumerate(conversations(self._chat, waiting)):
            entries = [self._chat.entries[post] for post in talk.posts]
            if all(map(self._is_quiet, entries)):
                found.append((-_weight(entries), number, entries))
            else:
                self.waits = True
        for _, __, entries in sorted(found, key=lambda each: each[:2]):
            question = self._question(entries[: min(MOST_ABOUT, most)])
            if question is not None and question.fingerprint not in failed:
                return question
        return None

    def _most_left(self) -> int:
        count = sum(1 for _ in self._chat.posts())
        return max(FEWEST if self._share else 0, int(count * self._share)) - self.about

    def _is_doubtful(self, entry: Entry) -> bool:
        placement = entry.placement
        return (
            placement.confidence < BELOW
            and not placement.by_person
            and placement.by not in ("asked", "fault")
            and entry.listed
            and entry.id not in self._answered
            and self._has_own_words(entry)
            and self._words.is_public(entry)
        )

    def _has_own_words(self, entry: Entry) -> bool:
        """Whether it says something itself; a repost does where its original is not here."""
        original = self._chat.entry(entry.post.repost_of)
        return bool(entry.post.text.strip()) and (original is None or original.carried)

    def _is_quiet(self, entry: Entry) -> bool:
        came = entry.post.received_at or entry.post.created_at
        return self._quiet is None or not self._quiet.since < came <= self._quiet.until

    def _question(self, entries: Sequence[Entry]) -> ReaderQuestion | None:
        """Returns the question about these posts; None where it was put before."""
        about = [entry.id for entry in entries]
        context: dict[str, Entry] = {}
        for entry in entries:
            for above in self._above(entry):
                if above.id not in about and len(context) < MOST_CONTEXT:
                    context[above.id] = above
        shown = sorted([*context.values(), *entries], key=lambda entry: entry.key)
        seen = tuple(entry.id for entry in shown)
        offered = self._words.offered
        fingerprint = self._words.fingerprint(seen, offered)
        about = [post for post in about if (post, fingerprint) not in self._asked]
        if not about or not fingerprint:
            return None
        asked = self._words.asked(seen, about, offered)
        return ReaderQuestion(asked, tuple(about), seen, offered, fingerprint)

    def _above(self, entry: Entry) -> list[Entry]:
        """Returns the public posts that one follows, the nearest first."""
        found: dict[str, Entry] = {}
        at: Entry | None = entry
        while at is not None and len(found) < MOST_CONTEXT:
            at = self._chat.entry(at.post.reply_to) or self._chat.entry(at.post.quote_of)
            if at is None or at.id in found or at.id == entry.id:
                break
            if self._words.is_public(at):
                found[at.id] = at
        return list(found.values())


def quiet_since(now: datetime, seconds: float) -> Quiet:
    """Returns since when a conversation has to be quiet to be asked about."""
    return Quiet(now - timedelta(seconds=seconds), now + AHEAD)


def _weight(entries: Sequence[Entry]) -> float:
    """Returns how much hangs on a conversation: the doubt about each of its posts and copies."""
    return sum((1 - each.placement.confidence) * (1 + len(each.folds)) for each in entries)

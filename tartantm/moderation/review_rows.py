"""The review by conversation: posts that hang together and are worth one look."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.ranker import shipped
from tartantm.moderation.conversation import Conversation, alone
from tartantm.moderation.conversations import conversations
from tartantm.moderation.review import Review


class RankedConversation(NamedTuple):
    """A conversation to look at."""

    conversation: Conversation
    risk: float
    """The highest risk of its posts."""
    hanging: int
    """Its posts and those that hang on them."""

    @property
    def worth(self) -> float:
        """Risk × √(its posts and those that hang on them)."""
        return self.risk * sqrt(self.hanging)


def by_conversation(review: Review) -> list[RankedConversation]:
    """Returns conversations of doubtful posts, by what a look is worth, most first.

    What does not wait, and would not in a thorough inbox either, is asked about by itself: one key
    for all would rather spoil it.
    """
    sure = shipped().inbox["thorough"].below
    doubtful: list[Entry] = []
    others: list[Entry] = []
    for entry in (review.chat.entries[each.id] for each in review.ranked):
        waits = entry.in_inbox or entry.placement.confidence < sure
        (doubtful if waits else others).append(entry)
    rows = [*conversations(review.chat, doubtful), *map(alone, others)]
    ranked = (_ranked(review, row) for row in rows)
    return sorted(ranked, key=lambda each: -round(each.worth, 6))


def _ranked(review: Review, row: Conversation) -> RankedConversation:
    return RankedConversation(row, max(map(review.risk, row.posts)), review.hanging_on(row.posts))


def order_by_conversation(chat: Chat, grouper: Grouper | None = None) -> list[Conversation]:
    """Returns the conversations with posts that nobody looked at, in the order of the review."""
    return [each.conversation for each in by_conversation(Review(chat, grouper))]

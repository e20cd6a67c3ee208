"""A moderator who puts right what she looks at, and nothing else.

Live, she looks at what waits in the inbox, in order of arrival: by post as soon as it comes, by
conversation every few minutes. In review, after the chat, she takes what most hangs on first. One
look is one key: at a post, or at a conversation, whose waiting posts all go where most of them
belong. What depends on them goes along through the real grouper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from math import ceil
from typing import Literal, NamedTuple

from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.ranker import Budget, Weights
from tartantm.moderation.conversations import conversations
from tartantm.moderation.review import order
from tartantm.moderation.review_rows import order_by_conversation
from tests.benchmarks.evening import Evening
from tests.benchmarks.recorded import Recording
from tests.benchmarks.scoring import Scored, scored

By = Literal["post", "conversation"]

PAUSE = timedelta(minutes=5)
"""How long conversations gather before they are looked at."""

SHARES = (0.02, 0.05, 0.10, 0.15)
"""Looks, as a share of the posts, after which the moderator's gain is reported."""

Order = Callable[[Chat, Grouper], Sequence[tuple[str, ...]]]
"""What to look at in review, the most urgent first: the posts of each look."""


class Looked(NamedTuple):
    """How a chat stands after some looks."""

    looks: int
    settled: int
    """Posts that the moderator placed."""
    posts: list[Scored]


def with_limit(weights: Weights, below: float) -> Weights:
    """The same weights with an inbox of all placements of lower confidence."""
    return replace(weights, inbox={"usual": Budget(below, 0.0, 0.0)})


def live(heard: Recording, weights: Weights, by: By = "post") -> Looked:
    """Look at all that comes into the inbox while the chat goes on."""
    evening, looks = Evening(heard.agenda, weights), 0
    next_look = heard.posts[0].sort_at + PAUSE if heard.posts else None
    for post in heard.posts:
        if by == "conversation" and next_look and post.sort_at >= next_look:
            looks += _empty(evening, heard)
            next_look = post.sort_at + PAUSE
        waiting = evening.hear([post])
        while by == "post" and waiting:
            if evening.chat.entries[name := waiting.pop(0)].in_inbox:
                waiting += evening.place({name: _place(evening.chat, heard, (name,))})
                looks += 1
    looks += _empty(evening, heard) if by == "conversation" else 0
    return _looked(heard, evening.chat, looks)


def _empty(evening: Evening, heard: Recording) -> int:
    """Look at conversations until none waits; returns at how many."""
    looks = 0
    while waiting := conversations(evening.chat):
        _settle(evening, heard, waiting[0].posts)
        looks += 1
    return looks


def review(
    heard: Recording, weights: Weights, order: Order, shares: Sequence[float] = SHARES
) -> Iterator[Looked]:
    """Look after the chat at what `order` names first, and again; yields at each share of looks."""
    evening, looks = Evening(heard.agenda, weights), 0
    for post in heard.posts:
        evening.hear([post])
    posts = len(scored(heard, evening.chat))
    for share in shares:
        while looks < ceil(share * posts - 1e-9) and (
            urgent := order(evening.chat, evening.grouper)
        ):
            _settle(evening, heard, urgent[0])
            looks += 1
        yield _looked(heard, evening.chat, looks)


def by_post(chat: Chat, grouper: Grouper | None = None) -> list[tuple[str, ...]]:
    """Posts in the order of the program's own review."""
    return [(name,) for name in order(chat, grouper)]


def by_conversation(chat: Chat, grouper: Grouper | None = None) -> list[tuple[str, ...]]:
    """Conversations in that order: doubtful posts together, others alone."""
    return [row.posts for row in order_by_conversation(chat, grouper)]


def _settle(evening: Evening, heard: Recording, posts: tuple[str, ...]) -> None:
    place = _place(evening.chat, heard, posts)
    evening.place(dict.fromkeys(posts, place))


def _place(chat: Chat, heard: Recording, posts: tuple[str, ...]) -> str | None:
    """Returns where most of some posts belong.

    Of equals it is where the first belongs. What nobody read is left as it stands.
    """
    truths = [heard.truths[name] for name in posts]
    known = Counter(truth.question for truth in truths if truth.labelled)
    return (
        max(known, key=lambda q: known[q]) if known else chat.entries[posts[0]].placement.question
    )


def _looked(heard: Recording, chat: Chat, looks: int) -> Looked:
    settled = sum(entry.placement.by_person for entry in chat.entries.values())
    return Looked(looks, settled, scored(heard, chat))

"""A conversation of the inbox: which posts wait for one answer, who speaks, what hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.describe import place
from tartantm.core.entry import Entry
from tartantm.core.people import AccountKey

NAMED = 3
"""So many people are named; of more, two are, and how many others there are."""

OFFERED = 3
"""So many places are offered; the likeliest come first."""

MOST_HANGING = 1_000
"""More replies than these are not looked for below a post."""

MOST_COUNTED = 99
"""Of more posts that follow a row nobody wants to know how many they are."""


class Conversation(NamedTuple):
    """Posts that wait in the inbox and follow each other."""

    id: str
    """The id of the first of them."""
    posts: tuple[str, ...]
    """Their ids, by time."""
    places: tuple[str | None, ...]
    """Where they may belong: where most of them stand, then the others, the likeliest first."""


def alone(entry: Entry) -> Conversation:
    """Returns the conversation of a post that is asked about by itself."""
    return Conversation(entry.id, (entry.id,), places_of([entry]))


def asked(places: Sequence[str | None]) -> str:
    """Returns the question that is asked about a conversation: "Q3 or General?"."""
    *first, last = [place(each) for each in places[:OFFERED]]
    return f"{', '.join(first)} or {last}?" if first else f"{last}?"


def speakers(chat: Chat, row: Conversation) -> tuple[list[Entry], int]:
    """Returns a post of each person to be named, by who spoke first, and how many others spoke."""
    by_account: dict[AccountKey, Entry] = {}
    for entry in (chat.entries[post_id] for post_id in row.posts):
        by_account.setdefault(chat.account(entry.post), entry)
    found = list(by_account.values())
    named = found if len(found) <= NAMED else found[: NAMED - 1]
    return named, len(found) - len(named)


def hanging(chat: Chat, posts: Iterable[str], most: int = MOST_HANGING) -> list[Entry]:
    """Returns the replies below posts that belong where these do, `most` at most, by time.

    Not what a person placed or what says by itself where it belongs, nor what is below that.
    """
    waiting, seen = list(posts), set(posts)
    found: list[Entry] = []
    for post_id in waiting:
        if len(found) >= most:
            break
        for reply in chat.threads.replies(post_id):
            decided = reply.placement.by_person or reply.placement.by in ("asked", "label")
            if reply.id not in seen and not decided:
                seen.add(reply.id)
                waiting.append(reply.id)
                found.append(reply)
    return sorted(found[:most], key=lambda entry: entry.key)


def followers(chat: Chat, posts: Iterable[str]) -> int:
    """Returns how many posts hang on these that do not wait themselves; MOST_COUNTED at most."""
    return sum(not each.in_inbox for each in hanging(chat, posts, MOST_COUNTED))


def places_of(entries: list[Entry]) -> tuple[str | None, ...]:
    """Returns the places of posts and their alternatives, the likeliest first."""
    weight: dict[str | None, float] = {}
    for entry in entries:
        sure = entry.placement.confidence
        weight[entry.placement.question] = weight.get(entry.placement.question, 0.0) + 1 + sure
        for n, other in enumerate(entry.placement.alternatives, 1):
            weight[other] = weight.get(other, 0.0) + (1 - sure) / n
    return tuple(sorted(weight, key=lambda place: -weight[place]))

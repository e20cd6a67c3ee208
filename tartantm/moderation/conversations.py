"""Doubt by conversation: posts that hang together and wait for one and the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry

_OWN_PLACE = ("asked", "label")
"""What places a post by itself, whatever it follows."""


class Conversation(NamedTuple):
    """Posts that wait in the inbox and follow each other."""

    id: str
    """The id of the post that all of them follow: the first of them, or one that does not wait."""
    posts: tuple[str, ...]
    """Ids of the waiting posts, by time."""
    places: tuple[str | None, ...]
    """Where they may belong: where most of them stand, then the others, the likeliest first."""


def conversations(chat: Chat, waiting: Iterable[Entry] | None = None) -> list[Conversation]:
    """Returns the conversations of the posts that wait in the inbox, by their first posts' time.

    Each waiting post is in exactly one of them. `waiting`: these posts instead.
    """
    found: dict[str, list[Entry]] = {}
    heads: dict[str, str] = {}
    if waiting is None:
        waiting = (entry for entry in chat.posts() if entry.in_inbox)
    for entry in sorted(waiting, key=lambda entry: entry.key):
        found.setdefault(_head(chat, entry, heads), []).append(entry)
    return [
        Conversation(head, tuple(each.id for each in entries), _places(entries))
        for head, entries in found.items()
    ]


def _head(chat: Chat, entry: Entry, heads: dict[str, str]) -> str:
    """Returns the id of the post at which a conversation begins; `heads` holds those known."""
    path: dict[str, None] = {}
    at: Entry | None = entry
    while at is not None and at.id not in heads and at.id not in path:
        path[at.id] = None
        head, at = at.id, _above(chat, at)
    found = heads[at.id] if at is not None and at.id in heads else head
    heads.update(dict.fromkeys(path, found))
    return found


def _above(chat: Chat, entry: Entry) -> Entry | None:
    """Returns what a post follows, if its place depends on that; None at a conversation's head."""
    if entry.placement.by in _OWN_PLACE and not entry.placement.inbox:
        return None
    above = chat.entry(entry.post.reply_to) or chat.entry(entry.post.quote_of)
    if above is None or above.carried or above.placement.by_person:
        return None
    return None if above.placement.by == "asked" else above


def _places(entries: list[Entry]) -> tuple[str | None, ...]:
    """Returns the places of posts and their alternatives, the likeliest first."""
    weight: dict[str | None, float] = {}
    for entry in entries:
        sure = entry.placement.confidence
        weight[entry.placement.question] = weight.get(entry.placement.question, 0.0) + 1 + sure
        for n, other in enumerate(entry.placement.alternatives, 1):
            weight[other] = weight.get(other, 0.0) + (1 - sure) / n
    return tuple(sorted(weight, key=lambda place: -weight[place]))

"""What a source delivers (`Heard`: posts and deletions), and what one JSON value held (`Parsed`).

A later wording of a post is a `Post` with the same id and another ``version``.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from tartantm.core.events import Deleted
from tartantm.core.post import Post

Heard = Post | Deleted


def heard_at(item: Heard) -> datetime:
    """When an item became known, as far as its source says."""
    if isinstance(item, Deleted):
        return item.at
    return item.received_at or item.edited_at or item.created_at


class Unreadable(ValueError):
    """One post cannot be made from what was received; the message says why, without a full stop."""


class Parsed(Struct):
    """What one JSON value of a network holds; both lists are empty where nothing in it matters."""

    heard: list[Heard] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Why posts in it could not be read: each a clause without a full stop."""

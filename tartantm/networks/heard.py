"""What a source delivers (`Heard`), and what one JSON value held (`Parsed`).

A later wording of a post is a `Post` with the same id and another ``version``. What came along with
a post and is none of the chat itself (quoted, reposted, replied to) is `Carried`, and comes right
before the post that brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Author, Post


class Carried(Struct, frozen=True):
    """A post that came along with another: quoted, reposted or replied to by it."""

    post: Post
    by: str
    """The id of the post that brought it."""
    at: datetime
    """When that was heard, as `heard_at` says."""


class Named(Struct, frozen=True):
    """How an account is called now, from a list of users or an event about the account."""

    network: str
    author: Author
    """Has the permanent id, and a handle or a name or both."""
    at: datetime


Heard = Post | Deleted | Carried | Named


def heard_at(item: Heard) -> datetime:
    """When an item became known, as far as its source says."""
    if isinstance(item, Deleted | Carried | Named):
        return item.at
    return item.received_at or item.edited_at or item.created_at


def carried(post: Post, by: Post) -> list[Heard]:
    """What `by` brought, right before it; [] where not everybody may read it, or it is `by`."""
    if post.visibility == "restricted" or post.id == by.id:
        return []
    return [Carried(post, by.id, heard_at(by))]


def received(item: Carried, now: datetime) -> Carried:
    """What came along with a post that was received `now`."""
    return replace(item, post=replace(item.post, received_at=now), at=now)


def together(heard: Iterable[Heard]) -> Iterator[list[Heard]]:
    """Yields items one by one, each post with what it brought before it: they go on together."""
    waiting: list[Heard] = []
    for item in heard:
        waiting.append(item)
        if not isinstance(item, Carried):
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def in_batches(heard: Iterable[Heard], most: int) -> Iterator[list[Heard]]:
    """Yields items so many at a time, or a few more: no post without what it brought."""
    batch: list[Heard] = []
    for some in together(heard):
        batch += some
        if len(batch) >= most:
            yield batch
            batch = []
    if batch:
        yield batch


class Unreadable(ValueError):
    """One post cannot be made from what was received; the message says why, without a full stop."""


class Parsed(Struct):
    """What one JSON value of a network holds; both lists are empty where nothing in it matters."""

    heard: list[Heard] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Why posts in it could not be read: each a clause without a full stop."""
    passed: int = 0
    """How many posts were passed over, since they are of times that nobody looks for."""
    passed_tagged: int = 0
    """How many of them name a hashtag that is looked for."""
    doubts: list[str] = field(default_factory=list)
    """What of the posts in it was guessed, such as a rounded id: each a clause likewise."""

"""Interning: equal authors and reasons are kept in memory once, for many posts share them."""

from __future__ import annotations

from sys import intern

from msgspec.structs import force_setattr

from tartantm.core.events import Placement
from tartantm.core.post import Author, Post


class Authors:
    """Keeps one `Author` for all posts of a person; equal ones are interchangeable."""

    def __init__(self) -> None:
        self._held: dict[Author, Author] = {}

    def intern_author(self, post: Post) -> None:
        """Replace a post's author by the equal one of an earlier post, if there is one."""
        force_setattr(post, "author", self._held.setdefault(post.author, post.author))


def intern_words(placement: Placement) -> None:
    """Replace a placement's strings by the interned ones."""
    if placement.question is not None:
        force_setattr(placement, "question", intern(placement.question))
    force_setattr(placement, "by", intern(placement.by))
    force_setattr(placement, "reason", intern(placement.reason))

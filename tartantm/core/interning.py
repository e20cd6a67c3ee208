"""Equal values are held once: many posts are by the same people and stand there for one reason."""

from __future__ import annotations

from sys import intern

from msgspec.structs import force_setattr

from tartantm.core.events import Placement
from tartantm.core.post import Author, Post


class Authors:
    """One `Author` for all posts of a person; equal ones are told apart by nobody."""

    def __init__(self) -> None:
        self._held: dict[Author, Author] = {}

    def intern_author(self, post: Post) -> None:
        """Have a post hold the same author as the posts before it."""
        force_setattr(post, "author", self._held.setdefault(post.author, post.author))


def share_words(placement: Placement) -> None:
    """Have a placement hold the same words as all others that say the same."""
    if placement.question is not None:
        force_setattr(placement, "question", intern(placement.question))
    force_setattr(placement, "by", intern(placement.by))
    force_setattr(placement, "reason", intern(placement.reason))

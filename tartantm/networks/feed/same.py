"""Entries that are one, though a feed lists them under other ids and addresses each time."""

from __future__ import annotations

import hashlib

from tartantm.core.crossposts import comparable
from tartantm.core.post import Post
from tartantm.networks.feed.authors import UNKNOWN


def same_name(post: Post) -> str | None:
    """Returns a name of an entry that stays whatever id it is listed under: by what it says.

    That is author, words and time. Feeds that several servers answer for, and blogs that move, name
    what they list anew. None where that would be no more than a guess.
    """
    words = comparable(post.text)
    if post.author.handle == UNKNOWN or not words:
        return None
    said = "\0".join((post.author.handle.casefold(), words, post.created_at.isoformat()))
    return f"feed:same:{hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"

"""Entries that are one, though a feed lists them under other ids and addresses each time."""

from __future__ import annotations

import hashlib

from tartantm.core.crossposts import comparable
from tartantm.core.people import is_nobody
from tartantm.core.post import Post

FEWEST_LETTERS = 12
"""Letters and digits of the words by which an entry is known whose author is not."""


def same_name(post: Post) -> str | None:
    """Returns a name of an entry that stays whatever id it is listed under: by what it says.

    That is author, words and time. Feeds that several servers answer for, and blogs that move, name
    what they list anew. None where that would be no more than a guess: where neither the author nor
    more than a few words are known.
    """
    words = comparable(post.text)
    if not words or (is_nobody(post.author) and len(words) < FEWEST_LETTERS):
        return None
    said = "\0".join((post.author.handle.casefold(), words, post.created_at.isoformat()))
    return f"feed:same:{hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"

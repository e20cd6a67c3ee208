"""Who a post is by and what it may be known by again: keys, names, and their keyed hashes."""

from __future__ import annotations

import hashlib

from tartantm.core.post import Post


def author_key(post: Post) -> str:
    """How mutes and redactions name a post's author: ``network:handle``, folded."""
    return f"{post.network}:{post.author.handle.casefold()}"


def names_of(post: Post) -> list[str]:
    """What a post may be blocked by: its ids, and its author's id and handle on its network."""
    author = (post.author.id, f"{post.network}:@{post.author.handle.casefold()}")
    return [post.id, *post.aliases, *(name for name in author if name)]


def fingerprint(salt: str, name: str) -> str:
    """A keyed hash by which an erased post is known if it comes again, and by nobody else."""
    return hashlib.blake2b(name.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()

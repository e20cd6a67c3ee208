"""Keys and fingerprints: how authors are named in rules, and erased posts recognised again."""

from __future__ import annotations

import hashlib

from tartantm.core.post import Post


def author_key(post: Post) -> str:
    """Returns how mutes and redactions name a post's author: ``network:handle``, case-folded."""
    return f"{post.network}:{post.author.handle.casefold()}"


def names_of(post: Post) -> list[str]:
    """Returns what a post may be blocked by: its ids, and its author's id and handle."""
    author = (post.author.id, f"{post.network}:@{post.author.handle.casefold()}")
    return [post.id, *post.aliases, *(name for name in author if name)]


def fingerprint(salt: str, name: str) -> str:
    """Returns a keyed hash by which only this session recognises an erased post again."""
    return hashlib.blake2b(name.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()

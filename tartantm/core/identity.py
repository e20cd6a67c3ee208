"""Keys and fingerprints: how authors are named in rules, and erased posts recognised again."""

from __future__ import annotations

import hashlib

from tartantm.core.post import Author, Post


def author_key(post: Post) -> str:
    """Returns how mutes and redactions name a post's author: ``network:handle``, case-folded.

    Whoever spoke at a venue, or came from an archive without a handle, is named by name. Nothing is
    left of the author of a post that was deleted at its network.
    """
    who = post.author.handle or post.author.name
    return f"{post.network}:{who.casefold()}"


def names_of(post: Post) -> list[str]:
    """Returns what a post may be blocked by: its ids, and its author's id and handle."""
    author = (post.author.id, f"{post.network}:@{post.author.handle.casefold()}")
    return [post.id, *post.aliases, *(name for name in author if name)]


def fingerprint(salt: str, name: str) -> str:
    """Returns a keyed hash by which only this session recognises an erased post again."""
    # A command line may hold what is no text.
    data, key = name.encode("utf-8", "surrogatepass"), bytes.fromhex(salt)
    return hashlib.blake2b(data, key=key, digest_size=16).hexdigest()


def opaque_id(salt: str, post_id: str) -> str:
    """Returns the public id of a post whose own id leads to what is withheld.

    It is hashed with the session's salt: stable, and impossible to reverse.
    """
    network, key = post_id.partition(":")[0], salt.encode()[:64]
    digest = hashlib.blake2b(post_id.encode("utf-8", "replace"), key=key, digest_size=6)
    return f"{network}:{digest.hexdigest()}"


_GONE = "gone:"


def gone_id(salt: str, post_id: str) -> str:
    """Returns the id that stands for a deleted post's: only the network and a keyed hash stay."""
    network = post_id.partition(":")[0]
    return f"{network}:{_GONE}{fingerprint(salt, post_id)}"


def is_gone(post_id: str) -> bool:
    """Whether an id stands for that of a post that was deleted at its network."""
    return post_id.partition(":")[2].startswith(_GONE)


def gone_author(salt: str, post: Post) -> Author:
    """Returns who stands for a deleted post's author: a key by which people can be counted."""
    return Author("", id=gone_account(salt, post.network, post.author))


def gone_account(salt: str, network: str, author: Author) -> str:
    """Returns the id that stands for an account of which nothing is left."""
    account = f"{network}:{author.id or author.handle.casefold()}"
    return f"{_GONE}{fingerprint(salt, account)}"

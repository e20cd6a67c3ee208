"""Anchors (HTML ids) of posts and questions on the published page, made so that links last."""

from __future__ import annotations

import re
from base64 import b32encode
from binascii import b2a_base64
from hashlib import blake2b

_LONGEST = 12
_READABLE = re.compile(r"[0-9A-Za-z_]+")
_NAMES = bytes.maketrans(b"+/", b"-_")
_NUMBERED = re.compile(r"n([0-9]{1,18})-([a-z2-7]{4})")


def chat_tag(salt: str) -> str:
    """Returns four letters or digits that tell one chat's pages from others'.

    Every chat has a post #57. A link to another chat's page must not lead to this one's.
    """
    key = salt.encode()[:64]
    return b32encode(blake2b(b"anchor", key=key, digest_size=5).digest()).decode()[:4].lower()


def number_anchor(number: int, tag: str) -> str:
    """Returns the anchor of a post by its number: ``n57-k3fq``, with its chat's tag."""
    return f"n{number}-{tag}"


def number_of(anchor: str) -> tuple[int, str] | None:
    """Returns number and chat's tag of an anchor made by `number_anchor`; None for others."""
    match = _NUMBERED.fullmatch(anchor.lower())
    return (int(match[1]), match[2]) if match else None


def id_anchor(post_id: str) -> str:
    """Returns ``x-215501234567``; of ids that are longer or have other characters, a 48-bit hash.

    Pages have it beside the anchor by number, as earlier ones had it alone: links to those last,
    also where a chat was restored from its archive and numbered anew. The second character, - or _,
    keeps the two kinds apart. With 10,000 hashed posts, one chat in five million has two posts with
    the same anchor.
    """
    network, _, native = post_id.partition(":")
    letter = network[:1] if network[:1].isascii() and network[:1].isalpha() else "p"
    if len(native) <= _LONGEST and _READABLE.fullmatch(native):
        return f"{letter}-{native}"
    digest = blake2b(post_id.encode("utf-8", "replace"), digest_size=8).digest()
    return f"{letter}_{b2a_base64(digest).translate(_NAMES)[:8].decode('ascii')}"


def question_anchor(question: str) -> str:
    """Returns a question's anchor: ``q3a``."""
    plain_id = question.casefold()
    return plain_id if re.fullmatch(r"[a-z][0-9]+[a-z]*", plain_id) else id_anchor(f"q:{question}")

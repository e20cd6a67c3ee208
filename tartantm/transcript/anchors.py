"""Anchors (HTML ids) of posts and questions, made from their ids alone, so that links last."""

from __future__ import annotations

import re
from binascii import b2a_base64
from hashlib import blake2b

_LONGEST = 12
_READABLE = re.compile(r"[0-9A-Za-z_]+")
_NAMES = bytes.maketrans(b"+/", b"-_")


def anchor(post_id: str) -> str:
    """Returns ``x-215501234567``; of ids that are longer or have other characters, a 48-bit hash.

    The second character, - or _, keeps the two kinds apart. With 10,000 hashed posts, one chat in
    five million has two posts with the same anchor.
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
    return plain_id if re.fullmatch(r"[a-z][0-9]+[a-z]*", plain_id) else anchor(f"q:{question}")

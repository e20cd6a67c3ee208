"""Remarks: what somebody said aloud at a venue, as the moderator typed it in."""

from __future__ import annotations

from datetime import datetime

from tartantm.core.chat import Chat
from tartantm.core.events import Remarked
from tartantm.core.post import Author, Post, clean

SOMEBODY = "Somebody"


def remarked(
    chat: Chat, written: str, venue: str, at: datetime, question: str | None
) -> Remarked | None:
    """The event for "Speaker: words", or for words alone; None where there are no words."""
    speaker, colon, words = written.partition(":")
    if not colon:
        speaker, words = SOMEBODY, written
    name, text = clean(speaker, lines=False) or SOMEBODY, clean(words.strip())
    if not text:
        return None
    post_id = f"room:{chat.salt}-{chat.last_seq + 1}"
    post = Post(post_id, Author(name, name), at, text, received_at=at, venue=venue or None)
    return Remarked(post, question)

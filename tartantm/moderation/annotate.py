"""Acts that say something about posts and questions: stars, marks, notes, summaries, remarks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.describe import too_long
from tartantm.core.errors import BadInput
from tartantm.core.identity import fingerprint
from tartantm.core.post import Author, Post, clean
from tartantm.moderation.act import PreparedAct, on_agenda, prepare, standing

SOMEBODY = "Somebody"
"""The speaker of a remark that names none."""


def star(chat: Chat, posts: Iterable[str], on: bool | None = None) -> PreparedAct:
    """Make posts highlights or, with `on` False, no longer; None removes it where all have it."""
    ids = standing(chat, posts)
    if on is None:
        on = not all(chat.entries[post].starred for post in ids)
    return prepare(chat, ev.Starred(ids, on), posts=ids)


def mark(chat: Chat, posts: Iterable[str], mark: ev.Mark, on: bool | None = None) -> PreparedAct:
    """Give posts a mark or, with `on` False, take it off; None takes it off where all have it."""
    ids = standing(chat, posts)
    if on is None:
        on = mark not in marks_of_all(chat, ids)
    return prepare(chat, ev.Marked(ids, mark, on), posts=ids)


def marks_of_all(chat: Chat, posts: Iterable[str]) -> set[ev.Mark]:
    """The marks that every one of these posts has."""
    marks = [set(chat.entries[post].marks) for post in posts]
    return set.intersection(*marks) if marks else set()


def note(chat: Chat, post: str, words: str) -> PreparedAct:
    """Write a note on a post; no words remove the note."""
    (post_id,) = standing(chat, [post])
    return prepare(chat, ev.Noted(post_id, clean(words) or None), posts=(post_id,))


def summarise(chat: Chat, question: str | None, words: str) -> PreparedAct:
    """Sum up a question, or with None the whole chat; no words remove the summary."""
    summary = clean(words) or None
    if question is None:
        return prepare(chat, ev.Summarised(None, summary), warning=too_long(summary))
    return prepare(chat, ev.Summarised(on_agenda(chat, question), summary))


def remark(chat: Chat, written: str, venue: str, at: datetime, question: str | None) -> PreparedAct:
    """Write down what somebody said aloud: "Speaker: words", or the words alone.

    `venue` may be "" and `question` None for General.
    """
    speaker, colon, words = written.partition(":")
    if not colon:
        speaker, words = SOMEBODY, written
    name, text = clean(speaker, lines=False) or SOMEBODY, clean(words.strip())
    if not text:
        raise BadInput("A remark needs words, such as 'Ewan: we print it and pin it up'.")
    # Not from the salt in clear: whoever has that can test guesses against every keyed hash.
    heard = fingerprint(chat.salt, f"remark {chat.last_seq + 1} {at.isoformat()} {name}: {text}")
    post_id = f"room:{heard[:20]}"
    post = Post(post_id, Author(name, name), at, text, received_at=at, venue=venue or None)
    return prepare(chat, ev.Remarked(post, question))

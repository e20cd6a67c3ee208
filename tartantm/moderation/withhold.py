"""Acts that keep something out of transcripts: hidden posts, mutes, redactions."""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.mutes import Rule
from tartantm.core.post import clean
from tartantm.moderation.act import PreparedAct, held, prepare, standing


def hide(chat: Chat, posts: Iterable[str], on: bool | None = None) -> PreparedAct:
    """Hide posts or, with `on` False, show them; None shows them where all are hidden."""
    ids = held(chat, posts)
    if on is None:
        on = not all(chat.entries[post].hidden for post in ids)
    return prepare(chat, ev.Hidden(ids, on), posts=ids)


def mute_authors(chat: Chat, authors: Iterable[str], *, on: bool = True) -> PreparedAct:
    """Hide everything by authors, now and later, or no longer; they are named by `author_key`."""
    return prepare(chat, *(ev.Muted("author", author, on) for author in _named(authors)))


def mute_phrase(chat: Chat, written: str, *, on: bool = True, exact: bool = False) -> PreparedAct:
    """Hide everything with a phrase in it, now and later, or no longer."""
    return prepare(chat, ev.Muted("exact" if exact else "phrase", _phrase(written), on))


def end_mute(chat: Chat, rule: Rule) -> PreparedAct:
    """End one of `Chat.mutes`."""
    match rule:
        case ("author", author):
            return mute_authors(chat, [author], on=False)
        case ("exact", phrase):
            return prepare(chat, ev.Muted("exact", phrase, on=False))
        case (_, phrase):
            return prepare(chat, ev.Muted("phrase", phrase, on=False))


def redact_post(chat: Chat, post: str, reason: ev.Reason = "", *, on: bool = True) -> PreparedAct:
    """Keep the words of a post out of every transcript, or no longer."""
    (post_id,) = standing(chat, [post]) if on else held(chat, [post])
    return prepare(chat, ev.Redacted("post", post_id, on, reason))


def redact_authors(
    chat: Chat, authors: Iterable[str], reason: ev.Reason = "", *, on: bool = True
) -> PreparedAct:
    """Keep the names of authors, named by `author_key`, out of every transcript, or no longer."""
    named = _named(authors)
    return prepare(chat, *(ev.Redacted("author", author, on, reason) for author in named))


def redact_phrase(
    chat: Chat,
    written: str,
    reason: ev.Reason = "",
    *,
    on: bool = True,
    exact: bool = False,
) -> PreparedAct:
    """Keep a phrase out of every transcript, or no longer."""
    return prepare(chat, ev.Redacted("exact" if exact else "phrase", _phrase(written), on, reason))


def end_redaction(chat: Chat, rule: Rule) -> PreparedAct:
    """End one of `Chat.redactions`."""
    match rule:
        case ("author", author):
            return redact_authors(chat, [author], on=False)
        case ("post", post):
            return prepare(chat, ev.Redacted("post", post, on=False))
        case ("exact", phrase):
            return prepare(chat, ev.Redacted("exact", phrase, on=False))
        case (_, phrase):
            return prepare(chat, ev.Redacted("phrase", phrase, on=False))


def _named(authors: Iterable[str]) -> list[str]:
    """The authors; raises BadInput where one is that of a post deleted at its network."""
    named = list(authors)
    if any(not author.partition(":")[2] for author in named):
        raise BadInput("That post was deleted at its network; nobody knows its author any more.")
    return named


def _phrase(written: str) -> str:
    phrase = clean(written, lines=False)
    if not phrase:
        raise BadInput("A phrase needs words.")
    return phrase

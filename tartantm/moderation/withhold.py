"""Acts that keep something out of transcripts: hidden posts, mutes, redactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from tartantm.core import events as ev
from tartantm.core.accounts import Account, Accounts
from tartantm.core.chat import Chat
from tartantm.core.describe import subject
from tartantm.core.errors import BadInput
from tartantm.core.folding import letters
from tartantm.core.mutes import Rule, fold_blanks
from tartantm.core.post import clean
from tartantm.core.redaction import Redactions
from tartantm.core.traces import Traces
from tartantm.moderation.act import NothingToDo, PreparedAct, held, prepare, with_words
from tartantm.moderation.consequences import losing_words, questions_sentence

PhraseKind = Literal["phrase", "exact"]


def hide(chat: Chat, posts: Iterable[str], on: bool | None = None) -> PreparedAct:
    """Hide posts or, with `on` False, show them; None shows them where all are hidden.

    The warning names questions that were made of them.
    """
    ids = held(chat, posts)
    if on is None:
        on = not all(chat.entries[post].hidden for post in ids)
    warning = questions_sentence(losing_words(chat, ids)) if on else ""
    return prepare(chat, ev.Hidden(ids, on), posts=ids, warning=warning)


def mute_authors(chat: Chat, authors: Iterable[str], *, on: bool = True) -> PreparedAct:
    """Hide everything by authors, now and later, or no longer; they are named by `author_key`."""
    if on:
        return prepare(chat, *(ev.Muted("author", author) for author in _named(authors)))
    ended = _holding_authors(chat, chat.mutes, authors)
    if not ended:
        raise _not_held(chat, [ev.Muted("author", author, False) for author in authors], "muted")
    return prepare(chat, *(ev.Muted("author", author, on=False) for author in ended))


def mute_phrase(chat: Chat, written: str, *, on: bool = True, exact: bool = False) -> PreparedAct:
    """Hide everything with a phrase in it, now and later, or no longer.

    With `exact`, what has other accents stays.
    """
    if on:
        return prepare(chat, ev.Muted("exact" if exact else "phrase", _phrase(written)))
    ended = _holding_phrases(chat.mutes, written, exact=exact)
    if not ended:
        raise NothingToDo("That phrase was not muted.")
    return prepare(chat, *(ev.Muted(kind, value, False) for kind, value in ended))


def end_mute(chat: Chat, rule: Rule) -> PreparedAct:
    """End one of `Chat.mutes`."""
    match rule:
        case ("author", author):
            return prepare(chat, ev.Muted("author", author, on=False))
        case ("exact", phrase):
            return prepare(chat, ev.Muted("exact", phrase, on=False))
        case (_, phrase):
            return prepare(chat, ev.Muted("phrase", phrase, on=False))


def redact_post(chat: Chat, post: str, reason: ev.Reason = "", *, on: bool = True) -> PreparedAct:
    """Keep the words of a post out of every transcript, or no longer.

    Copies of it, and what it reposts, are named too: any of them may be deleted at its network,
    and what is withheld must not depend on the others.
    """
    (post_id,) = held(chat, [post])
    if on:
        with_words(chat, [post_id])
    posts = [post_id, *_same_words(chat, post_id)]
    if not on:
        posts = [each for each in posts if ("post", each) in chat.redactions]
        if not posts:
            raise _not_held(chat, [ev.Redacted("post", post_id, on=False)], "redacted")
    return prepare(chat, *(ev.Redacted("post", each, on, reason) for each in posts))


def redact_authors(
    chat: Chat, authors: Iterable[str], reason: ev.Reason = "", *, on: bool = True
) -> PreparedAct:
    """Keep the names of authors, named by `author_key`, out of every transcript, or no longer."""
    if on:
        named = _named(authors)
        return prepare(chat, *(ev.Redacted("author", each, reason=reason) for each in named))
    ended = [
        ev.Redacted("author", author, on=False)
        for author in _holding_authors(chat, chat.redactions, authors)
    ]
    if not ended:
        events = [ev.Redacted("author", author, on=False) for author in authors]
        raise _not_held(chat, events, "redacted")
    return prepare(chat, *ended, warning=_still_withheld(chat, ended))


def redact_phrase(
    chat: Chat,
    written: str,
    reason: ev.Reason = "",
    *,
    on: bool = True,
    exact: bool = False,
) -> PreparedAct:
    """Keep a phrase out of every transcript, or no longer; with `exact`, no other accents of it."""
    if on:
        kind: PhraseKind = "exact" if exact else "phrase"
        return prepare(chat, ev.Redacted(kind, _phrase(written), reason=reason))
    ended = _holding_phrases(chat.redactions, written, exact=exact)
    if not ended:
        raise NothingToDo("That phrase was not redacted.")
    return prepare(chat, *(ev.Redacted(kind, value, False) for kind, value in ended))


def end_redaction(chat: Chat, rule: Rule) -> PreparedAct:
    """End one of `Chat.redactions`."""
    match rule:
        case ("author", author):
            return prepare(chat, ev.Redacted("author", author, on=False))
        case ("post", post) if post in chat.entries:
            return redact_post(chat, post, on=False)
        case ("post", post):
            return prepare(chat, ev.Redacted("post", post, on=False))
        case ("exact", phrase):
            return prepare(chat, ev.Redacted("exact", phrase, on=False))
        case (_, phrase):
            return prepare(chat, ev.Redacted("phrase", phrase, on=False))


def keys_of(chat: Chat, accounts: Iterable[Account]) -> list[str]:
    """Returns the keys by which rules name accounts and all that are certainly theirs, one each.

    Each is named for itself: that they are one person's may be forgotten, as by another agenda.
    """
    known = Accounts(chat)
    given = [
        account
        for each in accounts
        for key in each.keys
        for account in known.of_key(key)
        # Whoever took a handle over is somebody else.
        if not (each.id and account.id) or each.id == account.id
    ]
    return [account.key for account in known.closed(dict.fromkeys(given))]


def _same_words(chat: Chat, post: str) -> list[str]:
    """Ids of what a post reposts, and of its copies, but not of reposts: they go with it."""
    original = chat.entry(chat.entries[post].post.repost_of)
    given = [post, *([original.id] if original else ())]
    every = [*given[1:], *Traces(chat).repeats(given)]
    entries = [chat.entries[each] for each in dict.fromkeys(every)]
    return [each.id for each in entries if not (each.post.repost_of or each.deleted_at)]


def _named(authors: Iterable[str]) -> list[str]:
    """The authors; raises BadInput where one is that of a post deleted at its network."""
    named = list(dict.fromkeys(authors))
    if any(not author.partition(":")[2] for author in named):
        raise BadInput("That post was deleted at its network; nobody knows its author any more.")
    return named


def _not_held(chat: Chat, events: Sequence[ev.Muted | ev.Redacted], verb: str) -> NothingToDo:
    """Says that no rule is there that could end."""
    named = list(dict.fromkeys(subject(event, chat) for event in events))
    return NothingToDo(f"{' and '.join(named)} {'was' if len(named) == 1 else 'were'} not {verb}.")


def _still_withheld(chat: Chat, ended: Sequence[ev.Redacted]) -> str:
    """Says which other redactions withhold a name still that these no longer do."""
    traces = Traces(chat)
    known = [account for event in ended for account in traces.accounts.of_key(event.value)]
    names = [name for account in traces.accounts.closed(known) for name in account.names]
    names += [f"@{event.value.partition(':')[2]}" for event in ended]
    rules = [rule for rule in chat.redactions if rule not in [("author", e.value) for e in ended]]
    others = [
        subject(ev.Redacted(kind, value), chat)  # type: ignore[arg-type]
        for kind, value in rules
        if kind != "post" and any(map(Redactions(chat, (kind, value), traces=traces).hides, names))
    ]
    if not others:
        return ""
    listed = " and ".join(dict.fromkeys(others))
    return f"The name stays withheld, by other redactions: {listed}. --list shows them."


def _holding_authors(chat: Chat, rules: Iterable[Rule], authors: Iterable[str]) -> list[str]:
    """Those of the authors of whom a rule holds, under any of their handles."""
    given = list(dict.fromkeys(authors))
    accounts = Accounts(chat)
    known = accounts.closed(dict.fromkeys(one for key in given for one in accounts.of_key(key)))
    theirs = {key for account in known for key in account.keys} | set(given)
    return [value for kind, value in rules if kind == "author" and value in theirs]


def _holding_phrases(
    rules: Iterable[Rule], written: str, *, exact: bool
) -> list[tuple[PhraseKind, str]]:
    """The rules that hold for a phrase, as it is compared."""
    phrase = clean(written, lines=False)
    if not phrase:
        raise BadInput("A phrase needs words.")
    kinds: tuple[PhraseKind, ...] = ("exact",) if exact else ("phrase", "exact")
    held = list(rules)
    return [
        (kind, value)
        for kind in kinds
        for of, value in held
        if of == kind and fold_blanks(value) == fold_blanks(phrase)
    ]


def _phrase(written: str) -> str:
    phrase = clean(written, lines=False)
    if not letters(phrase):
        raise BadInput("A phrase needs words.")
    return phrase

"""`tartantm mute` and `tartantm redact`: what they hit is asked about before, and said after."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from tartantm.cli.asking import agreed, can_answer
from tartantm.cli.moderate import record_act, session_of
from tartantm.core.accounts import Account
from tartantm.core.agenda import split_handle
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.mutes import Rule
from tartantm.core.ordinary_words import is_ordinary_word
from tartantm.core.texts import Place, texts_of_chat
from tartantm.core.wordings import Wordings
from tartantm.moderation import withhold
from tartantm.moderation.act import PreparedAct
from tartantm.moderation.consequences import consequences, uncertain, uncertain_sentence
from tartantm.moderation.naming import accounts_named, beginning_so, is_called
from tartantm.moderation.references import PostReferences
from tartantm.moderation.rules import holding_rules
from tartantm.settings.paths import session_words
from tartantm.store.session import Session

_Phrase = Callable[[bool], PreparedAct]
"""Makes the act for a phrase; with True, for no other accents than the written ones."""

_NO_WORDS = (Place.NAME, Place.NOTE, Place.REASON)
"""Who has a name is called by it rightly, and a phrase that is redacted is about posts."""


def mute(options: Namespace) -> int:
    """`tartantm mute`: hide everything by an author or with a phrase, or no longer."""
    if options.list:
        return _list(options, mute=True)
    _check(options)
    with session_of(options) as session:
        chat, on = session.chat, not options.off
        if options.phrase is not None:
            return _withhold_phrase(
                session,
                options,
                lambda exact: withhold.mute_phrase(chat, options.phrase, on=on, exact=exact),
            )
        keys = _authors(session, options, chat.mutes)
        return _withhold(session, options, withhold.mute_authors(chat, keys, on=on))


def redact(options: Namespace) -> int:
    """`tartantm redact`: keep a post's words, a name or a phrase out of every transcript."""
    if options.list:
        return _list(options, mute=False)
    _check(options)
    with session_of(options) as session:
        chat, on, why = session.chat, not options.off, options.reason
        if options.phrase is not None:
            prepare = partial(withhold.redact_phrase, chat, options.phrase, why, on=on)
            return _withhold_phrase(session, options, lambda exact: prepare(exact=exact))
        if options.post is not None:
            (post,) = PostReferences(chat).ids([options.post])
            act = withhold.redact_post(chat, post, why, on=on)
            return _withhold(session, options, act, [post])
        keys = _authors(session, options, chat.redactions)
        return _withhold(session, options, withhold.redact_authors(chat, keys, why, on=on))


def _list(options: Namespace, *, mute: bool) -> int:
    """List the rules that hold: what each is about, why, since when, what it hits, what ends it."""
    with session_of(options, acting=False) as session:
        found = list(holding_rules(session.chat, mute=mute))
    command = "mute" if mute else "redact"
    for rule in found:
        print(rule.line(mute=mute))
        if rule.ends:
            print(f"    tartantm {command} {session_words(session.path)} {rule.ends}")
        else:
            print("    ends on the desk, under X")
    if not found:
        print(f"No {'mute' if mute else 'redaction'} holds.")
    return 0


def _check(options: Namespace) -> None:
    if options.also and options.author is None:
        raise BadInput("--also names another account of an author; it goes with --author.")
    if options.exact and options.phrase is None:
        raise BadInput("--exact is about the accents of a phrase; it goes with --phrase.")


def _withhold_phrase(session: Session, options: Namespace, prepare: _Phrase) -> int:
    """Withhold a phrase; other accents too, unless somebody says no."""
    act = prepare(options.exact)
    if options.off or options.exact or options.yes or not can_answer():
        return _withhold(session, options, act)
    found = consequences(session.chat, act.events)
    if found.spellings:
        print(found.spellings)
        if not agreed("Withhold these too?"):
            act = prepare(True)
    return _withhold(session, options, act)


def _withhold(
    session: Session, options: Namespace, act: PreparedAct, named: Sequence[str] = ()
) -> int:
    """Record an act that withholds, and say what it hits; where that is much, ask before."""
    if options.off:
        return record_act(session, act, named)
    found = consequences(session.chat, act.events)
    if found.much and not named:  # a post that is named is the one that is meant
        if can_answer() and not options.yes:
            if not agreed(found.question):
                print("Nothing was done.")
                return 1
        elif not options.yes:
            print(found.question.removesuffix(" Go on?"), file=sys.stderr)
    words = "\n".join(filter(None, (found.sentence, found.asked, found.named)))
    return record_act(session, act, named, words)


def _authors(session: Session, options: Namespace, rules: Iterable[Rule]) -> list[str]:
    """The keys of the authors that are named, and of those that somebody says are the same."""
    chat = session.chat
    keys: list[str] = []
    accounts: list[Account] = []
    for written in (options.author, *options.also):
        try:
            accounts += accounts_named(chat, written)
        except BadInput as error:
            if not str(error).startswith("Nobody"):
                raise
            known = _silent(chat, written, rules)
            if not known:
                raise named_by_others(chat, session.path, written) or error from None
            keys += known
    asking = can_answer() and not options.yes
    while not options.off and (doubtful := uncertain(chat, accounts)):
        if not asking:
            redacting = rules is chat.redactions
            print(uncertain_sentence(doubtful, names_go=redacting), file=sys.stderr)
            break
        same = [each for each in doubtful if agreed(f"{each.shown}: is that the same person?")]
        if not same:
            break
        accounts += same
    return [*withhold.keys_of(chat, accounts), *keys]


def _silent(chat: Chat, written: str, rules: Iterable[Rule]) -> list[str]:
    """The keys of somebody who wrote nothing here: named on the agenda, or by a rule that holds."""
    network, handle = split_handle(written)
    held = [value for kind, value in rules if kind == "author"]
    found = [key for key in held if key.partition(":")[2] == handle]
    for person in chat.agenda.people:
        called = is_called(person.name, written)
        for where, known in map(split_handle, person.handles):
            if known == handle or called:
                found.append(f"{where or ('mastodon' if '@' in known else 'x')}:{known}")
    return [key for key in dict.fromkeys(found) if network in (None, key.partition(":")[0])]


def named_by_others(chat: Chat, path: Path, written: str) -> BadInput | None:
    """Returns what says in which posts a name or handle stands, None where it stands in none."""
    name = written.strip().lstrip("@")
    if split_handle(name)[0]:
        name = name.rpartition("@")[0]
    if is_ordinary_word(name):
        return None  # such a word stands anywhere, and as a phrase would withhold far more
    sought = Wordings([(name, None)], [(name, None)])
    found = (
        text.post
        for text in texts_of_chat(chat)
        if text.post and text.place not in _NO_WORDS and sought.found_in(text.words)
    )
    numbers = sorted({entry.seq for entry in map(chat.entry, found) if entry})
    if not numbers:
        return None
    more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    hint = beginning_so(chat, written)
    return BadInput(
        f"Nobody of that name has a post here; the name stands in #{numbers[0]}{more}."
        f" tartantm redact {session_words(path)} --phrase {shlex.quote(name)} withholds it.{hint}"
    )

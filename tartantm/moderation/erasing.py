"""Erasing a person or a post for good: what goes is shown before, and said after."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from tartantm.core.accounts import Account, Accounts
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.describe import posts as posts_
from tartantm.core.entry import Entry
from tartantm.core.erased import blocked
from tartantm.core.events import Recorded
from tartantm.core.folding import spelling
from tartantm.core.local_time import clock
from tartantm.core.names import whole_names
from tartantm.core.texts import Place, Text
from tartantm.moderation import left_to_look_at
from tartantm.moderation.naming import typed
from tartantm.moderation.references import in_words
from tartantm.store.erasure import Erasure, Wanted, erased_before, reference
from tartantm.store.journal import Journal, NotWiped, Rewriting

SHOWN = 20
"""Posts that a plan lists one by one."""

SHOWN_TEXTS = 8
"""Texts of others that a plan quotes."""

_EXCERPT = 60

OUT_OF_REACH = (
    "Back-ups, copies that others made, and recordings that the session was read from are out of"
    " reach; they stay as they are."
)


class StillHeld(NotWiped):
    """It was erased, but old pages of the file still hold it; its sentence says what to do."""

    def __init__(self, sentence: str, erasure: Erasure) -> None:
        super().__init__(sentence)
        self.erasure = erasure
        """What was erased, to be said all the same."""


def wanted_accounts(accounts: Iterable[Account]) -> Wanted:
    """Returns what is to be erased: all of these accounts' people."""
    return Wanted(accounts=tuple(dict.fromkeys(map(reference, accounts))))


def with_accounts(wanted: Wanted, accounts: Iterable[Account]) -> Wanted:
    """Returns what is to be erased, with more accounts that somebody said are the same person's."""
    more = (*wanted.accounts, *map(reference, accounts))
    return wanted._replace(accounts=tuple(dict.fromkeys(more)))


def carry_out(journal: Journal, wanted: Wanted, *, despite_damage: bool = False) -> Erasure:
    """Erase, and return what was erased: computed within the transaction that did it.

    Raises NothingLeft where nothing of it is in the session any more, DamagedSession where events
    cannot be read, JournalError where it could not be saved (nothing happened then), StillHeld
    where it was erased and old pages could not be wiped.
    """
    # Within the transaction nobody else can record, so it is computed before where that will do.
    done = [Erasure(list(journal.since(0)), wanted)]

    def plan(recorded: Sequence[Recorded]) -> Rewriting:
        if not done[0].is_of(recorded):
            done[:] = [Erasure(recorded, wanted)]
        return Rewriting(done[0].of, done[0].events)

    try:
        journal.rewrite(plan, despite_damage=despite_damage)
    except NotWiped as error:
        raise StillHeld(str(error), done[0]) from error
    return done[0]


def plan_lines(erasure: Erasure, *, whole: bool = False) -> list[str]:
    """Returns what goes, for somebody who has to agree: whose, how much, and what of others.

    With `whole`, every post and every text is listed.
    """
    shown, shown_texts = (sys.maxsize, sys.maxsize) if whole else (SHOWN, SHOWN_TEXTS)
    lines = [_account_line(account) for account in erasure.accounts]
    lines += _entry_lines(f"{posts_(len(erasure.posts)).capitalize()}:", erasure.posts, shown)
    if remarks := len(erasure.remarks):
        lines.append(f"{remarks} of these said aloud and written down.")
    reposts = [entry for entry in erasure.repeats if entry.post.repost_of]
    copies = [entry for entry in erasure.repeats if not entry.post.repost_of]
    lines += _entry_lines("Reposts by others, which go too:", reposts, shown)
    lines += _entry_lines("Copies of the same words by others, which go too:", copies, shown)
    lines += [f"On the agenda: {_person(person)}." for person in erasure.people]
    for question in erasure.questions:
        lines.append(f"{question.id} was made of these posts; its words go, its number stays.")
    head = "Others' words that are rewritten:"
    lines += _text_lines(erasure.chat, head, erasure.rewritten, shown_texts)
    lines += _left_lines(
        erasure, "The first name alone stays; look whether it means them", shown_texts
    )
    if erasure.same_names:
        lines.append(_namesakes(erasure.same_names))
    lines += _address_lines(erasure)
    return [*lines, *_export_lines(erasure.chat)]


def uncertain_line(chat: Chat, account: Account) -> str:
    """Returns an account that may be the same person's, with its posts' first words."""
    entries = [chat.entries[post] for post in account.posts[:2]]
    words = "; ".join(f"#{entry.seq} {_excerpt(entry.post.text)}" for entry in entries)
    return f"{account.shown} ({posts_(len(account.posts))}: {words})"


def uncertain_sentence(erasure: Erasure) -> str:
    """Returns which accounts may be the same person's and stay; "" where there are none."""
    if not erasure.uncertain:
        return ""
    names = "; ".join(f"{each.shown} ({typed(each)})" for each in erasure.uncertain)
    return f"Perhaps the same person's, and staying unless named with --also: {names}."


def report_lines(erasure: Erasure, what: str, session: str) -> list[str]:
    """Returns what was erased, and what is left to do. `what` names it as it was asked for."""
    done = f"Erased {posts_(len(erasure.posts))}"
    if erasure.accounts:
        several = len(erasure.accounts) > 1
        done += f" of {what}, {len(erasure.accounts)} account{'s' if several else ''}"
    else:
        done += f": {'; '.join(map(in_words, erasure.posts))}"
    parts = []
    if erasure.repeats:
        one = len(erasure.repeats) == 1
        parts.append(
            f"{len(erasure.repeats)} {'repost or copy' if one else 'reposts and copies'} by others"
        )
    if erasure.people:
        parts.append("the entry on the agenda")
    parts += [f"the words of {question.id}" for question in erasure.questions]
    lines = [f"{done}{''.join(f', {part}' for part in parts)}."]
    lines += _text_lines(erasure.chat, "Rewritten in others' words:", erasure.rewritten)
    if erasure.event.hidden:
        lines.append(
            f"{posts_(len(erasure.event.hidden)).capitalize()} of others that a mute hid stay"
            " hidden, though its words are gone."
        )
    lines += _left_lines(erasure, "The first name alone is still in")
    lines += _address_lines(erasure)
    if exports := _export_lines(erasure.chat):
        lines += exports
        lines.append(f"'tartantm correct {session}' writes these files again without it.")
    return [*lines, OUT_OF_REACH]


def again_lines(chat: Chat, what: str, *, post: bool = False) -> list[str]:
    """Returns what is said where somebody, or a post, is erased that was erased before.

    That they are gone says nothing about others of the same name, who are somebody else.
    """
    number = what.removeprefix("#")
    named = f"Post #{number}" if post and number.isdecimal() else what
    done = f"{named} was erased before; nothing more is there to erase. The file was wiped again."
    others = [] if post else staying(chat, what)
    return [done, _namesakes(others)] if others else [done]


def staying(chat: Chat, written: str) -> list[Account]:
    """Returns accounts that go by a name of whoever was erased that is written so."""
    of = [
        blocked(chat.salt, set(event.blocked)).known
        for *_, event in chat.erasures
        if erased_before(chat, written, event.blocked)
    ]
    return [
        account
        for account in Accounts(chat).all
        for names in [{whole for name in account.names for whole in whole_names(name)}]
        if any(known(f"name:{name}") for known in of for name in names)
    ]


def _namesakes(accounts: Iterable[Account]) -> str:
    names = "; ".join(account.shown for account in accounts)
    return f"Of the same name, and staying: {names}."


def _left_lines(erasure: Erasure, first_name: str, shown: int = SHOWN_TEXTS) -> list[str]:
    """Returns what stays that somebody has to look at."""
    lines = []
    if texts := left_to_look_at.first_names(erasure):
        where = dict.fromkeys(_where(erasure.chat, text) for text in texts)
        lines.append(f"{first_name}: {', '.join(where)}.")
    head = "Your own words, which stay; look whether they repeat what goes:"
    return lines + _text_lines(erasure.chat, head, left_to_look_at.quotations(erasure), shown)


def _address_lines(erasure: Erasure) -> list[str]:
    """Returns in which posts' ids a name stays: later copies of these are recognised by them."""
    erased, held = erasure.scrubber.erased, erasure.after.entries
    telling = []
    for entry in held.values() if erasure.accounts else ():
        post = entry.post
        referred = (post.reply_to, post.repost_of, post.quote_of, post.thread)
        missing = (each for each in referred if each and each not in held)
        if any(map(erased.in_id, filter(None, (post.id, *post.aliases, post.author.id, *missing)))):
            telling.append(f"#{entry.seq}")
    if not telling:
        return []
    one = len(telling) == 1
    known = "the post is" if one else "these posts are"
    return [
        f"The name stays in the address{'' if one else 'es'} of {', '.join(telling)}, by which"
        f" {known} known in the session file."
    ]


def _account_line(account: Account) -> str:
    names = [*account.names][:-1]
    was = [f"@{handle}" for handle in [*account.handles][:-1]] + names
    number = f", id {account.id}" if account.id else ""
    return f"{account.shown}{number}" + (f"; earlier {', '.join(was)}" if was else "") + "."


def _entry_lines(head: str, entries: Sequence[Entry], shown: int) -> list[str]:
    return _listed(head, [in_words(entry) for entry in entries], shown) if entries else []


def _text_lines(
    chat: Chat, head: str, texts: Iterable[Text], shown: int = SHOWN_TEXTS
) -> list[str]:
    """Returns where these texts stand, each post or other place once, with all of its texts."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        at_post = (text.post or "") in chat.entries and text.place is not Place.TEXT
        words = _excerpt(text.words)
        said = f"{text.place.value} {words}" if at_post else words
        found.setdefault(_where(chat, text), {})[said] = None
    lines = [f"{where}: {'; '.join(said)}" for where, said in found.items()]
    return _listed(f"{head} {len(lines)}", lines, shown) if lines else []


def _listed(head: str, lines: Sequence[str], shown: int) -> list[str]:
    """Returns lines below their head; of those that are too many it says how many."""
    more = len(lines) - shown
    rest = [f"  and {more} more"] if more > 0 else []
    return [head, *(f"  {line}" for line in lines[:shown]), *rest]


def _where(chat: Chat, text: Text) -> str:
    entry = chat.entries.get(text.post or "")
    if entry is not None:
        return f"#{entry.seq}"
    return f"{text.place.value} of {text.question}" if text.question else text.place.value


def _person(person: Person) -> str:
    more = ", ".join(filter(None, (person.role, person.organisation)))
    return f"{person.name} ({more})" if more else person.name


def _export_lines(chat: Chat) -> list[str]:
    latest: dict[tuple[str, str], tuple[datetime, tuple[str, ...]]] = {}
    for _, at, event in chat.exports:
        latest[event.folder, event.name] = at, event.formats
    return [
        f"Written into files on {local:%d %B %Y}, {clock(local)}:"
        f" {folder}/{name} ({', '.join(formats)})."
        for (folder, name), (at, formats) in latest.items()
        for local in [at.astimezone(chat.agenda.tz)]
    ]


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    if not spelling(line):
        return "no words"
    return f"“{line[:_EXCERPT]}…”" if len(line) > _EXCERPT else f"“{line}”"

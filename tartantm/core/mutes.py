"""Mutes: authors and phrases whose posts are all hidden, those that came and those to come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from tartantm.core.accounts import Account, Accounts, Heard
from tartantm.core.entry import Entry
from tartantm.core.events import Reason
from tartantm.core.folding import fold, letters
from tartantm.core.identity import author_key
from tartantm.core.manual_reposts import is_repeated, manual_repeat
from tartantm.core.names import plain_name
from tartantm.core.post import Author, Post
from tartantm.core.wordings import Wordings

Rule = tuple[str, str]
"""A kind (``author``, ``phrase``, ``exact``, ``post``) and its value, as the events write them."""

_SPACE = re.compile(r"\s+")
_REPOSTED = re.compile(r"RT [@＠](\w+):")


class RuleState(Struct):
    """Whether a rule holds. Undoing an act changes the state of its own rules and of no other."""

    held: tuple[int, datetime, Reason] | None = None
    """The number of the event since which it holds, when that was, and why; None where it ended."""


def holding(states: dict[Rule, RuleState]) -> dict[Rule, tuple[int, datetime, Reason]]:
    """Returns the rules that hold, oldest first."""
    held = [(state.held, rule) for rule, state in states.items() if state.held is not None]
    return {rule: since for since, rule in sorted(held, key=lambda each: each[0][0])}


class Muting:
    """Applies mutes to the posts of a chat as it is when this is made."""

    def __init__(self, chat: Heard, rules: Iterable[Rule]) -> None:
        held = tuple(rules)
        self._agenda, self._heard = chat.agenda, chat.people
        phrases = (fold_blanks(value) for kind, value in held if kind == "phrase")
        self._phrases = [(letters(phrase), phrase) for phrase in phrases if phrase]
        self._wordings = Wordings((value, None) for kind, value in held if kind == "phrase")
        self._exact = Wordings((value, None) for kind, value in held if kind == "exact")
        self._keys = {value for kind, value in held if kind == "author"}
        self._authors: set[tuple[str, Author]] = set()
        self._other_authors: set[tuple[str, Author]] = set()
        """Those who were heard and are not muted."""
        self._ids: tuple[str, ...] = ()
        self._accounts: list[Account] = []
        if self._keys:
            self._find_accounts(chat)

    def _find_accounts(self, chat: Heard) -> None:
        accounts = Accounts(chat)
        found = [account for key in self._keys for account in accounts.of_key(key)]
        people = {account.person for account in found if account.person}
        for key in self._keys:
            network, _, handle = key.partition(":")
            if person := chat.agenda.named_by_handle(network, handle):
                people.add(person)
        found += [account for person in people for account in accounts.of_person(person)]
        self._accounts = accounts.closed(dict.fromkeys(found))
        self._people = people
        muted = {id(account) for account in self._accounts}
        for heard in chat.authors:
            account = accounts.of_author(*heard)
            (self._authors if id(account) in muted else self._other_authors).add(heard)
        self._keys |= {key for account in self._accounts for key in account.keys}
        self._ids = tuple(
            f"{start}{account.id}/"
            for account in self._accounts
            for start in ("", "at://")
            if account.id and not account.id.isdigit()
        )
        self._names = {_plain(name) for account in self._accounts for name in account.names}
        self._names |= {_plain(person.name) for person in people}

    def concerns(self, post: Post) -> bool:
        """Whether an author who was not heard before may be one that is muted."""
        author = post.author
        heard = post.network, author
        if not self._keys or heard in self._authors or heard in self._other_authors:
            return False
        if (
            author_key(post) in self._keys
            or any(author.id and author.id == account.id for account in self._accounts)
            or self._heard.person(self._agenda, *heard) in self._people
            or (post.is_remark and _plain(author.shown) in self._names)
        ):
            return True
        self._other_authors.add(heard)
        return False

    def hides(self, entry: Entry) -> bool:
        """Whether a mute hides a post: by its author, or by a phrase in it or in what it was."""
        post = entry.post
        heard = post.network, post.author
        if heard in self._authors:
            return True
        # Whoever was heard and is not muted only took over a handle.
        if heard not in self._other_authors and author_key(post) in self._keys:
            return True
        if self._ids and (post.repost_of or "").partition(":")[2].startswith(self._ids):
            return True
        if self._keys and (handle := reposted_handle(post)) and f"x:{handle}" in self._keys:
            return True
        return bool(self._phrases or self._exact) and any(map(self._found, muted_texts(entry)))

    def _found(self, text: str) -> bool:
        if self._phrases:
            # Letters are remembered; only where these stand it is worth looking closer.
            plain = letters(text)
            held = [phrase for wanted, phrase in self._phrases if wanted in plain]
            if held and (shown := fold_blanks(text)) and any(phrase in shown for phrase in held):
                return True
            if self._wordings.found_in(text):
                return True
        return any(found.exact for found in self._exact.find_each(text))


def reposted_handle(post: Post) -> str | None:
    """Returns the handle, case-folded, of whose post on X this is a repost, where its text says so.

    The number of the original does not say it, and the original need not be held.
    """
    if not post.repost_of or post.network != "x":
        return None
    if is_repeated(post.repost_of) and (repeat := manual_repeat(post.text)):
        return repeat.handle.casefold()
    found = _REPOSTED.match(post.text)
    return found[1].casefold() if found else None


def muted_texts(entry: Entry) -> Iterator[str]:
    """Yields the texts of an entry by whose words it may be muted."""
    post = entry.post
    yield post.text
    yield from (wording.text for wording in entry.earlier)
    if post.content_warning:
        yield post.content_warning
    yield from (medium.alt for medium in post.media if medium.alt)
    for link in post.links:
        yield from filter(None, (link.url, link.shown, link.title))
    yield from (f"#{tag}" for tag in post.hashtags)


def fold_blanks(text: str) -> str:
    """Returns a text as it is compared, runs of white space as one blank."""
    return _SPACE.sub(" ", fold(text)).strip()


def _plain(name: str) -> str:
    """Returns a name as speakers are compared by it: without "Dr" and "(she/her)"."""
    return letters(plain_name(name))

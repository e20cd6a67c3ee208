"""Handles that tell who is meant even where a text has them as a word, without an ``@``.

People write "as ailsaex said" as readily as "as @ailsaex said". Most handles are no words of a
language, and then nobody else can be meant; "morag" or "library" may be anybody or anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from tartantm.core.accounts import Account
from tartantm.core.agenda import Agenda, Person, split_handle
from tartantm.core.folding import letters, words
from tartantm.core.names import first_name, plain_name
from tartantm.core.ordinary_words import is_ordinary_word

SHORTEST_HANDLE, SHORTEST_WITH_DIGIT = 4, 3
"""Letters and digits of a handle that is found as a word of a text, too; "ed" may be anything."""

_LABEL = re.compile(r"[a-z]\d*")
"""What an answer or a question may be labelled with: "A11"."""


def hashtag_letters(agenda: Agenda) -> frozenset[str]:
    """Returns the letters of a chat's hashtags.

    Everybody writes these, and means the chat: in a text they name no account that is called so.
    """
    return frozenset(map(letters, agenda.hashtags))


class TellingHandles:
    """Tells the handles of accounts that nobody else is called by, from all who may be meant."""

    def __init__(self, agenda: Agenda, accounts: Iterable[Account]) -> None:
        self._hashtags = hashtag_letters(agenda)
        self._called = Counter(word for account in accounts for word in _called(account))

    def of(self, accounts: Iterable[Account], people: Iterable[Person] = ()) -> list[str]:
        """Returns the handles, without server, that a text hardly has as a word of its own.

        Not those that are a number, an ordinary word, a hashtag, a first name of the same account
        or person, or a word in the name or handle of an account that is none of these. Who shows
        the handle as the name is known by nothing else: then it is no first name.
        """
        accounts = list(accounts)
        own = Counter(word for account in accounts for word in _called(account))
        written = [
            (handle, account.names)
            for account in accounts
            if account.network != "room"
            for handle in account.handles
        ]
        written += [
            (split_handle(handle)[1], {person.name: None})
            for person in people
            for handle in person.handles
        ]
        called = ((handle.partition("@")[0], names) for handle, names in written)
        return list(
            dict.fromkeys(local for local, names in called if self._tells(local, names, own))
        )

    def _tells(self, local: str, names: Iterable[str], own: Counter[str]) -> bool:
        plain = letters(local)
        return self._called[plain] <= own[plain] and is_telling(local, names, self._hashtags)


def is_telling(local: str, names: Iterable[str], hashtags: Collection[str]) -> bool:
    """Whether a handle is no number, ordinary word, hashtag or first name of whoever has it."""
    plain = letters(local)
    return (
        (len(plain) >= SHORTEST_HANDLE or _has_a_digit(local))
        and not plain.isdigit()
        and plain not in hashtags
        and not is_ordinary_word(local)
        and plain not in {letters(_first(name)) for name in names if name != local}
    )


def _has_a_digit(local: str) -> bool:
    """Whether a short handle is one word, of letters and digits, and no label."""
    plain = letters(local)
    return (
        len(plain) >= SHORTEST_WITH_DIGIT
        and local.isalnum()
        and not local.isalpha()
        and not _LABEL.fullmatch(plain)
    )


def _first(name: str) -> str:
    return first_name(name) or plain_name(name)


def _called(account: Account) -> Iterator[str]:
    """Yields every word that an account goes by once, as they are compared."""
    found: set[str] = set()
    for called in (*account.names, *account.handles):
        found.update(words(called))
        found.add(letters(called.partition("@")[0]))
    found.update(letters(plain_name(name)) for name in account.names)
    yield from found

"""Handles that tell who is meant even where a text has them as a word, without an ``@``.

People write "as ailsaex said" as readily as "as @ailsaex said". Most handles are no words of a
language, and then nobody else can be meant; "morag" or "library" may be anybody or anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from math import inf

from tartantm.core.accounts import Account
from tartantm.core.agenda import Agenda, Person, split_handle
from tartantm.core.folding import letters, words
from tartantm.core.names import first_name, plain_name
from tartantm.core.ordinary_words import is_ordinary_word

SHORTEST_HANDLE, SHORTEST_WITH_DIGIT = 4, 3
"""Letters and digits of a handle that is found as a word of a text, too; "ed" may be anything."""

_LABEL = re.compile(r"[a-z]\d{0,2}[a-z]?")
"""What an answer or a question may be labelled with: "A11", "Q2b"."""


def hashtag_letters(agenda: Agenda) -> frozenset[str]:
    """Returns the letters of a chat's hashtags.

    Everybody writes these, and means the chat: in a text they name no account that is called so.
    """
    return frozenset(map(letters, agenda.hashtags))


class TellingHandles:
    """Tells the handles of accounts that nobody else is called by, from all who may be meant."""

    def __init__(self, agenda: Agenda, accounts: Iterable[Account]) -> None:
        self._hashtags = hashtag_letters(agenda)
        self._called: defaultdict[str, list[Account]] = defaultdict(list)
        """By each word, the accounts that go by it."""
        for account in accounts:
            for word in _called(account.names, account.handles):
                self._called[word].append(account)
        self._planned: defaultdict[str, list[Person]] = defaultdict(list)
        """By each word, the people of the agenda who go by it."""
        for person in agenda.people:
            for word in _called([person.name], [split_handle(each)[1] for each in person.handles]):
                self._planned[word].append(person)

    def of(
        self,
        accounts: Iterable[Account],
        people: Iterable[Person] = (),
        *,
        first_names: bool = False,
        alike: Iterable[Account] = (),
        before: float = inf,
    ) -> list[str]:
        """Returns the handles, without server, that a text hardly has as a word of its own.

        Not those that are a number, an ordinary word, a hashtag, without `first_names` such a name
        of the same account or person, or a word in the name or handle of somebody else. Who shows
        the handle as the name is known by nothing else: then it is no first name. Nobody else are
        accounts that are `alike`, and may be the same person's, and who was not heard `before` an
        event of that number.
        """
        accounts = list(accounts)
        people = [*people, *(account.person for account in accounts if account.person)]
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
        telling = {
            local: None
            for local, names in called
            if is_telling(local, () if first_names else names, self._hashtags)
        }
        theirs = {id(account) for account in (*accounts, *alike)}
        return [local for local in telling if not self._others(local, theirs, people, before)]

    def _others(
        self, local: str, theirs: set[int], people: Collection[Person], before: float
    ) -> bool:
        """Whether somebody else goes by a handle, too."""
        plain = letters(local)
        if any(person not in people for person in self._planned[plain]):
            return True
        called = self._called[plain]
        return any(other.since < before for other in called if id(other) not in theirs)


def is_telling(local: str, names: Iterable[str], hashtags: Collection[str]) -> bool:
    """Whether a handle is no number, ordinary word, hashtag or first name of whoever has it."""
    plain = letters(local)
    return (
        (len(plain) >= SHORTEST_HANDLE or _has_a_digit(local))
        and not plain.isdigit()
        and not (_LABEL.fullmatch(plain) and any(map(str.isdigit, plain)))
        and plain not in hashtags
        and not is_ordinary_word(local)
        and plain not in {letters(_first(name)) for name in names if name != local}
    )


def _has_a_digit(local: str) -> bool:
    """Whether a short handle is one word, of letters and digits."""
    plain = letters(local)
    return len(plain) >= SHORTEST_WITH_DIGIT and local.isalnum() and not local.isalpha()


def _first(name: str) -> str:
    return first_name(name) or plain_name(name)


def _called(names: Iterable[str], handles: Iterable[str]) -> set[str]:
    """Returns every word that somebody goes by, as they are compared."""
    names = list(names)
    found = {letters(plain_name(name)) for name in names}
    for called in (*names, *handles):
        found.update(words(called))
        found.add(letters(called.partition("@")[0]))
    return found

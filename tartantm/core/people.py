"""Who is who: a network's permanent id is one person, under all handles and names it ever had.

Roles of the agenda follow the id: whoever is a host by one handle is the host under the next, too.
`People` is kept by the chat, and is the one place to ask; `Agenda` alone knows handles only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Person, Role
from tartantm.core.post import Author


class AccountKey(NamedTuple):
    """One account on one network, or one speaker at a venue; equal keys are one person."""

    network: str
    kind: str
    """By what it is known: ``id``, ``handle`` or ``name``."""
    value: str


def knows_handle(author: Author) -> bool:
    """Whether an author's handle is known: some streams name people by their permanent id alone."""
    if author.handle != author.id:
        return bool(author.handle)
    return bool(author.id) and not (author.id.isdigit() or ":" in author.id)


UNKNOWN = "unknown"
"""The handle of an author of whom nothing is known."""


def is_nobody(author: Author) -> bool:
    """Whether nothing says who an author is: two such posts may be of one person or of two."""
    return author.handle == UNKNOWN and not (author.id or author.name or author.url)


class People:
    """Remembers under which handles and names each permanent id was heard, in order."""

    def __init__(self, heard: Iterable[tuple[str, Author]] = ()) -> None:
        self._history: dict[tuple[str, str], dict[Author, None]] = {}
        """By network and permanent id, the latest last."""
        self._holders: dict[tuple[str, str], dict[str, None]] = {}
        """By network and case-folded handle, the ids that had it, the first first."""
        self._agenda: Agenda | None = None
        self._found: dict[tuple[str, Author], Person | None] = {}
        """Who authors are by that agenda, for as long as nothing new is heard."""
        for network, author in heard:
            self.hear(network, author)

    def hear(self, network: str, author: Author) -> bool:
        """Take up how an account is called; returns whether that was not known."""
        if not author.id or network == "room":
            return False
        known = self._history.setdefault((network, author.id), {})
        news = author not in known
        # The handle or name that was heard last is the one that somebody has now.
        known.pop(author, None)
        known[author] = None
        if news:
            if author.handle:
                handle = network, author.handle.casefold()
                self._holders.setdefault(handle, {})[author.id] = None
            self._found.clear()
        return news

    def holds(self, network: str, account_id: str) -> bool:
        """Whether anything was heard of an account."""
        return (network, account_id) in self._history

    def latest(self, network: str, account_id: str) -> Author | None:
        """Returns how an account is called now, None where no handle of it is known."""
        heard = reversed(self._history.get((network, account_id), {}))
        return next(filter(knows_handle, heard), None)

    def handles(self, network: str, account_id: str) -> list[str]:
        """Returns every handle of an account that is known, the latest last."""
        known = self._history.get((network, account_id), {})
        return list({each.handle: None for each in known if knows_handle(each)})

    def completed(self, network: str, author: Author) -> Author:
        """Returns an author with handle and name as they became known, where they were not.

        Whoever wrote under a handle keeps the handle and name of that time; a table may have had
        no room for the name.
        """
        if not author.id:
            return author
        if knows_handle(author):
            name = author.name or self._name_under(network, author)
            return replace(author, name=name) if name != author.name else author
        known = self.latest(network, author.id)
        if known is None:
            return author
        names = (one.name for one in reversed(self._history[network, author.id]) if one.name)
        return replace(
            known, name=author.name or known.name or next(names, ""), bot=known.bot or author.bot
        )

    def _name_under(self, network: str, author: Author) -> str:
        """Returns the last name that an account had under a handle, else under any; "" for none."""
        handle = author.handle.casefold()
        named = [one for one in self._history.get((network, author.id), {}) if one.name]
        here = [one for one in named if one.handle.casefold() == handle]
        return (here or named)[-1].name if named else ""

    def key(self, network: str, author: Author) -> AccountKey:
        """Returns what is the same for all that one account wrote, whatever it was called then."""
        handle = author.handle.casefold()
        if network == "room" or not (handle or author.id):
            return AccountKey(network, "name", handle or author.name.casefold())
        # Whoever takes the handle over later does not take what was written under it before.
        known = author.id or next(iter(self._holders.get((network, handle), {})), None)
        return AccountKey(network, "id" if known else "handle", known or handle)

    def person(self, agenda: Agenda, network: str, author: Author) -> Person | None:
        """Returns who an author is by an agenda, None where it names none of their handles.

        A handle that its first holder gave up is not the next one's: they do not become a host.
        """
        if agenda is not self._agenda:
            self._agenda, self._found = agenda, {}
        asked = network, author
        if asked not in self._found:
            self._found[asked] = self._person(agenda, network, author)
        return self._found[asked]

    def role(self, agenda: Agenda, network: str, author: Author) -> Role:
        """Returns an author's role in a chat, "" for a participant like any other."""
        person = self.person(agenda, network, author)
        return person.role if person else ""

    def _person(self, agenda: Agenda, network: str, author: Author) -> Person | None:
        if network == "paste" and not author.handle:  # there people have names alone
            return agenda.named_by_handle(network, author.name)
        account = self.key(network, author)
        if account.kind != "id":
            return agenda.named_by_handle(network, author.handle)
        heard = self._history.get((network, account.value), {})
        # Something about to be recorded may be asked for, which is not heard yet.
        handles = [*(one.handle for one in heard), author.handle]
        if ":" in account.value:  # a number may be anybody's handle
            handles.append(account.value)
        for handle in dict.fromkeys(filter(None, handles)):
            person = agenda.named_by_handle(network, handle)
            if person is not None and self._holds(network, account.value, handle):
                return person
        return None

    def _holds(self, network: str, account_id: str, handle: str) -> bool:
        """Whether a handle leads to an account: not where another had it first and gave it up."""
        folded = handle.casefold()
        first = next(iter(self._holders.get((network, folded), {})), account_id)
        if first == account_id:
            return True
        now = self.latest(network, first)
        return now is None or now.handle.casefold() == folded

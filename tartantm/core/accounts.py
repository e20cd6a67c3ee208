"""The accounts of a chat: under which handles and names each wrote, and whose they may be.

A network's permanent id says that two handles are one account. That two accounts are one person's
is certain where the agenda says so, and where the moderator wrote down a remark by the whole name;
a name or handle that is alike is only a guess, for a person to decide.

This file is longer than others because who is who is decided here alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct, field

from tartantm.core.agenda import Agenda, Person, split_handle
from tartantm.core.entry import Entry
from tartantm.core.folding import letters, words
from tartantm.core.identity import is_gone
from tartantm.core.names import name_wordings, plain_name
from tartantm.core.people import AccountKey, People, is_nobody, knows_handle
from tartantm.core.post import NETWORKS, Author, Post

SHORTEST_ALIKE = 4
"""Letters that names or handles must have to be alike."""


class Heard(Protocol):
    """What accounts are found in: a chat."""

    agenda: Agenda
    entries: dict[str, Entry]
    authors: dict[tuple[str, Author], None]
    """Everybody who was heard, by network, under every name and handle they had."""
    people: People
    """Who of them is who."""


class Account(Struct, eq=False):
    """One account on one network, or one speaker at a venue."""

    network: str
    id: str
    """The network's permanent id, "" where none was ever given."""
    handles: dict[str, None] = field(default_factory=dict)
    """Every handle it wrote under, the latest last, as written."""
    names: dict[str, None] = field(default_factory=dict)
    """Every display name it wrote under, the latest last."""
    posts: list[str] = field(default_factory=list)
    """Ids of its posts, in order of capture."""
    person: Person | None = None
    """Who it is by the agenda."""
    since: int = 0
    """The number of the first of its posts."""

    def hear(self, author: Author) -> None:
        """Take up the name and handle that it wrote under last."""
        handle = author.handle
        if handle and not knows_handle(author):
            # It stands for the handle where none is known, and rules may name the account by it.
            self.handles = {handle: None, **self.handles}
            handle = ""
        for value, known in ((handle, self.handles), (author.name, self.names)):
            if value:
                known.pop(value, None)
                known[value] = None

    @property
    def named(self) -> dict[str, None]:
        """Its handles, the latest last; of whoever has none, as in an archive, the names.

        There is none of an author who was given neither.
        """
        return self.handles or self.names

    @property
    def keys(self) -> set[str]:
        """The keys that rules may name it by, see `identity.author_key`."""
        return {f"{self.network}:{each.casefold()}" for each in self.named}

    @property
    def key(self) -> str:
        """The key by which a rule names it: of its latest handle, or of its name without one."""
        return f"{self.network}:{next(reversed(self.named), '').casefold()}"

    @property
    def shown(self) -> str:
        """The account for people: "Ailsa Example, @ailsa on X"."""
        handle = next(reversed(self.handles), "")
        name = next(reversed(self.names), "") or handle
        where = NETWORKS.get(self.network, self.network)
        if self.network == "room":
            return f"{name}, said at the venue"
        return f"{name}, @{handle} on {where}" if handle else f"{name or 'Somebody'} on {where}"

    @property
    def written(self) -> str:
        """The account as a command line names it: ``ailsa@x``, ``Participant 2@x``."""
        return f"{next(reversed(self.named), '')}@{self.network}"


class Accounts:
    """All accounts that were heard in a chat, as of when this is made.

    What becomes of their posts later changes nothing about whose they are: a remark that is taken
    back, or a handle that another takes over, must not part an account from its other names.
    """

    def __init__(self, chat: Heard) -> None:
        self._agenda, self._people = chat.agenda, chat.people
        held: dict[AccountKey, Account] = {}
        by_author: dict[tuple[str, Author], Account] = {}
        self._of_post: dict[str, Account] = {}
        self._of_number: dict[int, Account] = {}
        for entry in chat.entries.values():
            if is_gone(entry.id) or entry.withdrawn or is_nobody(entry.post.author):
                continue
            heard = author_of(entry.post)
            account = by_author.get(heard)
            if account is None:
                account = by_author[heard] = self._account(held, *heard)
            account.since = account.since or entry.seq
            account.posts.append(entry.id)
            self._of_post[entry.id] = self._of_number[entry.seq] = account
        for heard in chat.authors:  # also former names and handles, in order
            if is_nobody(heard[1]):
                continue
            account = by_author.setdefault(heard, self._account(held, *heard))
            account.hear(heard[1])
        self._by_author = by_author
        self._heard = list(held.values())
        self.all = [account for account in self._heard if account.posts]
        """Those that still hold a post, in order of the first."""
        self.misnamed = [each for each in self._heard if not each.posts and each.network == "room"]
        """Speakers of remarks that were corrected or undone: the file has their names still."""
        self._by_key: defaultdict[str, list[Account]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Account]] = defaultdict(list)
        self._by_whole_name: defaultdict[str, list[Account]] = defaultdict(list)
        for account in self._heard:
            for key in account.keys:
                self._by_key[key].append(account)
            for name in _whole_names(account):
                self._by_whole_name[name].append(account)
        for account in self.all:
            for name in _alike(account):
                self._by_name[name].append(account)

    def of_post(self, post_id: str) -> Account | None:
        """Returns the account that wrote a held post, None where nobody knows whose it is."""
        return self._of_post.get(post_id)

    def of_number(self, number: int) -> Account | None:
        """Returns the account that wrote a held post, by the post's number, which never changes."""
        return self._of_number.get(number)

    def of_author(self, network: str, author: Author) -> Account | None:
        """Returns the account of an author who was heard."""
        return self._by_author.get((network, author))

    def of_key(self, key: str) -> list[Account]:
        """Returns the accounts that a rule names: several where a handle changed hands."""
        return list(self._by_key.get(key.casefold(), ()))

    def of_handle(self, written: str) -> list[Account]:
        """Returns the accounts that ``handle`` or ``handle@network`` names, also a former one.

        Speakers at a venue have no handle: ``Ailsa@room`` names one, ``Ailsa`` does not. Neither
        does it name who came without a handle, as ``Ailsa@x`` does.
        """
        network, handle = split_handle(written)
        return [
            account
            for account in self.all
            if (
                network == account.network
                or (network is None and account.network != "room" and account.handles)
            )
            and any(handle == key.partition(":")[2] for key in account.keys)
        ]

    def of_person(self, person: Person) -> list[Account]:
        """Returns the accounts of somebody whom the agenda names."""
        return [account for account in self._heard if account.person == person]

    def closed(self, accounts: Iterable[Account], *, sure: bool = False) -> list[Account]:
        """Returns these accounts with all that are certainly of the same people.

        A remark is of whoever has its speaker's whole name. Where several have, a rule that can be
        undone takes it along, and stays the same whoever is heard later. What is `sure` does not:
        the remark is theirs only if every account of that name is.
        """
        given = list(dict.fromkeys(accounts))
        found = dict.fromkeys(given)
        waiting = list(given)
        while waiting:
            # A remark that was found by a name leads to nobody: two of one name are two people.
            account = waiting.pop()
            leads = account.network != "room" or account in given
            for other in self._certain(account) if leads else ():
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        if not sure:
            return list(found)
        people = [each.person for each in found if each.network != "room" and each.person]
        named = [
            each
            for each in found
            if each.network != "room" or each in given or each.person in people
        ]
        others = [each for each in self._heard if each not in named and each.network != "room"]
        taken = {name for each in others for name in _whole_names(each)}
        return [each for each in found if each in named or taken.isdisjoint(_whole_names(each))]

    def people(self, accounts: Iterable[Account]) -> list[Person]:
        """Returns who on the agenda these accounts are, all of which `closed` found.

        Not whoever only has the name under which a remark was found for somebody else.
        """
        held = list(accounts)
        heard = [each for each in held if each.network != "room"]
        theirs = {name for each in heard for name in _whole_names(each)}
        spoke = (each for each in held if theirs.isdisjoint(_whole_names(each)))
        people = dict.fromkeys(each.person for each in (*heard, *spoke))
        return [person for person in people if person is not None]

    def uncertain(self, accounts: Iterable[Account]) -> list[Account]:
        """Returns accounts that may be of the same people: of the same name, or a handle alike."""
        known = list(accounts)
        alike = [
            other for account in known for name in _alike(account) for other in self._by_name[name]
        ]
        return [each for each in dict.fromkeys(alike) if each not in known]

    def _certain(self, account: Account) -> list[Account]:
        certain = self.of_person(account.person) if account.person is not None else []
        # From a remark to nobody else: two accounts of one name are two people still.
        for name in _whole_names(account):
            certain += [each for each in self._by_whole_name[name] if each.network == "room"]
        return certain

    def _account(self, held: dict[AccountKey, Account], network: str, author: Author) -> Account:
        key = self._people.key(network, author)
        account = held.get(key)
        if account is None:
            account = held[key] = Account(network, key.value if key.kind == "id" else "")
        account.person = account.person or self._person(network, author)
        return account

    def _person(self, network: str, author: Author) -> Person | None:
        person = self._people.person(self._agenda, network, author)
        if person is None and network == "room" and (name := letters(plain_name(author.shown))):
            named = (each for each in self._agenda.people if letters(plain_name(each.name)) == name)
            person = next(named, None)
        return person


def wordings_of(accounts: Iterable[Account]) -> list[str]:
    """Returns the names, with and without additions, by which texts may name these accounts."""
    found = [
        wording
        for account in accounts
        for name in _names(account)
        for wording in name_wordings(name)
    ]
    return list(dict.fromkeys(found))


def handles_of(accounts: Iterable[Account]) -> list[str]:
    """Returns the handles by which texts and addresses may name these accounts, without ``@``.

    Of a handle with a server, also the part before it; of an account, the end of its address.
    """
    found: list[str] = []
    for account in accounts:
        for handle in account.handles if account.network != "room" else ():
            found += [handle, handle.partition("@")[0]]
        if len(end := account.id.rpartition("/")[2]) > 1:
            found.append(end)
        found += person_handles(account.person) if account.person else []
    return list(dict.fromkeys(filter(None, found)))


def person_handles(person: Person) -> list[str]:
    """Returns the handles by which the agenda names somebody, without network and ``@``."""
    handles = [split_handle(each)[1] for each in person.handles]
    return [each for handle in handles for each in (handle, handle.partition("@")[0])]


def author_of(post: Post) -> tuple[str, Author]:
    """Returns how a chat remembers the author of a post."""
    return post.network, post.author


def _names(account: Account) -> list[str]:
    return [*account.names, *([account.person.name] if account.person else [])]


def _whole_names(account: Account) -> set[str]:
    """Returns the names of several words that an account goes by, as they are compared."""
    plain = {plain_name(name) for name in _names(account)}
    return {letters(name) for name in plain if len(words(name)) > 1}


def _alike(account: Account) -> set[str]:
    """Returns what an account may have in common with others of the same person."""
    names = {letters(plain_name(name)) for name in _names(account)}
    handles = {letters(handle.partition("@")[0].partition(".")[0]) for handle in account.handles}
    return {each for each in names | handles if len(each) >= SHORTEST_ALIKE}

"""Cross-posts: the same person's same words on another network or from another account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from tartantm.core.agenda import Agenda
from tartantm.core.entry import Entry
from tartantm.core.people import AccountKey, People, is_nobody
from tartantm.core.post import Author, Post

WITHIN = timedelta(minutes=10)
"""How far apart copies are posted; cross-posting tools take minutes, a quiz repeats after hours."""

SHORTEST = 20
"""Letters and digits that a text must have: many people write "Good evening all"."""

SHORTEST_CUT = 60
"""Letters and digits that a copy cut short ("… more on my page") must have."""

SHORTEST_NAME = 4
"""Letters that a name must have to identify somebody."""

MOST_REMEMBERED = 50
"""How many posts of one person are compared: somebody who floods a chat must not slow it down."""

_FRAME = re.compile(
    r"https?://\S+|[#@＃][\w.@-]+|\[(?:link withheld|deleted at its network)\]|\W|_"
)
"""What differs between copies: addresses, hashtags, mentions, white space and punctuation.

Also what stands for addresses that were taken out for good, so that copies stay copies.
"""

_CUT = re.compile(r"(?:…|\.\.\.)\s*+(?:https?://\S++\s*+)*+$")
_LONGEST_LINKS = 400
"""Characters at the end of a text in which links may follow the mark where it was cut."""


class _Person:
    """The accounts that go by one name, and the last posts under it."""

    __slots__ = ("account", "said", "several")

    def __init__(self, account: AccountKey) -> None:
        self.account = account
        """The first that posted."""
        self.several = False
        """Whether other accounts posted under this name."""
        self.said: list[str] = []


class CrossPosts:
    """Remembers who posted what, to recognise a copy of it from another account."""

    def __init__(self, entries: dict[str, Entry], heard: People) -> None:
        self._entries, self._heard = entries, heard
        self._people: dict[str, _Person] = {}
        self._agenda: Agenda | None = None
        self._known: dict[tuple[str, Author], list[_Person]] = {}
        """The people that each author may be, by network and author; as that agenda names them."""

    def original(self, entry: Entry, agenda: Agenda) -> str | None:
        """Returns the id of the post that this one is a copy of; None where it is no copy."""
        post = entry.post
        network = post.network
        if post.repost_of or network == "room":
            return None
        if agenda is not self._agenda:
            self._agenda, self._known = agenda, {}
        people = self._known.get((network, post.author))
        if people is None:
            people = self._known[network, post.author] = self._people_named(post, agenda)
        said: dict[str, Entry] = {}
        for person in people:
            # Nearly everybody has one account, and then no words need comparing.
            if person.several:
                said |= {post_id: self._entries[post_id] for post_id in person.said}
            person.said.append(post.id)
            if len(person.said) > MOST_REMEMBERED:
                del person.said[0]
        if not said or len(comparable(post.text)) < SHORTEST:
            return None
        for other in sorted(said.values(), key=lambda other: other.seq):
            if (
                not self._is_gone(other)
                and abs(other.post.sort_at - post.sort_at) <= WITHIN
                and same_person(other.post, post, agenda, self._heard)
                and _same_words(other.post, post)
            ):
                return other.id
        return None

    def _is_gone(self, other: Entry) -> bool:
        """Whether a post, or the one that it is folded into, was deleted at its network."""
        head = self._entries.get(other.folded_into or "", other)
        return other.deleted_at is not None or head.deleted_at is not None

    def _people_named(self, post: Post, agenda: Agenda) -> list[_Person]:
        """Returns the people that the author of a post may be."""
        account = self._heard.key(post.network, post.author)
        people = []
        for name in _names(post, agenda, self._heard):
            person = self._people.get(name)
            if person is None:
                person = self._people[name] = _Person(account)
            person.several |= person.account != account
            people.append(person)
        return people


def _names(post: Post, agenda: Agenda, heard: People) -> Iterator[str]:
    """Yields the names by which `same_person` may recognise the author; most have two."""
    if person := heard.person(agenda, post.network, post.author):
        yield f"person {person.name}"
    if len(name := _folded(post.author.name)) >= SHORTEST_NAME:
        yield f"name {name}"
    if len(stem := _stem(post.author.handle)) >= SHORTEST_NAME:
        yield f"handle {stem}"


def comparable(text: str) -> str:
    """Returns a text's letters and digits, without what differs between networks."""
    return _FRAME.sub("", text).casefold()


def where_cut(text: str) -> int | None:
    """Returns where a text ends that somebody cut, before the links that may follow; else None."""
    found = _CUT.search(text, max(0, len(text) - _LONGEST_LINKS))
    return found.start() if found else None


def _same_words(one: Post, other: Post) -> bool:
    pairs = sorted(
        ((comparable(post.text), post.text) for post in (one, other)), key=lambda p: len(p[0])
    )
    (words, cut), (others, _) = pairs
    if words == others:
        return True
    if len(words) < SHORTEST_CUT or not others.startswith(words):
        return False
    return where_cut(cut) is not None


def same_person(one: Post, other: Post, agenda: Agenda, heard: People) -> bool:
    """Whether two accounts are one person's: by the agenda, else by name or handle."""
    if is_nobody(one.author) or is_nobody(other.author):
        return False
    if heard.key(one.network, one.author) == heard.key(other.network, other.author):
        return False  # said twice, not somewhere else
    people = [heard.person(agenda, post.network, post.author) for post in (one, other)]
    if all(people):
        return people[0] == people[1]
    names = [_folded(post.author.name) for post in (one, other)]
    stems = [_stem(post.author.handle) for post in (one, other)]
    return _alike(names) or _alike(stems)


def _alike(pair: list[str]) -> bool:
    return pair[0] == pair[1] and len(pair[0]) >= SHORTEST_NAME


@lru_cache(maxsize=10_000)
def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


@lru_cache(maxsize=10_000)
def _stem(handle: str) -> str:
    """Returns what a handle has in common across networks: ``ailsa`` of ``ailsa.example``."""
    return re.sub(r"\W|_", "", re.split(r"[.@]", handle, maxsplit=1)[0]).casefold()

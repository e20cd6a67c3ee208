"""Cross-posts: the same person's same words on another network or from another account."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from tartantm.agenda import Agenda
from tartantm.entry import Entry
from tartantm.post import Post

WITHIN = timedelta(minutes=10)
"""How far apart copies are posted; cross-posting tools take minutes, a quiz repeats after hours."""

SHORTEST = 20
"""Letters and digits that words must have: "Good evening all" is nobody's alone."""

SHORTEST_CUT = 60
"""Letters and digits that a copy cut short ("… more on my page") must have."""

SHORTEST_NAME = 4
"""Letters that a name must have to tell who somebody is."""

MOST = 50
"""How many posts of one person are remembered: who floods a chat must not slow it down."""

_FRAME = re.compile(r"https?://\S+|[#@＃][\w.@-]+|\W|_")
"""What differs between copies: addresses, hashtags, mentions, white space and punctuation."""


class _Person:
    """Who goes by one name, and what was said last under it."""

    __slots__ = ("accounts", "said")

    def __init__(self) -> None:
        self.accounts: set[tuple[str, str]] = set()
        self.said: deque[str] = deque(maxlen=MOST)


class CrossPosts:
    """Knows what was said by whom, to tell when it is said again elsewhere."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._people: dict[str, _Person] = defaultdict(_Person)

    def original(self, entry: Entry, agenda: Agenda) -> str | None:
        """The id of the post that this one is a copy of; None for words said first."""
        post = entry.post
        if post.repost_of or post.is_remark:
            return None
        said: dict[str, Entry] = {}
        for name in _names(post, agenda):
            person = self._people[name]
            person.accounts.add((post.network, post.author.handle))
            # Nearly everybody has one account, and then no words need comparing.
            if len(person.accounts) > 1:
                said |= {post_id: self._entries[post_id] for post_id in person.said}
            person.said.append(entry.id)
        if not said or len(core(post.text)) < SHORTEST:
            return None
        for other in sorted(said.values(), key=lambda other: other.seq):
            if (
                other.deleted_at is None
                and abs(other.post.sort_at - post.sort_at) <= WITHIN
                and same_person(other.post, post, agenda)
                and _same_words(other.post, post)
            ):
                return other.id
        return None


def _names(post: Post, agenda: Agenda) -> Iterator[str]:
    """Names under which `same_person` may know the author; most have two."""
    if person := agenda.person(post.author, post.network):
        yield f"person {person.name}"
    if len(name := _folded(post.author.name)) >= SHORTEST_NAME:
        yield f"name {name}"
    if len(stem := _stem(post.author.handle)) >= SHORTEST_NAME:
        yield f"handle {stem}"


def core(text: str) -> str:
    """The letters and digits of what somebody said, without what networks make differ."""
    return _FRAME.sub("", text).casefold()


def _same_words(one: Post, other: Post) -> bool:
    pairs = sorted(((core(post.text), post.text) for post in (one, other)), key=lambda p: len(p[0]))
    (words, cut), (others, _) = pairs
    if words == others:
        return True
    if len(words) < SHORTEST_CUT or not others.startswith(words):
        return False
    return bool(re.search(r"(…|\.\.\.)\s*(https?://\S+\s*)*$", cut))


def same_person(one: Post, other: Post, agenda: Agenda) -> bool:
    """Whether two accounts are one person's: by the agenda, else by name or handle."""
    if one.network == other.network and one.author.handle == other.author.handle:
        return False  # said twice, not somewhere else
    people = [agenda.person(post.author, post.network) for post in (one, other)]
    if all(people):
        return people[0] == people[1]
    names = [_folded(post.author.name) for post in (one, other)]
    stems = [_stem(post.author.handle) for post in (one, other)]
    return _telling(names) or _telling(stems)


def _telling(pair: list[str]) -> bool:
    return pair[0] == pair[1] and len(pair[0]) >= SHORTEST_NAME


@lru_cache(maxsize=10_000)
def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


@lru_cache(maxsize=10_000)
def _stem(handle: str) -> str:
    """What stays of a handle from network to network: ``ailsa`` of ``ailsa.example``."""
    return re.sub(r"\W|_", "", re.split(r"[.@]", handle, maxsplit=1)[0]).casefold()

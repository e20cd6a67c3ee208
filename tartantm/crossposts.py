"""Cross-posts: the same person's same words on another network or from another account."""

from __future__ import annotations

import re
from datetime import timedelta

from tartantm.agenda import Agenda
from tartantm.entry import Entry
from tartantm.post import Post

WITHIN = timedelta(minutes=10)
"""How far apart copies are posted; cross-posting tools take minutes, a quiz repeats after hours."""

SHORTEST = 20
"""Letters and digits that words must have: "Good evening all" is nobody's alone."""

SHORTEST_CUT = 60
"""Letters and digits that a copy cut short ("… more on my page") must have."""

_FRAME = re.compile(r"https?://\S+|[#@＃][\w.@-]+|\W|_")
"""What differs between copies: addresses, hashtags, mentions, white space and punctuation."""


class CrossPosts:
    """Knows what was said by whom, to tell when it is said again elsewhere."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._said: dict[str, list[str]] = {}

    def original(self, entry: Entry, agenda: Agenda) -> str | None:
        """The id of the post that this one is a copy of; None for words said first."""
        post = entry.post
        words = core(post.text)
        if len(words) < SHORTEST or post.repost_of or post.is_remark:
            return None
        said = self._said.setdefault(words[:SHORTEST], [])
        for post_id in said:
            other = self._entries[post_id]
            if (
                other.deleted_at is None
                and abs(other.post.sort_at - post.sort_at) <= WITHIN
                and _same_words(other.post, post)
                and same_person(other.post, post, agenda)
            ):
                said.append(entry.id)
                return other.id
        said.append(entry.id)
        return None


def core(text: str) -> str:
    """The letters and digits of what somebody said, without what networks make differ."""
    return _FRAME.sub("", text).casefold()


def _same_words(one: Post, other: Post) -> bool:
    words, others = sorted((core(one.text), core(other.text)), key=len)
    if words == others:
        return True
    cut = next(post.text for post in (one, other) if core(post.text) == words)
    marked = re.search(r"(…|\.\.\.)\s*(https?://\S+\s*)*$", cut)
    return bool(marked) and len(words) >= SHORTEST_CUT and others.startswith(words)


def same_person(one: Post, other: Post, agenda: Agenda) -> bool:
    """Whether two accounts are one person's: by the agenda, else by name or handle."""
    if one.network == other.network and one.author.handle == other.author.handle:
        return False  # said twice, not somewhere else
    people = [agenda.person(post.author, post.network) for post in (one, other)]
    if all(people):
        return people[0] == people[1]
    names = [" ".join(post.author.name.casefold().split()) for post in (one, other)]
    stems = [_stem(post.author.handle) for post in (one, other)]
    return _telling(names) or _telling(stems)


def _telling(pair: list[str]) -> bool:
    return pair[0] == pair[1] and len(pair[0]) >= 4


def _stem(handle: str) -> str:
    """What stays of a handle from network to network: ``ailsa`` of ``ailsa.example``."""
    return re.sub(r"\W|_", "", re.split(r"[.@]", handle, maxsplit=1)[0]).casefold()

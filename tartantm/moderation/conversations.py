"""Doubt by conversation: posts that hang together and wait for one and the same answer.

A conversation is cut where nobody said anything for a while, and after so many posts, by time:
nobody decides about a hundred posts at one glance, and a thread in which everybody answers one post
must not become a single row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.events import Placement
from tartantm.core.post import Post
from tartantm.grouping.memory import handle_forms
from tartantm.grouping.normalise import beginning
from tartantm.grouping.post_text import addressed_handles
from tartantm.moderation.conversation import Conversation, places_of
from tartantm.moderation.following import Following, is_host

MOST_POSTS = 20
"""More posts than these are more than one conversation."""

PAUSE = timedelta(minutes=15)
"""A silence of this length ends a conversation."""

SPOKEN_WITHIN = timedelta(minutes=10)
"""How long somebody may be answered by name where the answer is no reply to a post."""

_LOOKED_AT = 20
"""How many posts of whoever is answered are looked at, the latest first."""

Key = tuple[datetime, int, str]


class _Waiting(NamedTuple):
    """What matters of a post that waits for others that answer it."""

    post: Post
    placement: Placement
    key: Key
    author: frozenset[str]
    """How others speak to its author: the handle with and without server, case-folded."""
    to: frozenset[str]
    """Whom it speaks to."""


def conversations(chat: Chat, waiting: Iterable[Entry] | None = None) -> list[Conversation]:
    """Returns the conversations of the posts that wait in the inbox, by their first posts' time.

    Each waiting post is in exactly one of them. `waiting`: these posts instead.
    """
    return list(Conversations(chat, waiting))


class Conversations:
    """The conversations in a chat's inbox, kept up to date as the chat changes."""

    def __init__(self, chat: Chat, waiting: Iterable[Entry] | None = None) -> None:
        """`waiting`: these posts instead of those in the inbox; no change is followed then."""
        self._chat = chat
        self.firsts: list[Key] = []
        """The keys of the conversations' first posts, in order; it is always the same list."""
        self._begin(waiting)

    def __len__(self) -> int:
        return len(self.firsts)

    def __iter__(self) -> Iterator[Conversation]:
        return (self._of[post_id] for _, _, post_id in self.firsts)

    def of(self, post_id: str | None) -> Conversation | None:
        """Returns the conversation of a post that waits; None for any other post."""
        return self._of.get(post_id) if post_id else None

    def apply(self, change: Change) -> None:
        """Take up a change of the chat; what that costs depends on what changed alone."""
        if change.reloaded or change.agenda or change.reordered:
            self._begin()
            return
        again: set[str] = set()
        for post_id in dict.fromkeys((*change.added, *change.changed)):
            entry = self._chat.entries.get(post_id)
            if entry is None:
                continue
            was = self._waiting.get(post_id)
            now = _still(was, entry) if entry.in_inbox else None
            if was is not now:
                again.add(post_id)
                again |= self._answering(was) | self._answering(now)
                self._wait(post_id, now)
            elif post_id in self._following:
                again |= self._following.update(entry, self._answered(entry))
            again |= self._following.waited_for(entry)
        if again:
            self._regroup(again)

    def _begin(self, waiting: Iterable[Entry] | None = None) -> None:
        self._following = Following(self._chat)
        self._waiting: dict[str, _Waiting] = {}
        self._by_author: dict[str, list[Key]] = defaultdict(list)
        self._by_addressee: dict[str, list[Key]] = defaultdict(list)
        self._heads: dict[str, str] = {}
        """By a waiting post's id: the post that all of its conversation follow."""
        self._under: dict[str, list[Key]] = defaultdict(list)
        """By such a head: the waiting posts that follow it, by time."""
        self._made: dict[str, list[tuple[Key, Conversation]]] = {}
        """By such a head: the conversations of those posts, and the key of the first of each."""
        self._of: dict[str, Conversation] = {}
        self.firsts.clear()
        if waiting is None:
            waiting = (entry for entry in self._chat.posts() if entry.in_inbox)
        held = sorted(waiting, key=lambda entry: entry.key)
        for entry in held:
            self._wait(entry.id, _waiting(entry))
        self._regroup({entry.id: None for entry in held})

    def _wait(self, post_id: str, now: _Waiting | None) -> None:
        if (was := self._waiting.pop(post_id, None)) is not None:
            for name in was.author:
                _drop(self._by_author[name], was.key)
            for name in was.to:
                _drop(self._by_addressee[name], was.key)
        if now is not None:
            self._waiting[post_id] = now
            for name in now.author:
                insort(self._by_author[name], now.key)
            for name in now.to:
                insort(self._by_addressee[name], now.key)

    def _answering(self, spoken: _Waiting | None) -> set[str]:
        """Returns the waiting posts that may answer this one by its author's name."""
        found: set[str] = set()
        if spoken is not None:
            until = (spoken.key[0] + SPOKEN_WITHIN, 1 << 62, "")
            for name in spoken.author:
                own, keys = self._by_author.get(name, []), self._by_addressee.get(name, [])
                last = bisect_left(own, spoken.key) + _LOOKED_AT
                end = min(until, own[last]) if last < len(own) else until
                later = keys[bisect_left(keys, spoken.key) : bisect_right(keys, end)]
                found.update(post_id for _, _, post_id in later)
        return found

    def _answered(self, entry: Entry) -> str | None:
        """Returns the doubtful post that another doubtful one answers by its author's name.

        Both stand at the same place, and the earlier one spoke to whoever answers or to everybody.
        A host is spoken to by everybody, about anything.
        """
        here = self._waiting.get(entry.id)
        if here is None:
            return None
        found = [
            key
            for name in here.to - here.author
            if (key := self._latest_by(name, here)) is not None
        ]
        return max(found)[2] if found else None

    def _latest_by(self, name: str, here: _Waiting) -> Key | None:
        keys = self._by_author.get(name, [])
        end = bisect_left(keys, here.key)
        for key in reversed(keys[max(0, end - _LOOKED_AT) : end]):
            if here.key[0] - key[0] > SPOKEN_WITHIN:
                return None
            there = self._waiting[key[2]]
            to_others = there.to and there.to.isdisjoint(here.author)
            if there.placement.question == here.placement.question and not to_others:
                host = is_host(self._chat, self._chat.entries[key[2]])
                return None if host else key
        return None

    def _regroup(self, posts: Iterable[str]) -> None:
        """Find out anew of which conversations these posts are, and those that follow them."""
        again = dict.fromkeys(posts)
        for post_id in list(again):
            if entry := self._chat.entries.get(post_id):
                again |= dict.fromkeys(self._following.update(entry, self._answered(entry)))
        heads = {head: None for each in again if (head := self._heads.pop(each, None)) is not None}
        for head in heads:
            self._under[head] = [key for key in self._under[head] if key[2] not in again]
        for post_id in again:
            if (here := self._waiting.get(post_id)) is not None:
                head = self._heads[post_id] = self._following.head(post_id)
                heads[head] = None
                insort(self._under[head], here.key)
        for head in heads:
            self._unmake(head)
        for head in heads:
            self._make(head)

    def _unmake(self, head: str) -> None:
        for first, made in self._made.pop(head, ()):
            _drop(self.firsts, first)
            for post_id in made.posts:
                self._of.pop(post_id, None)

    def _make(self, head: str) -> None:
        if not (keys := self._under[head]):
            del self._under[head]
            return
        made = self._made[head] = []
        for part in _cut(keys):
            entries = [self._chat.entries[post_id] for _, _, post_id in part]
            ids = tuple(entry.id for entry in entries)
            found = Conversation(ids[0], ids, places_of(entries))
            made.append((part[0], found))
            insort(self.firsts, part[0])
            self._of |= dict.fromkeys(ids, found)


def _still(was: _Waiting | None, entry: Entry) -> _Waiting:
    """Returns what matters of a waiting post: the same as before where nothing of it changed."""
    if was and was.post is entry.post and was.placement == entry.placement:
        return was
    return _waiting(entry)


def _waiting(entry: Entry) -> _Waiting:
    post = entry.post
    to = addressed_handles(beginning(post.text)) if "@" in post.text else []
    if post.reply_to_handle:
        to.append(post.reply_to_handle.casefold())
    key = (post.sort_at, entry.seq, entry.id)
    by = frozenset(handle_forms(post.author.handle))
    return _Waiting(post, entry.placement, key, by, frozenset(to))


def _cut(keys: list[Key]) -> Iterator[list[Key]]:
    """Yields keys of posts in order, cut at pauses and where there are too many."""
    part: list[Key] = []
    for key in keys:
        if part and (len(part) == MOST_POSTS or key[0] - part[-1][0] > PAUSE):
            yield part
            part = []
        part.append(key)
    yield part


def _drop(keys: list[Key], key: Key) -> None:
    del keys[bisect_left(keys, key)]

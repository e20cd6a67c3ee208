"""Remembers what the entries of a feed were when they were delivered, to know which are news."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.feed.payload import Entry
from tartantm.networks.protocol import ChatIndex

REMEMBERED = 5_000
"""Entries whose last words are remembered."""


class SeenEntry(Struct):
    """What an entry was when it was delivered last."""

    first: datetime
    text: str
    edited_at: datetime | None


class SeenEntries:
    """The entries that were delivered last, by the ids of their posts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, SeenEntry] = OrderedDict()
        self._names: OrderedDict[str, str] = OrderedDict()
        """The ids that entries were delivered under, by their other names."""

    def settle(self, entry: Entry, held: ChatIndex | None) -> None:
        """Give an entry that is listed under a new id the one under which it is known.

        `held` knows what other sources and earlier runs of the program delivered.
        """
        post = entry.post
        if post.id in self._known or (held is not None and held.post(post.id) is not None):
            return
        for name in post.aliases:
            known = self._names.get(name)
            if known is None and held is not None and (earlier := held.post(name)) is not None:
                known = earlier.id
            if known is not None and known != post.id:
                own = dict.fromkeys((*post.aliases, post.id))
                entry.post = replace(post, id=known, aliases=tuple(own))
                entry.carried = [replace(each, by=known) for each in entry.carried]
                return

    def news(self, entry: Entry, held: ChatIndex | None) -> Post | None:
        """The entry's post where it is new or edited; an edit without a time gets one.

        `held` knows what an earlier run of the program delivered.
        """
        post, known = entry.post, self._known.get(entry.post.id)
        if known is None:
            self._know(post.id, SeenEntry(post.created_at, post.text, post.edited_at))
            self._name(post)
            earlier = held.post(post.id) if held is not None else None
            if earlier is None:
                return post
            # It was delivered before, perhaps in other words.
            known = SeenEntry(earlier.created_at, earlier.text, post.edited_at)
            self._known[post.id] = known
            if post.text == earlier.text and post.author != earlier.author:
                return post  # perhaps another feed delivered it, as somebody else's
        if post.text == known.text and post.edited_at == known.edited_at:
            return None
        if post.edited_at == known.edited_at:
            now = self._clock.now()
            post = replace(post, edited_at=now, version=now.isoformat())
        if not entry.dated:
            post = replace(post, created_at=known.first)
        known.text, known.edited_at = post.text, entry.post.edited_at
        return post

    def _know(self, post_id: str, seen: SeenEntry) -> None:
        self._known[post_id] = seen
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _name(self, post: Post) -> None:
        for name in post.aliases:
            self._names[name] = post.id
        while len(self._names) > 2 * REMEMBERED:
            self._names.popitem(last=False)

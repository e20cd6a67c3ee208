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

    def news(self, entry: Entry, held: ChatIndex | None) -> Post | None:
        """The entry's post where it is new or edited; an edit without a time gets one.

        `held` knows what an earlier run of the program delivered.
        """
        post, known = entry.post, self._known.get(entry.post.id)
        if known is None:
            self._know(post.id, SeenEntry(post.created_at, post.text, post.edited_at))
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

"""What sources may look up in the chat of a session: its posts, by id and by network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice

from tartantm.capture.ownership import Ownership
from tartantm.core.entry import Entry
from tartantm.core.events import SourceChanged
from tartantm.core.post import Post
from tartantm.store.session import LiveSession

SLICE = 100
"""Posts that are gone through in one turn: that takes a millisecond or two."""


class SessionIndex:
    """Satisfies `ChatIndex` and `SourceHistory`; always looks at the chat as it is now."""

    def __init__(self, session: LiveSession, sources: Iterable[str] = ()) -> None:
        """`sources` are the names of those that are listened to now."""
        self._session, self._sources = session, tuple(sources)

    @cached_property
    def _ownership(self) -> Ownership:
        return Ownership(self._session.chat, self._sources)

    def holds(self, post_id: str) -> bool:
        """Whether the chat holds a post; what only came along with one is none of it."""
        entry = self._session.chat.entry(post_id)
        return entry is not None and not entry.carried

    def questions(self, network: str) -> list[Post]:
        """Posts of a network that asked a question, newest first."""
        entries = [*self._session.chat.posts()]
        asked = [each for each in reversed(entries) if each.placement.by == "asked"]
        return [each.post for each in asked if each.post.network == network and not each.deleted_at]

    def latest(self, network: str, count: int) -> list[Post]:
        """The last `count` posts of a network that are held, newest first; no deleted ones."""
        return [entry.post for entry in islice(self._entries(network), count)]

    def of_source(self, source: str) -> Iterator[Post | None]:
        """Posts of which a source says whether they are still there, newest first; no deleted ones.

        On Mastodon these may have come as copies. Feeds are asked for what they delivered alone:
        the address of an entry that is yet to come can be guessed, and what was gone once stays
        gone. On X each look-up costs something, so what came by a file is left out. After each
        `SLICE` of all posts comes None.
        """
        network = source.partition(":")[0]
        entries = list(self._session.chat.entries.values())  # it may grow between two turns
        for count, each in enumerate(reversed(entries), 1):
            if (
                not each.deleted_at
                and (each.source == source or (network == "mastodon" == each.post.network))
                and self._ownership.owner(each.post, each.source) == source
            ):
                yield each.post
            if count % SLICE == 0:
                yield None

    def post(self, post_id: str) -> Post | None:
        """A post that is held and not deleted, by its id; None for others."""
        entry = self._session.chat.entry(post_id)
        return entry.post if entry and not entry.deleted_at else None

    def begins(self, source: str) -> datetime | None:
        """From when on a source was asked for what was posted; None where it was not yet."""
        asked = (
            event.since
            for _, event in self._session.chat.coverage
            if event.source == source and isinstance(event, SourceChanged) and event.since
        )
        return min(asked, default=None)

    def delivered(self, source: str) -> frozenset[str]:
        """The ids of all posts that came by a source, of deleted ones, too."""
        entries = self._session.chat.entries.values()
        return frozenset(entry.id for entry in entries if entry.source == source)

    def last_received(self, source: str) -> datetime | None:
        """When the last post of a source was received; None where there is none."""
        received = (
            entry.post.received_at or entry.post.created_at
            for entry in self._session.chat.posts()
            if entry.source == source
        )
        return max(received, default=None)

    def _entries(self, network: str) -> Iterator[Entry]:
        """Posts of a network that are not deleted, newest first."""
        for entry in reversed(self._session.chat.entries.values()):
            of_chat = not (entry.carried or entry.deleted_at)
            if of_chat and entry.post.network == network:
                yield entry

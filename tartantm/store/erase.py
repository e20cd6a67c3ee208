"""Which events an erased person or post stands in, and what is left of those events."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, TypeVar, assert_never

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import split_handle
from tartantm.core.chat import Chat
from tartantm.core.event_contents import CONTENTS, Holds, fields_holding
from tartantm.core.events import Event, Placement
from tartantm.core.identity import author_key, fingerprint, names_of
from tartantm.core.post import Author, Post

_REFERRING = {kind: fields_holding(kind, Holds.POST_ID | Holds.STRUCTS) for kind in CONTENTS}
"""By event or struct, the fields in which a post's id may stand, at any depth."""

_Holder = TypeVar("_Holder", bound=Struct)


class Erasure:
    """What is to be erased: posts, their reposts, and their author's traces in others' posts.

    Others' words stay, and so does what the agenda says: its people, and the text of a question
    that was made of a post.
    """

    def __init__(self, chat: Chat, posts: Iterable[Post], author: Author | None = None) -> None:
        chosen = {post.id: post for post in posts}
        for entry in chat.entries.values():
            original = entry.post.repost_of
            if original and chat.threads.resolve(original) in chosen:
                chosen[entry.id] = entry.post
        self.posts = list(chosen.values())
        self.ids = {name for post in self.posts for name in (post.id, *post.aliases)}
        self.author = author
        own = [post for post in self.posts if author and _same(post.author, author)]
        self.keys = {author_key(post) for post in own}
        blocked = self.ids | {name for post in own for name in names_of(post)}
        self.event = ev.Erased(
            len(self.posts), tuple(sorted(fingerprint(chat.salt, name) for name in blocked))
        )

    def rewrite(self, event: Event) -> Event | None:
        """Returns the event without what is erased, None where nothing is left of it.

        Returns the event itself where it holds nothing that is erased.
        """
        match event:
            case ev.Captured() | ev.Edited() | ev.Remarked():
                return None if self._is_erased(event.post) else self._rest(event)
            case ev.Noted():
                return None if event.post in self.ids else event
            case ev.Muted() | ev.Redacted():
                return None if event.value in self.ids | self.keys else event
            case ev.Deleted() | ev.Starred() | ev.Hidden() | ev.Marked():
                left = self._rest(event)
                return left if left is event or left.posts else None
            case ev.Grouped():
                regrouped = self._rest(event)
                return regrouped if regrouped is event or regrouped.placements else None
            case ev.Placed():
                moved = self._rest(event)
                return moved if moved is event or moved.moves or moved.carried else None
            case ev.Begun() | ev.AgendaChanged() | ev.AgendaEdited() | ev.Opened():
                return self._rest(event)
            case (
                ev.Closed()
                | ev.Summarised()
                | ev.Undone()
                | ev.Redone()
                | ev.SourceChanged()
                | ev.Filled()
                | ev.Rechecked()
                | ev.Erased()
                | ev.LeaksAccepted()
                | ev.Exported()
                | ev.Corrected()
            ):
                return event
            case _:
                assert_never(event)

    def _is_erased(self, post: Post) -> bool:
        return not self.ids.isdisjoint((post.id, *post.aliases))

    def _rest(self, holder: _Holder) -> _Holder:
        """Returns an event or struct without references to what is erased, at any depth.

        Words stay: they are of those who wrote them.
        """
        changes: dict[str, Any] = {}
        for name in _REFERRING[type(holder)]:
            before = getattr(holder, name)
            after = self._referred(before)
            if after is not before:
                changes[name] = after
        if isinstance(holder, Post):
            changes |= self._handles(holder)
        elif isinstance(holder, Placement):
            changes |= self._names(holder)
        return replace(holder, **changes) if changes else holder

    def _referred(self, value: Any) -> Any:
        """Returns the value of a field without ids of erased posts, itself where it has none."""
        if isinstance(value, str):
            return None if value in self.ids else value
        if isinstance(value, Struct):
            return self._rest(value)
        if isinstance(value, tuple):
            kept = [self._referred(item) for item in value]
            if all(map(operator.is_, value, kept)):
                return value
            return tuple(item for item in kept if item is not None)
        if isinstance(value, dict):
            left = {k: self._referred(item) for k, item in value.items() if k not in self.ids}
            unchanged = len(left) == len(value) and all(left[k] is value[k] for k in left)
            return value if unchanged else left
        return value

    def _handles(self, post: Post) -> dict[str, Any]:
        """Returns another's post's fields that named the erased author, without that handle."""
        if self.author is None:
            return {}
        changes: dict[str, Any] = {}
        handle = self.author.handle.casefold()
        if (post.reply_to_handle or "").casefold() == handle:
            changes["reply_to_handle"] = None
        mentions = tuple(m for m in post.mentions if m.casefold() != handle)
        if mentions != post.mentions:
            changes["mentions"] = mentions
        return changes

    def _names(self, placement: Placement) -> dict[str, Any]:
        """Returns the reason without names that it gave: "replies to Ailsa Example in Q3"."""
        reason = placement.reason
        for post in self.posts:
            for name in (post.author.name, f"@{post.author.handle}"):
                if name and name in reason:
                    reason = reason.replace(name, "somebody")
        return {} if reason == placement.reason else {"reason": reason}


def by_author(chat: Chat, written: str) -> Erasure | None:
    """Returns the erasure of all posts by ``handle`` or ``handle@network``; None where none are."""
    network, handle = split_handle(written)
    posts = [
        entry.post
        for entry in chat.entries.values()
        if entry.post.author.handle.casefold() == handle and network in (None, entry.post.network)
    ]
    return Erasure(chat, posts, posts[0].author) if posts else None


def one_post(chat: Chat, post_id: str) -> Erasure | None:
    """Returns the erasure of one post and its reposts; None where the chat does not hold it."""
    entry = chat.entry(post_id)
    return Erasure(chat, [entry.post]) if entry else None


def _same(one: Author, other: Author) -> bool:
    return one.handle.casefold() == other.handle.casefold()

"""Erasing: which events a person or a post stands in, and those events without them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import split_handle
from tartantm.core.chat import Chat
from tartantm.core.events import Event, Placement
from tartantm.core.identity import author_key, fingerprint, names_of
from tartantm.core.post import Author, Post


class Erasure:
    """What is to go: some posts, their reposts, and their author's traces in others' posts."""

    def __init__(self, chat: Chat, posts: Iterable[Post], author: Author | None = None) -> None:
        chosen = {post.id: post for post in posts}
        for entry in chat.entries.values():
            original = entry.post.repost_of
            if original and chat.threads.resolve(original) in chosen:
                chosen[entry.id] = entry.post
        self.posts = list(chosen.values())
        self.ids = {name for post in self.posts for name in (post.id, *post.aliases)}
        self.author = author
        self.keys = {
            author_key(post) for post in self.posts if author and _same(post.author, author)
        }
        blocked = {name for post in self.posts for name in (post.id, *post.aliases)}
        if author is not None:
            blocked |= {
                name for post in self.posts if _same(post.author, author) for name in names_of(post)
            }
        self.event = ev.Erased(
            len(self.posts), tuple(sorted(fingerprint(chat.salt, name) for name in blocked))
        )

    def rewrite(self, event: Event) -> Event | None:
        """The event without what is erased; itself where it holds none of it; None for nothing."""
        match event:
            case ev.Captured():
                if event.post.id in self.ids:
                    return None
                post, placement = self._post(event.post), self._placement(event.placement)
                if post is event.post and placement is event.placement:
                    return event
                return ev.Captured(post, placement)
            case ev.Edited() | ev.Remarked():
                if event.post.id in self.ids:
                    return None
                post = self._post(event.post)
                return event if post is event.post else replace(event, post=post)
            case ev.Noted():
                return None if event.post in self.ids else event
            case ev.Deleted() | ev.Starred() | ev.Hidden() | ev.Marked():
                posts = tuple(post for post in event.posts if post not in self.ids)
                if posts == event.posts:
                    return event
                return replace(event, posts=posts) if posts else None
            case ev.Grouped():
                placements = self._placements(event.placements)
                if placements == event.placements:
                    return event
                return ev.Grouped(placements) if placements else None
            case ev.Placed():
                moves = {post: q for post, q in event.moves.items() if post not in self.ids}
                carried = self._placements(event.carried)
                if moves == event.moves and carried == event.carried:
                    return event
                return ev.Placed(moves, carried) if moves or carried else None
            case ev.Muted() | ev.Redacted():
                return None if event.value in self.ids | self.keys else event
            case ev.Opened():
                return replace(event, post=None) if event.post in self.ids else event
            case _:
                return event

    def _post(self, post: Post) -> Post:
        """Another's post without references to what is erased; its words stay its author's."""
        changes: dict[str, object] = {
            name: None
            for name in ("reply_to", "repost_of", "quote_of", "thread")
            if getattr(post, name) in self.ids
        }
        if self.author:
            handle = self.author.handle.casefold()
            if (post.reply_to_handle or "").casefold() == handle:
                changes["reply_to_handle"] = None
            mentions = tuple(m for m in post.mentions if m.casefold() != handle)
            if mentions != post.mentions:
                changes["mentions"] = mentions
        return replace(post, **changes) if changes else post

    def _placements(self, placements: dict[str, Placement]) -> dict[str, Placement]:
        return {i: self._placement(p) for i, p in placements.items() if i not in self.ids}

    def _placement(self, placement: Placement) -> Placement:
        """Reasons name people: "replies to Ailsa Example in Q3"."""
        reason = placement.reason
        for post in self.posts:
            for name in (post.author.name, f"@{post.author.handle}"):
                if name and name in reason:
                    reason = reason.replace(name, "somebody")
        return placement if reason == placement.reason else replace(placement, reason=reason)


def by_author(chat: Chat, written: str) -> Erasure | None:
    """Everything by an author, written ``handle`` or ``handle@network``; None: nothing by them."""
    network, handle = split_handle(written)
    posts = [
        entry.post
        for entry in chat.entries.values()
        if entry.post.author.handle.casefold() == handle and network in (None, entry.post.network)
    ]
    return Erasure(chat, posts, posts[0].author) if posts else None


def one_post(chat: Chat, post_id: str) -> Erasure | None:
    """One post and its reposts; None where the chat does not hold it."""
    entry = chat.entry(post_id)
    return Erasure(chat, [entry.post]) if entry else None


def _same(one: Author, other: Author) -> bool:
    return one.handle.casefold() == other.handle.casefold()

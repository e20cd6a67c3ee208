"""What posts follow: a reply, a quote, the rest of a thread; kept up to date as the chat changes.

Each post follows at most one other, and only an earlier one, so that no circle of replies in a
stranger's file has to be met: from each post one way leads up, and it ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry


def is_host(chat: Chat, entry: Entry) -> bool:
    """Whether a post is by somebody whom everybody answers, about anything."""
    return chat.role(entry.post) in ("host", "moderator")


class _Node(Struct):
    above: str | None = None
    """What it follows: a post's id, or what stands for a thread whose root is not held."""
    rises: bool = False
    """Whether its place may depend on what it follows."""
    gathers: bool = True
    """Whether posts that follow it are of one conversation by that."""


class Following:
    """Finds the post at which the way up from each post ends."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._nodes: dict[str, _Node] = {}
        self._below: dict[str, set[str]] = defaultdict(set)
        self._heads: dict[str, str] = {}
        self._missing: dict[str, set[str]] = defaultdict(set)
        """By a reference to what is not held: the posts that have it."""

    def __contains__(self, post_id: str) -> bool:
        return post_id in self._nodes

    def head(self, post_id: str) -> str:
        """Returns where the way up from a post ends; posts of one conversation share it."""
        path, at = [], post_id
        while at not in self._heads:
            path.append(at)
            up = self._up(at)
            if up is None:
                self._heads[at] = at
            else:
                at = up
        found = self._heads[at]
        self._heads.update(dict.fromkeys(path, found))
        return found

    def waited_for(self, entry: Entry) -> set[str]:
        """Returns the posts that refer to this one, where it was not held before."""
        names = (entry.id, *entry.post.aliases)
        return {each for name in names for each in self._missing.pop(name, ())}

    def update(self, entry: Entry, spoken_to: str | None) -> set[str]:
        """Take up what a post follows now; returns the posts whose way up may end elsewhere.

        `spoken_to`: the post that it answers by its author's name, where it has no reference.
        """
        touched: set[str] = set()
        at: Entry | None = entry
        while at is not None:  # and what stands above it, as far as nobody asked about that yet
            above = self._referred(at) or (spoken_to if at is entry else None)
            now = _Node(above, *self._passes(at))
            was = self._nodes.get(at.id)
            if now != was:
                self._link(at.id, was, now)
                touched.update(self._subtree(at.id))
            at = self._chat.entries.get(above) if above and above not in self._nodes else None
        for each in touched:
            self._heads.pop(each, None)
        return touched

    def _up(self, post_id: str) -> str | None:
        node = self._nodes.get(post_id)
        if node is None or node.above is None or not node.rises:
            return None
        above = self._nodes.get(node.above)
        return None if above is not None and not above.gathers else node.above

    def _link(self, post_id: str, was: _Node | None, now: _Node) -> None:
        if was is not None and was.above is not None:
            self._below[was.above].discard(post_id)
        if now.above is not None:
            self._below[now.above].add(post_id)
        self._nodes[post_id] = now

    def _subtree(self, post_id: str) -> Iterator[str]:
        waiting = [post_id]
        while waiting:
            at = waiting.pop()
            yield at
            waiting += self._below.get(at, ())

    def _passes(self, entry: Entry) -> tuple[bool, bool]:
        """Returns whether a post's place depends on what it follows, and others' on it.

        What a person placed, or what asks a question, settles nothing about what follows it: all
        answers may be replies to an announcement. A label says by itself where its post belongs.
        """
        placement = entry.placement
        if placement.by_person or placement.by == "asked" or entry.carried:
            return False, False
        return placement.by != "label", entry.in_inbox or not is_host(self._chat, entry)

    def _referred(self, entry: Entry) -> str | None:
        """Returns what a post follows by a reference; None where nothing earlier is held."""
        post = entry.post
        if entry.folded_into is not None:
            return self._if_earlier(self._chat.entries.get(entry.folded_into), entry)
        for reference in filter(None, (post.reply_to, post.quote_of)):
            held = self._chat.entry(reference)
            if held is None:
                self._missing[reference].add(entry.id)
            elif found := self._if_earlier(held, entry):
                return found
        return self._thread(entry)

    def _thread(self, entry: Entry) -> str | None:
        """Returns what the parts of one author's thread follow together."""
        root = entry.post.thread
        if not root or root == entry.id:
            return None
        account = self._chat.account(entry.post)
        held = self._chat.entry(root)
        if held is None:
            self._missing[root].add(entry.id)
            return f"thread {root} {account}"
        return self._if_earlier(held, entry) if self._chat.account(held.post) == account else None

    def _if_earlier(self, other: Entry | None, entry: Entry) -> str | None:
        return other.id if other is not None and other.key < entry.key else None

"""The desk's lists: All, Inbox, General, Starred, each question, Hidden and muted."""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import datetime, timedelta
from itertools import pairwise

from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.moderation.conversation import Conversation, followers
from tartantm.moderation.conversations import Conversations

ALL, INBOX, GENERAL, STARRED, HIDDEN = "all", "inbox", "general", "starred", "hidden"
REVIEW = "review"
"""The list of the review, which is there once it was asked for."""
TO_LOOK_AT = (INBOX, REVIEW)
"""Lists to be worked off from the top."""
FIRST, LAST = (ALL, INBOX, GENERAL, STARRED), (HIDDEN,)
"""The lists that every chat has, before its questions and after them."""

NAMES = {
    ALL: "All",
    INBOX: "Inbox",
    GENERAL: "General",
    STARRED: "Starred",
    HIDDEN: "Hidden and muted",
    REVIEW: "Review",
}

Key = tuple[datetime, int, str]


class View:
    """Ids of posts in the order of time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.keys: list[Key] = []

    def __len__(self) -> int:
        return len(self.keys)

    def id_at(self, index: int) -> str:
        """Returns the id of the post at an index."""
        return self.keys[index][2]

    def index(self, key: Key) -> int:
        """Returns the index of a post with that key, or where it would be inserted."""
        return bisect_left(self.keys, key)

    def __contains__(self, key: Key) -> bool:
        index = self.index(key)
        return index < len(self.keys) and self.keys[index] == key

    def conversation(self, post_id: str) -> Conversation | None:
        """Returns the conversation for which the row of a post stands; None for the post alone."""
        return None

    def row_of(self, post_id: str) -> str:
        """Returns the post in whose row a post is listed, most often its own."""
        return post_id

    def add(self, key: Key) -> None:
        """Insert a post by its time."""
        if not self.keys or self.keys[-1] < key:
            self.keys.append(key)
        else:
            insort(self.keys, key)

    def remove(self, key: Key) -> None:
        """Remove a post."""
        del self.keys[self.index(key)]

    def followers(self, post_id: str) -> str:
        """Returns how many posts go along with those of a row, in words, where the row says so."""
        return ""

    def drawn(self, items: list[int]) -> None:
        """Take note of which rows are on the screen."""

    def apply(self, change: Change) -> bool:
        """Take up a change, where the list does so by itself; returns whether it changed."""
        return False


class ConversationsView(View):
    """The inbox with a row for each conversation, at the time of its first post."""

    def __init__(self, chat: Chat, conversations: Conversations) -> None:
        super().__init__(INBOX)
        self._chat = chat
        self._conversations = conversations
        self.keys = conversations.firsts

    def conversation(self, post_id: str) -> Conversation | None:
        """Returns the conversation for which the row of a post stands."""
        return self._conversations.of(post_id)

    def followers(self, post_id: str) -> str:
        """Returns how many replies follow the posts of a row that do not wait themselves.

        More may go along, such as what speaks to its author: only the review knows of that.
        """
        row = self._conversations.of(post_id)
        count = followers(self._chat, row.posts) if row else 0
        if not count:
            return ""
        return "1 reply follows" if count == 1 else f"{count} replies follow"

    def row_of(self, post_id: str) -> str:
        """Returns the first post of a post's conversation."""
        found = self._conversations.of(post_id)
        return found.id if found else post_id


def key_of(entry: Entry) -> Key:
    """Returns the key that posts are sorted by."""
    return entry.post.sort_at, entry.seq, entry.id


class Views:
    """Every list of a chat, updated as the chat changes."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.review: View | None = None
        self.conversations = Conversations(chat)
        self.inbox_rows: View = ConversationsView(chat, self.conversations)
        """The inbox as it is shown; `self[INBOX]` has each post that waits."""
        self._begin()

    def _begin(self) -> None:
        questions = [question.id for question in self.chat.agenda.questions]
        # Kept, for a clock may ask between an agenda's change and `apply`.
        self.names = [*FIRST, *questions, *LAST]
        """All lists in the order the agenda pane shows them."""
        self._views: dict[str, View] = {name: View(name) for name in self.names}
        self._homes: dict[str, tuple[str, ...]] = {}
        if self.review is not None:
            self._views[REVIEW] = self.review
        for entry in self.chat.ordered():
            self._settle(entry)

    def begin_review(self, view: View) -> None:
        """Have a list of the review, in place of an earlier one, from now on."""
        self.review = self._views[REVIEW] = view

    def __getitem__(self, name: str) -> View:
        return self._views[name]

    def __contains__(self, name: str) -> bool:
        return name in self._views

    def standing_with(self, entry: Entry) -> View:
        """Returns the list of the question that a post is placed under, or General."""
        return self._views.get(entry.placement.question or GENERAL, self._views[GENERAL])

    def apply(self, change: Change) -> set[str]:
        """Apply a change. Returns the names of the lists whose posts changed."""
        self.conversations.apply(change)
        touched: set[str] = {REVIEW} if self.review and self.review.apply(change) else set()
        if change.reloaded or change.agenda or change.reordered:
            self._begin()
            return set(self._views)
        for post_id in dict.fromkeys([*change.added, *change.changed]):
            entry = self.chat.entry(post_id)
            if entry is not None:
                touched |= self._settle(entry)
        return touched

    def _settle(self, entry: Entry) -> set[str]:
        before, now = self._homes.get(entry.id, ()), homes(entry)
        if before == now:
            return set()
        key = key_of(entry)
        for name in before:
            if name not in now:
                self._views[name].remove(key)
        for name in now:
            if name not in before:
                self._views.setdefault(name, View(name)).add(key)
        self._homes[entry.id] = now
        return set(before) ^ set(now)


def homes(entry: Entry) -> tuple[str, ...]:
    """Returns the names of the lists that hold a post."""
    if not entry.listed:
        return ()
    if entry.muted:
        return (HIDDEN,)
    names = [ALL, entry.placement.question or GENERAL]
    if entry.in_inbox:
        names.append(INBOX)
    if entry.starred:
        names.append(STARRED)
    if entry.hidden:
        names.append(HIDDEN)
    return tuple(names)


def waits_in(name: str, entry: Entry) -> bool:
    """Whether a post waits in a list for somebody to accept where it stands."""
    return entry.in_inbox or (name == REVIEW and not entry.placement.by_person)


def per_minute(view: View, now: datetime, minutes: int) -> list[int]:
    """Returns how many posts came in each of the last `minutes` minutes, oldest first."""
    edges = [now - timedelta(minutes=n) for n in range(minutes, -1, -1)]
    places = [bisect_left(view.keys, (edge,)) for edge in edges[:-1]] + [len(view.keys)]
    return [later - earlier for earlier, later in pairwise(places)]

"""How posts hang together: other ids they go by, replies, and reposts shown as a count."""

from __future__ import annotations

from collections.abc import Iterator

from tartantm.entry import Entry


class Threads:
    """Replies and reposts of a chat's entries. References may come before what they name."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._aliases: dict[str, str] = {}
        self._children: dict[str, list[str]] = {}
        self._reposts: dict[str, list[str]] = {}

    def resolve(self, post_id: str) -> str:
        """The id under which a post is held; an id that nobody holds stays as it is."""
        return self._aliases.get(post_id, post_id)

    def add(self, entry: Entry) -> list[str]:
        """Tie a new entry in; gives the ids of other entries that this changed."""
        self.also_known(entry)
        if entry.post.reply_to:
            self._children.setdefault(self.resolve(entry.post.reply_to), []).append(entry.id)
        return self._fold(entry)

    def also_known(self, entry: Entry) -> None:
        """Take up an entry's aliases, also for replies that came before it."""
        for alias in entry.post.aliases:
            self._aliases[alias] = entry.id
            if alias in self._children:
                self._children.setdefault(entry.id, []).extend(self._children.pop(alias))
            if alias in self._reposts:
                self._reposts.setdefault(entry.id, []).extend(self._reposts.pop(alias))

    def replies(self, post_id: str) -> list[Entry]:
        """Direct replies that are held, in order of arrival."""
        return [self._entries[child] for child in self._children.get(self.resolve(post_id), ())]

    def below(self, post_id: str) -> Iterator[Entry]:
        """A post's replies, their replies and so on, each once, nearest first."""
        seen, waiting = {self.resolve(post_id)}, [post_id]
        while waiting:
            for child in self.replies(waiting.pop(0)):
                if child.id not in seen:
                    seen.add(child.id)
                    waiting.append(child.id)
                    yield child

    def above(self, post_id: str) -> Iterator[Entry]:
        """The post that a post replies to, the one above that and so on, nearest first."""
        seen: set[str] = set()
        entry = self._entries.get(self.resolve(post_id))
        while entry and entry.post.reply_to and entry.id not in seen:
            seen.add(entry.id)
            entry = self._entries.get(self.resolve(entry.post.reply_to))
            if entry and entry.id not in seen:
                yield entry

    def _fold(self, entry: Entry) -> list[str]:
        """Fold reposts into their original, or into the first repost while it is missing."""
        original = self.resolve(entry.post.repost_of) if entry.post.repost_of else entry.id
        if entry.post.repost_of:
            self._reposts.setdefault(original, []).append(entry.id)
        reposts = self._reposts.get(original, [])
        if not reposts:
            return []
        head = self._entries.get(original) or self._entries[reposts[0]]
        for repost in reposts:
            folded = self._entries[repost]
            folded.folded_into, folded.folds = (None if folded is head else head.id), ()
        head.folds = tuple(repost for repost in reposts if repost != head.id)
        return [head.id, *head.folds]

"""Relations between posts: aliases, replies, and reposts and copies folded into one post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tartantm.core.entry import Entry


class Threads:
    """Replies, reposts and copies of entries. A reference may arrive before what it refers to."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._aliases: dict[str, str] = {}
        self._children: dict[str, list[str]] = {}
        self._reposts: dict[str, list[str]] = {}
        self._copies: dict[str, list[str]] = {}
        self._copy_of: dict[str, str] = {}

    def resolve(self, post_id: str) -> str:
        """Returns the id under which a post is held; an unknown id is returned as it is."""
        return self._aliases.get(post_id, post_id)

    def add(self, entry: Entry) -> None:
        """Add a new entry: its aliases, and itself as a reply, unless it only came along."""
        if entry.post.aliases:
            self.add_aliases(entry)
        if not entry.carried:
            self.add_reply(entry)

    def add_reply(self, entry: Entry) -> None:
        """Add a post of the chat to the replies of what it replies to."""
        if entry.post.reply_to:
            self._children.setdefault(self.resolve(entry.post.reply_to), []).append(entry.id)

    def add_aliases(self, entry: Entry) -> None:
        """Register an entry's aliases, also for replies and reposts that arrived before it."""
        for alias in entry.post.aliases:
            self._aliases[alias] = entry.id
            if alias in self._children:
                self._children.setdefault(entry.id, []).extend(self._children.pop(alias))
            if alias in self._reposts:
                self._reposts.setdefault(entry.id, []).extend(self._reposts.pop(alias))

    def identify(self, repeated: str, original: str) -> list[str]:
        """Take what was repeated of a post by hand for that post, which came before or after it.

        Returns the ids of entries that this changed.
        """
        self._aliases[repeated] = original
        self._children.setdefault(original, []).extend(self._children.pop(repeated, ()))
        theirs = self._reposts.setdefault(original, [])
        theirs += [each for each in self._reposts.pop(repeated, ()) if each != original]
        if (entry := self._entries.get(repeated)) is not None:
            entry.folds, entry.folded_into = (), None
        return [repeated, *self._refold(original)]

    def replies(self, post_id: str) -> list[Entry]:
        """Returns the direct replies that are held, in order of arrival."""
        return [self._entries[child] for child in self._children.get(self.resolve(post_id), ())]

    def below(self, post_id: str) -> Iterator[Entry]:
        """Yields a post's replies, their replies and so on, each once, nearest first."""
        seen, waiting = {self.resolve(post_id)}, [post_id]
        while waiting:
            for child in self.replies(waiting.pop(0)):
                if child.id not in seen:
                    seen.add(child.id)
                    waiting.append(child.id)
                    yield child

    def above(self, post_id: str) -> Iterator[Entry]:
        """Yields the post that a post replies to, the one that this replies to, and so on."""
        seen: set[str] = set()
        entry = self._entries.get(self.resolve(post_id))
        while entry and entry.post.reply_to and entry.id not in seen:
            seen.add(entry.id)
            entry = self._entries.get(self.resolve(entry.post.reply_to))
            if entry and entry.id not in seen:
                yield entry

    def fold(self, entry: Entry, original: str | None) -> list[str]:
        """Fold an entry into `original` or into what it reposts, or fold earlier reposts into it.

        What only came along is no post of the chat: it is folded into none, and no repost into it;
        the first of its reposts stands for all. Returns the ids of entries that this changed.
        """
        if entry.carried:
            return self._refold(entry.id)
        if original is not None:
            head = self._copy_of.get(original, original)
            self._copy_of[entry.id] = head
            self._copies.setdefault(head, []).append(entry.id)
        if entry.post.repost_of:
            reposted = self._original(entry)
            theirs = self._reposts.setdefault(reposted, [])
            theirs.append(entry.id)
            if reposted != entry.id:
                theirs += self._reposts.pop(entry.id, ())
            return self._refold(reposted)
        return self._refold(entry.id) if original or entry.post.id in self._reposts else []

    def _original(self, entry: Entry) -> str:
        """Returns the id of what an entry reposts, through reposts of reposts."""
        seen = {entry.id}
        found: Entry | None = entry
        post_id = entry.id
        while found is not None and found.post.repost_of:
            post_id = self.resolve(found.post.repost_of)
            if post_id in seen:
                break
            seen.add(post_id)
            found = self._entries.get(post_id)
        return post_id

    def unfold(self, entry: Entry) -> list[str]:
        """Unfold a post that is deleted or changed: the first copy that stands takes its place.

        Returns the ids of entries that this changed.
        """
        copies = [c for c in self._copies.pop(entry.id, ()) if not self._entries[c].deleted_at]
        if not copies:
            return []
        head = next((each for each in copies if self._entries[each].published), copies[0])
        rest = [each for each in copies if each != head]
        del self._copy_of[head]
        self._copy_of |= dict.fromkeys(rest, head)
        self._copies[head] = rest
        return [*self._refold(entry.id), *self._refold(head)]

    def take_out(self, entry: Entry) -> list[str]:
        """Take a post out of its group of copies, which stays folded without it.

        Returns the ids of entries that this changed.
        """
        head = self._copy_of.pop(entry.id, None)
        if head is None:
            return self.unfold(entry)
        self._copies[head].remove(entry.id)
        return [*self._refold(head), *self._refold(entry.id)]

    def gather(self, head: str, copies: Iterable[str]) -> list[str]:
        """Fold copies into a post that cannot be compared with them any more.

        It stands by itself from now on, whatever it was folded into. Returns the ids of entries
        that this changed.
        """
        left = dict.fromkeys((head,))
        if (stood := self._copy_of.pop(head, None)) is not None:
            self._copies[stood].remove(head)
            left[stood] = None
        for copy in map(self.resolve, copies):
            if copy not in self._entries or copy == head:
                continue
            if (before := self._copy_of.get(copy)) is not None:
                self._copies[before].remove(copy)
                left[before] = None
            for each in (copy, *self._copies.pop(copy, ())):
                self._copy_of[each] = head
                self._copies.setdefault(head, []).append(each)
        return [changed for each in reversed(left) for changed in self._refold(each)]

    def _refold(self, post_id: str) -> list[str]:
        """Fold copies into the first of them, reposts too; without it, into the first repost."""
        carried = None
        first = self._copy_of.get(post_id, post_id)
        said = [first, *self._copies.get(first, ())]
        folded = [*said[1:], *(repost for post in said for repost in self._reposts.get(post, ()))]
        if first not in self._entries or self._entries[first].carried:
            if not folded:
                return []
            carried = first if first in self._entries else None
            first = folded.pop(0)
        head = self._entries[first]
        # Posts of a stranger's file repost each other in a circle: the first is folded into none.
        folded = [each for each in dict.fromkeys(folded) if each != first]
        folded.sort(key=lambda each: self._entries[each].seq)
        stands = not head.folds and head.folded_into is None and head.repeats == carried
        if not folded and stands:
            return []
        head.folds, head.folded_into, head.repeats = tuple(folded), None, carried
        for each in map(self._entries.__getitem__, folded):
            each.folded_into, each.folds, each.repeats = first, (), None
        return [first, *folded]

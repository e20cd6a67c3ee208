"""Full-text search: the words of all posts in blocks of bytes, searched at memory speed.

Built when somebody first looks for something, newest posts first, and only as far as is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry

BLOCK = 256
"""How many posts a block holds."""


class _Block:
    """Posts that arrived one after the other; their words are read when first searched."""

    def __init__(self, ids: list[str], seq: int) -> None:
        self.ids, self.seq = ids, seq
        self.data: bytes | None = None
        self.ends: list[int] = []

    def read(self, chat: Chat) -> bytes:
        """Returns the words of all posts of the block, with a zero byte after each."""
        if self.data is None:
            texts = [searched(chat, chat.entries[post_id]).encode() + b"\0" for post_id in self.ids]
            self.ends, end = [], 0
            for text in texts:
                end += len(text)
                self.ends.append(end)
            self.data = b"".join(texts)
        return self.data

    def find(self, chat: Chat, words: list[bytes]) -> Iterator[str]:
        """Yields ids of the posts with all of `words`.

        Each word leaps to its next post at or behind the one reached; the rarest leaps furthest,
        so that common words cost next to nothing beside it.
        """
        data = self.read(chat)
        reached = agreed = start = 0
        while reached < len(self.ids):
            for word in words:
                at = data.find(word, start)
                if at < 0:
                    return
                if at >= self.ends[reached]:
                    reached = bisect_right(self.ends, at)
                    start = self.ends[reached - 1]
            if reached == agreed:
                yield self.ids[reached]
                start = self.ends[reached]
                reached += 1
            agreed = reached


class SearchIndex:
    """Finds posts by words in text, author, role, network, note and descriptions of pictures."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._blocks: list[_Block] | None = None

    def apply(self, change: Change) -> None:
        """Apply a change of the chat."""
        if self._blocks is None or change.reloaded or change.agenda:
            self._blocks = None
            return
        for post_id in change.added:
            entry = self._chat.entry(post_id)
            if entry is None:
                continue
            if not self._blocks or len(self._blocks[-1].ids) >= BLOCK:
                self._blocks.append(_Block([], entry.seq))
            self._blocks[-1].ids.append(entry.id)
            self._blocks[-1].data = None
        for entry in filter(None, map(self._chat.entry, change.changed)):
            place = bisect_right(self._blocks, entry.seq, key=lambda block: block.seq) - 1
            self._blocks[place].data = None

    def find(self, words: str) -> Iterator[Entry | None]:
        """Yields entries with all of `words`, the newest block first; a None after each block."""
        wanted = wanted_words(words)
        for block in reversed(self._built()):
            for post_id in block.find(self._chat, wanted):
                yield self._chat.entries[post_id]
            yield None

    def _built(self) -> list[_Block]:
        if self._blocks is None:
            entries = self._chat.entries
            ids = list(entries)
            parts = (ids[at : at + BLOCK] for at in range(0, len(ids), BLOCK))
            self._blocks = [_Block(part, entries[part[0]].seq) for part in parts]
        return self._blocks


def wanted_words(words: str) -> list[bytes]:
    """Returns the words to search for as bytes in lower case, the longest first."""
    return sorted((word.encode() for word in words.casefold().split()), key=len, reverse=True)


def searched(chat: Chat, entry: Entry) -> str:
    """Returns the text of a post that is searched."""
    post = entry.post
    parts: Iterable[str | None] = (
        post.text,
        post.author.name,
        post.author.handle,
        chat.agenda.role(post.author, post.network),
        post.network,
        post.venue,
        entry.note,
        post.content_warning,
        *(media.alt for media in post.media),
    )
    return "\n".join(part for part in parts if part).casefold()


def has_words(chat: Chat, entry: Entry, words: str) -> bool:
    """Returns whether a post has all of `words`."""
    text = searched(chat, entry)
    return all(word in text for word in words.casefold().split())


def search_pattern(words: str) -> re.Pattern[str] | None:
    """Returns the pattern to highlight in posts that were found; None without words."""
    parts = [re.escape(word) for word in words.split()]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None

"""Full-text search: the words of all posts in blocks of bytes, searched at memory speed.

Built when somebody first looks for something, newest posts first, and only as far as is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.folding import plain
from tartantm.moderation.search import Query, searched

BLOCK = 256
"""How many posts a block holds."""

_END = re.compile(b"\0")


class _Block:
    """Posts that arrived one after the other; their words are read when first searched."""

    def __init__(self, ids: list[str], seq: int) -> None:
        self.ids, self.seq = ids, seq
        self.data: bytes | None = None
        self.ends: list[int] = []

    def read(self, chat: Chat) -> bytes:
        """Returns the words of all posts of the block, with a zero byte after each."""
        if self.data is None:
            texts = [searched(chat, chat.entries[post_id]) for post_id in self.ids]
            self.data = plain("\0".join([*texts, ""]))
            self.ends = [match.end() for match in _END.finditer(self.data)]
            if len(self.ends) != len(self.ids):  # a text has such a byte itself
                each = [plain(text).replace(b"\0", b"") + b"\0" for text in texts]
                self.data, self.ends = b"".join(each), list(accumulate(map(len, each)))
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
    """Finds what a `Query` matches: words in any part of a post, or the post that is named."""

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
        query = Query(self._chat, words)
        if query.named is not None:
            yield self._chat.entries[query.named]
            return
        entries, signs = self._chat.entries, query.signs
        for block in reversed(self._built()):
            for post_id in block.find(self._chat, query.words):
                entry = entries[post_id]
                if not signs or query.has_signs(searched(self._chat, entry)):
                    yield entry
            yield None

    def _built(self) -> list[_Block]:
        if self._blocks is None:
            entries = self._chat.entries
            ids = list(entries)
            parts = (ids[at : at + BLOCK] for at in range(0, len(ids), BLOCK))
            self._blocks = [_Block(part, entries[part[0]].seq) for part in parts]
        return self._blocks

"""What a search finds: words of a post however they are written, or the post that is named.

The desk, which searches with an index, and the command line have the same answers from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.errors import BadInput
from tartantm.core.folding import Folded, fold, is_point, is_sign, plain
from tartantm.moderation.references import PostReferences

_NAMES_A_POST = re.compile(r"[#＃]\d+|\w+://\S+")


def searched(chat: Chat, entry: Entry) -> str:
    """Returns the text of a post that is searched, as it was written, a line for each part."""
    post = entry.post
    parts: Iterable[str | None] = (
        post.text,
        post.author.name,
        post.author.handle,
        chat.role(post),
        post.network,
        post.venue,
        entry.note,
        post.content_warning,
        *([media.alt for media in post.media] if post.media else ()),
        *([part for link in post.links for part in (link.title, link.url)] if post.links else ()),
    )
    return "\n".join([part for part in parts if part])


class Query:
    """Words that were typed: a post has to have all of them, in any part and any spelling.

    ``#57`` and a link to a post find that post alone, where there is one.
    """

    def __init__(self, chat: Chat, typed: str) -> None:
        self._chat = chat
        self._typed = typed.strip()
        written = fold(typed).split()
        words = {word: plain(word) for word in written}
        self.words = sorted({word for word in words.values() if word}, key=len, reverse=True)
        """What to look for in `plain` texts, the longest first."""
        self.signs = tuple(word for word, letters in words.items() if not letters)
        """Words of punctuation alone (``?``, ``:)``), which `plain` texts do not have."""

    @cached_property
    def named(self) -> str | None:
        """The id of the post that is named by its number or by a link; None for words."""
        if not _NAMES_A_POST.fullmatch(self._typed):
            return None
        try:
            return PostReferences(self._chat).find(self._typed).id
        except BadInput:
            return None

    def matches(self, entry: Entry) -> bool:
        """Whether a post is found."""
        if self.named is not None:
            return entry.id == self.named
        text = searched(self._chat, entry)
        if self.words:
            data = plain(text)
            if not all(word in data for word in self.words):
                return False
        return self.has_signs(text)

    def has_signs(self, text: str) -> bool:
        """Whether a text has the words of punctuation alone."""
        if not self.signs:
            return True
        folded = fold(text)
        return all(word in folded for word in self.signs)


class Highlight:
    """Where in a line that is shown the words of a search stand."""

    def __init__(self, typed: str) -> None:
        written = fold(typed).split()
        letters = {plain(word).decode("utf-8", "surrogatepass") for word in written} - {""}
        signs = {word for word in written if not plain(word)}
        self._letters, self._signs = _any_of(letters), _any_of(signs)

    def spans(self, line: str) -> list[tuple[int, int]]:
        """Returns start and end of each place, in order and apart."""
        folded = Folded(line)
        found = []
        if self._letters:
            at = [index for index, each in enumerate(folded.text) if not is_sign(each)]
            kept = "".join([folded.text[index] for index in at])
            for match in self._letters.finditer(kept):
                found.append(folded.span(at[match.start()], at[match.end() - 1] + 1))
        if self._signs:
            found += [folded.span(*match.span()) for match in self._signs.finditer(folded.text)]
        found.sort()
        apart: list[tuple[int, int]] = []
        for start, end in found:
            while end < len(line) and not line[end].isascii() and _adds_nothing(line[end]):
                end += 1  # the accents of the last letter
            if apart and start < apart[-1][1]:
                apart[-1] = apart[-1][0], max(end, apart[-1][1])
            else:
                apart.append((start, end))
        return apart


def _adds_nothing(character: str) -> bool:
    return is_point(character) or not fold(character)


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    parts = [re.escape(word) for word in sorted(words, key=len, reverse=True)]
    return re.compile("|".join(parts)) if parts else None

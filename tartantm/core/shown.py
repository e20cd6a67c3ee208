"""What readers may see of a chat at most, to notice where an act of withholding shows more.

Erasing and deleting take rows out of the file, and with them what a mute, a redaction or a fold
withheld because of these rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.folding import words
from tartantm.core.identity import author_key
from tartantm.core.redaction import Redactions
from tartantm.core.texts import texts_of_post

_MARKERS = frozenset(words("[redacted] [name withheld] [link withheld] [words withheld] withheld"))


class ShowsMore(NamedTuple):
    """What a chat shows that it did not show before."""

    posts: list[str]
    """Ids of posts that were not shown at all."""
    words: list[str]
    """Ids of posts that show words that were withheld in them."""
    authors: list[str]
    """Author keys of people whose handle was withheld."""


class Shown:
    """What readers may see of the posts of a chat."""

    def __init__(self, chat: Chat) -> None:
        self._chat, self._redactions = chat, Redactions(chat)

    def is_visible(self, entry: Entry) -> bool:
        """Whether it may be in a transcript: its original may, too."""
        seen: set[str] = set()
        at: Entry | None = entry
        while at is not None and at.published and at.id not in seen:
            if at.folded_into is None:
                return True
            seen.add(at.id)
            at = self._chat.entries.get(at.folded_into)
        return False

    def words(self, entry: Entry) -> set[str]:
        """Returns the words of a post as they may be shown, hidden or not."""
        return _words_of(self._texts(entry))

    def _texts(self, entry: Entry) -> list[str]:
        post = self._redactions.post(entry.post)
        texts = [text for _, text in texts_of_post(post)]
        texts += [self._redactions.words(each.text) for each in entry.earlier]
        texts += [self._redactions.words(entry.note)] if entry.note else []
        return texts

    def more_than(self, before: Shown) -> ShowsMore:
        """Returns what is shown here and was not before."""
        found = ShowsMore([], [], [])
        for entry in self._chat.entries.values():
            was = before._chat.entries.get(entry.id)
            if was is None:
                continue
            if self.is_visible(entry) and not before.is_visible(was):
                found.posts.append(entry.id)
            if not before._redactions:
                continue
            if before._redactions.author(was.post).handle == "" and self._names(entry):
                found.authors.append(author_key(entry.post))
            elif self._says_more(entry, before, was):
                found.words.append(entry.id)
        return found

    def _says_more(self, entry: Entry, before: Shown, was: Entry) -> bool:
        texts, had = self._texts(entry), before._texts(was)
        if texts == had:  # as nearly all of them are
            return False
        return bool(_words_of(texts) - _words_of(had) - _MARKERS)

    def _names(self, entry: Entry) -> bool:
        return bool(self._redactions.author(entry.post).handle)


def _words_of(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in words(text)}


def shows_more(text: str, than: str) -> bool:
    """Whether a text has words that another has not, markers of what is withheld aside."""
    return bool(set(words(text)) - set(words(than)) - _MARKERS)

"""What is said of somebody who has no post in a chat any more, while others still name them."""

from __future__ import annotations

import shlex
from pathlib import Path

from tartantm.core.agenda import split_handle
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.ordinary_words import is_ordinary_word
from tartantm.core.texts import Place, texts_of_chat
from tartantm.core.wordings import Wordings
from tartantm.settings.paths import session_words

_NO_WORDS = (Place.NAME, Place.NOTE, Place.REASON)
"""Who has a name is called by it rightly, and a phrase that is redacted is about posts."""


def named_by_others(chat: Chat, path: Path, written: str) -> BadInput | None:
    """Returns what says in which posts a name or handle stands, None where it stands in none."""
    name = written.strip().lstrip("@")
    if split_handle(name)[0]:
        name = name.rpartition("@")[0]
    if is_ordinary_word(name):
        return None  # such a word stands anywhere, and as a phrase would withhold far more
    sought = Wordings([(name, None)], [(name, None)])
    found = (
        text.post
        for text in texts_of_chat(chat)
        if text.post and text.place not in _NO_WORDS and sought.found_in(text.words)
    )
    numbers = sorted({entry.seq for entry in map(chat.entry, found) if entry})
    if not numbers:
        return None
    more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    return BadInput(
        f"Nobody of that name has a post here; the name stands in #{numbers[0]}{more}."
        f" tartantm redact {session_words(path)} --phrase {shlex.quote(name)} withholds it."
    )

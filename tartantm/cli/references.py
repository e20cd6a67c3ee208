"""Finds the questions and authors that a command line names.

`PostReferences` in `tartantm.moderation.references` finds posts.
"""

from __future__ import annotations

from tartantm.core.agenda import split_handle
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.identity import author_key
from tartantm.moderation.questions import open_question

OPEN = "open"


def question(chat: Chat, written: str) -> str:
    """A question's id as people write it: "Q4a", "q4A", "4a", or "open" for the open one."""
    if written.casefold() == OPEN:
        return open_question(chat)
    plain = written.casefold().removeprefix("q")
    name = f"Q{plain}"
    if name not in chat.agenda:
        known = ", ".join(question.id for question in chat.agenda.questions) or "no question"
        raise BadInput(f"The agenda has no {written}; it has {known}.")
    return name


def authors(chat: Chat, handle: str) -> list[str]:
    """The keys of the authors that a handle, or handle@network, names."""
    network, name = split_handle(handle)
    keys = {author_key(entry.post): entry.post for entry in chat.entries.values()}
    found = [
        key
        for key, post in keys.items()
        if post.author.handle.casefold() == name and network in (None, post.network)
    ]
    if not found:
        raise BadInput(f"Nobody here is called {handle}.")
    return sorted(found)

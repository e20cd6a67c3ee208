"""Finds the questions that a command line names.

`PostReferences` in `tartantm.moderation.references` finds posts.
"""

from __future__ import annotations

from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput, shortened
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
        raise BadInput(f"The agenda has no {shortened(written)}; it has {known}.")
    return name

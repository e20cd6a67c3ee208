"""Acts that open and close questions, and which question comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.plan import next_question
from tartantm.moderation.act import PreparedAct, held, of_chat, on_agenda, prepare

FIRST = timedelta(microseconds=1)
"""By so much a question is open before the first post that it is opened for."""


def open_(chat: Chat, question: str, at: datetime) -> PreparedAct:
    """Open a question at a time of the chat's clock; the one that was open is closed by that."""
    return prepare(chat, ev.Opened(on_agenda(chat, question), at, "moderator"))


def reopen(chat: Chat, question: str, post: str) -> PreparedAct:
    """Open a question again at the time of a post, which is the first that it is open for.

    What was opened after that stays opened.
    """
    (post,) = of_chat(chat, held(chat, [post]))
    at = chat.entries[post].post.sort_at
    # What is written at the very moment of an opening counts as before it.
    return prepare(chat, ev.Opened(on_agenda(chat, question), at - FIRST, "moderator"))


def open_next(chat: Chat, at: datetime) -> PreparedAct:
    """Open the question after the one that was opened last."""
    return open_(chat, following(chat).id, at)


def close(chat: Chat, at: datetime) -> PreparedAct:
    """Close the open question, and open no other."""
    return prepare(chat, ev.Closed(open_question(chat), at))


def open_question(chat: Chat) -> str:
    """The id of the question that is open; raises BadInput where none is."""
    question = chat.periods.open_question
    if question is None:
        raise BadInput("No question is open.")
    return question


def following(chat: Chat) -> Question:
    """The question after the one that was opened last; raises BadInput after the last of all."""
    question = next_question(chat)
    if question is None:
        raise BadInput("That was the last question of the agenda.")
    return question

"""Acts that change the agenda while the chat runs, and where one goes on after each."""

from __future__ import annotations

from typing import Literal

from tartantm.core import agenda_edits as edits
from tartantm.core import events as ev
from tartantm.core.agenda import Agenda
from tartantm.core.agenda_edits import Edit
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.post import clean
from tartantm.core.undo import ActDone
from tartantm.moderation.act import NothingToDo, PreparedAct, erased_warning, standing

Where = Literal["next", "end", "follow"]
"""Where a promoted post comes: after the open question, at the end, as its follow-up."""


class WasOpened(BadInput):
    """The question was opened, so it stays on the agenda."""


def opened(chat: Chat) -> set[str]:
    """Questions that were opened, and those they follow up: they keep their ids."""
    ids = {period.question for period in chat.periods.active if period.question}
    found = [question for question in map(chat.agenda.get, ids) if question]
    return {question.id for question in found} | {q.parent for q in found if q.parent}


def insert(chat: Chat, text: str, after: str = "") -> PreparedAct:
    """Put in a new question after another or its follow-ups; with "", first of all."""
    parent = chat.agenda.get(after)
    place = parent.parent or after if parent else None
    return _edited(chat, edits.insert(chat.agenda, _words(text), place, opened(chat)))


def insert_follow_up(chat: Chat, text: str, question: str) -> PreparedAct:
    """Put in a new follow-up, the last one of its question."""
    edit = edits.insert(chat.agenda, _words(text), question, opened(chat), follow_up=True)
    return _edited(chat, edit)


def reword(chat: Chat, question: str, text: str) -> PreparedAct:
    """Give a question other words."""
    return _edited(chat, edits.reword(chat.agenda, question, _words(text)))


def move(chat: Chat, question: str, by: int) -> PreparedAct:
    """Move a question down by places, up where `by` is negative; follow-ups keep their parent."""
    return _edited(chat, edits.move(chat.agenda, question, by, opened(chat)))


def merge(chat: Chat, question: str, into: str) -> PreparedAct:
    """Make one question of two: `into` takes the words, the posts and the follow-ups."""
    return _edited(chat, edits.merge(chat.agenda, question, into, opened(chat)))


def split(chat: Chat, question: str, first: str, second: str) -> PreparedAct:
    """Make two questions of one; its posts stay with the first."""
    edit = edits.split(chat.agenda, question, _words(first), _words(second), opened(chat))
    return _edited(chat, edit)


def skip(chat: Chat, question: str) -> PreparedAct:
    """Take a question and its follow-ups out; raises WasOpened where people talked about it."""
    if question in opened(chat):
        raise WasOpened(f"{question} was opened, so it stays on the agenda.")
    return _edited(chat, edits.skip(chat.agenda, question, opened(chat)))


def promote(chat: Chat, post: str, text: str, where: Where) -> PreparedAct:
    """Make a post a question of the agenda, in these words; "end" where no question is open."""
    (post_id,) = standing(chat, [post])
    current = chat.agenda.get(chat.periods.open_question)
    if where == "end" or current is None:
        tops = [question.id for question in chat.agenda.questions if not question.parent]
        after, follow_up = tops[-1] if tops else None, False
    else:
        after, follow_up = current.parent or current.id, where == "follow"
    edit = edits.promote(
        chat.agenda, _words(text), post_id, after, opened(chat), follow_up=follow_up
    )
    return _edited(chat, edit)


def goes_on_at(before: Agenda, act: PreparedAct, chosen: str) -> str:
    """The question to show after an edit of the agenda: the new one, else what `chosen` is now.

    Where that is gone, it is the question in its place; "" on an agenda without questions.
    """
    (event,) = act.events
    assert isinstance(event, ev.AgendaEdited)
    edit = Edit(event.agenda, event.renamed, event.words)
    if now := edits.new_id(before, edit) or edit.renamed.get(chosen, chosen):
        return now
    place = [question.id for question in before.questions].index(chosen)
    left = edit.agenda.questions
    return left[min(place, len(left) - 1)].id if left else ""


def last_edit(chat: Chat) -> ActDone | None:
    """The act that undo would take back, where it changed the agenda."""
    last = chat.history.undoable
    return last if last and isinstance(last.event, ev.AgendaEdited) else None


def _edited(chat: Chat, edit: Edit) -> PreparedAct:
    if edit.agenda == chat.agenda:
        raise NothingToDo("That changes nothing.")
    event = ev.AgendaEdited(edit.agenda, edit.renamed, edit.words)
    return PreparedAct((event,), f"{edit.words}.", warning=erased_warning(chat, [event]))


def _words(text: str) -> str:
    return clean(text, lines=False)

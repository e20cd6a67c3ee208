"""Commands that change the agenda while the chat runs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from tartantm.core import agenda_edits as edits
from tartantm.core import events as ev
from tartantm.core.agenda import Agenda
from tartantm.core.agenda_edits import Edit
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.errors import BadInput
from tartantm.core.post import clean
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.commands.questions import questions
from tartantm.desk.dialogs.agenda import AgendaDialog
from tartantm.desk.dialogs.dialogs import Choice, Line

_BEFORE_WORDS = re.compile(r"(?i)^(?:[@#][\w.@-]+\s+|[a-z]\s?\d{1,2}[a-z]?\s?[:.)-]+\s*)+")


def asked(chat: Chat) -> set[str]:
    """Questions that were opened, and those they follow up: their numbers stay."""
    opened = {period.question for period in chat.periods.active if period.question}
    found = [question for question in map(chat.agenda.get, opened) if question]
    return {question.id for question in found} | {q.parent for q in found if q.parent}


@command("agenda.edit")
async def _edit(desk: DeskContext) -> None:
    chat = desk.chat
    chosen = chat.periods.open_question or ""
    told = ""
    while answer := await desk.ask(AgendaDialog(questions(desk), chosen, told)):
        action, chosen = answer
        try:
            if action == "undo":
                told = await _undo(desk)
                continue
            edit = await _EDITS[action](desk, chosen)
        except BadInput as error:
            told = str(error)
            continue
        if edit is None:
            told = ""
            continue
        before = chat.agenda
        if await record(desk, edit):
            told = f"{edit.words}. u undoes it."
            chosen = edits.new_id(before, edit) or _successor(before, edit, chosen)
        else:
            told = desk.messages.words


def _successor(before: Agenda, edit: Edit, chosen: str) -> str:
    """The question where one goes on: what `chosen` is now, or what stands in its place."""
    if now := edit.renamed.get(chosen, chosen):
        return now
    place = [question.id for question in before.questions].index(chosen)
    left = edit.agenda.questions
    return left[min(place, len(left) - 1)].id if left else ""


async def record(desk: DeskContext, edit: Edit, *more: ev.Event) -> bool:
    """Record a changed agenda; where nothing is different, say so."""
    if edit.agenda == desk.chat.agenda:
        desk.say("That changes nothing.")
        return False
    return await act(desk, ev.AgendaEdited(edit.agenda, edit.renamed, edit.words), *more)


async def _undo(desk: DeskContext) -> str:
    """Take back the last act where it was one on the agenda; gives what to say."""
    last = desk.chat.history.undoable
    if last is None or not isinstance(last.event, ev.AgendaEdited):
        return "The last act was not on the agenda; close this, and u undoes it."
    done = await act(desk, ev.Undone(last.seq))
    return f"Undid: {last.words}." if done else desk.messages.words


async def _insert(desk: DeskContext, question: str) -> Edit | None:
    words = await desk.ask(Line(f"New question after {question}" if question else "New question"))
    chat = desk.chat
    parent = chat.agenda.get(question)
    after = parent.parent or question if parent else None
    return edits.insert(chat.agenda, _words(words), after, asked(chat)) if words else None


async def _follow_up(desk: DeskContext, question: str) -> Edit | None:
    words = await desk.ask(Line(f"New follow-up of {question}"))
    chat = desk.chat
    if not words:
        return None
    return edits.insert(chat.agenda, _words(words), question, asked(chat), follow_up=True)


async def _reword(desk: DeskContext, question: str) -> Edit | None:
    agenda = desk.chat.agenda
    old = agenda.get(question)
    words = await desk.ask(Line(f"Other words for {question}", old.text if old else ""))
    return edits.reword(desk.chat.agenda, question, _words(words)) if words else None


async def _up(desk: DeskContext, question: str) -> Edit | None:
    chat = desk.chat
    return edits.move(chat.agenda, question, -1, asked(chat))


async def _down(desk: DeskContext, question: str) -> Edit | None:
    chat = desk.chat
    return edits.move(chat.agenda, question, 1, asked(chat))


async def _merge(desk: DeskContext, question: str) -> Edit | None:
    rows = [row for row in questions(desk) if row[0] != question]
    into = await desk.ask(Choice(f"Merge {question}, its posts too, into", rows, quick=True))
    chat = desk.chat
    return edits.merge(chat.agenda, question, into, asked(chat)) if into else None


async def _split(desk: DeskContext, question: str) -> Edit | None:
    old = desk.chat.agenda.get(question)
    text = old.text if old else ""
    first = await desk.ask(Line(f"{question} keeps its posts and these words", text))
    second = first and await desk.ask(Line("The new question's words", text))
    chat = desk.chat
    if not first or not second:
        return None
    return edits.split(chat.agenda, question, _words(first), _words(second), asked(chat))


async def _skip(desk: DeskContext, question: str) -> Edit | None:
    chat = desk.chat
    if question in asked(chat):
        raise BadInput(f"{question} was opened; c closes it, o goes on to the next.")
    return edits.skip(chat.agenda, question, asked(chat))


_EDITS: dict[str, Callable[[DeskContext, str], Awaitable[Edit | None]]] = {
    "insert": _insert,
    "follow_up": _follow_up,
    "reword": _reword,
    "up": _up,
    "down": _down,
    "merge": _merge,
    "split": _split,
    "skip": _skip,
}


@command("agenda.promote")
async def _promote(desk: DeskContext) -> None:
    """The post's words become a question, after the one that is open unless said otherwise."""
    chat, entry = desk.chat, desk.under_cursor
    if entry is None:
        return
    words = await desk.ask(Line("The question's words", _question_words(chat, entry)))
    if not words:
        return
    current = chat.periods.open_question
    last = next((each.id for each in reversed(chat.agenda.questions) if not each.parent), None)
    rows = [("end", "At the end of the agenda")]
    if current:
        rows.insert(0, ("next", f"Next, after {current}"))
        rows.append(("follow", f"Follow-up of {current}"))
    hint = "Its first letter chooses. Esc leaves everything as it was."
    where = await desk.ask(Choice("Where does it come?", rows, hint=hint, quick=True))
    if where is None:
        return
    open_now = chat.agenda.get(current)
    after = last if where == "end" or open_now is None else open_now.parent or open_now.id
    try:
        edit = edits.promote(
            *(chat.agenda, _words(words), entry.id, after, asked(chat)), follow_up=where == "follow"
        )
    except BadInput as error:
        desk.say(str(error), trouble=True)
        return
    await record(desk, edit)


def _question_words(chat: Chat, entry: Entry) -> str:
    """A post's words without the chat's hashtags, names at its head, and a label."""
    words = clean(entry.post.text, lines=False)
    for tag in chat.agenda.hashtags:
        words = re.sub(rf"(?i)[#＃]{re.escape(tag)}(?!\w)", "", words)
    return " ".join(_BEFORE_WORDS.sub("", words.strip() + " ").split())


def _words(text: str) -> str:
    return clean(text, lines=False)

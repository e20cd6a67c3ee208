"""Commands that change the agenda while the chat runs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.errors import TartantmError
from tartantm.core.post import clean
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.commands.questions import questions
from tartantm.desk.commands.undo import undo
from tartantm.desk.dialogs.agenda import AgendaDialog
from tartantm.desk.dialogs.dialogs import Choice, Line
from tartantm.moderation import agenda as edits
from tartantm.moderation.act import PreparedAct, standing

_BEFORE_WORDS = re.compile(r"(?i)^(?:[@#][\w.@-]+\s+|[a-z]\s?\d{1,2}[a-z]?\s?[:.)-]+\s*)+")


@command("agenda.edit")
async def _edit(desk: DeskContext) -> None:
    chosen = desk.chat.periods.open_question or ""
    said = ""
    while answer := await desk.ask(AgendaDialog(questions(desk), chosen, said)):
        action, chosen = answer
        said = ""
        try:
            if action == "undo":
                said = await _undo(desk)
            elif prepared := await _EDITS[action](desk, chosen):
                before = desk.chat.agenda
                await act(desk, prepared)
                said = desk.messages.words
                chosen = edits.goes_on_at(before, prepared, chosen)
        except edits.WasOpened:
            said = f"{chosen} was opened; c closes it, o goes on to the next."
        except TartantmError as error:
            said = str(error)


async def _undo(desk: DeskContext) -> str:
    """Take back the last act where it was one on the agenda. Returns what to say."""
    if edits.last_edit(desk.chat) is None:
        return "The last act was not on the agenda; close this, and u undoes it."
    return desk.messages.words if await undo(desk, "") else ""


async def _insert(desk: DeskContext, question: str) -> PreparedAct | None:
    words = await desk.ask(Line(f"New question after {question}" if question else "New question"))
    return edits.insert(desk.chat, words, question) if words else None


async def _follow_up(desk: DeskContext, question: str) -> PreparedAct | None:
    words = await desk.ask(Line(f"New follow-up of {question}"))
    return edits.insert_follow_up(desk.chat, words, question) if words else None


async def _reword(desk: DeskContext, question: str) -> PreparedAct | None:
    old = desk.chat.agenda.get(question)
    words = await desk.ask(Line(f"Other words for {question}", old.text if old else ""))
    return edits.reword(desk.chat, question, words) if words else None


async def _up(desk: DeskContext, question: str) -> PreparedAct:
    return edits.move(desk.chat, question, -1)


async def _down(desk: DeskContext, question: str) -> PreparedAct:
    return edits.move(desk.chat, question, 1)


async def _merge(desk: DeskContext, question: str) -> PreparedAct | None:
    rows = [row for row in questions(desk) if row[0] != question]
    into = await desk.ask(Choice(f"Merge {question}, its posts too, into", rows, quick=True))
    return edits.merge(desk.chat, question, into) if into else None


async def _split(desk: DeskContext, question: str) -> PreparedAct | None:
    old = desk.chat.agenda.get(question)
    text = old.text if old else ""
    first = await desk.ask(Line(f"{question} keeps its posts and these words", text))
    second = first and await desk.ask(Line("The new question's words", text))
    return edits.split(desk.chat, question, first, second) if first and second else None


async def _skip(desk: DeskContext, question: str) -> PreparedAct:
    return edits.skip(desk.chat, question)


_EDITS: dict[str, Callable[[DeskContext, str], Awaitable[PreparedAct | None]]] = {
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
    standing(chat, [entry.id])
    words = await desk.ask(Line("The question's words", _question_words(chat, entry)))
    if not words:
        return
    current = chat.periods.open_question
    rows: list[tuple[edits.Where, str]] = [("end", "At the end of the agenda")]
    if current:
        rows.insert(0, ("next", f"Next, after {current}"))
        rows.append(("follow", f"Follow-up of {current}"))
    hint = "Its first letter chooses. Esc leaves everything as it was."
    chosen = await desk.ask(Choice("Where does it come?", rows, hint=hint, quick=True))
    where = next((where for where, _ in rows if where == chosen), None)
    if where:
        await act(desk, edits.promote(chat, entry.id, words, where))


def _question_words(chat: Chat, entry: Entry) -> str:
    """A post's words without the chat's hashtags, names at its head, and a label."""
    words = clean(entry.post.text, lines=False)
    for tag in chat.agenda.hashtags:
        words = re.sub(rf"(?i)[#＃]{re.escape(tag)}(?!\w)", "", words)
    return " ".join(_BEFORE_WORDS.sub("", words.strip() + " ").split())

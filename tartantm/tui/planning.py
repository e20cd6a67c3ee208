"""Commands that open, close and announce questions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tartantm import events as ev
from tartantm.agenda import Question
from tartantm.chat import Chat
from tartantm.tui.announcing import versions
from tartantm.tui.copying import show_copied
from tartantm.tui.dialogs import Choice
from tartantm.tui.doing import act, does

if TYPE_CHECKING:
    from tartantm.tui.desk import Desk


def questions(desk: Desk) -> list[tuple[str, str]]:
    """Every question, to choose from: ● the open one, ✓ those that were open."""
    chat = desk.session.chat
    opened = {turn.question for turn in chat.turns.running}
    now = chat.turns.open_question
    rows = []
    for question in chat.agenda.questions:
        mark = "●" if question.id == now else "✓" if question.id in opened else " "
        name = f"{'  ' if question.parent else ''}{question.id}"
        rows.append((question.id, f"{name:5} {mark} {question.text}"))
    return rows


def next_question(chat: Chat) -> Question | None:
    """The question after the one that was opened last; None after the last of the agenda."""
    running = reversed(chat.turns.running)
    return chat.agenda.after(next((turn.question for turn in running if turn.question), None))


def planned_end(chat: Chat) -> datetime | None:
    """When the open question's time is up: by its minutes, or when the next is planned."""
    turn = chat.turns.last
    question = chat.agenda.get(turn.question) if turn else None
    if turn is None or question is None:
        return None
    if question.minutes:
        return turn.at + timedelta(minutes=question.minutes)
    following = chat.agenda.after(question.id)
    planned = following.opens_at if following else None
    return planned if planned and planned > turn.at else None


@does("agenda.next")
async def _next(desk: Desk) -> None:
    following = next_question(desk.session.chat)
    if following is None:
        desk.say("That was the last question of the agenda.", trouble=True)
    else:
        await act(desk, ev.Opened(following.id, desk.clock.now(), "moderator"))


@does("agenda.open")
async def _choose_question(desk: Desk) -> None:
    following = next_question(desk.session.chat)
    hint = "Type its number, 4a for Q4a, or press Enter. Esc leaves."
    rows = questions(desk)
    if not rows:
        desk.say("The agenda has no questions yet; e makes one.", trouble=True)
        return
    start = following.id if following else ""
    chosen = await desk.ask(Choice("Open", rows, start, hint, quick=True))
    if chosen:
        await act(desk, ev.Opened(chosen, desk.clock.now(), "moderator"))


@does("agenda.close")
async def _close(desk: Desk) -> None:
    question = desk.session.chat.turns.open_question
    if question:
        await act(desk, ev.Closed(question, desk.clock.now()))
    else:
        desk.say("No question is open.", trouble=True)


@does("agenda.copy")
async def _copy(desk: Desk) -> None:
    chat = desk.session.chat
    following = next_question(chat)
    if following is None:
        desk.say("That was the last question of the agenda.", trouble=True)
        return
    found = versions(chat.agenda, following)
    longest = max((version.text for version in found), key=len)
    rows = [
        (v.network, f"{v.network}, {v.length} of {v.most}{', cut to fit' * (v.text != longest)}")
        for v in found
    ]
    hint = "The first letter copies it for that network. Esc leaves."
    chosen = await desk.ask(Choice(f"Announce: {longest}", rows, hint=hint, quick=True))
    version = next((v for v in found if v.network == chosen), None)
    if version:
        await show_copied(desk, f"Copied for {version.network}", version.text)

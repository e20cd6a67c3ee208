"""Commands that open, close and announce questions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.desk.commands.copy import show_copied
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.announce import versions
from tartantm.desk.dialogs.dialogs import Choice

if TYPE_CHECKING:
    from tartantm.desk.screen import Desk


def questions(desk: Desk) -> list[tuple[str, str]]:
    """Every question, to choose from: ● the open one, ✓ those that were open."""
    chat = desk.session.chat
    opened = {period.question for period in chat.periods.active}
    now = chat.periods.open_question
    rows = []
    for question in chat.agenda.questions:
        mark = "●" if question.id == now else "✓" if question.id in opened else " "
        name = f"{'  ' if question.parent else ''}{question.id}"
        rows.append((question.id, f"{name:5} {mark} {question.text}"))
    return rows


def next_question(chat: Chat) -> Question | None:
    """The question after the one that was opened last; None after the last of the agenda."""
    running = reversed(chat.periods.active)
    return chat.agenda.after(next((period.question for period in running if period.question), None))


def planned_end(chat: Chat) -> datetime | None:
    """When the open question's time is up: by its minutes, or when the next is planned."""
    period = chat.periods.last
    question = chat.agenda.get(period.question) if period else None
    if period is None or question is None:
        return None
    if question.minutes:
        return period.at + timedelta(minutes=question.minutes)
    following = chat.agenda.after(question.id)
    planned = following.opens_at if following else None
    return planned if planned and planned > period.at else None


@command("agenda.next")
async def _next(desk: Desk) -> None:
    following = next_question(desk.session.chat)
    if following is None:
        desk.say("That was the last question of the agenda.", trouble=True)
    else:
        await act(desk, ev.Opened(following.id, desk.clock.now(), "moderator"))


@command("agenda.open")
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


@command("agenda.close")
async def _close(desk: Desk) -> None:
    question = desk.session.chat.periods.open_question
    if question:
        await act(desk, ev.Closed(question, desk.clock.now()))
    else:
        desk.say("No question is open.", trouble=True)


@command("agenda.copy")
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

"""Commands that open, close and announce questions."""

from __future__ import annotations

from tartantm.core import events as ev
from tartantm.core.plan import next_question
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.copy import show_copied
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.announce import versions
from tartantm.desk.dialogs.dialogs import Choice


def questions(desk: DeskContext) -> list[tuple[str, str]]:
    """Every question, to choose from: ● the open one, ✓ those that were open."""
    chat = desk.chat
    opened = {period.question for period in chat.periods.active}
    now = chat.periods.open_question
    rows = []
    for question in chat.agenda.questions:
        mark = "●" if question.id == now else "✓" if question.id in opened else " "
        name = f"{'  ' if question.parent else ''}{question.id}"
        rows.append((question.id, f"{name:5} {mark} {question.text}"))
    return rows


@command("agenda.next")
async def _next(desk: DeskContext) -> None:
    following = next_question(desk.chat)
    if following is None:
        desk.say("That was the last question of the agenda.", trouble=True)
    else:
        await act(desk, ev.Opened(following.id, desk.clock.now(), "moderator"))


@command("agenda.open")
async def _choose_question(desk: DeskContext) -> None:
    following = next_question(desk.chat)
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
async def _close(desk: DeskContext) -> None:
    question = desk.chat.periods.open_question
    if question:
        await act(desk, ev.Closed(question, desk.clock.now()))
    else:
        desk.say("No question is open.", trouble=True)


@command("agenda.copy")
async def _copy(desk: DeskContext) -> None:
    chat = desk.chat
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

"""Commands that open, close and announce questions."""

from __future__ import annotations

from tartantm.core.local_time import clock
from tartantm.core.plan import next_question, question_before
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.copy import show_copied
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.announce import versions
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.moderation import questions as moderation


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
    await act(desk, moderation.open_next(desk.chat, desk.clock.now()))


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
        await act(desk, moderation.open_(desk.chat, chosen, desk.clock.now()))


@command("agenda.back")
async def _back(desk: DeskContext) -> None:
    """Open a question again from the post under the cursor on, or from now."""
    chat, entry = desk.chat, desk.under_cursor
    rows = questions(desk)
    if not rows:
        desk.say("The agenda has no questions yet; e makes one.", trouble=True)
        return
    now = desk.clock.now()
    at = entry.post.sort_at if entry else now
    since = clock(at.astimezone(chat.agenda.tz))
    words = f"from #{entry.number} at {since} on" if entry else "from now on"
    hint = "Enter takes the question before; type a number for any other. Esc leaves."
    start = question_before(chat, at) or ""
    chosen = await desk.ask(Choice(f"Back to …, {words}", rows, start, hint, quick=True))
    if not chosen:
        return
    if entry:
        prepared = moderation.reopen(chat, chosen, entry.id)
    else:
        prepared = moderation.open_(chat, chosen, now)
    await act(desk, prepared, f"It is open {words}; u undoes it.")


@command("agenda.close")
async def _close(desk: DeskContext) -> None:
    await act(desk, moderation.close(desk.chat, desk.clock.now()))


@command("agenda.copy")
async def _copy(desk: DeskContext) -> None:
    chat = desk.chat
    found = versions(chat.agenda, moderation.following(chat))
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

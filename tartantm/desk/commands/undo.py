"""Commands that step back in what was done, and forth."""

from __future__ import annotations

from tartantm.core.local_time import clock
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.dialogs.withhold import Asked
from tartantm.desk.panes.views import TO_LOOK_AT, key_of
from tartantm.moderation import history
from tartantm.moderation.act import PreparedAct


@command("desk.undo")
async def _undo(desk: DeskContext) -> None:
    await undo(desk, "U does it again.")


async def undo(desk: DeskContext, hint: str) -> bool:
    """Take back the last act, asking where an erasure is newer; returns whether it was done."""
    try:
        prepared = history.undo(desk.chat)
    except history.PastErasure as past:
        if not await desk.ask(Asked(past.stays, past.question, "yes, undo that", "no")):
            return False
        prepared = history.undo(desk.chat, agreed=past.act)
    listed = _rows(desk, prepared)
    await act(desk, prepared, hint)
    back = [row for row in _rows(desk, prepared) if row not in listed]
    if back and desk.shown in TO_LOOK_AT:
        # Who took the wrong key answers again: no key of theirs is to hit the row after it.
        desk.post_list.go_to(back[0], desk.post_list.line)
    return True


def _rows(desk: DeskContext, prepared: PreparedAct) -> list[str]:
    """Returns the rows of the list on the screen in which posts of an act are."""
    view, entries = desk.post_list.view, desk.chat.entries
    rows = dict.fromkeys(view.row_of(post_id) for post_id in prepared.posts)
    return [row for row in rows if row in entries and key_of(entries[row]) in view]


@command("desk.redo")
async def _redo(desk: DeskContext) -> None:
    await act(desk, history.redo(desk.chat), "")


@command("desk.history")
async def _history(desk: DeskContext) -> None:
    """What was done and holds, newest first; choosing an act takes back all that came after it."""
    chat = desk.chat
    zone = chat.agenda.tz
    rows = [
        (str(line.seq), f"{clock(line.at.astimezone(zone))}  {line.words}")
        for line in history.holding(chat)
    ]
    rows.append(("0", "The beginning, before all of this"))
    hint = "Enter steps back to after that act, U forth again. Esc leaves."
    chosen = await desk.ask(Choice("What was done, the latest first", rows, rows[0][0], hint))
    if chosen is not None:
        prepared = history.step_back(chat, int(chosen))
        await act(desk, prepared)
        done = f"{prepared.sentence.rstrip('.')}; U does them again."
        desk.say(f"{done} {prepared.warning}".strip())

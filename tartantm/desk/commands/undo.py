"""Commands that step back in what was done, and forth."""

from __future__ import annotations

from tartantm.core import events as ev
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.dialogs import Choice


@command("desk.undo")
async def _undo(desk: DeskContext) -> None:
    undoable = desk.chat.history.undoable
    if undoable is None:
        desk.say("There is nothing to undo.")
    elif await act(desk, ev.Undone(undoable.seq), on=undoable.posts):
        desk.say(f"Undid: {undoable.words}. U does it again.")


@command("desk.redo")
async def _redo(desk: DeskContext) -> None:
    redoable = desk.chat.history.redoable
    if redoable is None:
        desk.say("There is nothing to do again.")
    elif await act(desk, ev.Redone(redoable.seq), on=redoable.posts):
        desk.say(f"Did again: {redoable.words}.")


@command("desk.history")
async def _history(desk: DeskContext) -> None:
    """What was done and holds, newest first; choosing an act takes back all that came after it."""
    chat = desk.chat
    done = [one for one in reversed(chat.history.acts) if not one.undone]
    if not done:
        desk.say("Nothing was done yet.")
        return
    zone = chat.agenda.tz
    rows = [(str(one.seq), f"{one.at.astimezone(zone):%H:%M}  {one.words}") for one in done]
    rows.append(("0", "The beginning, before all of this"))
    hint = "Enter steps back to after that act, U forth again. Esc leaves."
    chosen = await desk.ask(Choice("What was done, the latest first", rows, rows[0][0], hint))
    if chosen is None:
        return
    # What others did on this session meanwhile is newer than what was chosen, so it goes too.
    later = [one for one in reversed(chat.history.acts) if not one.undone]
    seqs = [one.seq for one in later]
    back = later[: seqs.index(int(chosen))] if int(chosen) in seqs else later
    if int(chosen) and int(chosen) not in seqs:
        desk.say("That act was taken back meanwhile.")
    elif back and await act(desk, *(ev.Undone(one.seq) for one in back)):
        count = len(back)
        desk.say(f"Took back {count} act{'' if count == 1 else 's'}; U does them again.")

"""Acts that take back what was done, and do it again."""

from __future__ import annotations

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.undo import ActDone
from tartantm.moderation.act import NothingToDo, PreparedAct


def undo(chat: Chat) -> PreparedAct:
    """Take back the last act."""
    act = chat.history.undoable
    if act is None:
        raise NothingToDo("There is nothing to undo.")
    return PreparedAct((ev.Undone(act.seq),), f"Undid: {act.words}.", act.posts)


def redo(chat: Chat) -> PreparedAct:
    """Do again what was undone last."""
    act = chat.history.redoable
    if act is None:
        raise NothingToDo("There is nothing to do again.")
    return PreparedAct((ev.Redone(act.seq),), f"Did again: {act.words}.", act.posts)


def holding(chat: Chat) -> list[ActDone]:
    """The acts that were not taken back, newest first; raises NothingToDo where there are none."""
    acts = [act for act in reversed(chat.history.acts) if not act.undone]
    if not acts:
        raise NothingToDo("Nothing was done yet.")
    return acts


def step_back(chat: Chat, seq: int) -> PreparedAct:
    """Take back every act after the one with that number; with 0, all of them.

    What others did on this session meanwhile is newer than what was chosen, so it goes too.
    """
    acts = holding(chat)
    seqs = [act.seq for act in acts]
    if seq and seq not in seqs:
        raise NothingToDo("That act was taken back meanwhile.")
    back = acts[: seqs.index(seq)] if seq else acts
    if not back:
        raise NothingToDo("Nothing was done after that.")
    count = len(back)
    words = f"Took back {count} act{'' if count == 1 else 's'}."
    return PreparedAct(tuple(ev.Undone(act.seq) for act in back), words)

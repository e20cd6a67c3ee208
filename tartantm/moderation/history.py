"""Acts that take back what was done, and do it again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.describe import erased
from tartantm.core.errors import BadInput
from tartantm.core.local_time import clock
from tartantm.core.undo import ActDone
from tartantm.moderation.act import NothingToDo, PreparedAct


class PastErasure(BadInput):
    """An erasure is newer than what would be undone, so that somebody has to be asked before.

    Whoever undoes right after erasing may believe that it brings back what was erased.
    """

    def __init__(self, stays: str, act: ActDone) -> None:
        """`stays` says what cannot be undone."""
        self.stays, self.act = stays, act.seq
        self.question = f"Undo the act before it: {act.words}?"
        super().__init__(f"{stays} {self.question}")


def undo(chat: Chat, *, agreed: int = 0) -> PreparedAct:
    """Take back the last act; raises PastErasure where somebody has to be asked before.

    `agreed` is the number of the act that was asked about: no other is undone then.
    """
    act = chat.history.undoable
    if act is None:
        stays = ", and erasing cannot be undone" if chat.erasures else ""
        raise NothingToDo(f"There is nothing to undo{stays}.")
    if agreed and act.seq != agreed:
        raise NothingToDo("Something else was done meanwhile; nothing was undone.")
    if not agreed and (stays := _stays_erased(chat, act.seq)) and not _asked(chat, act.seq):
        raise PastErasure(stays, act)
    return PreparedAct((ev.Undone(act.seq),), f"Undid: {act.words}.", act.posts)


def redo(chat: Chat) -> PreparedAct:
    """Do again what was undone last."""
    act = chat.history.redoable
    if act is None:
        raise NothingToDo("There is nothing to do again.")
    return PreparedAct((ev.Redone(act.seq),), f"Did again: {act.words}.", act.posts)


class Line(NamedTuple):
    """A line of the list of what was done."""

    seq: int
    """Number of the event: of the first, where an act has several."""
    at: datetime
    words: str
    undone: bool = False


def lines(chat: Chat) -> list[Line]:
    """Returns what was done, oldest first: acts, and erasures, which nothing undoes."""
    acts = [Line(act.seq, act.at, act.words, act.undone) for act in chat.history.acts]
    zone = chat.agenda.tz
    erasures = [
        Line(seq, at, f"{erased(event, at.astimezone(zone))}; this cannot be undone")
        for seq, at, event in chat.erasures
    ]
    return sorted([*acts, *erasures], key=lambda line: line.seq)


def holding(chat: Chat) -> list[Line]:
    """Returns what was done and holds, newest first; raises NothingToDo where there is nothing."""
    found = [line for line in reversed(lines(chat)) if not line.undone]
    if not found:
        raise NothingToDo("Nothing was done yet.")
    return found


def step_back(chat: Chat, seq: int) -> PreparedAct:
    """Take back every act after the one, or the erasure, with that number; with 0, all of them.

    What others did on this session meanwhile is newer than what was chosen, so it goes too.
    """
    known = holding(chat)
    if seq and seq not in [line.seq for line in known]:
        raise NothingToDo("That act was taken back meanwhile.")
    back = [act for act in reversed(chat.history.acts) if not act.undone and act.seq > seq]
    if not back:
        raise NothingToDo("Nothing was done after that.")
    count = len(back)
    words = f"Took back {count} act{'' if count == 1 else 's'}."
    warning = _stays_erased(chat, back[-1].seq)
    return PreparedAct(tuple(ev.Undone(act.seq) for act in back), words, warning=warning)


def _asked(chat: Chat, seq: int) -> bool:
    """Whether it was agreed already to go back past every erasure after the act with that number.

    An erasure lets nothing be redone, and neither does a new act of a person: what can be redone
    was undone since. So it is asked again where something else was done meanwhile.
    """
    undone = chat.history.redoable
    return undone is not None and all(
        number < seq or undone.seq < number for number, *_ in chat.erasures
    )


def _stays_erased(chat: Chat, seq: int) -> str:
    """Says that an erasure after the act with that number is not taken back with it."""
    after = [at for number, at, _ in chat.erasures if number > seq]
    if not after:
        return ""
    at = after[-1].astimezone(chat.agenda.tz)
    return f"The erasing of {clock(at)} cannot be undone."

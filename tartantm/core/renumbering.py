"""What another agenda does to a chat: question ids are carried over, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tartantm.core.agenda import Agenda
from tartantm.core.entry import Change, Entry, QuestionState
from tartantm.core.events import AgendaEdited, Placement
from tartantm.core.periods import Period
from tartantm.core.undo import ActDone

if TYPE_CHECKING:
    from tartantm.core.chat import Chat

Renaming = Callable[[str | None], str | None]


def forwards(renamed: dict[str, str | None], after: Agenda) -> Renaming:
    """What an old question id is called now; None where the question is gone."""

    def now(old: str | None) -> str | None:
        new = renamed.get(old, old) if old else None
        return new if new in after else None

    return now


def backwards(renamed: dict[str, str | None], before: Agenda) -> Renaming:
    """What a question id was called before; None for a question that was not there."""
    became = {question.id: renamed.get(question.id, question.id) for question in before.questions}
    were: dict[str | None, str] = {}
    # Of merged questions, the one that kept its id is the one that the others went to.
    for old, new in sorted(became.items(), key=lambda pair: pair[0] != pair[1]):
        were.setdefault(new, old)
    return lambda new: were.get(new) if new else None


def renumber(chat: Chat, renamed: dict[str, str | None], change: Change) -> None:
    """Give posts, periods and summaries the ids of the agenda that holds now, as part of an act."""
    now = forwards(renamed, chat.agenda)
    for entry in chat.entries.values():
        if chat.history.set(entry, "placement", moved(entry.placement, now)):
            change.changed.append(entry.id)
    for period in chat.periods.all_periods:
        chat.history.set(period, "question", now(period.question))
    states: dict[str, QuestionState] = {}
    for old, state in chat.states.items():
        if new := now(old):
            states[new] = merged(states[new], state) if new in states else state
    chat.history.set(chat, "states", states)
    change.periods = True


def renumber_after_undo(chat: Chat, act: ActDone, stood: dict[str, Placement]) -> list[str]:
    """After an agenda act was undone or redone: carry over what came since it, too.

    `stood` tells where each post stood before. What the act itself put back is left alone; the
    rest is added to the act, so that turning it again restores it. Gives the posts it moved.
    """
    assert isinstance(act.event, AgendaEdited)
    renamed = act.event.renamed
    now = backwards(renamed, chat.agenda) if act.undone else forwards(renamed, chat.agenda)

    def carry(holder: Entry | Period, attribute: str, was: object, becomes: object) -> bool:
        if was == becomes:
            return False
        setattr(holder, attribute, becomes)
        before, after = (becomes, was) if act.undone else (was, becomes)
        act.changes.append((holder, attribute, before, after))
        return True

    # What was withdrawn comes back only once the agenda is as it was when that was made.
    turned = {id(holder) for holder, *_ in act.changes}
    for period in chat.periods.all_periods:
        if id(period) not in turned and not period.withdrawn:
            carry(period, "question", period.question, now(period.question))
    changed = []
    for entry in chat.entries.values():
        placement = entry.placement
        if entry.withdrawn or placement is not stood[entry.id]:
            continue
        if carry(entry, "placement", placement, moved(placement, now)):
            changed.append(entry.id)
    return changed


def moved(placement: Placement, now: Renaming) -> Placement:
    """A placement by the new ids; a post whose question is gone goes to General, in the inbox."""
    old = placement.question
    new = now(old)
    if new == old:
        return placement
    if new is None:
        return replace(placement, question=None, reason=f"{old} left the agenda", inbox=True)
    return replace(placement, question=new)


def merged(one: QuestionState, other: QuestionState) -> QuestionState:
    """What two questions gathered, now that they are one."""
    summaries = [state.summary for state in (one, other) if state.summary]
    return QuestionState("\n\n".join(summaries) or None)

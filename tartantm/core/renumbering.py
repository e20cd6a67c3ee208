"""What another agenda does to question ids: where posts, periods and summaries belong by new ids.

Nothing is changed here: these functions return what changes, and `Chat` applies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from tartantm.core.agenda import Agenda
from tartantm.core.entry import Entry, QuestionState
from tartantm.core.events import Placement
from tartantm.core.periods import Period

Renaming = Callable[[str | None], str | None]
"""Returns a question's id under the other agenda; None for no question, or one that is gone."""


class Renumbered(NamedTuple):
    """The posts and periods whose question has another id now, each with its new value."""

    placements: list[tuple[Entry, Placement]]
    questions: list[tuple[Period, str | None]]


def forwards(renamed: Mapping[str, str | None], after: Agenda) -> Renaming:
    """Returns the renaming from the ids before a change of the agenda to those of `after`."""

    def now(old: str | None) -> str | None:
        new = renamed.get(old, old) if old else None
        return new if new in after else None

    return now


def backwards(renamed: Mapping[str, str | None], before: Agenda) -> Renaming:
    """Returns the renaming that takes a change back: to the ids of `before`, None for new ones."""
    became = {question.id: renamed.get(question.id, question.id) for question in before.questions}
    were: dict[str | None, str] = {}
    # Of merged questions, the one that kept its id is the one that the others went to.
    for old, new in sorted(became.items(), key=lambda pair: pair[0] != pair[1]):
        were.setdefault(new, old)
    return lambda new: were.get(new) if new else None


def renumber(entries: Iterable[Entry], periods: Iterable[Period], now: Renaming) -> Renumbered:
    """Returns which of these posts and periods belong to another id now."""
    placed = ((entry, _renumbered(entry.placement, now)) for entry in entries)
    opened = ((period, now(period.question)) for period in periods)
    return Renumbered(
        [(entry, placement) for entry, placement in placed if placement != entry.placement],
        [(period, question) for period, question in opened if question != period.question],
    )


def renumber_states(states: Mapping[str, QuestionState], now: Renaming) -> dict[str, QuestionState]:
    """Returns what questions gathered, by their new ids; merged questions share theirs."""
    renumbered: dict[str, QuestionState] = {}
    for old, state in states.items():
        if new := now(old):
            held = renumbered.get(new)
            renumbered[new] = _merged(held, state) if held else state
    return renumbered


def _renumbered(placement: Placement, now: Renaming) -> Placement:
    """Returns a placement by the new ids; a post whose question is gone goes to the inbox."""
    old = placement.question
    new = now(old)
    others = tuple(dict.fromkeys(now(each) for each in placement.alternatives))
    others = tuple(each for each in others if each != new)
    if new == old:
        return placement if others == placement.alternatives else _with(placement, others)
    if new is None and old is not None:
        # Nothing is known of where it belongs now.
        gone = replace(placement, question=None, reason=f"{old} left the agenda", inbox=True)
        return replace(gone, confidence=0.0, alternatives=others)
    return _with(replace(placement, question=new), others)


def _with(placement: Placement, alternatives: tuple[str | None, ...]) -> Placement:
    return replace(placement, alternatives=alternatives)


def _merged(one: QuestionState, other: QuestionState) -> QuestionState:
    summaries = [state.summary for state in (one, other) if state.summary]
    return QuestionState("\n\n".join(summaries) or None)

"""Another agenda in mid-chat: what people wrote before means the questions as they were then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.grouping.memory import Memory, PlacedPost

_SURE = ("label", "reply", "quote", "repost")
"""What may take a post out of General again whose question left the agenda."""


def renaming(old: Memory, chat: Chat) -> Callable[[str | None], str | None]:
    """What became of the old agenda's questions, told by what the chat did with their posts."""
    went: dict[str, Counter[str | None]] = defaultdict(Counter)
    for known in old.posts.values():
        entry = chat.entry(known.id)
        if known.placement.question and entry is not None:
            went[known.placement.question][entry.placement.question] += 1
    texts = {question.text.casefold(): question.id for question in chat.agenda.questions}

    def now(question: str | None) -> str | None:
        was = old.agenda.get(question)
        if question is None or was is None:
            return None
        if question in went:
            return went[question].most_common(1)[0][0]
        same = question if question in chat.agenda else None
        return texts.get(was.text.casefold(), same)

    return now


def carry_over(old: Memory, new: Memory, chat: Chat) -> list[PlacedPost]:
    """Read labels as they were meant; gives the posts that are worth another thought."""
    now = renaming(old, chat)
    added = _added(old.agenda, chat.agenda, now)
    again = []
    for known in new.posts.values():
        before, reading = old.posts.get(known.id), new.reading(known)
        if before is None:
            continue
        label, news = old.reading(before).label, False
        if label is not None:
            question, also = now(label.question), now(label.also)
            label = label._replace(question=question, also=also) if question else None
        elif reading.label and reading.label.question in added:
            label, news = reading.label, True
        known.read = replace(reading, label=label)
        if news or known.placement.inbox:
            again.append(known)
    return again


def _added(old: Agenda, new: Agenda, now: Callable[[str | None], str | None]) -> set[str]:
    """Questions that the old agenda had in no form."""
    return {q.id for q in new.questions} - {now(question.id) for question in old.questions}


def worth_it(known: PlacedPost, placement: Placement) -> bool:
    """Whether a post should go there; one whose question left waits for a look, or a good sign."""
    if known.placement.question is None and known.placement.reason.endswith("left the agenda"):
        return placement.question is not None and placement.by in _SURE
    return True

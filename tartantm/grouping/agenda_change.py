"""A changed agenda: labels written before the change keep the questions they meant at the time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.grouping.memory import Memory, PlacedPost

_SURE = ("label", "reply", "quote", "repost")
"""What may move a post out of General after its question was removed from the agenda."""


def map_questions(old: Memory, chat: Chat) -> Callable[[str | None], str | None]:
    """Returns a function from an old question's id to its new id, None where it was removed.

    It goes by where the chat moved the posts of a question, then by the question's text.
    """
    went: dict[str, Counter[str | None]] = defaultdict(Counter)
    for placed in old.posts.values():
        entry = chat.entry(placed.id)
        if placed.placement.question and entry is not None:
            went[placed.placement.question][entry.placement.question] += 1
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


def keep_old_labels(old: Memory, new: Memory, chat: Chat) -> list[PlacedPost]:
    """Keep labels and hosts' words as they were meant; returns the posts to be placed again.

    Those are the posts in the inbox, and those whose label names a question that is new.
    """
    now = map_questions(old, chat)
    added = _new_questions(old.agenda, chat.agenda, now)
    again = []
    for placed in new.posts.values():
        before, reading = old.posts.get(placed.id), new.reading(placed)
        if before is None:
            continue
        label, news = old.reading(before).label, False
        if label is not None:
            question, also = now(label.question), tuple(filter(None, map(now, label.also)))
            label = label._replace(question=question, also=also) if question else None
        elif reading.label and reading.label.question in added:
            label, news = reading.label, True
        placed.read = replace(reading, label=label)
        if (cue := old.cues.get(placed.id)) and placed.id in new.cues:
            question = now(cue.question)
            gone = cue.question is not None and question is None
            new.record_cue(placed, None if gone else cue._replace(question=question))
        if news or placed.placement.inbox:
            again.append(placed)
    return again


def _new_questions(old: Agenda, new: Agenda, now: Callable[[str | None], str | None]) -> set[str]:
    """Returns the ids of questions that the old agenda did not have in any form."""
    return {q.id for q in new.questions} - {now(question.id) for question in old.questions}


def may_move(placed: PlacedPost, placement: Placement) -> bool:
    """Whether a post may be moved to `placement`.

    A post whose question was removed stays in General until a person moves it or a label, reply,
    quote or repost places it.
    """
    if placed.placement.question is None and placed.placement.reason.endswith("left the agenda"):
        return placement.question is not None and placement.by in _SURE
    return True

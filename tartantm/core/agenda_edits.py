"""Edits of the agenda while the chat runs: pure functions from one agenda to the next.

Each returns the new agenda, what became of old question ids, and what was done in words. Questions
in `fixed`, which were opened, keep their numbers whatever happens: people have written "A3" and go
on writing it. The others are numbered in order with the numbers that they have among them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Question, numbered
from tartantm.core.errors import BadInput

MOST_FOLLOW_UPS = 26


class Edit(NamedTuple):
    """An agenda after a change."""

    agenda: Agenda
    renamed: dict[str, str | None]
    """New ids by old ones; None for questions that are gone. Ids that stayed are left out."""
    words: str
    """What was done: "Inserted Q4"."""


class _Point(NamedTuple):
    """A question with its follow-ups before they are numbered; ids are the old ones, "" if new."""

    question: Question
    follow_ups: tuple[Question, ...] = ()


def insert(
    agenda: Agenda,
    text: str,
    after: str | None,
    fixed: Collection[str] = (),
    *,
    follow_up: bool = False,
    asked_by: tuple[str, ...] = (),
) -> Edit:
    """Insert a question after another, or first with None; or as the last follow-up of that."""
    new = Question("", _words(text), asked_by=asked_by)
    points = _points(agenda)
    if after is None:
        return _renumbered(agenda, [_Point(new), *points], fixed, "Inserted {new}")
    at = _index(points, agenda, after)
    if follow_up:
        points[at] = _Point(points[at].question, (*points[at].follow_ups, new))
    else:
        points.insert(at + 1, _Point(new))
    return _renumbered(agenda, points, fixed, "Inserted {new}")


def reword(agenda: Agenda, question_id: str, text: str) -> Edit:
    """Replace the text of a question."""
    _question(agenda, question_id)
    questions = tuple(
        replace(each, text=_words(text)) if each.id == question_id else each
        for each in agenda.questions
    )
    return Edit(replace(agenda, questions=questions), {}, f"Reworded {question_id}")


def move(agenda: Agenda, question_id: str, by: int, fixed: Collection[str] = ()) -> Edit:
    """Move a question by so many places, a follow-up among the follow-ups of its question."""
    question = _question(agenda, question_id)
    points = _points(agenda)
    at = _index(points, agenda, question_id)
    words = f"Moved {question_id} {'down' if by > 0 else 'up'}"
    if question.parent:
        kept = list(points[at].follow_ups)
        here = kept.index(question)
        kept.insert(_clamped(here + by, kept), kept.pop(here))
        points[at] = _Point(points[at].question, tuple(kept))
    else:
        points.insert(_clamped(at + by, points), points.pop(at))
    return _renumbered(agenda, points, fixed, words)


def merge(agenda: Agenda, question_id: str, into: str, fixed: Collection[str] = ()) -> Edit:
    """Make one question of two: `into` takes the text, the posts and the follow-ups."""
    gone, kept = _question(agenda, question_id), _question(agenda, into)
    if question_id == into or gone.parent == into or kept.parent == question_id:
        raise BadInput(f"{question_id} and {into} cannot become one; choose another question.")
    follow_ups = tuple(each for each in agenda.questions if each.parent == question_id)
    points = _without(_points(agenda), gone)
    both = replace(
        kept,
        text=f"{kept.text} {gone.text}",
        minutes=(kept.minutes or 0) + (gone.minutes or 0) or None,
        asked_by=tuple(dict.fromkeys((*kept.asked_by, *gone.asked_by))),
    )
    at = _index(points, agenda, into)
    old = points[at]
    points[at] = _Point(
        both if old.question == kept else old.question,
        (*(both if each == kept else each for each in old.follow_ups), *follow_ups),
    )
    return _renumbered(
        agenda, points, fixed, f"Merged {question_id} into {into}", {question_id: into}
    )


def split(
    agenda: Agenda, question_id: str, first: str, second: str, fixed: Collection[str] = ()
) -> Edit:
    """Make two questions of one; its posts stay with the first.

    Both were made of the post that asked it, and may have its words.
    """
    question = _question(agenda, question_id)
    kept = replace(question, text=_words(first))
    new = Question("", _words(second), asked_by=question.asked_by)
    points = _points(agenda)
    at = _index(points, agenda, question_id)
    old = points[at]
    if question.parent:
        here = old.follow_ups.index(question)
        rest = old.follow_ups[here + 1 :]
        points[at] = _Point(old.question, (*old.follow_ups[:here], kept, new, *rest))
    else:
        points[at : at + 1] = [_Point(kept, old.follow_ups), _Point(new)]
    return _renumbered(agenda, points, fixed, f"Split {question_id}: {{new}} is new")


def skip(agenda: Agenda, question_id: str, fixed: Collection[str] = ()) -> Edit:
    """Remove a question and its follow-ups; the others keep their numbers."""
    gone = _question(agenda, question_id)
    left = [q for q in agenda.questions if question_id in (q.id, q.parent)]
    points = _without(_points(agenda), gone)
    renamed: dict[str, str | None] = {each.id: None for each in left}
    return _renumbered(agenda, points, fixed, f"Skipped {question_id}", renamed)


def promote(
    agenda: Agenda,
    text: str,
    post_id: str,
    after: str | None,
    fixed: Collection[str] = (),
    *,
    follow_up: bool = False,
) -> Edit:
    """Make a post a question of the agenda, asked by that post."""
    edit = insert(agenda, text, after, fixed, follow_up=follow_up, asked_by=(post_id,))
    return edit._replace(words=edit.words.replace("Inserted", "Made a post"))


def new_id(before: Agenda, edit: Edit) -> str | None:
    """Returns the id of the question that an edit added, None where it added none."""
    kept = {edit.renamed.get(question.id, question.id) for question in before.questions}
    return next((each.id for each in edit.agenda.questions if each.id not in kept), None)


def _points(agenda: Agenda) -> list[_Point]:
    return [
        _Point(each, tuple(q for q in agenda.questions if q.parent == each.id))
        for each in agenda.questions
        if each.parent is None
    ]


def _without(points: Sequence[_Point], gone: Question) -> list[_Point]:
    return [
        _Point(point.question, tuple(each for each in point.follow_ups if each != gone))
        for point in points
        if point.question != gone
    ]


def _index(points: Sequence[_Point], agenda: Agenda, question_id: str) -> int:
    """Returns the index of the question that an id, perhaps a follow-up's, belongs to."""
    question = _question(agenda, question_id)
    wanted = question.parent or question.id
    return next(n for n, point in enumerate(points) if point.question.id == wanted)


def _renumbered(
    agenda: Agenda,
    points: Sequence[_Point],
    fixed: Collection[str],
    words: str,
    renamed: dict[str, str | None] | None = None,
) -> Edit:
    """Number all questions, and return the edit with what old ids became."""
    now: dict[str, str | None] = {}
    questions: list[Question] = []
    new = ""
    tops = [point.question for point in points]
    for number, point in zip(_numbers(tops, fixed), points, strict=True):
        top = numbered(number)
        letters = _letters(point.follow_ups, top, fixed)
        ids = [top, *(numbered(number, letter) for letter in letters)]
        for question_id, question in zip(ids, (point.question, *point.follow_ups), strict=True):
            if question.id:
                now[question.id] = question_id
            else:
                new = question_id
            parent = None if question_id == top else top
            questions.append(replace(question, id=question_id, parent=parent))
    gone = renamed or {}
    # What was merged into another question gets that one's new id.
    now |= {old: now[target] if target else None for old, target in gone.items()}
    different: dict[str, str | None] = {old: name for old, name in now.items() if old != name}
    return Edit(replace(agenda, questions=tuple(questions)), different, words.format(new=new))


def _numbers(questions: Sequence[Question], fixed: Collection[str]) -> list[int]:
    """Returns a number for each question, in order: fixed ones keep theirs, the others share."""
    kept = {question.number for question in questions if question.id in fixed}
    free = sorted(q.number for q in questions if q.id and q.id not in fixed)
    following = max([*kept, *free], default=0) + 1
    free += range(following, following + sum(not question.id for question in questions))
    numbers = iter(sorted(free))
    return [q.number if q.id in fixed else next(numbers) for q in questions]


def _letters(follow_ups: Sequence[Question], top: str, fixed: Collection[str]) -> list[int]:
    """Returns each follow-up's letter, counted from 0; fixed ones keep theirs."""
    own = [each.parent == top and each.id in fixed for each in follow_ups]
    kept = {_letter(each) for each, is_kept in zip(follow_ups, own, strict=True) if is_kept}
    free = (n for n in range(len(follow_ups) + len(kept)) if n not in kept)
    letters = [
        _letter(each) if is_kept else next(free)
        for each, is_kept in zip(follow_ups, own, strict=True)
    ]
    if max(letters, default=0) >= MOST_FOLLOW_UPS:
        raise BadInput(f"{top} has {MOST_FOLLOW_UPS} follow-ups already; make it a question.")
    return letters


def _letter(follow_up: Question) -> int:
    return ord(follow_up.id[-1]) - ord("a")


def _clamped(place: int, among: Sequence[object]) -> int:
    return max(0, min(place, len(among) - 1))


def _question(agenda: Agenda, question_id: str) -> Question:
    question = agenda.get(question_id)
    if question is None:
        raise BadInput(f"The agenda has no {question_id}.")
    return question


def _words(text: str) -> str:
    if not text.strip():
        raise BadInput("A question needs words.")
    return text.strip()

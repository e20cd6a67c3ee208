"""What the agenda plans next: the question to open after this one, and when its time is up."""

from __future__ import annotations

from datetime import datetime, timedelta

from tartantm.core.agenda import Question
from tartantm.core.chat import Chat


def next_question(chat: Chat) -> Question | None:
    """Returns the question after the one opened last; None after the last of the agenda."""
    active = reversed(chat.periods.active)
    return chat.agenda.after(next((period.question for period in active if period.question), None))


def question_before(chat: Chat, at: datetime) -> str | None:
    """Returns the question that was open before the one that is open at a time.

    Where none is open then, it is the last that was; None where there was none before.
    """
    then = chat.periods.at(at)
    earlier = [p.question for p in chat.periods.active if p.question and p.at <= at]
    return next((each for each in reversed(earlier) if not then or each != then.question), None)


def planned_end(chat: Chat) -> datetime | None:
    """Returns when the open question's time is up: by its minutes, or when the next is planned."""
    period = chat.periods.last
    question = chat.agenda.get(period.question) if period else None
    if period is None or question is None:
        return None
    if question.minutes:
        return period.at + timedelta(minutes=question.minutes)
    following = chat.agenda.after(question.id)
    planned = following.opens_at if following else None
    return planned if planned and planned > period.at else None

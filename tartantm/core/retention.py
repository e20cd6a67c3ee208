"""How long sessions are kept, and how often posts have to be looked for at their networks."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.errors import BadInput

if TYPE_CHECKING:
    from tartantm.core.chat import Chat

X_HOURS = 24
"""X wants what was deleted there out of all copies within this time."""

X_RULE = (
    "X allows others' posts to be handed on as links; of their full words, as they are here, at"
    " most 500 posts a person a day, by hand. --x-text link leaves them out."
)
"""What the terms of X (autumn 2026) come down to for whoever publishes a transcript."""

MOST_YEARS = 100

_PERIOD = re.compile(r"\s*(\d{1,6})\s*(d|days?|w|weeks?|mo|months?|y|years?)\s*", re.IGNORECASE)
_NAMES = {"d": "day", "w": "week", "m": "month", "y": "year"}
_DAYS = {"day": 1, "week": 7, "month": 28, "year": 365}


class Period(NamedTuple):
    """A number of days, weeks, months or years of the calendar."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'s' * (self.number != 1)}"

    def after(self, start: datetime) -> datetime:
        """Returns the moment that lies this period after another."""
        if self.unit in ("day", "week"):
            return start + timedelta(days=self.number * _DAYS[self.unit])
        months = self.number * (12 if self.unit == "year" else 1)
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        day = min(start.day, monthrange(year, month + 1)[1])
        return start.replace(year=year, month=month + 1, day=day)


def parse_period(written: str) -> Period:
    """Returns the period that "90 days", "90d", "18 months" or "2 years" names."""
    found = _PERIOD.fullmatch(written)
    if not found or not int(found[1]):
        raise BadInput(f"{written!r} is no period; write it as 90 days, 6 months or 2 years.")
    period = Period(int(found[1]), _NAMES[found[2][0].casefold()])
    if period.number * _DAYS[period.unit] > MOST_YEARS * 366:
        raise BadInput(f"{period} is too long; {MOST_YEARS} years are the most.")
    return period


def due_since(chat: Chat, period: Period | None, now: datetime) -> datetime | None:
    """Returns since when a session is kept for longer than a period, None where it is not."""
    said = last_said(chat)
    if period is None or said is None:
        return None
    due = period.after(said)
    return due if due <= now else None


def last_said(chat: Chat) -> datetime | None:
    """Returns when the last post of a session was written; None where that is unknown.

    A recording may be imported years after the evening. No post was written after it was heard,
    whatever its network claims. A session without posts counts from its last event.
    """
    heard = chat.heard_at or chat.last_at
    said = [e.post.sort_at for e in chat.posts() if not e.withdrawn]
    return min(max(said), heard) if said and heard else heard


def needs_recheck(chat: Chat, now: datetime) -> bool:
    """Whether posts from X were neither heard nor looked for within X's time."""
    if not any(
        entry.post.network == "x" and not (entry.deleted_at or entry.withdrawn)
        for entry in chat.entries.values()
    ):
        return False
    known = [at for at in (chat.heard_at, chat.rechecked and chat.rechecked[0]) if at]
    return not known or now - max(known) > timedelta(hours=X_HOURS)

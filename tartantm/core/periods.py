"""Which question was open when: the periods of an evening, in the order of the chat's clock."""

from __future__ import annotations

from bisect import bisect_right, insort
from datetime import datetime
from itertools import zip_longest
from operator import attrgetter

from msgspec import Struct


class Period(Struct):
    """A stretch of the evening in which one question was open; None when none was."""

    at: datetime
    seq: int
    question: str | None
    by: str = "moderator"
    post: str | None = None
    """The host's post that opened it."""
    withdrawn: bool = False
    """Undone: as if it had never been."""


class Periods:
    """All periods by time. They may be added in any order: a host's post can arrive late."""

    def __init__(self) -> None:
        self.all_periods: list[Period] = []
        """The withdrawn ones too."""

    def add(self, period: Period) -> None:
        """Put a period where its time belongs."""
        insort(self.all_periods, period, key=lambda period: (period.at, period.seq))

    @property
    def active(self) -> list[Period]:
        """The periods that hold, by time."""
        return [period for period in self.all_periods if not period.withdrawn]

    def at(self, when: datetime) -> Period | None:
        """The period that ran at a time, None before the first."""
        running = self.active
        index = bisect_right(running, when, key=attrgetter("at"))
        return running[index - 1] if index else None

    @property
    def last(self) -> Period | None:
        """The period that runs now."""
        running = self.active
        return running[-1] if running else None

    @property
    def open_question(self) -> str | None:
        """The question that is open now."""
        return self.last.question if self.last else None

    def opened_at(self, question: str) -> datetime | None:
        """When a question was first opened, None where it never was."""
        return next((period.at for period in self.active if period.question == question), None)

    def closed_at(self, question: str) -> datetime | None:
        """When a question's last period ended, None while it is open or was never opened."""
        ended = None
        running = self.active
        for period, following in zip_longest(running, running[1:]):
            if period.question == question:
                ended = following.at if following else None
        return ended

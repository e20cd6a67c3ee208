"""Periods: which question was open when, in the order of the chat's clock."""

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
    """The post that opened it."""
    withdrawn: bool = False
    """Undone: it counts as if it had never been."""


class Periods:
    """All periods by time. They may be added in any order, for a host's post can arrive late."""

    def __init__(self) -> None:
        self.all_periods: list[Period] = []
        """Including withdrawn ones."""

    def add(self, period: Period) -> None:
        """Insert a period by its time."""
        insort(self.all_periods, period, key=lambda period: (period.at, period.seq))

    @property
    def active(self) -> list[Period]:
        """The periods that were not withdrawn, by time."""
        return [period for period in self.all_periods if not period.withdrawn]

    def at(self, when: datetime) -> Period | None:
        """Returns the period that a time is in, None before the first."""
        active = self.active
        index = bisect_right(active, when, key=attrgetter("at"))
        return active[index - 1] if index else None

    @property
    def last(self) -> Period | None:
        """The latest period, None where there is none."""
        active = self.active
        return active[-1] if active else None

    @property
    def open_question(self) -> str | None:
        """The question that is open now."""
        return self.last.question if self.last else None

    def opened_at(self, question: str) -> datetime | None:
        """Returns when a question was first opened, None where it never was."""
        return next((period.at for period in self.active if period.question == question), None)

    def closed_at(self, question: str) -> datetime | None:
        """Returns when a question's last period ended, None while open or never opened."""
        ended = None
        active = self.active
        for period, following in zip_longest(active, active[1:]):
            if period.question == question:
                ended = following.at if following else None
        return ended

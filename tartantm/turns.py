"""Which question was open when: the turns of an evening, in the order of the chat's clock."""

from __future__ import annotations

from bisect import bisect_right, insort
from datetime import datetime
from itertools import zip_longest
from operator import attrgetter

from msgspec import Struct


class Turn(Struct):
    """A stretch of the evening in which one question was open; None when none was."""

    at: datetime
    seq: int
    question: str | None
    by: str = "moderator"
    post: str | None = None
    """The host's post that opened it."""
    withdrawn: bool = False
    """Undone: as if it had never been."""


class Turns:
    """All turns by time. They may be added in any order: a host's post can arrive late."""

    def __init__(self) -> None:
        self.everything: list[Turn] = []
        """The withdrawn ones too."""

    def add(self, turn: Turn) -> None:
        """Put a turn where its time belongs."""
        insort(self.everything, turn, key=lambda turn: (turn.at, turn.seq))

    @property
    def running(self) -> list[Turn]:
        """The turns that hold, by time."""
        return [turn for turn in self.everything if not turn.withdrawn]

    def at(self, when: datetime) -> Turn | None:
        """The turn that ran at a time, None before the first."""
        running = self.running
        index = bisect_right(running, when, key=attrgetter("at"))
        return running[index - 1] if index else None

    @property
    def last(self) -> Turn | None:
        """The turn that runs now."""
        running = self.running
        return running[-1] if running else None

    @property
    def open_question(self) -> str | None:
        """The question that is open now."""
        return self.last.question if self.last else None

    def opened_at(self, question: str) -> datetime | None:
        """When a question was first opened, None where it never was."""
        return next((turn.at for turn in self.running if turn.question == question), None)

    def closed_at(self, question: str) -> datetime | None:
        """When a question's last turn ended, None while it is open or was never opened."""
        ended = None
        running = self.running
        for turn, following in zip_longest(running, running[1:]):
            if turn.question == question:
                ended = following.at if following else None
        return ended

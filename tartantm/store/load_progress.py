"""How far the reading of a session is, for whoever waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tartantm.core.events import Recorded
    from tartantm.store.journal import Journal


class Abandoned(Exception):
    """Nobody wants any more what was being read."""


class Reading:
    """A session file that is being read; other threads may see how far it is, and end it."""

    def __init__(self, title: str = "") -> None:
        self.title = title
        """What the evening is called, as far as it was read."""
        self.done = 0
        """Number of the event read last."""
        self.total = 0
        """Number of the last event there is; 0 until that is known."""
        self.abandoned = False
        """Whoever sets this has the reading end with `Abandoned` at the next event."""

    def events(self, journal: Journal) -> Iterator[Recorded]:
        """Every event of a journal, which then knows that it gave them out."""
        from tartantm.core.events import AgendaChanged, Begun

        self.total = journal.last
        for item in journal.since(0):
            if self.abandoned:
                raise Abandoned
            if isinstance(item.event, Begun | AgendaChanged):
                self.title = item.event.agenda.title
            journal.position = self.done = item.seq
            yield item

"""Progress of loading a session file, for another thread that shows it and may abandon it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tartantm.core.events import Recorded
    from tartantm.store.journal import Journal


class Abandoned(Exception):
    """Loading ended early because nobody wants its result any more."""


class LoadProgress:
    """How much of a session file has been read; other threads may look at it and end it."""

    def __init__(self, title: str = "") -> None:
        self.title = title
        """The chat's title, as far as it was read."""
        self.done = 0
        """Number of the event read last."""
        self.total = 0
        """Number of the last event in the file; 0 until that is known."""
        self.abandoned = False
        """When this is set, loading ends with `Abandoned` at the next event."""

    def events(self, journal: Journal) -> Iterator[Recorded]:
        """Yields every event of a journal, and move its position along."""
        from tartantm.core.events import AgendaChanged, Begun

        self.total = journal.last
        for item in journal.since(0):
            if self.abandoned:
                raise Abandoned
            if isinstance(item.event, Begun | AgendaChanged):
                self.title = item.event.agenda.title
            self.done = item.seq
            yield item
            journal.position = item.seq

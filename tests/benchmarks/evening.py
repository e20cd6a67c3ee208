"""An evening as a running desk has it: posts arrive, grouping places them, a moderator moves some.

Everything goes through the product: `Capture`, `Grouper` and `Chat.apply`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from tartantm.capture.capture import Capture
from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import Begun, Event, Grouped, Placed, Recorded
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.ranker import Weights
from tartantm.networks.heard import Heard

_RECORDED_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""When events were recorded must not matter."""


class Evening:
    """A chat with its grouper, and nobody at the keys but who calls `place`."""

    def __init__(self, agenda: Agenda, weights: Weights | None = None) -> None:
        self.chat = Chat()
        self._happen([Begun(agenda)])
        self.grouper = Grouper(self.chat, weights)
        self._capture = Capture(self.chat, self.grouper)

    def hear(self, heard: Iterable[Heard]) -> list[str]:
        """Hear some posts in one commit; returns the ids of all posts whose places are new."""
        return self._observed(self._happen(self._capture.events_for(list(heard))))

    def place(self, moves: Mapping[str, str | None]) -> list[str]:
        """Let the moderator place posts; returns the ids of all posts whose places are new."""
        placed = dict(moves)
        return self._observed(self._happen([Placed(placed, self.grouper.carried(placed))]))

    def record(self, event: Event) -> list[str]:
        """Let something else happen; returns the ids of all posts whose places are new."""
        return self._observed(self._happen([event]))

    def _observed(self, change: Change) -> list[str]:
        touched = [*change.added, *change.changed]
        if revised := self.grouper.observe(change):
            touched += self._happen([Grouped(revised)]).changed
        return touched

    def _happen(self, events: Sequence[Event]) -> Change:
        items = (
            Recorded(n, _RECORDED_AT, event)
            for n, event in enumerate(events, self.chat.last_seq + 1)
        )
        return Change().merge(self.chat.apply(item) for item in items)


def hear(
    agenda: Agenda, heard: Iterable[Heard], *, batch: int = 1, weights: Weights | None = None
) -> Chat:
    """Let a chat hear posts in order, `batch` of them to a commit, as a running desk does."""
    evening, waiting = Evening(agenda, weights), list(heard)
    for start in range(0, len(waiting), batch):
        evening.hear(waiting[start : start + batch])
    return evening.chat

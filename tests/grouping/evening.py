"""An evening for the tests of grouping: what is heard, opened and corrected reaches the chat."""

from __future__ import annotations

from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Question
from tartantm.core.entry import Change
from tartantm.core.events import (
    Captured,
    Event,
    Grouped,
    Opened,
    Placed,
    Placement,
    Recorded,
    Redone,
    Undone,
)
from tartantm.core.post import Post
from tartantm.grouping import Grouper, PlaceResult
from tests.builders import AGENDA, START, at, chat_of, post

ISLA = "isla"
"""The host."""

SIX = replace(
    AGENDA,
    questions=(
        Question("Q1", "Are the days of just doing it over?"),
        Question("Q2", "Do we need a written strategy?"),
        Question("Q3", "Who keeps the passwords and keys?"),
        Question("Q4", "How do we win over laggards in the boardroom?"),
        Question("Q4a", "Is winning them necessary?", "Q4"),
        Question("Q5", "Should an account have personality?"),
        Question("Q6", "What happens when followers leave?"),
    ),
)


class Evening:
    """A chat and its grouper, and everything that happens to them, as on a desk."""

    def __init__(self, agenda: Agenda = SIX, *opened: tuple[str, float]) -> None:
        self.chat = chat_of(agenda=agenda)
        self.grouper = Grouper(self.chat)
        for question, minute in opened:
            self.open(question, minute)

    def happen(self, *events: Event) -> dict[str, Placement]:
        """Let events happen and record what follows; gives that."""
        revised = self.grouper.observe(self.apply(*events))
        if revised:
            again = self.grouper.observe(self.apply(Grouped(revised)))
            assert again == {}, "observing what was given must not give more"
        return revised

    def apply(self, *events: Event) -> Change:
        """Let events happen without telling the grouper."""
        first = self.chat.last_seq + 1
        items = [Recorded(n, START, event) for n, event in enumerate(events, first)]
        return Change().merge(self.chat.apply(item) for item in items)

    def open(self, question: str, minute: float) -> dict[str, Placement]:
        """The moderator opens a question."""
        return self.happen(Opened(question, at(minute), "moderator"))

    def hear(self, new: Post) -> PlaceResult:
        """A source hears a post; what comes of it is durable at once."""
        placing, events = self.place(new)
        self.happen(*events)
        return placing

    def place(self, new: Post) -> tuple[PlaceResult, list[Event]]:
        """A source hears a post; gives the events that are to become durable."""
        placing = self.grouper.place(new)
        events: list[Event] = [Captured(new, placing.placement)]
        if placing.opens:
            events.append(Opened(placing.opens, new.sort_at, "host", new.id))
        if placing.revised:
            events.append(Grouped(placing.revised))
        return placing, events

    def says(self, name: str, text: str, minute: float, **more: object) -> Placement:
        """A post is heard; gives where it stands. Its author is "ailsa" if nothing else is said."""
        return self.hear(post(name, text, minute, **more)).placement

    def move(self, **moves: str | None) -> dict[str, Placement]:
        """The moderator puts posts (named without ``x:``) elsewhere; gives what went along."""
        targets = {f"x:{name}": question for name, question in moves.items()}
        carried = self.grouper.carried(targets)
        self.happen(Placed(targets, carried))
        return carried

    def undo(self) -> dict[str, Placement]:
        """The moderator takes the last act back."""
        act = self.chat.history.undoable
        assert act is not None
        return self.happen(Undone(act.seq))

    def redo(self) -> dict[str, Placement]:
        """The moderator does it again."""
        act = self.chat.history.redoable
        assert act is not None
        return self.happen(Redone(act.seq))

    def stands(self, name: str) -> Placement:
        """Where a post stands in the chat; names without network are on X."""
        entry = self.chat.entry(name if ":" in name else f"x:{name}")
        assert entry is not None
        return entry.placement

"""An evening for the tests of grouping: posts, openings and corrections reach chat and grouper."""

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
    """A chat with its grouper, driven as the desk drives them."""

    def __init__(self, agenda: Agenda = SIX, *opened: tuple[str, float]) -> None:
        self.chat = chat_of(agenda=agenda)
        self.grouper = Grouper(self.chat)
        for question, minute in opened:
            self.open(question, minute)

    def happen(self, *events: Event) -> dict[str, Placement]:
        """Apply events and record what follows; returns that."""
        revised = self.grouper.observe(self.apply(*events))
        if revised:
            again = self.grouper.observe(self.apply(Grouped(revised)))
            assert again == {}, "observing what was given must not give more"
        return revised

    def apply(self, *events: Event) -> Change:
        """Apply events without passing them to the grouper."""
        first = self.chat.last_seq + 1
        items = [Recorded(n, START, event) for n, event in enumerate(events, first)]
        return Change().merge(self.chat.apply(item) for item in items)

    def open(self, question: str, minute: float) -> dict[str, Placement]:
        """The moderator opens a question."""
        return self.happen(Opened(question, at(minute), "moderator"))

    def hear(self, new: Post) -> PlaceResult:
        """A source delivers a post; the events are applied at once."""
        placing, events = self.place(new)
        self.happen(*events)
        return placing

    def place(self, new: Post) -> tuple[PlaceResult, list[Event]]:
        """A source delivers a post; returns the events that would be recorded."""
        placing = self.grouper.place(new)
        events: list[Event] = [Captured(new, placing.placement)]
        if placing.opens:
            events.append(Opened(placing.opens, new.sort_at, "host", new.id))
        for question, by in placing.by_cue:
            events.append(Opened(question, by.sort_at, "host", by.id))
        if placing.revised:
            events.append(Grouped(placing.revised))
        return placing, events

    def says(self, name: str, text: str, minute: float, **more: object) -> Placement:
        """A post is delivered, by "ailsa" unless said otherwise; returns its placement."""
        return self.hear(post(name, text, minute, **more)).placement

    def move(self, **moves: str | None) -> dict[str, Placement]:
        """The moderator moves posts (named without ``x:``); returns what was moved along."""
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
        """Return a post's placement in the chat; ids without a network are on X."""
        entry = self.chat.entry(name if ":" in name else f"x:{name}")
        assert entry is not None
        return entry.placement

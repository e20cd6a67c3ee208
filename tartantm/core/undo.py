"""Undo and redo: what each act changed, so that it can be undone and redone at any depth.

Undoing is an event like any other. It restores only what still is as the act left it: another
desk on the same session may have changed it since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tartantm.core.events import Act, Event


class ActDone(Struct, eq=False):
    """An act that was done, and what it changed."""

    seq: int
    """Sequence number of its first event."""
    at: datetime
    event: Act
    words: str
    """What was done, for people: "Moved 4 posts from Q2 to Q4"."""
    by_person: bool = True
    """False where a question opened by itself: by the plan, or by a host's post."""
    changes: list[tuple[Any, str, Any, Any]] = field(default_factory=list)
    """(holder, attribute, before, after), in order."""
    posts: tuple[str, ...] = ()
    undone: bool = False
    joined: list[Act] = field(default_factory=list)
    """Events that were recorded right after the first, as parts of this act."""

    @property
    def events(self) -> list[Act]:
        """Every event of the act, in order."""
        return [self.event, *self.joined]

    @property
    def until(self) -> int:
        """Sequence number of its last event."""
        return self.seq + len(self.joined)


def in_acts(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yields events that are recorded together: each with those that are joined to it."""
    act: list[Event] = []
    for event in events:
        if act and not getattr(event, "joined", False):
            yield act
            act = []
        act.append(event)
    if act:
        yield act


def moved_up(act: Sequence[Event], left: Sequence[Event | None]) -> list[Event | None]:
    """Returns what is left of an act's events, each moved up into the place of one that goes.

    What undid or redid an act names the number of its first event, and a part of it is known as
    such by the number right before its own. So what is left stays one act, undone or not as before.
    """
    kept = [event for event in left if event is not None]
    if kept and len(kept) < len(act):
        # The first has no such field where it is neither a mute nor a redaction.
        joined = getattr(act[0], "joined", False)
        if getattr(kept[0], "joined", joined) != joined:
            kept[0] = replace(kept[0], joined=joined)
    return [*kept, *[None] * (len(act) - len(kept))]


class History:
    """Every act of a chat, oldest first, including undone ones."""

    def __init__(self) -> None:
        self.acts: list[ActDone] = []
        self._undo: list[ActDone] = []
        self._redo: list[ActDone] = []
        self._under_way: ActDone | None = None

    def begin(self, act: ActDone) -> ActDone:
        """Start an act: until `end`, all that `set` and `created` record is part of it.

        Returns the act: the one right before where the event is joined to that. Where its first
        event was erased, the rest stands for itself.
        """
        last = self.acts[-1] if self.acts else None
        if (
            getattr(act.event, "joined", False)
            and last is not None
            and last.until == act.seq - 1
            and not last.undone
        ):
            last.joined.append(act.event)
            act = last
        self._under_way = act
        return act

    def end(self, posts: tuple[str, ...]) -> None:
        """Finish the act under way; `posts` are those that it concerned."""
        act = self._under_way
        assert act is not None
        self._under_way = None
        if act.joined:
            act.posts = tuple(dict.fromkeys((*act.posts, *posts)))
            return
        act.posts = posts
        self.acts.append(act)
        self._undo.append(act)
        # A question that opens by itself must not cost the moderator what could still be redone.
        if act.by_person:
            self._redo.clear()

    def set(self, holder: Any, attribute: str, value: Any) -> bool:
        """Set an attribute as part of the act under way, if any; return whether that changed it."""
        before = getattr(holder, attribute)
        if before == value:
            return False
        setattr(holder, attribute, value)
        if self._under_way is not None:
            self._under_way.changes.append((holder, attribute, before, value))
        return True

    def created(self, holder: Any) -> None:
        """Note that the act under way, if any, created `holder`: undoing it withdraws that."""
        if self._under_way is not None:
            self._under_way.changes.append((holder, "withdrawn", True, False))

    @property
    def undoable(self) -> ActDone | None:
        """The act that would be undone next."""
        return self._undo[-1] if self._undo else None

    @property
    def redoable(self) -> ActDone | None:
        """The act that would be redone next."""
        return self._redo[-1] if self._redo else None

    def find(self, seq: int, *, undo: bool) -> ActDone | None:
        """Returns the act with that number, None where it cannot be undone (or redone) now."""
        candidates = self._undo if undo else self._redo
        return next((act for act in reversed(candidates) if act.seq == seq), None)

    def amend(self, act: ActDone, holder: Any, attribute: str, value: Any) -> None:
        """Set an attribute as a part of an act that was just undone or redone.

        Redoing or undoing that act restores what stood there before.
        """
        was = getattr(holder, attribute)
        setattr(holder, attribute, value)
        before, after = (value, was) if act.undone else (was, value)
        act.changes.append((holder, attribute, before, after))

    def forget_undone(self) -> None:
        """Let nothing be redone any more that was undone up to now."""
        self._redo.clear()

    def forget(self, holder: Any, attribute: str) -> None:
        """Keep an attribute as it is, whatever act is undone or redone."""
        for act in self.acts:
            act.changes = [
                each for each in act.changes if not (each[0] is holder and each[1] == attribute)
            ]

    def reverse(self, act: ActDone, *, undo: bool) -> None:
        """Undo an act, or redo it."""
        source, target = (self._undo, self._redo) if undo else (self._redo, self._undo)
        for holder, attribute, before, after in reversed(act.changes) if undo else act.changes:
            was, becomes = (after, before) if undo else (before, after)
            if getattr(holder, attribute) == was:
                setattr(holder, attribute, becomes)
        act.undone = undo
        source.remove(act)
        target.append(act)

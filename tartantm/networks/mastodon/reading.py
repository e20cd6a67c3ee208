"""How far the timeline of a hashtag was read, over several tries.

A server may be slow, limit what is asked of it within a moment, or break off in the middle. The
next try begins at the top again, since new posts are there; where it meets what an earlier one had,
it goes on below that. So each try makes progress, and the whole is read in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class Part:
    """A part of a timeline that was read without a hole, from one post down to another."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.below = ""
        """The id of the last post; "" before the first page."""
        self.pages = 0
        self.had_since: datetime | None = None
        """How far back it goes for sure."""
        self.ends_at: datetime | None = None
        """From when on everything is in it; None where it was interrupted before that."""

    def add(self, ids: Sequence[str], had_since: datetime | None) -> None:
        """Add the next page."""
        self.ids.update(ids)
        self.below, self.pages = ids[-1], self.pages + 1
        self.had_since = had_since or self.had_since

    def take(self, lower: Part) -> None:
        """Add a part whose beginning was met."""
        self.ids |= lower.ids
        self.below, self.pages = lower.below, self.pages + lower.pages
        self.had_since, self.ends_at = lower.had_since or self.had_since, lower.ends_at


class Reading:
    """What tries to read one timeline have brought so far."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._now = Part()

    @property
    def is_whole(self) -> bool:
        """Whether the last try that was kept came to its end."""
        return bool(self._parts) and self._parts[0].ends_at is not None

    def begin(self) -> Part:
        """Begin another try at the top; what the last one had counts only where it is kept."""
        self._now = Part()
        return self._now

    def joins(self, ids: Sequence[str], when: datetime) -> bool:
        """Go on below an earlier part where a page lies in it.

        Returns whether everything from `when` on is had with that.
        """
        met = next((part for part in self._parts if part.ids.issuperset(ids)), None)
        if met is None:
            return False
        self._parts.remove(met)
        self._now.take(met)
        return met.ends_at is not None and met.ends_at <= when

    def keep(self, whole_from: datetime | None = None) -> None:
        """Keep what this try had for the next one; to be called once it has been delivered.

        It is had from `whole_from` on; None where it was interrupted.
        """
        self._now.ends_at = whole_from
        if self._now.ids:
            self._parts.insert(0, self._now)
        self._now = Part()

"""The numbers of a transcript: what was said when and by how many, and what was captured at all."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Count(Struct, frozen=True):
    """Posts and people of a question or a network."""

    id: str | None
    name: str
    posts: int
    people: int


class Bin(Struct, frozen=True):
    """Posts in one stretch of the clock, and the questions opened in it."""

    start: datetime
    posts: int
    opened: tuple[str, ...]


class Range(Struct, frozen=True):
    """How many people wrote between `least` and `most` posts; 0 means no upper end."""

    least: int
    most: int
    people: int


class Statistics(Struct, frozen=True):
    """The numbers of the evening."""

    posts: int
    people: int
    questions: tuple[Count, ...]
    """Questions in order, then General with id None."""
    networks: tuple[Count, ...]
    minutes: int
    """Length of a bin."""
    bins: tuple[Bin, ...]
    earlier: int
    """Posts before the first bin."""
    later: int
    """Posts after the last bin."""
    openings: tuple[tuple[str, datetime], ...]
    ranges: tuple[Range, ...]


class SourceState(Struct, frozen=True):
    """A source and how it last was."""

    source: str
    state: str
    detail: str
    damaged: int


class Gap(Struct, frozen=True):
    """A time in which a source heard nothing."""

    source: str
    since: datetime
    until: datetime | None
    """None where it was not heard again."""
    filled: bool
    """Whether the network could be asked for it afterwards."""
    posts: int
    """Posts that came of asking."""
    why: str
    """Why it could not be filled."""


class Recheck(Struct, frozen=True):
    """The last time that the networks were asked which posts still stand."""

    at: datetime
    asked: int
    gone: int
    edited: int
    unanswered: int


class Coverage(Struct, frozen=True):
    """What was captured, what became of it, and how surely posts stand where they stand."""

    sources: tuple[SourceState, ...]
    captured: int
    remarks: int
    shown: int
    folded: int
    copies: int
    """Of those folded, how many are the same words elsewhere and no reposts."""
    hidden: int
    deleted: int
    restricted: int
    erased: int
    redacted: int
    """Shown posts in which the moderator redacted a name or words."""
    placed: dict[str, int]
    """Shown posts by what placed them."""
    unsure: int
    until: datetime | None
    """When the session last changed."""
    rechecked: Recheck | None
    gaps: tuple[Gap, ...]

    @property
    def left_out(self) -> int:
        """How many posts are not in the transcript for anybody's reasons."""
        return self.hidden + self.deleted + self.restricted + self.erased

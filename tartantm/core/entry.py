"""What a chat holds: a post with all that was said and decided about it; and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from tartantm.core.events import Mark, Placement
from tartantm.core.post import Post
from tartantm.core.undo import ActDone


class Wording(Struct, frozen=True, gc=False):
    """An earlier text of an edited post, and when it was replaced."""

    until: datetime
    text: str


class Entry(Struct, gc=False):
    """A post as the chat holds it. Changed only by `Chat.apply`; replaced values, never lists."""

    post: Post
    placement: Placement
    seq: int
    """Number of the event that brought it; orders posts of the same time."""
    starred: bool = False
    hidden: bool = False
    muted: bool = False
    """Hidden with everything by its author, or with all that holds a phrase."""
    note: str | None = None
    marks: tuple[Mark, ...] = ()
    withdrawn: bool = False
    """A remark whose entry was undone."""
    deleted_at: datetime | None = None
    deleted_why: str = ""
    earlier: tuple[Wording, ...] = ()
    folds: tuple[str, ...] = ()
    """Reposts of this post, and copies its author posted elsewhere, as they were heard."""
    folded_into: str | None = None
    source: str = ""
    """The source that heard it first."""

    @property
    def id(self) -> str:
        """The post's id."""
        return self.post.id

    @property
    def key(self) -> tuple[datetime, int]:
        """Sorts entries by time, then by arrival."""
        return self.post.sort_at, self.seq

    @property
    def listed(self) -> bool:
        """Whether the desk lists it as a post of its own."""
        return not self.withdrawn and self.folded_into is None

    @property
    def published(self) -> bool:
        """Whether it may stand in a transcript: nobody hid, deleted or restricted it."""
        return (
            not (self.withdrawn or self.hidden or self.muted or self.deleted_at)
            and self.post.visibility != "restricted"
        )

    @property
    def in_inbox(self) -> bool:
        """Whether it waits for somebody's look."""
        out = self.hidden or self.muted or self.deleted_at
        return self.placement.inbox and self.listed and not out


class QuestionState(Struct):
    """What a question has gathered besides posts."""

    summary: str | None = None


class Change(Struct):
    """What applying events changed, for whoever shows or follows the chat."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    periods: bool = False
    """Another question is open, or was at some time."""
    agenda: bool = False
    summaries: bool = False
    rules: bool = False
    """Other authors or phrases are muted or redacted."""
    sources: bool = False
    reloaded: bool = False
    """Something was erased: take everything from the chat anew."""
    acts: list[ActDone] = field(default_factory=list)
    """Acts done, undone or redone."""

    def merge(self, others: Iterable[Change]) -> Change:
        """Add what others changed to this, and give this."""
        for other in others:
            self.added += other.added
            self.changed += other.changed
            self.acts += other.acts
            self.periods |= other.periods
            self.agenda |= other.agenda
            self.summaries |= other.summaries
            self.rules |= other.rules
            self.sources |= other.sources
            self.reloaded |= other.reloaded
        return self

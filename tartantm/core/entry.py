"""`Entry`: a post with all that was decided about it. `Change`: what events changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """Sequence number of its event; orders posts of the same time, and is the post's `number`."""
    starred: bool = False
    hidden: bool = False
    muted: bool = False
    """Hidden by a mute of its author, or of a phrase in it."""
    note: str | None = None
    marks: tuple[Mark, ...] = ()
    withdrawn: bool = False
    """Whether it is a remark that was undone."""
    deleted_at: datetime | None = None
    deleted_why: str = ""
    earlier: tuple[Wording, ...] = ()
    """Its texts before it was edited. Of a remark that was corrected, every text that it had: undo
    brings each back, so that rules look at all of them; readers see none."""
    folds: tuple[str, ...] = ()
    """Ids of its reposts, and of copies that its author posted elsewhere, in order of arrival."""
    folded_into: str | None = None
    source: str = ""
    """Name of the source that captured it."""
    carried: bool = False
    """Whether it only came along with posts of the chat: it is context, and none of them itself."""
    repeats: str | None = None
    """Of a repost that stands by itself: the id of the carried post whose words it repeats."""

    @property
    def id(self) -> str:
        """The post's id."""
        return self.post.id

    @property
    def number(self) -> int:
        """The post's number for life, "#57": the sequence number of the event that captured it.

        It never changes and is never given again, so that the desk, the command line, every
        format and whoever asks for a removal mean the same post. Other events are numbered too, so
        numbers have gaps.
        """
        return self.seq

    @property
    def key(self) -> tuple[datetime, int]:
        """A key that sorts entries by time, then by arrival."""
        return self.post.sort_at, self.seq

    @property
    def listed(self) -> bool:
        """Whether the desk lists it as a post of its own."""
        return not (self.withdrawn or self.carried) and self.folded_into is None

    @property
    def published(self) -> bool:
        """Whether it may appear in a transcript: nobody hid, deleted or restricted it."""
        return (
            not (self.withdrawn or self.hidden or self.muted or self.deleted_at)
            and self.post.visibility != "restricted"
        )

    def may_be_shown(self, *, hidden_too: bool) -> bool:
        """Whether it may appear in a transcript that has hidden and muted posts, or has not."""
        if not hidden_too:
            return self.published
        gone = self.withdrawn or self.deleted_at
        return not gone and self.post.visibility != "restricted"

    @property
    def in_view(self) -> bool:
        """Whether the desk lists it among what readers are to see."""
        return self.listed and not (self.hidden or self.muted or self.deleted_at)

    @property
    def in_inbox(self) -> bool:
        """Whether it waits for somebody to check its placement."""
        return self.placement.inbox and self.in_view


def is_shown(entry: Entry, entries: Mapping[str, Entry], *, hidden_too: bool = False) -> bool:
    """Whether readers may see a post of these `entries`: what it is folded into is shown, too.

    A repost repeats the words of its original, also of one that only came along with it. Posts may
    be folded into each other in a circle.
    """
    seen: set[str] = set()
    at: Entry | None = entry
    while at is not None and at.may_be_shown(hidden_too=hidden_too) and at.id not in seen:
        said_in = at.folded_into or at.repeats
        if said_in is None:
            return True
        seen.add(at.id)
        at = entries.get(said_in)
    return False


class QuestionState(Struct):
    """What a question has gathered besides posts."""

    summary: str | None = None


class Change(Struct):
    """What applying events changed, for code that shows or follows the chat."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    periods: bool = False
    """Periods were added, withdrawn or renumbered."""
    agenda: bool = False
    summaries: bool = False
    rules: bool = False
    """Mutes or redactions changed."""
    sources: bool = False
    read: list[str] = field(default_factory=list)
    """Posts of which a reader of the user's own said something."""
    reordered: bool = False
    """The time of a post changed: lists are to be sorted anew."""
    reloaded: bool = False
    """Something was erased: read everything from the chat again."""
    acts: list[ActDone] = field(default_factory=list)
    """Acts done, undone or redone."""

    def merge(self, others: Iterable[Change]) -> Change:
        """Add what others changed to this, and return this."""
        for other in others:
            self.added += other.added
            self.changed += other.changed
            self.read += other.read
            self.acts += other.acts
            self.periods |= other.periods
            self.agenda |= other.agenda
            self.summaries |= other.summaries
            self.rules |= other.rules
            self.sources |= other.sources
            self.reordered |= other.reordered
            self.reloaded |= other.reloaded
        return self

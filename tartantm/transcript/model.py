"""`Transcript`: everything that a transcript says, in order, ready for any format.

Writers take names, numbers, anchors and links from here and never ask the chat, so that whatever
was hidden, deleted or withheld cannot reach a page by another way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tartantm.core.agenda import Question, Role, Venue
from tartantm.core.events import Mark, Placement, Reason
from tartantm.core.post import Post


class Speaker(Struct, frozen=True, gc=False):
    """Who says something, as a post shows it."""

    person: int
    """Place in `Transcript.participants`, -1 for somebody who only reposted."""
    name: str
    handle: str
    """With the leading ``@``; "" at a venue."""
    network: str
    organisation: str = ""
    role: Role = ""


class PostRef(Struct, frozen=True, gc=False):
    """Another post that a post answers or quotes."""

    number: int = 0
    """0 where it is not in the transcript."""
    anchor: str = ""
    name: str = ""
    """Who wrote it, "" where that is not known or must not be told."""
    own: bool = False
    """Whether the same person wrote both."""


class CrossPost(Struct, frozen=True, gc=False):
    """The same words by the same person on another network."""

    network: str
    url: str | None


class Folds(Struct, frozen=True, gc=False):
    """What is shown as a count on a post instead of by itself."""

    reposters: tuple[str, ...] = ()
    """Names, oldest first."""
    elsewhere: tuple[CrossPost, ...] = ()


class RedactionNotice(Struct, frozen=True, gc=False):
    """What the moderator redacted in a post, but for what it was."""

    at: datetime
    """The last time, in the chat's time zone."""
    reasons: tuple[Reason, ...]
    """Those that were given."""


class Item(Struct, frozen=True, gc=False):
    """A post of the transcript with everything said about it."""

    number: int
    """#1, #2, … by time; 0 for a folded post."""
    anchor: str
    """Made from the post's id, so that links to it outlive every later export."""
    post: Post
    """The post as it may be shown."""
    speaker: Speaker
    at: datetime
    """In the chat's time zone."""
    stamp: str
    """The same in UTC, as RFC 3339 has it."""
    created: str
    """What the network claims, in UTC, too: never earlier."""
    question: str | None
    placement: Placement
    """`question` here may name one that left the agenda; take the item's."""
    in_inbox: bool
    url: str | None
    """Where the post stands at its network."""
    reply_to: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    answered_while: str = ""
    """Where it came after its question's time, what was open then: an id, or ``none``."""
    moved: bool = False
    """Whether the moderator put it under its question, and no number in its words says so."""
    starred: bool = False
    hidden: bool = False
    withheld: bool = False
    """Its words stay on X; only the link is given."""
    redacted: RedactionNotice | None = None
    """Where the moderator redacted a name or words in it: when and why."""
    unlinked: bool = False
    """It has another id than its original and no link to it, since that would tell more."""
    marks: tuple[Mark, ...] = ()
    note: str | None = None
    edited: datetime | None = None
    folded_into: str | None = None
    reply: PostRef | None = None
    quote: PostRef | None = None
    folds: Folds | None = None
    answers: tuple[str, ...] = ()
    """The questions that its own words answer, where they are more than one."""


class Part(Struct, frozen=True):
    """A stretch of the transcript: a question with its posts, or posts of no question."""

    id: str
    """``q3``, or ``before``, ``general``, ``after``: the anchor, stable over exports."""
    title: str
    items: tuple[Item, ...]
    people: int
    question: Question | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    summary: str | None = None
    also: tuple[Item, ...] = ()
    """Posts that answer this question, too, and stand under another."""


class Account(Struct, frozen=True, gc=False):
    """One of a participant's handles."""

    handle: str
    network: str


class Participant(Struct, frozen=True):
    """Somebody who wrote or said something that the transcript shows."""

    name: str
    accounts: tuple[Account, ...]
    organisation: str
    role: Role
    posts: int
    first: Item


class AgendaPerson(Struct, frozen=True):
    """Somebody the agenda names."""

    name: str
    handles: tuple[str, ...]
    role: Role
    organisation: str


class SharedLink(Struct, frozen=True):
    """An address that posts shared, without what only tracks readers."""

    url: str
    title: str
    shared_by: tuple[str, ...]
    items: tuple[Item, ...]
    written: tuple[str, ...]
    """The address as posts have it, in every spelling."""


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


class Transcript(Struct, frozen=True):
    """The whole document."""

    title: str
    hashtags: tuple[str, ...]
    """With ``#``."""
    starts: datetime | None
    ends: datetime | None
    timezone: str | None
    when: str
    """Day, times and zone in words, "" where nothing tells."""
    zone: str
    """The zone in words."""
    day: datetime | None
    """The day whose posts are shown with the time alone."""
    people: tuple[AgendaPerson, ...]
    venues: tuple[Venue, ...]
    summary: str | None
    parts: tuple[Part, ...]
    """In reading order."""
    posts: tuple[Item, ...]
    """By time, folded ones too."""
    highlights: tuple[Item, ...]
    marked: dict[Mark, tuple[Item, ...]]
    participants: tuple[Participant, ...]
    links: tuple[SharedLink, ...]
    statistics: Statistics
    coverage: Coverage
    version: str
    """Of the program."""
    pseudonyms: Literal["", "participants", "all"]
    """Who goes by a number: nobody, all but the people on the agenda, or everybody."""
    address: str
    """Where the web page stands, "" where that is not known."""
    x_withheld: bool
    """Whether words that stand on X are left there."""
    running_at: datetime | None
    """When this was written, where the chat was still going on."""

    @property
    def shown(self) -> list[Item]:
        """The posts that stand by themselves, #1, #2, …"""
        return [item for item in self.posts if item.number]

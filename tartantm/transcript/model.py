"""`Transcript` and its parts: everything that a transcript says, in order, ready for any format.

Formats take names, numbers, anchors and links from here and never from the chat, so that whatever
was hidden, deleted or withheld cannot reach a page by another way. All of it is in one module, over
300 lines long, because that is what the author of a format has to read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tartantm.core.agenda import Question, Role, Venue
from tartantm.core.events import Mark, Placement, Reason
from tartantm.core.listening import Listening
from tartantm.core.post import Post
from tartantm.core.silences import Silence


class Speaker(Struct, frozen=True, gc=False):
    """The author of a post, as the transcript shows them."""

    person: int
    """The same number for all posts of one person."""
    name: str
    handle: str
    """With the leading ``@``; "" for somebody at a venue."""
    network: str
    organisation: str = ""
    role: Role = ""
    nobody: bool = False
    """Whether nothing says who wrote it: then it is nobody's, and counts for no person."""


class PostRef(Struct, frozen=True, gc=False):
    """A reference to another post, which this one answers or quotes."""

    number: int = 0
    """0 where it is not in the transcript."""
    anchor: str = ""
    name: str = ""
    """The name of its author, "" where that is unknown or withheld."""
    own: bool = False
    """Whether the same person wrote both."""


class RedactionNotice(Struct, frozen=True, gc=False):
    """When and why the moderator redacted something in a post."""

    at: datetime
    """The latest time, in the chat's time zone."""
    reasons: tuple[Reason, ...]
    """The reasons that were given."""


class Context(Struct, frozen=True, gc=False):
    """A post that is none of the chat, and came along with one that quotes, answers or reposts it.

    It is shown with that post, and counted nowhere.
    """

    number: int
    """Its number for life, as every post has one."""
    post: Post
    """The post as readers may see it, clean."""
    name: str
    handle: str
    """With the leading ``@``; "" where it is unknown or withheld."""
    network: str
    at: datetime | None
    """When it was written, in the chat's time zone; None where nothing says so."""
    url: str | None
    withheld: bool = False
    """Whether its words are left on X and only the link is shown."""
    cut: bool = False
    """Whether what brought it cut its words."""
    redacted: RedactionNotice | None = None
    hidden: bool = False

    @property
    def called(self) -> str:
        """The name, or the handle where nobody gave a name: "Cat Example", "@cat"."""
        same = self.handle.lstrip("@") == self.name.lstrip("@")
        return self.handle if self.handle and same else self.name

    @property
    def who(self) -> str:
        """The same with the handle where that says more: "Cat Example, @cat"."""
        called = self.called
        return called if self.handle in ("", called) else f"{called}, {self.handle}"


class CrossPost(Struct, frozen=True, gc=False):
    """The same words by the same person on another network."""

    network: str
    url: str | None


class Folds(Struct, frozen=True, gc=False):
    """Reposts and cross-posts, which are counted on a post instead of shown by themselves."""

    reposters: tuple[str, ...] = ()
    """Names, oldest first."""
    foremost: int = 8
    """How many of these a format names that does not name all: no other takes the place of one
    that is not shown."""
    elsewhere: tuple[CrossPost, ...] = ()


class Item(Struct, frozen=True, gc=False):
    """A post of the transcript with everything that is said about it."""

    number: int
    """The post's number for life, `Entry.number`: not a place in the transcript, and with gaps."""
    anchor: str
    """Made from the number, so that links to the post still work after every later export."""
    id_anchor: str
    """Made from the post's id, as pages had it alone before: links to those still work."""
    post: Post
    """The post as readers may see it, clean."""
    speaker: Speaker
    at: datetime
    """When it was written, in the chat's time zone."""
    stamp: str
    """The same as RFC 3339 in UTC."""
    created: str
    """The time that the network gave, as RFC 3339 in UTC; never earlier than `stamp`."""
    question: str | None
    placement: Placement
    """Its `question` may be one that was removed from the agenda; use the item's instead."""
    in_inbox: bool
    url: str | None
    """The post's URL at its network, None where there is none or it is withheld."""
    reply_to: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    answered_while: str = ""
    """For a post that came after its question was closed: the id of the question then open, or
    ``none``; "" for all others."""
    moved: bool = False
    """Whether the moderator placed it under its question, and no label in its text says so."""
    starred: bool = False
    hidden: bool = False
    withheld: bool = False
    """Whether its words are left on X and only the link is shown."""
    redacted: RedactionNotice | None = None
    """When and why the moderator redacted a name or words in it; None where nothing was."""
    unlinked: bool = False
    """Whether its id is not the original's and no link leads there, which would reveal more."""
    marks: tuple[Mark, ...] = ()
    note: str | None = None
    edited: datetime | None = None
    folded_into: str | None = None
    reply: PostRef | None = None
    quote: PostRef | None = None
    folds: Folds | None = None
    answers: tuple[str, ...] = ()
    """The questions that its own labels answer, if more than one."""
    quoted: Context | None = None
    """What it quotes, where that is no post of the chat."""
    answered: Context | None = None
    """What it replies to, where that is no post of the chat."""
    reposted: Context | None = None
    """What it reposts, where that is no post of the chat."""

    @property
    def counts(self) -> bool:
        """Whether it is something that its author said: a repost has others' words alone."""
        return self.reposted is None


class Part(Struct, frozen=True):
    """A section of the transcript: a question with its posts, or posts of no question."""

    id: str
    """The anchor, the same in every export: ``q3``, or ``before``, ``general``, ``after``."""
    title: str
    items: tuple[Item, ...]
    people: int
    question: Question | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    summary: str | None = None
    also: tuple[Item, ...] = ()
    """Posts under other questions that answer this one too."""

    @property
    def posts(self) -> int:
        """How many of its posts count."""
        return sum(item.counts for item in self.items)


class Account(Struct, frozen=True, gc=False):
    """One of a participant's handles."""

    handle: str
    network: str
    earlier: bool = False
    """Whether the same account went by another handle later."""


class Participant(Struct, frozen=True):
    """Somebody who wrote or said something that the transcript shows."""

    name: str
    accounts: tuple[Account, ...]
    organisation: str
    role: Role
    posts: int
    first: Item


class AgendaPerson(Struct, frozen=True):
    """Somebody named on the agenda."""

    name: str
    handles: tuple[str, ...]
    role: Role
    organisation: str


class SharedLink(Struct, frozen=True):
    """A URL that posts shared, without tracking parameters."""

    url: str
    title: str
    shared_by: tuple[str, ...]
    items: tuple[Item, ...]
    written: tuple[str, ...]
    """The URL in every spelling that posts have."""


class Count(Struct, frozen=True):
    """The number of posts and people of a question or a network."""

    id: str | None
    name: str
    posts: int
    people: int


class Bin(Struct, frozen=True):
    """The number of posts in one interval, and the questions opened in it."""

    start: datetime
    posts: int
    opened: tuple[str, ...]


class Range(Struct, frozen=True):
    """How many people wrote between `least` and `most` posts; `most` 0 means any number more."""

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
    """The length of a bin, in minutes."""
    bins: tuple[Bin, ...]
    earlier: int
    """Posts before the first bin."""
    later: int
    """Posts after the last bin."""
    openings: tuple[tuple[str, datetime], ...]
    ranges: tuple[Range, ...]


class SourceState(Struct, frozen=True):
    """A source and its last known state."""

    source: str
    state: str
    detail: str
    damaged: int


class Gap(Struct, frozen=True):
    """A time in which a source was lost."""

    source: str
    since: datetime
    until: datetime | None
    """None where it did not come back."""
    filled: bool
    """Whether the network could be asked for the missed posts afterwards."""
    posts: int
    """The number of posts that this brought."""
    why: str
    """Why it was not heard; "" where that is not known."""
    why_lost: str = ""
    """Why it could not be filled; "" where it was, or that is not known."""


class Recheck(Struct, frozen=True):
    """The result of the last recheck: which posts the networks still have."""

    at: datetime
    asked: int
    gone: int
    edited: int
    unanswered: int


class Correction(Struct, frozen=True):
    """That files were written again without what had to leave them."""

    at: datetime
    """In the chat's time zone."""
    changes: dict[str, int]
    """How many posts had changed, by kind (see `core.change_kinds.KINDS`); never which."""


class LeakCount(Struct, frozen=True):
    """How many places may still name somebody withheld, by what the moderator said of them."""

    accepted: int
    """Found harmless."""
    open: int


class Coverage(Struct, frozen=True):
    """What was captured, what became of it, and how posts were placed."""

    sources: tuple[SourceState, ...]
    captured: int
    remarks: int
    shown: int
    folded: int
    copies: int
    """How many of the folded ones are cross-posts and not reposts."""
    hidden: int
    deleted: int
    restricted: int
    erased: int
    redacted: int
    """Shown posts in which the moderator redacted a name or words."""
    placed: dict[str, int]
    """The number of shown posts by `Placement.by`."""
    unsure: int
    until: datetime | None
    """When the session last changed."""
    rechecked: Recheck | None
    gaps: tuple[Gap, ...]
    leaks: LeakCount | None = None
    """None where nobody and nothing is withheld."""
    listening: tuple[Listening, ...] = ()
    """Over which times each source was to be heard and what came of it, in the chat's time zone."""
    silences: tuple[Silence, ...] = ()
    """When none of several sources was heard, in the chat's time zone."""

    @property
    def left_out(self) -> int:
        """How many posts are missing from the transcript on purpose."""
        return self.hidden + self.deleted + self.restricted + self.erased


class Transcript(Struct, frozen=True):
    """The whole transcript of a chat."""

    title: str
    hashtags: tuple[str, ...]
    """With ``#``."""
    starts: datetime | None
    ends: datetime | None
    timezone: str | None
    when: str
    """Day, times and time zone in words, "" where they are unknown."""
    zone: str
    """The time zone in words."""
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
    """The program's version."""
    pseudonyms: Literal["", "participants", "all"]
    """Who goes by a number: nobody, all but the people on the agenda, or everybody."""
    address: str
    """The URL of the web page, "" where that is not known."""
    x_withheld: bool
    """Whether the words of posts on X are left out."""
    running_at: datetime | None
    """When this was written, if the chat was still running; else None."""
    corrections: tuple[Correction, ...] = ()
    """Each time that it was corrected, oldest first."""

    @property
    def shown(self) -> list[Item]:
        """The posts that are shown by themselves, and not folded into another."""
        return [item for item in self.posts if item.folded_into is None]

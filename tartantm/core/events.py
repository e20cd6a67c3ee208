"""Everything that can happen in a chat, as the session file records it.

One event is one JSON object with its kind under ``event``. What a person did is an *act*: it can
be undone and redone, which are events too. Kinds may be added; what old ones mean never changes.

This file is longer than others because it is one list: whoever reads a session needs all of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tartantm.core.agenda import Agenda
from tartantm.core.post import Author, Post

Mark = Literal["idea", "action", "decision", "resource", "question"]
InboxBudget = Literal["few", "usual", "thorough"]
"""How many placements the moderator wants to be asked about."""

Reason = Literal["", "personal", "request", "abuse", "off-topic"]
"""Why something is redacted; "" where nobody said."""


class Placement(Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a post is placed, who or what placed it, why, and with what confidence."""

    question: str | None
    """A question's id, None for General."""
    by: str
    """``moderator``, or the signal that decided: ``label``, ``reply``, ``quote``, ``time``, …"""
    reason: str
    """For people, in words."""
    confidence: float
    """Between 0 and 1: how often such a placement is right."""
    inbox: bool = False
    """Whether somebody should check it."""
    alternatives: tuple[str | None, ...] = ()
    """Other places that are possible, the likeliest first; most posts have none."""

    @property
    def by_person(self) -> bool:
        """Whether a person decided; the program never moves such a post."""
        return self.by == "moderator"


class _Event(Struct, frozen=True, omit_defaults=True, tag_field="event", gc=False):
    """What all events share: ``event`` names the kind."""


class Begun(_Event, frozen=True, tag="begun"):
    """The session was made, for this agenda. Always the first event."""

    agenda: Agenda
    digest: str = ""
    """SHA-256 of the agenda file, to notice that the file was changed since."""
    salt: str = ""
    """Random hex digits of this session, for fingerprints that nobody outside can compute."""


class AgendaChanged(_Event, frozen=True, tag="agenda"):
    """Another agenda holds from here on; `renamed` says what became of old question ids."""

    agenda: Agenda
    digest: str = ""
    renamed: dict[str, str | None] = {}


NO_CARRIER = "-"
"""Stands for the carrying post of `Captured` where that was erased."""

LEFT_ALONE = "--"
"""Stands for it where the carried post left the file, too, since no post refers to it any more."""


class Captured(_Event, frozen=True, tag="captured"):
    """A source heard a post for the first time; `placement` is where grouping put it."""

    post: Post
    placement: Placement
    source: str = ""
    """The source's name; "" for posts that came with an archive of ours."""
    carried_by: str = ""
    """The id of the post that it came along with, where it is no post of the chat itself.

    It is context: never counted, never placed. Captured again without this, it is of the chat.
    """


class Edited(_Event, frozen=True, tag="edited"):
    """The author changed a post; `post` is the later wording under the same id."""

    post: Post
    source: str = ""
    """The post's own server, where its version replaces a copy that came by another source.

    Then nobody changed anything: what the copy said is not what the author said earlier.
    """


class Deleted(_Event, frozen=True, tag="deleted"):
    """Posts were deleted at their network. May name posts that were never captured.

    Sources name them by their ids; in the file stand ids of `identity.gone_id`, see `store.purge`.
    """

    posts: tuple[str, ...]
    at: datetime
    why: Literal["author", "account", "gone", "protected"] = "author"
    folds: dict[str, tuple[str, ...]] = {}
    """By a post that stands by itself, its copies: nothing recognises them as such any more."""
    names: tuple[str, ...] = ()
    """Keyed hashes of names and handles that left the file with these posts, see `core.gone`."""
    addresses: tuple[str, ...] = ()
    """Keyed hashes of what leads to these posts, see `store.deleted_addresses`."""
    words: tuple[str, ...] = ()
    """Keyed hashes of what those of them said whose words were withheld; see `core.erased`."""
    hidden: tuple[str, ...] = ()
    """Posts that were muted for words which left them: they stay hidden, whatever is undone."""
    redacted: tuple[str, ...] = ()
    """Author keys whose names stay withheld, though a rule no longer finds them."""
    rewritten: int = 0
    """How many events of the file lost something; then what was read before is out of date."""


class Identified(_Event, frozen=True, tag="identified"):
    """An account of which posts are held has another handle or name, or its handle became known."""

    network: str
    author: Author
    """Has the permanent id."""


class Grouped(_Event, frozen=True, tag="grouped"):
    """Grouping placed posts anew that nobody placed by hand."""

    placements: dict[str, Placement]


class ReaderSaid(_Event, frozen=True, tag="reader-said"):
    """A reader of the user's own said where posts belong. It moves nothing: it is one more signal.

    It counts for as long as the same posts still make the same question, see `core.reader_words`.
    """

    about: tuple[str, ...]
    """The posts that it was asked about."""
    places: dict[str, str | None]
    """By post, the place that it chose; none where its answer was no place that was offered."""
    seen: tuple[str, ...]
    """Every post whose words it was shown, in order."""
    offered: tuple[str | None, ...]
    """The places that it could choose from."""
    asked: str
    """A keyed hash of what it was asked."""
    model: str = ""
    """What its server calls it."""


class Opened(_Event, frozen=True, tag="opened"):
    """A question was opened at a time of the chat's clock."""

    question: str
    at: datetime
    by: Literal["moderator", "host", "plan"]
    """``host``: a post did, a host's or, where the agenda names none, anybody's; see
    `Chat.asked_by_host`."""
    post: str | None = None
    """The post that asked it."""


class Closed(_Event, frozen=True, tag="closed"):
    """The open question was closed and no other opened."""

    question: str
    at: datetime


class Placed(_Event, frozen=True, tag="placed"):
    """The moderator placed posts; grouping moved those in `carried` along with them."""

    moves: dict[str, str | None]
    carried: dict[str, Placement] = {}
    late: bool = False
    """Whether they were placed as late answers to a question that was over."""


class InboxSet(_Event, frozen=True, tag="inbox-set"):
    """From here on the inbox holds as many doubtful placements as this says."""

    budget: InboxBudget


class Starred(_Event, frozen=True, tag="starred"):
    """Posts were made highlights, or no longer are."""

    posts: tuple[str, ...]
    on: bool = True


class Hidden(_Event, frozen=True, tag="hidden"):
    """Posts are left out of the transcript, or no longer are."""

    posts: tuple[str, ...]
    on: bool = True


class Marked(_Event, frozen=True, tag="marked"):
    """Posts got a typed mark, or lost it."""

    posts: tuple[str, ...]
    mark: Mark
    on: bool = True


class Noted(_Event, frozen=True, tag="noted"):
    """The moderator's note on one post; None removes it."""

    post: str
    note: str | None


class Summarised(_Event, frozen=True, tag="summarised"):
    """The moderator's summary of a question, or of the whole chat where `question` is None."""

    question: str | None
    summary: str | None


class Remarked(_Event, frozen=True, tag="remarked"):
    """The moderator typed in what somebody said aloud at a venue."""

    post: Post
    question: str | None


class RemarkCorrected(_Event, frozen=True, tag="remark-corrected"):
    """The moderator corrected a remark: speaker, words, venue or time.

    `post` is the remark as it is from here on, under the id that it has: its number stays.
    """

    post: Post


class AgendaEdited(_Event, frozen=True, tag="agenda-edited"):
    """The moderator changed the agenda; `renamed` as in `AgendaChanged`, `words` for people."""

    agenda: Agenda
    renamed: dict[str, str | None] = {}
    words: str = ""
    """What was done: "Inserted Q4"."""


class Muted(_Event, frozen=True, tag="muted"):
    """Everything by an author, or with a phrase in it, is hidden; or no longer is."""

    kind: Literal["author", "phrase", "exact"]
    value: str
    """An `author_key`, or the phrase, see `folding`; as ``exact``, with no other accents."""
    on: bool = True
    joined: bool = False
    """Whether it is a part of the act that was recorded right before it."""


class Redacted(_Event, frozen=True, tag="redacted"):
    """A post's words, an author's name or a phrase is redacted in transcripts, or no longer."""

    kind: Literal["post", "author", "phrase", "exact"]
    value: str
    """A post's id, an `author_key`, or the phrase; as ``exact``, with no other accents."""
    on: bool = True
    reason: Reason = ""
    """The reason that transcripts state."""
    joined: bool = False
    """Whether it is a part of the act that was recorded right before it."""


class Undone(_Event, frozen=True, tag="undone"):
    """An act was undone; `act` is the sequence number of its event."""

    act: int


class Redone(_Event, frozen=True, tag="redone"):
    """An act that was undone was redone."""

    act: int


Hearing = Literal["", "stream", "poll", "limited", "refused", "unreachable", "failed"]
"""How a source hears, or why it does not; "" in files of versions that did not record it."""


class SourceChanged(_Event, frozen=True, tag="source"):
    """A source changed its state; `detail` says why in words, without paths or secrets.

    ``asked`` for, it has to be heard from `since` until it has ``ended``. From ``connected`` on it
    received everything; where it is heard by asking, another ``connected`` says until when it did,
    each time that it was asked and brought something. ``lost`` and ``failed`` begin a gap, at the
    last sign of life. Counts are of this run of the program.
    """

    source: str
    state: Literal["asked", "connected", "lost", "ended", "failed"]
    detail: str = ""
    damaged: int = 0
    """Lines or messages that could not be read."""
    at: datetime | None = None
    """By the chat's clock."""
    heard: int = 0
    duplicates: int = 0
    """How many of the posts heard had been captured already."""
    how: Hearing = ""
    since: datetime | None = None
    """Of ``asked``: from when on it is asked for, which may be before it was asked.

    Of ``ended``: since when it did not say what is in `detail`, such as which posts are gone.
    """


class Filled(_Event, frozen=True, tag="filled"):
    """A source was asked for the posts of a gap afterwards."""

    source: str
    since: datetime
    until: datetime
    by: str
    """``search``, ``timeline``, ``replay``, …; "" where it could not be filled."""
    posts: int = 0
    """How many posts that brought which had not been captured."""
    why: str = ""
    """Why it could not be filled."""


class Rechecked(_Event, frozen=True, tag="rechecked"):
    """The networks were asked which posts still exist; what they answered was recorded before."""

    asked: int
    gone: int = 0
    """How many were deleted or protected since they were captured."""
    edited: int = 0
    unanswered: int = 0
    """Posts whose network could not be asked."""


class Erased(_Event, frozen=True, tag="erased"):
    """Posts were removed from the file for good; nothing here says whose or which."""

    count: int
    blocked: tuple[str, ...] = ()
    """Keyed hashes of what must not be captured again, see `identity.fingerprint`."""
    accounts: int = 0
    """Of how many accounts everything was removed."""
    rewritten: int = 0
    """In how many posts of others a name was replaced."""
    hidden: tuple[str, ...] = ()
    """Posts of others that a mute hid because of what left the file; they stay hidden."""
    redacted: tuple[str, ...] = ()
    """Author keys whose names a redaction withheld that left the file; they stay withheld."""
    names: tuple[str, ...] = ()
    """Keyed hashes of names and handles that left the file with these posts, see `core.gone`."""
    folds: dict[str, tuple[str, ...]] = {}
    """By a post, its copies that stay folded into it, though their words are no longer the same."""

    @property
    def only_blocks(self) -> bool:
        """Whether nothing was removed: an erased account was only heard under another handle."""
        went = self.count or self.rewritten
        withheld = self.hidden or self.redacted or self.names or self.folds
        return bool(self.blocked) and not (went or withheld)


class Exported(_Event, frozen=True, tag="exported"):
    """A transcript was written into files, so that the same files can be written again."""

    folder: str
    """The folder, as an absolute path of the machine that wrote them."""
    name: str
    """The files' name without its suffix."""
    formats: tuple[str, ...]
    options: dict[str, str | int | bool] = {}
    """The options that differ from their defaults, by name; see `transcript.recorded_options`."""
    shows: int = 0
    """Number of the last event that the files show; 0 where that is all before this one."""
    digests: dict[str, str] = {}
    """SHA-256 of each file as it was written, by format; none of a page that is kept up to date."""


class Corrected(_Event, frozen=True, tag="corrected"):
    """Files that were written before were written again, without what was withheld since."""

    changes: dict[str, int] = {}
    """How many posts changed since the files were written, by kind of change; never which.

    The kinds are those of `change_kinds.KINDS`.
    """


class LeaksAccepted(_Event, frozen=True, tag="leaks-accepted"):
    """Places where something withheld may still be read were found harmless, or no longer are."""

    keys: tuple[str, ...]
    """Keyed hashes of the places, by which nothing but the same report finds them again."""
    on: bool = True


Act = (
    Opened
    | Closed
    | Placed
    | Starred
    | Hidden
    | Marked
    | Noted
    | Summarised
    | Remarked
    | RemarkCorrected
    | AgendaEdited
    | Muted
    | Redacted
    | LeaksAccepted
    | InboxSet
)
Event = (
    Begun
    | AgendaChanged
    | Captured
    | Edited
    | Deleted
    | Identified
    | Grouped
    | ReaderSaid
    | Act
    | Undone
    | Redone
    | SourceChanged
    | Filled
    | Rechecked
    | Erased
    | Exported
    | Corrected
)


class Recorded(Struct, frozen=True, gc=False):
    """An event with its place in the journal and the time it was recorded, in UTC."""

    seq: int
    at: datetime
    event: Event

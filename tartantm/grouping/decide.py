"""The placement of one post: fixed rules for clear cases, else the ranker.

`Placement.by` says what decided:

    asked     a host's post, or one that the agenda names, asks the question
    repost    it reposts another post, and stands where that stands
    label     its author wrote the question's number ("A3", see `labels`)
    quote     it quotes a post that stands there
    reply     it replies to a post that stands there, or continues one of its author's own
    greeting  a welcome, hello or introduction: General
    general   thanks, farewell, announcement, the tools; before the questions or after them
    thread    the latest earlier post of its thread stands there
    mention   it mentions somebody whose latest post stands there
    reader    a reader of the user's own says so, see `core.reader_words`
    author    its author's latest post stands there
    wording   it shares words with the question, or with posts that stand there
    time      the question was open
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace

from tartantm.core.events import Placement
from tartantm.grouping import reasons
from tartantm.grouping.features import case_of
from tartantm.grouping.memory import Memory, PlacedPost
from tartantm.grouping.ranker import Weights, confidence, confidence_features, rank
from tartantm.grouping.signals import Signals, gather

LONG_AFTER = timedelta(minutes=10)
"""How long after the host's farewell a remark from a room still belongs to the open question."""

SURE = 0.95
"""The confidence from which on no other place is named."""

ASKED_CONFIDENCE = 0.99
BEFORE_START_CONFIDENCE = 0.95
LABELLED_REPOST_CONFIDENCE = 0.95
REPOST_CONFIDENCE = 0.99
"""At most: that a person placed its original does not say that anybody looked at the repost."""

REMARK_CONFIDENCE = 0.95
"""For remarks from a room. Not measured: the recorded chats have none."""


UNREADABLE = Placement(
    None, "fault", "Grouping stumbled over this post; the log says how", 0.0, inbox=True
)
"""Where a post goes whose text made grouping fail."""


class Decision(NamedTuple):
    """A placement, and the posts that it depends on."""

    placement: Placement
    rests_on: tuple[str, ...] = ()
    """Ids of posts whose placements were used, beside those that the post refers to."""


def decide(memory: Memory, placed: PlacedPost, weights: Weights, limit: float) -> Decision:
    """Place a post by what is known now; with less confidence than `limit` it waits for a look."""
    return judge(gather(memory, placed), memory, placed, weights, limit)


def judge(
    s: Signals, memory: Memory, placed: PlacedPost, weights: Weights, limit: float
) -> Decision:
    """Place a post by its signals; one whose text could not be read waits for a person."""
    if placed.unreadable:
        return Decision(UNREADABLE)
    certain = by_convention(s, memory)
    found = Decision(certain) if certain else _decide_by_rank(s, memory, placed, weights)
    return found._replace(placement=flagged(found.placement, limit))


def flagged(placement: Placement, limit: float) -> Placement:
    """Returns a placement in the inbox or out of it, as its confidence says."""
    waits = placement.confidence < limit
    return placement if waits == placement.inbox else replace(placement, inbox=waits)


def by_convention(s: Signals, memory: Memory) -> Placement | None:
    """Returns the placement by a fixed rule; None where the ranker has to decide."""
    if s.asks:
        again = " again" if s.again else ""
        return Placement(s.asks, "asked", f"asks {s.asks}{again}", ASKED_CONFIDENCE)
    if s.remark:
        return _place_remark(s, memory)
    if s.original:
        return _place_repost(s.original)
    if s.reposts and s.label and s.label.strength != "weak":
        reason = f'reposts a post labelled "{s.label.written}"'
        return Placement(s.label.question, "repost", reason, LABELLED_REPOST_CONFIDENCE)
    follows = any(other and other.placement.question for other in (s.parent, s.quoted))
    labelled = s.label and not s.label.announces
    if not (s.opened or labelled or follows or s.talk):
        return Placement(None, "general", "before the first question", BEFORE_START_CONFIDENCE)
    return None


def _place_remark(s: Signals, memory: Memory) -> Placement:
    """Place a remark under the open question: it is typed in while people talk about that."""
    if s.open is None or s.opened_at is None:
        return Placement(None, "time", "said while no question was open", REMARK_CONFIDENCE)
    if s.left_at and s.at - s.left_at > LONG_AFTER:
        return Placement(None, "time", "said after the end", REMARK_CONFIDENCE)
    since = reasons.clock(s.opened_at, memory)
    return Placement(
        s.open, "time", f"said while {s.open} was open, since {since}", REMARK_CONFIDENCE
    )


def _place_repost(original: PlacedPost) -> Placement:
    """Place a repost where its original stands, as sure as that: both are looked at at once."""
    where, reason = original.placement, reasons.reposts(original)
    return Placement(
        where.question,
        "repost",
        reason,
        min(where.confidence, REPOST_CONFIDENCE),
        alternatives=where.alternatives,
    )


def _decide_by_rank(s: Signals, memory: Memory, placed: PlacedPost, weights: Weights) -> Decision:
    case = case_of(s, memory, placed)
    choice = rank(case, weights)
    by, reason, doubtful = reasons.reason_for(s, memory, placed, case.situation, choice)
    sure = confidence(*confidence_features(choice, case, s, doubtful), weights)
    others = choice.others if sure < SURE else ()
    found = Placement(choice.place, by, reason, sure, alternatives=others)
    return Decision(found, case.rests_on)

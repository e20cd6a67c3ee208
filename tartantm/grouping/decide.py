"""Rules: what is certain about a post by convention; about all else the ranker decides.

`by` tells what decided:

    asked     a host's post, or one that the agenda names, asks the question
    repost    it hands on another post, and goes where that is
    label     its author wrote the question's number
    quote     it quotes a post that stands there
    reply     it replies to a post that stands there, or continues one of its author's own
    greeting  a welcome, hello or introduction: General
    general   thanks, farewell, announcement, the tools; before the questions or after them
    thread    it stands in a thread of which the latest known post stands there
    mention   it speaks to somebody whose latest post stands there
    author    its author was just writing there
    wording   it has words of the question, or of the posts that stand there
    time      the question was open
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from tartantm.core.events import Placement
from tartantm.grouping import reasons
from tartantm.grouping.features import case_of
from tartantm.grouping.memory import Memory, PlacedPost
from tartantm.grouping.ranker import Weights, confidence, grounds, rank
from tartantm.grouping.signals import Signals, gather

LONG_AFTER = timedelta(minutes=10)
"""So long after the host took leave, what is said aloud belongs to no question."""

ASKED = 0.99
BEFORE = 0.97
REPOST_OF_LABELLED = 0.8
REPOST_OF_UNKNOWN = 0.9
SAID = 0.85
"""Remarks from a room; unmeasured: the recorded chats have none."""


class Decision(NamedTuple):
    """Where a post stands, and on which other posts that rests."""

    placement: Placement
    rests_on: tuple[str, ...] = ()


def decide(memory: Memory, known: PlacedPost, weights: Weights) -> Decision:
    """Judge a post by what is known now."""
    return judge(gather(memory, known), memory, known, weights)


def judge(s: Signals, memory: Memory, known: PlacedPost, weights: Weights) -> Decision:
    """Judge a post by its signals."""
    certain = by_convention(s, memory)
    return Decision(certain) if certain else _ranked(s, memory, known, weights)


def by_convention(s: Signals, memory: Memory) -> Placement | None:
    """Where a post stands by what such posts are; None where that has to be weighed."""
    if s.asks:
        again = " again" if s.again else ""
        return Placement(s.asks, "asked", f"asks {s.asks}{again}", ASKED)
    if s.remark:
        return _said(s, memory)
    if s.original or s.reposts:
        return _repost(s)
    follows = s.parent and s.parent.placement.question
    labelled = s.label and s.label.strength == "strong" and not s.label.announces
    if not (s.opened or labelled or follows or s.talk):
        return Placement(None, "general", "before the first question", BEFORE)
    return None


def _said(s: Signals, memory: Memory) -> Placement:
    """Remarks are typed in while people speak to what is open."""
    if s.open is None or s.opened_at is None:
        return Placement(None, "time", "said while no question was open", SAID)
    if s.left_at and s.at - s.left_at > LONG_AFTER:
        return Placement(None, "time", "said after the end", SAID)
    since = reasons.clock(s.opened_at, memory)
    return Placement(s.open, "time", f"said while {s.open} was open, since {since}", SAID)


def _repost(s: Signals) -> Placement:
    if s.original:
        where = s.original.placement
        # What is handed on stands where the original stands: one look is enough for both.
        return Placement(
            where.question, "repost", reasons.reposts(s.original), where.confidence, where.inbox
        )
    if s.label and s.label.strength != "weak":
        reason = f'reposts a post labelled "{s.label.written}"'
        return Placement(s.label.question, "repost", reason, REPOST_OF_LABELLED)
    return Placement(None, "repost", "reposts a post from outside the chat", REPOST_OF_UNKNOWN)


def _ranked(s: Signals, memory: Memory, known: PlacedPost, weights: Weights) -> Decision:
    case = case_of(s, memory, known)
    choice = rank(case, weights)
    sure = confidence(*grounds(choice, case.situation, s), weights)
    by, reason, doubtful = reasons.of(s, memory, known, case.situation, choice)
    inbox = doubtful or sure < weights.inbox_below
    return Decision(Placement(choice.place, by, reason, sure, inbox), case.rests_on)

"""Rules: from a post's signals to where it stands, why in words, and how surely.

The rules are tried in order; the first that has something to say decides. `by` tells which it was:

    asked     a host's post, or one that the agenda names, asks the question
    repost    it hands on another post, and goes where that is
    label     its author wrote the question's number
    quote     it quotes a post that stands there
    reply     it replies to a post that stands there, or continues one of its author's own
    greeting  a welcome, hello or introduction: General
    general   thanks, farewell, announcement, the tools; before the questions or after them
    thread    it stands in a thread of which the latest known post stands there
    mention   it speaks to somebody whose latest post stands there
    wording   it has words of the question, while that was open or by themselves
    time      the question was open
"""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import NamedTuple

from tartantm.events import Placement
from tartantm.grouping import shares
from tartantm.grouping.labels import Label
from tartantm.grouping.memory import Known, Memory
from tartantm.grouping.signals import Signals, gather
from tartantm.words import place as place_name

QUICK = timedelta(seconds=45)
"""So soon after a question nobody has answered it; what comes belongs to the one before."""

LONG_AFTER = timedelta(minutes=10)
"""So long after the host took leave, a post without label or parent belongs to no question."""

_TALK = {
    "introduction": "an introduction",
    "greeting": "a greeting",
    "thanks": "thanks",
    "farewell": "a farewell",
    "announcement": "an announcement",
    "technical": "about the hashtag or the tools",
}


class Decision(NamedTuple):
    """Where a post stands, and which post that follows from."""

    placement: Placement
    because: Known | None = None


def decide(memory: Memory, known: Known) -> Decision:
    """Judge a post by what is known now."""
    return judge(gather(memory, known), memory, known)


def judge(s: Signals, memory: Memory, known: Known) -> Decision:
    """Judge a post by its signals."""
    if s.asks:
        again = " again" if s.again else ""
        return _stands(s.asks, "asked", f"asks {s.asks}{again}", shares.ASKED)
    if s.original or s.reposts:
        return _repost(s)
    if s.label and s.label.announces and (s.host or not s.parent):
        reason = f"an announcement about {s.label.question}"
        return _stands(None, "general", reason, shares.ANNOUNCED)
    if s.label and s.label.strength != "weak":
        return _labelled(s, s.label, memory)
    if s.quoted:
        share = shares.QUOTE_OF_ASKED if s.quoted.placement.by == "asked" else shares.QUOTE
        return _follows("quote", "quotes", s.quoted, share)
    if s.parent:
        return _reply(s, s.parent)
    if s.talk:
        by = "greeting" if s.talk in ("greeting", "introduction") else "general"
        return _stands(None, by, _TALK[s.talk], shares.TALK[s.talk])
    if s.label:
        reason = f"mentions {s.label.question}, perhaps as a label"
        return _stands(s.label.question, "label", reason, shares.LABEL_WEAK)
    if s.continues:
        return _follows("reply", "continues a post by", s.continues, shares.CONTINUED)
    if not s.opened:
        return _stands(None, "general", "before the first question", shares.BEFORE)
    if s.thread:
        return _follows("thread", "in a thread with", s.thread, shares.THREAD)
    if s.addressed:
        return _mention(s, s.addressed, memory, known)
    if s.worded:
        return _stands(s.worded, "wording", f"has the wording of {s.worded}", shares.WORDED)
    return _by_time(s, memory, known)


def _repost(s: Signals) -> Decision:
    if s.original:
        return _follows("repost", "reposts", s.original, shares.REPOST)
    if s.label and s.label.strength != "weak":
        reason = f'reposts a post labelled "{s.label.written}"'
        return _stands(s.label.question, "repost", reason, shares.LABEL_SHARED)
    return _stands(None, "repost", "reposts a post from outside the chat", shares.REPOST_OF_UNKNOWN)


def _labelled(s: Signals, label: Label, memory: Memory) -> Decision:
    reason = f'labelled "{label.written}"'
    if label.also:
        reason += f", which may also be {label.also}"
        return _stands(label.question, "label", reason, shares.LABEL_OF_TWO, look=True)
    if label.unclear:
        return _stands(label.question, "label", reason, shares.LABEL_OF_TWO, look=True)
    above = s.parent or s.quoted
    if above and above.placement.question not in (None, label.question):
        verb = "replies to" if s.parent else "quotes"
        reason += f", but {verb} a post in {above.placement.question}"
        return _stands(label.question, "label", reason, shares.LABEL_AGAINST_PARENT, look=True)
    share = shares.LABEL[label.strength]
    if label.where in ("middle", "shared"):
        share = shares.LABEL_SHARED
    if s.opened and label.question not in s.opened:
        reason += f", but {label.question} is not open yet"
        if label.strength == "strong" or _is_next(s, label, memory):
            share = min(share, shares.LABEL_EARLY)
        else:
            share = shares.LABEL_TOO_EARLY
    elif not s.opened and label.strength != "strong":
        share = shares.LABEL_TOO_EARLY
    return _stands(label.question, "label", reason, share)


def _is_next(s: Signals, label: Label, memory: Memory) -> bool:
    """Whether a label names the question after the open one, or a follow-up of either."""
    mains = [q for q in memory.agenda.questions if q.parent is None]
    numbers = [q.number for q in mains]
    now, named = memory.agenda.get(s.open), memory.agenda.get(label.question)
    if now is None or named is None:
        return False
    return numbers.index(named.number) - numbers.index(now.number) in (0, 1)


def _reply(s: Signals, parent: Known) -> Decision:
    share = shares.REPLY_TO_ASKED if parent.placement.by == "asked" else shares.REPLY
    decision = _follows("reply", "replies to", parent, share)
    if s.label and s.label.question != parent.placement.question:
        placement = decision.placement
        reason = f"{placement.reason}, but mentions {s.label.question}"
        return _stands(
            placement.question, "reply", reason, shares.LABEL_WEAK, look=True, because=parent
        )
    return decision


def _mention(s: Signals, addressed: Known, memory: Memory, known: Known) -> Decision:
    where = addressed.placement
    decision = _follows("mention", "speaks to", addressed, shares.MENTION_OLD)
    if where.question not in (s.open, s.before):
        return decision
    if memory.reader.in_common(memory.reading(known), where.question):
        share = shares.MENTION_AND_WORDING
    elif where.question == s.open:
        # That the question was open speaks for it however the other post came there.
        share = shares.MENTION_AND_TIME
    else:
        share = shares.MENTION * where.confidence
    placement = decision.placement
    return _stands(where.question, "mention", placement.reason, share, because=addressed)


def _by_time(s: Signals, memory: Memory, known: Known) -> Decision:
    assert s.opened_at is not None
    zone = memory.agenda.tz
    if s.left_at and s.at - s.left_at > LONG_AFTER:
        since = f"{s.left_at.astimezone(zone):%H:%M}"
        return _stands(None, "general", f"after the end at {since}", shares.LONG_AFTER)
    # Recordings with whole minutes do not tell what is quick.
    exact = s.at.second or s.opened_at.second
    if s.at - s.opened_at < QUICK and exact:
        reason = f"{place_name(s.open)} only just open, since {_clock(s, zone)}"
        return _stands(s.before, "time", reason, shares.TIME_QUICK)
    if s.first and not s.host:
        reason = f"a first post, while {place_name(s.open)} was open since {_clock(s, zone)}"
        return _stands(None, "general", reason, shares.FIRST)
    if s.open is None:
        return _stands(
            None, "time", f"no question open since {_clock(s, zone)}", shares.TIME_CLOSED
        )
    reason = f"{s.open} open since {_clock(s, zone)}"
    if common := memory.reader.in_common(memory.reading(known), s.open):
        return _stands(s.open, "wording", f'{reason}, and says "{common}"', shares.TIME_AND_WORDING)
    if s.left_at:
        return _stands(s.open, "time", reason, shares.TIME_LEFT)
    early = s.at - s.opened_at < shares.EARLY
    return _stands(s.open, "time", reason, shares.TIME_EARLY if early else shares.TIME)


def _clock(s: Signals, zone: tzinfo) -> str:
    assert s.opened_at is not None
    return f"{s.opened_at.astimezone(zone):%H:%M}"


def _follows(by: str, verb: str, other: Known, share: float) -> Decision:
    """Go where another post stands, as surely as that one does."""
    where = other.placement
    if where.by_person:
        reason = f"{verb} a post that the moderator moved to {place_name(where.question)}"
    elif by == "repost" or by == "quote":
        reason = f"{verb} a post in {place_name(where.question)}"
    elif where.by == "asked":
        reason = f"{verb} the post that asked {where.question}"
    else:
        author = other.post.author
        who = author.name or f"@{author.handle}"
        reason = f"{verb} {who} in {place_name(where.question)}"
    return _stands(where.question, by, reason, share * where.confidence, because=other)


def _stands(
    question: str | None,
    by: str,
    reason: str,
    share: float,
    *,
    look: bool = False,
    because: Known | None = None,
) -> Decision:
    confidence = round(share, 2)
    inbox = look or confidence < shares.INBOX_BELOW
    return Decision(Placement(question, by, reason, confidence, inbox), because)

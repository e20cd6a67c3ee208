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

from datetime import datetime, timedelta, tzinfo
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
    if s.remark:
        return _said(s, memory)
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
        share = shares.THREAD_OF_ASKED if s.thread.placement.by == "asked" else shares.THREAD
        return _follows("thread", "in a thread with", s.thread, share)
    if s.addressed:
        return _mention(s, s.addressed, memory, known)
    if s.worded:
        question = s.open if s.open in s.worded else s.worded[0]
        return _stands(question, "wording", f"has the wording of {question}", shares.WORDED)
    return _by_time(s, memory, known)


def _said(s: Signals, memory: Memory) -> Decision:
    """Remarks are typed in while people speak to what is open."""
    if s.open is None or s.opened_at is None:
        return _stands(None, "time", "said while no question was open", shares.SAID)
    if s.left_at and s.at - s.left_at > LONG_AFTER:
        return _stands(None, "time", "said after the end", shares.SAID)
    since = _clock(s.opened_at, memory.agenda.tz)
    return _stands(s.open, "time", f"said while {s.open} was open, since {since}", shares.SAID)


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
    if above and _differ(memory, above.placement.question, label.question):
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
        reason += ", but no question is open yet"
        share = shares.LABEL_TOO_EARLY
    return _stands(label.question, "label", reason, share)


def _differ(memory: Memory, one: str | None, other: str) -> bool:
    """Whether two places are neither one question nor a question and its follow-up."""
    questions = memory.agenda.get(one), memory.agenda.get(other)
    mains = {question.parent or question.id for question in questions if question}
    return one is not None and len(mains) > 1


def _is_next(s: Signals, label: Label, memory: Memory) -> bool:
    """Whether a label names the question after the open one, or a follow-up of either."""
    questions = memory.agenda.questions
    places = {q.id: n for n, q in enumerate(q for q in questions if q.parent is None)}
    parents = {q.id: q.parent or q.id for q in questions}
    now, named = (places.get(parents.get(q or "", "")) for q in (s.open, label.question))
    return now is not None and named is not None and named - now in (0, 1)


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
    since = _clock(s.opened_at, zone)
    if s.left_at and s.at - s.left_at > LONG_AFTER:
        reason = f"after the end at {_clock(s.left_at, zone)}"
        return _stands(None, "general", reason, shares.LONG_AFTER)
    if s.open is None:
        return _stands(None, "time", f"no question open since {since}", shares.TIME_CLOSED)
    # Recordings with whole minutes do not tell what is quick.
    exact = s.at.second or s.opened_at.second
    if s.at - s.opened_at < QUICK and exact:
        reason = f"{s.open} only just open, since {since}"
        return _stands(s.before, "time", reason, shares.TIME_QUICK)
    if s.first and not s.host:
        reason = f"a first post, while {s.open} was open since {since}"
        return _stands(None, "general", reason, shares.FIRST)
    reason = f"{s.open} open since {since}"
    if common := memory.reader.in_common(memory.reading(known), s.open):
        return _stands(s.open, "wording", f'{reason}, and says "{common}"', shares.TIME_AND_WORDING)
    if s.left_at:
        return _stands(s.open, "time", reason, shares.TIME_LEFT)
    early = s.at - s.opened_at < shares.EARLY
    return _stands(s.open, "time", reason, shares.TIME_EARLY if early else shares.TIME)


def _clock(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _follows(by: str, verb: str, other: Known, share: float) -> Decision:
    """Go where another post stands, as surely as that one does."""
    where = other.placement
    if where.by_person:
        reason = f"{verb} a post that the moderator moved to {place_name(where.question)}"
    elif by in ("repost", "quote"):
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

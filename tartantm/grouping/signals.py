"""Signals: everything about a post that may point to its question, not yet weighed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from tartantm.grouping import host_words
from tartantm.grouping.host_words import Lean, quoted_post
from tartantm.grouping.labels import Label
from tartantm.grouping.memory import Memory, PlacedPost
from tartantm.grouping.normalise import content_words, normalise, overlap, words
from tartantm.grouping.small_talk import Talk

MANUAL_REPOST_OVERLAP = 0.7
"""Share of a manual repost's content words that its original must have."""

CONVERSATION_WINDOW = timedelta(minutes=10)
"""How long others may respond to what somebody wrote without replying to it."""

MANUAL_REPOST_WINDOW = timedelta(hours=2)
"""How far back the original of a manual repost is searched for."""

CONTINUATION_WINDOW = timedelta(minutes=5)
"""How long after part 1 of a post its part 2 may come."""

LEAD_IN_WINDOW = timedelta(minutes=1)
"""How long before a question opens its host may lead in to it."""

_EVENING = timedelta(days=1)


class Signals(NamedTuple):
    """What is known about one post, as of the time it was written."""

    at: datetime
    host: bool
    remark: bool
    """Whether it was said aloud at a venue."""
    asks: str | None
    """The question that this post asks, or asks again."""
    again: bool
    """Whether an earlier post asked that question."""
    label: Label | None
    talk: Talk | None
    """The kind of small talk, None for none."""
    original: PlacedPost | None
    """The post that this one is a repost of."""
    reposts: bool
    """Whether it is only a repost, also of an unknown post."""
    parent: PlacedPost | None
    """The post that it replies to."""
    quoted: PlacedPost | None
    thread: PlacedPost | None
    """The latest post before it in its thread."""
    addressed: PlacedPost | None
    """The latest post of somebody that it addresses."""
    continues: PlacedPost | None
    """Its author's earlier part, where it is the next part of a longer text."""
    last: PlacedPost | None
    """The latest post of its author, if that was shortly before."""
    worded: tuple[str, ...]
    """Questions whose wording it has."""
    open: str | None
    """The question that was open."""
    opened_at: datetime | None
    """When that was opened, or the one before it was closed; None before the first."""
    before: str | None
    """The question that was open before that one."""
    opened: frozenset[str]
    """Questions opened so far."""
    left_at: datetime | None
    """When the host took leave or the planned end passed, with no question opened since."""
    first: bool
    """Whether it is its author's first post."""
    next: str | None
    """For a host's post: the question that was opened right after it."""
    lean: Lean | None = None
    """What a host said shortly before about a question that ends."""


def gather(memory: Memory, placed: PlacedPost) -> Signals:
    """Returns the signals of a post, from what is known now about the time before it."""
    post, reading = placed.post, memory.reading(placed)
    periods = memory.openings_before(placed.order)
    period = periods[-1] if periods else None
    earlier = (t.question for t in reversed(periods) if period and t.question != period.question)
    question = asks(memory, placed)
    repost_of = _manually_reposted(memory, placed)
    # A manual repost with a comment of the author's own counts as a quote.
    comments = bool(reading.manual_repost and words(reading.manual_repost.comment))
    quoted = quoted_post(memory, placed) or (repost_of if comments else None)
    parent = memory.find(post.reply_to)
    last = next(memory.before_by(placed, _EVENING), None)
    return Signals(
        at=placed.order[0],
        host=placed.host,
        remark=post.is_remark,
        asks=question,
        again=bool(question and _asked_before(memory, placed, question)),
        label=reading.label,
        talk=None if post.repost_of else reading.talk,
        original=memory.find(post.repost_of) or (None if comments else repost_of),
        reposts=bool(post.repost_of or (reading.manual_repost and not comments)),
        parent=None if parent is placed else parent,
        quoted=None if quoted is placed else quoted,
        thread=_thread(memory, placed),
        addressed=_addressed(memory, placed),
        continues=_continues(memory, placed),
        last=last if last and placed.order[0] - last.order[0] <= CONVERSATION_WINDOW else None,
        worded=reading.worded,
        open=period.question if period else None,
        opened_at=period.order[0] if period else None,
        before=next(filter(None, earlier), None),
        opened=frozenset(period.question for period in periods if period.question),
        left_at=_left_at(memory, placed, period.order[0] if period else None),
        first=last is None,
        next=_next(memory, placed) if placed.host else None,
        lean=host_words.lean(memory, placed.order),
    )


def _asked_before(memory: Memory, placed: PlacedPost, question: str) -> bool:
    earlier = memory.asked.get(question)
    return bool(earlier and earlier[0][0] < placed.order)


def takes_leave(memory: Memory, placed: PlacedPost) -> bool:
    """Whether a host takes leave of everybody in a post."""
    post = placed.post
    if not placed.host or post.reply_to or post.repost_of:
        return False
    return memory.reading(placed).talk in ("thanks", "farewell") and not memory.addressees(placed)


def asks(memory: Memory, placed: PlacedPost) -> str | None:
    """Returns the question that a post asks, or asks again; None for most posts."""
    post = placed.post
    if post.id in memory.asked_by:
        return memory.asked_by[post.id]
    reading = memory.reading(placed)
    if post.repost_of or reading.manual_repost:
        return None
    parent = memory.find(post.reply_to)
    if parent is not None and not memory.same_author(parent.post, post):
        return None
    label = reading.label
    if label and (not label.asks or label.strength == "weak" or label.announces or label.also):
        return None
    worded = reading.worded or reading.verbatim
    if placed.host:
        return label.question if label else _due(memory, placed, worded)
    # Where the agenda names no host, anybody who posts a question's number and wording counts.
    return label.question if label and label.question in worded and not memory.has_hosts else None


def _due(memory: Memory, placed: PlacedPost, questions: tuple[str, ...]) -> str | None:
    """Return, of questions with the same wording ("Do we have to?"), the next to be asked."""
    if len(questions) < 2:
        return questions[0] if questions else None
    periods = memory.openings_before(placed.order)
    ids = [question.id for question in memory.agenda.questions]
    now = ids.index(periods[-1].question) if periods and periods[-1].question in ids else 0
    ahead = [question for question in questions if ids.index(question) >= now]
    due = (q for q in (*ahead, *questions) if not _asked_before(memory, placed, q))
    return next(due, questions[-1])


def _manually_reposted(memory: Memory, placed: PlacedPost) -> PlacedPost | None:
    """Returns the original of a repost typed by hand: "RT @name: same words"."""
    repost = memory.reading(placed).manual_repost
    if repost is None:
        return None
    about = content_words(normalise(repost.words)).keys()
    best, found = 0.0, None
    for candidate in memory.before(repost.who, placed.order, MANUAL_REPOST_WINDOW):
        tags = memory.reader.tags
        share = overlap(about - tags, memory.reading(candidate).about.keys())
        if share >= MANUAL_REPOST_OVERLAP and share > best:
            best, found = share, candidate
    return found


def _thread(memory: Memory, placed: PlacedPost) -> PlacedPost | None:
    root = placed.post.thread
    if not root or root == placed.id:
        return None
    return next(memory.thread_before(root, placed.order, _EVENING), None) or memory.find(root)


def _addressed(memory: Memory, placed: PlacedPost) -> PlacedPost | None:
    """Returns the latest post by somebody this one addresses, to its author or to everybody.

    Where there is none, their latest post to others, question as host, or small talk.
    """
    me = memory.handles_of(placed.post)
    likely: list[PlacedPost] = []
    other: list[PlacedPost] = []
    for name in memory.addressees(placed):
        if name in me:
            continue
        for candidate in memory.before(name, placed.order, CONVERSATION_WINDOW):
            to = memory.addressees(candidate)
            busy = to or candidate.id in memory.asking or memory.reading(candidate).talk
            if not busy or not me.isdisjoint(to):
                likely.append(candidate)
                break
            other.append(candidate)
    return max(likely or other, key=lambda candidate: candidate.order, default=None)


def _continues(memory: Memory, placed: PlacedPost) -> PlacedPost | None:
    part = memory.reading(placed).part
    if part < 2:
        return None
    own = memory.before_by(placed, CONTINUATION_WINDOW)
    return next((each for each in own if memory.reading(each).part == part - 1), None)


def _next(memory: Memory, placed: PlacedPost) -> str | None:
    opening = memory.opening_after(placed.order)
    shortly_after = opening is not None and opening.order[0] - placed.order[0] <= LEAD_IN_WINDOW
    return opening.question if opening and shortly_after else None


def _left_at(memory: Memory, placed: PlacedPost, opened_at: datetime | None) -> datetime | None:
    ends = memory.agenda.ends
    leave = [order[0] for order, _ in memory.leave_takings if order < placed.order]
    leave += [ends] if ends and ends <= placed.order[0] else []
    return min((at for at in leave if opened_at and at >= opened_at), default=None)

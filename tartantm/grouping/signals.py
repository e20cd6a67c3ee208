"""Signals: everything about a post that may tell its question, gathered and not yet judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tartantm.grouping.labels import Label
from tartantm.grouping.memory import Memory, PlacedPost, names_of
from tartantm.grouping.normalise import covered, plain, telling, words
from tartantm.grouping.small_talk import Talk

HANDED_ON = 0.7
"""Share of the telling words of a post handed on by hand that the original has to have."""

CONVERSATION = timedelta(minutes=10)
"""How long what somebody wrote is what others speak to without saying so."""

HANDING_ON = timedelta(hours=2)
"""How long posts are looked through for the words that somebody hands on by hand."""

CONTINUED = timedelta(minutes=5)
"""How long after part 1 a part 2 is a continuation of it."""

LEAD_IN = timedelta(minutes=1)
"""How long before a question opens its host turns to it."""

_EVENING = timedelta(days=1)


class Signals(NamedTuple):
    """What is known about one post, as of its own time."""

    at: datetime
    host: bool
    remark: bool
    """Whether somebody said it aloud at a venue."""
    asks: str | None
    """The question that this post asks, or asks again."""
    again: bool
    """Whether that was asked before."""
    label: Label | None
    talk: Talk | None
    """What kind of talk it is."""
    original: PlacedPost | None
    """The post that this one is a repost of."""
    reposts: bool
    """Whether it is only a repost, of whatever."""
    parent: PlacedPost | None
    """The post that it replies to."""
    quoted: PlacedPost | None
    thread: PlacedPost | None
    """The latest post before it in its thread."""
    addressed: PlacedPost | None
    """The latest post of somebody that it speaks to."""
    continues: PlacedPost | None
    """The post of its author that it is the next part of."""
    last: PlacedPost | None
    """What its author wrote last, shortly before."""
    worded: tuple[str, ...]
    """Questions whose wording it has."""
    open: str | None
    """The question that was open."""
    opened_at: datetime | None
    """When that was opened, or the one before closed; None before the first."""
    before: str | None
    """The question that was open before that one."""
    opened: frozenset[str]
    """Questions opened so far."""
    left_at: datetime | None
    """When the host took leave, or the chat ended by its plan, and no question was opened since."""
    first: bool
    """Whether its author had not written before."""
    next: str | None
    """For a host's post: the question that opened right after it."""


def gather(memory: Memory, known: PlacedPost) -> Signals:
    """Gather the signals of a post from what is known now, but as of the post's own time."""
    post, reading = known.post, memory.reading(known)
    periods = memory.openings_before(known.order)
    period = periods[-1] if periods else None
    earlier = (t.question for t in reversed(periods) if period and t.question != period.question)
    question = asks(memory, known)
    handed_on = _handed_on(memory, known)
    # With words of one's own in front, handing on is quoting.
    comments = bool(reading.shared and words(reading.shared.comment))
    quoted = memory.find(post.quote_of) or next(filter(None, map(memory.find, reading.links)), None)
    quoted = quoted or (handed_on if comments else None)
    parent = memory.find(post.reply_to)
    return Signals(
        at=known.order[0],
        host=known.host,
        remark=post.is_remark,
        asks=question,
        again=bool(question and _asked_before(memory, known, question)),
        label=reading.label,
        talk=None if post.repost_of else reading.talk,
        original=memory.find(post.repost_of) or (None if comments else handed_on),
        reposts=bool(post.repost_of or (reading.shared and not comments)),
        parent=None if parent is known else parent,
        quoted=None if quoted is known else quoted,
        thread=_thread(memory, known),
        addressed=_addressed(memory, known),
        continues=_continues(memory, known),
        last=next(_own(memory, known, CONVERSATION), None),
        worded=reading.worded,
        open=period.question if period else None,
        opened_at=period.order[0] if period else None,
        before=next(filter(None, earlier), None),
        opened=frozenset(period.question for period in periods if period.question),
        left_at=_left_at(memory, known, period.order[0] if period else None),
        first=not any(True for _ in _own(memory, known, _EVENING)),
        next=_next(memory, known) if known.host else None,
    )


def _asked_before(memory: Memory, known: PlacedPost, question: str) -> bool:
    earlier = memory.asked.get(question)
    return bool(earlier and earlier[0][0] < known.order)


def takes_leave(memory: Memory, known: PlacedPost) -> bool:
    """Whether a host takes leave of everybody with a post."""
    post = known.post
    if not known.host or post.reply_to or post.repost_of:
        return False
    return memory.reading(known).talk in ("thanks", "farewell") and not memory.spoken_to(known)


def asks(memory: Memory, known: PlacedPost) -> str | None:
    """The question that a post asks, or asks again."""
    post = known.post
    if post.id in memory.asked_by:
        return memory.asked_by[post.id]
    reading = memory.reading(known)
    if post.repost_of or reading.shared:
        return None
    parent = memory.find(post.reply_to)
    if parent is not None and parent.post.author.handle != post.author.handle:
        return None
    label = reading.label
    if label and (not label.asks or label.strength == "weak" or label.announces or label.also):
        return None
    worded = reading.worded or reading.verbatim
    if known.host:
        return label.question if label else _due(memory, known, worded)
    # Where the agenda names no host, whoever posts a question with number and wording is one.
    return label.question if label and label.question in worded and not memory.has_hosts else None


def _due(memory: Memory, known: PlacedPost, questions: tuple[str, ...]) -> str | None:
    """Of questions with one wording ("Do we have to?") the next, from the open one on."""
    if len(questions) < 2:
        return questions[0] if questions else None
    periods = memory.openings_before(known.order)
    ids = [question.id for question in memory.agenda.questions]
    now = ids.index(periods[-1].question) if periods and periods[-1].question in ids else 0
    ahead = [question for question in questions if ids.index(question) >= now]
    due = (q for q in (*ahead, *questions) if not _asked_before(memory, known, q))
    return next(due, questions[-1])


def _own(memory: Memory, known: PlacedPost, within: timedelta) -> Iterator[PlacedPost]:
    return memory.before(known.post.author.handle.casefold(), known.order, within)


def _handed_on(memory: Memory, known: PlacedPost) -> PlacedPost | None:
    """The post whose words this one hands on by hand: "RT @name: same words"."""
    handed = memory.reading(known).shared
    if handed is None:
        return None
    about = telling(plain(handed.words)).keys()
    best, found = 0.0, None
    for candidate in memory.before(handed.who, known.order, HANDING_ON):
        tags = memory.reader.tags
        share = covered(about - tags, memory.reading(candidate).about.keys())
        if share >= HANDED_ON and share > best:
            best, found = share, candidate
    return found


def _thread(memory: Memory, known: PlacedPost) -> PlacedPost | None:
    root = known.post.thread
    if not root or root == known.id:
        return None
    return next(memory.thread_before(root, known.order, _EVENING), None) or memory.find(root)


def _addressed(memory: Memory, known: PlacedPost) -> PlacedPost | None:
    """The latest that somebody this one speaks to wrote to its author or to everybody.

    What they wrote to others, asked as host or said in greeting comes after that.
    """
    me = names_of(known.post)
    likely: list[PlacedPost] = []
    other: list[PlacedPost] = []
    for name in memory.spoken_to(known):
        if name in me:
            continue
        for candidate in memory.before(name, known.order, CONVERSATION):
            to = memory.spoken_to(candidate)
            busy = to or candidate.id in memory.asking or memory.reading(candidate).talk
            if not busy or not me.isdisjoint(to):
                likely.append(candidate)
                break
            other.append(candidate)
    return max(likely or other, key=lambda candidate: candidate.order, default=None)


def _continues(memory: Memory, known: PlacedPost) -> PlacedPost | None:
    part = memory.reading(known).part
    if part < 2:
        return None
    own = _own(memory, known, CONTINUED)
    return next((each for each in own if memory.reading(each).part == part - 1), None)


def _next(memory: Memory, known: PlacedPost) -> str | None:
    opening = memory.opening_after(known.order)
    soon = opening is not None and opening.order[0] - known.order[0] <= LEAD_IN
    return opening.question if opening and soon else None


def _left_at(memory: Memory, known: PlacedPost, opened_at: datetime | None) -> datetime | None:
    ends = memory.agenda.ends
    leave = [order[0] for order, _ in memory.leaves if order < known.order]
    leave += [ends] if ends and ends <= known.order[0] else []
    return min((at for at in leave if opened_at and at >= opened_at), default=None)

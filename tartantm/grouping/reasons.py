"""Reasons: why a post has its placement, in words, from the feature with the most weight."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tartantm.core import local_time
from tartantm.core.describe import place as place_name
from tartantm.grouping.features import READER, Situation, followed
from tartantm.grouping.labels import Label
from tartantm.grouping.memory import Memory, PlacedPost
from tartantm.grouping.ranker import Choice
from tartantm.grouping.signals import Signals

_TALK = {
    "introduction": "an introduction",
    "greeting": "a greeting",
    "thanks": "thanks",
    "farewell": "a farewell",
    "announcement": "an announcement",
    "technical": "about the hashtag or the tools",
}


class Reason(NamedTuple):
    """The reason for a placement."""

    by: str
    """What decided, see `decide`."""
    words: str
    doubtful: bool = False
    """Whether two signs contradict each other, which takes from the confidence."""


def reason_for(
    s: Signals, memory: Memory, placed: PlacedPost, situation: Situation, choice: Choice
) -> Reason:
    """Returns the reason for the ranker's choice."""
    if choice.reader == "agrees" and _strongest_feature(choice) == READER:
        return Reason("reader", _read(s, memory, choice.place))
    if s.reposts:
        return _repost_of_a_stranger(s, memory, choice)
    if situation == "labelled" and s.label and choice.place == s.label.question:
        return _label(s, s.label, memory)
    above = followed(s)
    if above and choice.place == above.placement.question:
        return _follows(s, above)
    if s.label and choice.place == s.label.question and not s.label.announces:
        but = f", but {_verb(s)} a post in {place_name(above.placement.question)}" if above else ""
        words = f"mentions {s.label.question}, perhaps as a label{but}"
        return Reason("label", words, True)
    if choice.place is None:
        return _general(s, memory, choice)
    return _question(s, memory, placed, choice)


def _read(s: Signals, memory: Memory, place: str | None) -> str:
    """Returns what the reader says, and what speaks for it besides."""
    words = f"your reader says {place_name(place)}"
    if place is not None and place == s.open:
        words = f"{words}, open since {clock(s.opened_at, memory)}"
    return words


def _label(s: Signals, label: Label, memory: Memory) -> Reason:
    words = f'labelled "{label.written}"'
    others = " and ".join(label.also)
    if label.unclear:
        return Reason("label", f"{words}, which may also be {others}" if others else words, True)
    if others:
        words += f", so for {others} too"
    above = s.parent or s.quoted
    if above and _differ(memory, above.placement.question, label.question):
        return Reason(
            "label", f"{words}, but {_verb(s)} a post in {above.placement.question}", True
        )
    if s.opened and label.question not in s.opened:
        words += f", but {label.question} is not open yet"
        # It may be a road, or a paper size.
        return Reason("label", words, label.strength != "strong" and not _is_next(s, label, memory))
    if not s.opened and label.strength != "strong":
        # A label stands at the start; elsewhere it may be a road, or a paper size.
        return Reason("label", f"{words}, but no question is open yet", label.where != "start")
    return Reason("label", words)


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


def _verb(s: Signals) -> str:
    return "replies to" if s.parent else "quotes" if s.quoted else "continues"


def _follows(s: Signals, above: PlacedPost) -> Reason:
    by = "quote" if s.quoted and not s.parent else "reply"
    if not (s.parent or s.quoted):
        return Reason(by, _with_author("continues a post by", above))
    words = _with_author(_verb(s), above) if by == "reply" else _with_place("quotes", above)
    if s.label and not s.label.announces and s.label.question != above.placement.question:
        return Reason(by, f"{words}, but mentions {s.label.question}", True)
    return Reason(by, words)


def reposts(original: PlacedPost) -> str:
    """Returns the reason for a repost's placement."""
    return _with_place("reposts", original)


def _repost_of_a_stranger(s: Signals, memory: Memory, choice: Choice) -> Reason:
    words = "reposts a post from outside the chat"
    if choice.place is not None and choice.place == s.open:
        words += f", while {s.open} was open since {clock(s.opened_at, memory)}"
    return Reason("repost", words)


def _with_place(verb: str, other: PlacedPost) -> str:
    """Returns the verb with a post named by its placement: "quotes a post in Q3"."""
    where = other.placement
    if where.by_person:
        return f"{verb} a post that the moderator moved to {place_name(where.question)}"
    return f"{verb} a post in {place_name(where.question)}"


def _with_author(verb: str, other: PlacedPost) -> str:
    """Returns the verb with a post named by its author: "replies to Ailsa in Q3"."""
    where, author = other.placement, other.post.author
    if where.by_person or not (author.name or author.handle):
        return _with_place(verb, other)
    if where.by == "asked":
        return f"{verb} the post that asked {where.question}"
    return f"{verb} {author.name or f'@{author.handle}'} in {place_name(where.question)}"


def _general(s: Signals, memory: Memory, choice: Choice) -> Reason:
    if s.label and s.label.announces:
        return Reason("general", f"an announcement about {s.label.question}")
    if s.talk:
        by = "greeting" if s.talk in ("greeting", "introduction") else "general"
        return Reason(by, _TALK[s.talk])
    part = _strongest_feature(choice)
    if part == "speaks to somebody in General" and s.addressed:
        return Reason("mention", _with_author("speaks to", s.addressed))
    if part == "in a thread in General" and s.thread:
        return Reason("thread", _with_author("in a thread with", s.thread))
    if s.left_at:
        return Reason("general", f"after the end at {clock(s.left_at, memory)}")
    if not s.opened and s.label:
        return Reason(
            "general", f"before the first question, but mentions {s.label.question}", True
        )
    if s.open is None:
        since = f" since {clock(s.opened_at, memory)}" if s.opened_at else ""
        # No recorded chat has such a pause, so nothing is known about it.
        return Reason("time", f"no question open{since}", True)
    while_open = f", while {s.open} was open since {clock(s.opened_at, memory)}"
    whose = "a host's" if memory.has_hosts else "the moderator's or the chat's own"
    words = {
        "first post": f"a first post{while_open}",
        "host": f"{whose} remark{while_open}",
        "host before a question": f"{whose} remark right before {s.next}",
        "words of posts in General": "has words of posts in General",
        "last question, long": f"late{while_open}",
    }
    return Reason("general", words.get(part, f"says nothing of a question{while_open}"))


def _question(s: Signals, memory: Memory, placed: PlacedPost, choice: Choice) -> Reason:
    part, place = _strongest_feature(choice), choice.place
    if part == "its wording":
        return Reason("wording", f"has the wording of {place}")
    if part == "speaks to somebody" and s.addressed:
        return Reason("mention", _with_author("speaks to", s.addressed))
    if part == "in a thread" and s.thread:
        return Reason("thread", _with_author("in a thread with", s.thread))
    if part == "host's last call" and s.lean:
        # Not as it was written: whoever wrote it may be erased, or withheld.
        who = "a host" if memory.has_hosts else "the moderator or the chat's account"
        at = clock(s.lean.at, memory)
        return Reason("time", f"{who} asked for last thoughts on {place} at {at}")
    if part in ("author's last", "author asked it") and place != s.open:
        return Reason("author", f"its author was just writing in {place}")
    if place == s.open:
        words = f"{place} open since {clock(s.opened_at, memory)}"
    elif place == s.before and s.opened_at:
        words = f"{s.open or 'nothing'} only just open, since {clock(s.opened_at, memory)}"
    else:
        words = ""
    if common := memory.reader.longest_common_word(memory.reading(placed), place):
        words = f'{words}, and says "{common}"' if words else f'says "{common}" as {place} does'
        return Reason("wording", words)
    if part == "words of its posts" or not words:
        return Reason("wording", f"has words of posts in {place}")
    return Reason("time", words)


_SILENT = {"General", "open", "open before", "open earlier", "fresh", "brief", "content words"}
"""Features that are not given as reasons."""


def _strongest_feature(choice: Choice) -> str:
    """Returns the feature that adds most to the choice's score, "" where none adds anything."""
    scores = {name: part for name, part in choice.parts.items() if name not in _SILENT}
    best = max(scores, key=lambda name: round(scores[name], 6), default="")
    return best if best and scores[best] > 0 else ""


def clock(at: datetime | None, memory: Memory) -> str:
    """Returns a time in the chat's time zone: "18:04"."""
    return local_time.clock(at.astimezone(memory.agenda.tz)) if at else ""

"""Makes the transcript's document of a chat: a pure function, the same chat gives the same one.

What may stand in it is decided by `veil` and nowhere else: posts that nobody hid, deleted or
restricted (hidden ones too where asked for), and of the others neither words nor names nor ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import get_args

from tartantm import __version__
from tartantm.core.chat import Chat
from tartantm.core.events import Mark
from tartantm.transcript import times
from tartantm.transcript.anchors import anchor
from tartantm.transcript.coverage import coverage
from tartantm.transcript.items import Items
from tartantm.transcript.links import shared
from tartantm.transcript.model import Item, Listed, Part, Transcript
from tartantm.transcript.prose import line, plain
from tartantm.transcript.statistics import people, statistics
from tartantm.transcript.visibility import PublicView

MARKS: tuple[Mark, ...] = ("decision", "action", "idea", "resource", "question")
assert set(MARKS) == set(get_args(Mark))


def build(veil: PublicView) -> Transcript:
    """Make the document of a chat as its readers may see it."""
    chat, agenda = veil.chat, veil.chat.agenda
    making = Items(veil)
    posts = tuple(making.items())
    shown = [item for item in posts if item.number]
    parts = _parts(chat, making, shown)
    participants = making.speakers.participants(shown)
    ends = _latest(agenda.ends, chat.periods.last.at if chat.periods.last else None)
    day = agenda.starts or (making.openings and making.openings[0][1]) or None
    day = day.astimezone(agenda.tz) if day else shown[0].at if shown else None
    zone = times.zone(agenda.timezone, day) if day else ""
    return Transcript(
        title=line(agenda.title),
        hashtags=tuple("#" + line(tag).lstrip("#") for tag in agenda.hashtags),
        starts=agenda.starts,
        ends=agenda.ends,
        timezone=agenda.timezone,
        when=_when(chat, day, zone),
        zone=zone,
        day=day,
        people=tuple(
            Listed(line(one.name), tuple(map(line, one.handles)), one.role, line(one.organisation))
            for one in agenda.people
        ),
        venues=agenda.venues,
        summary=plain(chat.summary) if chat.summary else None,
        parts=parts,
        posts=posts,
        highlights=tuple(item for item in shown if item.starred),
        marked={
            mark: found
            for mark in MARKS
            if (found := tuple(item for item in shown if mark in item.marks))
        },
        participants=participants,
        links=shared(shown),
        statistics=statistics(shown, parts, participants, making.openings, ends),
        coverage=coverage(chat, shown),
        version=__version__,
        pseudonyms=veil.options.pseudonyms,
        address=veil.options.address,
        x_withheld=any(item.withheld for item in shown),
        running_at=_local(veil.options.running_at, agenda.tz),
    )


def _when(chat: Chat, day: datetime | None, zone: str) -> str:
    agenda = chat.agenda
    if agenda.starts and day:
        return times.span(day, agenda.ends and agenda.ends.astimezone(agenda.tz), zone)
    return f"{times.day(day)}, {zone}" if day else ""


def _local(at: datetime | None, tz: tzinfo) -> datetime | None:
    return at.astimezone(tz) if at else None


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _parts(chat: Chat, making: Items, shown: list[Item]) -> tuple[Part, ...]:
    """General before the first question, the questions in order, the rest of General."""
    theirs: dict[str | None, list[Item]] = {}
    also: dict[str, list[Item]] = {}
    for item in shown:
        theirs.setdefault(item.question, []).append(item)
        for answered in item.answers:
            if answered != item.question:
                also.setdefault(answered, []).append(item)
    tz = chat.agenda.tz
    questions = []
    for question in chat.agenda.questions:
        items = tuple(theirs.get(question.id, ()))
        summary = chat.summary_of(question.id)
        questions.append(
            Part(
                question_anchor(question.id),
                line(question.text),
                items,
                people(items),
                question,
                _local(making.opened.get(question.id), tz),
                _local(making.closed.get(question.id), tz),
                plain(summary) if summary else None,
                tuple(also.get(question.id, ())),
            )
        )
    general = theirs.get(None, [])
    if not questions:
        return (_general("general", "Posts", general),) if general else ()
    first, last = _bounds(chat, making)
    before = [item for item in general if first and item.post.sort_at < first]
    after = [item for item in general if last and item.post.sort_at >= last]
    during = general[len(before) : len(general) - len(after)]
    parts = [
        _general("before", "Before the first question", before),
        *questions,
        _general("general", "Not about a question", during),
        _general("after", "After the last question", after),
    ]
    return tuple(part for part in parts if part.question or part.items)


def question_anchor(question: str) -> str:
    """A question's anchor: ``q3a``."""
    plain_id = question.casefold()
    return plain_id if re.fullmatch(r"[a-z][0-9]+[a-z]*", plain_id) else anchor(f"q:{question}")


def _general(name: str, title: str, items: Iterable[Item]) -> Part:
    posts = tuple(items)
    return Part(name, title, posts, people(posts))


def _bounds(chat: Chat, making: Items) -> tuple[datetime | None, datetime | None]:
    """When the first question opened and when the last one closed, as far as that is known."""
    starts, ends = chat.agenda.starts, chat.agenda.ends
    if not making.opened:
        return starts, ends
    latest = max(making.opened.values())
    # A question still open has no end; the chat's own end is the next best.
    closed = _latest(*making.closed.values())
    if None in making.closed.values():
        closed = ends if ends and ends > latest else None
    return min(making.opened.values()), closed

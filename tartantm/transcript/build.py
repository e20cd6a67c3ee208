"""`build`: makes the `Transcript` from what readers may see of a chat, a pure function.

What may appear in it has been decided by `visibility` before: here every visible entry becomes an
item of the transcript, and nothing else of the chat's posts is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import get_args

from tartantm import __version__
from tartantm.core.anchors import question_anchor
from tartantm.core.change_kinds import known_changes
from tartantm.core.chat import Chat
from tartantm.core.events import Mark
from tartantm.core.post import bare_hashtag
from tartantm.transcript import times
from tartantm.transcript.clean_text import cleaned, one_line
from tartantm.transcript.coverage import coverage
from tartantm.transcript.item_builder import ItemBuilder
from tartantm.transcript.model import AgendaPerson, Correction, Item, Part, Transcript
from tartantm.transcript.shared_links import shared
from tartantm.transcript.statistics import people, statistics
from tartantm.transcript.visibility import PublicView

MARKS: tuple[Mark, ...] = ("decision", "action", "idea", "resource", "question")
assert set(MARKS) == set(get_args(Mark))


def build(view: PublicView) -> Transcript:
    """Make the transcript of a chat as its readers may see it."""
    chat, agenda = view.chat, view.chat.agenda
    builder = ItemBuilder(view)
    posts = tuple(builder.items())
    shown = [item for item in posts if item.folded_into is None]
    parts = _parts(chat, builder, shown)
    participants = builder.speakers.participants(shown)
    ends = _latest(agenda.ends, chat.periods.last.at if chat.periods.last else None)
    day = agenda.starts or (builder.openings and builder.openings[0][1]) or None
    day = day.astimezone(agenda.tz) if day else shown[0].at if shown else None
    until = _local(agenda.ends, agenda.tz) or (shown[-1].at if shown else None)
    zone = times.zone(agenda.zone_name, day, until) if day else ""
    return Transcript(
        title=one_line(agenda.title),
        hashtags=tuple("#" + bare_hashtag(one_line(tag)) for tag in agenda.hashtags),
        starts=agenda.starts,
        ends=agenda.ends,
        timezone=agenda.zone_name,
        when=_when(chat, day, zone),
        zone=zone,
        day=day,
        people=tuple(
            AgendaPerson(
                one_line(one.name),
                tuple(map(one_line, one.handles)),
                one.role,
                one_line(one.organisation),
            )
            for one in agenda.people
        ),
        venues=agenda.venues,
        summary=cleaned(chat.summary) if chat.summary else None,
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
        statistics=statistics(shown, parts, participants, builder.openings, ends),
        coverage=coverage(chat, shown),
        version=__version__,
        pseudonyms=view.options.pseudonyms,
        address=view.options.address,
        x_withheld=any(item.withheld for item in shown),
        running_at=_local(view.options.running_at, agenda.tz),
        corrections=tuple(
            Correction(when.astimezone(agenda.tz), known_changes(made.changes))
            for when, made in chat.corrections
        ),
    )


def _when(chat: Chat, day: datetime | None, zone: str) -> str:
    agenda = chat.agenda
    if agenda.starts and day:
        return times.date_range(day, _local(agenda.ends, agenda.tz), agenda.zone_name)
    return f"{times.day(day)}, {zone}" if day else ""


def _local(at: datetime | None, tz: tzinfo) -> datetime | None:
    return at.astimezone(tz) if at else None


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _parts(chat: Chat, builder: ItemBuilder, shown: list[Item]) -> tuple[Part, ...]:
    """Returns the parts in reading order: General before the questions, each question, the rest."""
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
                one_line(question.text),
                items,
                people(items),
                question,
                _local(builder.opened.get(question.id), tz),
                _local(builder.closed.get(question.id), tz),
                cleaned(summary) if summary else None,
                tuple(also.get(question.id, ())),
            )
        )
    general = theirs.get(None, [])
    if not questions:
        return (_general("general", "Posts", general),) if general else ()
    first, last = _bounds(chat, builder)
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


def _general(name: str, title: str, items: Iterable[Item]) -> Part:
    posts = tuple(items)
    return Part(name, title, posts, people(posts))


def _bounds(chat: Chat, builder: ItemBuilder) -> tuple[datetime | None, datetime | None]:
    """Returns when the first question was opened and the last closed, as far as that is known."""
    starts, ends = chat.agenda.starts, chat.agenda.ends
    if not builder.opened:
        return starts, ends
    latest = max(builder.opened.values())
    # A question that is still open has no end; the chat's own end is the next best.
    closed = _latest(*builder.closed.values())
    if None in builder.closed.values():
        closed = ends if ends and ends > latest else None
    return min(builder.opened.values()), closed

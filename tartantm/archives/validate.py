"""Validates and cleans what a file in our own format holds: it may come from anybody."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Person, Question, Venue, zone_named
from tartantm.core.events import Placement
from tartantm.core.post import NETWORKS, Author, Link, Media, Post, clean, possible, safe_url, utc
from tartantm.networks.heard import Unreadable
from tartantm.networks.json_fields import hashtags, languages, unique

T = TypeVar("T")

_MOST_ALTERNATIVES = 8


def convert(value: object, kind: type[T], name: str) -> T:
    """Convert a value to one of our structs; raises Unreadable naming what is wrong in `name`."""
    try:
        return msgspec.convert(value, kind)
    except (ValueError, OverflowError, RecursionError) as error:
        reason = clean(str(error), lines=False)[:200]
        raise Unreadable(f"the {name} is invalid: {reason}") from None


def _one(text: str) -> str:
    return clean(text, lines=False)


def post_id(found: str) -> str:
    """An id of a post; raises Unreadable where it names no known network."""
    cleaned = _one(found)
    network, colon, native = cleaned.partition(":")
    if network not in NETWORKS or not colon or not native:
        raise Unreadable(f"{cleaned[:80]!r} is no id of a post")
    return cleaned


def reference(found: str | None) -> str | None:
    """A text that may be absent, such as the id of a post that another refers to."""
    return _one(found) or None if found else None


def time(found: datetime) -> datetime:
    """A time in UTC; raises Unreadable for one that not every time zone can represent."""
    known = utc(found)
    if known is None or not possible(known):
        raise Unreadable(f"{found.isoformat()} is no time of a chat")
    return known


def post(found: Post) -> Post:
    """A post cleaned as the payload parsers clean theirs."""
    return Post(
        id=post_id(found.id),
        author=_author(found.author),
        created_at=time(found.created_at),
        text=clean(found.text),
        url=safe_url(found.url),
        received_at=time(found.received_at) if found.received_at else None,
        aliases=unique(map(_one, found.aliases)),
        reply_to=reference(found.reply_to),
        reply_to_handle=reference(found.reply_to_handle),
        repost_of=reference(found.repost_of),
        quote_of=reference(found.quote_of),
        thread=reference(found.thread),
        hashtags=hashtags(found.hashtags),
        mentions=unique(map(_one, found.mentions)),
        links=tuple(
            Link(url, _one(link.shown), _one(link.title))
            for link in found.links
            if (url := safe_url(link.url))
        ),
        media=tuple(
            Media(m.kind, safe_url(m.url), None if m.alt is None else _one(m.alt))
            for m in found.media
        ),
        languages=languages([*found.languages]),
        content_warning=reference(found.content_warning),
        sensitive=found.sensitive,
        visibility=found.visibility,
        version=reference(found.version),
        edited_at=time(found.edited_at) if found.edited_at else None,
        found_by=_one(found.found_by),
        venue=reference(found.venue),
    )


def _author(found: Author) -> Author:
    return Author(
        handle=_one(found.handle),
        name=_one(found.name),
        id=_one(found.id),
        url=safe_url(found.url),
        bot=found.bot,
    )


def placement(found: Placement) -> Placement:
    """A placement with clean words, and a confidence from 0 to 1."""
    sure = found.confidence
    return Placement(
        question=reference(found.question),
        by=_one(found.by),
        reason=_one(found.reason),
        confidence=min(1.0, max(0.0, sure)) if math.isfinite(sure) else 0.0,
        inbox=found.inbox,
        alternatives=tuple(reference(each) for each in found.alternatives[:_MOST_ALTERNATIVES]),
    )


def agenda(found: Agenda) -> Agenda:
    """An agenda as the readers of agenda files make it; raises Unreadable where it is invalid."""
    if found.timezone is not None and zone_named(found.timezone) is None:
        raise Unreadable(f"{_one(found.timezone)[:80]!r} is no time zone")
    seen: set[str] = set()
    for question in found.questions:
        if not re.fullmatch(r"Q\d{1,3}[a-z]?", question.id, re.ASCII) or question.id in seen:
            raise Unreadable(f"{_one(question.id)[:80]!r} cannot be a question of its agenda")
        if question.parent is not None and question.parent not in seen:
            raise Unreadable(f"{question.id} follows a question that is not there")
        seen.add(question.id)
    labels = tuple(label for label in found.labels if re.fullmatch(r"[^\W\d_]{1,12}", label))
    return Agenda(
        title=_one(found.title),
        hashtags=hashtags(found.hashtags),
        starts=_with_offset(found.starts),
        ends=_with_offset(found.ends),
        timezone=found.timezone,
        labels=labels or ("Q", "A"),
        people=tuple(
            Person(_one(p.name), unique(map(_one, p.handles)), p.role, _one(p.organisation))
            for p in found.people
        ),
        venues=tuple(Venue(_one(venue.name)) for venue in found.venues),
        questions=tuple(map(_question, found.questions)),
    )


def _question(found: Question) -> Question:
    minutes = found.minutes if found.minutes is not None and 0 < found.minutes <= 1440 else None
    return replace(
        found,
        text=_one(found.text),
        minutes=minutes,
        opens_at=_with_offset(found.opens_at),
        asked_by=unique(map(_one, found.asked_by)),
    )


def _with_offset(found: datetime | None) -> datetime | None:
    """A time with the offset it has, which stands for the agenda's zone; UTC without one."""
    if found is None:
        return None
    time(found)
    return found if found.tzinfo else found.replace(tzinfo=UTC)

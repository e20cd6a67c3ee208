"""Reads an agenda from TOML; an error names the line, the key and the nearest valid key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal, NoReturn
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from tartantm.core.agenda import (
    Agenda,
    AgendaError,
    Person,
    Question,
    Venue,
    numbered,
    split_handle,
    zone_named,
)
from tartantm.core.local_time import fixed
from tartantm.core.post import EARLIEST, LATEST, bare_hashtag, clean, is_hashtag
from tartantm.core.toml_document import KeyPath, Text, Texts, TomlDocument, TomlFault

Moment = Annotated[
    datetime,
    Meta(description="a date with a time, like 2012-06-20T18:00:00+01:00 and without quotes"),
]
Minutes = Annotated[float, Meta(gt=0, le=1440, description="a number of minutes above 0")]
Number = Annotated[int, Meta(ge=0, le=999, description="a whole number from 0 to 999")]
WrittenRole = Annotated[
    Literal["host", "guest", "moderator"], Meta(description="host, guest or moderator")
]


class _FollowUp(Struct, forbid_unknown_fields=True):
    """``[[questions.follow_ups]]``."""

    text: Text | None = None
    minutes: Minutes | None = None
    opens_at: Moment | None = None
    asked_by: Texts = ()


class _Question(_FollowUp, forbid_unknown_fields=True):
    """``[[questions]]``."""

    number: Number | None = None
    follow_ups: tuple[_FollowUp, ...] = ()


class _Person(Struct, forbid_unknown_fields=True):
    """``[[people]]``."""

    name: Text | None = None
    handles: Texts = ()
    role: WrittenRole | None = None
    organisation: Text | None = None


class _Venue(Struct, forbid_unknown_fields=True):
    """``[[venues]]``."""

    name: Text | None = None


class _Agenda(Struct, forbid_unknown_fields=True):
    """The whole file, before `_Reader` turns it into an `Agenda`."""

    title: Text | None = None
    hashtags: Texts = ()
    starts: Moment | None = None
    ends: Moment | None = None
    timezone: Text | None = None
    labels: Texts = ()
    people: tuple[_Person, ...] = ()
    venues: tuple[_Venue, ...] = ()
    questions: tuple[_Question, ...] = ()


def looks_like(text: str) -> bool:
    """Whether `text` is meant as TOML: its first line that is no comment is a key or a table."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            return bool(re.match(r"\s*(\[\[?\w+|[\w\"'.-]+\s*=)", line))
    return False


def parse(text: str, name: str) -> Agenda:
    """Read an agenda; raises AgendaError naming file, line and the nearest valid key."""
    try:
        document = TomlDocument(text)
        return _Reader(document).agenda(document.convert(document.tables, _Agenda))
    except TomlFault as fault:
        raise AgendaError(fault.sentence(name)) from None


class _Reader:
    """Turns the tables of a file into an agenda, with the checks that go beyond types."""

    def __init__(self, document: TomlDocument) -> None:
        self.document = document
        self.zone: ZoneInfo | None = None

    def fail(self, path: KeyPath, reason: str) -> NoReturn:
        raise self.document.fault(path, reason)

    def agenda(self, file: _Agenda) -> Agenda:
        title = self.text(file.title, ("title",)) or self.fail((), "the agenda has no 'title'")
        hashtags = [bare_hashtag(tag) for tag in self.texts(file.hashtags, ("hashtags",))]
        for tag in hashtags:
            if not is_hashtag(tag):
                reason = f"{tag!r} cannot be a hashtag: letters, digits and _ only"
                self.fail(("hashtags",), reason)
        zone_name = self.text(file.timezone, ("timezone",)) or None
        self.zone = self.time_zone(zone_name) if zone_name else None
        starts = self.moment(file.starts, ("starts",))
        ends = self.moment(file.ends, ("ends",), starts)
        if starts and ends and ends <= starts:
            self.fail(("ends",), "'ends' is not after 'starts'")
        labels = self.texts(file.labels, ("labels",)) or ("Q", "A")
        for label in labels:
            if not re.fullmatch(r"[^\W\d_]{1,12}", label):
                self.fail(("labels",), f"{label!r} cannot be a label: letters only, 12 at most")
        return Agenda(
            title,
            tuple(hashtags),
            starts,
            ends,
            zone_name,
            labels,
            tuple(self.person(row, ("people", n)) for n, row in enumerate(file.people)),
            tuple(self.venue(row, ("venues", n)) for n, row in enumerate(file.venues)),
            tuple(self.questions(file.questions)),
        )

    def person(self, row: _Person, path: KeyPath) -> Person:
        handles = self.texts(row.handles, (*path, "handles"))
        for handle in handles:
            if not split_handle(handle)[1]:
                self.fail((*path, "handles"), f"{handle!r} is nobody's handle")
        return Person(
            self.text(row.name, (*path, "name")) or self.fail(path, "a person has no 'name'"),
            handles,
            row.role or "",
            self.text(row.organisation, (*path, "organisation")),
        )

    def venue(self, row: _Venue, path: KeyPath) -> Venue:
        name = self.text(row.name, (*path, "name"))
        return Venue(name or self.fail(path, "a venue has no 'name'"))

    def questions(self, rows: tuple[_Question, ...]) -> Iterator[Question]:
        number = 0
        seen: set[int] = set()
        for index, row in enumerate(rows):
            path: KeyPath = ("questions", index)
            number = number + 1 if row.number is None else row.number
            if number in seen:
                self.fail((*path, "number"), f"there are two questions with number {number}")
            seen.add(number)
            yield self.question(row, numbered(number), None, path)
            if len(row.follow_ups) > 26:
                self.fail(path, "a question has more than 26 follow-ups")
            for n, follow_up in enumerate(row.follow_ups):
                inner = (*path, "follow_ups", n)
                yield self.question(follow_up, numbered(number, n), numbered(number), inner)

    def question(
        self, row: _FollowUp, question_id: str, parent: str | None, path: KeyPath
    ) -> Question:
        text = self.text(row.text, (*path, "text"))
        return Question(
            question_id,
            text or self.fail(path, f"{question_id} has no 'text'"),
            parent,
            row.minutes,
            self.moment(row.opens_at, (*path, "opens_at")),
            self.texts(row.asked_by, (*path, "asked_by")),
        )

    def text(self, written: str | None, path: KeyPath) -> str:
        """A text, cleaned; "" where the key is missing."""
        if written is None:
            return ""
        return clean(written, lines=False) or self.fail(path, f"{path[-1]!r} is empty")

    def texts(self, written: tuple[str, ...], path: KeyPath) -> tuple[str, ...]:
        return tuple(self.text(each, path) for each in written)

    def moment(
        self, written: datetime | None, path: KeyPath, after: datetime | None = None
    ) -> datetime | None:
        """A time; one without an offset from UTC is in the agenda's time zone.

        Where that time of day comes twice, it is the first that is `after` something.
        """
        if written is None:
            return None
        if not EARLIEST <= written.year <= LATEST:
            self.fail(path, f"{path[-1]!r} is not in the years {EARLIEST} to {LATEST}")
        if written.tzinfo is not None:
            return written
        if self.zone is None:
            reason = f"{path[-1]!r} has no offset from UTC; add one, such as +01:00"
            self.fail(path, reason)
        first, second = (fixed(written.replace(tzinfo=self.zone, fold=fold)) for fold in (0, 1))
        return second if after is not None and first <= after < second else first

    def time_zone(self, name: str) -> ZoneInfo:
        reason = f"{name!r} is no time zone; write one like Europe/London"
        return zone_named(name) or self.fail(("timezone",), reason)

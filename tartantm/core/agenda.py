"""The agenda: what a chat is about, when, with whom, and its questions in order."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from tartantm.core.errors import BadInput
from tartantm.core.post import NETWORKS

Role = Literal["", "host", "guest", "moderator"]


class AgendaError(BadInput):
    """An agenda file that cannot be used; the sentence names file and line."""


class Person(Struct, frozen=True, omit_defaults=True):
    """Somebody the agenda names. Handles are ``handle@network``, ``@name@server`` or bare."""

    name: str
    handles: tuple[str, ...] = ()
    role: Role = ""
    organisation: str = ""


class Venue(Struct, frozen=True, omit_defaults=True):
    """A place where people sit together."""

    name: str


class Question(Struct, frozen=True, omit_defaults=True):
    """A question of the agenda. A follow-up has the id of its question as ``parent``."""

    id: str
    """``Q4`` for a question, ``Q4a`` for its first follow-up."""
    text: str
    parent: str | None = None
    minutes: float | None = None
    opens_at: datetime | None = None
    asked_by: tuple[str, ...] = ()
    """Ids of the posts that asked it."""

    @property
    def number(self) -> int:
        """The question's number; a follow-up has that of its question."""
        return int(self.id[1:].rstrip("abcdefghijklmnopqrstuvwxyz"))


class Agenda(Struct, frozen=True, omit_defaults=True, dict=True):
    """One chat's plan. ``questions`` holds follow-ups too, each right after its question."""

    title: str
    hashtags: tuple[str, ...] = ()
    """Without ``#``, as written; compare with `casefold`."""
    starts: datetime | None = None
    ends: datetime | None = None
    timezone: str | None = None
    labels: tuple[str, ...] = ("Q", "A")
    people: tuple[Person, ...] = ()
    venues: tuple[Venue, ...] = ()
    questions: tuple[Question, ...] = ()

    @cached_property
    def tz(self) -> tzinfo:
        """The zone that times are shown in: the agenda's, else the offset of `starts`, else UTC.

        A session of others may name one that this computer does not know, see `unknown_zone`.
        """
        found = zone_named(self.timezone) if self.timezone else None
        return found or (self.starts and self.starts.tzinfo) or UTC

    @property
    def unknown_zone(self) -> str:
        """The name of the agenda's time zone where this computer does not know it, else ""."""
        return self.timezone if self.timezone and zone_named(self.timezone) is None else ""

    @property
    def zone_name(self) -> str | None:
        """The name of the zone that times are shown in, None where it has no name."""
        return None if self.unknown_zone else self.timezone

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def get(self, question_id: str | None) -> Question | None:
        """Returns the question with that id, None where the agenda has none."""
        return self._by_id.get(question_id) if question_id else None

    def __contains__(self, question_id: object) -> bool:
        return question_id in self._by_id

    def after(self, question_id: str | None) -> Question | None:
        """Returns the question that follows in order; the first after None; None after the last."""
        ids = list(self._by_id)
        index = ids.index(question_id) + 1 if question_id in self._by_id else 0
        return self.questions[index] if index < len(ids) else None

    @cached_property
    def _people(self) -> dict[tuple[str | None, str], Person]:
        handles = (
            (split_handle(each), person) for person in self.people for each in person.handles
        )
        # A mere "@" is nobody's handle, or whoever came without one would be that person.
        return {key: person for key, person in handles if key[1]}

    def named_by_handle(self, network: str, handle: str) -> Person | None:
        """Returns whom the agenda names by a handle, None where it names nobody by it.

        Who wrote a post only `People` can say: a person keeps a role under another handle.
        """
        folded = handle.casefold()
        return self._people.get((network, folded)) or self._people.get((None, folded))


def zone_named(name: str) -> ZoneInfo | None:
    """Returns the time zone of that name, None where there is none, or it cannot be read."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def split_handle(written: str) -> tuple[str | None, str]:
    """Split ``handle@network`` into (network or None, case-folded handle without ``@``)."""
    handle, at, network = written.lstrip("@").rpartition("@")
    if at and network.casefold() in NETWORKS:
        return network.casefold(), handle.casefold()
    return None, written.lstrip("@").casefold()


def numbered(number: int, follow_up: int | None = None) -> str:
    """Returns the id of question `number`, or of its `follow_up`-th follow-up counted from 0."""
    return f"Q{number}" + ("" if follow_up is None else chr(ord("a") + follow_up))

"""Reads an event of a session file, and refuses what the program could not go on with.

A file may come from anybody. JSON of the right types can still hold what fails much later: a time
that overflows in another time zone, a time without an offset, which cannot be compared with one
that has it, a question without a number. Here such an event cannot be read, like one that is no
JSON at all: it is left out, counted and named, and nothing behind this has to think of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from operator import attrgetter
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from tartantm.core.agenda import Agenda, Question
from tartantm.core.events import Event, Recorded
from tartantm.core.post import EARLIEST, LATEST, possible
from tartantm.core.sanitise_events import sanitised

UNREADABLE = (msgspec.DecodeError, ValueError, TypeError, OverflowError, RecursionError)
"""What `EventReader` raises for a row that holds no event of ours."""

IMPOSSIBLE_TIME = "a time that no chat can have"
"""Why an event could not be read."""

MOST_MINUTES = 1_000_000.0
"""More than a question is given: some years, which can still be added to any time of a chat."""

_QUESTION_ID = re.compile(r"Q\d{1,9}[a-z]?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
    for year in (EARLIEST, LATEST + 1)
)
"""Between which an event was recorded, in microseconds since 1970."""

_Check = Callable[[Any], None]
"""Raises ValueError for a value that the program could not go on with."""


class EventReader:
    """Reads events from their JSON: safe to show, and with nothing that fails later."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(Event)

    def read(self, data: bytes) -> Event:
        """Returns the event; raises one of `UNREADABLE` where it is none of ours."""
        event = self._decoder.decode(sanitised(data))
        if check := _CHECKS[type(event)]:
            check(event)
        return event

    def recorded(self, number: int, at: int, data: bytes | None) -> Recorded:
        """Returns what a row holds, `at` in microseconds since 1970; raises as `read` does."""
        if not _FIRST <= at <= _LAST:
            raise ValueError(IMPOSSIBLE_TIME)
        return Recorded(number, _EPOCH + timedelta(microseconds=at), self.read(data or b""))


def _check_time(time: datetime) -> None:
    if not possible(time):
        raise ValueError(IMPOSSIBLE_TIME)


def _check_agenda(agenda: Agenda) -> None:
    if not all(agenda.labels):
        raise ValueError("an empty label")


def _check_question(question: Question) -> None:
    if not _QUESTION_ID.fullmatch(question.id):
        raise ValueError("a question without a number")
    if question.minutes is not None and not abs(question.minutes) <= MOST_MINUTES:
        raise ValueError("a question that lasts for ever")


_ALSO: dict[type[Struct], _Check] = {Agenda: _check_agenda, Question: _check_question}
"""What is checked of a struct besides its times."""


class _Found(NamedTuple):
    """What a struct holds that is checked, each by its path: ``post.created_at``."""

    times: tuple[str, ...] = ()
    """Times, or None; they are most of all, and fetched at once."""
    others: tuple[tuple[str, _Check], ...] = ()

    def below(self, name: str) -> _Found:
        """Returns the same by the paths from the struct that has it under `name`."""
        others = ((_below(name, path), check) for path, check in self.others)
        return _Found(tuple(_below(name, path) for path in self.times), tuple(others))


def _below(name: str, path: str) -> str:
    return f"{name}.{path}" if path else name


@cache
def _check_of(kind: type[Struct]) -> _Check | None:
    """Returns the check of a struct, None where it can hold nothing that needs one.

    It is made of the types of the fields, so that no field with a time can be forgotten.
    """
    found = _in_struct(kind)
    # Of one name alone, `attrgetter` returns no tuple.
    names = found.times if len(found.times) > 1 else found.times * 2
    times = attrgetter(*names) if names else None
    others = [(attrgetter(path) if path else None, check) for path, check in found.others]
    if times is None and not others:
        return None
    if times is not None and not others:
        return partial(_check_times, times)

    def check_struct(value: Struct) -> None:
        if times is not None:
            _check_times(times, value)
        for get, check in others:
            check(get(value) if get else value)

    return check_struct


def _check_times(times: Callable[[Any], tuple[datetime | None, ...]], value: Struct) -> None:
    for time in times(value):
        # As `possible`; a call more for each time of each post would be felt.
        if time is not None and (time.tzinfo is None or not EARLIEST <= time.year <= LATEST):
            raise ValueError(IMPOSSIBLE_TIME)


def _in_struct(kind: type[Struct]) -> _Found:
    fields = msgspec.structs.fields(kind)
    found = [_in_type(field.type).below(field.name) for field in fields]
    also = [("", check) for each, check in _ALSO.items() if each is kind]
    times = tuple(path for each in found for path in each.times)
    return _Found(times, (*(other for each in found for other in each.others), *also))


def _in_type(kind: Any) -> _Found:
    """Returns what a field of this type holds that is checked."""
    if kind is datetime:
        return _Found(("",))
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _in_struct(kind)
    origin = get_origin(kind)
    inner = [each for each in get_args(kind) if each not in (Ellipsis, type(None))]
    found = [_in_type(each) for each in inner]
    if not any(each.times or each.others for each in found):
        return _Found()
    if origin in (Union, UnionType) and inner == [datetime]:
        return _Found(("",))
    check = _check_of(inner[-1]) if issubclass(inner[-1], Struct) else _check_time
    if check is not None and origin is tuple and len(inner) == 1:
        return _Found((), (("", _each(check)),))
    if check is not None and origin is dict:
        return _Found((), (("", _each_value(check)),))
    raise TypeError(f"how to check {kind} is not known")


def _each(check: _Check) -> _Check:
    def check_each(values: tuple[Any, ...]) -> None:
        for value in values:
            check(value)

    return check_each


def _each_value(check: _Check) -> _Check:
    def check_values(values: dict[Any, Any]) -> None:
        for value in values.values():
            check(value)

    return check_values


_CHECKS: dict[type[Struct], _Check | None] = {kind: _check_of(kind) for kind in get_args(Event)}
"""By kind of event."""

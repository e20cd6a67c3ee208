"""Events from JSON: what would fail later cannot be read; everything that is recorded can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from tartantm.core import event_reader
from tartantm.core.agenda import Agenda, Question
from tartantm.core.event_reader import UNREADABLE, EventReader
from tartantm.core.events import AgendaEdited, Begun, Captured, Closed, Event, Filled, Undone
from tartantm.core.post import possible
from tests.builders import AGENDA, START, at, captured, placed, post
from tests.store.strangers import rows_of

GOLDEN = sorted((Path(__file__).parents[1] / "store" / "golden").glob("*.tartantm"))[-1]
EVERY_KIND = [msgspec.json.decode(data, type=Event) for _, _, data in rows_of(GOLDEN)]
"""Every kind of event, with every field: see `tests.store.make_golden`."""

READER = EventReader()
AT = 1_781_715_600_000_000


def readable(event: Event) -> bool:
    try:
        READER.read(msgspec.json.encode(event))
    except UNREADABLE:
        return False
    return True


@dataclass
class Place:
    """A time within an event, by its path."""

    event: Event
    path: tuple[Any, ...]

    def __str__(self) -> str:
        return ".".join(map(str, (type(self.event).__name__, *self.path)))

    def with_time(self, time: str) -> bytes:
        value = msgspec.to_builtins(self.event)
        inner = value
        for key in self.path[:-1]:
            inner = inner[key]
        inner[self.path[-1]] = time
        return msgspec.json.encode(value)


def places() -> list[Place]:
    """Every time that stands in any event, of every kind and with every field."""
    found = []
    for event in EVERY_KIND:
        paths = list(times_in(event, ()))
        found += [Place(event, path) for path in paths]
    return found


def times_in(value: object, path: tuple[Any, ...]) -> Any:
    if isinstance(value, datetime):
        yield path
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from times_in(getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for n, each in enumerate(value):
            yield from times_in(each, (*path, n))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from times_in(each, (*path, key))


PLACES = list({str(place): place for place in places()}.values())


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "2026-06-17T18:00:00",
    ],
)
def test_an_impossible_time_makes_its_event_unreadable_wherever_it_stands(
    place: Place, time: str
) -> None:
    READER.read(place.with_time("2026-06-17T18:00:00+01:00"))
    with pytest.raises(UNREADABLE):
        READER.read(place.with_time(time))


def test_all_fields_with_times_are_among_those_places() -> None:
    kinds = {(type(place.event).__name__, place.path[-1]) for place in PLACES}
    assert {("Captured", name) for name in ("created_at", "received_at")} <= kinds
    assert {("Begun", "opens_at"), ("Filled", "until"), ("Deleted", "at")} <= kinds


def test_every_kind_of_event_that_is_recorded_can_be_read() -> None:
    reader = EventReader()
    assert [reader.read(msgspec.json.encode(event)) for event in EVERY_KIND] == EVERY_KIND


@pytest.mark.parametrize("recorded_at", [-(10**17), 10**16, 10**30, "1", None, float("nan")])
def test_a_row_of_another_time_cannot_be_read(recorded_at: Any) -> None:
    data = msgspec.json.encode(Undone(3))
    assert READER.recorded(4, AT, data).event == Undone(3)
    with pytest.raises(UNREADABLE):
        READER.recorded(4, recorded_at, data)


@pytest.mark.parametrize("data", [None, b"", b"null", b"[]", b"{}", b"\xff", b"[" * 9999])
def test_what_is_no_event_cannot_be_read(data: bytes | None) -> None:
    with pytest.raises(UNREADABLE):
        READER.recorded(4, AT, data)


@pytest.mark.parametrize(
    "agenda",
    [
        replace(AGENDA, questions=(Question("Mars", "?"),)),
        replace(AGENDA, questions=(Question("Q", "?"),)),
        replace(AGENDA, questions=(Question("Q1{", "?"),)),
        replace(AGENDA, questions=(Question("Q٣", "?"),)),
        replace(AGENDA, questions=(Question("Q1", "?", minutes=1e30),)),
        replace(AGENDA, questions=(Question("Q1", "?", minutes=-1e308),)),
        replace(AGENDA, labels=("Q", "")),
    ],
)
def test_an_agenda_that_grouping_cannot_use_cannot_be_read(agenda: Agenda) -> None:
    assert not readable(Begun(agenda))
    assert not readable(AgendaEdited(agenda))
    assert readable(Begun(AGENDA))


class Inner(Struct, frozen=True):
    at: datetime
    words: str = ""


class Outer(Struct, frozen=True):
    """Each way in which a field can hold what is checked, and some that hold nothing of it."""

    first: datetime
    maybe: datetime | None = None
    inner: Inner = Inner(START)
    several: tuple[Inner, ...] = ()
    by_name: dict[str, Inner] = {}
    times: tuple[datetime, ...] = ()
    times_by_name: dict[str, datetime] = {}
    agenda: Agenda = AGENDA
    questions: tuple[Question, ...] = ()
    kind: Literal["a", "b"] = "a"
    words: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    either: str | int | None = None


GOOD, BAD = at(1), datetime(2201, 1, 1, tzinfo=UTC)


def check_of(kind: type[Struct]) -> Callable[[Any], None]:
    """The check of a kind as it is made now, not when the module was loaded."""
    event_reader._check_of.cache_clear()
    found = event_reader._check_of(kind)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "value",
    [
        Outer(BAD),
        Outer(datetime(2026, 1, 1)),
        Outer(GOOD, maybe=BAD),
        Outer(GOOD, inner=Inner(BAD)),
        Outer(GOOD, several=(Inner(GOOD), Inner(BAD))),
        Outer(GOOD, by_name={"a": Inner(GOOD), "b": Inner(BAD)}),
        Outer(GOOD, times=(GOOD, BAD)),
        Outer(GOOD, times_by_name={"a": GOOD, "b": BAD}),
        Outer(GOOD, agenda=replace(AGENDA, starts=BAD)),
        Outer(GOOD, agenda=replace(AGENDA, labels=("Q", ""))),
        Outer(GOOD, agenda=replace(AGENDA, questions=(Question("Mars", "?"),))),
        Outer(GOOD, questions=(Question("Q1", "?"), Question("Mars", "?"))),
    ],
)
def test_whatever_a_field_holds_is_checked(value: Outer) -> None:
    check = check_of(Outer)
    check(Outer(GOOD))
    check(
        Outer(
            GOOD, GOOD, Inner(GOOD), (Inner(GOOD),), {"a": Inner(GOOD)}, (GOOD,), {"a": GOOD},
            questions=(Question("Q1", "?"),), words=("a",), counts={"a": 1}, either="b",
        )
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"time|label|number"):
        check(value)


def test_one_time_alone_is_checked_and_no_time_needs_no_check() -> None:
    class Two(Struct):
        at: datetime
        until: datetime

    class Words(Struct):
        words: str = ""
        inner: tuple[str, ...] = ()

    for kind, good, bad in (
        (Inner, Inner(GOOD), Inner(BAD)),
        (Two, Two(GOOD, GOOD), Two(GOOD, BAD)),
    ):
        check_of(kind)(good)
        for edge in (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, 23, tzinfo=UTC)):
            check_of(Inner)(Inner(edge))
        with pytest.raises(ValueError, match="a time that no chat can have"):
            check_of(kind)(bad)
    assert event_reader._check_of(Words) is None


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (Question("Q", "?"), "a question without a number"),
        (Question("Q1234567890", "?"), "a question without a number"),
        (Question("Q1", "?", minutes=1_000_001.0), "a question that lasts for ever"),
        (Question("Q1", "?", minutes=-1_000_001.0), "a question that lasts for ever"),
        (Question("Q1", "?", minutes=float("nan")), "a question that lasts for ever"),
        (Question("Q1", "?", minutes=1_000_000.0), None),
        (Question("Q1", "?", minutes=0.0), None),
        (Question("Q1", "?", minutes=None), None),
        (Question("Q123456789a", "?"), None),
    ],
)
def test_what_is_wrong_with_a_question(question: Question, why: str | None) -> None:
    check = check_of(Question)
    if why is None:
        check(question)
        return
    with pytest.raises(ValueError) as raised:
        check(question)
    assert str(raised.value) == why


def test_why_a_row_cannot_be_read() -> None:
    data = msgspec.json.encode(Undone(3))
    reader = EventReader()
    first, last = (
        int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000 for year in (1900, 2201)
    )
    for recorded_at in (first, last):
        row = reader.recorded(4, recorded_at, data)
        assert (row.seq, row.event) == (4, Undone(3))
        assert row.at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=recorded_at)
    for recorded_at in (first - 1, last + 1):
        with pytest.raises(ValueError) as raised:
            reader.recorded(4, recorded_at, data)
        assert str(raised.value) == event_reader.IMPOSSIBLE_TIME
    with pytest.raises(ValueError, match=r"^an empty label$"):
        reader.read(msgspec.json.encode(Begun(replace(AGENDA, labels=("",)))))
    with pytest.raises(msgspec.DecodeError):
        reader.recorded(4, AT, None)


def test_a_type_of_field_that_nobody_thought_of_is_noticed() -> None:
    class Strange(Struct):
        times: dict[str, tuple[datetime | None, int]] = {}

    with pytest.raises(TypeError, match="how to check"):
        event_reader._check_of(Strange)


def test_a_time_without_an_offset_is_none() -> None:
    assert possible(datetime(2026, 1, 1, tzinfo=UTC))
    assert not possible(datetime(2026, 1, 1))
    assert readable(Closed("Q1", at(1)))
    assert readable(Filled("x", at(1), at(2), ""))
    assert all(map(readable, captured(post("1", received_at=at(2), edited_at=at(3)))))


@given(
    st.datetimes(timezones=st.timezones()),
    st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_what_can_be_read_can_be_shown_everywhere(time: datetime, zone: timezone) -> None:
    event = Captured(replace(post("1"), created_at=time), placed())
    assert readable(event) == possible(time)
    if possible(time):
        for shift in (timedelta(days=-36_000), timedelta(days=36_000)):
            (time + shift).astimezone(zone)
        assert time < START or time >= START

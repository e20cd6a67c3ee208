"""The rows that may hold what goes are found, and only those that hold it are overwritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest

from tartantm.core import events as ev
from tartantm.core.event_reader import EventReader
from tartantm.core.events import Event
from tartantm.core.identity import fingerprint, gone_id
from tartantm.store.deleted_addresses import DELETED
from tartantm.store.purge_rows import MANY, Deletions, rewrite_rows
from tests.builders import AGENDA, at, captured, post

SALT = "5a17" * 4
GONE = gone_id(SALT, "x:1")
BEGUN = ev.Begun(AGENDA, "d", SALT)
READER = EventReader()


class Plan:
    """A plan that notes which events it is asked about."""

    def __init__(
        self,
        traces: Iterable[str] = (),
        kinds: tuple[str, ...] = (),
        *,
        everything: bool = False,
        rewrite: Callable[[Event], Event] = lambda event: event,
    ) -> None:
        self.traces, self.kinds, self.everything = list(traces), kinds, everything
        self._rewrite = rewrite
        self.asked: list[Event] = []
        self.damaged: list[bytes] = []

    def rewrite(self, event: Event) -> Event:
        """What the event becomes."""
        self.asked.append(event)
        return self._rewrite(event)

    def leaves(self, damaged: bytes) -> bool:
        """Whether a row that cannot be read is blanked."""
        self.damaged.append(damaged)
        return b"secret" in damaged


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER, data TEXT)")
        yield database


def add(db: sqlite3.Connection, *events: Event | str) -> None:
    """Write rows as the journal does, or as they stand here."""
    for event in events:
        data = event if isinstance(event, str) else msgspec.json.encode(event).decode()
        db.execute("INSERT INTO event (at, data) VALUES (0, ?)", (data,))


def rows(db: sqlite3.Connection) -> list[str]:
    return [data for (data,) in db.execute("SELECT data FROM event ORDER BY seq")]


def rewritten(db: sqlite3.Connection, plan: Any, damaged: Iterable[int] = ()) -> tuple[int, bool]:
    return rewrite_rows(db, plan, READER, set(damaged))


def starred(*posts: str) -> ev.Starred:
    return ev.Starred(posts)


def test_deletions_are_read_once_and_what_is_added_later_too(db: sqlite3.Connection) -> None:
    deletions = Deletions()
    deletions.learn(db)
    late: list[Event] = [starred("x:1", "x:4"), ev.Noted("x:1", "Late")]
    assert deletions.without_late(late) == late
    add(db, BEGUN, '{"event":"deleted"', ev.Deleted((GONE,), at(1)))
    deletions.learn(db)
    assert deletions.without_late(late) == [starred(GONE, "x:4")]
    assert deletions.clear == []
    older = ev.Deleted(("x:2", GONE), at(2))
    add(db, ev.Deleted((gone_id(SALT, "x:4"),), at(2)), older)
    deletions.learn(db)
    deletions.learn(db)
    assert deletions.clear == [older]
    assert deletions.without_late([starred("x:4")]) == [starred(gone_id(SALT, "x:4"))]


def test_once_deletions_took_their_posts_away_none_is_left_to_do(db: sqlite3.Connection) -> None:
    deletions = Deletions()
    add(db, BEGUN, ev.Deleted(("x:1",), at(1)))
    deletions.learn(db)
    assert deletions.clear == [ev.Deleted(("x:1",), at(1))]
    deletions.done([ev.Deleted((GONE,), at(1))])
    assert deletions.clear == []
    assert deletions.without_late([starred("x:1")]) == [starred(GONE)]


def test_where_the_salt_cannot_be_read_nothing_is_recognised(db: sqlite3.Connection) -> None:
    deletions = Deletions()
    add(db, '{"event":"begun"', ev.Deleted((GONE,), at(1)))
    deletions.learn(db)
    assert deletions.without_late([starred("x:1")]) == [starred("x:1")]


def asked(db: sqlite3.Connection, plan: Plan, damaged: Iterable[int] = ()) -> list[Event]:
    """Which events a plan is asked about, where it changes none."""
    before = rows(db)
    assert rewritten(db, plan, damaged) == (0, False)
    assert rows(db) == before
    return plan.asked


def test_only_rows_with_a_trace_or_of_a_kind_are_looked_at(db: sqlite3.Connection) -> None:
    note = ev.Noted("x:4", "“A (very) secret garden”\n")
    events: list[Event] = [BEGUN, starred("x:1"), note, starred("x:12"), starred("room:1")]
    add(db, *events)
    assert asked(db, Plan(["(very) secret garden”\n", "none"])) == [note]
    assert asked(db, Plan(["x:1", "none"])) == [starred("x:1"), starred("x:12")]
    assert asked(db, Plan(["x?1*"])) == [starred("x:1"), starred("x:12")]
    assert asked(db, Plan(["none", "x:12"], ("noted", "begun"))) == [BEGUN, note, starred("x:12")]
    assert asked(db, Plan(["none"], ("note",))) == []
    assert asked(db, Plan(["none"]), {2, 5}) == [starred("x:1"), starred("room:1")]
    assert asked(db, Plan()) == []
    assert asked(db, Plan(["garden"], ("begun",)), {5, 4}) == [BEGUN, note, *events[3:]]
    assert asked(db, Plan(everything=True)) == events


@pytest.mark.parametrize(
    "written",
    [
        "OATS.example//Porridge",
        "oats.example/%50orridge",
        "oats.example/por\u200bridge",
        "oats.example&#47;p&#111;rridge",
        "oats.example／ｐorridge",
        "oats.\nexample “por-ridge”",
    ],
)
def test_traces_are_found_however_they_are_written(db: sqlite3.Connection, written: str) -> None:
    note = ev.Noted("x:4", f"See {written}.")
    add(db, note, ev.Noted("x:4", "See oats"))
    assert asked(db, Plan(["Oats.example/porridge"])) == [note]


def test_where_there_are_very_many_traces_every_row_is_looked_at(db: sqlite3.Connection) -> None:
    add(db, starred("x:1"))
    traces = [f"none{n}" for n in range(MANY)]
    assert asked(db, Plan(traces)) == []
    assert asked(db, Plan([*traces, "none"])) == [starred("x:1")]


def test_a_row_that_is_no_text_is_searched_all_the_same(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO event (at, data) VALUES (0, ?)", (b"\xff secret",))
    plan = Plan(["secret"])
    rewritten(db, plan)
    assert plan.damaged == [b"\xff secret"]


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ((), {"mentions": ("isla",)}),
        ((ev.Redacted("phrase", "oats"),), {"mentions": ("isla",), "text": "[link withheld]"}),
        ((ev.Redacted("phrase", "x:calum"),), {"mentions": ("isla",), "text": "[link withheld]"}),
        (
            (ev.Redacted("author", "x:calum"), ev.Redacted("phrase", "oats")),
            {"mentions": ("calum", "isla")},
        ),
        ((ev.Redacted("author", "x:Calum"),), {"mentions": ("calum", "isla")}),
        ((ev.Deleted((), at(2), redacted=("x:calum",)),), {"mentions": ("calum", "isla")}),
        ((ev.Erased(1, redacted=("x:calum",)),), {"mentions": ("calum", "isla")}),
        ((ev.Erased(1),), {"mentions": ("isla",)}),
    ],
)
def test_late_posts_name_nobody_who_is_gone_but_whom_redactions_name(
    db: sqlite3.Connection, events: tuple[Event, ...], left: dict[str, Any]
) -> None:
    names = (fingerprint(SALT, "handle calum"),)
    add(db, BEGUN, ev.Deleted((GONE,), at(1), names=names), *events)
    deletions = Deletions()
    deletions.learn(db)
    late = captured(post("2", "", mentions=("calum", "isla")))
    fields = {"text": ""} | left
    assert deletions.without_late(late) == captured(post("2", **fields))


def test_addresses_of_deleted_posts_are_recognised_in_what_comes_late(
    db: sqlite3.Connection,
) -> None:
    leading = fingerprint(SALT, "url oats.example/a?#")
    add(db, BEGUN, ev.Deleted((GONE,), at(1), addresses=(leading,)))
    deletions = Deletions()
    deletions.learn(db)
    late = captured(post("2", "oats.example/a x.com/c/status/1"))
    left = captured(post("2", f"{DELETED} {DELETED}"))
    assert deletions.without_late(late) == left


@pytest.mark.parametrize("everything", [False, True])
def test_rows_that_change_are_overwritten(db: sqlite3.Connection, everything: bool) -> None:
    def unstarred(event: Event) -> Event:
        return starred("x:4") if event == starred("x:1000") else event

    add(db, starred("x:1000"), starred("x:9"), starred("x:1000"), ev.Noted("x:9", "A “note”"))
    before = rows(db)
    plan = Plan(["x:"], everything=everything, rewrite=unstarred)
    assert rewritten(db, plan) == (2, False)
    after = rows(db)
    assert [after[1], after[3]] == [before[1], before[3]]
    assert after[0] == after[2] == before[0].replace("x:1000", "x:4").ljust(len(before[0]))


@pytest.mark.parametrize(
    ("posts", "grown"),
    [(("x:1", "x:2"), False), (("x:1", "x:222"), True), (("x:111", "x:2"), True)],
)
def test_a_row_that_became_longer_is_noticed(
    db: sqlite3.Connection, posts: tuple[str, ...], grown: bool
) -> None:
    add(db, starred("x:a"), starred("x:b"))
    left = dict(zip(("x:a", "x:b"), posts, strict=True))

    def other(event: Event) -> Event:
        assert isinstance(event, ev.Starred)
        return starred(left[event.posts[0]])

    assert rewritten(db, Plan(everything=True, rewrite=other)) == (2, grown)
    assert [READER.read(row.encode()) for row in rows(db)] == [starred(each) for each in posts]


def test_rows_that_cannot_be_read_are_blanked_where_they_hold_any_of_it(
    db: sqlite3.Connection,
) -> None:
    add(db, '{"event":"a secret', '{"event":"harmless', '{"secret', starred("x:1"))
    plan = Plan(everything=True, rewrite=lambda event: starred("x:2"))
    assert rewritten(db, plan) == (3, False)
    after = rows(db)
    assert after[:3] == [" " * 18, '{"event":"harmless', " " * 8]
    assert READER.read(after[3].encode()) == starred("x:2")
    assert plan.damaged == [b'{"event":"a secret', b'{"event":"harmless', b'{"secret']

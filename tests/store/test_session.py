from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.entry import Change
from tartantm.grouping.grouper import Grouper
from tartantm.store.journal import Journal, JournalError
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, captured, placed, post, state_of
from tests.erasing import erase


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "digest")
        session.record(*captured(post("1"), post("2")))
    return path


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread brings about; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_session_knows_its_agenda_again(path: Path) -> None:
    with Session(path) as session:
        session.take_agenda(AGENDA, "digest")
        assert session.chat.last_seq == 3
        changed = AGENDA.__class__("Other", questions=(Question("Q1", "One"),))
        session.take_agenda(changed, "other digest")
    with Session(path) as session:
        assert session.chat.agenda == changed
        assert session.chat.salt


def test_an_act_after_an_erasure_elsewhere_begins_with_what_is_left(path: Path) -> None:
    with Session(path) as session:
        erase(path, post="x:1")
        change = session.act(ev.Starred(("x:2",)))
        assert change.reloaded and [*session.chat.entries] == ["x:2"]
        assert session.chat.entries["x:2"].starred
        with Session(path) as again:
            assert state_of(session.chat) == state_of(again.chat)


async def test_what_nobody_waits_for_any_more_is_recorded_all_the_same(path: Path) -> None:
    session = LiveSession(path)
    for n in range(20):
        task = asyncio.create_task(session.record(*captured(post(f"late{n}"))))
        await asyncio.sleep(0)
        task.cancel()
    await session.record(*captured(post("last")))
    assert {f"x:late{n}" for n in range(20)} <= set(session.chat.entries)
    await session.close()


async def test_a_live_session_applies_what_is_durable(path: Path) -> None:
    session = LiveSession(path)
    heard: list[Change] = []
    session.listen(heard.append)
    await session.record(ev.Starred(("x:1",)))
    assert session.chat.entries["x:1"].starred
    assert [change.changed for change in heard] == [["x:1"]]
    on_disk = Journal(path)
    assert list(on_disk.since(0))[-1].event == ev.Starred(("x:1",))
    on_disk.close()
    await session.close()


async def test_commits_happen_off_the_loops_thread(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[str] = set()
    append = Journal.append

    def watched(self: Journal, events: list[ev.Event], *plan: Any) -> list[ev.Recorded]:
        threads.add(threading.current_thread().name)
        return append(self, events, *plan)

    monkeypatch.setattr(Journal, "append", watched)
    session = LiveSession(path)
    await asyncio.gather(*(session.record(*captured(post(str(n)))) for n in range(10, 60)))
    await session.close()
    assert threads == {"recorder"}


async def test_what_waits_together_is_committed_together(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    append = Journal.append

    def watched(self: Journal, events: list[ev.Event], *plan: Any) -> list[ev.Recorded]:
        sizes.append(len(events))
        return append(self, events, *plan)

    monkeypatch.setattr(Journal, "append", watched)
    session = LiveSession(path)
    await asyncio.gather(*(session.record(*captured(post(str(n)))) for n in range(10, 210)))
    await session.close()
    assert sum(sizes) == 200
    assert len(sizes) < 100


async def test_two_desks_see_each_other_within_a_second(path: Path) -> None:
    one, other = LiveSession(path), LiveSession(path)
    await one.record(ev.Starred(("x:1",)))
    async with asyncio.timeout(1):
        await until(lambda: other.chat.entries["x:1"].starred)
    await other.record(ev.Noted("x:1", "from the other desk"))
    async with asyncio.timeout(1):
        await until(lambda: one.chat.entries["x:1"].note is not None)
    assert state_of(one.chat) == state_of(other.chat)
    await one.close()
    await other.close()


async def test_desks_that_act_at_once_agree(path: Path) -> None:
    desks = [LiveSession(path) for _ in range(3)]
    acts = [
        desk.record(ev.Placed({"x:1": f"Q{1 + (n + i) % 3}"}))
        for n in range(15)
        for i, desk in enumerate(desks)
    ]
    await asyncio.gather(*acts)
    await until(lambda: len({desk.chat.last_seq for desk in desks}) == 1)
    states = [state_of(desk.chat) for desk in desks]
    assert states[0] == states[1] == states[2]
    with Session(path) as reopened:
        assert state_of(reopened.chat) == states[0]
    for desk in desks:
        await desk.close()


async def test_what_cannot_be_saved_did_not_happen(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = LiveSession(path)

    def full(self: Journal, events: list[ev.Event], *plan: Any) -> list[ev.Recorded]:
        raise JournalError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "append", full)
        with pytest.raises(JournalError):
            await session.record(ev.Starred(("x:1",)))
    assert not session.chat.entries["x:1"].starred
    assert session.unsaved == 0
    await session.record(ev.Starred(("x:1",)))
    assert session.chat.entries["x:1"].starred
    await session.close()


async def test_an_erasure_elsewhere_is_taken_up(path: Path) -> None:
    session = LiveSession(path)
    heard: list[Change] = []
    session.listen(heard.append)
    journal = Journal(path)
    journal.erase(
        lambda e: None if isinstance(e, ev.Captured) and e.post.id == "x:1" else e, ev.Erased(1)
    )
    journal.close()
    await until(lambda: bool(heard))
    assert heard[-1].reloaded
    assert set(session.chat.entries) == {"x:2"}
    await session.close()


class Grouping:
    """Stands in for the grouper: places x:2 elsewhere, or fails."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails

    def observe(self, change: Change) -> dict[str, ev.Placement]:
        if self.fails:
            raise RuntimeError("bad cog")
        return {"x:2": placed("Q3", by="reply")} if "x:1" in change.changed else {}

    def as_grouper(self) -> Grouper:
        return cast(Grouper, self)


def session_with(path: Path, grouping: Grouping) -> Session:
    session = Session(path)
    session.grouper = grouping.as_grouper()
    return session


def live_with(path: Path, grouping: Grouping) -> LiveSession:
    return LiveSession(path, grouper=grouping.as_grouper())


def full_for_what_follows(monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Have the disk be full for what follows from acts; gives what was tried."""
    append, tried = Journal.append, list[str]()
    monkeypatch.setattr("tartantm.store.session.RETRY_SECONDS", 0.01)

    def full(self: Journal, events: Sequence[ev.Event], *plan: Any) -> list[ev.Recorded]:
        tried.extend(type(event).__name__ for event in events)
        if (
            any(isinstance(event, ev.Grouped) for event in events)
            and tried.count("Grouped") <= times
        ):
            raise JournalError("The disk is full.")
        return append(self, events, *plan)

    monkeypatch.setattr(Journal, "append", full)
    return tried


def log_of(home: Path) -> str:
    return (home / "log" / "tartantm.log").read_text("utf-8")


def test_what_follows_from_an_act_is_recorded_too(path: Path) -> None:
    with session_with(path, Grouping()) as session:
        session.act(ev.Starred(("x:1",)))
        assert session.chat.entries["x:2"].placement.question == "Q3"
    with Session(path) as again:
        assert again.chat.entries["x:2"].placement.by == "reply"


@pytest.mark.parametrize("broken", ["observe", "begin"])
def test_a_fault_of_grouping_costs_no_act(
    path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("bad cog")

    monkeypatch.setattr(Grouper, "observe" if broken == "observe" else "__init__", fail)
    with Session(path) as session:
        session.act(ev.Starred(("x:1",)))
        assert session.chat.entries["x:1"].starred
    assert "RuntimeError: bad cog" in log_of(home)


def test_what_follows_is_tried_again_where_the_disk_is_full(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = full_for_what_follows(monkeypatch, 3)
    with session_with(path, Grouping()) as session:
        session.act(ev.Starred(("x:1",)))
        assert session.chat.entries["x:2"].placement.question == "Q3"
    assert tried == ["Starred", *["Grouped"] * 4]


def test_a_command_says_so_where_the_disk_stays_full(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_for_what_follows(monkeypatch, 1000)
    with session_with(path, Grouping()) as session:
        with pytest.raises(JournalError, match=r"That is done, but not what follows .* full\."):
            session.act(ev.Starred(("x:1",)))
        assert session.chat.entries["x:1"].starred


async def test_a_fault_of_grouping_costs_a_desk_nothing_else(path: Path, home: Path) -> None:
    session = live_with(path, Grouping(fails=True))
    heard: list[Change] = []
    session.listen(heard.append)
    await session.act(ev.Starred(("x:1",)))
    assert session.chat.entries["x:1"].starred
    assert [change.changed for change in heard] == [["x:1"]]
    await session.close()
    assert "RuntimeError: bad cog" in log_of(home)


async def test_a_desk_tries_what_follows_again_and_says_why(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_for_what_follows(monkeypatch, 3)
    session = live_with(path, Grouping())
    await session.act(ev.Starred(("x:1",)))
    await until(lambda: session.trouble == "The disk is full.")
    await until(lambda: session.chat.entries["x:2"].placement.question == "Q3")
    await until(lambda: not session.trouble)
    await session.close()


async def test_what_follows_is_recorded_before_a_session_closes(path: Path) -> None:
    session = live_with(path, Grouping())
    await session.act(ev.Starred(("x:1",)))
    await session.close()
    with Session(path) as again:
        assert again.chat.entries["x:2"].placement.question == "Q3"


async def test_a_full_disk_does_not_keep_a_session_from_closing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_for_what_follows(monkeypatch, 10**6)
    monkeypatch.setattr("tartantm.store.session.CLOSING_SECONDS", 0.05)
    session = live_with(path, Grouping())
    await session.act(ev.Starred(("x:1",)))
    async with asyncio.timeout(5):
        await session.close()
    with Session(path) as again:
        assert again.chat.entries["x:1"].starred


async def test_a_file_that_somebody_holds_does_not_keep_a_session_from_closing(
    path: Path,
) -> None:
    session = live_with(path, Grouping())
    before = session.chat.last_seq
    assert session.unsaved_for == 0.0 and not session.slow
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        keeping = asyncio.create_task(session.keep([ev.Hidden(("x:1",))]))
        await until(lambda: session.unsaved_for > 0)
        async with asyncio.timeout(4):
            await session.close(0.1)
        assert session.trouble == f"{path} could not be written in time."
        assert not keeping.done(), "nobody is told that it is saved"
        assert not session._recorder._thread.is_alive(), "freeing its connection would wait"
    keeping.cancel()
    with Session(path) as again:
        assert again.chat.last_seq == before, "what was told as not saved is not saved later"


async def test_what_is_saved_at_the_last_moment_is_told_as_saved(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = live_with(path, Grouping())
    append = Journal.append
    holds = threading.Event()

    def slow(*given: Any) -> Any:
        holds.wait(10)
        return append(*given)

    monkeypatch.setattr(Journal, "append", slow)
    keeping = asyncio.create_task(session.keep([ev.Hidden(("x:1",))]))
    await until(lambda: session.unsaved_for > 0)
    closing_it = asyncio.create_task(session.close(5))
    await asyncio.sleep(0)
    holds.set()
    await closing_it
    assert keeping.done() and not session.trouble and not session.unsaved
    with pytest.raises(JournalError, match="is closed"):
        await session.record(ev.Hidden(("x:2",)))


async def test_the_later_placement_of_two_that_wait_is_the_one_that_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_for_what_follows(monkeypatch, 3)
    grouping = Grouping()
    session = live_with(path, grouping)
    await session.act(ev.Starred(("x:1",)))
    later = {"x:2": placed("Q2", by="reply")}
    monkeypatch.setattr(grouping, "observe", lambda change: later if change.acts else {})
    await session.keep([ev.Hidden(("x:1",))])  # it may share a commit with what cannot be saved
    await until(lambda: session.chat.entries["x:2"].placement.question == "Q2")
    await session.close()
    with Session(path) as again:
        assert again.chat.entries["x:2"].placement.question == "Q2"

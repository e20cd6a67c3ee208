"""Where a recorder fails to read or to deliver, nothing is lost and desks agree afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tartantm.core import events as ev
from tartantm.core.events import Recorded
from tartantm.store.journal import Journal, JournalError
from tartantm.store.recorder import Origin, Recorder
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, captured, post, state_of

Since = Callable[[Journal, int], Iterator[Recorded]]


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


class Faults:
    """Makes reads of events by recorders fail after their first event, so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 0
        since: Since = Journal.since

        def failing(journal: Journal, seq: int) -> Iterator[Recorded]:
            for item in since(journal, seq):
                yield item
                if self.left:
                    self.left -= 1
                    raise JournalError("disk I/O error.")

        monkeypatch.setattr(Journal, "since", failing)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    return Faults(monkeypatch)


async def test_two_desks_agree_after_a_read_that_failed_half_way(
    path: Path, faults: Faults
) -> None:
    one, other = LiveSession(path), LiveSession(path)
    faults.left = 2
    await one.record(ev.Starred(("x:1",)), ev.Starred(("x:2",)), ev.Noted("x:1", "a note"))
    await until(lambda: other.chat.last_seq == one.chat.last_seq)
    assert faults.left == 0
    assert state_of(one.chat) == state_of(other.chat)
    assert [act.seq for act in one.chat.history.acts] == [4, 5, 6]
    assert [act.seq for act in other.chat.history.acts] == [4, 5, 6]
    await one.close()
    await other.close()


async def test_two_desks_agree_after_an_erasure_that_could_not_be_read_at_once(
    path: Path, faults: Faults
) -> None:
    one, other = LiveSession(path), LiveSession(path)
    with Session(path) as third:
        third.journal.erase(
            lambda e: None if isinstance(e, ev.Captured) and e.post.id == "x:1" else e,
            ev.Erased(1),
        )
        faults.left = 3
    await until(lambda: one.chat.erased == other.chat.erased == 1)
    assert faults.left == 0
    assert set(one.chat.entries) == set(other.chat.entries) == {"x:2"}
    await one.close()
    await other.close()


async def test_an_act_after_an_erasure_elsewhere_counts_as_recorded_though_reading_fails(
    path: Path, faults: Faults
) -> None:
    """The commit finds the erasure before the recorder's next check does."""
    session = LiveSession(path)
    commit = Journal.append

    def late(journal: Journal, events: list[ev.Event], *plan: Any) -> list[Recorded]:
        with Session(path) as third:
            third.journal.erase(lambda event: event, ev.Erased(0))
        recorded = commit(journal, events)
        faults.left = 2
        return recorded

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Journal, "append", late)
        await session.record(ev.Starred(("x:1",)))
    assert faults.left == 0
    assert session.chat.entries["x:1"].starred
    assert session.chat.blocked == set()
    assert len(session.chat.history.acts) == 1
    await session.close()


def test_what_came_before_the_recorder_opened_the_file_is_delivered(path: Path) -> None:
    with Session(path) as read:
        position = read.chat.last_seq
    with Session(path) as other:
        other.record(ev.Starred(("x:1",)))
    heard: list[tuple[list[int], Origin]] = []
    came = threading.Event()

    def deliver(items: list[Recorded], origin: Origin) -> None:
        heard.append(([item.seq for item in items], origin))
        came.set()

    recorder = Recorder(path, position, deliver)
    assert came.wait(5)
    recorder.close()
    assert heard == [([4], "elsewhere")]


def test_a_delivery_that_fails_is_made_up_for(path: Path) -> None:
    heard: list[tuple[list[int], Origin]] = []

    def deliver(items: list[Recorded], origin: Origin) -> None:
        heard.append(([item.seq for item in items], origin))
        if len(heard) == 1:
            raise RuntimeError("nobody listens")

    recorder = Recorder(path, 3, deliver)
    recorder.submit([ev.Starred(("x:1",))]).result(5)
    recorder.submit([ev.Starred(("x:2",))]).result(5)
    recorder.close()
    assert heard == [([4], "here"), ([1, 2, 3, 4], "all"), ([5], "here")]


def test_closing_leaves_nobody_waiting(path: Path) -> None:
    def deliver(items: list[Recorded], origin: Origin) -> None:
        raise RuntimeError("nobody listens")

    recorder = Recorder(path, 3, deliver)
    future = recorder.submit([ev.Starred(("x:1",))])
    recorder.close()
    future.result(0)
    with Session(path) as session:
        assert session.chat.entries["x:1"].starred

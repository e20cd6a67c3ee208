from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.entry import Change
from tartantm.store.journal import Journal, JournalError
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, captured, post, state_of


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

    def watched(self: Journal, events: list[ev.Event]) -> list[ev.Recorded]:
        threads.add(threading.current_thread().name)
        return append(self, events)

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

    def watched(self: Journal, events: list[ev.Event]) -> list[ev.Recorded]:
        sizes.append(len(events))
        return append(self, events)

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

    def full(self: Journal, events: list[ev.Event]) -> list[ev.Recorded]:
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

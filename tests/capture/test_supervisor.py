"""The supervisor: what sources give is durable, once, whoever fails meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec.structs import replace

from tartantm.capture import supervisor
from tartantm.capture.health import Health, Report
from tartantm.capture.source_runner import SourceRunner
from tartantm.capture.supervisor import Supervisor, asked_from
from tartantm.core import events as ev
from tartantm.core.errors import TartantmError
from tartantm.networks.clock import Clock, HeardClock, ReplayClock
from tartantm.networks.heard import Heard
from tartantm.store.journal import Journal, JournalError
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, START, at, post


class Scripted:
    """A source that gives what it was made with; then ends, fails or waits."""

    damaged = 0

    def __init__(self, name: str, *batches: list[Heard], then: str = "end") -> None:
        self.name, self._batches, self._then = name, batches, then
        self.more: asyncio.Queue[list[Heard]] = asyncio.Queue()

    async def batches(self) -> AsyncIterator[list[Heard]]:
        for batch in self._batches:
            yield batch
        if self._then == "fail":
            self.damaged = 3
            raise TartantmError("The line broke.")
        while self._then == "wait":
            yield await self.more.get()


class StillClock(Clock):
    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GATHER_SECONDS", "RETRY_SECONDS", "TICK_SECONDS"):
        monkeypatch.setattr(supervisor, name, 0.01)
    monkeypatch.setattr("tartantm.store.session.RETRY_SECONDS", 0.01)


def session_at(path: Path, agenda: object = AGENDA) -> LiveSession:
    with Session(path, create=True) as session:
        session.take_agenda(agenda, "d")  # type: ignore[arg-type]
    return LiveSession(path)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def test_several_sources_become_one_stream(tmp_path: Path) -> None:
    session = session_at(tmp_path / "a.tartantm")
    one = Scripted("test:one", [post("1"), post("2")], [post("3")])
    other = Scripted("test:other", [post("2"), post("4")])
    await Supervisor(session, [one, other], StillClock(START)).run()
    assert set(session.chat.entries) == {"x:1", "x:2", "x:3", "x:4"}
    assert {source.state for source in session.chat.sources.values()} == {"ended"}
    await session.close()


async def test_one_source_fails_and_the_other_goes_on(tmp_path: Path) -> None:
    session = session_at(tmp_path / "a.tartantm")
    failing = Scripted("test:failing", [post("1")], then="fail")
    following = Supervisor(session, [failing, Scripted("test:ok", [post("2")])], StillClock(START))
    await following.run()
    assert set(session.chat.entries) == {"x:1", "x:2"}
    noted = session.chat.sources["test:failing"]
    assert (noted.state, noted.detail, noted.damaged) == ("failed", "The line broke.", 3)
    await session.close()


async def test_what_cannot_be_saved_waits_and_is_saved_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_at(tmp_path / "a.tartantm")
    source = Scripted("test:one", then="wait")
    following = Supervisor(session, [source], StillClock(START))
    running = asyncio.create_task(following.run())
    await until(lambda: following.health[0].state == "stream")
    with monkeypatch.context() as patched:

        def full(self: Journal, events: object, *plan: object) -> None:
            raise JournalError("The disk is full.")

        patched.setattr(Journal, "append", full)
        for n in (0, 0, 1, 2, 3, 4):
            source.more.put_nowait([post(str(n))])
        await until(lambda: bool(session.trouble) and following.waiting == 5)
        assert not session.chat.entries
    await until(lambda: not following.waiting)
    assert session.trouble == ""
    assert list(session.chat.entries) == [f"x:{n}" for n in range(5)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await session.close()


async def test_one_process_captures_and_another_takes_over(tmp_path: Path) -> None:
    path = tmp_path / "a.tartantm"
    desks = [session_at(path), LiveSession(path)]
    sources = [Scripted(f"test:{n}", then="wait") for n in range(2)]
    follows = [Supervisor(d, [s], StillClock(START)) for d, s in zip(desks, sources, strict=True)]
    running = [asyncio.create_task(following.run()) for following in follows]
    await until(lambda: follows[0].capture is not None)
    sources[0].more.put_nowait([post("1")])
    await until(lambda: len(desks[1].chat.entries) == 1)
    assert follows[1].capture is None
    running[0].cancel()
    await until(lambda: follows[1].capture is not None)
    # It hears the same post again, and one more.
    sources[1].more.put_nowait([post("1"), post("2")])
    await until(lambda: len(desks[0].chat.entries) == 2)
    running[1].cancel()
    await asyncio.gather(*running, return_exceptions=True)
    for desk in desks:
        await desk.close()
    with Journal(path) as journal:
        heard = [e.event.post.id for e in journal.since(0) if isinstance(e.event, ev.Captured)]
    assert heard == ["x:1", "x:2"]


async def test_planned_questions_open_without_posts(tmp_path: Path) -> None:
    questions = [replace(AGENDA.questions[0], opens_at=at(5)), *AGENDA.questions[1:]]
    session = session_at(tmp_path / "a.tartantm", replace(AGENDA, questions=tuple(questions)))
    clock = StillClock(at(4))
    following = Supervisor(session, [Scripted("test:one", then="wait")], clock)
    running = asyncio.create_task(following.run())
    await until(lambda: following.health[0].state == "stream")
    assert session.chat.periods.open_question is None
    clock.time = at(6)
    await until(lambda: session.chat.periods.open_question == "Q1")
    assert session.chat.periods.opened_at("Q1") == at(5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await session.close()


async def test_an_act_and_what_follows_from_it_are_both_recorded(tmp_path: Path) -> None:
    """A moderator opens a question late; what came since is thought over, by whoever acted."""
    session = session_at(tmp_path / "a.tartantm")
    posts = [post(str(n), "I think so too", 10 + n, author="Calum") for n in range(1, 4)]
    await Supervisor(session, [Scripted("test:one", list(posts))], StillClock(START)).run()
    before = {entry.placement.question for entry in session.chat.entries.values()}
    await session.record(ev.Opened("Q2", at(5), "moderator"))
    await until(lambda: session.chat.entries["x:3"].placement.question == "Q2")
    assert before == {None}
    await session.close()


def test_the_clock_of_a_file_is_as_late_as_its_posts() -> None:
    clock = HeardClock()
    clock.advance(at(5))
    clock.advance(at(3))
    assert clock.now() == at(5)


def test_the_clock_of_a_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [100.0]
    monkeypatch.setattr("tartantm.networks.clock.time.monotonic", lambda: wall[0])
    clock = ReplayClock(START, at(60), 20)
    assert clock.now() == START
    assert clock.seconds_until(at(10)) == pytest.approx(30)
    wall[0] += 30
    assert clock.now() == START + timedelta(minutes=10)
    wall[0] += 1000
    assert clock.now() == at(60)


async def test_a_fault_of_ours_is_raised_and_not_swallowed(tmp_path: Path) -> None:
    session = session_at(tmp_path / "a.tartantm")
    source = Scripted("test:one", then="wait")
    following = Supervisor(session, [source], StillClock(START))
    running = asyncio.create_task(following.run())
    await until(lambda: following.capture is not None)
    session.keep = lambda *_: 1 / 0  # type: ignore[assignment, method-assign]
    source.more.put_nowait([post("1")])
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(running, 5)
    await session.close()


async def test_deletions_are_no_posts_that_were_heard(tmp_path: Path) -> None:
    session = session_at(tmp_path / "a.tartantm")
    clock = StillClock(START)
    gone = [ev.Deleted(("x:7",), at(3)), ev.Deleted(("x:8",), at(4))]
    mixed = Scripted("test:mixed", [post("1"), *gone])
    nothing = Scripted("test:nothing", [gone[0]])
    following = Supervisor(session, [mixed, nothing], clock)
    await following.run()
    first, second = following.health
    assert (first.heard, first.others, second.heard, second.others) == (1, 2, 0, 1)
    assert (
        first.last_post_at == post("1").sort_at and first.new == 1 and second.last_post_at is None
    )
    await session.close()


@pytest.mark.parametrize(("ahead", "asks_from"), [(60, -30), (-10, -10)])
def test_times_of_a_clock_that_was_ahead_shorten_nothing(
    tmp_path: Path, ahead: float, asks_from: float
) -> None:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            ev.SourceChanged("x", "asked", at=at(ahead - 1), since=at(ahead - 1)),
            ev.SourceChanged("x", "connected", at=at(ahead - 1), how="stream"),
            ev.SourceChanged("x", "ended", at=at(ahead)),
        )
        assert asked_from(session.chat, "x", None, at(0)) == at(asks_from)


async def test_where_one_source_is_lost_the_others_are_asked() -> None:
    asked = list[str]()

    class Runner:
        def __init__(self, name: str) -> None:
            self.health = Health(name)

        def ask_soon(self) -> None:
            asked.append(self.health.name)

    following = Supervisor(cast("LiveSession", object()), [], StillClock(START))
    following._runners = [cast("SourceRunner", Runner(name)) for name in ("x", "feed")]
    for state in ("connecting", "unreachable", "connecting", "unreachable", "stream"):
        following._ask_others(Report("x", state, "", None))
    assert asked == ["feed"]
    following._ask_others(Report("x", "unreachable", "", None))
    assert asked == ["feed", "feed"]


async def test_each_source_is_looked_at_for_what_it_has_not_answered_for_long() -> None:
    looked = asyncio.Event()
    following = Supervisor(cast("LiveSession", object()), [], StillClock(START))
    following._runners = [cast("SourceRunner", SimpleNamespace(look=looked.set))]
    ticking = asyncio.create_task(following._tick())
    async with asyncio.timeout(5):
        await looked.wait()
    ticking.cancel()

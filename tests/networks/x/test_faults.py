"""X live with everything going wrong: nothing lost, nothing twice, and no storm of connections."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from tartantm.capture import backoff, source_runner
from tartantm.capture.supervisor import Supervisor
from tartantm.core.agenda import Agenda
from tartantm.core.events import Deleted, Filled, SourceChanged
from tartantm.networks.protocol import Limited, Lost
from tartantm.networks.x import source as x
from tartantm.networks.x.source import XSource
from tartantm.store.session import LiveSession, Session
from tests.networks.x.faults import Cut
from tests.networks.x.listener import TAG, ago, heard_of, running, until, x_source
from tests.networks.x.server import XServer


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits shorter by a factor of some twenty."""
    monkeypatch.setattr(backoff, "FIRST", 0.05)
    monkeypatch.setattr(backoff, "MOST", 0.2)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 0.1)
    monkeypatch.setattr(XSource, "poll_every", 0.2)
    monkeypatch.setattr(x, "RULE_SETTLES", 0.1)
    monkeypatch.setattr(x, "ENDING_SECONDS", 0.1)


@pytest.mark.parametrize("how", ["clean", "chunk", "utf8", "line"])
@pytest.mark.usefixtures("quick")
async def test_a_cut_within_a_post_loses_nothing(how: Cut) -> None:
    async with XServer() as server, running(server) as run:
        await run.connected()
        ids = {server.post("A1 before #tartantm")}
        await until(lambda: run.chat.heard)
        server.faults.cuts = [how]
        ids.add(server.post("A2 “wörds” #tartantm"))
        await until(lambda: not server.streams)
        ids.add(server.post("A3 while nobody listened #tartantm"))
        await until(lambda: run.chat.ids() == ids)
        await run.connected()
        ids.add(server.post("A4 after #tartantm"))
        await until(lambda: run.chat.ids() == ids)
        assert len(server.connects()) == 2
        # More where the machine is so busy that it is polled meanwhile.
        assert len([event for event in run.chat.events if isinstance(event, Filled)]) >= 2


@pytest.mark.usefixtures("quick")
async def test_every_fault_in_turn_and_every_post_held_once(tmp_path: Path) -> None:
    """The real supervisor and a real session file; posts keep coming all the while."""
    path = tmp_path / "a.tartantm"
    agenda = Agenda("Talk", ("tartantm",), ago(hours=1), timezone="UTC")
    with Session(path, create=True) as session:
        session.take_agenda(agenda, "d")
    live = LiveSession(path)
    async with XServer() as server:
        source = x_source(server)
        source.poll_every, source.silence = 0.3, 0.5
        following = Supervisor(live, [source], source._http.clock)
        task = asyncio.create_task(following.run())
        faults = server.faults
        sent: list[str] = []

        async def posts(count: int = 5) -> None:
            for n in range(count):
                sent.append(server.post(f"“Wörds” {len(sent)}.{n} #tartantm"))
                await asyncio.sleep(0.01)

        await until(lambda: following.health[0].state == "stream")
        await posts()
        for how in ("clean", "chunk", "utf8", "line"):
            faults.cuts = [how]
            await posts()
            server.say(b'{"data": {"broken')
            faults.next["stream"] = ["cut header", "hang up", "unavailable"]
            faults.next["search"] = ["nonsense", "login page", "hang up"]
            await posts()
        faults.twice, faults.held_back = True, 3
        await posts(6)
        faults.end()
        faults.silent = True
        await posts()
        await asyncio.sleep(0.6)
        faults.end()
        await server.stop()
        await posts()
        await server.start()
        await posts()
        await until(lambda: len(live.chat.entries) == len(sent), 20)
        await posts()
        await until(lambda: len(live.chat.entries) == len(sent), 20)
        assert sorted(live.chat.entries) == sorted(f"x:{post_id}" for post_id in sent)
        following.stop()
        await task
        assert server.routes.rules == {}
    await live.close()


@pytest.mark.usefixtures("quick")
async def test_an_evening_with_xs_own_simulator() -> None:
    """It answers in other ways than X, see `Faults.playground`; nothing is lost or twice."""
    async with XServer() as server:
        server.faults.playground = True
        server.routes.rules = {"6": {"id": "6", "value": "#yesterday", "tag": TAG}}
        ids = {server.post(f"A{n} #tartantm", at=ago(minutes=3)) for n in range(100)}
        async with running(server) as run, running(server) as other:
            await run.connected()
            await other.connected()
            await until(lambda: run.chat.ids() == ids == other.chat.ids())
            gone = server.post("A1 Then #tartantm")
            ids.add(gone)
            await until(lambda: run.chat.ids() == ids == other.chat.ids())
            server.posts.gone.add(gone)
            again = await heard_of(run.source.recheck(run.chat.of_source("x")))
            assert len(again) == 100 and not [item for item in again if isinstance(item, Deleted)]
            server.routes.rules.clear()
            await server.stop()
            ids.add(server.post("A3 while nobody listened #tartantm", at=ago(seconds=1)))
            await server.start()
            await until(lambda: len(server.streams) == 2)
            ids.add(server.post("A4 after #tartantm"))
            await until(lambda: run.chat.ids() == ids == other.chat.ids())
            assert len(run.chat.of_source("x")) == len(ids)


async def connects_with(fault: str) -> list[float]:
    """When a source connected in three seconds, with the waits of real life."""
    async with XServer() as server:
        if fault == "clean":
            server.faults.close_at_once = True
        else:
            server.faults.always["stream"] = fault
        async with running(server):
            await asyncio.sleep(3)
        return server.connects()


async def test_no_fault_makes_a_storm_of_connections() -> None:
    """Left to itself, the client library makes 24 to 63 a second."""
    faults = ["clean", "unavailable", "hang up", "cut header", "login page", "no rules"]
    for connects in await asyncio.gather(*map(connects_with, faults)):
        assert 1 <= len(connects) <= 4
        assert all(later - at >= 0.4 for at, later in pairwise(connects))


@pytest.mark.usefixtures("quick")
async def test_while_the_stream_keeps_breaking_it_asks_and_tries_again() -> None:
    async with XServer() as server, running(server) as run:
        await run.connected()
        server.faults.close_at_once = True
        for stream in server.streams:
            stream.end()
        await until(lambda: len(server.connects()) > 4)
        asked = server.post("A1 asked #tartantm")
        await until(lambda: asked in run.chat.ids())
        server.faults.end()
        await until(lambda: server.streams)
        await run.connected()
        streamed = server.post("A2 streamed #tartantm")
        await until(lambda: streamed in run.chat.ids())
        assert not run.health.detail


@pytest.mark.usefixtures("quick")
async def test_where_another_program_has_the_only_stream_it_asks_and_says_why() -> None:
    async with XServer() as server:
        server.faults.always["stream"] = "connections"
        async with running(server) as run:
            posted = server.post("A1 Words #tartantm")
            await until(
                lambda: run.health.state == "poll" and "counts another" in run.health.detail
            )
            await until(lambda: posted in run.chat.ids())
            assert run.health.retry_in and run.health.retry_in > 30
            # It is not ended again and again: the other program would do the same to us.
            assert len(server.connects("connections")) == 1
            server.faults.end()
            assert run.runner.retry_now()
            await run.connected()
            assert not run.health.detail
        coverage = [e for e in run.chat.events if isinstance(e, SourceChanged)]
        assert [(e.state, e.how) for e in coverage if e.state == "connected"] == [
            ("connected", "poll"),
            ("connected", "stream"),
        ]


@pytest.mark.usefixtures("quick")
async def test_a_stream_left_over_is_ended_once() -> None:
    async with XServer() as server:
        left = x_source(server)
        await left.open()
        leaving = asyncio.create_task(heard_of(left.stream(lambda: None)))
        await until(lambda: server.streams)
        async with running(server) as run:
            await run.connected()
        assert len(server.connects("connections")) == 1
        with pytest.raises(Lost):
            await leaving
        await left.close()
        server.faults.always["stream"] = "connections"
        stuck = x_source(server)
        await stuck.open()
        for wait in (x.ENDING_SECONDS, 60, 60):
            with pytest.raises(Limited) as caught:
                await heard_of(stuck.stream(lambda: None))
            assert caught.value.seconds == wait
        assert len(server.connects("connections")) == 2
        await stuck.close()


@pytest.mark.usefixtures("quick")
async def test_a_lost_rule_is_made_again_once() -> None:
    async with XServer() as server, running(server) as run:
        await run.connected()
        (old,) = server.routes.rules
        server.faults.next["stream"] = ["no rules"]
        for stream in server.streams:
            stream.end()
        await until(lambda: len(server.connects()) == 3)
        await run.connected()
        (new,) = server.routes.rules
        assert new != old
        server.faults.always["stream"] = "no rules"
        for stream in server.streams:
            stream.end()
        await until(lambda: run.health.state == "poll" and "no rule" in run.health.detail)
        assert run.health.retry_in and run.health.retry_in > 60
        assert len(server.connects()) == 5


async def test_keep_alives_and_dripping_bytes_are_signs_of_life() -> None:
    async with XServer(keep_alive=0.05) as server:
        source = x_source(server)
        source.silence = 1
        await source.open()
        alive: list[float] = []
        task = asyncio.create_task(heard_of(source.stream(lambda: alive.append(monotonic()))))
        await until(lambda: len(alive) > 4)
        server.faults.drip = 0.001
        server.post("A1 Words #tartantm")
        await until(lambda: source.note().startswith("1 post"))
        server.faults.silent = True
        with pytest.raises(Lost):
            await asyncio.wait_for(task, 5)
        await source.close()

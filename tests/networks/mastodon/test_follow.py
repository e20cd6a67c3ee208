"""A chat that listens to a Mastodon server while everything goes wrong: all is held, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace

from tartantm.capture import backoff, lane, recheck_lane, rechecking, source_runner, supervisor
from tartantm.capture.supervisor import Supervisor
from tartantm.core.chat import Chat
from tartantm.core.events import Captured, Filled, SourceChanged
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon import streaming
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.settings.config import NetSettings
from tartantm.store.journal import Journal
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA
from tests.networks.mastodon.server import TOKEN, Faults, MastodonServer


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GATHER_SECONDS", "RETRY_SECONDS", "TICK_SECONDS"):
        monkeypatch.setattr(supervisor, name, 0.01)
    monkeypatch.setattr("tartantm.store.session.RETRY_SECONDS", 0.01)
    monkeypatch.setattr(backoff, "FIRST", 0.05)
    monkeypatch.setattr(backoff, "MOST", 0.2)
    monkeypatch.setattr(source_runner, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(source_runner, "SOON_SECONDS", 0.2)
    monkeypatch.setattr(recheck_lane, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(rechecking, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(rechecking, "ROUND_SECONDS", 0.3)
    monkeypatch.setattr(lane, "REFUSED_SECONDS", 0.3)
    monkeypatch.setattr(streaming, "AGAIN_SECONDS", 0.3)


class Evening:
    """A session that follows sources."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            now = datetime.now(UTC)
            agenda = replace(AGENDA, starts=now, ends=now + timedelta(hours=2))
            with Session(path, create=True) as session:
                session.take_agenda(agenda, "d")
        self.session = LiveSession(path)

    @property
    def chat(self) -> Chat:
        return self.session.chat

    def held(self) -> set[str]:
        """URIs of the posts that are held and not gone."""
        entries = self.chat.entries.values()
        return {e.id.removeprefix("mastodon:") for e in entries if not e.deleted_at}

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def following(self, *sources: MastodonSource) -> AsyncIterator[Supervisor]:
        follows = Supervisor(self.session, sources, LiveClock())
        running = asyncio.create_task(follows.run())
        try:
            yield follows
        finally:
            follows.stop()
            await asyncio.wait_for(running, 60)
            await self.session.close()

    def captured(self) -> list[str]:
        """Ids in the order of capture, each as often as it was recorded."""
        with Journal(self.path) as journal:
            events = [each.event for each in journal.since(0)]
        return [event.post.id for event in events if isinstance(event, Captured)]


def source_of(url: str, token: str | None = TOKEN, silence: float = 30) -> MastodonSource:
    source = MastodonSource(HttpClients(NetSettings(), LiveClock()), url, ["tartantm"], token)
    source.silence = silence
    return source


async def test_the_server_dies_and_comes_back(tmp_path: Path) -> None:
    evening = Evening(tmp_path / "a.tartantm")
    async with MastodonServer() as server:
        sent = {server.post("Before it #tartantm")}
        source = source_of(server.url)
        async with evening.following(source):
            await evening.until(lambda: evening.held() == sent)
            await evening.until(lambda: server.listeners == 1)
            sent |= {server.post(f"First {n} #tartantm") for n in range(50)}
            await server.stop()
            sent |= {server.post(f"Meanwhile {n} #tartantm") for n in range(90)}
            await evening.until(lambda: evening.chat.sources[source.name].state == "lost")
            await server.start()
            await evening.until(lambda: server.listeners == 1)
            sent |= {server.post(f"After {n} #tartantm") for n in range(50)}
            await evening.until(lambda: evening.held() == sent)
            await evening.until(lambda: len(_of(evening, Filled)) == 2)
    ids = evening.captured()
    assert len(ids) == len(set(ids)) == len(sent)
    changes = [(event.state, event.how) for event in _of(evening, SourceChanged)]
    assert changes[0] == ("asked", "") and changes[-1] == ("ended", "")
    hows = [change for change in changes if change[0] in ("connected", "lost")]
    # It may be heard by asking for a moment, before the stream opens.
    assert [state for state, how in hows if how != "poll"] == ["connected", "lost", "connected"]
    assert hows[-1] == ("connected", "stream")
    assert {filled.by for filled in _of(evening, Filled)} == {"timeline"}


T = TypeVar("T")


def _of(evening: Evening, kind: type[T]) -> list[T]:
    return [event for _, event in evening.chat.coverage if isinstance(event, kind)]


def _set(**faults: object) -> Callable[[Faults], None]:
    def apply(given: Faults) -> None:
        for name, value in faults.items():
            setattr(given, name, value)

    return apply


def _answer(path: str, status: int, body: object, **headers: str) -> Callable[[Faults], None]:
    return lambda faults: faults.answer(path, (status, headers, body), times=2)


FAULTS: dict[str, Callable[[Faults], None]] = {
    "no SSE": _set(sse=False),
    "GoToSocial": Faults.gotosocial,
    "a few requests": _set(allowed=8, window_seconds=1.5),
    **{f"cut after {n} bytes": _set(cut_after=n) for n in (0, 3, 20, 86, 90, 95, 300, 800, 3001)},
    "cut, byte by byte": _set(cut_after=2000, piece=1),
    "cut, by five bytes": _set(cut_after=2000, piece=5),
    "twice, byte by byte": _set(piece=1, twice=True),
    "silence": _set(silent=True),
    "no stream": Faults.no_stream,
    "stream 503": _answer("/api/v1/streaming", 503, b""),
    "stream 401": _answer("/api/v1/streaming", 401, {"error": "no"}),
    "stream 429": _answer("/api/v1/streaming", 429, {}, **{"Retry-After": "0"}),
    "login page": _answer("/api/v2/instance", 200, b"<html>Log in"),
    "timeline 502": _answer("/api/v1/timelines", 502, b"<html>"),
    "timeline 429": _answer("/api/v1/timelines", 429, {}, **{"Retry-After": "0"}),
    "timeline damaged": _answer("/api/v1/timelines", 200, b"[{"),
    "timeline of no posts": _answer("/api/v1/timelines", 200, [None, None]),
    "no list of posts": _answer("/api/v1/timelines", 200, {"error": "Elasticsearch is down"}),
    "no server": _answer("/api/v2/instance", 500, b""),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_after_any_fault_every_post_is_held_once_and_none_that_is_gone(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("POLL_SECONDS", "POLL_BESIDE_STREAM_SECONDS"):
        monkeypatch.setattr(f"tartantm.networks.mastodon.source.{name}", 0.3)
    evening = Evening(tmp_path / "a.tartantm")
    async with MastodonServer() as server:
        sent = {server.post("Before it #tartantm")}
        FAULTS[fault](server.faults)
        async with evening.following(source_of(server.url, silence=0.5)):
            sent |= {server.post(f"First {n} é #tartantm") for n in range(10)}
            await evening.until(lambda: len(server.requests) >= 3)
            changed, gone = (server.post(f"{name} #tartantm") for name in ("Changed", "Gone"))
            await evening.until(lambda: len(server.requests) >= 5)
            server.faults = Faults()
            server.edit(changed, "Later words #tartantm")
            sent |= {changed} | {server.post(f"Last {n} #tartantm") for n in range(10)}
            await evening.until(lambda: evening.held() >= sent)
            entry = evening.chat.entries[f"mastodon:{changed}"]
            await evening.until(lambda: entry.post.text == "Later words #tartantm")
            # Whether it streams at last or not, and whether the stream says so or not. Of how few
            # requests it allowed a server's word counts to the end of its window, so that is soon.
            server.delete(gone, quiet=True)
            await evening.until(lambda: evening.held() == sent)
    ids = evening.captured()
    assert len(ids) == len(set(ids))


async def test_a_socket_that_says_nothing_is_found_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("POLL_SECONDS", "POLL_BESIDE_STREAM_SECONDS"):
        monkeypatch.setattr(f"tartantm.networks.mastodon.source.{name}", 0.1)
    evening = Evening(tmp_path / "a.tartantm")
    async with MastodonServer() as server:
        server.faults.sse, server.faults.deaf_socket = False, True
        async with evening.following(source_of(server.url)) as follows:
            (health,) = follows.health
            await evening.until(lambda: health.state == "stream")
            uri = server.post("One #tartantm")
            await evening.until(lambda: evening.held() == {uri})
            await evening.until(lambda: "silent" in health.detail)


async def test_gotosocial_is_asked_and_its_stream_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.networks.mastodon.source.POLL_SECONDS", 0.1)
    evening = Evening(tmp_path / "a.tartantm")
    async with MastodonServer() as server:
        server.faults.gotosocial()
        async with evening.following(source_of(server.url)) as follows:
            (health,) = follows.health
            await evening.until(lambda: health.state == "poll")
            await evening.until(lambda: "runs GoToSocial" in health.detail)
            uri = server.post("One #tartantm")
            await evening.until(lambda: evening.held() == {uri})
            assert not any("streaming" in each for each in server.requests)


async def test_without_a_stream_it_asks_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.networks.mastodon.source.POLL_SECONDS", 0.1)
    evening = Evening(tmp_path / "a.tartantm")
    async with MastodonServer() as server:
        server.faults.no_stream()
        async with evening.following(source_of(server.url)) as follows:
            (health,) = follows.health
            await evening.until(lambda: health.state == "poll")
            await evening.until(lambda: "does not stream hashtags (404)" in health.detail)
            uri = server.post("One #tartantm")
            await evening.until(lambda: evening.held() == {uri})
            server.faults = Faults()
            await evening.until(lambda: health.state == "stream" and not health.detail)


async def test_wrong_order_and_twice(tmp_path: Path) -> None:
    """A deletion before the edit, the edit before the post: as on the real server."""
    evening = Evening(tmp_path / "a.tartantm")
    async with MastodonServer() as server:
        server.faults.backwards = server.faults.twice = True
        source = source_of(server.url)
        async with evening.following(source):
            await evening.until(lambda: server.listeners == 1)
            server.burst()
            uris = [server.post(f"{n} #tartantm") for n in range(6)]
            server.edit(uris[0], "Later #tartantm")
            server.edit(uris[1], "Later and gone #tartantm")
            server.delete(uris[1])
            server.delete(uris[2])
            server.release()
            await evening.until(lambda: len(evening.chat.entries) >= 4)
            server.post("The last #tartantm")
            last = f"mastodon:{server.post('The last #tartantm')}"
            await evening.until(lambda: last in evening.chat.entries)
            assert evening.held() >= {uris[0], *uris[3:]}
            assert not evening.held() & {uris[1], uris[2]}
            assert evening.chat.entries[f"mastodon:{uris[0]}"].post.text == "Later #tartantm"


async def test_one_post_from_two_servers(tmp_path: Path) -> None:
    evening = Evening(tmp_path / "a.tartantm")
    async with (
        MastodonServer() as here,
        MastodonServer() as there,
        evening.following(source_of(here.url), source_of(there.url)) as follows,
    ):
        await evening.until(lambda: here.listeners == there.listeners == 1)
        uri = here.post("One #tartantm", uri="https://far.example/1", id="17")
        there.post("One #tartantm", uri=uri, id="0AB")
        await evening.until(lambda: all(health.heard for health in follows.health))
        await evening.until(lambda: evening.held() == {uri})
        here.statuses.clear()
        there.delete(uri)
        await evening.until(lambda: not evening.held())


async def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.tartantm"
    async with MastodonServer() as server:
        for run in range(3):
            for n in range(50):
                server.post(f"{run} {n} #tartantm")
            evening = Evening(path)
            async with evening.following(source_of(server.url)):
                await evening.until(lambda: evening.held() == {*server.statuses})  # noqa: B023
    ids = evening.captured()
    assert len(ids) == len(set(ids)) == 150


async def test_a_server_comes_back_and_has_forgotten_everything(tmp_path: Path) -> None:
    evening = Evening(tmp_path / "a.tartantm")
    async with MastodonServer() as server:
        source = source_of(server.url)
        async with evening.following(source):
            sent = {server.post(f"{n} #tartantm") for n in range(5)}
            await evening.until(lambda: evening.held() == sent)
            await server.stop()
            await evening.until(lambda: evening.chat.sources[source.name].state == "lost")
            server.statuses.clear()
            await server.start()
            sent |= {server.post(f"After {n} #tartantm") for n in range(5)}
            # What it forgot, it says, is gone.
            await evening.until(lambda: {*evening.chat.entries} == {f"mastodon:{u}" for u in sent})
    ids = evening.captured()
    assert len(ids) == len(set(ids)) == 10

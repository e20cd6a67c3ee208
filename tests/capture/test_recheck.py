"""`tartantm recheck` asks in batches of the source's size, and goes on after a limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.capture import recheck
from tartantm.capture.recheck import SessionRecheck, by_source
from tartantm.core.events import Captured, Placement
from tartantm.networks.protocol import Limited
from tartantm.store.session import Session
from tests.builders import AGENDA
from tests.networks.mastodon.listening import ago, all_of, source_of
from tests.networks.mastodon.server import MastodonServer


async def session_of(server: MastodonServer, path: Path) -> Session:
    """A session that holds what a server has."""
    now = datetime.now(UTC)
    session = Session(path, create=True)
    session.take_agenda(replace(AGENDA, starts=now, ends=now + timedelta(hours=1)), "d")
    source = source_of(server)
    for post in await all_of(source.since(ago(hours=1))):
        session.act(Captured(post, Placement(None, "rest", "", 0.0), source.name))
    await source.close()
    return session


def statuses(server: MastodonServer) -> list[str]:
    """The posts that were asked for one by one."""
    return [each.rpartition("/")[2] for each in server.requests if "/api/v1/statuses/" in each]


async def test_it_goes_on_after_a_limit_and_asks_for_no_post_twice(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        server.faults.gotosocial()
        uris = [server.post(f"A1 number {n} #tartantm") for n in range(30)]
        with await session_of(server, tmp_path / "a.tartantm") as session:
            server.delete(uris[4])
            server.edit(uris[20], "A1 changed #tartantm")
            asked = by_source(session.chat)
            number = uris[26].rpartition("/")[2]
            server.faults.answer(
                f"/api/v1/statuses/{number}", (429, {"Retry-After": "1"}, {}), times=1
            )
            server.requests.clear()
            said: list[str] = []
            rechecking = SessionRecheck(session, said.append)
            (posts,) = asked.values()
            await rechecking.ask(source_of(server), posts)
            found = statuses(server)
            assert {*found} == {uri.rpartition("/")[2] for uri in uris}
            assert [each for each in {*found} if found.count(each) > 1] == [number]
            assert "Asked for 30 posts: 1 gone, 1 edited." in rechecking.finish()
            assert said == [f"mastodon:{server.url}: {server.url[7:]} asks to wait 1 seconds."]


async def test_for_longer_than_that_the_rest_stays_unanswered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recheck, "LONGEST_WAIT", 30.0)
    async with MastodonServer() as server:
        for n in range(30):
            server.post(f"A1 number {n} #tartantm")
        with await session_of(server, tmp_path / "a.tartantm") as session:
            server.faults.several = 405
            server.faults.allowed, server.made = 300, 200
            rechecking = SessionRecheck(session)
            (posts,) = by_source(session.chat).values()
            server.faults.answer("/api/v1/statuses/", (429, {"Retry-After": "31"}, {}))
            with pytest.raises(Limited):
                await rechecking.ask(source_of(server), posts)
            assert rechecking.unanswered == 30


async def test_a_batch_is_as_large_as_the_source_wants(tmp_path: Path) -> None:
    async with MastodonServer() as server:
        for n in range(45):
            server.post(f"A1 number {n} #tartantm")
        with await session_of(server, tmp_path / "a.tartantm") as session:
            server.requests.clear()
            rechecking = SessionRecheck(session)
            (posts,) = by_source(session.chat).values()
            await rechecking.ask(source_of(server), posts)
            assert [each.count("id%5B%5D=") for each in server.requests] == [20, 20, 5]
            assert rechecking.unanswered == 0

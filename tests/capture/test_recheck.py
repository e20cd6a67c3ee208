"""`tartantm recheck` asks in batches of the source's size, and goes on after a limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.capture import recheck
from tartantm.capture.recheck import SessionRecheck, by_source
from tartantm.core.events import Captured, Placement, SourceChanged
from tartantm.networks.protocol import Limited
from tartantm.store.session import Session
from tests.builders import AGENDA, chat_of, post
from tests.networks.mastodon.listening import ago, all_of, source_of
from tests.networks.mastodon.server import MastodonServer


async def session_of(server: MastodonServer, path: Path) -> Session:
    """A session that holds what a server has."""
    now = datetime.now(UTC)
    session = Session(path, create=True)
    session.take_agenda(replace(AGENDA, starts=now, ends=now + timedelta(hours=1)), "d")
    source = source_of(server)
    for each in await all_of(source.since(ago(hours=1))):
        session.act(Captured(each, Placement(None, "rest", "", 0.0), source.name))
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


async def test_a_server_is_believed_of_what_it_was_asked_for_alone(tmp_path: Path) -> None:
    """It answers with another's post under the number that it was asked for."""
    async with MastodonServer() as server, MastodonServer() as evil:
        true = server.post("A1 true words #tartantm", uri=f"{server.url}/users/a/statuses/17")
        evil.post("A1 something else #tartantm", uri=f"{evil.url}/users/b/statuses/18")
        with await session_of(server, tmp_path / "a.tartantm") as session:
            other = source_of(evil)
            for each in await all_of(other.since(ago(hours=1))):
                session.act(Captured(each, Placement(None, "rest", "", 0.0), other.name))
            (asked,) = (
                each for name, each in by_source(session.chat).items() if name == other.name
            )
            (status,) = evil.statuses.values()
            lie = {
                "uri": true,
                "content": "<p>A1 false words</p>",
                "edited_at": "2026-12-01T00:00Z",
            }
            evil.faults.answer("/api/v1/statuses", (200, {}, [status | lie]))
            rechecking = SessionRecheck(session)
            await rechecking.ask(other, asked)
            assert "0 gone, 0 edited" in rechecking.finish()
            held = [entry.post.text for entry in session.chat.entries.values()]
            assert held == ["A1 true words #tartantm", "A1 something else #tartantm"]


def test_the_own_server_is_asked_where_it_was_listened_to() -> None:
    copy = post("mastodon:https://home.example/users/a/statuses/1")
    came = Captured(copy, Placement(None, "rest", "", 0.0), "mastodon:other.example")
    assert by_source(chat_of(came)) == {"mastodon:other.example": [copy]}
    heard = SourceChanged("mastodon:home.example", "connected")
    assert by_source(chat_of(heard, came)) == {"mastodon:home.example": [copy]}

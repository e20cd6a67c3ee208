"""What Bluesky is asked for, against the stand-in: search, threads, names, the account, doctor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.post import Author, Post
from tartantm.networks.bluesky import doctor as bluesky_doctor
from tartantm.networks.bluesky import replay as bluesky_replay
from tartantm.networks.bluesky import search as bluesky_search
from tartantm.networks.bluesky import xrpc as bluesky_xrpc
from tartantm.networks.bluesky.source import Account, BlueskySource
from tartantm.networks.bluesky.xrpc import ENTRY, PUBLIC, LoginSession, XrpcClient
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Finding, Limited, LiveSource, Lost, Unfilled
from tartantm.settings.config import NetSettings
from tests.builders import post
from tests.networks.bluesky.following import source_for
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.store import did_of
from tests.networks.bluesky.xrpc import HANDLE, PASSWORD

HOUR = 3600.0
ACCOUNT = Account(f"@{HANDLE}", PASSWORD)
SEARCH = "app.bsky.feed.searchPosts"
LOGIN, RENEWAL = "com.atproto.server.createSession", "com.atproto.server.refreshSession"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky_replay, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(bluesky_search, "FRESH_SECONDS", 0.01)
    monkeypatch.setattr(bluesky_doctor, "LISTEN_SECONDS", 0.3)


async def gathered(batches: AsyncIterator[list[Heard]]) -> list[Heard]:
    return [item async for batch in batches for item in batch]


async def words(batches: AsyncIterator[list[Heard]]) -> list[str]:
    return sorted(item.text for item in await gathered(batches) if isinstance(item, Post))


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


async def test_it_is_a_live_source() -> None:
    async with BlueskyServer() as server:
        assert isinstance(source_for(server), LiveSource)


async def test_a_long_gap_is_searched_for_and_its_end_replayed() -> None:
    async with BlueskyServer() as server:
        for n in range(120):
            await server.post(f"old {n} #tartantm", "isla", ago=2 * HOUR + n)
        asked = await server.post("written #TartanTM", "isla", ago=HOUR, facets=False)
        await server.post("beside", "isla", tags=["tartantm"], ago=HOUR)
        await server.post("answer", "calum", reply_to=asked, ago=HOUR - 60)
        await server.post("tartantm, a word only", "calum", ago=HOUR)
        await server.post("another evening #tartantm", "calum", ago=9 * HOUR)
        late = await server.post("not indexed yet #tartantm", "morag", ago=30)
        server.store.posts.pop(late)
        source = source_for(server, account=ACCOUNT)
        found = await gathered(source.since(ago(3 * HOUR)))
        assert source.gap_filler == "search"
        await source.close()
    posts = {item.text: item for item in found if isinstance(item, Post)}
    old = {f"old {n} #tartantm" for n in range(120)}
    rest = {"written #TartanTM", "beside", "answer", "not indexed yet #tartantm"}
    assert set(posts) == old | rest
    assert posts["answer"].found_by == "reply"
    assert {posts[text].author.handle for text in rest} >= {"isla.example", "morag.example"}
    assert server.calls[LOGIN] == 1


async def test_without_an_account_the_stream_goes_back_as_far_as_is_fit() -> None:
    async with BlueskyServer() as server:
        await server.post("two hours ago #tartantm", ago=2 * HOUR)
        await server.post("half an hour ago #tartantm", ago=HOUR / 2)
        source = source_for(server)
        heard: list[Heard] = []
        with pytest.raises(Unfilled, match=r"45 minutes.*Authentication Required"):
            async for batch in source.since(ago(3 * HOUR)):
                heard += batch
        assert [item.text for item in heard if isinstance(item, Post)] == [
            "half an hour ago #tartantm"
        ]
        # Nothing is missing where the stream reaches far enough.
        assert len(await gathered(source.since(ago(HOUR / 2 + 5)))) == 1
        server.faults.handshakes = [400]
        with pytest.raises(Unfilled, match="no longer has"):
            await gathered(source.since(ago(60)))
        server.xrpc.search_needs_login = False
        assert len(await gathered(source.since(ago(3 * HOUR)))) == 2
        await source.close()


async def test_a_refused_account_ends_the_search_and_nothing_else() -> None:
    async with BlueskyServer() as server:
        await server.post("half an hour ago #tartantm", ago=HOUR / 2)
        source = source_for(server, account=Account(HANDLE, "wrong-pass-word"))
        for _ in range(3):
            heard: list[Heard] = []
            with pytest.raises(Unfilled, match=r"did not let @moderator\.example in") as caught:
                async for batch in source.since(ago(3 * HOUR)):
                    heard += batch
            assert len(heard) == 1
            assert "wrong-pass-word" not in str(caught.value)
        assert server.calls[LOGIN] == 1
        await source.close()


@pytest.mark.parametrize(("fault", "kind"), [(429, Limited), (503, Lost), ("html", Lost)])
async def test_a_search_that_fails_for_now_is_asked_for_again(fault: Any, kind: type) -> None:
    async with BlueskyServer() as server:
        server.xrpc.offset = timedelta(hours=1)
        server.faults.xrpc[SEARCH] = fault
        source = source_for(server, account=ACCOUNT)
        await source.open()
        with pytest.raises(kind) as caught:
            await gathered(source.since(source.http.clock.now() - timedelta(hours=3)))
        if isinstance(caught.value, Limited):
            # By the server's own clock, which is an hour ahead.
            assert 35 < caught.value.seconds <= 40
        await source.close()


async def test_sessions_are_renewed_and_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BlueskyServer() as server:
        xrpc = source_for(server, account=ACCOUNT).xrpc
        asked: dict[str, str | int] = {"q": "#tartantm", "limit": 10}

        async def calls() -> tuple[int, int]:
            await xrpc.ask_as_user(SEARCH, asked)
            return server.calls[LOGIN], server.calls[RENEWAL]

        assert await calls() == (1, 0)
        server.xrpc.expire()
        assert await calls() == (1, 1)
        server.xrpc.expire(all_tokens=True)
        assert await calls() == (2, 2)
        assert await calls() == (2, 2)
        monkeypatch.setattr(bluesky_xrpc, "REFRESH_SECONDS", -1.0)
        assert await calls() == (2, 3)
        await xrpc.close()


def test_secrets_are_in_no_repr() -> None:
    shown = repr(ACCOUNT) + repr(LoginSession("https://pds.example", "access-1", "renewal-1", 0.0))
    assert PASSWORD not in shown and "access-1" not in shown and "renewal-1" not in shown


@pytest.mark.parametrize("bad", ["", "bsky.social", "ftp://x", "https://", "http://x:port"])
def test_bad_addresses(bad: str) -> None:
    http = HttpClients(NetSettings(), LiveClock())
    with pytest.raises(BadInput):
        XrpcClient(http, bad)
    with pytest.raises(BadInput):
        BlueskySource(http, ["tartantm"], jetstream=bad)


def test_where_the_account_lives() -> None:
    http = HttpClients(NetSettings(), LiveClock())
    for service, account, home in (
        (PUBLIC, ENTRY, ENTRY),
        ("http://localhost:2583/", ENTRY, "http://localhost:2583"),
        ("http://localhost:2583", "https://pds.example", "https://pds.example"),
    ):
        assert XrpcClient(http, service, Account("a", "b", account)).login_base == home


async def test_recheck() -> None:
    async with BlueskyServer() as server:
        uris = [await server.post(f"post {n} #tartantm", ago=HOUR) for n in range(60)]
        held = [
            post(
                f"bluesky:{uri}",
                author=Author("ailsa.example", id=did_of("ailsa")),
                version=server.store.posts[uri]["cid"],
            )
            for uri in uris
        ]
        await server.delete(uris[3])
        await server.edit(uris[50], "in other words")
        source = source_for(server)
        heard = await gathered(source.recheck([*held, post("x:1")]))
        await source.close()
    gone = [item for item in heard if isinstance(item, Deleted)]
    changed = [item for item in heard if isinstance(item, Post)]
    assert [(item.posts, item.why) for item in gone] == [((f"bluesky:{uris[3]}",), "gone")]
    assert [(item.text, bool(item.edited_at)) for item in changed] == [("in other words", True)]
    assert server.calls["app.bsky.feed.getPosts"] == 3


async def test_what_is_not_indexed_yet_is_not_gone() -> None:
    async with BlueskyServer() as server:
        uri = await server.post("just now #tartantm")
        fresh = post(f"bluesky:{uri}", received_at=datetime.now(UTC), version="bafy1")
        view = server.store.posts.pop(uri)
        source = source_for(server)
        rechecking = source.recheck([fresh])

        async def again(uris: Any, ask: Any = source.search._by_uri) -> Any:
            found = await ask(uris)
            server.store.posts[uri] = view
            return found

        source.search._by_uri = again  # type: ignore[method-assign]
        assert await gathered(rechecking) == []
        await source.close()


async def test_threads_below_questions() -> None:
    async with BlueskyServer() as server:
        question = await server.post("Q1 #tartantm", "isla")
        first = await server.post("an answer", "calum", reply_to=question)
        await server.post("an answer to that", "morag", reply_to=first)
        gone = await server.post("gone #tartantm", "isla")
        await server.delete(gone)

        class Holding:
            def holds(self, post_id: str) -> bool:
                return post_id == f"bluesky:{question}"

            def questions(self, network: str) -> list[Post]:
                return [post(f"bluesky:{question}"), post(f"bluesky:{gone}")]

            def latest(self, network: str, count: int) -> list[Post]:
                return []

        source = source_for(server)
        source.held = Holding()
        assert await words(source.replies(source.held)) == [
            "Q1 #tartantm",
            "an answer",
            "an answer to that",
        ]
        await source.close()


async def findings(source: BlueskySource) -> list[Finding]:
    found = [finding async for finding in source.diagnose()]
    await source.close()
    return found


async def test_doctor_where_all_is_well() -> None:
    async with BlueskyServer() as server:
        await server.post("a word #tartantm", "isla")
        source = source_for(server, account=ACCOUNT)
        server.store.posts.clear()
        levels = [finding.level for finding in await findings(source)]
    assert levels == ["doubtful", "good", "good", "good"]  # It is quiet here.


async def test_doctor_where_nothing_is_well() -> None:
    async with BlueskyServer() as server:
        server.faults.handshakes = ["html"]
        server.faults.xrpc["app.bsky.actor.getProfiles"] = 503
        found = await findings(source_for(server, account=Account(HANDLE, "wrong")))
        without = await findings(source_for(server))
    assert [finding.level for finding in found] == ["bad", "doubtful", "bad"]
    said = " ".join(finding.words for finding in found)
    assert "login page" in said and "wrong" not in said
    assert any("app password" in finding.words for finding in without)

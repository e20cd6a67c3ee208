"""What Bluesky is asked for, against the stand-in: search, threads, names, the account, doctor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.bluesky import replies as bluesky_replies
from tartantm.networks.bluesky import xrpc as bluesky_xrpc
from tartantm.networks.bluesky.source import Account, BlueskySource
from tartantm.networks.bluesky.xrpc import ENTRY, PUBLIC, LoginSession, XrpcClient
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Finding, LiveSource, Lost, Refused, Unfilled
from tartantm.settings.config import NetSettings
from tests.builders import post
from tests.networks.bluesky.following import Holding, hurry, source_for
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.xrpc import HANDLE, PASSWORD

HOUR = 3600.0
ACCOUNT = Account(f"@{HANDLE}", PASSWORD)
SEARCH = "app.bsky.feed.searchPosts"
LOGIN, RENEWAL = "com.atproto.server.createSession", "com.atproto.server.refreshSession"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


async def gathered(batches: AsyncIterator[list[Heard]]) -> list[Heard]:
    return [item async for batch in batches for item in batch]


async def words(batches: AsyncIterator[list[Heard]]) -> list[str]:
    return sorted(item.text for item in await gathered(batches) if isinstance(item, Post))


@asynccontextmanager
async def listening(source: BlueskySource) -> AsyncIterator[None]:
    """Have the stream of a source open until the block ends."""
    opened = asyncio.Event()
    listens = asyncio.create_task(gathered(source.stream(opened.set)))
    try:
        await opened.wait()
        yield
    finally:
        listens.cancel()
        await asyncio.gather(listens, return_exceptions=True)


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
        async with listening(source):
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
        server.faults.handshakes = [101, 400]
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


@pytest.mark.parametrize("fault", [429, 503, "html"])
async def test_a_search_that_fails_for_now_is_asked_for_again(fault: Any) -> None:
    async with BlueskyServer() as server:
        server.xrpc.offset = timedelta(hours=1)
        server.faults.xrpc[SEARCH] = fault
        source = source_for(server, account=ACCOUNT)
        await source.open()
        for _ in range(2):
            # The lane that fills gaps tries again soon: the stream may be replayed.
            with pytest.raises(Lost):
                await gathered(source.since(source.http.clock.now() - timedelta(hours=3)))
        assert server.calls[SEARCH] == (1 if fault == 429 else 2)
        if fault == 429:
            # By the server's own clock, which is an hour ahead.
            assert 30 < source.search._closed[0] - monotonic() <= 40
        await source.close()


@pytest.mark.parametrize("fault", [429, 500])
async def test_while_search_fails_a_gap_is_replayed(fault: int) -> None:
    async with BlueskyServer() as server:
        await server.post("half an hour ago #tartantm", ago=HOUR / 2)
        await server.post("two hours ago #tartantm", ago=2 * HOUR)
        source = source_for(server, account=ACCOUNT)
        server.faults.xrpc[SEARCH] = fault
        # Without a stream, too, and for a gap that is searched for else.
        assert await words(source.since(ago(HOUR / 2 + 5))) == ["half an hour ago #tartantm"]
        async with listening(source):
            heard: list[Heard] = []
            with pytest.raises(Lost):
                async for batch in source.since(ago(3 * HOUR)):
                    heard += batch
            assert [getattr(item, "text", "") for item in heard] == ["half an hour ago #tartantm"]
            connects = len(server.connects)
            with pytest.raises(Lost):  # the replay of 45 minutes is not asked for twice
                await gathered(source.since(ago(3 * HOUR)))
            assert len(server.connects) == connects
            server.faults.xrpc.clear()
            source.search._closed = (0.0, "")  # as after the time that was asked for
            assert "two hours ago #tartantm" in await words(source.since(ago(3 * HOUR)))
        await source.close()


@pytest.mark.parametrize("count", [1, 4])
async def test_a_thread_that_always_fails_keeps_no_others_from_being_looked_at(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with BlueskyServer() as server:
        source = source_for(server)
        held = [post(f"bluesky:at://did:plc:a/app.bsky.feed.post/{n}") for n in range(9)]
        bad = {each.id[8:] for each in held[:count]}
        asked: list[str] = []

        async def ask(method: str, parameters: dict[str, Any]) -> dict[str, Any]:
            asked.append(parameters["uri"])
            if parameters["uri"] in bad:
                raise Lost("Upstream Failure")
            return {"thread": {}}

        monkeypatch.setattr(source.xrpc, "ask", ask)
        source.held = Holding(*held, asked=held[:count])
        for _ in range(2):
            with pytest.raises(Lost):
                await gathered(source.replies(source.held))
        assert {each.id[8:] for each in held} == set(asked)
        asked.clear()
        for _ in range(4):
            with suppress(Lost):
                await gathered(source.replies(source.held))
        assert max(map(asked.count, bad)) <= 4 and len(set(asked)) == 9
        await source.close()


ODD = [{}, {"posts": None, "profiles": 7, "thread": []}, {"error": "UpstreamFailure"}]


@pytest.mark.parametrize("body", ODD)
async def test_an_answer_without_what_was_asked_for_never_says_that_there_is_none(
    body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with BlueskyServer() as server:
        server.xrpc.search_needs_login = False
        source = source_for(server)
        held = post(f"bluesky:{await server.post('a question #tartantm', ago=300)}")
        source.held = Holding(held, asked=[held])
        monkeypatch.setattr(server.xrpc, "_told", lambda *_: body)
        for batches in (
            source.since(ago(HOUR)),
            source.recheck([held]),
            source.replies(source.held),
        ):
            with pytest.raises(Lost, match=r"answered \w+ without \w+(: UpstreamFailure)?\."):
                await gathered(batches)
        assert [finding.level async for finding in source.diagnose()] == ["doubtful", "doubtful"]
        asked = {"identifier": HANDLE, "password": PASSWORD}
        with pytest.raises(Lost, match="answered createSession without accessJwt"):
            await source_for(server, account=Account(*asked.values())).xrpc.log_in()
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


async def test_an_accounts_own_server_is_asked_as_the_account_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tartantm.networks.bluesky.recheck.INDEXED", timedelta())
    async with BlueskyServer() as server:
        server.faults.is_pds = True
        source = source_for(server, account=ACCOUNT)
        question = await server.post("Q1 a question #tartantm", "isla", ago=300)
        await server.post("an answer", "calum", reply_to=question)
        gone = await server.post("to be gone #tartantm", "isla", ago=300)
        found = [i for i in await gathered(source.since(ago(600))) if isinstance(i, Post)]
        assert {item.author.handle for item in found} == {"isla.example", "calum.example"}
        await server.delete(gone)
        server.calls.clear()
        by_uri = {item.id.removeprefix("bluesky:"): item for item in found}
        heard = await gathered(source.recheck([by_uri[gone]]))
        assert [item.posts for item in heard if isinstance(item, Deleted)] == [(f"bluesky:{gone}",)]
        assert server.calls == {"app.bsky.feed.getPosts": 1, "app.bsky.feed.getPostThread": 1}
        for logins, server.xrpc.bad_token in enumerate(("ExpiredToken", "InvalidToken"), 1):
            server.xrpc.expire(all_tokens=True)
            assert await gathered(source.recheck([by_uri[question]])) == []
            assert server.calls[LOGIN] == logins
        await source.close()


async def test_an_accounts_own_server_without_the_account() -> None:
    async with BlueskyServer() as server:
        server.faults.is_pds = True
        source = source_for(server)
        told = [finding async for finding in source.diagnose()]
        assert "shown by their DIDs" in told[0].words and "Authentication" in told[0].words
        with pytest.raises(Refused, match="401"):
            await gathered(source.recheck([post("bluesky:at://did:plc:a/app.bsky.feed.post/1")]))
        await source.close()


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


async def test_while_the_stream_is_away_an_account_searches() -> None:
    async with BlueskyServer() as server:
        source = source_for(server, account=ACCOUNT)
        await server.post("five minutes ago #tartantm", ago=300)
        late = await server.post("indexed late #tartantm", ago=60)
        view = server.store.posts.pop(late)
        server._server.close()  # type: ignore[union-attr]  # Jetstream is away, and XRPC is not
        assert await words(source.since(ago(400))) == ["five minutes ago #tartantm"]
        assert (source.gap_filler, server.connects) == ("search", [])
        server.store.posts[late] = view
        # It overlaps, by as much as the index lags.
        assert await words(source.since(ago(1))) == ["indexed late #tartantm"]
        server.faults.xrpc[SEARCH] = 429
        with pytest.raises(Lost, match="refuses connections"):
            await gathered(source.since(ago(1)))
        await source.close()


async def test_without_an_account_the_time_without_a_stream_is_replayed() -> None:
    async with BlueskyServer() as server:
        source = source_for(server)
        await server.post("a minute ago #tartantm", ago=60)
        assert await words(source.since(ago(120))) == ["a minute ago #tartantm"]
        assert source.gap_filler == "replay"
        assert ["cursor" in asked for asked in server.connects] == [False, True]
        await server.stop()
        with pytest.raises(Lost):
            await gathered(source.since(ago(120)))
        await source.close()


async def test_a_replay_that_fails_after_a_search_is_made_up_for() -> None:
    async with BlueskyServer() as server:
        source = source_for(server, account=ACCOUNT)
        late = await server.post("not indexed yet #tartantm", ago=30)
        server.store.posts.pop(late)
        async with listening(source):
            server.faults.handshakes = [503]
            assert await words(source.since(ago(HOUR))) == []
            assert source.gap_filler == "search"
            assert await words(source.since(ago(1))) == ["not indexed yet #tartantm"]
            assert source.gap_filler == "replay"
        await source.close()


async def test_replies_are_looked_for_in_turn_below_questions_and_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bluesky_replies, "MOST_THREADS", 2)
    async with BlueskyServer() as server:
        question = await server.post("Q1 #tartantm", "isla")
        foreign = await server.post("of no chat", "isla")
        answers = [await server.post(f"A1 {n} #tartantm", reply_to=foreign) for n in range(2)]
        gone = await server.post("gone #tartantm", "isla")
        await server.delete(gone)
        for n, uri in enumerate((question, *answers, foreign)):
            below = await server.post(f"reply {n}", "calum", reply_to=uri)
            await server.post(f"below reply {n}", "morag", reply_to=below)
        source = source_for(server)
        held = [post(f"bluesky:{uri}", thread=f"bluesky:{foreign}") for uri in (*answers, gone)]
        source.held = Holding(*held, asked=[post(f"bluesky:{question}", minute=-5)])

        async def look() -> set[str]:
            heard: list[Heard] = []
            try:
                async for batch in source.replies(source.held):  # type: ignore[arg-type]
                    heard += batch
            except Lost:  # of others, when they were looked at last
                if not heard:
                    raise
            return {each.text for each in heard if isinstance(each, Post) and "reply" in each.text}

        server.faults.xrpc["app.bsky.feed.getPostThread"] = 503
        with pytest.raises(Lost):
            await look()
        server.faults.xrpc["app.bsky.feed.getPostThread"] = 401
        with pytest.raises(Refused):
            await look()
        server.faults.xrpc.clear()
        first = await look()
        assert {"reply 0", "below reply 0"} <= first  # nothing of it counted as looked at
        assert first | await look() == {f"{b}reply {n}" for b in ("", "below ") for n in range(3)}
        assert server.calls["app.bsky.feed.getPostThread"] == 8
        await source.close()


async def findings(source: BlueskySource) -> list[Finding]:
    found = [finding async for finding in source.diagnose()]
    await source.close()
    return found


async def test_doctor_where_all_is_well() -> None:
    async with BlueskyServer() as server:
        found = await findings(source_for(server, account=ACCOUNT))
    assert [finding.level for finding in found] == ["good", "good"]


async def test_doctor_where_nothing_is_well() -> None:
    async with BlueskyServer() as server:
        server.faults.xrpc["app.bsky.actor.getProfiles"] = 503
        found = await findings(source_for(server, account=Account(HANDLE, "wrong")))
        without = await findings(source_for(server))
    assert [finding.level for finding in found] == ["doubtful", "bad"]
    said = " ".join(finding.words for finding in found)
    assert "account add bluesky" in said and "wrong" not in said
    assert any("app password" in finding.words for finding in without)

"""Every client of every network, given every answer that a stranger's server can think of.

Whatever comes, a source raises what a source may raise, and in time.
"""

from __future__ import annotations

import asyncio
import pickle
import re
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tartantm.networks.bluesky.jetstream import Jetstream
from tartantm.networks.bluesky.xrpc import Account, XrpcClient
from tartantm.networks.clock import LiveClock
from tartantm.networks.feed.source import FeedSource
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.client import MastodonClient
from tartantm.networks.mastodon.sse import EventReader
from tartantm.networks.protocol import Limited, Lost, Refused, SourceError
from tartantm.networks.x.rest import RestClient
from tartantm.networks.x.stream import LineQueue, StreamConnection
from tartantm.settings.config import NetSettings
from tests.networks.hostile_answers import ANSWERS, EVERY, RawServer, answer, bomb, moved

SECRETS = ("Planted-Token-0123456789", "Planted-Password-13579", "planted-feed-key-24680")
TOKEN, PASSWORD, KEY = SECRETS
START = datetime(2026, 6, 17, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def deadlines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short where the answer does not end by itself; else no busy machine is to reach them."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    callspec = getattr(request.node, "callspec", None)
    kind = callspec.params.get("kind", "") if callspec else ""
    goes_on = "drip" in kind or ("without end" in kind and "redirect" not in kind)
    set_deadlines(monkeypatch, 0.3 if goes_on else 20.0)


def set_deadlines(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    for module in ("bounded", "x.rest"):
        monkeypatch.setattr(f"tartantm.networks.{module}.ANSWER_SECONDS", seconds)
        monkeypatch.setattr(f"tartantm.networks.{module}.OPEN_SECONDS", seconds)
    for module in ("http", "websocket"):
        monkeypatch.setattr(f"tartantm.networks.{module}.CONNECT_SECONDS", seconds)


def net() -> HttpClients:
    return HttpClients(NetSettings(), LiveClock())


async def by_mastodon(url: str) -> None:
    client = MastodonClient(net(), url, TOKEN)
    try:
        await client.statuses("/api/v1/timelines/tag/tartantm", [("limit", "40")])
    finally:
        await client.close()


async def by_mastodons_stream(url: str) -> None:
    client, reader = MastodonClient(net(), url, TOKEN), EventReader()
    try:
        async with client.listen("tartantm", client.base) as stream:
            async for chunk in stream.chunks():
                reader.feed(chunk)
                if reader._skips_line:
                    return  # it would go on like this: no memory, and no post either
    finally:
        await client.close()


async def by_bluesky(url: str) -> None:
    client = XrpcClient(net(), url)
    try:
        await client.ask("app.bsky.actor.getProfiles", {"actors": ["a", "b"]})
    finally:
        await client.close()


async def by_blueskys_login(url: str) -> None:
    client = XrpcClient(net(), url, Account("ailsa.example", PASSWORD, url))
    try:
        await client.log_in()
    finally:
        await client.close()


async def by_jetstream(url: str) -> None:
    async with Jetstream(net(), url).connect() as connection:
        await connection.receive()


async def by_feed(url: str) -> None:
    source = FeedSource(net(), f"{url}/tartantm.rss?key={KEY}", ["tartantm"])
    try:
        async for _ in source.since(START):
            pass
    finally:
        await source.close()


async def by_x(url: str) -> None:
    client = RestClient(net(), TOKEN, url)
    try:
        await client.lookup(["1", "2"])
    finally:
        client.close()


async def by_xs_stream(url: str) -> None:
    lines = LineQueue()
    stream = StreamConnection(net(), TOKEN, url, set(), lines, lambda: None, 5.0)
    stream.start()
    try:
        while True:
            await lines.take()
    finally:
        stream.shut()


async def by_asking_why(url: str) -> None:
    await asyncio.to_thread(net().explain, url)


Client = Callable[[str], Coroutine[Any, Any, None]]
CLIENTS: dict[str, Client] = {
    "mastodon": by_mastodon,
    "mastodon's stream": by_mastodons_stream,
    "bluesky": by_bluesky,
    "bluesky's login": by_blueskys_login,
    "jetstream": by_jetstream,
    "feed": by_feed,
    "x": by_x,
    "x's stream": by_xs_stream,
    "asking why": by_asking_why,
}


async def fails_well(asking: Awaitable[None]) -> SourceError | None:
    """What a source may raise, or None; anything else that is raised is a failure of the test."""
    async with asyncio.timeout(30):
        try:
            await asking
        except SourceError as error:
            assert type(error) is not SourceError and str(error).endswith((".", "?"))
            assert not any(secret in str(error) for secret in SECRETS)
            return error
    return None


MATRIX = [
    (kind, client)
    for row, kind in enumerate(ANSWERS)
    for column, client in enumerate(CLIENTS)
    if EVERY or (row + column) % 3 == 0
]


@pytest.mark.parametrize(("kind", "client"), MATRIX)
async def test_whatever_comes_is_what_a_source_may_raise(
    kind: str, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(ANSWERS[kind]) as server:
        # A stream that has begun well goes on while bytes come; what is held of it is bounded.
        endless = client == "x's stream" and ("without end" in kind or "drip" in kind)
        asking = asyncio.ensure_future(CLIENTS[client](server.url))
        if endless:
            await asyncio.wait({asking}, timeout=0.4)
            if not asking.done():
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                return
        await fails_well(asking)
        if not server.asked:  # time was up before a busy machine had even connected
            set_deadlines(monkeypatch, 3.0)
            await fails_well(CLIENTS[client](server.url))
        assert server.asked


REFUSING = {
    "packed once, a bomb": "too long|larger|larger than",
    "packed twice": "cannot be unpacked|packed in a way",
    "a drip of body": "in time",
    "a drip of head": "in time",
    "a body without end": "too long|larger than|in time",
    "a redirect without end": "without end|login",
}


@pytest.mark.parametrize("client", ["mastodon", "bluesky", "bluesky's login", "feed", "x"])
@pytest.mark.parametrize("kind", REFUSING)
async def test_each_budget_has_its_sentence(kind: str, client: str) -> None:
    async with RawServer(ANSWERS[kind]) as server:
        error = await fails_well(CLIENTS[client](server.url))
    assert isinstance(error, Lost | Refused)
    assert re.search(REFUSING[kind], str(error)), error


@pytest.mark.parametrize("client", ["mastodon", "bluesky", "feed", "x"])
async def test_a_limit_is_one_whatever_its_headers_say(client: str) -> None:
    for kind in ("times out of range", "limits out of range", "limits twice"):
        async with RawServer(ANSWERS[kind]) as server:
            error = await fails_well(CLIENTS[client](server.url))
        assert isinstance(error, Limited) and 1 <= error.seconds <= 86_400


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Same", "308 Same"])
@pytest.mark.parametrize(
    "client", [name for name in CLIENTS if name not in ("bluesky", "asking why")]
)
async def test_no_secret_follows_a_redirect_to_another_server(client: str, status: str) -> None:
    async with RawServer(answer(b"{}")) as other, RawServer(b"") as server:
        server.answer = moved(f"{other.url}/there?", status)
        assert isinstance(await fails_well(CLIENTS[client](server.url)), Lost)
        assert len(server.asked) == 1
    assert other.asked == []


async def test_without_a_secret_a_redirect_is_followed() -> None:
    async with RawServer(answer(b'{"profiles": []}')) as other, RawServer(b"") as server:
        server.answer = moved(f"{other.url}/there")
        assert await fails_well(by_bluesky(server.url)) is None
    assert other.asked[0].startswith(b"GET /there")


async def test_cookies_are_not_kept() -> None:
    async with RawServer(answer(b"{}", "Set-Cookie: a=b; Path=/")) as server:
        mastodon, rest = (
            MastodonClient(net(), server.url, TOKEN),
            RestClient(net(), TOKEN, server.url),
        )
        for _ in range(2):
            await mastodon.entity("/a")
            with pytest.raises(Lost):
                await rest.lookup(["1"])
        await mastodon.close()
        rest.close()
    assert len(server.asked) == 4
    assert not any(b"cookie:" in each.lower() for each in server.asked)


GROWTH = """
import asyncio, pickle, resource, sys
from tests.networks import test_hostile_answers as t
from tests.networks.hostile_answers import RawServer, answer

async def main(client, answers):
    # A first answer loads the libraries, which are not what is measured.
    for n, each in enumerate([answer(b"{}"), *answers]):
        async with RawServer(each) as server:
            await t.fails_well(client(server.url))
            assert server.asked
        if n == 0:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)

asyncio.run(main(t.CLIENTS[sys.argv[1]], pickle.load(sys.stdin.buffer)))
"""


SIZE, MOST = 100 * 2**20, 50 * 2**20
"""Bytes of a bomb, and how many more than before may be held at once."""


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return {
        "Content-Encoding: gzip, gzip": bomb(2, SIZE),
        "Content-Encoding: gzip": bomb(1, SIZE),
        "X-Packed: not": b"[" + b"{}," * 1_000_000 + b"{}]",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory as Linux counts it")
@pytest.mark.parametrize("client", CLIENTS if EVERY else ("x's stream", "feed"))
async def test_a_bomb_takes_no_memory(client: str, bombs: dict[str, bytes]) -> None:
    kind = "text/event-stream" if "mastodon's" in client else "application/json"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", GROWTH, client),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    said, _ = await process.communicate(
        pickle.dumps([answer(body, header, kind=kind) for header, body in bombs.items()])
    )
    assert process.returncode == 0
    assert int(said) * 1024 < MOST

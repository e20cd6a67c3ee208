"""Mastodon's own streaming server, and GoToSocial, where they run on this machine.

Slow, and skipped unless the environment names them; `tests/networks/README.md` says how.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.mastodon.streaming import NoStream, Way
from tartantm.networks.mastodon.websocket import open_socket
from tartantm.networks.protocol import Lost, Refused
from tartantm.settings.config import NetSettings
from tests.networks.mastodon.listening import Holding, Listening, ago, all_of, source_of
from tests.networks.mastodon.server import MastodonServer

STREAMING = os.environ.get("TARTANTM_TEST_MASTODON_STREAMING", "")
REDIS = os.environ.get("TARTANTM_TEST_MASTODON_REDIS", "redis://127.0.0.1:6379")
GOTOSOCIAL = os.environ.get("TARTANTM_TEST_GOTOSOCIAL", "")
GOTOSOCIAL_TOKEN = os.environ.get("TARTANTM_TEST_GOTOSOCIAL_TOKEN", "")

streaming = pytest.mark.skipif(not STREAMING, reason="TARTANTM_TEST_MASTODON_STREAMING is not set")
gotosocial = pytest.mark.skipif(not GOTOSOCIAL, reason="TARTANTM_TEST_GOTOSOCIAL is not set")


async def publish(channel: str, message: Any) -> None:
    """Say something on a channel of Redis, as Mastodon does when somebody posts."""
    parts = urlsplit(REDIS)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 6379)
    words = [b"PUBLISH", channel.encode(), json.dumps(message).encode()]
    writer.write(b"*3\r\n" + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words))
    await writer.drain()
    assert (await reader.readline()).startswith(b":"), "Redis did not take it"
    writer.close()


class WithRealStreams(MastodonServer):
    """The stand-in, whose posts go out by Mastodon's own streaming server."""

    def __init__(self) -> None:
        super().__init__()
        self.faults.no_stream()
        self.instance["configuration"] = {"urls": {"streaming": STREAMING}}
        self._said: list[asyncio.Task[None]] = []

    def _tell(self, status: dict[str, Any], event: str, payload: str) -> None:
        said: Any = payload
        if event != "delete":
            # Mastodon looks up whether the token's owner mutes who wrote it.
            said = json.loads(payload) | {"mentions": [], "media_attachments": []}
            said["account"]["id"] = "17"
        for tag in {tag["name"].lower() for tag in status["tags"]}:
            message = {"event": event, "payload": said}
            self._said.append(asyncio.create_task(publish(f"timeline:hashtag:{tag}", message)))

    async def told(self) -> None:
        """Wait until all was said, in order."""
        said, self._said = self._said, []
        await asyncio.gather(*said)


@asynccontextmanager
async def listening_by(way: Way, server: WithRealStreams, *tags: str) -> AsyncIterator[Listening]:
    source = source_of(server, *tags)
    source._streams._prefer(way)
    listening = Listening(source, server)
    await source.open()
    listening._task = asyncio.create_task(listening._run())
    try:
        await listening.until(lambda: listening.signs > 0)
        # A subscription takes a moment, of which the server says nothing.
        probe = server.post("Is anybody there? " + " ".join(f"#{tag}" for tag in tags))
        for _ in range(100):
            if listening.heard:
                break
            server._tell(server.statuses[probe], "update", json.dumps(server.statuses[probe]))
            await server.told()
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        listening.heard.clear()
        yield listening
    finally:
        listening._task.cancel()
        await asyncio.gather(listening._task, return_exceptions=True)
        await source.close()


@streaming
@pytest.mark.parametrize("way", ["sse", "websocket"])
async def test_posts_edits_and_deletions_of_mastodons_own_streams(way: Way) -> None:
    tag = f"t{uuid4().hex[:8]}"
    async with WithRealStreams() as server, listening_by(way, server, tag, f"{tag}b") as listening:
        uri = server.post(f"A1 One é🏴 #{tag}")
        await server.told()
        server.post(f"Two #{tag}b")
        await server.told()
        server.post(f"Among us #{tag}", local_only=True)
        await server.told()
        server.edit(uri, f"A1 Ein #{tag}")
        await server.told()
        server.delete(uri)
        await server.told()
        await listening.until(lambda: len(listening.heard) >= 4)
        posts = [each for each in listening.heard if isinstance(each, Post)]
        assert {post.text for post in posts} == {
            f"A1 One é🏴 #{tag}",
            f"Two #{tag}b",
            f"A1 Ein #{tag}",
        }
        assert [each.posts[0] for each in listening.heard if isinstance(each, Deleted)] == [
            f"mastodon:{uri}"
        ]


@streaming
@pytest.mark.parametrize("way", ["sse", "websocket"])
async def test_a_token_that_is_withdrawn_while_mastodon_streams(way: Way) -> None:
    tag = f"t{uuid4().hex[:8]}"
    async with WithRealStreams() as server, listening_by(way, server, tag) as listening:
        await publish("timeline:access_token:1", {"event": "kill"})
        await listening.until(lambda: listening._task.done())
        assert isinstance(listening._task.exception(), Lost)


@streaming
@pytest.mark.parametrize("way", ["sse", "websocket"])
@pytest.mark.parametrize("token", ["made-up", "other"])
async def test_a_token_that_mastodon_does_not_stream_with(way: Way, token: str) -> None:
    """``other`` exists and may only write."""
    async with WithRealStreams() as server:
        source = source_of(server, token=token)
        source._streams._prefer(way)
        source._streams.learn(server.instance)
        with pytest.raises(Refused, match=r"with this token \(401\)"):
            await all_of(source.stream(lambda: None))
        await source.close()


@asynccontextmanager
async def on_gotosocial() -> AsyncIterator[tuple[MastodonSource, httpx.AsyncClient, str]]:
    """A source for a hashtag that nobody has used yet, and the account of the token."""
    tag = f"t{uuid4().hex[:8]}"
    http = HttpClients(NetSettings(), LiveClock())
    source = MastodonSource(http, GOTOSOCIAL, [tag], GOTOSOCIAL_TOKEN)
    headers = {"Authorization": f"Bearer {GOTOSOCIAL_TOKEN}"}
    async with httpx.AsyncClient(base_url=GOTOSOCIAL, headers=headers, timeout=30) as client:
        await source.open()
        yield source, client, tag
        await source.close()


async def write(client: httpx.AsyncClient, words: str, **more: Any) -> Any:
    answer = await client.post("/api/v1/statuses", json={"status": words, **more})
    answer.raise_for_status()
    return answer.json()


@gotosocial
async def test_an_evening_on_gotosocial() -> None:
    async with on_gotosocial() as (source, client, tag):
        assert await all_of(source.since(ago(hours=1))) == []
        question = await write(client, f"Q1 Why? #{tag}", visibility="public")
        await write(client, f"Among us #{tag}", visibility="public", local_only=True)
        (asked,) = await all_of(source.since(ago(hours=1)))
        assert asked.text == f"Q1 Why? #{tag}"
        await write(
            client, f"A1 Because #{tag}", in_reply_to_id=question["id"], visibility="public"
        )
        await write(client, "And so on", in_reply_to_id=question["id"], visibility="public")
        held = Holding([asked], asked.id.removeprefix("mastodon:"))
        found = {post.text: post.found_by for post in await all_of(source.replies(held))}
        assert found == {f"A1 Because #{tag}": "", "And so on": "reply"}
        assert await all_of(source.recheck([asked])) == []
        assert source.recheck_at_once == 3
        await client.put(f"/api/v1/statuses/{question['id']}", json={"status": f"Q1 How? #{tag}"})
        (edited,) = await all_of(source.recheck([asked]))
        assert edited.text == f"Q1 How? #{tag}"
        await client.delete(f"/api/v1/statuses/{question['id']}")
        (gone,) = await all_of(source.recheck([asked]))
        assert gone.why == "gone"


@gotosocial
async def test_gotosocial_opens_a_stream_of_a_hashtag_and_says_nothing() -> None:
    """Where this fails, GoToSocial has learnt it, and `streaming.py` is to listen to it."""
    async with on_gotosocial() as (source, client, tag):
        http = HttpClients(NetSettings(), LiveClock())
        async with open_socket(
            http, source.client.base, GOTOSOCIAL_TOKEN, source.client.host, [tag]
        ) as socket:
            number = (await write(client, f"One #{tag}", visibility="public"))["id"]
            assert len(await all_of(source.since(ago(hours=1)))) == 1
            await client.put(f"/api/v1/statuses/{number}", json={"status": f"Ein #{tag}"})
            await client.delete(f"/api/v1/statuses/{number}")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(3):
                    await socket.recv()
        # So it is neither opened nor counted.
        with pytest.raises(NoStream, match="runs GoToSocial"):
            await all_of(source.stream(lambda: None))


@gotosocial
async def test_what_gotosocial_shows_to_whom() -> None:
    """The stand-in shows the same: see `Faults.gotosocial`."""
    async with on_gotosocial() as (source, client, tag):
        await write(client, f"Public #{tag}", visibility="public")
        await write(client, f"Unlisted #{tag}", visibility="unlisted")
        assert [post.text for post in await all_of(source.since(ago(hours=1)))] == [
            f"Public #{tag}"
        ]
        for token in (None, "made-up"):
            http = HttpClients(NetSettings(), LiveClock())
            other = MastodonSource(http, GOTOSOCIAL, [tag], token)
            await other.open()
            assert other.client.is_gotosocial
            with pytest.raises(Refused, match=r"add a (new one|token)"):
                await all_of(other.since(ago(hours=1)))
            await other.close()


@gotosocial
async def test_what_gotosocial_answers_beside() -> None:
    async with on_gotosocial() as (_, client, tag):
        several = await client.get("/api/v1/statuses", params={"id[]": "01"})
        assert (several.status_code, several.headers["Content-Type"]) == (405, "text/plain")
        sse = await client.get("/api/v1/streaming/hashtag", params={"tag": tag})
        assert (sse.status_code, sse.json()) == (404, {"error": "Not Found"})
        unused = await client.get(f"/api/v1/timelines/tag/{tag}")
        assert unused.status_code == 404 and "tag was not found" in unused.json()["error"]
        assert unused.headers["X-RateLimit-Limit"] == "300"
        assert unused.headers["X-RateLimit-Reset"].endswith("Z")
        nobody = {"Authorization": ""}
        hidden = await client.get(f"/api/v1/timelines/tag/{tag}", headers=nobody)
        assert hidden.status_code == 401
        node = (await client.get("/nodeinfo/2.0", headers=nobody)).json()
        assert node["software"]["name"] == "gotosocial"
        instance = (await client.get("/api/v2/instance", headers=nobody)).json()
        assert "gotosocial" in instance["source_url"]

"""X's own simulator of API v2 on loopback (xdevplatform/playground).

Some seconds, and skipped unless ``TARTANTM_TEST_X_PLAYGROUND`` names a folder with its program and
X's description; ../README.md says how. Where it answers as X does not, a test says so, and the
stand-in can do the same: `tests.networks.x.faults.Faults.playground`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tartantm.core.events import Deleted, Filled
from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Limited
from tartantm.networks.x.source import XSource
from tartantm.settings.config import NetSettings
from tests.networks.x.listener import TAG, Chat, Running, ago, heard_of, until

FOLDER = os.environ.get("TARTANTM_TEST_X_PLAYGROUND", "")

pytestmark = pytest.mark.skipif(not FOLDER, reason="TARTANTM_TEST_X_PLAYGROUND is not set")

QUERY = "(#tartantm) -is:retweet"
"""Its search looks for a query's own characters in posts, so a post that has them is found."""

TRUE = "true"
"""It takes a group in a rule that holds for this word, and looks for it in the post."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


AS_SOMEBODY = {"X-Auth-Method": "oauth2user"}
"""An app alone may not post."""


class Playground:
    """Its process, on one port, with what it keeps over restarts."""

    def __init__(self, home: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._home = home
        self._process: asyncio.subprocess.Process | None = None
        headers = {"Authorization": "Bearer made-up"}
        self.client = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30)

    async def start(self) -> None:
        address = ("--host", "127.0.0.1", "--port", self.url.rpartition(":")[2])
        self._process = await asyncio.create_subprocess_exec(
            *(Path(FOLDER, "playground"), "start", *address),
            env=os.environ | {"HOME": str(self._home)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(20):
            while True:
                try:
                    await self.client.get("/health")
                    return
                except httpx.TransportError:
                    await asyncio.sleep(0.1)

    async def kill(self) -> None:
        assert self._process is not None
        await self.client.post("/state/save")
        self._process.kill()
        await self._process.wait()

    async def set(self, **config: Any) -> None:
        (await self.client.post("/config/update", json=config)).raise_for_status()

    async def post(self, text: str, **more: Any) -> str:
        given = {"text": text, **more}
        answer = await self.client.post("/2/tweets", json=given, headers=AS_SOMEBODY)
        answer.raise_for_status()
        return str(answer.json()["data"]["id"])

    async def delete(self, post_id: str) -> None:
        answer = await self.client.delete(f"/2/tweets/{post_id}", headers=AS_SOMEBODY)
        answer.raise_for_status()

    async def rules(self) -> list[dict[str, Any]]:
        answer = await self.client.get("/2/tweets/search/stream/rules")
        rules: list[dict[str, Any]] = answer.json()["data"]
        return rules


@asynccontextmanager
async def begun(home: Path) -> AsyncIterator[Playground]:
    shutil.copyfile(Path(FOLDER, "openapi.json"), home / ".playground-openapi-cache.json")
    made = Playground(home)
    await made.start()
    try:
        yield made
    finally:
        await made.kill()
        await made.client.aclose()


def source_of(playground: Playground, tag: str = TAG) -> XSource:
    http = HttpClients(NetSettings(), LiveClock())
    return XSource(http, "made-up", ["tartantm"], tag, base=playground.url)


@asynccontextmanager
async def following(playground: Playground, tag: str = TAG) -> AsyncIterator[Running]:
    run = Running(source_of(playground, tag), Chat(), ago(minutes=5))
    try:
        await until(lambda: run.health.state == "stream", 30)
        yield run
    finally:
        await run.stop()


async def test_posts_come_by_its_stream(tmp_path: Path) -> None:
    """Replies and quotes too, but it takes no note of what they answer or quote."""
    async with begun(tmp_path) as playground:
        async with following(playground) as run:
            asked = await playground.post(f"Q1 Is it {TRUE}? #tartantm")
            await playground.post(f"{TRUE} of no chat")
            reply = {"in_reply_to_tweet_id": asked}
            answer = await playground.post(f"A1 é🏴 {TRUE} #TartanTM", reply=reply)
            await until(lambda: run.chat.ids() == {asked, answer}, 15)
            posts = {post.id[2:]: post for post in run.chat.of_source("x")}
            assert posts[answer].text == f"A1 é🏴 {TRUE} #TartanTM"
            assert posts[answer].hashtags == ("TartanTM",)
            assert posts[answer].author.handle and not run.source.damaged
            (rule,) = await playground.rules()
            assert (rule["value"], rule["tag"]) == (QUERY, TAG)
        # It deletes no rules: it answers 200, with an error in the body.
        assert await playground.rules() == [rule]


async def test_a_kill_and_what_was_said_meanwhile(tmp_path: Path) -> None:
    async with begun(tmp_path) as playground:
        early = await playground.post(f"A1 {QUERY}")
        async with following(playground) as run:
            await until(lambda: run.chat.ids() == {early}, 15)
            await playground.kill()
            await until(lambda: run.health.state == "unreachable", 15)
            await playground.start()
            missed = await playground.post(f"A2 {QUERY}")
            await until(lambda: run.health.state == "stream", 30)
            await until(lambda: missed in run.chat.ids(), 15)
            after = await playground.post(f"A3 {TRUE} #tartantm")
            await until(lambda: after in run.chat.ids(), 15)
            assert len(run.chat.of_source("x")) == 3
            filled = [event.by for event in run.chat.events if isinstance(event, Filled)]
            assert filled == ["search", "search"]


async def test_its_streams_end_when_somebody_has_them_ended(tmp_path: Path) -> None:
    async with begun(tmp_path) as playground, following(playground) as run:
        await playground.client.delete("/2/connections/all")
        await until(lambda: run.health.state != "stream", 15)
        await until(lambda: run.health.state == "stream", 30)


async def test_two_chats_with_one_rule_and_two_streams(tmp_path: Path) -> None:
    """X itself refuses the second stream of an app."""
    async with (
        begun(tmp_path) as playground,
        following(playground) as first,
        following(playground, "another") as second,
    ):
        said = await playground.post(f"A1 {TRUE} #tartantm")
        await until(lambda: first.chat.ids() == {said} == second.chat.ids(), 15)
        assert len(await playground.rules()) == 1


async def test_pages_of_search_that_follow_each_other_for_ever(tmp_path: Path) -> None:
    """It has a next page whenever one is full, and shows some hundred of its posts again."""
    async with begun(tmp_path) as playground:
        posted = {await playground.post(f"A{n} {QUERY}") for n in range(105)}
        source = source_of(playground)
        found = {item.id[2:] for item in await heard_of(source.since(ago(minutes=5)))}
        assert len(found) >= 100 and found <= posted
        await source.close()


async def test_a_limit_that_is_reached(tmp_path: Path) -> None:
    async with begun(tmp_path) as playground:
        override = {"GET:/2/tweets/search/recent": {"limit": 1, "window_sec": 900}}
        await playground.set(rate_limit={"enabled": True, "endpoint_overrides": override})
        source = source_of(playground)
        await heard_of(source.since(ago(minutes=5)))
        with pytest.raises(Limited, match="X asks to wait") as caught:
            await heard_of(source.since(ago(minutes=5)))
        assert 60 < caught.value.seconds <= 901
        await source.close()


async def test_looking_at_posts_again(tmp_path: Path) -> None:
    """It says nothing at all of posts that are gone, which proves nothing."""
    async with begun(tmp_path) as playground, following(playground) as run:
        kept = await playground.post(f"A1 {TRUE} #tartantm")
        gone = await playground.post(f"A2 {TRUE} #tartantm")
        await until(lambda: run.chat.ids() == {kept, gone}, 15)
        await playground.delete(gone)
        again = await heard_of(run.source.recheck(run.chat.of_source("x")))
        assert [item.id[2:] for item in again if isinstance(item, Post)] == [kept]
        assert not [item for item in again if isinstance(item, Deleted)]


async def test_what_doctor_says(tmp_path: Path) -> None:
    async with begun(tmp_path) as playground:
        source = source_of(playground)
        words = [finding.words async for finding in source.diagnose()]
        assert words[0] == "X accepts the token, with 0 of its 2500000 rules in use."
        await source.close()

"""Bluesky's own servers on loopback (@atproto/dev-env): PDS, AppView with search, and accounts.

Slow, and skipped unless ``TARTANTM_TEST_ATPROTO`` names a folder in which npm has put
``@atproto/dev-env``; README.md beside this says how.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tartantm.capture.source_runner import OVERLAP
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.bluesky import replay as bluesky_replay
from tartantm.networks.bluesky import source as bluesky
from tartantm.networks.bluesky.source import Account, BlueskySource
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.settings.config import NetSettings
from tests.networks.bluesky.following import following, texts, until

FOLDER = os.environ.get("TARTANTM_TEST_ATPROTO", "")

pytestmark = pytest.mark.skipif(not FOLDER, reason="TARTANTM_TEST_ATPROTO is not set")

SCRIPT = Path(__file__).with_name("atproto_network.mjs")
PASSWORD = "made-up-pass-word"


class Person:
    """Somebody with an account on the real PDS."""

    def __init__(self, client: httpx.AsyncClient, told: dict[str, Any]) -> None:
        self.did, self.handle = told["did"], told["handle"]
        self._client = client
        self._headers = {"Authorization": f"Bearer {told['accessJwt']}"}

    async def call(self, method: str, **body: Any) -> dict[str, Any]:
        path = f"/xrpc/com.atproto.repo.{method}"
        given = {"repo": self.did, "collection": "app.bsky.feed.post", **body}
        answer = await self._client.post(path, json=given, headers=self._headers)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    async def post(self, text: str, **more: Any) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": now, **more}
        return await self.call("createRecord", record=record)


@asynccontextmanager
async def network() -> AsyncIterator[dict[str, str]]:
    """The whole network, gone again when its standard input closes."""
    shutil.copy(SCRIPT, FOLDER)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", SCRIPT.name, cwd=FOLDER, stdin=pipe, stdout=pipe
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        async with asyncio.timeout(90):
            while not (line := await process.stdout.readline()).startswith(b'{"pds"'):
                assert line, "the network did not start"
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def person(client: httpx.AsyncClient, name: str) -> Person:
    given = {"handle": f"{name}.test", "email": f"{name}@example.test", "password": PASSWORD}
    answer = await client.post("/xrpc/com.atproto.server.createAccount", json=given)
    answer.raise_for_status()
    return Person(client, answer.json())


async def test_a_chat_on_real_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with network() as found, httpx.AsyncClient(base_url=found["pds"], timeout=30) as client:
        isla, calum = await person(client, "isla"), await person(client, "calum")

        def source(**more: Any) -> BlueskySource:
            http = HttpClients(NetSettings(), LiveClock())
            return BlueskySource(http, ["tartantm"], jetstream=found["jetstream"], **more)

        early = await isla.post("Q1 Who reads it? #tartantm")
        stranger = await calum.post("of no chat at all")
        heard = source(service=found["appview"])
        async with following(tmp_path / "a.tartantm", heard) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream", 30)
            reference = {"uri": early["uri"], "cid": early["cid"]}
            await calum.post("Nobody does.", reply={"root": reference, "parent": reference})
            await calum.post("Say so beside it", tags=["tartantm"])
            gone = await isla.post("I take it back 🙂 #tartantm")
            await until(lambda: len(chat.entries) == 4, 30)
            await isla.call("deleteRecord", rkey=gone["uri"].rpartition("/")[2])
            await until(lambda: len(texts(chat)) == 3, 30)
            posts = [entry.post for entry in chat.entries.values()]
        assert texts(chat) == ["Nobody does.", "Q1 Who reads it? #tartantm", "Say so beside it"]
        kept = [entry.post for entry in chat.entries.values() if not entry.deleted_at]
        assert {post.author.handle for post in kept} == {"isla.test", "calum.test"}
        assert {post.id for post in posts if post.found_by == "reply"} != set()
        assert stranger["uri"] not in {post.id for post in posts}

        # A long gap: everything by the account's search, through the PDS.
        monkeypatch.setattr(bluesky, "REPLAYED", bluesky.REPLAYED * 0)
        for module in ("source", "recheck"):
            monkeypatch.setattr(f"tartantm.networks.bluesky.{module}.INDEXED", timedelta())
        monkeypatch.setattr("tartantm.networks.bluesky.gap.REWIND", timedelta())
        monkeypatch.setattr(bluesky_replay, "QUIET_SECONDS", 0.5)
        searching = source(service=found["pds"], account=Account("calum.test", PASSWORD))
        begin = min(post.created_at for post in posts) - OVERLAP
        batches = [batch async for batch in searching.since(begin)]
        again = {item.text for batch in batches for item in batch if isinstance(item, Post)}
        assert searching.gap_filler == "search"
        # Its search is a plain look for words: no other case, and no tags beside them.
        assert again >= {"Q1 Who reads it? #tartantm", "Nobody does."}

        findings = [finding async for finding in searching.diagnose()]
        assert "bad" not in {finding.level for finding in findings}, findings
        checked = [item async for batch in searching.recheck(posts) for item in batch]
        assert [item.posts for item in checked if isinstance(item, Deleted)] == [
            (f"bluesky:{gone['uri']}",)
        ]
        await searching.close()

"""Bluesky's own servers on loopback (@atproto/dev-env): PDS, AppView with search, and accounts.

Slow, and skipped unless ``TARTANTM_TEST_ATPROTO`` names a folder in which npm has put
``@atproto/dev-env``; ../README.md says how.
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
from tartantm.core.events import Deleted, Filled
from tartantm.core.post import Post
from tartantm.networks.bluesky import source as bluesky
from tartantm.networks.bluesky.source import Account, BlueskySource
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.settings.config import NetSettings
from tartantm.store.journal import Journal
from tests.networks.bluesky.following import Holding, following, texts, until

FOLDER = os.environ.get("TARTANTM_TEST_ATPROTO", "")

pytestmark = pytest.mark.skipif(not FOLDER, reason="TARTANTM_TEST_ATPROTO is not set")

SCRIPT = Path(__file__).with_name("atproto_network.mjs")
PASSWORD = "made-up-pass-word"
SECONDS = 40.0
"""How long the AppView may take to know what a PDS knows."""


class Person:
    """Somebody with an account on the real PDS."""

    def __init__(self, client: httpx.AsyncClient, told: dict[str, Any]) -> None:
        self.did, self.handle = told["did"], told["handle"]
        self._client = client
        self._headers = {"Authorization": f"Bearer {told['accessJwt']}"}

    async def call(self, method: str, **given: Any) -> dict[str, Any]:
        path = f"/xrpc/com.atproto.{method}"
        answer = await self._client.post(path, json=given, headers=self._headers)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    async def record(self, method: str, **given: Any) -> dict[str, Any]:
        given = {"repo": self.did, "collection": "app.bsky.feed.post", **given}
        return await self.call(f"repo.{method}", **given)

    async def post(self, text: str, **more: Any) -> dict[str, Any]:
        return await self.record("createRecord", record=_record(text, **more))

    async def edit(self, post: dict[str, Any], text: str) -> None:
        await self.record("putRecord", rkey=_key(post), record=_record(text))

    async def delete(self, post: dict[str, Any]) -> None:
        await self.record("deleteRecord", rkey=_key(post))


def _record(text: str, **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": now, **more}


def _key(post: dict[str, Any]) -> str:
    return str(post["uri"]).rpartition("/")[2]


def reply(post: dict[str, Any]) -> dict[str, Any]:
    """What makes a record a reply to a post that begins a thread."""
    reference = {"uri": post["uri"], "cid": post["cid"]}
    return {"reply": {"root": reference, "parent": reference}}


class Network:
    """A PDS with its accounts, an AppView, and a Jetstream that can be gone for a while."""

    def __init__(self, process: asyncio.subprocess.Process, told: dict[str, str]) -> None:
        self.pds, self.appview, self.jetstream = told["pds"], told["appview"], told["jetstream"]
        self.client = httpx.AsyncClient(base_url=self.pds, timeout=30)
        self._process = process

    async def jetstream_is(self, where: str) -> None:
        """``away`` or ``back``."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{where}\n".encode())
        while line := await self._process.stdout.readline():
            if line.strip() == where.encode():
                return
        raise AssertionError("the network is gone")

    async def person(self, name: str) -> Person:
        given = {"handle": f"{name}.test", "email": f"{name}@example.test", "password": PASSWORD}
        path = "/xrpc/com.atproto.server.createAccount"
        answer = await self.client.post(path, json=given)
        answer.raise_for_status()
        return Person(self.client, answer.json())

    def source(self, **more: Any) -> BlueskySource:
        http = HttpClients(NetSettings(), LiveClock())
        more = {"service": self.appview} | more
        return BlueskySource(http, ["tartantm"], jetstream=self.jetstream, **more)


@asynccontextmanager
async def network() -> AsyncIterator[Network]:
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
        found = Network(process, json.loads(line))
        async with found.client:
            yield found
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def items(batches: AsyncIterator[list[Any]]) -> list[Any]:
    return [item async for batch in batches for item in batch]


async def test_a_chat_on_real_servers(tmp_path: Path) -> None:
    async with network() as real:
        isla, calum = await real.person("isla"), await real.person("calum")
        early = await isla.post("Q1 Who reads it? #tartantm")
        stranger = await calum.post("of no chat at all")
        async with following(tmp_path / "a.tartantm", real.source()) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream", 30)
            await calum.post("Nobody does.", **reply(early))
            edited = await calum.post("Said so beside it", tags=["tartantm"])
            gone = await isla.post("I take it back 🙂 #tartantm")
            await until(lambda: len(chat.entries) == 4, 30)
            await isla.delete(gone)
            await calum.edit(edited, "Say so #tartantm")
            wanted = ["Nobody does.", "Q1 Who reads it? #tartantm", "Say so #tartantm"]
            await until(lambda: texts(chat) == wanted, 30)
            posts = [entry.post for entry in chat.entries.values() if not entry.deleted_at]
            assert {post.author.handle for post in posts} == {"isla.test", "calum.test"}
            assert {post.found_by for post in posts} == {"", "reply"}
            assert stranger["uri"] not in str(posts)
            # A new handle, and an account that is left.
            await calum.call("identity.updateHandle", handle="calum-elsewhere.test")
            await calum.post("A1 Me again #tartantm")
            await until(lambda: len(texts(chat)) == 4, 30)
            (again,) = [e.post for e in chat.entries.values() if "Me again" in e.post.text]
            assert again.author.handle == "calum-elsewhere.test"
            await calum.call("server.deactivateAccount")
            await until(lambda: texts(chat) == ["Q1 Who reads it? #tartantm"], 30)
        assert not followed.sources[0].damaged


async def test_a_gap_is_replayed_with_its_edits_and_deletions(tmp_path: Path) -> None:
    async with network() as real:
        isla = await real.person("isla")
        question = await isla.post("Q1 Who reads it? #tartantm")
        gone = await isla.post("I take it back #tartantm")
        edited = await isla.post("In old words #tartantm")
        path = tmp_path / "a.tartantm"
        async with following(path, real.source()) as followed:
            chat = followed.session.chat
            await until(lambda: len(texts(chat)) == 3, 30)
            await until(lambda: followed.health[0].state == "stream", 30)
            await real.jetstream_is("away")
            await until(lambda: followed.health[0].state != "stream", 30)
            await isla.post("Meanwhile #tartantm")
            await isla.post("Nobody", **reply(question))
            unseen = await isla.post("Never to be seen #tartantm")
            await isla.delete(unseen)
            await isla.delete(gone)
            await isla.edit(edited, "In new words #tartantm")
            await real.jetstream_is("back")
            wanted = ["In new words #tartantm", "Meanwhile #tartantm", "Nobody"]
            wanted.append("Q1 Who reads it? #tartantm")
            await until(lambda: followed.health[0].state == "stream", 90)
            await until(lambda: texts(chat) == wanted, 30)
        with Journal(path) as journal:
            filled = [e.event for e in journal.since(0) if isinstance(e.event, Filled)]
        # While Jetstream is away, posts come by search.
        assert {(event.by, event.why) for event in filled} <= {("replay", ""), ("search", "")}


async def test_a_long_gap_is_searched_and_what_is_missing_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky, "REPLAYED", timedelta())
    for module in ("source", "recheck"):
        monkeypatch.setattr(f"tartantm.networks.bluesky.{module}.INDEXED", timedelta())
    monkeypatch.setattr("tartantm.networks.bluesky.gap.REWIND", timedelta())
    async with network() as real:
        isla, calum = await real.person("isla"), await real.person("calum")
        question = await isla.post("Q1 Who reads it? #tartantm")
        gone = await isla.post("I take it back #tartantm")
        await calum.post("Nobody does.", **reply(question))
        await calum.post("Beside its words", tags=["tartantm"])
        account = Account("calum.test", PASSWORD)
        searching = real.source(service=real.pds, account=account)
        begin = datetime.now(UTC) - OVERLAP * 4
        found: dict[str, Post] = {}

        async def search_until(*wanted: str) -> None:
            async with asyncio.timeout(SECONDS):
                while not {*wanted} <= {post.text for post in found.values()}:
                    heard = await items(searching.since(begin))
                    found.update({item.id: item for item in heard if isinstance(item, Post)})
                    await asyncio.sleep(0.5)

        # Its search is a plain look for words: it finds no tags beside them.
        await search_until("Q1 Who reads it? #tartantm", "I take it back #tartantm", "Nobody does.")
        assert searching.gap_filler == "search"
        searching.held = Holding(*found.values())
        await isla.delete(gone)
        checked: list[Any] = []
        async with asyncio.timeout(SECONDS):
            while not [item for item in checked if isinstance(item, Deleted)]:
                checked = await items(searching.recheck([*found.values()]))
                await asyncio.sleep(0.5)
        assert [item.posts for item in checked] == [(f"bluesky:{gone['uri']}",)]
        findings = [finding async for finding in searching.diagnose()]
        assert "bad" not in {finding.level for finding in findings}, findings
        await searching.close()

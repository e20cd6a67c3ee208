"""The stand-in answers as real servers did, where recordings of them are at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.mastodon.websocket import event_of
from tests.networks.mastodon.listening import Listening, source_of
from tests.networks.mastodon.server import TOKEN, MastodonServer

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "payloads" / "mastodon"

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not at hand")


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def cassettes() -> Iterator[dict[str, Any]]:
    """What a real Mastodon answered."""
    text = (RECORDED / "mastodonpy-cassettes.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        answer = json.loads(line)
        answer["headers"] = {name.lower(): value for name, value in answer["headers"].items()}
        yield answer


async def get(server: MastodonServer, path: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as client:
        return await client.get(path)


async def test_a_status_has_the_fields_of_a_real_one() -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        (ours,) = (await get(server, "/api/v1/timelines/tag/tartantm")).json()
    (real,) = recorded("gotosocial-tag.json")
    assert ours.keys() <= real.keys()
    assert ours["account"].keys() - {"uri"} <= real["account"].keys()
    assert ours["tags"][0].keys() <= real["tags"][0].keys()
    same = {name for name in ours if type(ours[name]) is not type(real[name])}
    assert not same


async def test_refusals_are_worded_as_real_ones() -> None:
    real = {
        (each["status"], each["body"]["error"])
        for each in cassettes()
        if each["status"] >= 400 and isinstance(each["body"], dict)
    }
    async with MastodonServer() as server:
        gone = await get(server, "/api/v1/statuses/1")
    assert (gone.status_code, gone.json()["error"]) in real


async def test_limits_are_told_as_by_real_servers() -> None:
    real = {name for each in cassettes() for name in each["headers"] if "ratelimit" in name}
    async with MastodonServer() as server:
        server.faults.allowed = 300
        answer = await get(server, "/api/v1/timelines/tag/tartantm")
    ours = {name.lower() for name in answer.headers if "ratelimit" in name.lower()}
    assert ours == real
    (reset, *_) = next(
        each["headers"]["x-ratelimit-reset"]
        for each in cassettes()
        if "x-ratelimit-reset" in each["headers"]
    )
    form = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
    assert form.fullmatch(reset) and form.fullmatch(answer.headers["X-RateLimit-Reset"])


async def test_messages_of_a_websocket_are_as_gotosocial_sends_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = [each["msg"] for each in recorded("gotosocial-ws.json")]
    said: list[str] = []
    async with MastodonServer() as server:
        server.faults.sse = False
        send = server.send

        def note(tag: str, message: str) -> None:
            said.append(message)
            send(tag, message)

        monkeypatch.setattr(server, "send", note)
        source = source_of(server)
        async with Listening(source, server) as listening:
            server.delete(server.post("One #tartantm"))
            await listening.until(lambda: len(listening.heard) == 2)
        ours = [json.loads(each) for each in said]
    assert {each["event"] for each in ours} == {each["event"] for each in real}
    for each in ours:
        (like, *_) = [one for one in real if one["event"] == each["event"]]
        assert each.keys() == like.keys()
        assert type(each["payload"]) is type(like["payload"])


async def test_what_gotosocial_sent_is_heard_but_for_streams_that_were_not_asked_for() -> None:
    async with MastodonServer() as server:
        source = source_of(server, "chattest")
        for each in recorded("gotosocial-ws.json"):
            message = each["msg"]
            assert event_of(json.dumps(message).encode(), "host") is None
            message["stream"] = ["hashtag", "chattest"]
            event = event_of(json.dumps(message).encode(), "host")
            assert event is not None
            (heard,) = source._event(event)
            assert isinstance(heard, Post if message["event"] == "update" else Deleted)
        assert source.damaged == 0
        await source.close()

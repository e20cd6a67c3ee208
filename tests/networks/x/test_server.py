"""The stand-in for X speaks as X's own description says, and does wrong what it is told to."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.networks.x.server import XServer

OPENAPI = (
    Path(__file__).parents[4] / "shared/data/payloads/x/openapi/x-openapi-2.166-2026-07-06.json"
)

described = pytest.mark.skipif(not OPENAPI.is_file(), reason="X's description is not at hand")

RULE = {"value": "(#tartantm) -is:retweet", "tag": "evening"}


def client(server: XServer) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {server.token}"}
    return httpx.AsyncClient(base_url=f"{server.url}/2", headers=headers, timeout=5)


def check(value: Any, schema: str) -> None:
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    wanted = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    jsonschema.validate(value, wanted)


async def next_line(server: XServer) -> Any:
    """The first line that a new stream brings."""
    async with client(server) as x, x.stream("GET", "/tweets/search/stream") as response:
        return json.loads(await anext(line async for line in response.aiter_lines() if line))


async def streaming(server: XServer) -> asyncio.Task[Any]:
    """A stream that stands, by our rule."""
    async with client(server) as x:
        await x.post("/tweets/search/stream/rules", json={"add": [RULE]})
    task = asyncio.create_task(next_line(server))
    async with asyncio.timeout(5):
        while not server.streams:
            await asyncio.sleep(0.01)
    return task


@described
async def test_answers_are_as_x_describes_them() -> None:
    async with XServer() as server, client(server) as x:
        first = server.post("A1 Words #tartantm")
        server.post("No, these", "calum_sample", reply_to=first)
        last = server.edit(first, "A1 Better words #tartantm")
        server.post("#tartantm look", quote_of=last)
        made = (await x.post("/tweets/search/stream/rules", json={"add": [RULE]})).json()
        check(made, "AddOrDeleteRulesResponse")
        again = (await x.post("/tweets/search/stream/rules", json={"add": [RULE]})).json()
        assert again["errors"]
        check(again, "AddOrDeleteRulesResponse")
        check((await x.get("/tweets/search/stream/rules")).json(), "RulesLookupResponse")
        counts = (await x.get("/tweets/search/stream/rules/counts")).json()
        check(counts, "Get2TweetsSearchStreamRulesCountsResponse")
        found = (await x.get("/tweets/search/recent", params={"query": RULE["value"]})).json()
        assert len(found["data"]) == 2
        check(found, "Get2TweetsSearchRecentResponse")
        none = (await x.get("/tweets/search/recent", params={"query": "#other"})).json()
        check(none, "Get2TweetsSearchRecentResponse")
        looked = (await x.get("/tweets", params={"ids": f"{first},7"})).json()
        assert looked["data"] and looked["errors"]
        check(looked, "Get2TweetsResponse")
        check((await x.delete("/connections/all")).json(), "KillAllConnectionsResponse")
        gone = {"delete": {"ids": [made["data"][0]["id"]]}}
        deleted = (await x.post("/tweets/search/stream/rules", json=gone)).json()
        check(deleted, "AddOrDeleteRulesResponse")


@described
async def test_stream_lines_are_as_x_describes_them() -> None:
    async with XServer() as server:
        coming = await streaming(server)
        asked = server.post("Not this one")
        answer = server.post("A1 Words #tartantm", reply_to=asked)
        line = await asyncio.wait_for(coming, 5)
        check(line, "FilteredStreamingTweetResponse")
        assert line["data"]["id"] == answer
        assert line["matching_rules"][0]["tag"] == "evening"


@described
@pytest.mark.parametrize(
    "kind",
    ["rate limit", "connections", "usage cap", "credits", "token", "forbidden", "no rules"],
)
async def test_problems_are_as_x_describes_them(kind: str) -> None:
    async with XServer() as server, client(server) as x:
        server.faults.next["search"] = [kind]
        answer = await x.get("/tweets/search/recent", params={"query": "#tartantm"})
        assert answer.status_code in (401, 402, 403, 409, 429)
        check(answer.json(), "Problem")
        assert (await x.get("/tweets/search/recent", params={"query": "#a"})).status_code == 200


async def test_search_goes_by_pages_and_knows_no_more_than_seven_days() -> None:
    async with XServer() as server, client(server) as x:
        ids = [server.post(f"A{n} #tartantm") for n in range(25)]
        params = {"query": RULE["value"], "max_results": "10"}
        found: list[str] = []
        while True:
            page = (await x.get("/tweets/search/recent", params=params)).json()
            found += [post["id"] for post in page["data"]]
            if "next_token" not in page["meta"]:
                break
            params["next_token"] = page["meta"]["next_token"]
        assert found == ids[::-1]
        old = server.posts.now() - timedelta(days=7, minutes=1)
        params["start_time"] = f"{old:%Y-%m-%dT%H:%M:%SZ}"
        assert (await x.get("/tweets/search/recent", params=params)).status_code == 400


async def test_killed_and_started_again_it_has_its_port_and_its_posts() -> None:
    async with XServer() as server:
        server.post("A1 Words #tartantm")
        waiting = await streaming(server)
        await server.stop()
        with pytest.raises(httpx.HTTPError):
            await waiting
        async with client(server) as x:
            with pytest.raises(httpx.ConnectError):
                await x.get("/tweets/search/recent", params={"query": "#tartantm"})
            await server.start()
            found = await x.get("/tweets/search/recent", params={"query": "#tartantm"})
            assert len(found.json()["data"]) == 1


def test_by_hand_it_takes_posts_by_lines_and_keeps_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.networks.x.server", "--keep", str(tmp_path / "kept")]
    root = Path(__file__).parents[3]
    pipe = subprocess.PIPE
    for count in (1, 2):
        with subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=root, encoding="utf-8"
        ) as process:
            assert process.stdin and process.stdout and process.stderr
            url = process.stderr.readline().strip()
            process.stdin.write('{"text": "A1 Words #tartantm", "author": "calum_sample"}\n')
            process.stdin.flush()
            assert process.stdout.readline().strip().isdigit()
            headers = {"Authorization": "Bearer made-up-token"}
            query = {"query": RULE["value"]}
            answer = httpx.get(f"{url}/2/tweets/search/recent", params=query, headers=headers)
            process.kill()
        assert len(answer.json()["data"]) == count

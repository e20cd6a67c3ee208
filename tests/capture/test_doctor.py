"""A trial runs the real source against the stand-ins, says what came of it, and leaves nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from tartantm.capture import doctor
from tartantm.capture.doctor import Trial, check_others
from tartantm.capture.registry import NamedSource, SourceRegistry
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.protocol import Advised, Finding, introduced, not_accepted
from tartantm.settings.config import BlueskySettings, Config, NetSettings, XSettings
from tartantm.settings.credentials import NamedBy
from tartantm.settings.paths import capture_lock
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.xrpc import HANDLE, PASSWORD
from tests.networks.command_line import hurry
from tests.networks.feed.server import FeedServer
from tests.networks.mastodon.server import TOKEN, MastodonServer
from tests.networks.x.server import XServer

HTML = {"Content-Type": "text/html"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    monkeypatch.setenv("TARTANTM_X_TOKEN", "made-up-token")
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", TOKEN)


async def tried(name: str, config: Config | None = None, *tags: str) -> list[Finding]:
    http = HttpClients(NetSettings(), LiveClock())
    registry = SourceRegistry(config or Config(), http, tags or ("tartantm",), "t", is_trial=True)
    named = NamedSource(name, NamedBy.USER)
    trial = Trial(registry.live(named), http.clock, registry.trial_span(named), registry.hashtags)
    async with asyncio.timeout(60):
        return await trial.findings()


def words(found: list[Finding], level: str = "") -> str:
    return "\n".join(each.words for each in found if not level or each.level == level)


async def test_mastodon_where_all_is_well(home: Path) -> None:
    async with MastodonServer() as server:
        question = server.post("Q1 #tartantm")
        server.post("Yes", reply_to=question)
        found = await tried(f"mastodon:{server.url}")
        assert {each.level for each in found} == {"good"}, found
        posts = "1 post with #tartantm of the last 24 hours"
        for said in ("heard by its stream", posts, "asked for again"):
            assert said in words(found)
        assert server.listeners == 0
    assert not list(home.rglob("*.tartantm"))


def test_the_same_advice_comes_once_where_it_is_worst() -> None:
    why = not_accepted("a.example does not accept the token", "mastodon:a.example", "")
    lanes = Finding("doubtful", introduced("Replies cannot be looked for", why))
    other = Finding("doubtful", Advised("It is away", "; wait."))
    found = doctor._advised_once([lanes, other, Finding("bad", why), Finding("good", "Fine.")])
    assert [each.words for each in found] == [
        "Replies cannot be looked for: a.example does not accept the token.",
        "It is away; wait.",
        why,
        "Fine.",
    ]


async def test_x_where_all_is_well_and_nothing_is_left() -> None:
    async with XServer() as server:
        server.post("A1 #tartantm")
        found = await tried("x", Config(x=XSettings(url=server.url)))
        assert "bad" not in {each.level for each in found}
        assert "heard by its stream" in words(found)
        assert "1 post with #tartantm of the last 5 min" in words(found)
        assert "This trial cost: 1 post" in words(found)
        async with asyncio.timeout(60):
            while server.routes.rules or server.streams:
                await asyncio.sleep(0.01)  # the server notices a moment later who went


async def test_bluesky_and_a_feed_where_all_is_well() -> None:
    async with BlueskyServer() as sky, FeedServer() as feed:
        settings = BlueskySettings(url=sky.url, jetstream=sky.jetstream)
        found = await tried("bluesky", Config(bluesky=settings))
        assert "heard by its stream" in words(found, "good"), found
        assert "no Bluesky account" in words(found, "doubtful")
        found = await tried(f"feed:{feed.url}")
        assert "It is heard: asked every 60 seconds." in words(found, "good"), found
        assert "No post with #tartantm of the last 7 days" in words(found, "doubtful")


async def test_bluesky_with_an_account_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARTANTM_BLUESKY_TOKEN", f"{HANDLE}:{PASSWORD}")
    async with BlueskyServer() as sky:
        await sky.post("A1 #tartantm")
        settings = BlueskySettings(url=sky.url, jetstream=sky.jetstream)
        found = await tried("bluesky", Config(bluesky=settings))
    assert "1 post with #tartantm of the last 7 days" in words(found, "good"), found
    assert f"@{HANDLE} logs in" in words(found, "good")


async def test_a_fault_of_ours_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MastodonSource, "open", lambda self: 1 / 0)
    found = await tried("mastodon:http://127.0.0.1:9")
    assert "a fault of tartantm; report it" in words(found, "bad")


async def test_a_stream_at_another_host_that_is_blocked() -> None:
    async with MastodonServer() as blocked:
        there = blocked.url
    async with MastodonServer() as server:
        server.instance["configuration"] = {"urls": {"streaming": there.replace("http", "ws")}}
        found = await tried(f"mastodon:{server.url}")
    said = words(found, "doubtful")
    assert "its stream is not heard" in said and there.removeprefix("http://") in said
    assert "asked every 20 seconds" in said and "try another Wi-Fi" in said
    assert not words(found, "bad")


async def test_a_stream_that_opens_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TRIAL_SECONDS", 1.0)
    async with MastodonServer() as server:
        server.faults.heartbeat = False
        found = await tried(f"mastodon:{server.url}")
    assert "A stream opens and sent nothing for 1 seconds" in words(found, "doubtful")


def _down(server: MastodonServer) -> None:
    server.faults.answer("/", (503, {}, b""))


def _page(server: MastodonServer) -> None:
    server.faults.answer("/", (200, HTML, b"<!doctype html>Log in"))


def _damaged(server: MastodonServer) -> None:
    server.faults.answer("/api/v1/timelines", (200, {}, b"[{"))
    server.faults.no_stream()


def _busy(server: MastodonServer) -> None:
    server.faults.answer("/", (429, {"Retry-After": "70"}, {"error": "Slowly"}))


def _members_only(server: MastodonServer) -> None:
    server.faults.answer("/api/v1/timelines", (401, {}, {"error": "Members only"}))
    server.faults.answer("/api/v1/streaming", (401, {}, {"error": "Members only"}))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_down, "maintenance"),
        (_page, "open any web page in a browser"),
        (_damaged, "sent a damaged answer. Try again in a while; where it stays so, use another"),
        (_busy, "seconds and try again"),
        (_members_only, "account add"),
    ],
)
async def test_where_it_is_not_heard(fault: Callable[[MastodonServer], None], said: str) -> None:
    async with MastodonServer() as server:
        fault(server)
        found = await tried(f"mastodon:{server.url}")
    assert said in words(found, "bad"), found


async def test_nobody_there() -> None:
    async with MastodonServer() as server:
        name = f"mastodon:{server.url}"
    (found,) = await tried(name)
    assert found.level == "bad" and "refuses connections" in found.words


@pytest.mark.parametrize("token", ["", "false"])
async def test_tokens(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", token)
    async with MastodonServer() as server:
        server.post("A1 #tartantm")
        found = await tried(f"mastodon:{server.url}")
    said = words(found, "bad" if token else "doubtful")
    assert ("does not accept the token" if token else "There is no token") in said, found
    if token:
        assert "; it comes from the variable TARTANTM_MASTODON_TOKEN: set a new one" in said
    assert "asked every 20 seconds" in words(found)
    assert ("asked every 20 seconds, as there is no token" in words(found)) == (not token)


async def test_a_hashtag_that_nobody_used() -> None:
    async with MastodonServer() as server:
        found = await tried(f"mastodon:{server.url}", None, "tartamtm")
    assert "knows no post with #tartamtm yet" in words(found, "doubtful")
    assert "No post with" not in words(found), "it is said once"


async def test_the_stream_of_another_tartantm_is_left_alone() -> None:
    async with XServer() as server:
        server.most_streams = 0
        found = await tried("x", Config(x=XSettings(url=server.url)))
        assert not server.connects("connections") and not server.routes.rules
    assert "Another tartantm listens to X" in words(found, "doubtful"), found
    assert "asked every 25 seconds" in words(found, "doubtful")


async def test_a_token_that_x_does_not_accept() -> None:
    async with XServer(token="another") as server:
        found = await tried("x", Config(x=XSettings(url=server.url)))
    assert "TARTANTM_X_TOKEN: set a new one there" in words(found, "bad")
    assert "$0.005" in words(found) and "Enterprise" in words(found)


async def test_what_is_cancelled_leaves_nothing() -> None:
    async with XServer() as server:
        trying = asyncio.create_task(tried("x", Config(x=XSettings(url=server.url))))
        async with asyncio.timeout(60):
            while not server.streams:
                await asyncio.sleep(0.01)
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        async with asyncio.timeout(60):
            while server.streams or server.routes.rules:
                await asyncio.sleep(0.01)


def test_others_that_capture(home: Path, tmp_path: Path) -> None:
    assert check_others(["x"]) == []
    with FileLock(capture_lock(tmp_path / "a.tartantm")):
        (found,) = check_others(["mastodon", "x"])
        assert found.level == "doubtful" and "Another tartantm captures now" in found.words
        assert "X gives an app one stream" in found.words
        with FileLock(capture_lock(tmp_path / "b.tartantm")):
            (found,) = check_others(["mastodon"])
        assert "2 other tartantm capture now; networks count" in found.words
        assert "X" not in found.words, "only where X is checked"
    assert check_others(["x"]) == []


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(days=1), "24 hours"),
        (timedelta(days=7), "7 days"),
    ],
)
def test_spans(span: timedelta, said: str) -> None:
    assert doctor._span(span) == said

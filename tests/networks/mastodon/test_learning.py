"""What a server says about itself helps to hear it, and nothing depends on it."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

import pytest

from tartantm.core.events import Deleted
from tartantm.networks.mastodon import learning
from tartantm.networks.protocol import Limited, Lost, Refused
from tests.networks.mastodon.listening import Holding, Listening, ago, all_of, source_of
from tests.networks.mastodon.server import MastodonServer

HTML = {"Content-Type": "text/html"}

BROKEN: list[Any] = [
    (500, {}, b""),
    (429, {"Retry-After": "99999999999"}, {"error": "x"}),
    (503, {"Retry-After": "600"}, b"<html>"),
    (405, {}, b""),
    (404, HTML, b"<html>Not here"),
    (200, {}, [1, 2]),
    (200, {}, b"{"),
    (200, HTML, b"<html>Log in"),
]


@pytest.mark.parametrize("answer", BROKEN)
async def test_a_server_that_does_not_say_what_it_is_is_heard(answer: Any) -> None:
    async with MastodonServer() as server:
        for version in ("v1", "v2"):
            server.faults.answer(f"/api/{version}/instance", answer)
        source = source_of(server)
        async with Listening(source, server) as listening:
            uri = server.post("One #tartantm")
            await listening.until(lambda: bool(listening.heard))
            held = Holding(await all_of(source.since(ago(hours=1))))
            assert len(held.posts) == 1
            # Nothing else waits for that page.
            assert await all_of(source.replies(held)) == []
            server.delete(uri, quiet=True)
            (gone,) = await all_of(source.recheck(held.posts))
            assert isinstance(gone, Deleted)


@pytest.mark.parametrize("answer", BROKEN)
async def test_a_server_that_answers_nothing_else_either_is_not_heard(answer: Any) -> None:
    async with MastodonServer() as server:
        server.faults.answer("/", answer)
        source = source_of(server)
        with pytest.raises((Lost, Limited, Refused)):
            await source.open()
        await source.close()


async def test_what_a_server_is_is_learnt_later(monkeypatch: pytest.MonkeyPatch) -> None:
    async with MastodonServer() as server, MastodonServer() as streams:
        told = f"ws://localhost:{streams.port}"
        server.instance["configuration"] = {"urls": {"streaming": told}}
        server.streams_at = streams
        server.faults.answer("/api/v2/instance", (500, {}, b""), times=1)
        source = source_of(server)
        async with Listening(source, server) as listening:
            await all_of(source.since(ago(hours=1)))
            assert server.requests.count("/api/v2/instance") == 1, "not so soon"
            monkeypatch.setattr(learning, "monotonic", lambda: monotonic() + 200.0)
            await all_of(source.since(ago(hours=1)))
            await listening.until(lambda: listening._task.done())
            with pytest.raises(Lost, match="streams elsewhere"):
                listening._task.result()
        async with Listening(source, streams) as listening:
            server.post("One #tartantm")
            await listening.until(lambda: bool(listening.heard))
            await all_of(source.since(ago(hours=1)))
            assert server.requests.count("/api/v2/instance") == 3, "it is known"


async def test_a_server_that_is_silent_about_itself_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(learning, "ASKED_SECONDS", 0.05)
    async with MastodonServer() as server:
        source = source_of(server)
        monkeypatch.setattr(source.client, "instance", hang)
        async with Listening(source, server) as listening:
            server.post("One #tartantm")
            await listening.until(lambda: bool(listening.heard))

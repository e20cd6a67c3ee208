"""What goes wrong on the way to Bluesky: after it ends, every post is held exactly once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tartantm.capture import source_runner
from tartantm.core import events as ev
from tartantm.networks.bluesky import jetstream
from tartantm.networks.bluesky.source import BlueskySource
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Limited, Lost
from tartantm.networks.websocket import MESSAGE_BYTES
from tartantm.settings.config import NetSettings
from tartantm.store.journal import Journal
from tests.networks.bluesky.following import following, hurry, source_for, texts, until
from tests.networks.bluesky.server import BlueskyServer, Faults


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


def odd(*frames: object) -> Callable[[Faults], None]:
    data = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in frames]
    return lambda faults: faults.odd.extend(data)


def setting(**fields: Any) -> Callable[[Faults], None]:
    def set_all(faults: Faults) -> None:
        for name, value in fields.items():
            setattr(faults, name, value)

    return set_all


FAULTS = {
    **{f"cut after {n}": setting(cut_after=n) for n in (0, 1, 3, 60, -1)},
    "cut within a letter": setting(cut_after="🙂".encode()),
    "bad JSON": odd(b'{"did":"did:plc:x","kind":"commit","commit"', b"\xff\xfe", b"", b"[" * 9999),
    "no object": odd([], 7, None, "#tartantm"),
    "strange objects": odd({"kind": "#tartantm"}, {"kind": "commit", "commit": [1]}, {"error": 5}),
    "oversized": odd(b'{"text":"' + b"#tartantm " * 200_000 + b'"}'),
    "too large for any": odd(b" " * (MESSAGE_BYTES + 1)),
    "slow consumer": odd({"$type": "error", "error": "ConsumerTooSlow", "message": "too slow"}),
    "each twice": setting(twice=True),
    "wrong order": setting(swapped=True),
    "slow drip": setting(drip=0.0005),
    "handshakes": setting(handshakes=[503, "html", 403, 502, 404], cut_after=5),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_every_post_is_held_once_after_a_fault(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.tartantm"
    async with BlueskyServer() as server, following(path, source_for(server)) as followed:
        chat = followed.session.chat
        await until(lambda: followed.health[0].state == "stream")
        FAULTS[name](server.faults)
        for n in range(6):
            await server.post(f"during {n} 🙂 #tartantm", f"person{n % 3}")
        await until(lambda: not server.faults.odd and server.faults.cut_after is None)
        vars(server.faults).update(vars(Faults()))
        await server.post("after it all #tartantm", "isla")
        await until(lambda: len(chat.entries) == 7)
    assert texts(chat) == [
        "after it all #tartantm",
        *(f"during {n} 🙂 #tartantm" for n in range(6)),
    ]
    with Journal(path) as journal:
        captured = [e.event for e in journal.since(0) if isinstance(e.event, ev.Captured)]
    assert len(captured) == 7


async def test_what_stalled_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers pings and tells nothing, and then breaks off, hides nothing."""
    monkeypatch.setattr(source_runner, "OVERLAP", timedelta())
    monkeypatch.setattr("tartantm.networks.bluesky.gap.REWIND", timedelta())
    monkeypatch.setattr("tartantm.networks.bluesky.live.PING_SECONDS", 0.05)
    async with BlueskyServer() as server, following(tmp_path / "a", source_for(server)) as followed:
        chat, health = followed.session.chat, followed.health[0]
        await until(lambda: health.state == "stream")
        await server.post("before #tartantm", "isla")
        await until(lambda: len(chat.entries) == 1)
        server.faults.stalled = True
        for n in range(5):
            await server.post(f"unheard {n} #tartantm", "isla")
        said = monotonic()
        await until(lambda: (health.alive_since or 0) > said + 0.2)
        server.cut()
        await until(lambda: health.state == "unreachable")
        server.faults.stalled = False
        await until(lambda: len(chat.entries) == 6)


async def test_nothing_for_too_long_is_a_broken_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.networks.bluesky.live.PING_SECONDS", 100.0)
    monkeypatch.setattr(BlueskySource, "silence", 0.5)
    async with BlueskyServer() as server, following(tmp_path / "a", source_for(server)) as followed:
        await until(lambda: followed.health[0].state == "unreachable")
        assert followed.health[0].detail == "Nothing came for 0 seconds."


async def test_a_quiet_server_that_answers_pings_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.networks.bluesky.live.PING_SECONDS", 0.1)
    monkeypatch.setattr(BlueskySource, "silence", 0.5)
    async with BlueskyServer() as server, following(tmp_path / "a", source_for(server)) as followed:
        await until(lambda: followed.health[0].state == "stream")
        await asyncio.sleep(1.0)
        assert followed.health[0].state == "stream"


async def test_a_dead_link_is_noticed_by_its_pings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.networks.bluesky.live.PING_SECONDS", 0.1)
    monkeypatch.setattr(jetstream, "PONG_SECONDS", 0.2)
    async with BlueskyServer() as server, following(tmp_path / "a", source_for(server)) as followed:
        await until(lambda: followed.health[0].state == "stream")
        assert server._server is not None
        for connection in server._server.connections:
            connection.transport.pause_reading()
        await until(lambda: followed.health[0].state == "unreachable")
        assert followed.health[0].detail.endswith("broke.")


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (503, Lost, "answered 503"),
        (403, Lost, "answered 403"),
        (429, Limited, "asks to wait"),
        ("html", Lost, "login page"),
    ],
)
async def test_handshakes_that_fail_say_why(fault: int | str, kind: type, words: str) -> None:
    async with BlueskyServer() as server:
        server.faults.handshakes = [fault]
        with pytest.raises(kind, match=words) as caught:
            async with source_for(server).jetstream.connect():
                raise AssertionError
        if isinstance(caught.value, Limited):
            assert caught.value.seconds == 7


async def test_nobody_there_no_such_name_and_no_websocket() -> None:
    http = HttpClients(NetSettings(), LiveClock())
    async with BlueskyServer() as server:
        address, plain = server.jetstream, server.url
    for base, words in (
        (address, "refuses connections"),
        ("ws://no-such.invalid", "cannot be found"),
    ):
        with pytest.raises(Lost, match=words):
            async with jetstream.Jetstream(http, base).connect():
                raise AssertionError

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-made-up\r\n")
        writer.close()

    port = int(plain.rpartition(":")[2])
    async with await asyncio.start_server(hang_up, "127.0.0.1", port):
        with pytest.raises(Lost, match="did not answer as a stream"):
            async with jetstream.Jetstream(http, plain).connect():
                raise AssertionError


async def test_another_server_is_tried_where_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BlueskyServer() as one, BlueskyServer() as other:
        servers = tuple(f"{server.jetstream}/subscribe" for server in (one, other))
        monkeypatch.setattr(jetstream, "SERVERS", servers)
        stream = jetstream.Jetstream(HttpClients(NetSettings(), LiveClock()))
        one.faults.handshakes = [503]
        with pytest.raises(Lost):
            async with stream.connect():
                raise AssertionError
        async with stream.connect(12345):
            pass
    assert [len(one.connects), len(other.connects)] == [1, 1]
    assert other.connects == [{"wantedCollections": "app.bsky.feed.post", "cursor": "12345"}]


async def test_closing_takes_no_time(tmp_path: Path) -> None:
    async with BlueskyServer() as server:
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            await until(lambda: followed.health[0].state == "stream")
            server.faults.xrpc["app.bsky.actor.getProfiles"] = 9.0
            await server.post("one #tartantm", "isla")
            await until(lambda: server.calls["app.bsky.actor.getProfiles"])
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 1

"""The stream by whichever way a server has: Server-Sent Events, a WebSocket, at another host."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.json_decode import Undecodable
from tartantm.networks.mastodon import websocket
from tartantm.networks.mastodon.addresses import streaming_base
from tartantm.networks.mastodon.client import Denied
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.mastodon.sse import ServerEvent
from tartantm.networks.mastodon.streaming import NoStream
from tartantm.networks.mastodon.websocket import event_of
from tartantm.networks.protocol import Limited, Lost, Refused, SourceError
from tests.networks.mastodon.listening import Listening, all_of, source_of
from tests.networks.mastodon.server import TOKEN, MastodonServer

HTML = {"Content-Type": "text/html"}


async def streamed(source: MastodonSource) -> None:
    """Open the stream, which does not work."""
    await source.open()
    await all_of(source.stream(lambda: None))


async def test_posts_edits_and_deletions_by_websocket() -> None:
    async with MastodonServer() as server:
        server.faults.sse = False
        source = source_of(server, "TartanTM", "pubs")
        async with Listening(source, server) as listening:
            uri = server.post("A1 One <b> é🏴 #tartantm")
            server.post("Two #Pubs")
            server.post("Nothing #else")
            server.edit(uri, "A1 Ein #tartantm")
            server.delete(uri)
            await listening.until(lambda: len(listening.heard) == 4)
            first, second, edited, gone = listening.heard
            assert isinstance(first, Post) and first.text == "A1 One <b> é🏴 #tartantm"
            assert isinstance(second, Post) and second.text == "Two #Pubs"
            assert isinstance(edited, Post) and edited.text == "A1 Ein #tartantm"
            assert isinstance(gone, Deleted) and gone.posts == (first.id, *first.aliases)


@pytest.mark.parametrize(
    "version, sockets", [("4.5.0", 1), ("2.7.2 (compatible; Akkoma 3.13.2)", 2), ("0.20.0", 2)]
)
async def test_one_socket_carries_several_hashtags_where_the_server_knows_how(
    version: str, sockets: int
) -> None:
    async with MastodonServer() as server:
        server.instance["version"] = version
        server.faults.sse, server.faults.subscribes = False, sockets == 1
        async with Listening(source_of(server, "one", "two"), server) as listening:
            opened = [each for each in server.requests if each.startswith("/api/v1/streaming?")]
            assert len(opened) == sockets
            server.post("First #one")
            server.post("Second #two")
            await listening.until(lambda: len(listening.heard) == 2)


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, {"error": "Not Found"}),
        (404, HTML, b"<html>Not here"),
        (405, {"Content-Type": "text/plain"}, b"405 method not allowed"),
        (200, HTML, b"<!doctype html><title>Pleroma</title>"),
        (200, {}, {"a": "web app"}),
    ],
)
async def test_whatever_a_server_without_sse_answers_the_websocket_is_tried(answer: Any) -> None:
    async with MastodonServer() as server:
        server.faults.answer("/api/v1/streaming/hashtag", answer)
        source = source_of(server)
        async with Listening(source, server) as listening:
            server.post("One #tartantm")
            await listening.until(lambda: bool(listening.heard))
        # What works is remembered.
        server.requests.clear()
        async with Listening(source, server):
            assert not any("streaming/hashtag" in each for each in server.requests)


async def test_what_worked_before_is_not_the_only_way() -> None:
    async with MastodonServer() as server:
        server.faults.sse = False
        source = source_of(server)
        async with Listening(source, server):
            pass
        server.faults.sse, server.faults.websocket = True, False
        async with Listening(source, server) as listening:
            server.post("One #tartantm")
            await listening.until(lambda: bool(listening.heard))


async def test_where_a_proxy_keeps_the_bytes_of_sse_the_websocket_is_next() -> None:
    async with MastodonServer() as server:
        server.faults.heartbeat = False
        source = source_of(server)
        async with Listening(source, server) as listening:
            await listening.until(lambda: listening.signs == 1)
        server.requests.clear()
        async with Listening(source, server):
            assert server.requests[-1].startswith("/api/v1/streaming?")


async def test_a_login_page_is_named_where_nothing_streams() -> None:
    async with MastodonServer() as server:
        server.faults.answer("/api/v1/streaming", (200, HTML, b"<html>Log in"))
        with pytest.raises(Lost, match="login page"):
            await streamed(source_of(server))


@pytest.mark.parametrize(
    "answer, raised",
    [
        ((401, {}, {"error": "no"}), Refused),
        ((403, {}, {"error": "no"}), Refused),
        ((429, {"Retry-After": "77"}, {}), Limited),
        ((503, {"Retry-After": "77", **HTML}, b"<html>Maintenance"), Limited),
        ((500, {}, {}), Lost),
        ((404, {}, {}), NoStream),
        ((307, {"Location": "http://127.0.0.1:1/"}, b""), NoStream),
    ],
)
async def test_what_a_websocket_is_refused_with(answer: Any, raised: type[Exception]) -> None:
    async with MastodonServer() as server:
        server.faults.sse = False
        server.faults.answers = [("/api/v1/streaming/hashtag", -1, (404, {}, {"error": "no"}))]
        server.faults.answer("/api/v1/streaming", answer)
        with pytest.raises(SourceError) as caught:
            await streamed(source_of(server))
        assert type(caught.value) is raised
        if raised is Limited:
            assert caught.value.seconds == 77  # type: ignore[attr-defined]


async def test_nobody_there() -> None:
    async with MastodonServer() as server:
        server.faults.sse = False
        source = source_of(server)
        await source.open()
        server.faults.answer("/api/v1/streaming", (404, {}, {"error": "no"}), times=1)
        await server.stop()
        with pytest.raises(Lost, match=r"cannot be reached|refuses connections"):
            await all_of(source.stream(lambda: None))


async def test_a_websocket_that_breaks_is_lost() -> None:
    async with MastodonServer() as server:
        server.faults.sse = False
        source = source_of(server)
        listening = Listening(source, server)
        async with listening:
            server.hang_up()
            await listening.until(lambda: listening._task.done())
            with pytest.raises(Lost, match="closed the connection"):
                listening._task.result()


async def test_a_websocket_that_does_not_answer_pings_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(websocket, "PING_SECONDS", 0.01)
    async with MastodonServer() as server:
        server.faults.sse = False
        async with Listening(source_of(server), server) as listening:
            await listening.until(lambda: listening.signs > 3)
            monkeypatch.setattr(websocket, "PONG_SECONDS", 0.01)
            monkeypatch.setattr(server, "_flush", lambda *_: None)
            await listening.until(lambda: listening._task.done())
            with pytest.raises(Lost):
                listening._task.result()


async def test_what_is_damaged_is_counted_and_passed_over() -> None:
    async with MastodonServer() as server:
        server.faults.sse = False
        source = source_of(server)
        async with Listening(source, server) as listening:
            for message in ("{not json", "[]", "null", "[" * 5000, json.dumps({"event": 7})):
                server.send("tartantm", message)
            server.send("tartantm", json.dumps({"event": "update", "payload": "{not json"}))
            server.send("tartantm", json.dumps({"stream": ["user"], "event": "update"}))
            server.post("One #tartantm")
            await listening.until(lambda: len(listening.heard) == 1)
            assert source.damaged == 5


async def test_a_message_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "PING_SECONDS", 0.05)
    async with MastodonServer() as server:
        server.faults.sse = False
        async with Listening(source_of(server), server) as listening:
            server.send("tartantm", " " * (2**20 + 1))
            await listening.until(lambda: listening._task.done())
            with pytest.raises(Lost, match="too long"):
                listening._task.result()


async def test_a_subscription_that_is_refused() -> None:
    async with MastodonServer() as server:
        server.faults.sse = False
        async with Listening(source_of(server), server) as listening:
            said = {"error": "Access token does not have the required scopes", "status": 401}
            server.send("tartantm", json.dumps(said))
            await listening.until(lambda: listening._task.done())
            with pytest.raises(Refused, match=r"with this token \(401\)"):
                listening._task.result()


async def test_a_token_that_may_only_read_statuses_streams() -> None:
    async with MastodonServer() as server:
        server.scopes = {"read:statuses"}
        async with Listening(source_of(server), server) as listening:
            server.post("One #tartantm")
            await listening.until(lambda: bool(listening.heard))


def _v2(url: str) -> Callable[[MastodonServer], None]:
    return lambda server: server.instance.update(configuration={"urls": {"streaming": url}})


def _v1(url: str) -> Callable[[MastodonServer], None]:
    return lambda server: server.instance.update(urls={"streaming_api": url})


@pytest.mark.parametrize("name", [_v2, _v1])
@pytest.mark.parametrize("sse", [True, False])
async def test_another_host_streams(
    name: Callable[[str], Callable[[MastodonServer], None]], sse: bool
) -> None:
    async with MastodonServer() as server, MastodonServer() as streams:
        server.faults.no_stream()
        streams.faults.sse = sse
        server.streams_at = streams
        name(f"ws://127.0.0.1:{streams.port}")(server)
        source = source_of(server)
        async with Listening(source, streams) as listening:
            server.post("One #tartantm")
            await listening.until(lambda: bool(listening.heard))
        assert not any("streaming" in each for each in server.requests)
        assert all(f"Bearer {TOKEN}" in head for head in streams.heads)


async def test_the_token_goes_to_no_host_that_a_redirect_names() -> None:
    async with MastodonServer() as server, MastodonServer() as other:
        server.faults.sse = False
        moved = {"Location": f"{other.url}/api/v1/streaming?stream=hashtag&tag=tartantm"}
        server.faults.answer("/api/v1/streaming/hashtag", (404, {}, {"error": "no"}))
        server.faults.answer("/api/v1/streaming", (307, moved, b""))
        with pytest.raises(NoStream):
            await streamed(source_of(server))
        assert not other.heads


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_message(message: bytes) -> None:
    try:
        event = event_of(message, "host")
    except (Undecodable, Lost, Denied):
        return
    assert event is None or event.name


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
keys = st.sampled_from(["stream", "event", "payload", "error", "status", "x"])


@given(st.dictionaries(keys, json_values))
def test_any_object(message: dict[str, Any]) -> None:
    try:
        event = event_of(json.dumps(message).encode(), "host")
    except (Undecodable, Lost, Denied):
        return
    assert event is None or isinstance(event.data, str)


@pytest.mark.parametrize(
    "message, event",
    [
        ({"stream": ["hashtag", "x"], "event": "delete", "payload": "1"}, ("delete", "1")),
        ({"event": "delete", "payload": 17}, ("delete", "17")),
        (
            {"stream": ["hashtag"], "event": "update", "payload": {"id": "1"}},
            ("update", '{"id":"1"}'),
        ),
        ({"stream": ["public"], "event": "update", "payload": "{}"}, None),
        ({"payload": "{}"}, None),
    ],
)
def test_messages(message: dict[str, Any], event: tuple[str, str] | None) -> None:
    found = event_of(json.dumps(message).encode(), "host")
    assert found == (ServerEvent(*event) if event else None)


@pytest.mark.parametrize(
    "told, base",
    [
        ("wss://streaming.example", "https://streaming.example"),
        ("wss://streaming.example:4000/api/", "https://streaming.example:4000"),
        ("ws://streaming.example", "https://social.example"),
        ("http://streaming.example", "https://social.example"),
        ("wss://me:pw@streaming.example", "https://social.example"),
        ("ftp://streaming.example", "https://social.example"),
        ("wss://", "https://social.example"),
        (7, "https://social.example"),
        ("wss://social.example", "https://social.example"),
    ],
)
def test_where_streams_are(told: object, base: str) -> None:
    newer: dict[str, Any] = {"configuration": {"urls": {"streaming": told}}}
    assert streaming_base(newer, "https://social.example") == base
    assert streaming_base({"urls": {"streaming_api": told}}, "https://social.example") == base


def test_at_its_own_host_a_server_streams_as_it_is_asked() -> None:
    """GoToSocial says ``wss`` where it has no certificate, too."""
    told = {"configuration": {"urls": {"streaming": "wss://127.0.0.1:8080"}}}
    assert streaming_base(told, "http://127.0.0.1:8080") == "http://127.0.0.1:8080"

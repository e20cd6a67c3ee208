"""X's error answers and odd lines: each told in a sentence, and met as X wants it."""

from __future__ import annotations

import asyncio

import pytest

from tartantm.networks.protocol import Limited, Lost, Refused
from tartantm.networks.x.source import XSource
from tests.networks.x.listener import ago, heard_of, running, until, x_source
from tests.networks.x.server import XServer


async def stream_error(server: XServer) -> Exception:
    """Why a stream ends."""
    source = x_source(server)
    await source.open()
    try:
        async with asyncio.timeout(10):
            async for _ in source.stream(lambda: None):
                pass
    except (Lost, Limited, Refused) as error:
        return error
    finally:
        await source.close()
    raise AssertionError("the stream ended without a word")


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("rate limit", Limited, "asks to wait"),
        ("usage cap", Refused, "no more posts in this billing period; other networks go on"),
        ("credits", Refused, "credit is used up, so X is not read; other networks go on"),
        ("token", Refused, "does not accept the token"),
        ("forbidden", Refused, "does not let this app"),
        ("unavailable", Lost, "503"),
        ("login page", Lost, "login"),
        ("redirect", Lost, "login"),
        ("hang up", Lost, "broke. Where that goes on"),
        ("cut header", Lost, ""),
    ],
)
async def test_what_x_says_becomes_a_sentence(
    kind: str, error: type[Exception], words: str
) -> None:
    async with XServer() as server:
        source = x_source(server)
        server.faults.next["search"] = [kind]
        server.faults.next["stream"] = [kind]
        with pytest.raises(error) as caught:
            await heard_of(source.since(ago(minutes=1)))
        assert words in str(caught.value)
        streamed = await stream_error(server)
        assert type(streamed) is type(caught.value) and words in str(streamed)
        for told in (caught.value, streamed):
            assert server.token not in repr(told) and told.__cause__ is None
        await source.close()


async def test_the_wait_is_measured_by_the_servers_clock() -> None:
    async with XServer() as server:
        server.posts.offset = ago() - ago(hours=3)
        server.faults.next["rules"] = ["rate limit"]
        source = x_source(server)
        await source.open()
        with pytest.raises(Limited) as caught:
            await heard_of(source.stream(lambda: None))
        assert 6 <= caught.value.seconds <= 9
        await source.close()


async def test_bad_lines_are_counted_and_end_nothing() -> None:
    async with XServer() as server, running(server) as run:
        await run.connected()
        lines = [b'{"data": ', b"[]", b"\xff\xfe", b'"text"', b'{"data": {"id": 5}}', b"[" * 5000]
        lines += [b'{"data": {"id": "20", "text": "no time"}, "matching_rules": [{"id": 1}]}']
        for line in lines:
            server.say(line)
        sent = server.post("A1 Words #tartantm")
        await until(lambda: run.chat.heard)
        assert run.chat.ids() == {sent} and run.source.damaged == len(lines)
        assert len(server.connects()) == 1


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"errors":[{"title":"operational-disconnect","disconnect_type":"SlowReader"}]}', Lost),
        (b'{"errors":[{"title":"UsageCapExceeded"}]}', Refused),
        (b'{"title":"operational-disconnect","errors":["odd"]}', None),
        (b'{"data":{"id":"1"},"errors":[{"title":"Not Found Error"}]}', None),
    ],
)
async def test_errors_within_the_stream(line: bytes, error: type[Exception] | None) -> None:
    async with XServer() as server:
        source = x_source(server)
        await source.open()
        task = asyncio.create_task(heard_of(source.stream(lambda: None)))
        await until(lambda: server.streams)
        server.say(line)
        if error is None:
            server.post("A1 Words #tartantm")
            await until(lambda: source.note().startswith("2") or source.damaged)
            assert not task.done()
            task.cancel()
        else:
            with pytest.raises(error):
                await task
        await source.close()


async def test_other_names_of_fields_are_tried() -> None:
    async with XServer() as server:
        source = x_source(server)
        server.faults.next["search"] = ["old fields"]
        server.post("A1 Words #tartantm")
        assert len(await heard_of(source.since(ago(minutes=1)))) == 1
        asked = [request.params for request in server.requests]
        assert "tweet.fields" in asked[0] and "post.fields" in asked[1]
        server.faults.always["search"] = "old fields"
        with pytest.raises(Refused):
            await heard_of(source.since(ago(minutes=1)))
        server.faults.next["stream"] = ["old fields"]
        await source.open()
        task = asyncio.create_task(heard_of(source.stream(lambda: None)))
        await until(lambda: server.streams)
        assert "post.fields" in server.requests[-1].params
        task.cancel()
        await source.close()


async def test_no_more_than_forty_connections_in_a_quarter_of_an_hour() -> None:
    async with XServer() as server:
        server.faults.close_at_once = True
        source = x_source(server)
        await source.open()
        for _ in range(40):
            with pytest.raises(Lost):
                await heard_of(source.stream(lambda: None))
        with pytest.raises(Limited, match=r"only so many connections") as caught:
            await heard_of(source.stream(lambda: None))
        assert 800 < caught.value.seconds <= 900
        assert len(server.connects()) == 40
        await source.close()


async def test_nobody_there() -> None:
    server = XServer()
    async with server:
        source = x_source(server)
    with pytest.raises(Lost, match="refuses connections"):
        await source.open()
        await heard_of(source.since(ago(minutes=1)))
    await source.close()


async def test_a_stream_that_has_to_wait_for_long_is_asked_for_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(XSource, "poll_every", 0.2)
    async with XServer() as server:
        server.faults.next["stream"] = ["long limit"]
        async with running(server) as run:
            await until(lambda: run.health.state == "poll")
            sent = server.post("A1 Words #tartantm")
            await until(lambda: sent in run.chat.ids())
            assert "asks to wait" in run.health.detail and len(server.connects()) == 1
            assert run.health.retry_in and run.health.retry_in > 600

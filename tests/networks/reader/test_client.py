"""The reader's client against a stand-in on loopback, on good days and bad ones."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tartantm.core.reader_words import Asked, Line
from tartantm.networks.protocol import Limited, Lost, Refused, SourceError
from tartantm.networks.reader.client import ReaderClient, Reading
from tartantm.networks.reader.doctor import check_reader
from tartantm.settings.config import GroupingSettings, NetSettings
from tartantm.settings.reader_address import reader_address
from tests.networks.reader.server import (
    Fault,
    ReaderServer,
    answer,
    completion,
    everything_to,
    sends,
    words_in,
)

ASKED = Asked(
    (("Q1", "Which tea?"), ("Q2", "Which biscuit?")),
    (Line(1, "A", "Tea is made in a pot", None, "Q1"), Line(2, "B", "Which pot?", 1, "Q2")),
    (1, 2),
    ("General", "Q1", "Q2"),
)


@asynccontextmanager
async def client_of(
    server: ReaderServer, token: str = "", **settings: Any
) -> AsyncIterator[ReaderClient]:
    grouping = GroupingSettings(reader=server.address, **settings)
    address = reader_address(grouping)
    assert address
    client = ReaderClient(address, grouping, NetSettings(proxy="http://127.0.0.1:9"), token)
    try:
        yield client
    finally:
        await client.aclose()


async def ask(server: ReaderServer, **settings: Any) -> Reading:
    async with client_of(server, **settings) as client:
        return await client.ask(ASKED)


def asked(
    *faults: Fault, content: str | None = None, **settings: Any
) -> Reading | SourceError | None:
    """What comes of one question to a server with these faults."""

    async def run() -> Reading | SourceError:
        async with ReaderServer(everything_to("Q2")) as server:
            server.faults, server.content = list(faults), content
            try:
                return await ask(server, **settings)
            except SourceError as error:
                return error

    return asyncio.run(run())


def test_it_asks_for_one_of_the_places_and_by_no_proxy() -> None:
    async def run() -> None:
        async with ReaderServer(everything_to("Q2")) as server:
            # The proxy of the settings is closed: nothing on this machine is asked by it.
            assert await ask(server) == Reading({1: "Q2", 2: "Q2"}, "made-up-7b")
            (request,) = server.requests
            assert request["temperature"] == 0 and request["stream"] is False
            assert request["max_tokens"] < 200
            form = request["response_format"]["json_schema"]["schema"]
            assert form["required"] == ["1", "2"] and form["additionalProperties"] is False
            assert form["properties"]["2"]["enum"] == ["General", "Q1", "Q2"]
            assert not any(b"Authorization" in head for head in server.heads)

    asyncio.run(run())


def test_the_model_of_the_settings_and_its_token() -> None:
    async def run() -> None:
        async with (
            ReaderServer() as server,
            client_of(server, "a-token-of-ours", reader_model="tiny:1b") as client,
        ):
            await client.ask(ASKED)
            assert server.requests[0]["model"] == "tiny:1b"
            assert len(server.heads) == 1, "nobody asks for models where one is set"
            assert b"Bearer a-token-of-ours" in server.heads[0]

    asyncio.run(run())


def test_a_model_that_is_a_file_is_known_without_its_folders() -> None:
    async def run() -> None:
        async with ReaderServer() as server:
            for named, kept in (
                ("/home/ailsa/models/tiny.gguf", "tiny.gguf"),
                ("C:\\ailsa\\Tiny.GGUF", "Tiny.GGUF"),
                ("/home/ailsa/models/tiny-7b", "tiny-7b"),
                ("~/models/tiny-7b/", "tiny-7b"),
                ("org/tiny-7b:latest", "org/tiny-7b:latest"),
            ):
                server.models = [{"id": named}]
                assert (await ask(server)).model == kept
                assert server.requests[-1]["model"] == named

    asyncio.run(run())


def test_a_server_that_takes_no_schema_is_asked_without() -> None:
    async def run() -> None:
        async with ReaderServer(takes_schema=False) as server, client_of(server) as client:
            assert (await client.ask(ASKED)).places == {1: "Q1", 2: "Q1"}
            assert "response_format" not in server.requests[-1]
            count = len(server.requests)
            await client.ask(ASKED)
            assert len(server.requests) == count + 1, "it remembers what the server takes"

    asyncio.run(run())


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Q2",
        "The first post belongs to Q2.",
        '{"1": "Q2", "2": "Q2"} and that is that',
        '{"1": "Q2"}{"2": "Q2"}',
        '{"1": ["Q1", "Q2"], "2": ["Q2"]}',
        '[{"1": "Q2"}]',
        '{"1": "Q9", "2": "q2"}',
        '{"1": "Q1", "1": "Q2"}',
        '{"3": "Q2", "places": "Q1"}',
        '{"1": "Q2", "2": "Q2"',
        '{"1": "\\ud800"}',
        "[" * 5000,
        '{"1": "' + "Q2" * 20_000 + '"}',
        '"Q2"',
        "null",
    ],
)
def test_anything_else_is_no_answer(content: str) -> None:
    assert asked(content=content) == Reading({}, "made-up-7b")


def test_each_post_has_an_answer_of_its_own() -> None:
    assert asked(content='{"1": "Q9", "2": "Q2"}') == Reading({2: "Q2"}, "made-up-7b")
    fenced = '```json\n{"1": "General", "2": "Q2"}\n```'
    assert asked(content=fenced) == Reading({1: "General", 2: "Q2"}, "made-up-7b")
    thought = '<think>{"1": "Q1"} or not?</think>\n{"1": "Q2"}'
    assert asked(content=thought) == Reading({1: "Q2"}, "made-up-7b")


async def drips(writer: asyncio.StreamWriter, _: bytes) -> None:
    """A byte now and then, without end."""
    writer.write(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def resets(writer: asyncio.StreamWriter, _: bytes) -> None:
    if sys.platform != "win32":
        found = writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def cuts(writer: asyncio.StreamWriter, _: bytes) -> None:
    whole = answer(completion('{"1": "Q1"}'))
    writer.write(whole[: len(whole) // 2])


STREAM = b'data: {"choices": [{"delta": {"content": "Q"}}]}\n\ndata: [DONE]\n\n'
TRUNCATED = json.dumps(completion('{"1": "Q1"}')).encode()[:-30]
FAULTS: dict[str, tuple[Fault, type[SourceError], str]] = {
    "drips": (drips, Lost, "did not answer in"),
    "500": (sends(answer({"error": "no"}, 500)), Lost, "fault"),
    "loading": (sends(answer({"error": "Loading model"}, 503)), Lost, "loading"),
    "429": (sends(answer({}, 429, Retry_After="7")), Limited, "wait"),
    "HTML": (sends(answer(b"<html>Log in</html>", 200, "text/html")), Lost, "no JSON"),
    "HTML as JSON": (sends(answer(b"<!DOCTYPE html>", 200)), Lost, "no JSON"),
    "wrong type": (sends(answer(completion("{}"), 200, "text/plain")), Lost, "no JSON"),
    "truncated": (sends(answer(TRUNCATED)), Lost, "cannot be read"),
    "huge": (sends(answer(b'{"a": "' + b"x" * 400_000 + b'"}')), Lost, "too long"),
    "nested": (sends(answer(b"[" * 90_000)), Lost, "cannot be read"),
    "streams": (sends(answer(STREAM, 200, "text/event-stream")), Lost, "streams"),
    "reset": (resets, Lost, "does not answer"),
    "cut": (cuts, Lost, "does not answer"),
    "no such model": (sends(answer({"error": "model not found"}, 404)), Refused, "reader_model"),
    "401": (sends(answer({}, 401)), Refused, "reader_token_command"),
    "redirect": (sends(answer({}, 307, Location="http://a.example/")), Refused, "redirects"),
    "413": (sends(answer({}, 413)), Refused, "does not take"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_day_is_one_sentence(name: str) -> None:
    fault, kind, words = FAULTS[name]
    found = asked(fault, reader_timeout=0.3 if name == "drips" else 30.0)
    assert isinstance(found, kind), found
    assert words in str(found)
    assert str(found).count(". ") == 0 and str(found).endswith(".") and "\n" not in str(found)
    if isinstance(found, Limited):
        assert found.seconds == 7


@pytest.mark.parametrize(
    "empty", [{}, {"choices": []}, {"choices": [{}]}, {"choices": [{"message": None}]}, []]
)
def test_an_answer_without_words_says_nothing(empty: object) -> None:
    assert asked(sends(answer(empty))) == Reading({}, "made-up-7b")


def test_a_server_that_refuses_every_form_is_asked_no_more_than_three_times() -> None:
    async def run() -> None:
        async with ReaderServer() as server:
            server.faults = [sends(answer({}, 400))] * 9
            with pytest.raises(Refused, match="does not take the question"):
                await ask(server)
            assert len(server.requests) == 3

    asyncio.run(run())


def test_a_server_that_is_not_there_or_has_no_model() -> None:
    async def run() -> None:
        async with ReaderServer() as server:
            server.models = []
            with pytest.raises(Refused, match="has no model"):
                await ask(server)
            gone = server.address
        server.models = [{"id": "made-up-7b"}]
        grouping = GroupingSettings(reader=gone)
        address = reader_address(grouping)
        assert address
        client = ReaderClient(address, grouping, NetSettings())
        with pytest.raises(Lost, match="see that its server runs"):
            await client.ask(ASKED)
        await client.aclose()

    asyncio.run(run())


def test_doctor_asks_about_nobodys_words() -> None:
    async def run() -> None:
        async with ReaderServer(everything_to("Q2")) as server:
            for content, level, words in (
                (None, "good", "made-up-7b answers"),
                ("Q2", "doubtful", "no place that was offered"),
                ('{"1": "General"}', "doubtful", "put a made-up post wrong"),
            ):
                server.content = content
                grouping = GroupingSettings(reader=server.address)
                address = reader_address(grouping)
                assert address
                client = ReaderClient(address, grouping, NetSettings())
                (finding,) = await check_reader(address, client)
                assert finding.level == level and words in finding.words
            assert "Shortbread" in words_in(server.requests[0])

    asyncio.run(run())

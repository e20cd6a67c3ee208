"""Listening to mastodon-mock: a real process with Mastodon's interface, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.protocol import Limited, Lost
from tartantm.settings.config import NetSettings
from tests.networks.mastodon.listening import Holding
from tests.networks.mastodon.server import MockProcess


@pytest.fixture(scope="module")
def mock() -> Iterator[MockProcess]:
    with MockProcess() as process:
        yield process


@pytest.fixture
def tag() -> str:
    """A hashtag of the test's own: all share one server."""
    return f"chat{uuid4().hex[:8]}"


def source_of(mock: MockProcess, *tags: str, token: bool = True) -> MastodonSource:
    http = HttpClients(NetSettings(), LiveClock())
    return MastodonSource(http, mock.url, tags, mock.token if token else None)


@asynccontextmanager
async def stream_of(source: MastodonSource) -> AsyncIterator[asyncio.Queue[Heard]]:
    """What a source hears, from when its streams are open."""
    queue: asyncio.Queue[Heard] = asyncio.Queue()
    opened = asyncio.Event()

    async def listen() -> None:
        async for batch in source.stream(opened.set):
            for item in batch:
                queue.put_nowait(item)

    await source.open()
    listening = asyncio.create_task(listen())
    try:
        await asyncio.wait_for(opened.wait(), 10)
        yield queue
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await source.close()


async def following(queue: asyncio.Queue[Heard], count: int) -> list[Heard]:
    async with asyncio.timeout(10):
        return [await queue.get() for _ in range(count)]


async def asked(source: MastodonSource) -> list[Post]:
    when = datetime.now(UTC) - timedelta(hours=1)
    batches = [batch async for batch in source.since(when)]
    return [post for batch in batches for post in batch if isinstance(post, Post)]


async def test_the_stream(mock: MockProcess, tag: str) -> None:
    async with stream_of(source_of(mock, tag)) as queue:
        status = mock.post(f"A1 Less <policy> #{tag}", spoiler_text="Long", language="gd")
        mock.post("Elsewhere #otherchat")
        mock.edit(status["id"], f"A1 More <policy> #{tag}")
        mock.delete(status["id"])
        first, edited, gone = await following(queue, 3)
        assert isinstance(first, Post) and isinstance(edited, Post) and isinstance(gone, Deleted)
        assert first.id == edited.id == f"mastodon:{status['uri']}"
        assert first.text == f"A1 Less <policy> #{tag}"
        assert (first.content_warning, first.languages) == ("Long", ("gd",))
        assert edited.text == f"A1 More <policy> #{tag}" and edited.edited_at
        assert gone.posts == (first.id, *first.aliases)


async def test_the_websocket(mock: MockProcess, tag: str) -> None:
    source = source_of(mock, tag)
    source._streams._prefer("websocket")
    async with stream_of(source) as queue:
        status = mock.post(f"A1 One #{tag}")
        mock.edit(status["id"], f"A1 Ein #{tag}")
        mock.delete(status["id"])
        heard = await following(queue, 3)
        texts = {post.text for post in heard if isinstance(post, Post)}
        assert texts == {f"A1 One #{tag}", f"A1 Ein #{tag}"}
        assert [item.posts[0] for item in heard if isinstance(item, Deleted)] == [
            f"mastodon:{status['uri']}"
        ]


async def test_several_hashtags(mock: MockProcess, tag: str) -> None:
    async with stream_of(source_of(mock, tag, f"{tag}2")) as queue:
        mock.post(f"One #{tag}")
        mock.post(f"Two #{tag}2")
        texts = {post.text for post in await following(queue, 2) if isinstance(post, Post)}
        assert texts == {f"One #{tag}", f"Two #{tag}2"}


async def test_the_timeline_with_and_without_a_token(mock: MockProcess, tag: str) -> None:
    for n in range(45):
        mock.post(f"{n} #{tag}")
    mock.post(f"Secret #{tag}", visibility="private")
    for token in (True, False):
        source = source_of(mock, tag, token=token)
        await source.open()
        posts = await asked(source)
        assert sorted(int(post.text.split()[0]) for post in posts) == [*range(45)]
        await source.close()


async def test_replies_and_recheck(mock: MockProcess, tag: str) -> None:
    question = mock.post(f"Q1 Why? #{tag}")
    source = source_of(mock, tag)
    held = await asked(source)

    mock.post("Because", in_reply_to_id=question["id"])
    (found,) = [
        batch
        async for batch in source.replies(Holding([*held], held[0].id.removeprefix("mastodon:")))
    ]
    (reply,) = found
    assert isinstance(reply, Post)
    assert (reply.text, reply.found_by) == ("Because", "reply")
    assert reply.reply_to == held[0].id
    assert [batch async for batch in source.recheck(held)] == []
    mock.delete(question["id"])
    later = source_of(mock, tag)
    (gone,) = [batch async for batch in later.recheck(held)]
    assert gone == [Deleted((held[0].id,), gone[0].at, "gone")]  # type: ignore[union-attr]
    await source.close()
    await later.close()


async def test_faults(mock: MockProcess, tag: str) -> None:
    source = source_of(mock, tag)
    path = f"/api/v1/timelines/tag/{tag}"
    mock.fault(path, type="ratelimit")
    with pytest.raises(Limited) as caught:
        await asked(source)
    assert caught.value.seconds == 300
    await source.close()
    source = source_of(mock, tag)
    mock.fault(path, type="malformed")
    with pytest.raises(Lost, match="damaged"):
        await asked(source)
    mock.fault(path, type="status", status=503)
    with pytest.raises(Lost, match="503"):
        await asked(source)
    assert await asked(source) == []
    await source.close()


async def test_doctor(mock: MockProcess, tag: str) -> None:
    mock.post(f"One #{tag}")
    source = source_of(mock, tag)
    findings = [finding async for finding in source.diagnose()]
    assert [finding.level for finding in findings] == ["good"] * 3, findings
    await source.close()

"""What comes live while a gap is filled, within a bound of bytes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.bluesky import live
from tartantm.networks.bluesky import passed as bluesky_passed
from tartantm.networks.bluesky import replay as bluesky_replay
from tartantm.networks.bluesky.passed import PassedFrames, Span
from tartantm.networks.bluesky.replay import Pulse
from tartantm.networks.bluesky.stream_filter import LARGEST
from tests.networks.bluesky.following import following, hurry, source_for, texts, until
from tests.networks.bluesky.server import BlueskyServer

REPLY = b'{"commit":{"operation":"create","record":{"reply":{}}}}'


def test_what_can_concern_no_other_post_is_not_kept() -> None:
    passed = PassedFrames()
    for frame in (b'{"operation":"create"}', REPLY + b" " * LARGEST):
        passed.add(frame, 1)
    passed.add(b'{"operation":"delete"}', 2)
    passed.add(REPLY, 3)
    assert passed.take() == [b'{"operation":"delete"}', REPLY]
    assert passed.take() == [] and passed.left_out is None


@given(st.lists(st.integers(0, 400), max_size=30))
def test_no_more_is_kept_than_fits_and_the_rest_is_known(sizes: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bluesky_passed, "MOST_BYTES", 1000)
        passed = PassedFrames()
        for at, size in enumerate(sizes, 1):
            passed.add(REPLY + b" " * size, at)
        kept = passed.take()
    assert sum(map(len, kept)) <= 1000
    left = range(len(kept) + 1, len(sizes) + 1)
    assert passed.left_out == (Span(left[0], left[-1]) if left else None)
    passed.begin_anew()
    assert passed.left_out is None


async def test_what_did_not_fit_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(bluesky_passed, "MOST_BYTES", 600)
    monkeypatch.setattr(bluesky_replay, "BEYOND", 0)
    async with BlueskyServer() as server:
        question = await server.post("Q1 a question #tartantm", "isla", ago=30)
        server.faults.held_up = True
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            await until(lambda: server.listeners == 2)
            await server.post("where the replay ends, being told live", "morag")
            for n in range(9):
                await server.post(f"answer {n}", "calum", reply_to=question)
            source = followed.sources[0]
            await until(lambda: source.live.passed.left_out is not None)  # type: ignore[union-attr]
            server.faults.held_up = False
            await server.tell()
            chat = followed.session.chat
            await until(lambda: len(chat.entries) == 10)
            await until(lambda: source.live.passed.left_out is None)  # type: ignore[union-attr]
        assert len(texts(chat)) == 10


async def test_no_more_is_read_than_can_be_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(live, "WAITING_BYTES", 1)
    monkeypatch.setattr(live, "PING_SECONDS", 0.02)
    async with BlueskyServer() as server, following(tmp_path / "a", source_for(server)) as followed:
        await until(lambda: followed.health[0].state == "stream")
        source = followed.sources[0]
        for n in range(20):
            await server.post(f"words {n} #tartantm", "isla")
        most = 0

        def all_came() -> bool:
            nonlocal most
            most = max(most, len(source.live._waiting))  # type: ignore[union-attr]
            return len(followed.session.chat.entries) == 20

        await until(all_came)
        assert most <= 1 and source.live._waiting_bytes == 0  # type: ignore[union-attr]


class Link:
    """A connection whose answers to pings do not come in time."""

    pings = 0
    is_broken = False

    async def ping(self) -> None:
        self.pings += 1
        raise TimeoutError

    def abort(self) -> None:
        self.is_broken = True


@pytest.mark.parametrize("was_read", [True, False])
async def test_an_answer_that_waits_behind_what_was_not_read_breaks_nothing(
    was_read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_SECONDS", 0.0)
    async with BlueskyServer() as server:
        stream, link = source_for(server).live, Link()
        stream._held_up_at = 0.0 if was_read else monotonic() + 60
        pinging = asyncio.create_task(
            stream._ping(link, Pulse(), lambda: None)  # type: ignore[arg-type]
        )
        await until(lambda: link.is_broken or link.pings > 3)
        assert link.is_broken == was_read
        pinging.cancel()

"""How long a look waits, and that no page waits for one that does not come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from tartantm.networks import patience
from tartantm.networks.patience import Patience, together
from tartantm.networks.protocol import Lost


async def pages(*found: str, then: Exception | asyncio.Event | None = None) -> AsyncIterator[str]:
    for each in found:
        yield each
    if isinstance(then, Exception):
        raise then
    if then is not None:
        await then.wait()
        yield "late"


async def test_what_comes_in_time_comes_together() -> None:
    assert [each async for each in together(pages("a", "b", "c"), 2, 60)] == [["a", "b"], ["c"]]
    assert [each async for each in together(pages(), 2, 60)] == []


async def test_nothing_waits_for_a_page_that_does_not_come() -> None:
    comes = asyncio.Event()
    async with aclosing(together(pages("a", then=comes), 25, 0.0)) as found:
        assert await anext(found) == ["a"]
        comes.set()
        assert await anext(found) == ["late"]


async def test_what_came_before_a_failure_is_given() -> None:
    found = together(pages("a", "b", then=Lost("It broke.")), 25, 60)
    assert await anext(found) == ["a", "b"]
    with pytest.raises(Lost):
        await anext(found)


async def test_who_ends_it_ends_the_request_under_way() -> None:
    ended = asyncio.Event()

    async def asking() -> AsyncIterator[str]:
        yield "a"
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with aclosing(together(asking(), 25, 0.0)) as found:
        await anext(found)
    assert ended.is_set()
    reading = asyncio.create_task(anext(together(asking(), 25, 60)))
    for _ in range(5):
        await asyncio.sleep(0)
    ended.clear()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert ended.is_set()


def test_only_waiting_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(patience, "monotonic", lambda: now)
    left = Patience(10)
    now += 1000
    with left:
        now += 9.5
    now += 1000
    assert not left.is_over
    with pytest.raises(Lost), left:
        now += 0.5
        raise Lost("It broke.")
    assert left.is_over

"""A replay that breaks off delivers what came before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tartantm.networks.bluesky.replay import replay
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Lost
from tests.builders import post


class Breaking:
    """In place of `Jetstream`: sends some messages, and breaks."""

    def __init__(self, frames: int) -> None:
        self.frames = frames

    @asynccontextmanager
    async def connect(self, _: int) -> AsyncIterator[Any]:
        yield self

    async def receive(self) -> bytes:
        if not self.frames:
            raise Lost("The connection broke.")
        self.frames -= 1
        return b"{}"


async def test_what_came_before_it_broke_is_delivered() -> None:
    heard: list[Heard] = []
    jetstream: Any = Breaking(3)
    with pytest.raises(Lost):
        async for batch in replay(jetstream, 0, lambda _: [post("1")], lambda: None):
            heard += batch
    assert len(heard) == 3

"""Recordings as sources: a file read at once, or replayed at the pace of its times."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from tartantm.archives.read import Archive, read_chat
from tartantm.archives.shape import Context
from tartantm.core.chat import Chat
from tartantm.core.post import Post
from tartantm.networks.clock import ReplayClock
from tartantm.networks.heard import Heard, by_time, heard_at, in_batches

BATCH = 200
"""Items delivered at a time."""

LEAD_IN = timedelta(seconds=2)
"""How long before its first post a replay begins."""


class FileSource:
    """``file:PATH``: everything in an archive at once, in the order of the file."""

    def __init__(self, path: Path, zone: tzinfo = UTC) -> None:
        """`zone` is the chat's, for files whose times name none."""
        self.path, self._context = path, Context(zone=zone)
        self.name = f"file:{path.name}"
        self.damaged = 0

    async def batches(self) -> AsyncIterator[list[Heard]]:
        """Yields what the file holds, and end with it."""
        archive = await asyncio.to_thread(read_chat, self.path, self._context)
        self.damaged = len(archive.damaged)
        for batch in in_batches(archive.heard, BATCH):
            yield batch


class ReplaySource:
    """A recording at the pace of its own times, or `speed` times as fast."""

    def __init__(self, archive: Archive, name: str, speed: float) -> None:
        self.name = name
        self.damaged = len(archive.damaged)
        self.items = in_order(archive.heard)
        times = [heard_at(item) for item in self.items] or [datetime.now(UTC)]
        self.clock = ReplayClock(times[0] - LEAD_IN, times[-1], speed)

    def skip(self, chat: Chat) -> None:
        """Go on after the last post that the chat holds already."""
        held = (
            n for n, item in enumerate(self.items) if isinstance(item, Post) and chat.entry(item.id)
        )
        self.items = self.items[max(held, default=-1) + 1 :]
        if self.items:
            self.clock.begin(heard_at(self.items[0]) - LEAD_IN)

    async def batches(self) -> AsyncIterator[list[Heard]]:
        """Yields items when their times come; those that are due together come together."""
        position, count = 0, len(self.items)
        while position < count:
            await asyncio.sleep(self.clock.seconds_until(heard_at(self.items[position])))
            now, begin = self.clock.now(), position
            position += 1
            while position < count and heard_at(self.items[position]) <= now:
                position += 1
            yield self.items[begin:position]


def in_order(heard: Iterable[Heard]) -> list[Heard]:
    """Items sorted by the time they were received; those of one time keep their order."""
    return by_time(heard)

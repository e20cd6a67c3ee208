"""Learns what a server is and where it streams: when its source opens, or later.

That a server does not say so, as when that page alone has a fault, keeps nobody from hearing it:
what it streams at its own address, and the timelines, are there all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

import httpx

from tartantm.networks.bounded import NoAnswer
from tartantm.networks.json_fields import Json
from tartantm.networks.mastodon.client import MastodonClient
from tartantm.networks.mastodon.timeline import page_of
from tartantm.networks.protocol import Limited, Lost, SourceError

ASKED_SECONDS, ASKED_BESIDE_SECONDS = 20.0, 5.0
"""How long the server has to say what it is: when it is opened, and while it is heard."""

AGAIN_SECONDS, LATEST_SECONDS = 120.0, 900.0
"""After how long it is asked once more at the earliest, and however long it wants to be left."""

_NOBODY_THERE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)


class Learning:
    """Keeps in mind whether it is known what one server is, and when to ask that again."""

    def __init__(self, client: MastodonClient, learned: Callable[[Json], None]) -> None:
        """`learned` is told what the server says about itself, {} where it says that to nobody."""
        self._client, self._learned = client, learned
        self._due_at: float | None = None
        """By `time.monotonic`; None where nothing is left to learn."""

    async def at_opening(self, hashtags: Sequence[str]) -> None:
        """Learn it; where that fails, the timeline of a hashtag has to be there at least.

        Raises Lost, Limited, or Denied for a server that is not there, or is none of Mastodon's.
        """
        try:
            await self._learn(ASKED_SECONDS)
        except SourceError as error:
            if isinstance(error, NoAnswer) and isinstance(error.cause, _NOBODY_THERE):
                raise
            if not await self._has_timeline(hashtags):
                raise

    async def where_due(self) -> None:
        """Learn what could not be learnt before, where it is time to ask once more."""
        if self._due_at is None or monotonic() < self._due_at:
            return
        try:
            await self._learn(ASKED_BESIDE_SECONDS)
        except SourceError:
            return  # it is asked again

    async def _learn(self, seconds: float) -> None:
        self._due_at = monotonic() + AGAIN_SECONDS
        try:
            async with asyncio.timeout(seconds):
                instance = await self._client.instance()
                await self._client.learn_software(instance)
        except TimeoutError:
            raise Lost(f"{self._client.host} did not say in time what it is.") from None
        except Limited as error:
            self._due_at = monotonic() + min(max(error.seconds, AGAIN_SECONDS), LATEST_SECONDS)
            raise
        self._due_at = None
        self._learned(instance)

    async def _has_timeline(self, hashtags: Sequence[str]) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(ASKED_BESIDE_SECONDS):
                # The name of its software may be had all the same.
                await self._client.learn_software({})
        try:
            for tag in hashtags[:1]:
                await page_of(self._client, tag)
                self._client.is_mastodon = True
        except SourceError:
            return False
        return True

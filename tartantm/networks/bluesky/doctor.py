"""Whether Bluesky would work from here and now, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.json_fields import mapping, raw, rows
from tartantm.networks.protocol import Finding, Refused

if TYPE_CHECKING:
    from tartantm.networks.bluesky.source import BlueskySource

LISTEN_SECONDS = 3.0

SOMEBODY = "did:plc:z72i7hdynmk6r22z27h6tvur"
"""Bluesky's own account, to ask for where the stream named nobody."""


async def diagnose(source: BlueskySource) -> AsyncIterator[Finding]:
    """The stream and its rate, the people's names, the account, and its search."""
    people: list[str] = []
    yield await _stream(source, people)
    yield await _names(source, people)
    if source.xrpc.account is None:
        yield Finding(
            "doubtful",
            "There is no Bluesky account here, so gaps of more than 45 minutes cannot be "
            "filled; `tartantm account add bluesky` takes an app password.",
        )
    else:
        try:
            home = await source.xrpc.log_in()
        except TartantmError as error:
            yield Finding("bad", str(error))
        else:
            yield Finding("good", f"The account @{source.xrpc.account.handle} logs in at {home}.")
            yield await _search(source)


async def _stream(source: BlueskySource, people: list[str]) -> Finding:
    from tartantm.networks.json_decode import Undecodable, decode

    host, count = source.jetstream.host, 0
    try:
        async with source.jetstream.connect() as connection:
            began = monotonic()
            try:
                async with asyncio.timeout(LISTEN_SECONDS):
                    while True:
                        frame = await connection.receive()
                        count += b'"commit"' in frame
                        if len(people) < 5 and len(frame) < 100_000:
                            try:
                                people.append(raw(mapping(decode(frame)), "did"))
                            except Undecodable:
                                continue
            except TimeoutError:
                pass
            took = monotonic() - began
    except TartantmError as error:
        return Finding("bad", str(error))
    if not count:
        return Finding(
            "doubtful", f"The stream of {host} connects, and nothing came in {took:.0f} seconds."
        )
    return Finding("good", f"The stream of {host} brings {count / took:.0f} posts a second.")


async def _names(source: BlueskySource, people: list[str]) -> Finding:
    host = source.xrpc.host
    asked = sorted({did for did in people if did.startswith("did:")}) or [SOMEBODY]
    try:
        told = await source.xrpc.ask("app.bsky.actor.getProfiles", {"actors": asked})
    except Refused as error:
        return Finding("doubtful", f"People will be shown by their numbers: {error}")
    except TartantmError as error:
        return Finding("doubtful", f"People would be shown by their numbers: {error}")
    if not rows(told, "profiles") and people:
        return Finding("doubtful", f"{host} answers, and knows nobody of those who post.")
    return Finding("good", f"{host} tells people's names.")


async def _search(source: BlueskySource) -> Finding:
    since = source.net.clock.now() - timedelta(days=7)
    tags = " or ".join(f"#{key}" for key in sorted(source.sieve.keys))
    count = 0
    try:
        async for batch in source.asking.search(since):
            count += sum(isinstance(item, Post) for item in batch)
    except TartantmError as error:
        return Finding("doubtful", f"Long gaps cannot be filled by search: {error}")
    return Finding("good", f"Search works; it finds {count} posts with {tags} of the last week.")

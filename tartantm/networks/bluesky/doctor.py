"""Bluesky's part of ``tartantm doctor``: the stream, people's names, the account, search."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from time import monotonic

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.bluesky.jetstream import Jetstream
from tartantm.networks.bluesky.search import BlueskySearch
from tartantm.networks.bluesky.xrpc import XrpcClient
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import mapping, raw, rows
from tartantm.networks.protocol import Finding, Refused

LISTEN_SECONDS = 3.0
"""How long the stream is listened to."""

SOMEBODY = "did:plc:z72i7hdynmk6r22z27h6tvur"
"""Bluesky's own account, looked up where the stream named nobody."""


async def diagnose(
    jetstream: Jetstream, xrpc: XrpcClient, search: BlueskySearch, now: datetime
) -> AsyncIterator[Finding]:
    """Try the stream and its rate, people's names, the account, and search."""
    dids: list[str] = []
    yield await _stream(jetstream, dids)
    yield await _names(xrpc, dids)
    if xrpc.account is None:
        yield Finding(
            "doubtful",
            "There is no Bluesky account here, so gaps of more than 45 minutes cannot be "
            "filled; `tartantm account add bluesky` takes an app password.",
        )
        return
    try:
        home = await xrpc.log_in()
    except TartantmError as error:
        yield Finding("bad", str(error))
    else:
        yield Finding("good", f"The account @{xrpc.account.handle} logs in at {home}.")
        yield await _search(search, now)


async def _stream(jetstream: Jetstream, dids: list[str]) -> Finding:
    """Listen for a few seconds; the DIDs of the first people seen are put into `dids`."""
    host, count = jetstream.host, 0
    try:
        async with jetstream.connect() as connection:
            began = monotonic()
            try:
                async with asyncio.timeout(LISTEN_SECONDS):
                    while True:
                        frame = await connection.receive()
                        count += b'"commit"' in frame
                        if len(dids) < 5 and len(frame) < 100_000:
                            try:
                                dids.append(raw(mapping(decode(frame)), "did"))
                            except Undecodable:
                                continue
            except TimeoutError:
                pass
            took = monotonic() - began
    except TartantmError as error:
        return Finding("bad", str(error))
    if not count:
        return Finding(
            "doubtful", f"The stream of {host} connects, but nothing came in {took:.0f} seconds."
        )
    return Finding("good", f"The stream of {host} brings {count / took:.0f} posts a second.")


async def _names(xrpc: XrpcClient, dids: list[str]) -> Finding:
    asked = sorted({did for did in dids if did.startswith("did:")}) or [SOMEBODY]
    try:
        answer = await xrpc.ask("app.bsky.actor.getProfiles", {"actors": asked})
    except Refused as error:
        return Finding("doubtful", f"People will be shown by their DIDs: {error}")
    except TartantmError as error:
        return Finding("doubtful", f"People would be shown by their DIDs: {error}")
    if not rows(answer, "profiles") and dids:
        return Finding(
            "doubtful", f"{xrpc.host} answers, but knows none of the people who posted just now."
        )
    return Finding("good", f"{xrpc.host} knows people's names.")


async def _search(search: BlueskySearch, now: datetime) -> Finding:
    tags = " or ".join(f"#{key}" for key in sorted(search.keys))
    count = 0
    try:
        async for batch in search.since(now - timedelta(days=7)):
            count += sum(isinstance(item, Post) for item in batch)
    except TartantmError as error:
        return Finding("doubtful", f"Long gaps cannot be filled by search: {error}")
    return Finding(
        "good", f"Search works; it finds {count} posts with {tags} from the last seven days."
    )

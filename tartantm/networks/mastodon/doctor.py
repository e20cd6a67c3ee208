"""Mastodon's part of ``tartantm doctor``: the server, the token, timelines, and the stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, line, mapping, raw
from tartantm.networks.mastodon.client import Denied, MastodonClient, tag_path
from tartantm.networks.protocol import Finding, Lost

TRIAL_SECONDS = 20.0
"""How long a stream is given to send anything; servers send a sign of life every 15 seconds."""

GRACE_SECONDS = 2.0
"""How much later than in the timeline a post may come by the stream."""

Read = Callable[[Iterable[Json]], list[Heard]]
"""Makes posts of statuses: `MastodonSource.read`."""

Stream = Callable[[Callable[[], None]], AsyncIterator[list[Heard]]]
"""Listens on one connection: `MastodonSource.stream`."""


async def diagnose(
    client: MastodonClient, hashtags: Sequence[str], *, read: Read, stream: Stream, clock: Clock
) -> AsyncIterator[Finding]:
    """Report what works and what does not; ends where nothing further can work."""
    try:
        instance = await client.instance()
    except TartantmError as error:
        yield Finding("bad", str(error))
        return
    yield _software(instance, client.host)
    nearby = client.host.startswith(("127.0.0.1", "localhost", "[::1]"))
    if client.base.startswith("http:") and client.has_token and not nearby:
        yield Finding(
            "doubtful",
            f"The token goes to {client.host} unencrypted; anybody on the way can read it.",
        )
    for finding in _access(instance, client.host, client.has_token, client.account_name):
        yield finding
    async for finding in _account(client):
        yield finding
    timelines = [await _timeline(client, tag, read) for tag in hashtags]
    for finding in timelines:
        yield finding
    if client.has_token and not any(finding.level == "bad" for finding in timelines):
        async for finding in _stream(client, hashtags, read, stream, clock):
            yield finding


def _software(instance: Json, host: str) -> Finding:
    version = line(instance, "version")
    title = line(instance, "title")
    if not version:
        return Finding("doubtful", f"{host} answers, but does not say which software it runs.")
    return Finding("good", f"{host} answers: {title or 'no name'}, version {version}.")


def _access(instance: Json, host: str, has_token: bool, account: str) -> list[Finding]:
    """Who may read the timelines of hashtags, which Mastodon says from version 4.5 on."""
    feeds = mapping(instance, "configuration", "timelines_access", "hashtag_feeds")
    found = []
    for key, whose in (("local", "its own members"), ("remote", "other servers")):
        match raw(feeds, key):
            case "disabled":
                found.append(
                    Finding(
                        "bad",
                        f"{host} shows nobody hashtags in posts of {whose}; use another server.",
                    )
                )
            case "authenticated" if not has_token:
                found.append(
                    Finding(
                        "bad",
                        f"{host} shows hashtags in posts of {whose} only to its members; add a "
                        f"token with `tartantm account add {account}`.",
                    )
                )
    return found


async def _account(client: MastodonClient) -> AsyncIterator[Finding]:
    if not client.has_token:
        yield Finding(
            "doubtful",
            f"There is no token for {client.host}, so the timeline is asked now and then and posts "
            f"come a little late. Add one with `tartantm account add {client.account_name}`.",
        )
        return
    try:
        owner = await client.get("/api/v1/accounts/verify_credentials")
    except Denied as error:
        if error.status == 401:
            yield Finding("bad", str(error))
        else:
            yield Finding(
                "doubtful",
                "The token does not say whose it is; it may be an app's, which cannot stream.",
            )
        return
    except TartantmError as error:
        yield Finding("bad", str(error))
        return
    yield Finding("good", f"The token is that of @{line(owner, 'acct', 'username') or 'nobody'}.")
    for path, what in (
        ("/api/v1/mutes", "mutes people"),
        ("/api/v1/blocks", "blocks people"),
        ("/api/v2/filters", "has filters"),
    ):
        with suppress(Denied, Lost):
            if await client.get(path):
                yield Finding(
                    "doubtful",
                    f"The token's account {what}; their posts may be missing from the chat. "
                    "Use an account made for this.",
                )


async def _timeline(client: MastodonClient, tag: str, read: Read) -> Finding:
    try:
        posts = await _latest(client, tag, read)
    except TartantmError as error:
        return Finding("bad", f"The timeline of #{tag}: {error}")
    if client.has_token:
        with suppress(TartantmError):
            hidden = set(await _latest(client, tag, read, as_nobody=True)) - set(posts)
            if hidden:
                return Finding(
                    "doubtful",
                    f"The token's account does not see {len(hidden)} of the latest posts of #{tag} "
                    "that everybody sees: it has languages chosen, or mutes people. Use an account "
                    "made for this.",
                )
    if not posts:
        return Finding(
            "doubtful", f"{client.host} knows no post with #{tag} yet; is it spelt like that?"
        )
    last = max(post.created_at for post in posts.values())
    return Finding(
        "good", f"The timeline of #{tag} answers; its last post is of {last:%d %B %Y, %H:%M} UTC."
    )


async def _latest(
    client: MastodonClient, tag: str, read: Read, *, as_nobody: bool = False
) -> dict[str, Post]:
    found = await client.get(tag_path(tag), [("limit", "40")], as_nobody=as_nobody)
    posts = read(found if isinstance(found, list) else [])
    return {post.id: post for post in posts if isinstance(post, Post)}


async def _stream(
    client: MastodonClient, hashtags: Sequence[str], read: Read, stream: Stream, clock: Clock
) -> AsyncIterator[Finding]:
    """Listen until something comes, then compare what came with the timeline."""
    came: set[str] = set()
    signs: list[datetime] = []
    spoke = asyncio.Event()

    def alive() -> None:
        signs.append(clock.now())
        if len(signs) > 1:  # the first says only that the stream is open
            spoke.set()

    async def listen() -> None:
        async for batch in stream(alive):
            came.update(post.id for post in batch if isinstance(post, Post))

    listening = asyncio.create_task(listen())
    waiting = asyncio.create_task(spoke.wait())
    try:
        await asyncio.wait(
            {listening, waiting}, timeout=TRIAL_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if listening.done():
            error = listening.exception()
            words = str(error) if isinstance(error, TartantmError) else "The stream ended."
            yield Finding("doubtful", words)
            return
        if not spoke.is_set():
            yield Finding(
                "doubtful",
                f"{client.host} opens a stream and sends nothing on it; posts come late.",
            )
            return
        yield Finding("good", "The stream opens.")
        new = [
            post_id
            for tag in hashtags
            for post_id, post in (await _latest(client, tag, read)).items()
            if post.created_at > signs[0]
        ]
        await asyncio.sleep(GRACE_SECONDS if new else 0)
        if not came.issuperset(new):
            yield Finding("doubtful", "The timeline has new posts that the stream did not bring.")
    finally:
        for task in (listening, waiting):
            task.cancel()
        await asyncio.gather(listening, waiting, return_exceptions=True)

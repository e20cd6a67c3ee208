"""Whether hashtags of one Mastodon server can be heard from here and now, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.json_fields import Json, line, mapping, raw
from tartantm.networks.mastodon.client import Denied, tag_path
from tartantm.networks.protocol import Finding, Lost

if TYPE_CHECKING:
    from tartantm.networks.mastodon.source import MastodonSource

TRIAL_SECONDS = 20.0
"""How long a stream is listened to for a sign of life; servers give one every 15 seconds."""
GRACE_SECONDS = 2.0
"""How much later than in the timeline a post may come by the stream."""


async def diagnose(source: MastodonSource) -> AsyncIterator[Finding]:
    """What works and what does not; ends where nothing further can work."""
    client, host = source.client, source.client.host
    try:
        instance = await source.instance()
    except TartantmError as error:
        yield Finding("bad", str(error))
        return
    yield _software(instance, host)
    nearby = host.startswith(("127.0.0.1", "localhost", "[::1]"))
    if client.base.startswith("http:") and client.has_token and not nearby:
        yield Finding("doubtful", f"The token goes to {host} for everybody on the way to read.")
    for finding in _access(instance, host, client.has_token, client.account_name):
        yield finding
    async for finding in _account(source):
        yield finding
    timelines = [await _timeline(source, tag) for tag in source.hashtags]
    for finding in timelines:
        yield finding
    if any(finding.level == "bad" for finding in timelines):
        return
    if client.has_token:
        async for finding in _stream(source):
            yield finding


def _software(instance: Json, host: str) -> Finding:
    version = line(instance, "version")
    title = line(instance, "title")
    if not version:
        return Finding("doubtful", f"{host} answers, but does not say what it is.")
    return Finding("good", f"{host} answers: {title or 'no name'}, version {version}.")


def _access(instance: Json, host: str, has_token: bool, account: str) -> list[Finding]:
    """What Mastodon 4.5 and later tell about who may read the timelines of hashtags."""
    feeds = mapping(instance, "configuration", "timelines_access", "hashtag_feeds")
    found = []
    for key, words in (("local", "its own members"), ("remote", "other servers")):
        match raw(feeds, key):
            case "disabled":
                words = f"{host} shows nobody hashtags in posts of {words}; take another server."
                found.append(Finding("bad", words))
            case "authenticated" if not has_token:
                words = f"{host} shows hashtags in posts of {words} to its members only; give a "
                found.append(Finding("bad", f"{words}token by `tartantm account add {account}`."))
    return found


async def _account(source: MastodonSource) -> AsyncIterator[Finding]:
    client = source.client
    add = f"`tartantm account add {client.account_name}`"
    if not client.has_token:
        words = f"There is no token for {client.host}; posts come a little late, by asking. "
        yield Finding("doubtful", f"{words}Give one by {add}.")
        return
    try:
        owner = await client.get("/api/v1/accounts/verify_credentials")
    except Denied as error:
        if error.status == 401:
            yield Finding("bad", str(error))
        else:
            words = "The token does not say whose it is; it may be an app's, which cannot stream."
            yield Finding("doubtful", words)
        return
    except TartantmError as error:
        yield Finding("bad", str(error))
        return
    yield Finding("good", f"The token is that of @{line(owner, 'acct', 'username') or 'nobody'}.")
    for path, words in (
        ("/api/v1/mutes", "mutes people"),
        ("/api/v1/blocks", "blocks people"),
        ("/api/v2/filters", "has filters"),
    ):
        with suppress(Denied, Lost):
            if await client.get(path):
                words = f"The token's account {words}; their posts may be missing from the chat. "
                yield Finding("doubtful", f"{words}Take an account made for this.")


async def _timeline(source: MastodonSource, tag: str) -> Finding:
    client = source.client
    try:
        posts = await _latest(source, tag)
    except TartantmError as error:
        return Finding("bad", f"The timeline of #{tag}: {error}")
    if client.has_token:
        with suppress(TartantmError):
            hidden = set(await _latest(source, tag, as_nobody=True)) - set(posts)
            if hidden:
                words = (
                    f"The token's account does not see {len(hidden)} of the last posts of #{tag} "
                )
                words += "that everybody sees: it has languages chosen, or mutes people. Take an "
                words += "account made for this."
                return Finding("doubtful", words)
    if not posts:
        words = f"{client.host} knows no post with #{tag} yet; is it written so?"
        return Finding("doubtful", words)
    last = max(post.created_at for post in posts.values())
    words = f"The timeline of #{tag} answers; its last post is of {last:%d %B %Y, %H:%M} UTC."
    return Finding("good", words)


async def _latest(source: MastodonSource, tag: str, *, as_nobody: bool = False) -> dict[str, Post]:
    found = await source.client.get(tag_path(tag), [("limit", "40")], as_nobody=as_nobody)
    posts = source.read(found if isinstance(found, list) else [])
    return {post.id: post for post in posts if isinstance(post, Post)}


async def _stream(source: MastodonSource) -> AsyncIterator[Finding]:
    """Listen until something comes, then hold what came against the timeline."""
    came: set[str] = set()
    signs: list[datetime] = []
    spoke = asyncio.Event()

    def alive() -> None:
        signs.append(source.clock.now())
        if len(signs) > 1:  # the first says that it is open
            spoke.set()

    async def listen() -> None:
        async for batch in source.stream(alive):
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
            words = f"{source.client.host} opens a stream and says nothing on it; posts come late."
            yield Finding("doubtful", words)
            return
        yield Finding("good", "The stream opens.")
        new = [
            post_id
            for tag in source.hashtags
            for post_id, post in (await _latest(source, tag)).items()
            if post.created_at > signs[0]
        ]
        await asyncio.sleep(GRACE_SECONDS if new else 0)
        if not came.issuperset(new):
            yield Finding("doubtful", "The timeline has new posts that the stream did not bring.")
    finally:
        for task in (listening, waiting):
            task.cancel()
        await asyncio.gather(listening, waiting, return_exceptions=True)

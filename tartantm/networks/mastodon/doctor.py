"""What ``tartantm doctor`` asks of Mastodon beside the run: software, token, whom it mutes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, line, mapping, raw
from tartantm.networks.mastodon.addresses import tag_path
from tartantm.networks.mastodon.client import Denied, MastodonClient
from tartantm.networks.protocol import Finding, Lost, introduced

Read = Callable[[Iterable[Json]], list[Heard]]
"""Makes posts of statuses: `MastodonSource.read`."""


async def diagnose(
    client: MastodonClient, hashtags: Sequence[str], read: Read
) -> AsyncIterator[Finding]:
    """Ask about the server, the token and the hashtags. Where none answers, the run says why."""
    try:
        instance = await client.instance()
    except Denied:
        return
    except TartantmError as error:
        yield Finding("doubtful", introduced(f"{client.host} does not say what it is", str(error)))
        instance = {}
    else:
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
    for tag in hashtags:
        async for finding in _timeline(client, tag, read):
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
                        f"token with 'tartantm account add {account}'.",
                    )
                )
    return found


async def _account(client: MastodonClient) -> AsyncIterator[Finding]:
    if not client.has_token:
        yield Finding(
            "doubtful",
            f"There is no token for {client.host}, so the timeline is asked now and then and posts "
            f"come a little late. Add one with 'tartantm account add {client.account_name}'.",
        )
        return
    try:
        owner = await client.entity("/api/v1/accounts/verify_credentials", named="acct")
    except Denied as error:
        if error.status == 401:
            yield Finding("bad", str(error))
        else:
            yield Finding(
                "doubtful",
                "The token does not say whose it is; it may be an app's, which cannot stream. Make "
                f"one with 'tartantm account add {client.account_name}'.",
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
            if await client.rows(path):
                yield Finding(
                    "doubtful",
                    f"The token's account {what}; their posts may be missing from the chat. "
                    "Use an account made for this.",
                )


async def _timeline(client: MastodonClient, tag: str, read: Read) -> AsyncIterator[Finding]:
    """What the token's account does not see, and how long ago a hashtag was used."""
    try:
        posts = await _latest(client, tag, read)
    except TartantmError:
        return
    if client.has_token:
        with suppress(TartantmError):
            hidden = set(await _latest(client, tag, read, as_nobody=True)) - set(posts)
            if hidden:
                yield Finding(
                    "doubtful",
                    f"The token's account does not see {len(hidden)} of the latest posts of #{tag} "
                    "that everybody sees: it has languages chosen, or mutes people. Use an account "
                    "made for this.",
                )
    if not posts:
        yield Finding(
            "doubtful",
            f"{client.host} knows no post with #{tag} yet; is it spelt like that?",
            about="spelling",
        )
        return
    last = max(post.created_at for post in posts.values())
    yield Finding("good", f"The last post with #{tag} is of {last:%d %B %Y, %H:%M} UTC.")


async def _latest(
    client: MastodonClient, tag: str, read: Read, *, as_nobody: bool = False
) -> dict[str, Post]:
    found = await client.statuses(tag_path(tag), [("limit", "40")], as_nobody=as_nobody)
    return {post.id: post for post in read(found) if isinstance(post, Post)}

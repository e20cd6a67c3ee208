"""Listening to GoToSocial, which speaks Mastodon's language with an accent."""

from __future__ import annotations

import pytest

from tartantm.core.post import Post
from tartantm.networks.protocol import Limited, Refused
from tests.networks.mastodon.listening import Holding, Listening, ago, all_of, source_of
from tests.networks.mastodon.server import MastodonServer

HTML = {"Content-Type": "text/html"}


async def test_a_hashtag_that_nobody_has_used_yet_has_no_posts() -> None:
    async with MastodonServer() as server:
        server.faults.gotosocial()
        source = source_of(server)
        await source.open()
        assert await all_of(source.since(ago(hours=1))) == []
        server.post("The first #tartantm")
        assert [post.text for post in await all_of(source.since(ago(hours=1)))] == [
            "The first #tartantm"
        ]
        await source.close()


@pytest.mark.parametrize(
    "status, headers, body",
    [(404, HTML, b"<html>Not here"), (404, {}, b""), (410, {}, {"error": "Gone"})],
)
async def test_what_is_no_unused_hashtag(
    status: int, headers: dict[str, str], body: object
) -> None:
    async with MastodonServer() as server:
        server.faults.gotosocial()
        source = source_of(server)
        await source.open()
        server.faults.answer("/api/v1/timelines", (status, headers, body))
        with pytest.raises(Refused):
            await all_of(source.since(ago(hours=1)))
        await source.close()


async def test_a_server_that_is_none_has_no_unused_hashtags() -> None:
    async with MastodonServer() as server:
        server.instance = {"name": "Some other API"}
        server.faults.gotosocial()
        source = source_of(server)
        await source.open()
        with pytest.raises(Refused, match="it may be no Mastodon server"):
            await all_of(source.since(ago(hours=1)))
        await source.close()


async def test_tagged_replies_are_found_though_the_timeline_leaves_them_out() -> None:
    async with MastodonServer() as server:
        server.faults.gotosocial()
        question = server.post("Q1 Why? #tartantm")
        source = source_of(server)
        held = Holding(await all_of(source.since(ago(hours=1))), question)
        server.post("A1 Because #tartantm", reply_to=question)
        assert len(await all_of(source.since(ago(hours=1)))) == 1
        (reply,) = await all_of(source.replies(held))
        assert (reply.text, reply.found_by) == ("A1 Because #tartantm", "")
        await source.close()


async def test_its_websocket_opens_and_says_nothing() -> None:
    async with MastodonServer() as server:
        server.faults.gotosocial()
        source = source_of(server)
        async with Listening(source, server) as listening:
            server.post("One #tartantm")
            (post,) = await all_of(source.since(ago(hours=1)))
            assert isinstance(post, Post) and listening.heard == []


async def test_maintenance_is_waited_for() -> None:
    async with MastodonServer() as server:
        server.faults.gotosocial()
        source = source_of(server)
        answer = (503, {"Retry-After": "120", **HTML}, b"<!doctype html>Down for maintenance")
        server.faults.answer("/", answer)
        for asking in (source.open(), all_of(source.since(ago(hours=1)))):
            with pytest.raises(Limited) as caught:
                await asking
            assert caught.value.seconds == 120
        await source.close()


async def test_everything_together_stays_within_300_requests() -> None:
    """As fast as it can: posts, rechecks and replies, each until nothing more is allowed."""
    async with MastodonServer() as server:
        server.faults.gotosocial()
        for n in range(200):
            server.post(f"{n} #tartantm")
        source = source_of(server)
        await source.open()
        held = Holding(await all_of(source.since(ago(hours=1))))
        ended = set()
        for n in range(400):
            for name, asking in (
                ("recheck", source.recheck([held.posts[n % 200]])),
                ("replies", source.replies(held)),
            ):
                try:
                    await all_of(asking)
                except Limited:
                    ended.add(name)
            if len(ended) == 2:
                break
        assert ended == {"recheck", "replies"}
        assert server.made == 240
        assert len(await all_of(source.since(ago(hours=1)))) == 200
        await source.close()

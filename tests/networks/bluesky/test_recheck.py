"""What became of posts on Bluesky: only what is surely gone counts as gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Author, Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Limited, Lost, Refused
from tests.builders import post
from tests.networks.bluesky.following import Holding, source_for
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.store import did_of
from tests.networks.bluesky.test_search import HOUR, gathered

POSTS, THREAD = "app.bsky.feed.getPosts", "app.bsky.feed.getPostThread"


async def posted(server: BlueskyServer, count: int) -> list[Post]:
    """Posts of an hour ago, as the chat holds them."""
    uris = [await server.post(f"post {n} #tartantm", ago=HOUR) for n in range(count)]
    return [
        replace(
            post(
                f"bluesky:{uri}",
                author=Author("ailsa.example", id=did_of("ailsa")),
                version=server.store.posts[uri]["cid"],
            ),
            created_at=datetime.now(UTC) - timedelta(hours=1),
        )
        for uri in uris
    ]


def uri_of(held: Post) -> str:
    return held.id.removeprefix("bluesky:")


async def test_what_was_deleted_and_what_has_other_words() -> None:
    async with BlueskyServer() as server:
        held = await posted(server, 60)
        await server.delete(uri_of(held[3]))
        await server.edit(uri_of(held[50]), "in other words")
        source = source_for(server)
        heard = await gathered(source.recheck([*held, post("x:1")]))
        await source.close()
    gone = [item for item in heard if isinstance(item, Deleted)]
    changed = [item for item in heard if isinstance(item, Post)]
    assert [(item.posts, item.why) for item in gone] == [((held[3].id,), "gone")]
    assert [(item.text, bool(item.edited_at)) for item in changed] == [("in other words", True)]
    assert (server.calls[POSTS], server.calls[THREAD]) == (3, 1)


async def test_one_that_always_fails_keeps_no_others_from_being_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with BlueskyServer() as server:
        held = await posted(server, 6)
        for each in held[1:4]:
            await server.delete(uri_of(each))
        source = source_for(server)
        ask = source.xrpc.ask

        async def failing(method: str, parameters: Any) -> Any:
            if method == THREAD and parameters["uri"] == uri_of(held[2]):
                raise Refused("Not this one.")
            return await ask(method, parameters)

        monkeypatch.setattr(source.xrpc, "ask", failing)
        answered: list[Post] = []
        heard: list[Heard] = []
        with pytest.raises(Lost, match="Not this one"):
            async for batch in source.recheck(held, answered.append):
                heard += batch
        gone = [item.posts for item in heard if isinstance(item, Deleted)]
        assert gone == [(held[1].id,), (held[3].id,)]
        assert {each.id for each in answered} == {each.id for each in held} - {held[2].id}
        await source.close()


async def test_what_is_not_indexed_yet_is_neither_gone_nor_edited_back() -> None:
    async with BlueskyServer() as server:
        one, other, third = await posted(server, 3)
        now = datetime.now(UTC)
        fresh = replace(one, received_at=now)
        edited = replace(other, version="bafynewer", edited_at=now - timedelta(seconds=30))
        source = source_for(server)
        # By the clock here it is an hour old, but it came just now.
        source.filter.remember(third)
        for held in (fresh, third):
            server.store.posts.pop(uri_of(held))
        assert await gathered(source.recheck([fresh, edited, third])) == []
        await source.close()


async def test_a_service_that_shows_nothing_deletes_nothing() -> None:
    """An empty list for everything, with status 200."""
    async with BlueskyServer() as server:
        held = await posted(server, 40)
        source = source_for(server)
        source.held = Holding(*held)
        server.faults.blank = True
        with pytest.raises(Lost, match="shows none of the posts"):
            await gathered(source.recheck(held))
        source.held = None
        # Nothing to compare with: each is asked for alone.
        assert await gathered(source.recheck(held)) == []
        server.faults.blank = False
        for each in held[:25]:
            await server.delete(uri_of(each))
        source.held = Holding(*held)
        gone = [item for item in await gathered(source.recheck(held[:25])) if item]
        assert len(gone) == 25
        await source.close()


async def test_posts_of_who_blocks_us_are_not_gone() -> None:
    async with BlueskyServer() as server:
        held = await posted(server, 2)
        server.faults.blocked = {uri_of(each) for each in held}
        source = source_for(server)
        assert await gathered(source.recheck(held)) == []
        await source.close()


@pytest.mark.parametrize(
    ("fault", "kind"), [(429, Limited), (503, Lost), ("html", Lost), (403, Refused)]
)
async def test_what_is_not_answered_is_not_gone(fault: int | str, kind: type[Exception]) -> None:
    async with BlueskyServer() as server:
        held = await posted(server, 2)
        await server.delete(uri_of(held[0]))
        source = source_for(server)
        for method in (THREAD, POSTS):
            server.faults.xrpc = {method: fault}
            heard = []
            with pytest.raises(kind):
                async for batch in source.recheck(held):
                    heard += batch
            assert not heard
        await source.close()


async def test_a_post_that_cannot_be_read_is_there() -> None:
    async with BlueskyServer() as server:
        (held,) = await posted(server, 1)
        server.store.posts[uri_of(held)]["record"] = "?"
        source = source_for(server)
        assert await gathered(source.recheck([held])) == []
        assert server.calls[THREAD] == 0
        await source.close()

"""Which pages of entries are asked for, and what their answers prove."""

from __future__ import annotations

import pytest

from tartantm.capture.trial_index import TrialIndex
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.feed import page as feed_page
from tartantm.networks.feed import source as feed_source
from tartantm.networks.feed.page import AGAIN_SECONDS, AT_ONCE, SOON_SECONDS, PageTurns, page_of
from tartantm.networks.feed.source import FeedSource
from tests.builders import at, post
from tests.networks.feed.server import PATH, FeedServer, in_a_thread, item
from tests.networks.feed.test_source import date, source_of

FEED = "https://blog.example/tags/tartantm.rss?key=s3cret"


@pytest.mark.parametrize(
    ("url", "feed", "is_asked"),
    [
        ("https://blog.example/1", FEED, True),
        ("https://blog.example/1?p=2#end", FEED, True),
        ("https://blog.example/1", "http://blog.example/feed", True),
        ("http://blog.example/1", FEED, False),
        ("https://elsewhere.example/1", FEED, False),
        ("https://blog.example.evil.example/1", FEED, False),
        ("https://blog.example:8443/1", FEED, False),
        ("http://127.0.0.1:22/1", "http://127.0.0.1:80/feed", False),
        ("https://me:pw@blog.example/1", FEED, False),
        (FEED, FEED, False),
        ("https://blog.example:port/1", FEED, False),
        ("javascript:alert(1)", FEED, False),
        ("mailto:a@blog.example", FEED, False),
        (None, FEED, False),
    ],
)
def test_only_pages_of_the_feeds_own_host(url: str | None, feed: str, is_asked: bool) -> None:
    page = page_of(post("feed:t:1", url=url), feed)
    assert (page is not None) == is_asked
    assert page is None or (page == (url or "").partition("#")[0] and "s3cret" not in page)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_source, "read_apart", in_a_thread)


class Time:
    def __init__(self) -> None:
        self.now = 10 * AGAIN_SECONDS

    def __call__(self) -> float:
        return self.now


def test_pages_take_turns_those_out_of_the_middle_first() -> None:
    time = Time()
    turns = PageTurns(time)
    posts = [post(f"feed:t:{n}", minute=n) for n in range(20)]
    listed = {"feed:t:10": at(10), "feed:t:19": at(19)}
    order: list[str] = []
    while some := turns.next(posts, listed):
        assert len(some) <= AT_ONCE
        for each in some:
            turns.asked(each)
            order.append(each.id)
    assert set(order[:8]) == {f"feed:t:{n}" for n in range(11, 19)}
    assert len(order) == len(set(order)) == 18
    time.now += SOON_SECONDS
    while some := turns.next(posts, listed):
        for each in some:
            turns.asked(each)
            order.append(each.id)
    assert sorted(order[18:]) == sorted(order[:8])
    assert {each.id for each in PageTurns(time).next(posts, {})} <= {each.id for each in posts}


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_page, "REMEMBERED", 7)
    turns = PageTurns()
    for n in range(20):
        turns.asked(post(f"feed:t:{n}"))
    assert len(turns._asked) == 7


async def gone(source: FeedSource, held: list[Post]) -> list[str]:
    heard = [item async for batch in source.recheck(held) for item in batch]
    return [item.posts[0] for item in heard if isinstance(item, Deleted)]


@pytest.mark.parametrize("status", [200, 301, 302, 400, 401, 403, 404, 410, 418, 429, 500, 503])
async def test_only_404_and_410_prove_that_an_entry_is_gone(status: int) -> None:
    async with FeedServer() as server:
        url = f"http://{server.host}/entries/1"
        server.pages["/entries/1"] = (status, {"Location": "/nowhere"}, b"<html>")
        source = source_of(server.url.replace("://", "://me:s3cret@") + "?key=s3cret")
        found = await gone(source, [post("feed:t:1", url=url)])
        assert found == (["feed:t:1"] if status in (404, 410) else [])
        target, headers = server.requests[-1]
        assert target == "/entries/1" and "s3cret" not in target
        assert "authorization" not in headers and "cookie" not in headers
        assert len(server.requests) == 2
        await source.close()


async def test_what_is_listed_or_has_no_page_is_not_asked_for() -> None:
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(1))]
        elsewhere = post("feed:t:3", url="https://other.example/3")
        source = source_of(server.url)
        held = [post("feed:t:1", url=f"http://{server.host}/1"), post("feed:t:2"), elsewhere]
        assert await gone(source, held) == []
        assert [path for path, _ in server.requests] == [PATH]
        # Once the feed is away nothing is known of its entries either.
        away = post("feed:t:4", url=f"http://{server.host}/4")
        await server.stop()
        assert await gone(source, [away]) == []
        await source.close()


@pytest.mark.parametrize("listed", [200, 301, 404, 410, 500])
async def test_missing_pages_say_nothing_where_those_of_listed_entries_are_missing_too(
    listed: int,
) -> None:
    async with FeedServer() as server:
        here = f"http://{server.host}/entries"
        server.items = [item(f"t:{n}", "x", date(n), f"<link>{here}/{n}</link>") for n in (7, 8)]
        server.pages["/entries/8"] = (listed, {"Location": "/nowhere"}, b"<html>")
        source = source_of(server.url)
        held = [post(f"feed:t:{n}", minute=n, url=f"{here}/{n}") for n in range(3)]
        found = await gone(source, held)
        assert found == ([each.id for each in held] if listed < 400 else [])
        await source.close()


async def test_where_the_site_moved_the_pages_that_were_known_say_so() -> None:
    """What is listed has an address that works; what is held has those of before."""
    async with FeedServer() as server:
        here = f"http://{server.host}"
        server.items = [item("t:7", "x", date(7), f"<link>{here}/new/7</link>")]
        server.pages["/new/7"] = (200, {}, b"<html>")
        source = source_of(server.url)
        held = [post(f"feed:t:{n}", minute=n, url=f"{here}/old/{n}") for n in (1, 7)]
        index = TrialIndex()
        await index.deliver(held)
        source.held = index
        assert await gone(source, held) == []
        source.held = None
        assert await gone(source_of(server.url), held) == ["feed:t:1"]
        await source.close()

"""A feed that is asked for now and then, at a real server on loopback."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from msgspec.structs import replace

from tartantm.capture.trial_index import TrialIndex
from tartantm.core.errors import BadInput
from tartantm.core.post import Author, Post
from tartantm.networks.clock import LiveClock
from tartantm.networks.feed import seen as feed_seen
from tartantm.networks.feed import source as feed_module
from tartantm.networks.feed.source import FeedSource
from tartantm.networks.heard import Carried
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Limited, LiveSource, Lost, Refused, Unfilled
from tartantm.settings.config import NetSettings
from tests.builders import START, at, post
from tests.networks.feed.server import CHANNEL, PATH, FeedServer, in_a_thread, item


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "read_apart", in_a_thread)


def source_of(url: str, *hashtags: str) -> FeedSource:
    return FeedSource(HttpClients(NetSettings(), LiveClock()), url, hashtags or ("tartantm",))


def date(minute: float) -> str:
    return format_datetime(at(minute))


async def heard(source: FeedSource, when: datetime = START) -> list[Post]:
    return [each for batch in await _all(source, when) for each in batch if isinstance(each, Post)]


async def _all(source: FeedSource, when: datetime) -> list[list[object]]:
    return [[*batch] async for batch in source.since(when)]


async def heard_with_loss(source: FeedSource, when: datetime = START) -> list[Post]:
    """What came, also where the source says that some entries are lost."""
    found: list[Post] = []
    with suppress(Unfilled):
        async for batch in source.since(when):
            found += [each for each in batch if isinstance(each, Post)]
    return found


class History(TrialIndex):
    """A session's index: the feed was asked from a time on, and brought these posts."""

    def __init__(self, first: datetime, posts: list[Post]) -> None:
        super().__init__()
        self.first, self.brought = first, {each.id: each for each in posts}

    def begins(self, source: str) -> datetime | None:
        return self.first

    def delivered(self, source: str) -> frozenset[str]:
        return frozenset(self.brought)

    def post(self, post_id: str) -> Post | None:
        return self.brought.get(post_id)


async def test_it_is_a_source() -> None:
    source = source_of("https://feeds.example/x")
    assert isinstance(source, LiveSource)
    assert (source.name, source.streams) == ("feed:https://feeds.example/x", False)


async def test_new_entries_once_and_old_ones_never() -> None:
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(5)), item("t:0", "Before", date(-5))]
        source = source_of(server.url)
        assert [each.text for each in await heard(source)] == ["One"]
        server.items.insert(0, item("t:2", "Two", date(3)))
        # The first look decides what is old: feeds take their time.
        assert [each.text for each in await heard(source, at(10))] == ["Two"]
        assert await heard(source, at(10)) == []
        assert [each.text for each in await heard(source, at(-10))] == ["Before"]
        await source.close()


async def test_what_a_cache_lists_late_is_taken_and_what_is_from_before_the_chat_is_not() -> None:
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(5)), item("t:0", "Before", date(-1))]
        (one,) = await heard(source_of(server.url))
        server.items.insert(0, item("t:2", "Late", date(8)))
        # A later run of the program, which missed nothing until the tenth minute.
        source = source_of(server.url)
        source.held = History(START, [one])
        assert [each.text for each in await heard(source, at(10))] == ["Late"]
        await source.close()


async def test_what_left_the_feed_unread_is_told_with_what_was_had() -> None:
    async with FeedServer() as server:
        source = source_of(server.url)
        for n in (0, 1, 4):
            server.items = [item(f"t:{m}", f"Words {m}", date(m)) for m in (n + 1, n)]
            if n < 4:
                assert await heard(source, at(n - 0.5))
        with pytest.raises(Unfilled, match="only the last 2 entries") as caught:
            await heard(source, at(2.5))
        assert caught.value.had_since is not None
        assert at(4) < caught.value.had_since < at(4.1)
        # What was there to be had was delivered, and is told once.
        server.items.pop()
        assert await heard(source, at(4.5)) == []
        await source.close()
        # Another run of the program knows what this one delivered.
        for known, is_lost in (("feed:t:1", True), ("feed:t:5", False)):
            later = source_of(server.url)
            later.held = History(START, [post(known)])
            if is_lost:
                with pytest.raises(Unfilled):
                    await heard(later, at(4.5))
            else:
                await heard(later, at(4.5))
            await later.close()


async def test_what_is_as_it_was_is_not_sent_again() -> None:
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(5))]
        source = source_of(server.url)
        await heard(source)
        await heard(source)
        first, second = (headers for _, headers in server.requests)
        assert "if-none-match" not in first and second["if-none-match"]
        await source.close()


async def test_unchanged_is_no_answer_where_it_was_not_asked_for_changes() -> None:
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(5))]
        server.pages[PATH] = (304, {}, b"")
        source = source_of(server.url)
        for _ in range(2):
            with pytest.raises(Lost, match="304"):
                await heard(source)
        del server.pages[PATH]
        (post,) = await heard(source)
        server.pages[PATH] = (304, {}, b"")
        assert await heard(source) == []
        source._listed_at = 0.0
        with pytest.raises(Lost, match="304"):
            _ = [batch async for batch in source.recheck([post])]
        await source.close()


async def test_what_another_feed_delivered_as_somebody_elses_is_delivered_once() -> None:
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(5)), item("t:2", "Two", date(5))]
        ours = await heard(source_of(server.url))
        source = source_of(server.url)
        index = TrialIndex()
        await index.deliver([replace(ours[0], author=Author("mallory", "Mallory")), ours[1]])
        source.held = index
        assert [(each.id, each.author) for each in await heard(source)] == [
            (ours[0].id, ours[0].author)
        ]
        assert await heard(source) == []
        await source.close()


async def test_edits_with_and_without_a_date() -> None:
    async with FeedServer() as server:
        server.with_etag = False
        server.items = [item("t:1", "One", date(5)), item("t:2", "Undated")]
        source = source_of(server.url)
        one, undated = await heard(source)
        assert undated.created_at == undated.received_at
        server.items = [item("t:1", "Ein", date(5)), item("t:2", "Changed")]
        edited, other = await heard(source)
        assert (edited.id, edited.text, edited.created_at) == (one.id, "Ein", one.created_at)
        assert edited.edited_at and edited.version
        assert (other.text, other.created_at) == ("Changed", undated.created_at)
        assert await heard(source) == []
        await source.close()


async def test_of_a_feed_that_is_not_the_hashtags_own_only_what_names_it() -> None:
    async with FeedServer() as server:
        tagged = item("t:2", "Two", date(2), "<category>TartanTM</category>")
        server.items = [item("t:1", "One", date(1)), tagged, item("t:3", "Three #otherchat")]
        source = source_of(server.url, "otherchat", "TARTANTM")
        assert len(await heard(source)) == 3
        server.pages["/blog"] = server._answer(PATH, {})
        source = source_of(server.url.replace(PATH, "/blog"), "otherchat", "TARTANTM")
        assert [each.text for each in await heard(source)] == ["Two", "Three #otherchat"]
        # Half a word in the address is not the hashtag.
        assert len(await heard(source_of(server.url, "tartan", "otherchat"))) == 1
        await source.close()


async def test_it_asks_as_seldom_as_it_is_told_within_reason() -> None:
    async with FeedServer() as server:
        for told, seconds in (
            ("<ttl>2</ttl>", 120),
            ("<ttl>1440</ttl>", 300),
            ("<ttl>0</ttl>", 60),
        ):
            server.channel = f'<rss version="2.0"><channel>{told}'
            source = source_of(server.url)
            await heard(source)
            assert source.poll_every == seconds
            await source.close()


async def test_a_move_for_good_is_remembered_and_another_is_not() -> None:
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(5))]
        for status, asked in ((301, 3), (302, 4)):
            server.requests.clear()
            server.pages["/old/tartantm"] = (status, {"Location": PATH}, b"")
            source = source_of(server.url.replace(PATH, "/old/tartantm"))
            assert len(await heard(source)) == 1
            await heard(source)
            assert len(server.requests) == asked
            assert source.name.endswith("/old/tartantm")
            await source.close()


HTML = {"Content-Type": "text/html"}
LINKED = b'<html><link rel="alternate" type="application/rss+xml" href="/f.xml?key=s3cret"></html>'


@pytest.mark.parametrize(
    "status, headers, body, raised, words",
    [
        (410, {}, b"", Refused, "gone for good"),
        (404, {}, b"", Refused, "no feed at this address"),
        (403, {}, b"", Refused, "403"),
        (500, HTML, b"<html>", Lost, "500"),
        (503, {}, b"", Lost, "503"),
        (200, HTML, LINKED, Refused, "/f.xml; write feed:"),
        (200, HTML, b"<!doctype html>Log in here", Lost, "login page"),
        (200, {}, b"", Lost, "neither RSS nor Atom"),
        (200, {}, b'{"error": 1}', Lost, "neither RSS nor Atom"),
        (
            200,
            {},
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss/>',
            Lost,
            "entities",
        ),
        (200, {}, b"<rss>" + b"<a " * 200_000, Lost, "too large to guess at"),
    ],
)
async def test_what_is_no_feed(
    status: int, headers: dict[str, str], body: bytes, raised: type[Exception], words: str
) -> None:
    async with FeedServer() as server:
        server.pages[PATH] = (status, headers, body)
        source = source_of(server.url + "?key=s3cret")
        with pytest.raises(raised) as caught:
            await heard(source)
        assert words in str(caught.value) and "s3cret" not in str(caught.value)
        await source.close()


async def test_it_waits_as_long_as_it_is_asked_to() -> None:
    async with FeedServer() as server:
        for status in (429, 503):
            server.pages[PATH] = (status, {"Retry-After": "77"}, b"")
            source = source_of(server.url)
            with pytest.raises(Limited) as caught:
                await heard(source)
            assert caught.value.seconds == 77
            await source.close()


async def test_a_feed_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "LARGEST", 1 << 20)
    async with FeedServer() as server:
        server.items = ["<x/>" * 300_000]
        with pytest.raises(Refused, match="larger than 1 MB"):
            await heard(source_of(server.url))


async def test_by_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FeedServer() as proxy:
        proxy.items = [item("t:1", "One", date(5))]
        url = "http://feeds.example/tartantm"
        proxy.pages[url] = proxy._answer(PATH, {})
        monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
        source = source_of(url)
        assert len(await heard(source)) == 1
        await source.close()


async def test_nobody_there() -> None:
    async with FeedServer() as server:
        source = source_of(server.url)
    with pytest.raises(Lost, match=r"cannot be reached|refuses connections"):
        await heard(source)


async def test_a_key_in_the_address_is_sent_and_never_shown() -> None:
    async with FeedServer() as server:
        url = server.url.replace("://", "://me:s3cret@") + "?key=s3cret"
        source = source_of(url)
        findings = [finding.words async for finding in source.diagnose()]
        assert source.name == f"feed:{server.url}?…"  # it says that there is more
        assert "s3cret" not in repr([findings, source.note(), source.name])
        target, headers = server.requests[0]
        assert target.endswith("?key=s3cret") and headers["authorization"].startswith("Basic")
        server.items = [item("7", "Seven", date(1))]
        (seven,) = await heard(source)
        assert seven.id == f"feed:http://{server.host}{PATH}#7"
        await source.close()


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "mailto:a@b.example", "feeds", "//x/y"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(BadInput):
        source_of(url)


async def test_recheck_tells_of_edits_and_not_of_what_left_the_feed() -> None:
    async with FeedServer() as server:
        atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>t:1</id><title>New</title>'
        dates = f"<published>{at(1).isoformat()}</published><updated>{at(9).isoformat()}</updated>"
        server.pages[PATH] = (200, {}, f"{atom}{dates}</entry></feed>".encode())
        source = source_of(server.url)
        held = [post("feed:t:1"), post("feed:t:2")]
        (batch,) = [batch async for batch in source.recheck(held)]
        (edited,) = batch
        assert isinstance(edited, Post)
        assert (edited.id, edited.text, edited.edited_at) == ("feed:t:1", "New", at(9))
        assert [batch async for batch in source.recheck([post("1")])] == []
        await source.close()


def _full(server: FeedServer) -> None:
    server.items = [item("t:1", "One", date(5), "<category>tartantm</category>")]


def _foreign(server: FeedServer) -> None:
    server.pages["/blog"] = (200, {}, f"<rss version='2.0'>{item('t:1', 'One')}</rss>".encode())


@pytest.mark.parametrize(
    "prepare, path, levels",
    [
        (_full, PATH, ["good"]),
        (_foreign, "/blog", ["good", "doubtful", "doubtful"]),
        (_full, "/nowhere", []),
    ],
)
async def test_doctor(prepare: Callable[[FeedServer], None], path: str, levels: list[str]) -> None:
    async with FeedServer() as server:
        prepare(server)
        source = source_of(server.url.replace(PATH, path))
        assert [finding.level async for finding in source.diagnose()] == levels
        await source.close()


@pytest.mark.parametrize("minutes", [-90, -1, 0, 90])
async def test_entries_dated_by_another_clock_are_not_too_old(minutes: int) -> None:
    async with FeedServer() as server:
        now = datetime.now(UTC)
        there = now + timedelta(minutes=minutes)
        body = CHANNEL + item("t:1", "One", format_datetime(there)) + "</channel></rss>"
        server.pages[PATH] = (200, {"Date": format_datetime(there, usegmt=True)}, body.encode())
        source = source_of(server.url)
        assert [each.text for each in await heard(source, now - timedelta(minutes=2))] == ["One"]
        # Once more, when it is known what time it is there.
        assert await heard(source, now - timedelta(minutes=2)) == []
        await source.close()


async def test_what_is_remembered_of_entries_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_seen, "REMEMBERED", 5)
    async with FeedServer() as server:
        source = source_of(server.url)
        for n in range(4):
            server.items = [item(f"t:{n}.{m}", f"Words {m}", date(5)) for m in range(4)]
            assert len(await heard_with_loss(source)) == 4
        assert len(source._seen._known) == 5
        await source.close()


SAME = f"<pubDate>{date(5)}</pubDate><author>Ailsa</author>"


async def test_an_entry_under_ever_new_ids_is_one_post_and_no_gap() -> None:
    async with FeedServer() as server:
        source = source_of(server.url)
        server.items = [item("t:1", "Less policy", "", SAME)]
        (first,) = await heard(source)
        for number in range(2, 5):
            server.items = [item(f"t:{number}", "Less policy", "", SAME)]
            assert await heard(source, at(6)) == []
        same = item("t:5", "Less policy", "", SAME)
        server.items = [same, item("t:6", "More", date(7), "<author>Ailsa</author>")]
        assert [each.text for each in await heard(source, at(6))] == ["More"]
        await source.close()
        # A later run of the program knows it by what it has in common.
        again = source_of(server.url)
        again.held = Aliases(START, [first])
        assert [each.text for each in await heard(again)] == ["More"]
        await again.close()


class Aliases(History):
    """Knows posts by their other names too, as a session does."""

    def post(self, post_id: str) -> Post | None:
        found = (p for p in self.brought.values() if post_id in (p.id, *p.aliases))
        return next(found, None)


async def test_what_is_carried_comes_right_before_the_post_that_brought_it() -> None:
    link = "https://nitter.example/bram/status/193"
    repost = f"<item><title>RT by @ailsa: #tartantm yes</title><link>{link}</link>"
    repost += f"<guid>{link}</guid><pubDate>{date(5)}</pubDate></item>"
    async with FeedServer() as server:
        server.items = [item("t:1", "One", date(4)), repost]
        source = source_of(server.url)
        ((one, carried, post),) = await _all(source, START)
        assert isinstance(one, Post) and isinstance(post, Post)
        assert isinstance(carried, Carried) and carried.by == post.id
        await source.close()


async def test_an_entry_of_an_earlier_day_without_a_time_is_not_of_now() -> None:
    async with FeedServer() as server:
        old, new = (f"{each:%d %b %Y}" for each in (START - timedelta(days=2), START))
        server.items = [item("t:1", "Old", old), item("t:2", "New", new)]
        source = source_of(server.url)
        (found,) = await heard(source)
        assert (found.text, found.undated) == ("New", True)
        await source.close()


async def test_posts_of_a_server_are_asked_for_again_by_its_feed() -> None:
    async with FeedServer() as server:
        page = f"http://{server.host}/@ailsa/115"
        server.items = [item(page, "One", date(5), f"<link>{page}</link>")]
        source = source_of(server.url)
        (one,) = await heard(source)
        assert one.network == "mastodon" and source.can_recheck(one)
        await source.close()

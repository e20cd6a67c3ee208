"""Posts of a network that come by a feed are one with those that are heard there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tartantm.capture.capture import Capture
from tartantm.core import events as ev
from tartantm.core.post import Author, Post
from tartantm.grouping.grouper import Grouper
from tartantm.networks.feed.payload import read_feed
from tartantm.networks.mastodon.payload import post_of
from tests.builders import chat_of, post
from tests.networks.feed.test_payload import rss

NOW = datetime(2026, 6, 17, 18, 0, tzinfo=UTC)
FEED, SERVER = "feed:https://m.example/tags/tartantm.rss", "mastodon:m.example"
DATE = "<pubDate>Wed, 17 Jun 2026 17:05:00 GMT</pubDate>"


def by_feed(link: str, said: str = "A1: yes #tartantm") -> Post:
    words = f"<description>{said}</description>{DATE}"
    data = rss(f"<guid>{link}</guid><link>{link}</link>{words}")
    (entry,) = read_feed(data, FEED.removeprefix("feed:"), NOW).entries
    return entry.post


def status(uri: str) -> Any:
    account = {"acct": "ailsa", "url": "https://m.example/@ailsa", "uri": "https://m.example/a/1"}
    said = {"content": "<p>A1: yes #tartantm</p>", "created_at": "2026-06-17T17:05:00Z"}
    more = {"url": "https://m.example/@ailsa/115", "visibility": "public"}
    return {"id": "115", "uri": uri, "account": account, **said, **more}


def by_server(uri: str) -> Post:
    return post_of(status(uri), "m.example")


URIS = ["https://m.example/users/ailsa/statuses/115", "https://m.example/ap/users/9/statuses/115"]


@pytest.mark.parametrize("uri", URIS)
@pytest.mark.parametrize("order", [(FEED, SERVER), (SERVER, FEED)])
def test_a_post_of_mastodon_is_one_whichever_comes_first(uri: str, order: tuple[str, str]) -> None:
    capture = Capture(chat := chat_of(), Grouper(chat), order)
    posts = {FEED: by_feed("https://m.example/@ailsa/115"), SERVER: by_server(uri)}
    events = [each for source in order for each in capture.events_for([posts[source]], source)]
    assert [each for each in events if isinstance(each, ev.Captured)] == events[:1]
    assert posts[FEED].author.handle == posts[SERVER].author.handle == "ailsa@m.example"


def test_its_own_server_takes_a_post_over_from_a_feed() -> None:
    sources = ("feed:https://other.example/all", SERVER)
    capture = Capture(chat := chat_of(), Grouper(chat), sources)
    said = by_feed("https://m.example/@ailsa/115", "A1: no #tartantm")
    capture.events_for([said], sources[0])
    (edited,) = [
        each
        for each in capture.events_for([by_server(URIS[0])], SERVER)
        if isinstance(each, ev.Edited)
    ]
    assert (edited.post.id, edited.source) == (said.id, SERVER)


@pytest.mark.parametrize("feed_first", [True, False])
def test_a_post_of_bluesky_is_one_by_handle_and_by_permanent_id(feed_first: bool) -> None:
    capture = Capture(chat := chat_of(), Grouper(chat), (FEED, "bluesky"))
    linked = by_feed("https://bsky.app/profile/ailsa.example/post/3k")
    native = "bluesky:at://did:plc:abc/app.bsky.feed.post/3k"
    heard = post(native, "A1: yes #tartantm", author=Author("ailsa.example", id="did:plc:abc"))
    both = [(linked, FEED), (heard, "bluesky")]
    events = [
        each
        for said, source in (both if feed_first else reversed(both))
        for each in capture.events_for([said], source)
    ]
    assert sum(isinstance(each, ev.Captured) for each in events) == 1


@pytest.mark.parametrize("order", [("feed", "x"), ("x", "feed")])
def test_a_post_of_x_is_one_by_a_reader_and_by_x(order: tuple[str, str]) -> None:
    capture = Capture(chat := chat_of(), Grouper(chat), (FEED, "x"))
    posts = {
        "feed": (by_feed("https://nitter.example/ailsa/status/193#m"), FEED),
        "x": (post("193", "A1: yes #tartantm"), "x"),
    }
    new = [
        each
        for name in order
        for each in capture.events_for([posts[name][0]], posts[name][1])
        if isinstance(each, ev.Captured)
    ]
    assert len(new) == 1

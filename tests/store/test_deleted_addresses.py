"""Which addresses lead to a deleted post, known in clear or by names of it alone."""

from __future__ import annotations

import pytest

from tartantm.core.post import Author, Post
from tartantm.store.deleted_addresses import (
    ends_of,
    ids_at,
    keys_of,
    names,
    names_of,
    part_of,
    urls_of,
)
from tests.builders import post

CALUM = Author("Calum.Example", "Calum Sample", "did:plc:c")
SKY = "bluesky:at://did:plc:c/app.bsky.feed.post/3kx"
TOOT = "mastodon:https://toot.example/users/calum/statuses/110000000000000001"

SHORT = "mastodon:https://toot.example/users/calum/statuses/57"


def deleted(post_id: str, url: str | None = None) -> Post:
    return post(post_id, "Porridge", author=CALUM, url=url)


def leads(gone: Post, address: str) -> bool:
    return not names_of([gone.id, *gone.aliases], [gone]).isdisjoint(names(address))


@pytest.mark.parametrize(
    ("gone", "address"),
    [
        (deleted("x:57"), "https://x.com/calum/status/57"),
        (deleted("x:57"), "twitter.com/i/web/status/57?s=20"),
        (deleted("x:57"), "https://mobile.twitter.com/calum/statuses/57/photo/1"),
        (deleted("x:57"), "(HTTPS://X.COM/CALUM/STATUS/57),"),
        (deleted("x:57"), "https://vxtwitter.com/calum/status/57"),
        (deleted("x:90000001"), "https://mirror.example/calum/90000001#m"),
        (deleted(SKY), "https://bsky.app/profile/did:plc:c/post/3kx"),
        (deleted(SKY), "https://bsky.app/profile/calum.example/post/3kx"),
        (
            deleted(SKY, "https://bsky.app/profile/old.example/post/3kx"),
            "bsky.app/profile/OLD.example/post/3kx",
        ),
        (deleted(TOOT), "https://elsewhere.example/@calum@toot.example/110000000000000001"),
        (
            deleted("mastodon:https://toot.example/users/calum/statuses/57"),
            "https://toot.example/@calum/57",
        ),
        (deleted("mastodon:https://toot.example/@calum/57"), "https://toot.example/deck/@calum/57"),
        (
            deleted("mastodon:toot.example/57", "https://toot.example/@calum/57"),
            "https://toot.example/users/calum/statuses/57",
        ),
        (deleted("mastodon:toot.example/57"), "https://toot.example/@calum/57"),
        (
            deleted("mastodon:x", "https://gts.example/@calum/statuses/01HABC"),
            "gts.example/users/calum/statuses/01HABC",
        ),
        (deleted("x:57"), "https://e.example/?u=https%3A%2F%2Fx.com%2Fcalum%2Fstatus%2F57"),
        (deleted("x:57"), "https://x.com/calum/status/57?next=https://e.example/a"),
        (deleted("x:57"), "https://x.com/calum/sta\u200btus/57"),
        (deleted("x:57"), "a://b://c://d://e://f://g://h://i://x.com/calum/status/57"),
        (deleted("x:90000001"), "https://mirror.example/pic_90000001.jpg"),
        (deleted("x:90000001"), "https://mirror.example/90000001很"),
        (deleted(SKY), "at://did:plc:c/app.bsky.feed.post/3kx"),
        (deleted(SKY), "https://e.example/?u=at%3A%2F%2Fdid%3Aplc%3Ac%2Fapp.bsky.feed.post%2F3kX"),
        (deleted("mastodon:https://t.example/users/calum/statuses/01HABC"), "t.example/@C/01hABC"),
        (deleted(SHORT), "https://toot.example:443/@calum/57"),
        (deleted(SHORT), "http://WWW.toot.example./@calum/57"),
        (deleted(SHORT), "https://toot.example//@calum//57"),
        (deleted(SHORT), "https://toot.example/@calum/%357"),
        (deleted(SHORT), "https://toot.example/@calum/57/embed"),
        (deleted(SHORT), "https://toot.example/users/calum/statuses/57/activity"),
        (deleted(SHORT), "https://toot.example/ap/users/1/statuses/57"),
        (deleted(SHORT), "https://toot.example/web/statuses/57"),
        (deleted(SHORT), "https://toot.example/notice/57"),
        (deleted(SHORT), "https://client.example/toot.example/@calum/57"),
        (deleted("mastodon:https://toot.example/n/9"), "http://toot.example/n/9/"),
        (deleted("feed:https://oats.example/a"), "http://www.oats.example/a"),
        (deleted("feed:one", "https://oats.example/a"), "https://oats.example/a?utm_source=rss"),
        (deleted("feed:one", "https://oats.example/a"), "https://oats.example/a?from=start"),
        (deleted("feed:one", "https://oats.example/a"), "https://oats.example/a#comments"),
        (deleted("feed:one", "https://oats.example/a"), "https://oats.example/a/amp/"),
        (deleted("feed:one", "https://oats.example/a"), "https://oats.example/a/comments?p=2#c"),
        (deleted("feed:one", "https://oats.example/a?utm_source=rss"), "oats.example/a"),
        (deleted("feed:one", "https://oats.example/größe"), "oats.example/gr%C3%B6%C3%9Fe"),
        (deleted("feed:one", "https://oats.example/a"), "https://old.example/2026/oats.example/a"),
        (deleted("feed:one", "https://oats.example/a"), "old.example/w/https://oats.example/a"),
        (deleted("feed:one", "https://oats.example/#a"), "https://oats.example/?utm_source=x#a"),
        (deleted("feed:one", "https://oats.example/"), "oats.example"),
        (deleted("feed:one", "https://oats.example/?p=1/"), "https://oats.example/?p=1"),
        (deleted("feed:one", "https://oats.example/a."), "https://oats.example/a.?utm_source=x"),
        (deleted("feed:one", "https://oats.example:99999/A"), "oats.example:99999/a"),
        (deleted("feed:one", "https://oats.example/?p=1"), "https://oats.example/?p=1#comments"),
        (deleted("feed:one", "https://oats.example/?p=1"), "https://oats.example/?p=1"),
        (deleted("feed:one", "https://oats.example/a/"), "oats.example/A"),
        (deleted("feed:one", "https://oats.example/a"), "“https://oats.example/a/”"),
    ],
)
def test_addresses_that_lead_to_it(gone: Post, address: str) -> None:
    assert leads(gone, address)


@pytest.mark.parametrize(
    ("gone", "address"),
    [
        (deleted("x:57"), "https://x.com/calum/status/571"),
        (deleted("x:57"), "https://notx.com/calum/status/57"),
        (deleted("x:57"), "https://x.com/calum/57"),
        (deleted("x:90000000001"), "https://mirror.example/calum/900000000012"),
        (deleted(SKY), "https://bsky.app/profile/isla.example/post/3kx"),
        (
            deleted("mastodon:https://toot.example/users/calum/statuses/57"),
            "https://other.example/@calum/57",
        ),
        (
            deleted("mastodon:x", "https://gts.example/@calum/statuses/01HABC"),
            "https://gts.example/@isla/statuses/01HDEF",
        ),
        (deleted("mastodon:toot.example/57"), "https://toot.example/57"),
        (deleted("feed:one", "https://oats.example/?p=1"), "https://oats.example/?p=2"),
        (deleted("feed:one", "https://oats.example/"), "https://oats.example/?p=2"),
        (deleted("feed:one", "https://oats.example/"), "https://oats.example/amp"),
        (deleted("feed:one", "https://oats.example/a#1"), "https://oats.example/a#2"),
        (deleted("feed:one", "https://oats.example/a?p=1"), "https://oats.example/a?p=2"),
        (deleted("feed:one", "https://oats.example/a"), "https://oats.example/amp"),
        (deleted("feed:one", "https://oats.example/a"), "https://oats.example/ab"),
        (deleted("feed:one", "https://oats.example:8080/a"), "https://oats.example/a"),
        (deleted("feed:one", "mailto:calum@oats.example"), ""),
        (deleted("feed:one", "https://[oats/a"), "()"),
        (deleted("x:57"), "https://toot.example/notice/57"),
        (
            deleted("feed:one", "https://medium.example/@calum/about"),
            "https://medium.example/@isla/about",
        ),
        (
            deleted("feed:20260617T1800", "https://oats.example/20260617"),
            "https://news.example/20260617",
        ),
    ],
)
def test_addresses_that_lead_elsewhere(gone: Post, address: str) -> None:
    assert not leads(gone, address)


def test_ends_of_ids_are_long_and_have_a_number() -> None:
    ids = ["x:1234567", "x:12345678", "mastodon:https://m.example/oatmeals", "feed:a/12345678-a"]
    assert ends_of([*ids, "mastodon:https://m.example/tag:87654321"]) == {"12345678"}


def test_a_post_that_was_never_captured_is_known_by_its_id() -> None:
    assert keys_of(["x:57", SKY], []) == {("x", "57"), ("did:plc:c", "3kx")}


def test_only_what_an_address_has_alone_is_kept() -> None:
    assert names_of(
        ["x:90000000001"], [deleted("x:90000000001", "https://x.com/c/status/90000000001")]
    ) == {"end 90000000001"}


def test_names_of_earlier_versions_are_recognised() -> None:
    """Their hashes stand in files; they are of addresses and ids in the case they had."""
    assert "url www.oats.example/a?utm_source=x" in names(
        "(https://www.oats.example/A?utm_source=x)"
    )
    assert "url oats.example/a" in names("https://old.example/w/https://oats.example/A")
    assert list(names("()")) == []
    assert {"end 01HABCDE", "key t.example 01HABCDE"} <= set(names("t.example/@calum/01HABCDE"))


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://www.oats.example/2026/Größe/?utm_source=rss#top", "2026/grosse"),
        ("https://oats.example/?p=1", "p=1"),
        ("https://oats.example/?p=1?q", "p=1?q"),
        ("https://www.Oats.example:443/", "oats.example"),
    ],
)
def test_what_every_way_to_write_an_address_has(url: str, part: str) -> None:
    assert part_of(url) == part


def test_web_addresses_are_those_of_posts_and_their_ids() -> None:
    ids = ["x:57", SKY, "feed:http://oats.example/a", SHORT, "feed:https:one"]
    held = [deleted("x:57", "https://x.com/c/status/57"), deleted("x:58")]
    assert urls_of(ids, held) == {
        "http://oats.example/a",
        SHORT.removeprefix("mastodon:"),
        "https://x.com/c/status/57",
    }


@pytest.mark.parametrize(
    ("post_id", "address"),
    [
        ("x:57", "(https://mobile.twitter.com/calum/status/57?s=20)."),
        ("x:57", "https://e.example/?u=https%3A%2F%2Fx.com%2Fc%2Fstatus%2F57"),
        ("x:57", "x.com/c/sta\u200btus/57"),
        (SKY, "at://did:plc:c/app.bsky.feed.post/3kx"),
        (SKY, "https://bsky.app/profile/did:plc:c/post/3kx"),
        (SHORT, "https://toot.example/@calum/57"),
        (SHORT, "toot.example/users/calum/statuses/57"),
        ("mastodon:toot.example/57", "https://toot.example/@calum/57"),
        ("mastodon:https://toot.example/notes/9ab", "toot.example/notes/9ab"),
        ("feed:https://oats.example/a/", "oats.example/a"),
        ("feed:http://oats.example/größe", "https://oats.example/größe"),
    ],
)
def test_ids_that_a_post_at_an_address_may_have(post_id: str, address: str) -> None:
    assert post_id in ids_at(address)

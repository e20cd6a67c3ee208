"""Which addresses lead to a deleted post, known in clear or by names of it alone."""

from __future__ import annotations

import pytest

from tartantm.core.post import Author, Link, Post
from tartantm.store.deleted_addresses import DELETED, ends_of, keys_of, names, names_of, without
from tests.builders import post

CALUM = Author("Calum.Example", "Calum Sample", "did:plc:c")
SKY = "bluesky:at://did:plc:c/app.bsky.feed.post/3kx"
TOOT = "mastodon:https://toot.example/users/calum/statuses/110000000000000001"


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


def test_another_post_loses_what_leads_to_it_and_nothing_else() -> None:
    bad = "https://x.com/c/status/57"
    kept = Link("https://e.example/", "e.example", "Oats")
    other = post(
        "2",
        f"See e.example, {bad} and x.example/s, and/or none",
        url="https://e.example/57",
        links=(
            kept,
            Link(f"{bad}?s=1", "", "Said"),
            Link("https://t.example/x", "x.example/s", "Porridge"),
        ),
    )
    left = without(other, lambda address: bad in address, lambda title: "Porridge" in title)
    assert left.text == f"See e.example, {DELETED} and {DELETED}, and/or none"
    assert (left.links, left.url) == ((kept,), "https://e.example/57")
    assert without(other, lambda address: address.endswith("/57")).url is None
    assert without(other, lambda _: False) is other


def test_a_link_leads_to_it_by_what_it_shows() -> None:
    other = post(
        "2", "See x.com/c/status/57", links=(Link("https://t.example/a", "x.com/c/status/57", ""),)
    )
    left = without(other, lambda address: address.startswith("x.com"))
    assert (left.text, left.links) == (f"See {DELETED}", ())

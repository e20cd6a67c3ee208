"""No URL leads to a post or a person that is withheld, wherever it has their id or handle."""

from __future__ import annotations

import pytest

from tartantm.core.accounts import Account
from tartantm.core.post import Link
from tartantm.core.redaction import LINK, LINKS
from tartantm.transcript.link_leaks import LinkLeaks
from tests.builders import post

TOOT = "mastodon:https://m.example/users/ann/statuses/55"


def leaks(*ids: str) -> LinkLeaks:
    made = LinkLeaks()
    for first, *others in [ids] if ids else ():
        made.add_post(post(first, aliases=tuple(others)))
    return made


@pytest.mark.parametrize(
    ("post_id", "url"),
    [
        (TOOT, "https://m.example/@ann/55"),
        ("x:213000", "https://x.com/i/status/213000?s=20"),
        ("x:21", "https://x.com/dele/status/21#m"),
        ("bluesky:at://did:plc:rose/app.bsky.feed.post/3kRose", "https://bsky.app/post/3krose"),
        ("feed:tag:77", "https://a.example/?post=tag:77"),
    ],
)
def test_the_end_of_a_posts_id_is_found_in_a_url(post_id: str, url: str) -> None:
    assert leaks(post_id).found_in(url)
    assert leaks("x:404", post_id).found_in(url)
    assert not leaks("x:404").found_in(url)


@pytest.mark.parametrize(
    ("post_id", "url"),
    [
        (TOOT, "https://m.example/users/ann"),
        (TOOT, "https://m.example/@ann/555"),
        ("x:1", "https://x.com/dele/status/1"),
        ("feed:tag:77", "https://a.example/77"),
    ],
)
def test_no_other_part_of_an_id_is(post_id: str, url: str) -> None:
    assert not leaks(post_id).found_in(url)


TAG = "feed:tag:example.org,2026:objectId=12:objectType=Status"


@pytest.mark.parametrize(
    ("post_id", "url"),
    [
        (TAG, "https://a.example/?post=tag:example.org,2026:objectId=12:objectType=Status"),
        (TAG, "https://a.example/p/tag%3Aexample.org%2C2026%3AobjectId%3D12%3AobjectType%3DStatus"),
        (TAG, "https://a.example/tag:example.org,2026:objectid=12:objecttype=status)."),
        ("feed:https://blog.example/?p=57", "http://blog.example/?p=57"),
        ("feed:https://blog.example/?p=57", "https://blog.example/?p=57)."),
        ("feed:https://blog.example/oats/", "https://blog.example/oats"),
    ],
)
def test_an_id_with_signs_that_part_addresses_is_found(post_id: str, url: str) -> None:
    assert leaks(post_id).found_in(url)
    assert not leaks("feed:tag:example.org,2026:objectId=13:objectType=Status").found_in(url)


@pytest.mark.parametrize(
    ("post_id", "url"),
    [
        (TAG, "https://a.example/?post=tag:example.org,2026:objectId=12"),
        (TAG, "https://example.org/2026/Status"),
        (TAG, "https://a.example/tag:example.org,2026/objectId=1/12:objectType=Status"),
        ("feed:https://blog.example/?p=57", "https://other.example/?p=57"),
        ("feed:https://blog.example/?p=57", "https://blog.example/?p=5"),
        ("feed:https://blog.example/oats/", "https://other.example/oats"),
        ("feed:https://web.example/https://blog.example/?p=5", "https://blog.example/?p=5"),
        ("feed:https://", "https:///"),
        ("feed:https://", "x:57"),
        ("x://", "https://a.example/"),
    ],
)
def test_nothing_less_than_all_of_it_is(post_id: str, url: str) -> None:
    assert not leaks(post_id).found_in(url)


def test_an_id_that_is_an_address_is_withheld_in_a_text() -> None:
    text = "See https://blog.example/?p=57, and https://blog.example/?p=5"
    (found,) = leaks("feed:https://blog.example/?p=57").spans(text)
    assert text[found.start : found.end] == "https://blog.example/?p=57,"


def test_a_handle_and_an_accounts_id_are_found_in_a_url() -> None:
    made = LinkLeaks()
    made.add_account(Account("x", "did:plc:rose", {"Rose": None}))
    assert made.found_in("https://x.com/rose") and made.found_in("at://did:plc:rose/app/3k")
    assert not made.found_in("https://x.com/roses")


def test_such_urls_are_withheld_in_a_text_and_others_stay() -> None:
    text = "See https://x.com/dele/status/213000, https://x.com/dele and at://dele/213000 so"
    found = leaks("x:213000").spans(text)
    assert [(text[each.start : each.end], each.shown, each.rank) for each in found] == [
        ("https://x.com/dele/status/213000,", LINK, LINKS),
        ("at://dele/213000", LINK, LINKS),
    ]
    assert leaks("x:213000").spans("213000") == leaks().spans(text) == []


def test_a_link_is_withheld_as_it_is_shown() -> None:
    link = Link("https://x.com/dele/status/213000", "x.com/dele/sta…")
    (span,) = leaks("x:213000").spans("See x.com/dele/sta…!", [link])
    assert (span.start, span.shown, span.rank) == (4, LINK, LINKS)
    other = Link("https://x.com/dele", "x.com/dele/sta…")
    assert leaks("x:213000").spans("See x.com/dele/sta…!", [other]) == []


@pytest.mark.parametrize("after", [".", ")", ").", "…", ":", "*", ".…", "]", "_", "~", "|", "}"])
def test_what_follows_an_address_hides_nothing_of_it(after: str) -> None:
    text = f"See https://x.com/dele/status/213000{after} now"
    (found,) = leaks("x:213000").spans(text)
    assert text[found.start : found.end].startswith("https://x.com/dele/status/213000")

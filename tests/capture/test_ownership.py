"""Which source may edit and delete a post, for every way in which it may have come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.capture.ownership import Ownership
from tartantm.core import events as ev
from tartantm.core.post import Post
from tests.builders import chat_of, post

HOME, OTHER, THIRD = (f"mastodon:{name}.example" for name in ("home", "other", "third"))
BLOG, COPIES = "feed:https://blog.example/feed.xml", "feed:https://copies.example/all"
TOOT = post("mastodon:https://home.example/users/a/statuses/1")


def entry(name: str = "https://blog.example/1", url: str = "https://blog.example/1") -> Post:
    return post(f"feed:{name}", url=url)


@pytest.mark.parametrize(
    ("each", "came_by", "sources", "owner"),
    [
        (TOOT, OTHER, (OTHER,), OTHER),
        (TOOT, OTHER, (OTHER, HOME), HOME),
        (TOOT, HOME, (OTHER, HOME), HOME),
        (TOOT, THIRD, (OTHER, HOME), HOME),
        (TOOT, THIRD, (OTHER,), ""),
        (TOOT, "file:a.jsonl", (OTHER, "file:a.jsonl"), ""),
        (TOOT, "replay:a", (OTHER, "replay:a"), ""),
        (TOOT, "file:a.jsonl", (OTHER, HOME), HOME),
        (TOOT, "", (OTHER,), ""),
        (TOOT, "mastodon:https://HOME.example", ("mastodon:https://HOME.example",), "mastodon:https://HOME.example"),
        (post("mastodon:home.example/17"), OTHER, (OTHER, HOME), HOME),
        (post("mastodon:https://third.example/x//home.example"), OTHER, (HOME, OTHER), OTHER),
        (post("mastodon:https://www.home.example/17"), OTHER, (OTHER, HOME), OTHER),
        (post("mastodon:https://home.example@other.example/1"), THIRD, (HOME, OTHER, THIRD), OTHER),
        (post("1"), "x", ("x",), "x"),
        (post("1"), "file:a.jsonl", (HOME,), "x"),
        (post("bluesky:at://a/1"), "", (), "bluesky"),
        (post("room:1"), "", (), ""),
        (entry(), COPIES, (COPIES,), COPIES),
        (entry(), COPIES, (COPIES, BLOG), BLOG),
        (entry(), COPIES, (COPIES, "feed:https://me:pw@Blog.example:443/feed.xml"), "feed:https://me:pw@Blog.example:443/feed.xml"),
        (entry(url="https://copies.example/1"), COPIES, (COPIES, BLOG), BLOG),
        (entry("tag:blog.example,2026:1", COPIES[5:]), COPIES, (COPIES, BLOG), BLOG),
        (entry("tag:me@blog.example,2026:1", ""), COPIES, (COPIES, BLOG), BLOG),
        (entry("urn:1"), COPIES, (COPIES, BLOG), BLOG),
        (entry("urn:1", "https://www.blog.example/1"), COPIES, (COPIES, BLOG), BLOG),
        (entry("urn:1", "https://far.example/1"), COPIES, (COPIES, BLOG), COPIES),
        (entry(), f"{BLOG}?b", (BLOG, f"{BLOG}?b"), f"{BLOG}?b"),
        (entry(), f"{BLOG}?b", (BLOG,), BLOG),
        (post("mastodon:home.example/17"), COPIES, (COPIES,), COPIES),
        (post("mastodon:home.example/17"), COPIES, (COPIES, HOME), HOME),
        (post("1"), COPIES, (COPIES,), COPIES),
        (post("1"), COPIES, (COPIES, "x"), "x"),
        (post("1"), COPIES, (), "x"),
    ],
)  # fmt: skip
def test_who_says_what_becomes_of_a_post(
    each: Post, came_by: str, sources: tuple[str, ...], owner: str
) -> None:
    assert Ownership(chat_of(), sources).owner(each, came_by) == owner


def test_a_server_that_was_listened_to_earlier_is_the_posts_own_all_the_same() -> None:
    chat = chat_of(ev.SourceChanged(HOME, "ended"))
    ownership = Ownership(chat, (OTHER,))
    assert ownership.owner(TOOT, OTHER) == HOME
    assert not ownership.may_change(TOOT, OTHER, OTHER)
    assert Ownership(chat).owner(TOOT, HOME) == HOME


def test_a_source_that_begins_to_deliver_counts() -> None:
    ownership = Ownership(chat_of(), (OTHER,))
    assert ownership.may_change(TOOT, OTHER, OTHER)
    ownership.hear(HOME)
    assert not ownership.may_change(TOOT, OTHER, OTHER)
    assert ownership.may_change(TOOT, OTHER, HOME)


def test_a_recording_goes_on_with_its_own_posts_alone() -> None:
    ownership = Ownership(chat_of(), ("file:a", "file:b"))
    for each in (TOOT, post("1"), entry()):
        assert ownership.may_change(each, "file:a", "file:a")
        assert not ownership.may_change(each, "file:a", "file:b")
        assert not ownership.may_change(each, "x", "file:a")
        assert ownership.may_change(each, "file:a", "")


def test_of_posts_that_nobody_delivered_a_server_tells_whose_own_they_are() -> None:
    ownership = Ownership(chat_of(), (HOME, OTHER))
    assert not ownership.may_tell_of(TOOT.id, OTHER)
    for name, source in [
        (TOOT.id, HOME),
        (TOOT.id, ""),
        ("mastodon:other.example/17", OTHER),
        ("mastodon:https://far.example/1", OTHER),
    ]:
        assert ownership.may_tell_of(name, source)


names = st.sampled_from([HOME, OTHER, THIRD, BLOG, COPIES, "x", "bluesky", "file:a", ""])
posts = st.sampled_from([TOOT, entry(), entry("urn:1"), post("1"), post("bluesky:at://a/1")])


@given(posts, names, st.lists(names), st.lists(names))
def test_one_source_at_most_changes_a_post_and_it_is_of_the_posts_network(
    each: Post, came_by: str, now: list[str], earlier: list[str]
) -> None:
    chat = chat_of(*(ev.SourceChanged(name, "ended") for name in earlier))
    ownership = Ownership(chat, now)
    others = {*now, *earlier} - {"", "file:a"}
    may = [source for source in others if ownership.may_change(each, came_by, source)]
    assert len(may) <= 1
    assert all(source.partition(":")[0] == each.network for source in may)


@pytest.mark.parametrize("uri", ["https://bücher.example", "https://xn--bcher-kva.example.:443"])
@pytest.mark.parametrize(
    "spelt", ["BÜCHER.example", "https://bücher.example:443", "xn--bcher-kva.example."]
)
def test_however_a_server_is_spelt_its_posts_are_its_own(spelt: str, uri: str) -> None:
    home, each = f"mastodon:{spelt}", post(f"mastodon:{uri}/users/a/statuses/1")
    ownership = Ownership(chat_of(), (OTHER, home))
    assert ownership.owner(each, OTHER) == ownership.owner(each, home) == home
    assert not ownership.may_tell_of(each.id, OTHER)

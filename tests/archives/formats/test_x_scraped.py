"""What snscrape, twscrape and twint wrote. All posts are made up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.formats.x_scraped import SNSCRAPE, TWINT
from tartantm.archives.shape import Context
from tartantm.core.post import Link, Media, Post
from tartantm.networks.heard import Parsed, Unreadable

ID = 1273301629793206272
SCRAPED: dict[str, Any] = {
    "_type": "snscrape.modules.twitter.Tweet",
    "url": f"https://twitter.com/bram/status/{ID}",
    "date": "2020-06-17T17:09:00+00:00",
    "content": "A1: yes &amp; see https://t.co/aaaaaaaaaa #madeup",
    "renderedContent": "A1: yes & see site.example/a",
    "id": ID,
    "user": {"username": "bram", "id": 12, "displayname": "Bram E"},
    "conversationId": 1273300623160246272,
    "outlinks": ["https://site.example/a"],
    "tcooutlinks": ["https://t.co/aaaaaaaaaa"],
    "media": None,
}


def only(value: dict[str, Any]) -> Post:
    parsed = SNSCRAPE.read(value, Context())
    assert parsed is not None and isinstance(parsed.heard[-1], Post)
    return parsed.heard[-1]


def test_the_older_and_the_newer_form() -> None:
    newer = {key: value for key, value in SCRAPED.items() if "outlinks" not in key}
    newer["rawContent"] = newer.pop("content")
    newer["links"] = [
        {"text": "site.example/a", "url": "https://site.example/a"}
        | {"tcourl": "https://t.co/aaaaaaaaaa", "indices": [0, 1]}
    ]
    for form in (SCRAPED, newer, {**newer, "_type": "twscrape.Tweet"}):
        post = only(form)
        assert post.text == "A1: yes & see site.example/a #madeup"
        assert post.links == (Link("https://site.example/a", "site.example/a"),)
        assert (post.hashtags, post.thread) == (("madeup",), "x:1273300623160246272")
        assert post.created_at == datetime(2020, 6, 17, 17, 9, tzinfo=UTC)
        assert (post.author.handle, post.author.name) == ("bram", "Bram E")


def test_pictures_and_films() -> None:
    content = {"content": "A1: look https://t.co/pppppppppp", "outlinks": None}
    older = [
        {"_type": "snscrape.modules.twitter.Photo", "fullUrl": "https://p.example/1"},
        {"_type": "snscrape.modules.twitter.Video", "variants": [{"url": "https://v.example/1"}]},
    ]
    newer = {
        "photos": [{"url": "https://p.example/1"}],
        "videos": [{"variants": [{"bitrate": 5, "url": "https://v.example/1"}]}],
    }
    for media in (older, newer):
        post = only(SCRAPED | content | {"media": media})
        assert post.text == "A1: look"
        assert post.media == (
            Media("image", "https://p.example/1"),
            Media("video", "https://v.example/1"),
        )


def test_replies_quotes_and_reposts() -> None:
    other = SCRAPED | {"id": 1272831280542646272, "content": "Other words"}
    post = only(SCRAPED | {"inReplyToTweetId": 5, "inReplyToUser": {"username": "ailsa"}})
    assert (post.reply_to, post.reply_to_handle) == ("x:5", "ailsa")
    assert only(SCRAPED | {"quotedTweet": other}).quote_of == f"x:{other['id']}"
    repost = only(SCRAPED | {"retweetedTweet": other, "inReplyToTweetId": 5})
    assert (repost.repost_of, repost.reply_to) == (f"x:{other['id']}", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"_type": "snscrape.modules.mastodon.Toot"},
        {"_type": "snscrape.modules.weibo.Post"},
        {"_type": None, "url": "https://mastodon.example/@bram/5"},
        {"user": None},
        {"id": None},
    ],
)
def test_other_modules_are_not_posts_on_x(changes: dict[str, Any]) -> None:
    assert SNSCRAPE.read(SCRAPED | changes, Context()) is None


ROW: dict[str, Any] = {
    **{"id": ID, "conversation_id": str(ID), "created_at": "2020-06-17 18:09:00 BST"},
    **{"date": "2020-06-17", "time": "18:09:00", "timezone": "+0100", "user_id": 12},
    **{"username": "bram", "name": "Bram E", "tweet": "A1: yes #madeup", "hashtags": ["madeup"]},
    **{"link": f"https://twitter.com/bram/status/{ID}", "quote_url": "", "retweet": False},
}


def test_twint() -> None:
    for changes in ({}, {"created_at": 1592413740000}, {"created_at": "2020-06-17 17:09:00 UTC"}):
        parsed = TWINT.read(ROW | changes, Context())
        assert parsed is not None and isinstance(parsed.heard[0], Post)
        post = parsed.heard[0]
        assert (post.id, post.author.handle, post.author.id) == (f"x:{ID}", "bram", "12")
        assert post.created_at == datetime(2020, 6, 17, 17, 9, tzinfo=UTC)
        assert post.hashtags == ("madeup",)
    quoting = ROW | {"quote_url": "https://twitter.com/cat/status/1272831280542646272"}
    parsed = TWINT.read(quoting, Context())
    assert parsed is not None and isinstance(parsed.heard[0], Post)
    assert parsed.heard[0].quote_of == "x:1272831280542646272"
    assert TWINT.read({"tweet": "x"}, Context()) is None


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
EXTRA = ("links", "hashtags", "quotedTweet", "retweetedTweet", "mentionedUsers", "inReplyToUser")


@given(st.dictionaries(st.sampled_from([*SCRAPED, *ROW, *EXTRA]), JSON, max_size=4))
def test_nothing_in_a_value_makes_it_raise(changes: dict[str, Any]) -> None:
    for form, value in ((SNSCRAPE, SCRAPED | changes), (TWINT, ROW | changes)):
        try:
            parsed = form.read(value, Context())
        except Unreadable as problem:
            assert str(problem)
        else:
            assert parsed is None or isinstance(parsed, Parsed)


def test_the_form_of_2020_has_the_handle_alone() -> None:
    post = only(
        {key: value for key, value in SCRAPED.items() if key[0] != "_" and key != "user"}
        | {"username": "bram"}
    )
    assert (post.author.handle, post.author.id, post.id) == ("bram", "", f"x:{ID}")

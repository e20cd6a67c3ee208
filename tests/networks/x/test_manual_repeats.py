"""Reposts typed by hand, as references between posts. All names and words are invented."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tartantm.core.manual_reposts import repeated_id
from tartantm.core.post import Author, Link, Post
from tartantm.networks.heard import Carried
from tartantm.networks.x.manual_repeats import with_manual_repeat

AT = datetime(2012, 6, 20, 18, tzinfo=UTC)


def post(text: str, **more: Any) -> Post:
    return Post("x:9", Author("cat"), AT, text, **more)


def test_a_repeat_alone_is_a_repost_with_its_whole_text() -> None:
    for text, words in (
        ("RT @bram: A1: less policy", "A1: less policy"),
        ("MT @bram: A1: less", "A1: less"),
        ("“@bram: A1: less policy” #chat", "A1: less policy"),
    ):
        first, last = with_manual_repeat(post(text))
        assert isinstance(first, Carried)
        assert isinstance(last, Post)
        assert (first.by, first.post.author.handle, first.post.text) == ("x:9", "bram", words)
        assert (first.post.undated, first.post.url) == (True, None)
        assert first.post.id == repeated_id("Bram", words)
        assert (last.text, last.repost_of, last.quote_of) == (text, first.post.id, None)


def test_a_comment_is_the_posts_own_words() -> None:
    link = Link("https://e.example/a", "e.example/a")
    made = post("A1: yes! RT @bram: Q1 Less? e.example/a #chat", hashtags=("chat",), links=(link,))
    first, last = with_manual_repeat(made)
    assert isinstance(first, Carried)
    assert isinstance(last, Post)
    assert (last.text, last.quote_of, last.repost_of) == ("A1: yes!", first.post.id, None)
    assert (last.hashtags, last.links) == (("chat",), ())
    assert (first.post.text, first.post.links) == ("Q1 Less? e.example/a #chat", (link,))


def test_a_repeat_within_a_comment_is_read_too() -> None:
    inner, outer, last = with_manual_repeat(post("True. RT @dot: yes! RT @bram: less policy"))
    assert isinstance(inner, Carried)
    assert isinstance(outer, Carried)
    assert isinstance(last, Post)
    assert [last.text, outer.post.text, inner.post.text] == ["True.", "yes!", "less policy"]
    assert (last.quote_of, outer.post.quote_of) == (outer.post.id, inner.post.id)
    assert (outer.by, inner.by) == (last.id, last.id)


@pytest.mark.parametrize(
    "made",
    [
        post("RT @bram: less", repost_of="x:1"),
        post("Yes RT @bram: less", quote_of="x:1"),
        post("RT @Cat: what I said before"),
        post("Less policy"),
        Post("mastodon:https://m.example/1", Author("cat"), AT, "RT @bram: less"),
    ],
)
def test_other_posts_stay_as_they_are(made: Post) -> None:
    assert with_manual_repeat(made) == [made]


def test_words_that_were_changed_on_the_way_say_so_in_every_spelling() -> None:
    for text in ("MT @bram: less", "Yes. PRT @bram: less", "RT @cat_too: MT @bram: less"):
        first, *_ = with_manual_repeat(post(text))
        assert isinstance(first, Carried)
        assert first.post.version == "modified"
    first, *_ = with_manual_repeat(post("RT @mt: less"))
    assert isinstance(first, Carried)
    assert first.post.version is None

"""Reposts typed by hand, as references between posts. All names and words are invented."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tartantm.core.manual_reposts import repeated_id
from tartantm.core.post import Author, Link, Post
from tartantm.networks.heard import Carried
from tartantm.networks.x.manual_repeats import DEEPEST, with_manual_repeat

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


def test_no_more_repeats_within_each_other_are_read_than_a_few() -> None:
    made = post("".join(f"Yes {n}! RT @bram{n}: " for n in range(6)) + "less policy")
    *brought, last = with_manual_repeat(made)
    assert len(brought) == DEEPEST == 3
    deepest = brought[0]
    assert isinstance(deepest, Carried)
    assert isinstance(last, Post)
    assert deepest.post.author.handle == "bram2"
    assert deepest.post.text.startswith("Yes 3! RT @bram3: Yes 4!")
    assert last.text == "Yes 0!"
    assert with_manual_repeat(made, depth=0) == [made]


def test_what_is_known_of_the_original() -> None:
    made = post("RT @Bram: less #Policy #chat", hashtags=("Policy", "chat"), languages=("en",))
    first, _ = with_manual_repeat(made)
    assert first == Carried(
        Post(
            repeated_id("bram", "less #Policy #chat"),
            Author("Bram", url="https://x.com/Bram"),
            AT,
            "less #Policy #chat",
            undated=True,
            hashtags=("Policy", "chat"),
            languages=("en",),
        ),
        "x:9",
        AT,
    )


def test_a_link_belongs_to_the_words_in_which_it_stands() -> None:
    theirs, ours, both, bare = (
        Link("https://e.example/1", "e.example/theirs"),
        Link("https://e.example/2", "e.example/ours"),
        Link("https://e.example/3", "e.example/both"),
        Link("https://e.example/4"),
    )
    text = "Yes e.example/ours e.example/both RT @bram: e.example/theirs e.example/both"
    made = post(f"{text} https://e.example/4", links=(theirs, ours, both, bare))
    first, last = with_manual_repeat(made)
    assert isinstance(first, Carried)
    assert isinstance(last, Post)
    assert first.post.links == (theirs, bare)
    assert last.links == (ours, both)

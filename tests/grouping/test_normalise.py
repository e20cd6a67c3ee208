from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.grouping.normalise import (
    bare,
    content_words,
    manual_repost,
    mentioned_handles,
    normalise,
    overlap,
    stem,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1: yes", "A1: yes"),
        ("Ａ１：yes", "A1:yes"),
        ("𝗔𝟭 yes", "A1 yes"),
        ("🅰️1 yes", "A1 yes"),
        ("Ⓐ① yes", "A1 yes"),
        ("A1️⃣ it’s “so”", 'A1 it\'s "so"'),
        ("A\u200b1", "A1"),
    ],
)
def test_one_spelling_for_each_character(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_bare_text_has_no_names_and_addresses_and_the_hashtag_reads_chat() -> None:
    tags = frozenset(["tartantm"])
    assert bare("@isla a great #TartanTM! https://x.example/1", tags) == "a great chat!"
    assert bare("One page. #tartantm #comms", tags) == "One page."
    assert bare("More #comms", tags) == "More comms"


PIECES = [
    "https://x.example/a",
    "pic.twitter.com/abc",
    "@isla",
    "words",
    "so. #tartantm",
    "a/b",
    "@",
]


@given(st.lists(st.sampled_from(PIECES)))
def test_whatever_else_a_text_holds_its_addresses_are_left_out(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for found in (words(text), bare(text).split(), [*content_words(text).values()]):
        assert not any("://" in word or "twitter" in word or "isla" in word for word in found)
    assert words(text).count("words") == pieces.count("words")


@given(st.text(st.sampled_from("aé\u0301“”’\u200d\u20e3Ａ１🅰🄰Ⓐﬁ½ʼn\u00ad ")))
def test_text_in_one_spelling_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert not set(normalise(text)) & set("“”’\u200d\u20e3Ａ１🅰🄰Ⓐﬁ\u00ad")


def test_content_words_are_compared_by_their_stems() -> None:
    one = content_words("Do we need written strategies?")
    other = content_words("We wrote a strategy. It's written! #Strategy")
    assert "strategy" in other.values() and "written" in one.values()
    assert overlap(one.keys(), other.keys()) == 1
    assert overlap(set(), one.keys()) == 0
    assert content_words("all of the #tartantm", {"tartantm"}) == {}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("passwords", "password"),
        ("council's", "council"),
        ("bus", "bus"),
        ("policies", "polic"),
        ("policy", "polic"),
    ],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_a_manual_repost_is_split_from_its_comment() -> None:
    assert manual_repost("RT @Ailsa: one page") == ("", "ailsa", "one page")
    assert manual_repost("Quite! RT @ailsa@mastodon.example one page") == (
        "Quite!",
        "ailsa@mastodon.example",
        "one page",
    )
    assert manual_repost("MT @ailsa one page") == ("", "ailsa", "one page")
    assert manual_repost("START @ailsa: one") is None
    assert manual_repost("RT @ailsa:") is None


def test_words_and_mentions() -> None:
    assert words("@isla I can't, #tartantm https://x.example/a") == ["I", "can't"]
    assert mentioned_handles("@Isla and @ailsa@mastodon.example.") == [
        "isla",
        "ailsa@mastodon.example",
    ]
    assert mentioned_handles("nobody") == []

"""What an entry says: the whole words before a teaser."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.feed.words import is_teaser, tags_of, without_notice, words_of


def entry(summary: str = "", *content: str, title: str = "") -> dict[str, Any]:
    return {
        "title_detail": {"value": title},
        "summary_detail": {"value": summary},
        "content": [{"value": each} for each in content],
    }


@pytest.mark.parametrize(
    "summary, content, body",
    [
        ("Some thoughts […]", "<p>A1: yes, fully.</p>", "A1: yes, fully."),
        ("The whole of it is here.", "The whole […]", "The whole of it is here."),
        ("Only a teaser [...]", "", "Only a teaser [...]"),
        ("", "Content", "Content"),
        ("Some [&#8230;]", "Some more Continue reading My answers →", "Some more Continue"),
        ("A1: so […]", "A1: so it is. Weiterlesen →", "A1: so"),
        ("Look\n\n[contains quote post or other embedded content]", "", "Look"),
        ("A1: yes. The post My answers appeared first on Blog.", "", "A1: yes."),
    ],
)
def test_the_whole_words_are_taken(summary: str, content: str, body: str) -> None:
    assert words_of(entry(summary, content), ()).body.startswith(body)


@pytest.mark.parametrize(
    "text, teases",
    [
        ("Words […]", True), ("Words [...]", True), ("Words. Continue reading →", True),
        ("Words … Read more »", True), ("Mots. Lire la suite →", True),
        ("Words.", False), ("I continue reading aloud. Why?", False),
        ("Read more books, they say, and then go out into the sun", False),
    ],
)  # fmt: skip
def test_teasers(text: str, teases: bool) -> None:
    assert is_teaser(text) is teases


def test_a_notice_is_none_of_the_words() -> None:
    notice = "The post My answers first appeared on Blog."
    assert without_notice(f"A1: yes\n\n{notice}") == "A1: yes"
    assert without_notice("The post that I read first on Monday") != ""


def test_a_title_that_repeats_the_words_is_left_out() -> None:
    assert words_of(entry("Less policy", title="Less po…"), ()).text == "Less policy"
    assert words_of(entry("Less policy", title="More"), ()).text == "More\n\nLess policy"


@pytest.mark.parametrize(
    "title", ["New note by Ailsa", "New status by ailsa", "ailsa shared a status by bram@m.example"]
)
def test_a_title_that_a_server_made_is_none_of_the_words(title: str) -> None:
    assert words_of(entry("Less policy", title=title), ()).text == "Less policy"
    assert words_of(entry(title=title), ()).text == title


def test_tags_of_every_part() -> None:
    found = entry("#one", '<a href="#no">#<span>two</span></a><p>x</p>#three', title="#four")
    found["tags"] = [{"term": "five"}]
    assert sorted(tags_of(found)) == ["five", "four", "one", "three", "two"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_nothing_raises(summary: str, content: str, title: str) -> None:
    found = entry(summary, content, title=title)
    words_of(found, ())
    tags_of(found)

"""Entries of RSSHub and RSS-Bridge: whose words are whose."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.feed.hubs import Hubbed, take_apart, take_bridged_apart
from tartantm.networks.feed.payload import Entry, read_feed
from tests.networks.feed.test_payload import NOW, URL, rss

DATE = "<pubDate>Wed, 17 Jun 2026 17:05:00 GMT</pubDate>"
X, BLUESKY = "https://x.com/catrin/status/193", "https://bsky.app/profile/catrin.example/post/3k2"


def entry(title: str, words: str, link: str = X) -> Entry:
    data = rss(
        f"<title>{html.escape(title)}</title><author>Catrin Example</author>{DATE}"
        f"<description>{html.escape(words)}</description><guid>{link}</guid><link>{link}</link>"
    )
    (found,) = read_feed(data, URL, NOW).entries
    return found


@pytest.mark.parametrize(
    "head, handle",
    [
        ("RT&ensp;Bram Example<br>", "Bram Example"),
        ("🔁&ensp;<strong>Bram Example</strong><br>", "Bram Example"),
        ("<small>RT&ensp;<a href='https://x.com/bram'>Bram Example</a></small><br>", "bram"),
    ],
)
def test_a_repost_has_its_authors_words_under_their_name(head: str, handle: str) -> None:
    found = entry("RT Bram Example: A1: less policy", f"{head}A1: less policy")
    (original,) = found.carried
    assert (found.post.id, found.post.author.handle) == ("x:193", "catrin")
    assert (found.post.text, found.post.repost_of) == ("A1: less policy", original.post.id)
    assert (original.post.author.handle, original.post.author.name) == (handle, "Bram Example")
    assert original.post.text == "A1: less policy" and original.post.undated


def test_an_answer_loses_its_mark() -> None:
    post = entry("Re @bram A1: yes", "Re @bram A1: yes").post
    assert (post.text, post.reply_to_handle) == ("@bram A1: yes", "bram")
    assert entry("Re A1", "Re A1: yes").post.text == "Re A1: yes"


PLAIN = "<hr style='margin:12px'><div class=\"rsshub-quote\">Dora Example:&ensp;A1: no<br></div>"
READABLE = (
    "<div class=\"rsshub-quote\"><br clear='both' /><blockquote style='margin:0'>"
    "<a href='https://x.com/dora'><strong>Dora Example</strong></a>:&ensp;A1: no<br><small>Link: "
    "<a href='https://x.com/dora/status/192'>https://x.com/dora/status/192</a></small>"
    "</blockquote></div>"
)


def test_quoted_words_are_carried() -> None:
    for block, handle in ((PLAIN, "Dora Example"), (READABLE, "dora")):
        found = entry("So true", f"So true{block}")
        (quoted,) = found.carried
        assert (found.post.text, found.post.quote_of) == ("So true", quoted.post.id)
        assert (quoted.post.author.handle, quoted.post.text) == (handle, "A1: no")
        assert quoted.post.author.name == "Dora Example"
    assert quoted.post.id == "x:192"


def test_posts_of_bluesky_stand_without_the_lines_above_them() -> None:
    page = "https://bsky.app/profile/dora.example/post/3k1"
    words = (
        f'<p><b>Catrin</b> <i>@catrin.example</i> <a href="{BLUESKY}">replied</a>:<br>A1: yes</p>'
        f'<p><a href="{page}">Quoted post</a> from <b>Dora</b> <i>@dora.example</i>:<br>A1: no</p>'
        f'<hr/><p>Replying to <b>Bram</b> <i>@bram.example</i>\'s <a href="{page}">post</a>:<br>So'
    )
    found = entry("A1: yes", words, BLUESKY)
    (quoted,) = found.carried
    assert (found.post.text, found.post.quote_of) == ("A1: yes", quoted.post.id)
    assert quoted.post.id == "bluesky:at://dora.example/app.bsky.feed.post/3k1"
    assert (quoted.post.author.handle, quoted.post.text) == ("dora.example", "A1: no")


def test_a_post_of_bluesky_that_quotes_nothing_has_its_own_words_alone() -> None:
    head = f'<p><b>Catrin</b> <i>@catrin.example</i> <a href="{BLUESKY}">posted</a>:<br>'
    assert take_bridged_apart(f"{head}A1: yes</p>") == Hubbed("A1: yes</p>")
    answered = "<hr/><p>Replying to <b>Bram</b> <i>@bram.example</i>'s post:<br>So?</p>"
    assert take_bridged_apart(f"{head}A1: yes</p>{answered}") == Hubbed("A1: yes</p>")


def test_a_quoted_post_without_a_link_has_no_page_and_a_name_is_one_line() -> None:
    block = take_apart(f"So{PLAIN.replace('Dora Example', 'Dora &amp;' + chr(10) + 'Eve')}").quoted
    assert block is not None
    assert (block.name, block.handle, block.address) == ("Dora & Eve", "", "")


PIECES = st.lists(
    st.sampled_from(["RT&ensp;", "Re @", "<br>", "<b>", "</b>", '<div class="rsshub-quote">', ":"])
    | st.text(max_size=4),
    max_size=12,
).map("".join)


@given(PIECES)
def test_other_entries_stay_whole(words: str) -> None:
    assert take_bridged_apart(words).own == words
    assert words.endswith(take_apart(words).own) or "rsshub-quote" in words

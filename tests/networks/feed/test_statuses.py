"""Posts of X as readers such as Nitter write them in feeds."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.feed.payload import Entry, read_feed
from tartantm.networks.feed.statuses import status_of, time_of
from tests.networks.feed.test_payload import NOW, URL, rss

DATE = "<pubDate>Wed, 17 Jun 2026 17:05:00 GMT</pubDate>"


def status(title: str, html: str, user: str = "bram", number: int = 193) -> Entry:
    link = f"https://nitter.example/{user}/status/{number}#m"
    written = html.replace("<", "&lt;").replace(">", "&gt;")
    data = rss(
        f"<title>{title}</title><dc:creator>@{user}</dc:creator>{DATE}"
        f"<description>{written}</description><guid>{link}</guid><link>{link}</link>"
    )
    (entry,) = read_feed(data, URL, NOW).entries
    return entry


def test_a_plain_post_is_the_post_of_x() -> None:
    post = status("Less policy #tartantm", "<p>Less policy #tartantm</p>").post
    assert (post.id, post.author.handle, post.text) == ("x:193", "bram", "Less policy #tartantm")


def test_a_pinned_post_is_a_plain_one() -> None:
    assert status("Pinned: Less policy", "<p>Less policy</p>").post.text == "Less policy"


def test_an_answer_says_whom_it_answers() -> None:
    post = status("R to @ailsa: A1: yes", "<p>A1: yes</p>").post
    assert (post.id, post.text, post.reply_to_handle) == ("x:193", "A1: yes", "ailsa")


def test_a_repost_is_its_reposters_and_the_words_are_their_authors() -> None:
    entry = status("RT by @Ailsa: Less policy", "<p>Less policy</p>")
    post, (original,) = entry.post, entry.carried
    assert (post.author.handle, post.repost_of, post.text) == ("Ailsa", "x:193", "Less policy")
    assert (original.post.id, original.post.author.handle) == ("x:193", "bram")
    assert (original.by, original.post.text) == (post.id, "Less policy")
    other = status("RT by @catrin: Less policy", "<p>Less policy</p>").post
    assert other.id != post.id


QUOTE = (
    "<p>So true</p><hr/><blockquote><b>Ailsa Example (@ailsa)</b><p>Less policy</p><footer>— <cite>"
    '<a href="https://nitter.example/ailsa/status/192#m">https://nitter.example/…</a></cite>'
    "</footer></blockquote>"
)


def test_a_quoted_post_is_carried_and_none_of_the_words() -> None:
    entry = status("So true", QUOTE)
    (quoted,) = entry.carried
    assert (entry.post.text, entry.post.quote_of) == ("So true", "x:192")
    assert (quoted.post.id, quoted.post.text, quoted.by) == ("x:192", "Less policy", "x:193")
    assert (quoted.post.author.handle, quoted.post.author.name) == ("ailsa", "Ailsa Example")
    assert quoted.post.undated


def test_the_quote_of_a_reposted_post_belongs_to_it() -> None:
    entry = status("RT by @catrin: So true", QUOTE)
    original, quoted = entry.carried
    assert (original.post.id, original.post.quote_of) == ("x:193", "x:192")
    assert quoted.post.id == "x:192" and entry.post.quote_of is None


def test_the_address_of_a_post_at_the_end_is_a_quote() -> None:
    link = '<a href="https://nitter.example/ailsa/status/192#m">nitter.example/ailsa/status/192</a>'
    assert status("So true", f"<p>So true<br>{link}</p>").post.quote_of == "x:192"
    assert status("So true", f"<p>See {link} first</p>").post.quote_of is None
    own = link.replace("192", "193")
    assert status("So true", f"<p>So true {own}</p>").post.quote_of is None


def test_a_block_that_names_no_post_stays_with_the_words() -> None:
    entry = status("So", "<p>So</p><blockquote>Someone said</blockquote>")
    assert (entry.post.text, entry.carried) == ("So\n\nSomeone said", [])


def test_a_prefix_in_the_feed_of_a_blog_is_what_it_says() -> None:
    data = rss(f"<guid>https://blog.example/1</guid><title>R to @ailsa: yes</title>{DATE}")
    (entry,) = read_feed(data, URL, NOW).entries
    assert (entry.post.text, entry.post.reply_to_handle) == ("R to @ailsa: yes", None)


def test_ids_say_when_a_post_was_written() -> None:
    assert time_of("x:1541815603606036480") == datetime(2022, 6, 28, 16, 7, 40, 105000, tzinfo=UTC)
    assert time_of("x:193") is None and time_of("x:no") is None


PIECES = st.lists(
    st.sampled_from(["<blockquote", ">", "<b>", "(@ailsa)", "</b>", '<a href="https://x.com/'])
    | st.text(max_size=4),
    max_size=12,
).map("".join)


@given(PIECES, PIECES)
def test_nothing_raises(title: str, html: str) -> None:
    status_of({"title_detail": {"value": title}, "summary_detail": {"value": html}})

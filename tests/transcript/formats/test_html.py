"""The web page: its structure, what a post says, its size, and that text stays text."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise
from typing import Any

import pytest

from tartantm.core.agenda import Agenda
from tartantm.core.events import Hidden
from tartantm.core.post import Author, Link, Media
from tartantm.transcript import ExportOptions
from tartantm.transcript.export import ExportContext
from tests.transcript.evening import PEOPLE, START, Evening, big, plain, small
from tests.transcript.reading import Page, export_text

DELE = PEOPLE["dele"]


def page(evening: Evening, **options: Any) -> Page:
    return Page(export_text(evening.chat, "html", **options))


def html_of(text: str, **more: Any) -> str:
    """Return the HTML of one post's text."""
    e = Evening()
    e.post(1, DELE, text, **more)
    html = export_text(e.chat, "html", noindex=True)
    match = re.search(r"<p dir=auto.*?(?=</article>)", html, re.S)
    assert match
    return match[0]


def test_the_skeleton() -> None:
    read = page(small())
    assert read.one("html")["lang"] == "en-GB"
    assert read.all("title")[0].text == (
        "#tartantm, 20 June 2012: Public sector comms is at a crossroads: transcript"
    )
    assert [read.one(tag).tag for tag in ("header", "nav", "main", "footer", "h1")]
    first = read.all("a")[0]
    assert (first["class"], first["href"]) == ("skip", "#posts")
    assert not read.comments and not read.all("script") and not read.all("img")


def test_no_heading_level_is_skipped() -> None:
    levels = [int(e.tag[1]) for e in page(small()).elements if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_differ_and_every_link_within_the_page_arrives() -> None:
    read = page(big(120))
    ids = [element["id"] for element in read.elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    for link in read.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids


def test_the_contents_lead_to_every_part() -> None:
    read = page(small())
    heads = [e["id"] for e in read.all("h2") if "nav" not in e.within]
    contents = [e["href"][1:] for e in read.all("a") if "nav" in e.within]
    assert contents == [*heads, "questions"]


def test_follow_ups_stand_within_their_question() -> None:
    html = export_text(small().chat, "html")
    assert re.search(r'<li><a href="#q2">.*?<ol><li><a href="#q2a">.*?</li></ol></li>', html)


def test_a_post_says_who_when_where_and_what() -> None:
    html = export_text(small().chat, "html")
    match = re.search(r"<article id=n8-\S{4} class=star.*?</article>", html, re.S)
    assert match
    told = Page(match[0])
    anchor = told.one("article")["id"]
    assert told.one("h3").text == "Calum Sample 18:03"
    assert told.one("time")["datetime"] == "2012-06-20T17:03:00Z"
    source, permalink, note = told.all("a")
    assert source["href"] == "https://mastodon.example/@calum/108000000000000003"
    assert source["aria-label"] == "Mastodon #8" and source.text == "Mastodon"
    assert note["rel"] == "nofollow ugc"
    assert permalink["href"] == f"#{anchor}" and permalink.text == "#8"
    assert permalink["id"].startswith("m_")
    assert note["href"] == "https://mastodon.example/about"
    assert told.all("p", dir="auto")[0].text.startswith("A1 You write less policy")
    text = "".join(told.text)
    for words in ("Highlight", "Decision", "edited 18:05", "Moderator’s note:"):
        assert words in text


def test_late_moved_reply_quote_and_repost_are_shown() -> None:
    text = "".join(page(small()).text)
    assert "in reply to Ailsa Example, #6 · answered while Q3 was open · placed under Q1 by" in text
    assert "quotes Dele Placeholder, #12" in text
    assert "in reply to @someone" in text
    assert "in reply to a post that is not in this transcript" in text
    assert "Reposted by Calum Sample and Grażyna Przykład" in text


def test_a_remark_has_speaker_and_venue_and_is_no_article() -> None:
    html = export_text(small().chat, "html")
    match = re.search(r"<div id=n16-\S{4} class=said.*?</div>", html, re.S)
    assert match
    text = "".join(Page(match[0]).text)
    assert text.startswith("Morag 18:18") and "said in Glasgow" in text


def test_pictures_are_words_and_links() -> None:
    text = "".join(page(small()).text)
    assert "Image: A whiteboard with one line on it (image 1 of #10 at cdn.example)" in text
    assert "Image without description (image 2 of #10 at cdn.example)" in text


def test_content_warnings_fold_and_open_on_paper() -> None:
    read = page(small())
    assert read.one("summary").text == "Content warning: food"
    assert "details::details-content{content-visibility:visible}" in read.one("style").text


@pytest.mark.parametrize(
    ("languages", "lang"),
    [
        (("ar",), "ar"),
        (("pt-BR",), "pt"),
        (("zh-Hant",), "zh-Hant"),
        (("iw",), "he"),
        (("en",), None),
        (("en-US",), None),
        (("und",), None),
        (("qme",), None),
        (("ar", "fr"), None),
        (('x" onclick="y',), None),
    ],
)
def test_only_a_certain_language_is_marked(languages: tuple[str, ...], lang: str | None) -> None:
    told = re.search(r" lang=([^ >]+)", html_of("words", languages=languages))
    assert (told[1] if told else None) == lang


def test_four_emoji_alike_are_one_and_a_number() -> None:
    assert "👏×5 &lt;" in html_of("👏👏👏👏👏 <")
    assert "👏👏👏&lt;" in html_of("👏👏👏<")
    assert "👍🏽×4" in html_of("👍🏽 👍🏽 👍🏽 👍🏽")
    assert "🏴󠁧󠁢󠁳󠁣󠁴󠁿👩‍💻" in html_of("🏴󠁧󠁢󠁳󠁣󠁴󠁿👩‍💻")
    assert "がががが" in html_of("がががが")


def test_paragraphs_and_lines_are_kept() -> None:
    html = html_of("one\ntwo\n\nthree")
    assert html == "<p dir=auto>one\ntwo<p dir=auto>three"


def test_links_in_text() -> None:
    html = html_of("see https://a.example/x?a=1&b=2, ok")
    assert (
        '<a href="https://a.example/x?a=1&amp;b=2" rel="nofollow ugc" data-n=1>'
        "https://a.example/x?a=1&amp;b=2</a>, ok" in html
    )


def test_addresses_have_their_number_in_the_list_of_links_on_paper() -> None:
    e = Evening()
    e.post(1, DELE, "first https://a.example/1")
    shown = Link("https://www.b.example/2?utm_source=x", "b.example/2")
    e.post(2, DELE, "see b.example/2 and https://a.example/1", links=(shown,))
    e.post(3, DELE, "and https://b.example/2/ again, @x", links=(Link("https://c.example/", "@x"),))
    read = page(e)
    told = [(a.text, a["data-n"]) for a in read.all("a") if "data-n" in a.attributes]
    assert told == [
        ("https://a.example/1", "1"),
        ("b.example/2", "2"),
        ("https://a.example/1", "1"),
        ("https://b.example/2/", "2"),
    ]
    listed = [a["href"] for a in read.all("a") if "ol" in a.within and a["href"][0] == "h"]
    assert listed[:2] == ["https://a.example/1", "https://www.b.example/2"]
    assert 'a[data-n]::after{content:" [" attr(data-n) "]"}' in read.one("style").text


def test_days_after_the_chat_are_named() -> None:
    e = small()
    e.post(60 * 24, DELE, "one day on")
    assert "Dele Placeholder 21 June, 18:00" in "".join(page(e).text)


def test_cross_posts_are_one_post_with_several_links() -> None:
    e = Evening()
    words = "The same words, posted everywhere I am"
    first = e.post(1, DELE, words)
    again = e.post(2, DELE, words, network="bluesky")
    e.post(3, PEOPLE["layla"], "RT", repost_of=again)
    assert e.chat.entries[again].folded_into == first
    read = page(e)
    assert len(read.all("article")) == 1
    (link,) = [a for a in read.all("a") if a.text == "Bluesky"]
    assert link["aria-label"] == "Bluesky, the same as #2"
    text = "".join(read.text)
    assert "Also on Bluesky" in text and "Reposted by ليلى مثال" in text
    assert "1 copy of the same words elsewhere shown with the first" in text


def test_replies_to_a_repost_of_a_copy_lead_to_what_is_shown() -> None:
    e = Evening()
    first = e.post(1, DELE, "The same words, posted everywhere I am")
    again = e.post(2, DELE, "The same words, posted everywhere I am", network="bluesky")
    repost = e.post(3, PEOPLE["layla"], "RT", repost_of=again)
    e.chat.entries[again].folded_into, e.chat.entries[repost].folded_into = first, again
    e.post(4, PEOPLE["calum"], "So true", network="mastodon", reply_to=repost)
    assert "in reply to Dele Placeholder, #2" in "".join(page(e).text)
    e.happen(Hidden((first,)), 5)
    assert len(page(e).all("article")) == 1


def test_the_policy_names_the_style_sheet_and_no_element_has_a_style() -> None:
    from tartantm.transcript.formats.html.stylesheet import digest

    read = page(small())
    (policy,) = [e["content"] for e in read.all("meta") if "http-equiv" in e.attributes]
    assert f"style-src '{digest(read.one('style').text)}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not [e for e in read.elements if "style" in e.attributes]


def test_metadata_says_who_wrote_what_and_when() -> None:
    read = page(small())
    (root,) = read.all("div", itemtype="https://schema.org/DiscussionForumPosting")
    assert root["itemref"] in {e["id"] for e in read.all("li", itemprop="author")}
    comments = [e for e in read.elements if e.attributes.get("itemprop") == "comment"]
    people = {e["id"]: e for e in read.all("li", itemprop="author")}
    assert len(comments) == 12 and len(people) == 7
    assert {comment["itemref"] for comment in comments} < people.keys()
    assert people[comments[0]["itemref"]].text.startswith("Dele Placeholder")
    for name in ("datePublished", "text"):
        assert sum(e.attributes.get("itemprop") == name for e in read.elements) >= 12


def test_no_metadata_where_search_engines_are_to_stay_away() -> None:
    quiet = export_text(small().chat, "html", noindex=True)
    assert "item" not in quiet and '<meta name="robots" content="noindex">' in quiet


def test_the_questions_can_be_read_alone() -> None:
    read = page(small())
    assert read.one("a", href="#questions").text == "Read the questions and summaries only"
    assert read.one("div", id="questions")
    assert "#questions:target :is(article,.said," in read.one("style").text
    talk = Evening(Agenda("Nothing asked"))
    talk.post(1, DELE, "Hello")
    for nothing_to_leave_out in (talk, Evening()):
        assert not page(nothing_to_leave_out).all("a", href="#questions")


def test_charts_say_in_words_what_they_show_and_have_tables() -> None:
    read = page(small())
    titles = [e.text for e in read.all("title")][1:]
    assert titles == [
        "Q1 drew most: 5 of 13 posts",
        "Busiest: 3 posts in the 5 minutes from 18:00",
        "X carried most: 8 of 13 posts",
    ]
    assert [e.text for e in read.all("caption")] == [
        "For each question",
        "In each 5 minutes",
        "On each network",
        "People by number of posts",
    ]


def test_an_empty_evening_is_a_page_too() -> None:
    text = "".join(page(Evening()).text)
    assert "Never opened · No posts" in text and "No posts were captured." in text
    assert "Postsnone; 5 questions on the agenda" in text and "Not checked" not in text


def test_the_language_of_the_page_is_checked() -> None:
    assert page(small(), language="gd").one("html")["lang"] == "gd"
    assert page(small(), language='en" onload="x').one("html")["lang"] == "en-GB"


def test_weight() -> None:
    hundred, four = (export_text(plain(count).chat, "html").encode() for count in (100, 400))
    assert len(hundred) <= 64 * 1024
    assert len(four) <= 700 * 400
    rich = export_text((evening := big(400)).chat, "html").encode()
    shown = sum(e.published and e.listed for e in evening.chat.entries.values())
    assert len(rich) <= 700 * shown
    assert len(gzip.compress(rich)) <= 8 * 1024 * shown / 100
    style = re.search(rb"<style>(.*?)</style>", rich, re.S)
    assert style and len(style[1]) < 6 * 1024


def test_it_streams() -> None:
    document = ExportContext(big(300).chat, ExportOptions())
    from tartantm.transcript.formats.html import page as as_html

    pieces = list(as_html.write(document.transcript, document.options))
    assert len(pieces) > 300 and max(map(len, pieces)) < 20_000


def test_unknown_networks_and_odd_posts_do_no_harm() -> None:
    e = Evening()
    e.post(1, Author("a<b"), "from afar", id="gopher<i>:1", url=None)
    e.post(2, Author("", ""), "from nobody", id="feed:2", url=None)
    e.post(3, DELE, "", media=(Media("other", "ftp://x.example/a"),))
    e.post(4, DELE, "", links=(Link("mailto:a@b.example", "write"),))
    text = "".join(page(e).text)
    assert "Gopher<I>" in text and "Somebody" in text and "Attachment without description" in text
    assert START.year == 2012

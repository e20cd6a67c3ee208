"""RSS and Atom as they are written on the web. All names and words are invented."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.post import Author, Media, Post
from tartantm.networks.feed.payload import alternate, read_feed, tagged
from tartantm.networks.heard import Unreadable

URL = "https://feeds.example/tags/tartantm.rss?key=1"
NOW = datetime(2026, 6, 17, 18, 0, tzinfo=UTC)

SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
)


def rss(entry: str, channel: str = "") -> bytes:
    head = f'<rss version="2.0" {SPACES}><channel><title>Tagged</title>{channel}'
    return f"{head}<item>{entry}</item></channel></rss>".encode()


def atom(entry: str) -> bytes:
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="gd"><title>Tagged</title>'
    return f"{head}<entry>{entry}</entry></feed>".encode()


def only(data: bytes) -> Post:
    (entry,) = read_feed(data, URL, NOW).entries
    return entry.post


def test_an_entry_as_mastodon_writes_it() -> None:
    post = only(
        rss(
            '<guid isPermaLink="true">https://m.example/@ailsa/1</guid>'
            "<link>https://m.example/@ailsa/1</link>"
            "<pubDate>Wed, 17 Jun 2026 18:05:00 +0100</pubDate>"
            "<description>&lt;p&gt;Less &amp;amp; more #TartanTM "
            "&lt;a href='https://e.example/a'&gt;e.example/a&lt;/a&gt;&lt;/p&gt;</description>"
            '<media:content url="https://f.example/1.png" type="image/png" medium="image">'
            '<media:rating scheme="urn:simple">adult</media:rating>'
            '<media:description type="plain">A chart</media:description></media:content>'
            '<media:content url="https://f.example/2.mp4" type="video/mp4"/>'
            "<category>tartantm</category><dc:creator>@ailsa@m.example</dc:creator>",
            "<language>en-gb</language>",
        )
    )
    assert (post.id, post.url) == ("mastodon:m.example/1", "https://m.example/@ailsa/1")
    assert post.aliases == ("feed:https://m.example/@ailsa/1",)  # its id in sessions of 0.1
    assert post.text == "Less & more #TartanTM e.example/a"
    assert [link.url for link in post.links] == ["https://e.example/a"]
    assert post.created_at == datetime(2026, 6, 17, 17, 5, tzinfo=UTC)
    assert post.media == (
        Media("image", "https://f.example/1.png", "A chart"),
        Media("video", "https://f.example/2.mp4"),
    )
    assert post.author.handle == "ailsa@m.example"
    assert (post.hashtags, post.languages, post.sensitive) == (("TartanTM",), ("en-gb",), True)
    assert (post.edited_at, post.received_at) == (None, NOW)


def test_an_entry_as_flickr_writes_it() -> None:
    post = only(
        atom(
            "<title>At the Thistle</title><id>tag:photos.example,2026:/photo/1</id>"
            '<link rel="alternate" type="text/html" href="https://photos.example/1"/>'
            '<link rel="enclosure" type="image/jpeg" href="https://photos.example/1.jpg"/>'
            "<published>2026-06-17T17:05:00Z</published><updated>2026-06-17T17:06:00Z</updated>"
            '<content type="html">&lt;p&gt;Many people&lt;/p&gt;</content>'
            "<author><name>Ailsa</name><uri>https://photos.example/ailsa</uri></author>"
            '<category term="tartantm"/>'
        )
    )
    assert post.id == "feed:tag:photos.example,2026:/photo/1"
    assert post.text == "At the Thistle\n\nMany people"
    assert (post.author.name, post.author.url) == ("Ailsa", "https://photos.example/ailsa")
    assert post.media == (Media("image", "https://photos.example/1.jpg"),)
    assert (post.languages, post.hashtags) == (("gd",), ("tartantm",))
    assert post.edited_at == datetime(2026, 6, 17, 17, 6, tzinfo=UTC) and post.version


@pytest.mark.parametrize(
    "entry, text",
    [
        ("<title>A &lt;b&gt; title</title>", "A <b> title"),
        ("<title>Less po…</title><description>Less policy</description>", "Less policy"),
        ("<title>T</title><description>Sum</description>"
         "<content:encoded>Long article</content:encoded>", "T\n\nLong article"),
        ("<description>&lt;script&gt;x()&lt;/script&gt;ok</description>", "ok"),
        ("<description>\u202eabc</description>", "abc"),
        ("<description></description>", ""),
    ],
)  # fmt: skip
def test_text(entry: str, text: str) -> None:
    assert only(rss(f"<guid>t:1</guid>{entry}")).text == text


def test_an_article_is_cut_between_words() -> None:
    text = only(rss(f"<guid>t:1</guid><description>{'word ' * 1000}</description>")).text
    assert text.endswith("word …") and 1400 < len(text) < 1600


@pytest.mark.parametrize(
    "written, name",
    [
        ("ailsa@e.example (Ailsa Example)", "Ailsa Example"),
        ("Ailsa Example (ailsa@e.example)", "Ailsa Example"),
        ("Ailsa &lt;ailsa@e.example&gt;", "Ailsa"),
        ("ailsa@e.example", "ailsa"),
        ("Ailsa Example", "Ailsa Example"),
    ],
)
def test_no_mail_address_is_kept(written: str, name: str) -> None:
    author = only(rss(f"<guid>t:1</guid><author>{written}</author>")).author
    assert author.name == name and "e.example" not in author.handle


@pytest.mark.parametrize(
    "entry, post_id, url",
    [
        ("<guid>77</guid>", "feed:https://feeds.example/tags/tartantm.rss#77", None),
        (
            "<link>a/2</link>",
            "feed:https://feeds.example/tags/a/2",
            "https://feeds.example/tags/a/2",
        ),
        ("<guid>t:1</guid><link>javascript:x()</link>", "feed:t:1", None),
    ],
)
def test_ids(entry: str, post_id: str, url: str | None) -> None:
    post = only(rss(entry))
    assert (post.id, post.url) == (post_id, url)


@pytest.mark.parametrize("date", ["", "<pubDate>soon</pubDate>", "<pubDate>1 Jan 0001</pubDate>"])
def test_without_a_date_it_is_of_the_time_of_reading(date: str) -> None:
    (entry,) = read_feed(rss(f"<guid>t:1</guid>{date}"), URL, NOW).entries
    assert (entry.dated, entry.post.created_at) == (False, NOW)


def test_a_time_without_a_zone_is_in_the_zone_of_the_chat() -> None:
    data = rss("<guid>t:1</guid><pubDate>Wed, 17 Jun 2026 18:05:00</pubDate>")
    (here,) = read_feed(data, URL, NOW, ZoneInfo("Europe/London")).entries
    assert here.post.created_at == datetime(2026, 6, 17, 17, 5, tzinfo=UTC)
    assert not here.post.undated


@pytest.mark.parametrize(
    "date, until",
    [
        ("Wed, 17 Jun 2026 18:05:00 XYZ", None),
        ("Wed, 17 Jun 2026 18:05:00 IST", None),
        ("17 Jun 2026", datetime(2026, 6, 18, tzinfo=UTC)),
    ],
)
def test_a_time_that_is_in_doubt_is_said_to_be_unknown(date: str, until: datetime | None) -> None:
    (entry,) = read_feed(rss(f"<guid>t:1</guid><pubDate>{date}</pubDate>"), URL, NOW).entries
    assert (entry.post.undated, entry.post.created_at, entry.until) == (True, NOW, until)


def test_nobody_is_called_by_the_name_of_the_feed() -> None:
    assert only(rss("<guid>t:1</guid><title>T</title>")).author == Author("unknown")


def test_of_what_another_feed_has_that_feeds_author_is_the_author() -> None:
    source = "<source><title>Planet</title><author><name>Ailsa</name></author></source>"
    assert only(atom(f"<id>t:1</id><title>T</title>{source}")).author.name == "Ailsa"
    own = "<author><name>Bram</name></author>"
    assert only(atom(f"<id>t:1</id><title>T</title>{own}{source}")).author.name == "Bram"


def test_the_same_entry_under_another_id_has_a_name_in_common_with_it() -> None:
    date = "<pubDate>Wed, 17 Jun 2026 18:05:00 GMT</pubDate>"
    said = f"<description>Less policy</description>{date}<author>Ailsa</author>"
    one, moved = (only(rss(f"<guid>t:{n}</guid>{said}")) for n in (1, 2))
    later = only(rss(f"<guid>t:3</guid>{said.replace(':05:', ':06:')}"))
    nobody = only(rss(f"<guid>t:4</guid>{said.replace('Ailsa', '')}"))
    assert one.id != moved.id and one.aliases == moved.aliases != ()
    assert later.aliases not in ((), one.aliases)
    assert nobody.aliases == ()  # what is known is too little
    whole = said.replace("policy", "policy for everybody").replace("Ailsa", "")
    nameless = [only(rss(f"<guid>t:{n}</guid>{whole}")) for n in (5, 6)]
    assert nameless[0].aliases == nameless[1].aliases != ()


def test_what_one_list_has_twice_is_two_entries() -> None:
    date = "<pubDate>Wed, 17 Jun 2026 18:05:00 GMT</pubDate>"
    said = f"<description>Yes</description>{date}<author>Ailsa</author>"
    both = rss(f"<guid>t:1</guid>{said}</item><item><guid>t:2</guid>{said}")
    assert [each.post.aliases for each in read_feed(both, URL, NOW).entries] == [(), ()]


def test_a_file_says_itself_where_it_is_from_and_copies_are_what_they_are_copies_of() -> None:
    kept = "https://web.archive.org/web/20130102030405/https://m.example"
    data = rss(f"<link>{kept}/@ailsa/1</link>", f"<link>{kept}/tags/x</link>")
    (entry,) = read_feed(data, "", NOW).entries
    assert entry.post.id == "mastodon:m.example/1"
    assert entry.post.url == "https://m.example/@ailsa/1"
    assert "mastodon:https://m.example/users/ailsa/statuses/1" in entry.post.aliases


def test_the_hashtag_is_looked_for_in_everything() -> None:
    article = f"{'word ' * 40_000}&lt;p&gt;#&lt;span&gt;tartantm&lt;/span&gt;&lt;/p&gt;"
    feed = read_feed(
        rss(
            "<guid>t:1</guid><title>My answers</title>"
            f"<description>Some […]</description><content:encoded>{article}</content:encoded>"
        ),
        URL,
        NOW,
    )
    assert [each.post.text[:14] for each in tagged(feed.entries, ["TartanTM"])] == [
        "My answers\n\nwo"
    ]
    assert tagged(feed.entries, ["other"]) == []


def test_entries_without_any_name_are_counted() -> None:
    feed = read_feed(rss("<description>Words</description>"), URL, NOW)
    assert (feed.entries, feed.damaged) == ([], 1)


@pytest.mark.parametrize(
    "channel, seconds",
    [
        ("<ttl>30</ttl>", 1800),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>24</sy:updateFrequency>",
            3600,
        ),
        ("<ttl>-5</ttl><sy:updatePeriod>never</sy:updatePeriod>", 0),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            86400,
        ),
    ],
)
def test_how_often_it_wants_to_be_asked(channel: str, seconds: float) -> None:
    assert read_feed(rss("<guid>t:1</guid>", channel), URL, NOW).seconds == seconds


def test_a_feed_that_is_no_xml_is_read_all_the_same() -> None:
    data = rss("<guid>t:1</guid><description>Salt & pepper</description>")
    assert only(data).text == "Salt & pepper"
    assert only(data[: -len("</description></item></channel></rss>")]).id == "feed:t:1"


@pytest.mark.parametrize("data", [b"", b"\0\0", b"{}", b"words", b"<html></html>", b"\xff\xfe<"])
def test_what_is_no_feed(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_feed(data, URL, NOW)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB + b']><rss version="2.0"><channel><title>&l;</title></channel></rss>',
        BOMB.decode().encode("utf-16") + ']><rss version="2.0">&l;</rss>'.encode("utf-16-le"),
        b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><rss version="2.0"><channel/></rss>',
        b'<?xml-stylesheet href="http://127.0.0.1:9/x"?><rss version="2.0"><channel/></rss>',
        rss("<a>" * 30_000 + "</a>" * 30_000),
        rss("<item>" * 100_000),
        rss("<guid>t:1</guid><description>" + "&lt;a " * 100_000 + "</description>"),
        b"http://127.0.0.1:9/feed.xml",
        b"/etc/hostname",
    ],
    ids=range(9),
)
def test_hostile_feeds_neither_hang_nor_fetch(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise AssertionError("something was to be fetched")

    monkeypatch.setattr(socket.socket, "connect", none)
    monkeypatch.setattr(socket, "create_connection", none)
    begin = time.perf_counter()
    try:
        feed = read_feed(data, URL, NOW)
        assert all("root:" not in entry.post.text for entry in feed.entries)
    except Unreadable:
        pass
    assert time.perf_counter() - begin < 60


TAGS = "item /item guid /guid title /title pubDate author link category dc:creator !-- ![CDATA["
PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in TAGS.split()),
        "<media:content url='",
        "'",
        "]]>",
        "&",
        "<",
        "http://[",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=30))
def test_whatever_it_is_it_is_read_or_unreadable(pieces: list[str]) -> None:
    try:
        feed = read_feed(rss("".join(pieces)), URL, NOW)
    except Unreadable:
        return
    networks = {entry.post.network for entry in feed.entries}
    assert networks <= {"feed", "x", "mastodon", "bluesky"}


@pytest.mark.parametrize(
    "html, found",
    [
        (
            '<link rel="alternate" type="application/rss+xml" href="/f.xml">',
            "https://e.example/f.xml",
        ),
        ("<LINK TYPE=application/atom+xml HREF=a?b=1&amp;c>", "https://e.example/blog/a?b=1&c"),
        ('<link rel="stylesheet" href="/x.css">', None),
        ('<link type="application/rss+xml" href="javascript:x()">', None),
        ("<link " * 100_000, None),
    ],
    ids=range(5),
)
def test_the_feed_that_a_page_names(html: str, found: str | None) -> None:
    assert alternate(html, "https://e.example/blog/") == found


def test_a_repost_in_atom_has_its_authors_words_under_their_name() -> None:
    said = '<content type="html">A1: less policy</content>'
    within = (
        "<activity:object><id>https://o.example/objects/9</id><author><name>bram</name>"
        f"<uri>https://o.example/users/bram</uri></author>{said}</activity:object>"
    )
    entry = atom(
        "<id>https://m.example/activities/2</id><title>ailsa repeated a notice</title>"
        "<activity:verb>http://activitystrea.ms/schema/1.0/share</activity:verb>"
        "<published>2026-06-17T17:05:00Z</published><author><name>ailsa</name>"
        f'<uri>https://m.example/users/ailsa</uri></author><content type="html">RT A1: less'
        f"</content>{within}"
    ).replace(b"<feed ", b'<feed xmlns:activity="http://activitystrea.ms/spec/1.0/" ')
    (read,) = read_feed(entry, URL, NOW).entries
    (original,) = read.carried
    assert (read.post.author.handle, read.post.repost_of) == ("ailsa@m.example", original.post.id)
    assert (original.post.author.handle, original.post.text) == (
        "bram@o.example",
        "A1: less policy",
    )


def test_the_author_of_a_whole_feed_is_known_by_their_page() -> None:
    head = "<author><name>Ailsa Example</name><uri>https://m.example/@ailsa</uri></author><entry>"
    data = atom(
        "<id>https://m.example/notes/1</id><title>New note by Ailsa Example</title>"
        "<updated>2026-06-17T17:05:00Z</updated><summary>A1: less policy</summary>"
    ).replace(b"<entry>", head.encode(), 1)
    post = only(data)
    assert (post.author.handle, post.author.name) == ("ailsa@m.example", "Ailsa Example")
    assert post.text == "A1: less policy"

"""Mastodon's statuses, streaming events and HTML. All names and words are invented."""

import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tartantm.core.events import Deleted
from tartantm.core.post import Link, Media, Post
from tartantm.networks.heard import Carried, Parsed
from tartantm.networks.json_fields import LONGEST_TEXT, MOST_MEDIA, MOST_PARTS
from tartantm.networks.mastodon import payload as mastodon_payload
from tartantm.networks.mastodon.html import LONGEST, to_text

SERVER = "social.example"
NOW = datetime(2012, 6, 20, 17, 30, tzinfo=UTC)


def account(acct: str = "ailsa", home: str = SERVER, **changes: Any) -> dict[str, Any]:
    name = acct.partition("@")[0]
    return {
        "id": "11",
        "username": name,
        "acct": acct,
        "display_name": "Ailsa Example",
        "url": f"https://{home}/@{name}",
        "uri": f"https://{home}/users/{name}",
    } | changes


def status(**changes: Any) -> dict[str, Any]:
    return {
        "id": "101",
        "uri": f"https://{SERVER}/users/ailsa/statuses/101",
        "url": f"https://{SERVER}/@ailsa/101",
        "created_at": "2012-06-20T17:05:00.123Z",
        "visibility": "public",
        "content": "<p>A1 Less policy</p>",
        "account": account(),
        "edited_at": None,
        "reblog": None,
        "in_reply_to_id": None,
    } | changes


def remote(**changes: Any) -> dict[str, Any]:
    """A post from another server, with nothing in it that tells which server was asked."""
    return status(
        uri="https://far.example/users/calum/statuses/9",
        url="https://far.example/@calum/9",
        account=account("calum@far.example", "far.example", id="12"),
        **changes,
    )


def read(value: dict[str, Any], server: str = "") -> Parsed:
    reading = mastodon_payload.read(value, server, NOW)
    assert reading is not None
    return reading


def only(value: dict[str, Any], server: str = "") -> Post:
    (post,) = (each for each in read(value, server).heard if isinstance(each, Post))
    return post


def brought(value: dict[str, Any], server: str = "") -> list[Carried]:
    return [each for each in read(value, server).heard if isinstance(each, Carried)]


def test_status() -> None:
    post = only(status(language="en", tags=[{"name": "tartantm"}, {"name": "TartanTM"}]))
    assert post.id == "mastodon:https://social.example/users/ailsa/statuses/101"
    assert post.aliases == ("mastodon:social.example/101",)
    assert post.author.handle == "ailsa@social.example"
    assert post.author.id == "https://social.example/users/ailsa"
    assert post.author.url == "https://social.example/@ailsa"
    assert post.created_at == datetime(2012, 6, 20, 17, 5, 0, 123000, tzinfo=UTC)
    assert post.text == "A1 Less policy"
    assert post.url == "https://social.example/@ailsa/101"
    assert (post.languages, post.hashtags) == (("en",), ("tartantm",))
    assert (post.version, post.edited_at, post.received_at) == (None, None, None)
    assert (post.reply_to, post.repost_of, post.quote_of) == (None, None, None)
    assert (post.content_warning, post.sensitive, post.author.bot) == (None, False, False)


def test_bots_are_told() -> None:
    assert only(status(account=account(bot=True))).author.bot


def test_the_server_is_told_by_what_is_local() -> None:
    assert mastodon_payload.server_of(status()) == SERVER
    assert mastodon_payload.server_of(remote()) == ""
    mentioned = remote(mentions=[account("host")])
    assert mastodon_payload.server_of(mentioned) == SERVER
    tagged = remote(tags=[{"name": "tartantm", "url": "https://asked.example:8443/tags/tartantm"}])
    assert mastodon_payload.server_of(tagged) == "asked.example:8443"
    assert mastodon_payload.server_of(remote(reblog=status())) == SERVER
    event = {"event": "update", "payload": msgspec.json.encode(status()).decode()}
    assert mastodon_payload.server_of(event) == SERVER


def test_a_local_id_is_an_alias_at_the_server_that_was_asked() -> None:
    assert only(remote()).aliases == ("mastodon:unknown/101",)
    assert only(remote(), "asked.example").aliases == ("mastodon:asked.example/101",)
    assert only(status(), "asked.example").aliases == (f"mastodon:{SERVER}/101",)


def test_reply_names_what_it_replies_to_by_the_local_id() -> None:
    replying = status(
        id="102",
        uri=f"https://{SERVER}/users/ailsa/statuses/102",
        in_reply_to_id="101",
        in_reply_to_account_id="12",
        mentions=[account("calum@far.example", "far.example", id="12")],
    )
    post = only(replying)
    assert post.reply_to in only(status()).aliases
    assert post.reply_to_handle == "calum@far.example"
    assert post.mentions == ("calum@far.example",)
    assert only(replying | {"in_reply_to_account_id": "11"}).reply_to_handle == f"ailsa@{SERVER}"
    assert only(replying | {"in_reply_to_account_id": "13"}).reply_to_handle is None


def test_edit() -> None:
    post = only(status(edited_at="2012-06-20T17:06:00Z", content="<p>A1 No policy</p>"))
    assert post.edited_at == datetime(2012, 6, 20, 17, 6, tzinfo=UTC)
    assert post.version == "2012-06-20T17:06:00+00:00"
    assert post.id == only(status()).id


@pytest.mark.parametrize(
    "given, kept",
    [("public", "public"), ("unlisted", "unlisted")]
    + [(other, "restricted") for other in ("private", "direct", "local", "", None, 3)],
)
def test_visibility(given: Any, kept: str) -> None:
    assert only(status(visibility=given)).visibility == kept


def test_a_repost_is_as_restricted_as_its_stricter_half() -> None:
    assert only(status(reblog=remote(visibility="private"))).visibility == "restricted"
    assert only(status(reblog=remote(), visibility="unlisted")).visibility == "unlisted"


def test_repost_has_the_words_of_the_original() -> None:
    original = remote(
        content="<p>Theirs #<span>tartantm</span></p>",
        tags=[{"name": "tartantm"}],
        spoiler_text="Long",
        sensitive=True,
        language="gd",
    )
    uri = f"https://{SERVER}/users/ailsa/statuses/103/activity"
    post = only(status(id="103", uri=uri, content="", reblog=original))
    assert post.id == f"mastodon:{uri}"
    assert post.repost_of == "mastodon:https://far.example/users/calum/statuses/9"
    assert post.author.handle == f"ailsa@{SERVER}"
    assert (post.text, post.hashtags) == ("Theirs #tartantm", ("tartantm",))
    assert (post.content_warning, post.sensitive, post.languages) == ("Long", True, ("gd",))


def test_what_a_status_quotes_or_reposts_comes_before_it() -> None:
    quote = {"state": "accepted", "quoted_status": remote()}
    forms: list[dict[str, Any]] = [
        {"quote": quote},
        {"quote": remote()},
        {"pleroma": {"quote": remote()}},
        {"reblog": remote()},
    ]
    for form in forms:
        first, last = read(status(**form), SERVER).heard
        assert isinstance(first, Carried)
        assert isinstance(last, Post)
        assert first.by == last.id
        assert first.post.id in (last.quote_of, last.repost_of)
        assert first.post.author.handle == "calum@far.example"
    other = status(id="7", uri=f"https://{SERVER}/users/ailsa/statuses/7")
    both = status(reblog=remote(quote={"state": "accepted", "quoted_status": other}))
    assert len(brought(both, SERVER)) == 2


def test_what_not_everybody_may_read_does_not_come_along() -> None:
    for hidden in ({"visibility": "private"}, {"visibility": "direct"}, {"local_only": True}):
        quote = {"state": "accepted", "quoted_status": remote(**hidden)}
        assert brought(status(quote=quote), SERVER) == []
        assert brought(status(reblog=remote(**hidden)), SERVER) == []
    accepted = {"state": "accepted", "quoted_status": remote()}
    assert brought(status(quote=accepted, visibility="private"), SERVER) == []
    for state in ("pending", "rejected", "revoked", "blocked_account"):
        assert brought(status(quote={"state": state, "quoted_status": remote()}), SERVER) == []


QUOTE_LINE = (
    '<p class="quote-inline">RE: <a href="https://far.example/@calum/9">far.example</a></p>'
)


def test_quote_hides_the_line_for_programs_that_show_none() -> None:
    value = status(
        content=QUOTE_LINE + "<p>I agree</p>",
        quote={"state": "accepted", "quoted_status": remote()},
    )
    post = only(value)
    assert post.text == "I agree"
    assert post.quote_of == "mastodon:https://far.example/users/calum/statuses/9"
    shallow = value | {"quote": {"state": "accepted", "quoted_status_id": "9"}}
    assert only(shallow).quote_of == f"mastodon:{SERVER}/9"
    revoked = only(value | {"quote": {"state": "revoked", "quoted_status": None}})
    assert (revoked.quote_of, revoked.text) == (None, "RE: far.example\n\nI agree")


def test_content_warning_media_and_poll() -> None:
    post = only(
        status(
            spoiler_text="Strategy,\nat length",
            sensitive=True,
            media_attachments=[
                {"type": "image", "url": "https://files.example/1.png", "description": "A chart"},
                {"type": "gifv", "url": "javascript:x", "remote_url": "https://far.example/2.mp4"},
                {"type": "unknown", "description": ""},
            ],
            poll={"options": [{"title": "Yes", "votes_count": 4}, {"title": "No :blob:"}]},
        )
    )
    assert (post.content_warning, post.sensitive) == ("Strategy, at length", True)
    assert post.media == (
        Media("image", "https://files.example/1.png", "A chart"),
        Media("gif", "https://far.example/2.mp4"),
        Media("other"),
    )
    assert post.text == "A1 Less policy\n\n▢ Yes\n▢ No :blob:"


LINKED = '<p>See <a href="https://e.example/a">e.example/a</a></p>'


@pytest.mark.parametrize(
    "content, links",
    [
        (LINKED, (Link("https://e.example/a", "e.example/a", "One page"),)),
        (
            LINKED.replace("/a", "/b"),
            (Link("https://e.example/b", "e.example/b", "One page"),),
        ),
        ("<p>See</p>", (Link("https://e.example/a/", "", "One page"),)),
    ],
)
def test_the_card_gives_its_link_a_title(content: str, links: tuple[Link, ...]) -> None:
    content = content.replace("</b>", "</a>")
    card = {"url": "https://e.example/a/", "title": "One\npage"}
    assert only(status(content=content, card=card)).links == links


def test_of_several_links_the_card_is_that_of_the_same_address() -> None:
    content = LINKED + '<p><a href="https://e.example/b">e.example/b</a></p>'
    card = {"url": "https://e.example/b", "title": "B"}
    titles = [link.title for link in only(status(content=content, card=card)).links]
    assert titles == ["", "B"]
    nameless = only(status(content=content, card=card | {"title": ""}))
    assert nameless.links == only(status(content=content)).links
    assert len(only(status(content=content, card={"title": "B"})).links) == 2


def test_statuses_without_id_or_time_are_problems() -> None:
    assert read(status(uri=None, url=None, id=None)).problems == ["a post has no id"]
    found = read(status(created_at="yesterday"))
    assert found.problems[0].endswith("statuses/101 has no time") and not found.heard


def test_no_address_leaves_the_local_id() -> None:
    post = only(status(uri=None, url=None))
    assert (post.id, post.aliases) == (f"mastodon:{SERVER}/101", ())


def test_answers_that_hold_statuses() -> None:
    above, below = (
        status(id="1", uri="https://e.example/1"),
        status(id="3", uri="https://e.example/3"),
    )
    context = {"ancestors": [above], "descendants": [below, {"id": "4"}]}
    found = [post.id for post in read(context).heard if isinstance(post, Post)]
    assert found == ["mastodon:https://e.example/1", "mastodon:https://e.example/3"]
    assert len(read({"accounts": [], "statuses": [status()], "hashtags": []}).heard) == 1


@pytest.mark.parametrize("key", ["payload", "data"])
def test_stream_events(key: str) -> None:
    written = msgspec.json.encode(status()).decode()
    for event in ("update", "status.update"):
        assert only({"stream": ["hashtag"], "event": event, key: written}) == only(status())
        assert only({"event": event, key: status()}) == only(status())
    gone = read({"event": "delete", key: "101"}, SERVER)
    assert gone.heard == [Deleted((f"mastodon:{SERVER}/101",), NOW)]
    assert gone.heard[0].posts[0] in only(status()).aliases  # type: ignore[union-attr]


def test_stream_events_that_carry_no_post() -> None:
    for event in ("filters_changed", "notification", "conversation", "announcement"):
        assert read({"event": event, "payload": "{}"}) == Parsed()
    for payload in ("{not json", "[]", None, 5):
        assert read({"event": "update", "payload": payload}).problems
    assert read({"event": "delete", "payload": None}) == Parsed()


@pytest.mark.parametrize(
    "value",
    [
        {},
        account(),
        {"event": "captured", "post": {}},
        {"content": "<p>Hello</p>", "account": account(), "created_at": "2012-06-20T17:05:00Z"},
        {"id": "8", "content": "<p>An announcement</p>"},
        {"id": "1", "text": "source", "spoiler_text": ""},
        {"ancestors": []},
        {"statuses": []},
        {"event": ["update"]},
    ],
)
def test_what_is_nothing_of_mastodon(value: dict[str, Any]) -> None:
    assert mastodon_payload.read(value) is None


@pytest.mark.parametrize(
    "html, text",
    [
        ("<p>One</p><p>Two<br>three<br/>four</p>", "One\n\nTwo\nthree\nfour"),
        ("a &amp; b &lt;i&gt; &#39;c&#39; &eacute;", "a & b <i> 'c' é"),
        ("<p>a\n   b</p>", "a b"),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n• two"),
        ("<ol><li>one<li>two</ol>after", "1. one\n2. two\n\nafter"),
        ("<blockquote><p>said</p></blockquote>so", "said\n\nso"),
        ("<p>H<sub>2</sub>O <strong>bold</strong> <del>gone</del></p>", "H2O bold gone"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "漢(かん)"),
        ("<pre><code>a  b</code></pre>", "a b"),
        ("<script>alert(1)</script>ok<style>p{}</style>", "ok"),
        ("<!-- not said -->said<!doctype html>", "said"),
        (":blobcat: stays", ":blobcat: stays"),
        ('<SPAN CLASS="invisible">un</SPAN>seen', "seen"),
        ('<span class="invisible" class="mention">un</span>seen', "seen"),
        ("<span class=invisible>un</span>seen", "seen"),
        ("1 < 2 and 3 > 2 <", "1 < 2 and 3 > 2 <"),
        ("<p>open <em>for ever", "open for ever"),
        ("</p></div>closed", "closed"),
        ('<a title="a>b" href="https://e.example">x</a>', "x"),
        ("\x1b[31m<p>\u202ered</p>", "␛[31m\n\nred"),
        ("", ""),
    ],
)
def test_html(html: str, text: str) -> None:
    assert to_text(html)[0] == text


def test_html_links() -> None:
    html = (
        '<p><span class="h-card"><a href="https://e.example/@host" class="u-url mention">'
        "@<span>host</span></a></span> "
        '<a href="https://e.example/tags/x" class="mention hashtag">#<span>x</span></a> '
        '<a href="https://www.e.example/long/path?a=1&amp;b=2"><span class="invisible">'
        'https://www.</span><span class="ellipsis">e.example/long</span>'
        '<span class="invisible">/path?a=1&amp;b=2</span></a> '
        "<a href='javascript:alert(1)'>bad</a> <a href=https://f.example>f</a>"
        '<a href="https://g.example"></a></p>'
    )
    assert to_text(html) == (
        "@host #x e.example/long… bad f",
        (
            Link("https://www.e.example/long/path?a=1&b=2", "e.example/long…"),
            Link("https://f.example", "f"),
        ),
    )


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", '<a x="', "<p>", "</", "<a href='x", "&#", "<li>"]
)
def test_html_takes_time_by_its_length_and_no_more(piece: str) -> None:
    begin = time.perf_counter()
    to_text(piece * 60_000)
    assert time.perf_counter() - begin < 5


def test_a_long_post_keeps_what_fits_and_the_way_to_the_rest() -> None:
    post = only(status(content=f"<p>{'word ' * 30_000}</p>"))
    assert post.text.startswith("word word")
    assert post.text.endswith("word …")
    assert LONGEST_TEXT - 10 < len(post.text) <= LONGEST_TEXT
    assert post.url == f"https://{SERVER}/@ailsa/101"


@pytest.mark.parametrize(
    "piece",
    [
        "<p>a</p>",
        "a&amp;",
        "<i>a",
        "<i a=b c=d>a",
        "<br>a",
        "a ",
        '<a href="https://e.example">a</a> ',
    ],
)
def test_html_beyond_any_limit_is_left_out_and_that_is_shown(piece: str) -> None:
    whole, _ = to_text(piece * 50)
    assert "…" not in whole
    text, links = to_text(piece * 30_000)
    assert text.endswith("…")
    assert len(text) <= LONGEST_TEXT + 2
    assert len(links) <= MOST_PARTS


def test_no_part_of_a_tag_that_the_limit_cuts_is_read_as_words() -> None:
    link = '<a href="https://e.example/{}">a</a>'
    for before in range(0, 40, 3):
        text, _ = to_text("x" * before + " " * (LONGEST - 80 - before) + link.format(1) * 20)
        assert set(text) <= set("xa …"), text


def test_lists_in_a_status_are_read_to_their_limits() -> None:
    row = {"name": "語", "acct": "a", "url": "https://e.example/@a", "type": "image", "title": "t"}
    rows = [row | {"name": f"語{n}", "acct": f"a{n}"} for n in range(500)]
    post = only(status(tags=rows, mentions=rows, media_attachments=rows, poll={"options": rows}))
    assert len(post.hashtags) == len(post.mentions) == MOST_PARTS
    assert len(post.media) == post.text.count("▢") == MOST_MEDIA


def test_an_address_that_no_server_writes_is_no_id() -> None:
    assert (
        only(status(uri="https://e.example/" + "x" * 3_000), SERVER).id == f"mastodon:{SERVER}/101"
    )

"""Jetstream frames and AppView views. All names and words are invented."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.events import Deleted
from tartantm.core.post import Author, Link, Media, Post
from tartantm.networks.bluesky import payload as bluesky_payload
from tartantm.networks.bluesky.record import LONGEST_POST, facet_span
from tartantm.networks.heard import Carried, Named, Parsed
from tartantm.networks.json_fields import LONGEST_LINE, MOST_MEDIA, MOST_PARTS

DID = "did:plc:ailsaailsaailsaailsa1234"
URI = f"at://{DID}/app.bsky.feed.post/3kabc"
ROOT = "at://did:plc:host/app.bsky.feed.post/3kroot"
PARENT = "at://did:plc:calum/app.bsky.feed.post/3kparent"
HEARD = datetime(2012, 6, 20, 17, 5, 1, tzinfo=UTC)
MICROSECONDS = int(HEARD.timestamp()) * 1_000_000


def record(**changes: Any) -> dict[str, Any]:
    return {
        "$type": "app.bsky.feed.post",
        "createdAt": "2012-06-20T17:05:00.000Z",
        "text": "A1 Less policy",
    } | changes


def commit(**changes: Any) -> dict[str, Any]:
    return {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3kabc",
        "record": record(),
        "cid": "bafy1",
    } | changes


def frame(**changes: Any) -> dict[str, Any]:
    return {"did": DID, "time_us": MICROSECONDS, "kind": "commit", "commit": commit(**changes)}


def view(**changes: Any) -> dict[str, Any]:
    return {
        "uri": URI,
        "cid": "bafy1",
        "author": {"did": DID, "handle": "ailsa.example", "displayName": "Ailsa Example"},
        "record": record(),
        "indexedAt": "2012-06-20T17:05:01Z",
    } | changes


def read(value: dict[str, Any]) -> Parsed:
    reading = bluesky_payload.read(value)
    assert reading is not None
    return reading


def only(value: dict[str, Any]) -> Post:
    (post,) = (each for each in read(value).heard if isinstance(each, Post))
    return post


def brought(value: dict[str, Any]) -> list[Carried]:
    return [each for each in read(value).heard if isinstance(each, Carried)]


def test_jetstream_post() -> None:
    post = only(frame(record=record(langs=["en", "gd"])))
    assert post.id == f"bluesky:{URI}"
    assert (post.author.handle, post.author.id) == (DID, DID)
    assert post.url == f"https://bsky.app/profile/{DID}/post/3kabc"
    assert post.created_at == datetime(2012, 6, 20, 17, 5, tzinfo=UTC)
    assert post.received_at == HEARD
    assert (post.version, post.edited_at) == ("bafy1", None)
    assert post.languages == ("en", "gd")
    assert post.visibility == "public"


def test_second_wire() -> None:
    event = {
        "$type": "network.bsky.jetstream.subscribeEvents#commit",
        "seq": 7,
        "did": DID,
        "time": "2012-06-20T17:05:01.000000Z",
        **commit(),
    }
    assert only({"$type": "message", "payload": event}) == only(frame())
    account = {"$type": "network.bsky.jetstream.subscribeEvents#account", "did": DID, "seq": 8}
    assert read({"$type": "message", "payload": account}) == Parsed()
    assert read({"$type": "error", "error": "ConsumerTooSlow"}) == Parsed()


def test_update_and_deletion() -> None:
    post = only(frame(operation="update", cid="bafy2"))
    assert (post.edited_at, post.version) == (HEARD, "bafy2")
    assert read(frame(operation="delete", record=None)).heard == [
        Deleted((f"bluesky:{URI}",), HEARD)
    ]


@pytest.mark.parametrize(
    "value",
    [
        frame(collection="app.bsky.feed.like"),
        frame(collection="app.bsky.feed.repost", record={"subject": {"uri": ROOT}}),
        frame(collection="app.bsky.feed.like", operation="delete"),
        {"did": DID, "time_us": 1, "kind": "identity", "identity": {}},
        {"did": DID, "time_us": 1, "kind": "account", "account": {"active": False}},
        {"did": DID, "time_us": 1, "kind": "commit", "commit": None},
    ],
)
def test_frames_passed_over(value: dict[str, Any]) -> None:
    assert read(value) == Parsed()


@pytest.mark.parametrize(
    "value",
    [
        {"did": DID, "time_us": 1592413200000000, "kind": "identity", "identity": {"did": DID}},
        {"did": DID, "time_us": 1592413200000000, "kind": "account", "account": {"did": DID}},
        {"did": DID, "time_us": 1592413200000000, "kind": "handle", "handle": {"did": DID}},
        {
            "$type": "message",
            "payload": {
                "$type": "network.example.stream#identity",
                "did": DID,
                "time": "2020-06-17T17:00:00Z",
            },
        },
    ],
    ids=["identity", "account", "handle", "second protocol"],
)
def test_an_event_about_an_account_says_how_it_is_called(value: dict[str, Any]) -> None:
    holder = value.get("payload") or value[value["kind"]]
    holder["handle"] = "@ailsa.example"
    profile = f"https://bsky.app/profile/{DID}"
    at = datetime(2020, 6, 17, 17, tzinfo=UTC)
    named = Named("bluesky", Author("ailsa.example", id=DID, url=profile), at)
    assert read(value) == Parsed([named])
    for nobody in ("handle.invalid", "", None, 7):
        holder["handle"] = nobody
        assert read(value) == Parsed()


def test_view_has_what_a_stream_lacks() -> None:
    post = only(view())
    assert (post.author.handle, post.author.name) == ("ailsa.example", "Ailsa Example")
    assert (post.id, post.received_at, post.version) == (f"bluesky:{URI}", HEARD, "bafy1")
    assert not post.author.bot and only(view(cid=None)).version is None
    labels = [{"val": "bot", "src": DID}]
    assert only(view(author={"did": DID, "handle": "bot.example", "labels": labels})).author.bot
    lost = view(author={"did": DID, "handle": "handle.invalid"})
    assert only(lost).author.handle == DID


def test_references() -> None:
    reply = {"root": {"uri": ROOT, "cid": "b"}, "parent": {"uri": PARENT, "cid": "b"}}
    post = only(frame(record=record(reply=reply)))
    assert (post.reply_to, post.thread) == (f"bluesky:{PARENT}", f"bluesky:{ROOT}")
    quoting = {"$type": "app.bsky.embed.record", "record": {"uri": ROOT, "cid": "b"}}
    assert only(frame(record=record(embed=quoting))).quote_of == f"bluesky:{ROOT}"
    a_list = {
        "$type": "app.bsky.embed.record",
        "record": {"uri": f"at://{DID}/app.bsky.graph.list/1"},
    }
    assert only(frame(record=record(embed=a_list))).quote_of is None


def facet(text: str, words: str, kind: str, **feature: Any) -> dict[str, Any]:
    start = len(text[: text.index(words)].encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(words.encode())},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}],
    }


def test_facets_count_bytes() -> None:
    text = "é🙂 @calum.example on #tartantm: council.example/stra…"
    found = record(
        text=text,
        facets=[
            facet(text, "@calum.example", "mention", did="did:plc:calum"),
            facet(text, "#tartantm", "tag", tag="tartantm"),
            facet(text, "council.example/stra…", "link", uri="https://council.example/strategy"),
        ],
    )
    post = only(frame(record=found))
    assert post.mentions == ("calum.example",)
    assert post.hashtags == ("tartantm",)
    assert post.links == (Link("https://council.example/strategy", "council.example/stra…"),)


@pytest.mark.parametrize(
    "start, end, shown",
    [
        *((0, 99, "é text"), (50, 60, ""), (4, 2, ""), (-1, 4, ""), ("0", 4, "")),
        *((None, None, ""), (1, 4, "t"), (0, 1, "")),
    ],
)
def test_facets_that_point_beyond_the_text_or_into_a_letter(
    start: Any, end: Any, shown: str
) -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://e.example"}
    odd = {"index": {"byteStart": start, "byteEnd": end}, "features": [link]}
    assert only(frame(record=record(text="é text", facets=[odd]))).links == (
        Link("https://e.example", shown),
    )


@given(st.integers() | st.none(), st.integers() | st.none(), st.integers(0, 3000))
def test_a_span_always_lies_within_the_text(start: Any, end: Any, length: int) -> None:
    begin, stop = facet_span({"byteStart": start, "byteEnd": end}, length)
    assert 0 <= begin <= stop <= length


def test_hashtags_from_facets_tags_and_plain_text() -> None:
    text = "#tartantm without a facet, #1 and C#sharp ＃second"
    post = only(frame(record=record(text=text, tags=["Hidden", "TartanTM", 5])))
    assert post.hashtags == ("Hidden", "TartanTM", "second")


def test_pictures_in_a_stream_and_in_a_view() -> None:
    images = [{"alt": "A\nchart", "image": {"ref": {"$link": "b"}}}, {"alt": "", "image": {}}]
    embedded = record(embed={"$type": "app.bsky.embed.images", "images": images})
    assert only(frame(record=embedded)).media == (Media("image", None, "A chart"), Media("image"))
    shown = {
        "images": [{"fullsize": "https://cdn.example/1"}, {"fullsize": "https://cdn.example/2"}]
    }
    assert only(view(record=embedded, embed=shown)).media == (
        Media("image", "https://cdn.example/1", "A chart"),
        Media("image", "https://cdn.example/2"),
    )


def test_quote_with_a_film() -> None:
    embed = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"$type": "app.bsky.embed.record", "record": {"uri": ROOT, "cid": "b"}},
        "media": {"$type": "app.bsky.embed.video", "video": {"ref": {}}, "alt": "A walk"},
    }
    seen = {"media": {"playlist": "https://video.example/list.m3u8"}}
    post = only(view(record=record(embed=embed), embed=seen))
    assert post.quote_of == f"bluesky:{ROOT}"
    assert post.media == (Media("video", "https://video.example/list.m3u8", "A walk"),)


def test_link_card_gives_the_link_in_the_text_its_title() -> None:
    external = {"uri": "https://e.example/a", "title": "One page", "description": "…"}
    embed = {"$type": "app.bsky.embed.external", "external": external}
    assert only(frame(record=record(embed=embed))).links == (
        Link("https://e.example/a", "", "One page"),
    )
    text = "see e.example/a"
    linked = record(
        text=text, embed=embed, facets=[facet(text, "e.example/a", "link", uri=external["uri"])]
    )
    assert only(frame(record=linked)).links == (
        Link("https://e.example/a", "e.example/a", "One page"),
    )


def test_labels() -> None:
    own = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}
    post = only(frame(record=record(labels=own)))
    assert (post.content_warning, post.sensitive) == ("graphic-media", True)
    quiet = only(frame(record=record(labels={"values": [{"val": "!no-unauthenticated"}]})))
    assert (quiet.content_warning, quiet.sensitive) == (None, False)
    moderated = only(view(labels=[{"src": "did:plc:mod", "val": "porn"}]))
    assert (moderated.content_warning, moderated.sensitive) == (None, True)


@pytest.mark.parametrize(
    "declared",
    [
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
        *("yesterday", "", None, 5, "2012-06-20T25:00:00Z", "1970-01-01T00:00:00Z"),
    ],
)
def test_impossible_times_give_way_to_when_it_was_heard(declared: Any) -> None:
    assert only(frame(record=record(createdAt=declared))).created_at == HEARD
    assert only(view(record=record(createdAt=declared))).created_at == HEARD
    nothing = read(view(record=record(createdAt=declared), indexedAt=declared))
    assert nothing.problems == [f"the post bluesky:{URI} has no time"]


@pytest.mark.parametrize("heard", [10**400, -1, "now", None, True, 1.5])
def test_odd_stream_times(heard: Any) -> None:
    post = only(frame() | {"time_us": heard})
    assert (post.received_at, post.created_at) == (None, datetime(2012, 6, 20, 17, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    "written",
    [
        *("2012-06-20T17:05:00Z", "2012-06-20T18:05:00+01:00", "2012-06-20t17:05:00z"),
        *("2012-06-20T17:05:00.000000000000000001Z", "2012-06-20T17:05:00", "2012-06-20T16:05-01"),
    ],
)
def test_times_are_read_as_people_write_them(written: str) -> None:
    created_at = only(frame(record=record(createdAt=written))).created_at
    assert created_at == datetime(2012, 6, 20, 17, 5, tzinfo=UTC)


def test_answers() -> None:
    for key in ("posts", "feed"):
        listed = [view() if key == "posts" else {"post": view()}]
        assert read({key: listed, "cursor": "x"}).heard == [only(view())]
        assert read({key: [], "cursor": "x"}) == Parsed()
        assert bluesky_payload.read({key: []}) is None
        assert bluesky_payload.read({key: [{"title": "a blog"}]}) is None


def test_repost_in_a_feed() -> None:
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": "did:plc:host", "handle": "host.example", "displayName": "Host"},
        "uri": "at://did:plc:host/app.bsky.feed.repost/3krep",
        "indexedAt": "2012-06-20T17:09:00Z",
    }
    post = only({"feed": [{"post": view(), "reason": reason}]})
    assert post.id == "bluesky:at://did:plc:host/app.bsky.feed.repost/3krep"
    assert (post.repost_of, post.text) == (f"bluesky:{URI}", "A1 Less policy")
    assert post.author.handle == "host.example"
    assert post.created_at == datetime(2012, 6, 20, 17, 9, tzinfo=UTC)
    assert post.version is None
    assert only({"post": view(), "reason": reason | {"cid": "bafy9"}}).version == "bafy9"
    assert only({"post": view(), "reason": reason | {"by": {}}}) == only(view())
    del reason["uri"]
    assert only({"post": view(), "reason": reason}).id != only(view()).id
    pinned = {"$type": "app.bsky.feed.defs#reasonPin"}
    assert only({"post": view(), "reason": pinned}) == only(view())


def quoted_record(**changes: Any) -> dict[str, Any]:
    other = view(uri=f"at://{DID}/app.bsky.feed.post/3kother")
    return {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": other["uri"],
        "author": other["author"],
        "value": other["record"],
        "indexedAt": other["indexedAt"],
    } | changes


def test_a_quoted_post_comes_before_the_post() -> None:
    for embed in (
        {"$type": "app.bsky.embed.record#view", "record": quoted_record()},
        {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": quoted_record()}},
    ):
        first, last = read({"posts": [view(embed=embed)]}).heard
        assert isinstance(first, Carried)
        assert isinstance(last, Post)
        assert first.by == last.id
        assert first.post.id == f"bluesky:at://{DID}/app.bsky.feed.post/3kother"
        assert first.post.text == "A1 Less policy"
    for kind in ("viewBlocked", "viewNotFound", "viewDetached"):
        blocked = {"$type": f"app.bsky.embed.record#{kind}", "uri": quoted_record()["uri"]}
        assert brought({"posts": [view(embed={"record": blocked})]}) == []
    feed = quoted_record(uri=f"at://{DID}/app.bsky.feed.generator/3kfeed")
    assert brought({"posts": [view(embed={"record": feed})]}) == []
    both = {"posts": [view(embed={"record": quoted_record()}), view(uri=quoted_record()["uri"])]}
    assert brought(both) == []


def test_what_a_row_of_a_feed_answers_and_reposts_comes_before_it() -> None:
    ends = {end: view(uri=f"at://{DID}/app.bsky.feed.post/3k{end}") for end in ("root", "parent")}
    row = {"post": view(), "reply": ends}
    keys = [each.post.id.rpartition("/")[2] for each in brought({"feed": [row]})]
    assert keys == ["3kroot", "3kparent"]
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": ends["root"]["uri"]}
    assert brought({"feed": [{"post": view(), "reply": {"root": gone, "parent": gone}}]}) == []
    by = {"did": "did:plc:host", "handle": "host.example"}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by}
    value = {"feed": [{"post": view(), "reason": reason}]}
    (found,) = brought(value)
    assert (found.post.id, found.by) == (f"bluesky:{URI}", only(value).id)


def node(key: str, *replies: Any, **more: Any) -> dict[str, Any]:
    return {"post": view(uri=f"at://{DID}/app.bsky.feed.post/{key}"), "replies": [*replies]} | more


def test_thread_from_the_root_down() -> None:
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "notFound": True}
    top = node("c", node("d", node("e")), gone, node("f"), parent=node("b", parent=node("a")))
    found = [post.id[-1] for post in read({"thread": top}).heard if isinstance(post, Post)]
    assert found == ["a", "b", "c", "d", "e", "f"]


def test_a_thread_deeper_than_python_calls() -> None:
    deep: dict[str, Any] = node("x")
    for _ in range(5000):
        deep = {"post": view(), "replies": [deep], "parent": None}
    assert len(read({"thread": deep}).heard) == 5001


@pytest.mark.parametrize(
    "value",
    [
        *({}, {"uri": URI}, {"kind": "commit"}, {"$type": "message", "payload": "hello"}),
        *({"thread": 1}, {"$type": "error"}, {"error": "no such page"}, {"did": DID, "kind": 1}),
    ],
)
def test_what_is_nothing_of_bluesky(value: dict[str, Any]) -> None:
    assert bluesky_payload.read(value) is None


def test_a_post_without_address() -> None:
    assert read(frame(rkey=None)).problems == ["a post has no address"]


def test_a_record_is_read_to_its_limits() -> None:
    text = "語 words " * 5_000
    facets = [facet(text, "語", "link", uri=f"https://e.example/{n}") for n in range(500)]
    facets[0]["index"]["byteEnd"] = 40_000
    labels = {"values": [{"val": f"l{n}"} for n in range(500)]}
    images = {"images": [{"alt": "語" * 9_000}] * 500}
    given = record(text=text, facets=facets, tags=[f"t{n}" for n in range(500)], labels=labels)
    post = only(frame(record=given | {"embed": images}))
    assert post.text.endswith(" …")
    assert len(post.text) <= LONGEST_POST
    assert len(post.links) == len(post.hashtags) == MOST_PARTS
    assert len(post.links[0].shown) <= 500
    assert len(post.media) == MOST_MEDIA
    assert len(post.media[0].alt or "") == LONGEST_LINE
    assert len((post.content_warning or "").split()) == MOST_PARTS


def test_ids_that_no_network_writes_are_none() -> None:
    assert not read(frame(rkey="k" * 3_000)).heard

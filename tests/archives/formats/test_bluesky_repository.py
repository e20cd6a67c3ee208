"""Bluesky repositories as CAR files, whole, damaged and hostile. All posts are invented."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.archives.read import Archive, read
from tartantm.archives.shape import Context
from tartantm.core.errors import BadInput
from tartantm.core.post import Author, Post
from tests.archives.made_car import DID, Blocks, car, record_cid

KEY = "3k2aaaaaaaa2a"


def record(text: str, at: str = "2012-06-20T17:03:00.000Z", **more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": at, **more}


FACET = {
    "index": {"byteStart": 3, "byteEnd": 12},
    "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "tartantm"}],
}
OTHER = "at://did:plc:other/app.bsky.feed.post/3k9"
REPLY = {"root": {"uri": OTHER, "cid": "bafyx"}, "parent": {"uri": OTHER, "cid": "bafyx"}}
RECORDS: dict[str, Any] = {
    "app.bsky.actor.profile/self": {"$type": "app.bsky.actor.profile", "displayName": "Isla"},
    f"app.bsky.feed.post/{KEY}": record("A1 #tartantm", facets=[FACET], langs=["en"]),
    "app.bsky.feed.post/3k3": record("A2 No policy", reply=REPLY),
    "app.bsky.feed.like/3k4": {"subject": {"uri": OTHER}, "createdAt": "2012-06-20T17:04:00Z"},
    "app.bsky.feed.repost/3k5": {
        "subject": {"uri": OTHER, "cid": "bafyx"},
        "createdAt": "2012-06-20T17:05:00Z",
    },
    "chat.bsky.convo.message/3k6": record("whispered"),
}


def heard(tmp_path: Path, content: bytes, context: Context | None = None) -> Archive:
    path = tmp_path / "repo.bin"
    path.write_bytes(content)
    return read(path, context)


def posts(found: Archive) -> list[Post]:
    return [item for item in found.heard if isinstance(item, Post)]


def test_posts_and_reposts_are_read_and_nothing_else(tmp_path: Path) -> None:
    found = heard(tmp_path, car(RECORDS))
    assert found.format == "bluesky-repository" and not found.damaged
    second, first, repost = posts(found)
    if first.text != "A1 #tartantm":
        first, second = second, first
    assert first.id == f"bluesky:at://{DID}/app.bsky.feed.post/{KEY}"
    assert first.author == Author(DID, "Isla", DID, f"https://bsky.app/profile/{DID}")
    assert first.hashtags == ("tartantm",) and first.languages == ("en",)
    assert second.reply_to == second.thread == f"bluesky:{OTHER}"
    assert repost.repost_of == f"bluesky:{OTHER}" and repost.text == ""
    assert repost.created_at == datetime(2012, 6, 20, 17, 5, tzinfo=UTC)


def test_the_same_post_as_from_the_stream_and_a_search(tmp_path: Path) -> None:
    by_car = {post.id: post for post in posts(heard(tmp_path, car(RECORDS)))}
    frames, views = [], []
    for path, value in RECORDS.items():
        collection, key = path.split("/")
        cid = record_cid(value)
        commit = {"operation": "create", "collection": collection, "rkey": key}
        frame = {"did": DID, "time_us": 1340211780000000, "kind": "commit"}
        frames.append(frame | {"commit": commit | {"record": value, "cid": cid}})
        author = {"did": DID, "handle": "isla.example", "displayName": "Isla"}
        if collection == "app.bsky.feed.post":
            view = {"uri": f"at://{DID}/{path}", "cid": cid, "author": author, "record": value}
            views.append({"posts": [view]})
    for values in (frames, views):
        others = posts(heard(tmp_path, b"\n".join(json.dumps(each).encode() for each in values)))
        assert len(others) == 2
        for other in others:
            same = by_car[other.id]
            for name in ("created_at", "text", "reply_to", "thread", "hashtags", "links", "url"):
                assert getattr(same, name) == getattr(other, name), name
            assert same.version == other.version and same.author.id == other.author.id


def test_the_handle_is_what_somebody_said(tmp_path: Path) -> None:
    for account, handle in [
        (Author("isla.example"), "isla.example"),
        (Author("isla.example", id=DID), "isla.example"),
        (Author("isla.example", id="did:plc:other"), DID),
        (Author("isla"), DID),
        (Author("isla@far.example"), DID),
    ]:
        found = heard(tmp_path, car(RECORDS), Context(account=account))
        assert {post.author.handle for post in posts(found)} == {handle}


def test_a_time_that_is_missing_is_read_from_the_key(tmp_path: Path) -> None:
    (post,) = posts(heard(tmp_path, car({f"app.bsky.feed.post/{KEY}": record("A1", at="never")})))
    # The key's first digits are the highest of a count of microseconds, times 1,024.
    value = sum(
        "234567abcdefghijklmnopqrstuvwxyz".index(d) << 5 * (12 - n) for n, d in enumerate(KEY)
    )
    assert post.created_at == datetime.fromtimestamp(value // 1024 / 1_000_000, UTC)
    found = heard(tmp_path, car({"app.bsky.feed.post/own": record("A1", at="never")}))
    assert [damage.reason for damage in found.damaged] == [
        f"the post bluesky:at://{DID}/app.bsky.feed.post/own has no time"
    ]


def test_many_records_over_many_nodes_come_in_order(tmp_path: Path) -> None:
    many = {f"app.bsky.feed.post/3k{n:05}": record(f"A{n}") for n in range(2000)}
    for width in (5, 40, 5000):
        found = heard(tmp_path, car(many, width=width))
        assert [post.text for post in posts(found)] == [f"A{n}" for n in range(2000)]


def test_damage_costs_what_stands_there(tmp_path: Path) -> None:
    content = bytearray(car(RECORDS))
    content[content.index(b"No policy")] ^= 1
    found = heard(tmp_path, bytes(content))
    assert [post.text for post in posts(found)] == ["A1 #tartantm", ""]
    assert [damage.reason for damage in found.damaged] == [
        "1 part of the repository cannot be read"
    ]


def test_a_file_that_breaks_off(tmp_path: Path) -> None:
    content = car(RECORDS)
    # The commit is the last block here, and nothing can be found without it.
    found = heard(tmp_path, content[:-20])
    assert not found.heard and found.damaged
    for end in range(0, len(content), 7):
        try:
            heard(tmp_path, content[:end])
        except BadInput:
            assert end < 60


def test_blocks_in_a_circle_end(tmp_path: Path) -> None:
    blocks = Blocks()
    leaf = blocks.add(record("A1"))
    # No hash can name what holds it; but what is not checked (an identity hash) can.
    circle = b"\x01\x71\x00\x02ab"
    entries = [{"p": 0, "k": b"app.bsky.feed.post/1", "v": leaf, "t": circle}]
    blocks.held[circle] = blocks.held.pop(blocks.add({"l": circle, "e": entries}))
    commit = {"did": DID, "version": 3, "data": circle, "rev": "3k", "prev": None, "sig": b""}
    found = heard(tmp_path, blocks.car(blocks.add(commit)))
    assert [post.text for post in posts(found)] == ["A1"]


def test_without_the_library_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "libipld", None)
    with pytest.raises(BadInput, match=r"is a Bluesky repository \(CAR\).*tartantm\[car\]"):
        heard(tmp_path, car(RECORDS))


CBOR: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8) | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
LENIENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@LENIENT
@given(data=st.data())
def test_anything_in_a_record_or_a_node(tmp_path: Path, data: st.DataObject) -> None:
    names = ["text", "createdAt", "facets", "reply", "embed", "langs", "subject", "labels", "tags"]
    blocks = Blocks()
    value = data.draw(CBOR | st.dictionaries(st.sampled_from(names), CBOR))
    leaf = blocks.add(value)
    entries = data.draw(
        CBOR | st.lists(st.fixed_dictionaries({"p": CBOR, "k": CBOR, "v": CBOR, "t": CBOR}))
    )
    if data.draw(st.booleans()):
        path = data.draw(st.sampled_from([*RECORDS, "app.bsky.feed.post/\udcff"]))
        entries = [{"p": 0, "k": path.encode("utf-8", "replace"), "v": leaf}]
    node = blocks.add({"l": data.draw(CBOR), "e": entries})
    commit = {"did": DID, "version": 3, "data": node}
    for item in heard(tmp_path, blocks.car(blocks.add(commit))).heard:
        repr(item).encode()


@LENIENT
@given(data=st.data())
def test_any_changed_byte(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(car(RECORDS))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = heard(tmp_path, bytes(whole))
    except BadInput:
        return
    assert {post.text for post in posts(found)} <= {"A1 #tartantm", "A2 No policy", ""}

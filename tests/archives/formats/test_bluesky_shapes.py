"""Shapes of Bluesky that only recordings have. All people and posts are made up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.formats import bluesky_shapes
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard, Named

DID = "did:plc:ailsapretend"
URI = f"at://{DID}/app.bsky.feed.post/3k1"
RECORD = {
    "$type": "app.bsky.feed.post",
    "text": "A1: so #pretend",
    "createdAt": "2020-06-17T17:05:00Z",
}
COLLECTION = {"collection": "app.bsky.feed.post", "rkey": "3k1", "record": RECORD, "cid": "c"}
AT = 1592413500000000


def heard(*values: dict[str, Any]) -> list[Heard]:
    memory: dict[str, Any] = {}
    found = []
    for value in values:
        parsed = bluesky_shapes.read(value, memory)
        assert parsed is not None and parsed.problems == [], value
        found += parsed.heard
    return found


@pytest.mark.parametrize(
    "value",
    [
        {"did": DID, "time_us": AT, "type": "com", "commit": COLLECTION | {"type": "c"}},
        {"did": DID, "time_us": AT, "type": "com", "commit": COLLECTION | {"opType": "c"}},
        {"type": "record", "record": COLLECTION | {"did": DID, "action": "create", "live": True}},
        COLLECTION | {"repo": DID, "action": "create", "seq": 1},
        {"records": [{"uri": URI, "cid": "c", "value": RECORD}], "cursor": "x"},
        {"uri": URI, "cid": "c", "value": RECORD},
        {
            "thread": [
                {
                    "uri": URI,
                    "value": {
                        "post": {
                            "uri": URI,
                            "cid": "c",
                            "author": {"did": DID, "handle": "ailsa.example"},
                            "record": RECORD,
                        }
                    },
                }
            ]
        },
    ],
)
def test_a_post_in_any_envelope(value: dict[str, Any]) -> None:
    (post,) = heard(value)
    assert isinstance(post, Post)
    assert (post.id, post.author.id, post.text) == (f"bluesky:{URI}", DID, "A1: so #pretend")


@pytest.mark.parametrize(
    "value",
    [
        {"did": DID, "handle": "ailsa.example"},
        {"did": DID, "handle": "ailsa.example", "didDoc": {}, "collections": []},
        {"profiles": [{"did": DID, "handle": "ailsa.example", "displayName": "Ailsa"}]},
        {"actors": [{"did": DID, "handle": "ailsa.example"}], "cursor": "x"},
        {"@context": [], "id": DID, "alsoKnownAs": ["at://ailsa.example"], "service": []},
        {
            "did": DID,
            "operation": {"alsoKnownAs": ["at://ailsa.example"]},
            "createdAt": "2020-06-01T00:00:00Z",
        },
        {"type": "identity", "identity": {"did": DID, "handle": "ailsa.example"}},
        {"did": DID, "time_us": AT, "type": "id", "identity": {"handle": "ailsa.example"}},
    ],
)
def test_whoever_says_who_a_did_is(value: dict[str, Any]) -> None:
    (named,) = heard(value)
    assert isinstance(named, Named)
    assert (named.author.id, named.author.handle) == (DID, "ailsa.example")


def test_posts_go_with_an_account_that_is_deleted_and_stay_with_one_that_rests() -> None:
    commit = {
        "did": DID,
        "time_us": AT,
        "kind": "commit",
        "commit": COLLECTION | {"operation": "create"},
    }

    def account(status: str) -> dict[str, Any]:
        told = {"did": DID, "active": False, "status": status}
        return {"did": DID, "time_us": AT + 1, "kind": "account", "account": told}

    assert len(heard(commit, account("deactivated"))) == 1
    _, deleted = heard(commit, account("deleted"))
    assert isinstance(deleted, Deleted) and deleted.posts == (f"bluesky:{URI}",)


@given(
    st.dictionaries(
        st.sampled_from(["did", "type", "record", "records", "thread", "identity", "actors"]),
        st.recursive(
            st.none() | st.text(max_size=5) | st.just(DID),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["uri", "value", "did", "action"]), inner)
            ),
            max_leaves=6,
        ),
    )
)
def test_nothing_in_a_value_makes_it_raise(value: dict[str, Any]) -> None:
    bluesky_shapes.read(value, {})

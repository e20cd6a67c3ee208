"""Feeds as files, and Bluesky's JSON as its Python SDK writes it. All posts are invented."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.archives.formats import feeds
from tartantm.archives.read import read
from tartantm.archives.reading import Reading
from tartantm.core.errors import BadInput
from tartantm.core.post import Post

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Pretend</title><link>https://e.example</link>
<item><guid>https://e.example/1</guid><link>https://e.example/1</link>
<author>ailsa@e.example (Ailsa)</author><pubDate>Wed, 20 Jun 2012 17:00:00 GMT</pubDate>
<description>A1 Là-bas #pretend</description></item></channel></rss>
"""
ATOM = """<!-- kept --><feed xmlns="http://www.w3.org/2005/Atom"><title>Pretend</title>
<entry><id>https://e.example/1</id><link href="https://e.example/1"/>
<author><name>Ailsa</name></author><updated>2012-06-20T17:00:00Z</updated>
<content>A1 Là-bas #pretend</content></entry></feed>
"""


@pytest.mark.parametrize(
    "form, encoding",
    [
        *((each, "utf-8") for each in (RSS, ATOM, "\n \n" + ATOM)),
        *((each, "utf-8-sig") for each in (RSS, ATOM)),
        *((each, "utf-16") for each in (RSS, ATOM)),
        (RSS, "iso-8859-1"),  # the other declares no encoding
    ],
)
def test_feeds_as_files(tmp_path: Path, form: str, encoding: str) -> None:
    path = tmp_path / "saved.dat"
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    path.write_bytes(form.replace('encoding="utf-8"', f'encoding="{declared}"').encode(encoding))
    found = read(path)
    (post,) = found.heard
    assert found.format == "feed" and isinstance(post, Post)
    assert post.text == "A1 Là-bas #pretend" and post.author.name == "Ailsa"
    assert post.created_at == datetime(2012, 6, 20, 17, tzinfo=UTC) and post.received_at is None


def test_a_feed_that_breaks_off_or_is_none(tmp_path: Path) -> None:
    path = tmp_path / "saved"
    path.write_bytes(b'<rss version="2.0"><chan')
    assert not read(path).heard
    path.write_bytes(b"<?xml version='1.0'?><other><rss/></other>")
    with pytest.raises(BadInput):
        read(path)


@given(st.text(max_size=40) | st.sampled_from(["<!--" * 500, "<?xml " * 500, " " * 9000]))
def test_recognising_feeds_takes_no_time(begins: str) -> None:
    feeds.FEED.fits(begins.encode())


VIEW: dict[str, Any] = {
    "uri": "at://did:plc:ailsa/app.bsky.feed.post/3k",
    "cid": "bafy1",
    "author": {"did": "did:plc:ailsa", "handle": "ailsa.example", "displayName": "Ailsa"},
    "record": {
        "$type": "app.bsky.feed.post",
        "text": "A1 #pretend e.example",
        "createdAt": "2012-06-20T17:00:10.000Z",
        "langs": ["en"],
        "facets": [
            {
                "index": {"byteStart": 12, "byteEnd": 21},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://e.example"}],
            }
        ],
        "reply": {
            "root": {"uri": "at://did:plc:b/app.bsky.feed.post/1", "cid": "x"},
            "parent": {"uri": "at://did:plc:b/app.bsky.feed.post/2", "cid": "x"},
        },
    },
    "indexedAt": "2012-06-20T17:00:11.000Z",
    "likeCount": 0,
}


def snake(value: Any) -> Any:
    if isinstance(value, list):
        return [snake(each) for each in value]
    if not isinstance(value, dict):
        return value
    renamed = {"$type": "py_type"}
    return {
        renamed.get(key) or re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", key): snake(each)
        for key, each in value.items()
    }


def heard(tmp_path: Path, *values: Any) -> list[Any]:
    path = tmp_path / "lines"
    path.write_bytes(b"\n".join(json.dumps(each).encode() for each in values))
    reading = Reading([path])
    found = list(reading.items())
    assert not reading.files[0].damaged
    return found


@pytest.mark.parametrize(
    "value",
    [
        VIEW,
        {"posts": [VIEW], "cursor": None},
        {"feed": [{"post": VIEW, "reason": None}]},
        {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": VIEW, "replies": []}},
    ],
)
def test_the_names_of_the_sdk_make_no_difference(tmp_path: Path, value: Any) -> None:
    by_api = heard(tmp_path, value)
    assert len(by_api) == 1 and by_api[0].links
    assert heard(tmp_path, snake(value)) == by_api
    # In one file, and whichever comes first.
    assert heard(tmp_path, value, snake(value), value) == by_api * 3
    assert heard(tmp_path, snake(value), value, snake(value)) == by_api * 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["post", "record", "py_type", "a_b", "_", "uri"]), inner
            )
        ),
    )
)
def test_anything_anywhere(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "lines"
    path.write_bytes(json.dumps(snake(VIEW) | {"record": {"py_type": "x", "a": value}}).encode())
    read(path)
    path.write_bytes(json.dumps({"posts": value, "thread": value}).encode())
    try:
        read(path)
    except BadInput:
        return

"""JSON with something before it in each line, and JSON that is wrapped. All posts are made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives import json_after_prefix
from tartantm.archives.reading import Reading
from tartantm.core.events import Deleted
from tartantm.core.post import Post


def tweet(number: int) -> dict[str, Any]:
    user = {"id_str": "11", "screen_name": "ailsa", "name": "Ailsa Pretend"}
    return {
        "id_str": f"{1273300623160246272 + number}",
        "full_text": f"A{number}: so",
        "user": user,
        "created_at": "Wed Jun 17 17:05:00 +0000 2020",
    }


def words(tmp_path: Path, content: str) -> list[str]:
    path = tmp_path / "recorded.txt"
    path.write_text(content, encoding="utf-8")
    reading = Reading([path])
    found = [item.text for item in reading.items() if isinstance(item, Post)]
    assert reading.files[0].damaged == []
    return found


@pytest.mark.parametrize("before", ["2020-06-17 17:05:00 ", "[17:05:01] ", "<< ", "stream: "])
def test_what_stands_before_json_is_no_name(tmp_path: Path, before: str) -> None:
    lines = [f"{before}{json.dumps(tweet(number))}" for number in (1, 2)]
    assert words(tmp_path, "\n".join(lines)) == ["A1: so", "A2: so"]


def test_server_sent_events_of_mastodon(tmp_path: Path) -> None:
    status = {
        "id": "1",
        "uri": "https://toots.example/users/ailsa/statuses/1",
        "url": "https://toots.example/@ailsa/1",
        "created_at": "2020-06-17T17:05:00Z",
        "content": "<p>A1: so</p>",
        "visibility": "public",
        "account": {"id": "3", "acct": "ailsa", "url": "https://toots.example/@ailsa"},
    }
    path = tmp_path / "stream.txt"
    path.write_text(
        f":)\nevent: update\ndata: {json.dumps(status)}\n\n:thump\nevent: delete\ndata: 1\n\n",
        encoding="utf-8",
    )
    post, deleted = Reading([path]).items()
    assert isinstance(post, Post) and post.text == "A1: so"
    assert isinstance(deleted, Deleted)


@given(st.binary(max_size=300))
def test_any_beginning(head: bytes) -> None:
    json_after_prefix.fits(head)


@pytest.mark.parametrize(
    "head",
    [
        b'18:05 ailsa: look at {"a": 1}\n18:06 bram: why?\n',
        b'[{"a": 1}\n,{"b": 2}\n',
        b'window.YTD.tweet.part0 = {"a": 1}\n',
        b'{"a": 1}\n{"b": 2}\n',
        b"",
    ],
)
def test_what_has_nothing_before_its_json_or_talks_about_it(head: bytes) -> None:
    assert not json_after_prefix.fits(head)


@pytest.mark.parametrize(
    "wrapped",
    [
        [{"_index": "x", "_type": "t", "_source": tweet(1)}],
        [{"took": 1, "hits": {"total": 1, "hits": [{"_source": tweet(1)}]}}],
        [{"id": {"1": tweet(1), "2": None}}],
        [{"1273300623160246273": tweet(1)}],
        [{"data": [tweet(1)]}],
        [{"total_rows": 1, "rows": [{"key": "1", "doc": tweet(1)}]}],
        [json.dumps(tweet(1))],
    ],
)
def test_posts_in_what_programs_wrap_around_them(tmp_path: Path, wrapped: list[Any]) -> None:
    assert words(tmp_path, "\n".join(map(json.dumps, wrapped))) == ["A1: so"]


def test_values_over_many_lines_after_some_of_one(tmp_path: Path) -> None:
    many = json.dumps({"statuses": [tweet(2)]}, indent=1)
    content = f"{json.dumps(tweet(1))}\n{many}\n{json.dumps(tweet(3))}\n"
    assert words(tmp_path, content) == ["A1: so", "A2: so", "A3: so"]

"""Answers that X's web page receives. All people and posts are made up."""

from __future__ import annotations

from typing import Any

import pytest

from tartantm.archives.formats.x_web import X_WEB
from tartantm.archives.read_json import _JSON
from tartantm.archives.shape import Context
from tartantm.core.post import Post
from tartantm.networks.heard import Carried


def user(handle: str, *, is_new: bool = False) -> dict[str, Any]:
    names = {"screen_name": handle, "name": f"{handle.title()} Pretend"}
    return {"rest_id": "11", **({"core": names, "legacy": {}} if is_new else {"legacy": names})}


def result(number: int, text: str, handle: str = "ailsa", **more: Any) -> dict[str, Any]:
    legacy = {
        "created_at": "Wed Jun 17 17:05:00 +0000 2020",
        "full_text": text,
        "id_str": str(1273300623160246272 + number),
        "user_id_str": "11",
        "entities": {"hashtags": [], "urls": [], "user_mentions": []},
    }
    return {
        "__typename": "Tweet",
        "rest_id": legacy["id_str"],
        "core": {"user_results": {"result": user(handle, is_new=number % 2 == 1)}},
        "legacy": legacy | more.pop("legacy", {}),
        **more,
    }


def answer(*items: dict[str, Any]) -> dict[str, Any]:
    entries = [{"entryId": "x", "content": {"itemContent": item}} for item in items]
    timeline = {"instructions": [{"type": "TimelineAddEntries", "entries": entries}]}
    return {"data": {"search_by_raw_query": {"search_timeline": {"timeline": timeline}}}}


def item(found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"itemType": "TimelineTweet", "tweet_results": {"result": found}, **more}


def read(value: dict[str, Any]) -> list[Post | Carried]:
    """What the first format that knows the value makes of it, which has to be this one."""
    for each in _JSON:
        if (parsed := each.read(value, Context())) is not None:
            assert each is X_WEB and parsed.problems == []
            return [item for item in parsed.heard if isinstance(item, Post | Carried)]
    raise AssertionError("no format knows it")


def test_an_answer_and_a_single_result() -> None:
    hidden = {"__typename": "TweetWithVisibilityResults", "tweet": result(2, "A2: so")}
    advert = item(result(3, "Buy!"), promotedMetadata={"advertiser": "x"})
    found = read(answer(item(result(1, "A1: so &amp; so")), item(hidden), advert))
    assert [post.text for post in found if isinstance(post, Post)] == ["A1: so & so", "A2: so"]
    assert {post.author.handle for post in found if isinstance(post, Post)} == {"ailsa"}
    (post,) = read(result(1, "A1: so"))
    assert isinstance(post, Post) and post.author.name == "Ailsa Pretend"
    assert post.id == "x:1273300623160246273"


def test_long_words_reposts_and_quotes() -> None:
    long = {"note_tweet_results": {"result": {"text": "A1: " + "so " * 99, "entity_set": {}}}}
    (post,) = read(result(1, "A1: so so…", note_tweet=long))
    assert isinstance(post, Post) and post.text.endswith("so so")
    original = result(1, "A1: so", "bram")
    repost = result(2, "RT @bram: A1: s…", legacy={"retweeted_status_result": {"result": original}})
    *_, post = read(repost)
    assert isinstance(post, Post) and post.repost_of == "x:1273300623160246273"
    quote = result(2, "A1: this", quoted_status_result={"result": original})
    carried, post = read(quote)
    assert isinstance(carried, Carried) and carried.post.author.handle == "bram"
    assert isinstance(post, Post) and post.quote_of == "x:1273300623160246273"


@pytest.mark.parametrize(
    "value", [{"data": {"x": []}}, {"rest_id": "1", "legacy": {}}, {"a": {"b": [{"c": 1}]}}]
)
def test_what_is_none(value: dict[str, Any]) -> None:
    assert X_WEB.read(value, Context()) is None

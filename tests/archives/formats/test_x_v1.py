"""X API v1.1 in the forms that programs recorded. All posts are made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.formats import x_v1
from tartantm.archives.formats.x_archive import X_ARCHIVE
from tartantm.archives.shape import Context
from tartantm.core.events import Deleted
from tartantm.core.post import Link, Media, Post
from tartantm.networks.heard import Parsed
from tartantm.networks.x import v1

ID = "1273301629793206272"
STATUS: dict[str, Any] = {
    "created_at": "Wed Jun 17 17:09:00 +0000 2020",
    "id": 1273301629793206300,
    "id_str": ID,
    "text": "A1: yes &amp; no #madeup",
    "user": {"id": 12, "id_str": "12", "screen_name": "bram", "name": "Bram Example"},
    "lang": "en",
}


def read(value: dict[str, Any]) -> Parsed:
    parsed = x_v1.read(value, Context())
    assert parsed is not None
    return parsed


def only(value: dict[str, Any]) -> Post:
    return next(item for item in reversed(read(value).heard) if isinstance(item, Post))


def test_a_post_has_the_id_that_no_number_rounds() -> None:
    post = only(STATUS)
    assert (post.id, post.author.handle, post.author.id) == (f"x:{ID}", "bram", "12")
    assert post.text == "A1: yes & no #madeup"
    assert post.hashtags == ("madeup",)
    assert post.created_at == datetime(2020, 6, 17, 17, 9, tzinfo=UTC)
    assert post.languages == ("en",)


def test_a_post_without_details_of_its_author() -> None:
    assert only(STATUS | {"user": {"id": 12}}).author.handle == "12"
    assert only(STATUS | {"user": {}}).author.handle == "unknown"


def test_a_protected_account_is_not_for_everybody() -> None:
    user = STATUS["user"] | {"protected": True}
    assert only(STATUS | {"user": user}).visibility == "restricted"


def test_the_words_are_taken_whole() -> None:
    cut = STATUS | {"text": "A1: the beg…", "truncated": True}
    assert v1.CUT in read(cut).doubts
    whole = {"full_text": "A1: the beginning and the end #x", "entities": {"hashtags": []}}
    assert only(cut | {"extended_tweet": whole}).text == whole["full_text"]
    assert not read(cut | {"extended_tweet": whole}).doubts
    assert only(cut | {"full_text": "A1: the whole"}).text == "A1: the whole"
    repost = cut | {"text": "RT @ailsa: A1…", "retweeted_status": STATUS | {"id_str": "9" * 18}}
    assert only(repost).repost_of == f"x:{'9' * 18}"
    assert not read(repost).doubts


def test_what_a_repost_quotes_is_not_quoted_by_the_repost() -> None:
    original = STATUS | {"id_str": "9" * 18, "quoted_status_id_str": "8" * 18}
    post = only(STATUS | {"retweeted_status": original, "quoted_status_id_str": "8" * 18})
    assert (post.repost_of, post.quote_of) == (f"x:{'9' * 18}", None)


def test_links_are_shown_and_pictures_at_the_end_are_not() -> None:
    text = "A1: see https://t.co/aaaaaaaaaa https://t.co/pppppppppp"
    picture = {
        **{"id_str": "7", "type": "photo", "url": "https://t.co/pppppppppp"},
        **{"expanded_url": f"https://twitter.com/bram/status/{ID}/photo/1", "indices": [32, 55]},
        **{"display_url": "pic.twitter.com/pppppppppp", "ext_alt_text": "A walk"},
        "media_url_https": "https://pbs.example/p.jpg",
    }
    link = {
        **{"url": "https://t.co/aaaaaaaaaa", "expanded_url": "https://site.example/a"},
        **{"display_url": "site.example/a", "indices": ["8", "31"]},
    }
    post = only(
        STATUS
        | {"full_text": text, "entities": {"urls": [link], "media": [picture]}}
        | {"extended_entities": {"media": [picture]}}
    )
    assert post.text == "A1: see site.example/a"
    assert post.links == (Link("https://site.example/a", "site.example/a"),)
    assert post.media == (Media("image", "https://pbs.example/p.jpg", "A walk"),)


def test_the_best_version_of_a_film() -> None:
    variants = [{"bitrate": rate, "url": f"https://v.example/{rate}"} for rate in (1, "900", 30)]
    film = {"type": "video", "url": "https://t.co/v", "video_info": {"variants": variants}}
    post = only(STATUS | {"extended_entities": {"media": [film]}})
    assert post.media == (Media("video", "https://v.example/900"),)


@pytest.mark.parametrize("has_permalink", [True, False])
def test_the_link_to_a_quoted_post_stands_apart(has_permalink: bool) -> None:
    link = {
        **{"url": "https://t.co/qqqqqqqqqq", "display": "twitter.com/cat/status/12…"},
        "expanded": "https://twitter.com/cat/status/1272831280542646272",
    }
    quoted = STATUS | {"id_str": "1272831280542646272"}
    quoted["user"] = {"id_str": "13", "screen_name": "cat"}
    status = STATUS | {
        **{"full_text": "A1: this https://t.co/qqqqqqqqqq", "entities": {"urls": []}},
        **{"quoted_status_id_str": quoted["id_str"], "quoted_status": quoted},
    }
    post = only(status | ({"quoted_status_permalink": link} if has_permalink else {}))
    assert post.quote_of == "x:1272831280542646272"
    assert post.text.startswith("A1: this twitter.com/cat/status/12")
    assert post.links[0].url == link["expanded"]


def test_replies() -> None:
    to = {"in_reply_to_status_id_str": "5", "in_reply_to_screen_name": "ailsa"}
    post = only(STATUS | to | {"in_reply_to_user_id_str": "11"})
    assert (post.reply_to, post.reply_to_handle) == ("x:5", "ailsa")
    by_number = only(STATUS | {"in_reply_to_status_id": 5})
    assert (by_number.reply_to, by_number.reply_to_handle) == ("x:5", None)


def test_wordings_of_an_edited_post() -> None:
    ids = ["1273301629793206270", ID]
    for holder in (
        {"edit_info": {"edit": {"editControlInitial": {"editTweetIds": ids}}}},
        {"edit_history": {"edit_tweet_ids": ids}},
    ):
        post = only(STATUS | holder)
        assert (post.id, post.aliases, post.version) == (f"x:{ids[0]}", (f"x:{ID}",), ID)


def test_notices_of_the_stream() -> None:
    gone = {"delete": {"status": {"id": 5, "id_str": ID}, "timestamp_ms": "1592413800000"}}
    at = datetime(2020, 6, 17, 17, 10, tzinfo=UTC)
    assert read(gone).heard == [Deleted((f"x:{ID}",), at)]
    del gone["delete"]["timestamp_ms"]
    (deleted,) = read(gone).heard
    assert isinstance(deleted, Deleted)
    assert abs(deleted.at - at) < timedelta(minutes=2)
    assert read({"limit": {"track": 7}}).doubts == [x_v1.LEFT_OUT]
    assert read({"status_withheld": {"id": 1, "withheld_in_countries": ["XY"]}}) == Parsed()
    assert read({"statuses": [], "search_metadata": {}}) == Parsed()


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"limit": 5},
        {"delete": {"direct_message": {"id": 5}}},
        {"id": "1", "text": "of v2", "author_id": "2"},
        {**STATUS, "idstr": "1", "mid": "1"},
        {**STATUS, "_type": "snscrape.modules.weibo.Post"},
        {"id": "1", "account": {}, "user": {}, "text": "Mastodon"},
    ],
)
def test_what_is_of_another_kind(other: dict[str, Any]) -> None:
    assert x_v1.read(other, Context()) is None


@pytest.mark.parametrize(
    "written",
    [
        "Wed Jun 17 17:09:00 +0000 2020",
        "Wed, 17 Jun 2020 17:09:00 +0000",
        "Wed Jun 17 18:09:00 +0100 2020",
        "2020-06-17 17:09:00 +0000",
        "2020-06-17T17:09:00.000Z",
    ],
)
def test_times(written: str) -> None:
    assert v1.time_of(written) == datetime(2020, 6, 17, 17, 9, tzinfo=UTC)


def test_times_that_are_none() -> None:
    for written in (None, 5, "", "Wed Foo 17 17:09:00 +0000 2020", "x" * 1000, "Wed Jun 77"):
        assert v1.time_of(written) is None
    assert v1.milliseconds(None) is None


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        *STATUS,
        *("full_text", "extended_tweet", "retweeted_status", "quoted_status", "entities"),
        *("extended_entities", "quoted_status_permalink", "edit_info", "in_reply_to_status_id"),
        *("quoted_status_id_str", "in_reply_to_user_id_str", "truncated", "delete", "limit"),
    ]
)
INNER = st.dictionaries(
    st.sampled_from(["full_text", "urls", "media", "hashtags", "indices", "url", "id", "status"]),
    JSON | st.lists(st.dictionaries(st.sampled_from(["indices", "url", "text"]), JSON)),
)


@given(changes=st.dictionaries(KEYS, JSON | INNER, max_size=5))
def test_nothing_in_a_value_makes_it_raise(changes: dict[str, Any]) -> None:
    for value in (STATUS | changes, changes):
        parsed = x_v1.read(value, Context())
        assert parsed is None or isinstance(parsed, Parsed)


def test_results_of_the_search_before_2013() -> None:
    result = {key: value for key, value in STATUS.items() if key != "user"} | {
        "created_at": "Wed, 17 Jun 2020 17:09:00 +0000",
        "from_user": "bram",
        "from_user_id": 9,
        "from_user_name": "Bram Example",
    }
    post = only(result)
    assert (post.author.handle, post.author.id, post.text) == ("bram", "", "A1: yes & no #madeup")
    assert post.created_at == datetime(2020, 6, 17, 17, 9, tzinfo=UTC)
    assert read({"results": [], "completed_in": 0.1}) == Parsed()
    assert X_ARCHIVE.read(result, Context()) is None

"""X's archive of one account, as it was from 2012 on. All posts are made up."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.formats import x_archive
from tartantm.archives.reading import Reading
from tartantm.archives.shape import Context
from tartantm.core.errors import BadInput
from tartantm.core.post import Author, Post
from tartantm.networks.heard import Parsed, Unreadable

ID = "1273301629793206272"
TWEET: dict[str, Any] = {
    "id": ID,
    "id_str": ID,
    "created_at": "Wed Jun 17 17:09:00 +0000 2020",
    "full_text": "A1: yes #madeup",
    "entities": {"hashtags": [{"text": "madeup", "indices": ["8", "15"]}], "urls": []},
}
ACCOUNT = {"account": {"username": "ailsa", "accountId": "11", "accountDisplayName": "Ailsa E"}}


def assigned(name: str, *values: Any) -> bytes:
    return f"window.YTD.{name}.part0 = {json.dumps(values, indent=1)}".encode()


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def posts_of(path: Path, context: Context | None = None) -> list[Post]:
    return [item for item in Reading([path], context).items() if isinstance(item, Post)]


ARCHIVE = {
    "data/account.js": assigned("account", ACCOUNT),
    "data/tweets.js": assigned("tweets", {"tweet": TWEET}),
}


def test_the_author_is_in_a_file_beside(tmp_path: Path) -> None:
    folder = lay(tmp_path, ARCHIVE)
    for path in (folder, folder / "data", folder / "data/tweets.js"):
        (post,) = posts_of(path)
        assert (post.author.handle, post.author.id) == ("ailsa", "11")
        assert post.author.name == "Ailsa E"
        assert post.url == f"https://x.com/ailsa/status/{ID}"


def test_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for name, content in ARCHIVE.items():
            packed.writestr(name, content)
    assert [post.author.handle for post in posts_of(tmp_path / "a.zip")] == ["ailsa"]


def test_two_archives_are_of_two_accounts(tmp_path: Path) -> None:
    other = {"account": {"username": "bram", "accountId": "12", "accountDisplayName": "B"}}
    files = {f"a/{name}": content for name, content in ARCHIVE.items()}
    files["b/data/account.js"] = assigned("account", other)
    files["b/data/tweets.js"] = assigned("tweets", {"tweet": TWEET | {"id_str": "7" * 18}})
    folder = lay(tmp_path, files)
    assert [post.author.handle for post in posts_of(folder)] == ["ailsa", "bram"]
    reading = Reading([folder / "a", folder / "b"])
    authors = [item.author.handle for item in reading.items() if isinstance(item, Post)]
    assert authors == ["ailsa", "bram"]


def test_without_the_account_it_is_said_what_to_do(tmp_path: Path) -> None:
    path = lay(tmp_path, {"tweets.js": ARCHIVE["data/tweets.js"]}) / "tweets.js"
    reading = Reading([path])
    assert not list(reading.items())
    assert "--author @name" in reading.files[0].damaged[0].reason
    (post,) = posts_of(path, Context(account=Author("cat")))
    assert post.author.handle == "cat"


def test_the_first_form_of_2019(tmp_path: Path) -> None:
    files = {"account.js": ARCHIVE["data/account.js"], "tweet.js": assigned("tweet", TWEET)}
    assert [post.id for post in posts_of(lay(tmp_path, files))] == [f"x:{ID}"]


@pytest.mark.parametrize(
    "name", ["deleted_tweets", "direct_messages", "twitter_circle_tweet", "community_tweet", "like"]
)
def test_what_is_not_for_everybody_is_never_read(tmp_path: Path, name: str) -> None:
    content = assigned(name, {"tweet": TWEET})
    folder = lay(tmp_path, {"account.js": ARCHIVE["data/account.js"], "x.js": content})
    assert not posts_of(folder)
    for again in (content, content.decode().encode("utf-16"), b"\xef\xbb\xbf" + content):
        (tmp_path / "x.js").write_bytes(again)
        with pytest.raises(BadInput, match=r"tweets\.js"):
            posts_of(tmp_path / "x.js")


def test_a_post_that_says_that_it_was_deleted() -> None:
    tweet = {"tweet": TWEET | {"deleted_at": "Wed Jun 17 18:00:00 +0000 2020"}}
    assert x_archive.read(tweet, Context()) == Parsed()


LONG = "A1: yes &amp; so on, " + "word " * 80 + "the end #madeup"


@pytest.mark.parametrize("key", ["core", "noteTweetResults"])
@pytest.mark.parametrize("second", ["17:09:00", "17:08:59", "17:09:01"])
def test_long_posts_are_whole(tmp_path: Path, key: str, second: str) -> None:
    note = {
        **{"noteTweetId": "1273301629793200001", "createdAt": f"2020-06-17T{second}.000Z"},
        key: {
            "text": LONG.replace("&amp;", "&").replace("word", "see https://t.co/u", 1),
            "urls": [{"shortUrl": "https://t.co/u", "displayUrl": "u.example"}],
        },
    }
    cut = TWEET | {"full_text": LONG[:60].replace("word", "see https://t.co/u", 1) + "…"}
    other = TWEET | {"id_str": "7" * 18, "full_text": "A1: no"}
    files = ARCHIVE | {
        "data/note-tweet.js": assigned("note_tweet", {"noteTweet": note}, "odd", {"noteTweet": 1}),
        "data/tweets.js": assigned("tweets", {"tweet": cut}, {"tweet": other}),
    }
    long, short = posts_of(lay(tmp_path, files))
    assert long.text.endswith("the end #madeup") and "& so on, see u.example" in long.text
    assert short.text == "A1: no"


def test_the_last_post_that_is_linked_to_is_quoted() -> None:
    link = {
        **{"url": "https://t.co/q", "display_url": "twitter.com/cat/status/12…"},
        "expanded_url": "https://mobile.twitter.com/cat/status/1272831280542646272?s=20",
    }
    context = Context(account=Author("ailsa"))
    tweet = TWEET | {"full_text": "A1: this https://t.co/q", "entities": {"urls": [link]}}
    parsed = x_archive.read({"tweet": tweet}, context)
    assert parsed and isinstance(parsed.heard[-1], Post)
    assert parsed.heard[-1].quote_of == "x:1272831280542646272"


GRAILBIRD = {
    **{"id": 215490443473846273, "id_str": "215490443473846273", "text": "A1: yes #madeup"},
    **{"created_at": "2012-06-20 17:05:00 +0000", "entities": {"hashtags": []}},
    "user": {"screen_name": "ailsa", "id_str": "11", "name": "Ailsa E", "protected": False},
}


def grailbird(*tweets: Any) -> bytes:
    return b"Grailbird.data.tweets_2012_06 = \n " + json.dumps(tweets, indent=1).encode()


def test_the_months_of_the_older_archive(tmp_path: Path) -> None:
    files = {
        "data/js/tweets/2012_06.js": grailbird(GRAILBIRD),
        "data/js/user_details.js": b'var user_details =  {"screen_name":"ailsa"}',
        "data/js/tweet_index.js": b'var tweet_index =  [ {"var_name" : "tweets_2012_06"} ]',
        "data/js/payload_details.js": b'var payload_details = {"tweets": 1}',
        "index.html": b"<!DOCTYPE html><html></html>",
        "tweets.csv": b'"tweet_id","timestamp","source","text"\n"215490443473846273",'
        b'"2012-06-20 17:05:00 +0000","web","A1: yes #madeup https://t.co/x"\n',
    }
    (post,) = posts_of(lay(tmp_path, files))
    assert post.created_at == datetime(2012, 6, 20, 17, 5, tzinfo=UTC)
    assert (post.author.handle, post.text) == ("ailsa", "A1: yes #madeup")
    with pytest.raises(BadInput, match="whole folder or zip"):
        posts_of(tmp_path / "data/js/user_details.js")
    (alone,) = posts_of(
        lay(tmp_path / "b", {"tweets.csv": files["tweets.csv"]}), Context(account=Author("ailsa"))
    )
    assert (alone.id, alone.created_at) == (post.id, post.created_at)


def test_older_posts_have_a_day_only_but_ids_know_the_time() -> None:
    midnight = {"created_at": "2012-06-20 00:00:00 +0000"}
    parsed = x_archive.read(GRAILBIRD | midnight, Context())
    assert parsed and isinstance(parsed.heard[-1], Post)
    assert parsed.heard[-1].created_at.date().isoformat() == "2012-06-20"
    assert parsed.heard[-1].created_at.hour > 0 and not parsed.doubts
    early = {"id_str": "26000000000", "created_at": "2010-10-01 00:00:00 +0000"}
    parsed = x_archive.read(GRAILBIRD | early, Context())
    assert parsed and parsed.doubts == [x_archive.ONLY_A_DAY]


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["tweet", "account", "noteTweet", "user", "deleted_at", *TWEET])


@given(changes=st.dictionaries(KEYS, JSON, max_size=4), beside=JSON)
def test_nothing_in_a_value_makes_it_raise(changes: dict[str, Any], beside: Any) -> None:
    content = assigned("note_tweet", {"noteTweet": beside}, beside)
    context = Context(beside=lambda name: content)
    for value in ({"tweet": TWEET | changes}, TWEET | changes, changes):
        try:
            parsed = x_archive.read(value, context)
        except Unreadable as problem:
            assert str(problem)
        else:
            assert parsed is None or isinstance(parsed, Parsed)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_account_file_may_be_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    owner = ARCHIVE["data/account.js"].decode().encode(encoding)
    (post,) = posts_of(lay(tmp_path, ARCHIVE | {"data/account.js": owner}))
    assert post.author.handle == "ailsa"

"""Real recordings: every post in them is found, with what the manifest counted in them.

The recordings hold real people's posts and stay out of the repository; where they are not at hand,
these tests are skipped. Numbers are those of the manifest, or counted here without our reader.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tartantm.archives.read import read
from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.post import Post, clean
from tartantm.networks.bluesky import payload as bluesky_payload
from tartantm.networks.mastodon import payload as mastodon_payload
from tartantm.networks.x import payload as x_payload

PAYLOADS = Path(__file__).parents[3] / "shared" / "data" / "payloads"

pytestmark = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the recordings are not at hand")


def manifest() -> dict[str, Counter[str]]:
    """What the collectors counted in each file."""
    text = (PAYLOADS / "MANIFEST.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+\.jsonl?) \| (\w+ \d+.*?) \|$", text, re.MULTILINE)
    return {
        name: Counter({what: int(count) for what, count in re.findall(r"(\w+) (\d+)", counts)})
        for name, counts in rows
    }


COUNTED = manifest() if PAYLOADS.is_dir() else {}
BROKEN = {"x/twarc-csv/streaming_output_with_error.jsonl"}


def values(name: str) -> Iterator[Any]:
    """The JSON values of a file, read without our reader; broken lines left out."""
    text = (PAYLOADS / name).read_text(encoding="utf-8")
    try:
        yield json.loads(text)
    except ValueError:
        for line in filter(str.strip, text.split("\n")):
            try:
                yield json.loads(line)
            except ValueError:
                continue


def within(value: Any, *keys: str) -> Iterator[dict[str, Any]]:
    """Every object at any depth that has all the keys."""
    if isinstance(value, dict):
        if all(key in value for key in keys):
            yield value
        value = [*value.values()]
    for inner in value if isinstance(value, list) else ():
        yield from within(inner, *keys)


def posts_of(found: Any) -> list[Post]:
    posts = [item for item in found.heard if isinstance(item, Post)]
    for post in posts:
        sound(post)
    return posts


def sound(post: Post) -> None:
    """What holds for every post."""
    assert clean(post.text) == post.text
    for line in (post.author.name, post.author.handle, *post.hashtags, *post.mentions):
        assert clean(line, lines=False) == line
    assert post.author.handle and not post.author.handle.startswith("@")
    assert post.created_at.utcoffset() is not None and post.created_at.year > 2005
    repr(post).encode()


def rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


TWARC = sorted(
    name.removeprefix("x/twarc-csv/") for name in COUNTED if name.startswith("x/twarc-csv/")
)


@pytest.mark.parametrize("name", TWARC)
def test_twarc_recordings(name: str) -> None:
    name = f"x/twarc-csv/{name}"
    counted, found = COUNTED[name], read(PAYLOADS / name)
    posts, asked, beside = posts_of(found), 0, []
    for page in values(name):
        data = page["data"]
        asked += len(data) if isinstance(data, list) else 1
        included = {"data": page.get("includes", {}).get("tweets", [])}
        if included["data"]:
            beside += posts_of(x_payload.read(page | included))
    # The manifest counts the posts under "includes" too; they are read here by themselves.
    assert len(posts) == asked
    everything = posts + beside
    seen = Counter(
        x_posts=len(everything),
        replied_to=sum(post.reply_to is not None for post in everything),
        quoted=sum(post.quote_of is not None for post in everything),
        retweeted=sum(post.repost_of is not None for post in everything),
        edited=sum(bool(post.aliases) for post in everything),
        alt=sum(medium.alt is not None for post in posts for medium in post.media),
    )
    assert +seen == Counter({key: counted[key] for key in seen if counted[key]})
    if counted["RTL"]:
        delivered = [post for page in values(name) for post in within(page, "id", "text")]
        assert sum(rtl(post["text"]) for post in delivered) == counted["RTL"]
        assert sum(rtl(post.text) for post in everything) >= counted["RTL"]
    assert bool(found.damaged) == (name in BROKEN)


@pytest.mark.parametrize("name", TWARC)
def test_hashtags_are_where_x_says_they_are(name: str) -> None:
    for page in values(f"x/twarc-csv/{name}"):
        for found in within(page, "id", "text", "entities"):
            if "username" in found:
                continue
            reading = x_payload.read({"data": found})
            assert reading is not None
            (post,) = posts_of(reading)
            for tag in found["entities"].get("hashtags", []):
                assert found["text"][tag["start"] + 1 : tag["end"]] == tag["tag"]
                assert clean(tag["tag"], lines=False).casefold() in map(str.casefold, post.hashtags)
                assert post.repost_of or clean(tag["tag"], lines=False) in post.text
            assert "&amp;" not in post.text


def test_of_a_stream_only_the_broken_line_is_damage() -> None:
    found = read(PAYLOADS / "x/twarc-csv/streaming_output_with_error.jsonl")
    lines = (PAYLOADS / "x/twarc-csv/streaming_output_with_error.jsonl").read_bytes().split(b"\n")
    (damage,) = found.damaged
    assert damage.reason.startswith("not JSON")
    assert not lines[damage.line - 1].endswith(b"}")
    posts = [item for item in found.heard if isinstance(item, Post)]
    assert len(posts) == sum(map(bool, lines)) - 1


def test_compliance_lines_about_posts_are_deletions() -> None:
    found = read(PAYLOADS / "x/twarc-csv/tweets_compliance.jsonl")
    assert [type(item) for item in found.heard] == [Deleted, Deleted]
    assert [item.why for item in found.heard if isinstance(item, Deleted)] == [
        *("protected", "account"),
    ]


def read_x(value: Any) -> tuple[int, int]:
    """How many posts were read, and how many were found but tell no time."""
    reading = x_payload.read(value) if isinstance(value, dict) else None
    if reading is None:
        return 0, 0
    assert all(problem.endswith("has no time") for problem in reading.problems)
    return len(posts_of(reading)), len(reading.problems)


def test_tweepy_cassettes() -> None:
    bodies = [line["body"] for line in values("x/tweepy-cassettes-v2.jsonl")]
    everything = [*within(bodies, "id", "text")]
    assert len(everything) == COUNTED["x/tweepy-cassettes-v2.jsonl"]["x_posts"] == 675
    messages = [*within(bodies, "id", "text", "event_type")]
    counts = [read_x(body) for body in bodies]
    assert sum(read for read, _ in counts) == len(everything) - len(messages) - 1 == 666
    # An example made up by hand, with an id that no post ever had.
    assert sum(timeless for _, timeless in counts) == 1


def asked_for(page: Any) -> int:
    """Posts in the answer itself, by the least that a post has."""
    data = page.get("data") if isinstance(page, dict) else None
    rows = data if isinstance(data, list) else [data]
    events = ("event_type", "payload")
    return sum(
        isinstance(row, dict) and "id" in row and "text" in row and row.keys().isdisjoint(events)
        for row in rows
    )


@pytest.mark.parametrize("name", sorted(n for n in COUNTED if n.startswith("x/playground/")))
def test_what_x_makes_up_by_its_own_schema(name: str) -> None:
    pages = [example["response"] for file in values(name) for example in file]
    everything, expected = 0, 0
    for page in pages:
        beside = {"data": page.get("includes", {}).get("tweets", [])}
        for part in (page, page | beside):
            read, timeless = read_x(part)
            assert (read, timeless) == (asked_for(part), 0)
            everything += read
        expected += len([*within(page, "id", "text", "edit_history_tweet_ids")])
    assert everything == COUNTED[name]["x_posts"]
    assert expected in (0, everything)


def test_examples_of_the_documentation_of_x() -> None:
    found = Counter[str]()
    for line in values("x/docs-examples.jsonl"):
        example = line["example"]
        for value in example if isinstance(example, list) else [example]:
            read, timeless = read_x(value)
            found.update(read=read, timeless=timeless)
            if "event_type" not in value.get("data", {}) or "payload" not in value["data"]:
                assert read + timeless == asked_for(value)
            elif str(value["data"]["event_type"]).endswith(
                (
                    *("post.create", "mention.create", "reply.create"),
                    "quote.create",
                    "repost.create",
                )
            ):
                assert read == bool(value["data"]["payload"])
    assert found == {"read": 33, "timeless": 18}


def test_mastodon_cassettes() -> None:
    name = "mastodon/mastodonpy-cassettes.jsonl"
    counted, bodies = COUNTED[name], [line["body"] for line in values(name)]
    seen = Counter[str]()
    for status in within(bodies, "account", "content", "visibility"):
        reading = mastodon_payload.read(status, "server.example")
        assert reading is not None and not reading.problems
        (post,) = posts_of(reading)
        assert post.network == "mastodon" and post.author.handle.count("@") == 1
        assert "<" not in post.text and "quote-inline" not in post.text
        seen.update(
            m_status=1,
            reply=post.reply_to is not None,
            reblog=post.repost_of is not None,
            edited=post.edited_at is not None,
            CW=post.content_warning is not None,
            poll="▢ " in post.text,
            alt=sum(medium.alt is not None for medium in post.media),
            quote=post.quote_of is not None or "RE: " in post.text,
            **{f"vis_{post.visibility}": 1},
        )
    counted["vis_restricted"] = counted["vis_private"] + counted["vis_direct"]
    assert {key: counted[key] for key in seen} == seen


def test_mastodon_answers_are_read_as_they_came(tmp_path: Path) -> None:
    bodies = [line["body"] for line in values("mastodon/mastodonpy-cassettes.jsonl")]
    path = tmp_path / "bodies.jsonl"
    path.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="utf-8")
    found = read(path)
    alone = sum(
        isinstance(status, dict) and {"account", "content", "uri"} <= status.keys()
        for body in bodies
        for status in (body if isinstance(body, list) else [body])
    )
    threads = [body for body in bodies if isinstance(body, dict) and "ancestors" in body]
    threads = [status for body in threads for status in body["ancestors"] + body["descendants"]]
    searches = [body for body in bodies if isinstance(body, dict) and "statuses" in body]
    listed = [status for body in searches for status in body["statuses"] if "accounts" in body]
    assert len(posts_of(found)) == alone + len(threads) + len(listed)


def test_mastodon_documentation() -> None:
    name = "mastodon/docs-examples.jsonl"
    events = Counter[str]()
    statuses = 0
    for line in values(name):
        sse = line.get("sse", {})
        example = line.get("example", sse)
        if not isinstance(example, dict):
            continue
        reading = mastodon_payload.read(example)
        if reading is None:
            assert "event" not in example
            continue
        # Some examples of notifications and accounts are cut short with "...".
        if "event" in example:
            kind = example["event"] if reading.heard else "nothing"
            events[kind] += 1
            assert bool(reading.heard) == (kind in ("update", "status.update", "delete"))
        statuses += len(posts_of(reading)) if "content" in example else 0
    assert statuses == sum(
        {"account", "content", "uri"} <= line["example"].keys()
        for line in values(name)
        if isinstance(line.get("example"), dict)
    )
    assert events["update"] and events["status.update"] and events["delete"]


def test_gotosocial_stream(tmp_path: Path) -> None:
    messages = [
        recorded["msg"] for file in values("mastodon/gotosocial-ws.json") for recorded in file
    ]
    path = tmp_path / "stream.jsonl"
    path.write_text("".join(json.dumps(message) + "\n" for message in messages), encoding="utf-8")
    found = read(path)
    assert not found.damaged
    assert len(posts_of(found)) == sum(message["event"] == "update" for message in messages)
    gone = [item.posts for item in found.heard if isinstance(item, Deleted)]
    assert gone == [
        (f"mastodon:localhost:4180/{message['payload']}",)
        for message in messages
        if message["event"] == "delete"
    ]
    (post,) = posts_of(read(PAYLOADS / "mastodon/gotosocial-tag.json"))
    assert post.hashtags == ("chattest",) and post.author.handle == "mod@localhost:4180"
    assert post.id == posts_of(found)[0].id


def test_jetstream_production() -> None:
    name = "bluesky/jetstream-v1-production-2026-07-04.jsonl"
    counted, found = COUNTED[name], read(PAYLOADS / name)
    posts = posts_of(found)
    assert not found.damaged
    assert len(posts) == counted["post_create"] == 17
    assert len(found.heard) - len(posts) == counted["post_delete"] == 1
    assert sum(post.reply_to is not None for post in posts) == counted["reply"]
    assert sum(bool(post.media) for post in posts) == counted["images"]
    assert (
        sum(bool(post.links) and bool(post.links[-1].title) for post in posts)
        == (counted["external"])
    )
    assert sum(any(link.shown for link in post.links) for post in posts) == counted["facet_link"]
    tags = [
        feature["tag"]
        for line in values(name)
        for feature in within(line, "$type", "tag")
        if feature["$type"].endswith("#tag")
    ]
    assert len(tags) == counted["facet_tag"]
    assert [tag for post in posts for tag in post.hashtags] == tags
    assert all(f"#{tag}" in " ".join(post.text for post in posts) for tag in tags)


def test_jetstream_golden_set() -> None:
    found = read(PAYLOADS / "bluesky/jetstream-v1-golden.jsonl")
    (post,) = posts_of(found)
    assert post.reply_to and post.thread and not found.damaged
    assert post.received_at is not None and post.received_at >= post.created_at


def test_what_bluesky_servers_answered_here() -> None:
    posts = posts_of(read(PAYLOADS / "bluesky/devenv-searchPosts.json"))
    assert len(posts) == 7
    assert all(post.hashtags == ("chattest",) for post in posts)
    assert [post.content_warning for post in posts if post.sensitive] == ["graphic-media"]
    (picture,) = [medium for post in posts for medium in post.media]
    assert picture.alt == "A bar chart: 40 % prefer polls" and picture.url
    quoting = next(post for post in posts if post.quote_of)
    replying = next(post for post in posts if post.reply_to)
    assert quoting.quote_of == replying.id
    assert replying.links[0].shown == replying.links[0].url and rtl(replying.text)
    (root, reply) = posts_of(read(PAYLOADS / "bluesky/devenv-getPostThread.json"))
    assert (reply.reply_to, reply.thread, reply.id) == (root.id, root.id, replying.id)
    assert {post.id for post in posts_of(read(PAYLOADS / "bluesky/devenv-getPosts.json"))} <= {
        post.id for post in posts
    }
    assert bluesky_payload.read({"uri": "at://", "record": {}}) is None


def without_posts() -> list[str]:
    others = [
        *("x/twarc-csv/lists.jsonl", "x/twarc-csv/users_compliance.jsonl", "MANIFEST.md"),
        "bluesky/jetstream-corpus-manifest.json",
    ]
    folders = ("bluesky/lexicons", "x/openapi", "x/twitter-text", "x/playground")
    inside = (path for folder in folders for path in (PAYLOADS / folder).rglob("*.json"))
    return others + sorted(path.relative_to(PAYLOADS).as_posix() for path in inside)


@pytest.mark.parametrize("name", without_posts())
def test_files_of_something_else_are_refused(name: str) -> None:
    with pytest.raises(BadInput, match="holds no posts that tartantm can read") as refused:
        read(PAYLOADS / name)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", [n for n in without_posts() if "playground" in n])
def test_emulator_answers_without_their_wrapper(tmp_path: Path, name: str) -> None:
    for file in values(name):
        for example in file:
            path = tmp_path / "answer.json"
            path.write_text(json.dumps(example["response"], indent=2), encoding="utf-8")
            if asked_for(example["response"]):
                assert len(posts_of(read(path))) == asked_for(example["response"])
            else:
                with pytest.raises(BadInput):
                    read(path)

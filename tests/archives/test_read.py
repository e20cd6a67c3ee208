"""Files of recorded posts, of any format, whole and damaged. All posts are invented."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tartantm.archives.found import Damage
from tartantm.archives.read import Archive, read
from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.post import Post, clean
from tartantm.networks.heard import Carried
from tartantm.networks.json_decode import Undecodable, decode

TWEET = {
    "id": "1367655854690820096",
    "text": "A1 Less policy",
    "author_id": "501",
    "created_at": "2012-06-20T17:01:00Z",
}
PAGE = {
    "data": [TWEET],
    "includes": {"users": [{"id": "501", "username": "ailsa"}]},
    "meta": {"result_count": 1},
}
STATUS = {
    "id": "101",
    "uri": "https://social.example/users/calum/statuses/101",
    "created_at": "2012-06-20T17:02:00Z",
    "visibility": "public",
    "content": "<p>A1 No policy</p>",
    "account": {"id": "9", "acct": "calum", "url": "https://social.example/@calum"},
}
REMOTE = STATUS | {
    "id": "102",
    "uri": "https://far.example/users/isla/statuses/5",
    "in_reply_to_id": "101",
    "account": {"id": "10", "acct": "isla@far.example", "url": "https://far.example/@isla"},
}
FRAME = {
    "did": "did:plc:isla",
    "time_us": 1340211780000000,
    "kind": "commit",
    "commit": {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3k",
        "record": {"text": "A1 Policy", "createdAt": "2012-06-20T17:03:00Z"},
    },
}
OWN = {
    "post": {
        "id": "room:1",
        "author": {"handle": "glasgow"},
        "created_at": "2012-06-20T17:04:00Z",
        "text": "Said aloud",
    }
}
ALL = [PAGE, STATUS, FRAME, OWN]


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


@pytest.fixture
def archive(tmp_path: Path) -> Any:
    def take(content: bytes, name: str = "posts.bin") -> Archive:
        path = tmp_path / name
        path.write_bytes(content)
        return read(path)

    return take


def ids(found: Archive) -> list[str]:
    return [item.id for item in found.heard if isinstance(item, Post)]


@pytest.mark.parametrize(
    "value, name",
    [(PAGE, "x"), (TWEET, "x"), (STATUS, "mastodon"), (FRAME, "bluesky"), (OWN, "tartantm")],
)
def test_the_format_is_told_by_the_content(archive: Any, value: Any, name: str) -> None:
    pretty = json.dumps(value, indent=2).encode()
    single = json.dumps(value).encode()
    for content in (single, pretty, lines(value), b"\n\r\n" + lines(value) + b"\n"):
        found = archive(content, "whatever.csv")
        assert found.format == name
        assert len(found.heard) == 1 and not found.damaged
    for listed in (json.dumps([value]), json.dumps([value, value], indent="\t")):
        assert archive(listed.encode()).format == name


def test_x_list_of_pages_and_lines_of_lists(archive: Any) -> None:
    other = PAGE | {"data": [TWEET | {"id": "1367655854690820097"}]}
    assert len(archive(json.dumps([PAGE, other]).encode()).heard) == 2
    assert len(archive(lines([PAGE, TWEET], [[other]])).heard) == 3


def test_lists_are_read_in_their_order(archive: Any) -> None:
    expected = ids(archive(lines(PAGE, STATUS, FRAME)))
    for indent in (None, 1):
        assert ids(archive(json.dumps([PAGE, [STATUS, FRAME]], indent=indent).encode())) == expected


def test_our_own_lines_are_sorted_by_time_wherever_they_stand(archive: Any) -> None:
    assert ids(archive(lines(OWN, PAGE)))[-1] == ids(archive(lines(PAGE, OWN)))[-1] == "room:1"
    assert ids(archive(lines(STATUS, PAGE)))[-1].startswith("x:")


def test_reasons_are_short_whatever_they_quote(archive: Any) -> None:
    found = archive(lines(PAGE, TWEET | {"id": "x" * 1999, "created_at": ""}))
    assert len(found.damaged[0].reason) == 300


def test_empty_files_are_called_so(archive: Any) -> None:
    for content in (b"", b"\n \n"):
        with pytest.raises(BadInput, match="is empty; it takes X's"):
            archive(content)
    with pytest.raises(BadInput, match="holds no posts that tartantm can read; it takes X's"):
        archive(b"{}")


def test_a_file_may_mix_formats(archive: Any) -> None:
    found = archive(lines(*ALL))
    assert [post_id.partition(":")[0] for post_id in ids(found)] == [
        *("x", "mastodon", "bluesky", "room"),
    ]
    assert found.format == "x" and not found.damaged


def test_byte_order_marks_and_line_ends(archive: Any) -> None:
    content = lines(PAGE, STATUS)
    for changed in (
        b"\xef\xbb\xbf" + content,
        content.replace(b"\n", b"\r\n"),
        content.strip(),
        content.replace(b"\n", b"\n \t\r\n"),
        b"\xef\xbb\xbf" + lines(PAGE) + b"\xef\xbb\xbf" + lines(STATUS),
        content.decode().encode("utf-16"),
    ):
        assert ids(archive(changed)) == ids(archive(content))


def test_lines_end_at_line_feeds_only(archive: Any) -> None:
    texts = [f"one{separator}two" for separator in "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"]
    tweets = [TWEET | {"id": str(10**18 + n), "text": text} for n, text in enumerate(texts)]
    # As JSON allows, what is no control below U+0020 stands there unescaped.
    written = "\n".join(json.dumps(tweet, ensure_ascii=False) for tweet in tweets)
    found = archive(written.encode())
    assert len(found.heard) == len(texts) and not found.damaged
    assert found.heard[0].text == "one\ntwo"


def test_gzip_whatever_the_name(archive: Any) -> None:
    packed = gzip.compress(lines(*[PAGE] * 50))
    assert len(archive(packed).heard) == 50
    two = gzip.compress(lines(PAGE)) + gzip.compress(lines(STATUS))
    assert len(archive(two).heard) == 2


def test_a_packed_file_that_breaks_off_keeps_what_came(archive: Any) -> None:
    many = lines(*[PAGE | {"meta": {"n": n * 7919 % 1000003}} for n in range(2000)])
    found = archive(gzip.compress(many)[:-2000])
    assert 0 < len(found.heard) < 2000
    assert found.damaged[-1].reason == "the packed file breaks off here"
    assert found.damaged[-1].line == len(found.heard) + 1
    assert len(found.damaged) <= 2


def test_a_packed_file_with_a_wrong_byte_keeps_what_came_before(archive: Any) -> None:
    many = lines(*[PAGE | {"meta": {"n": n * 7919 % 1000003}} for n in range(5000)])
    packed = bytearray(gzip.compress(many, 1))
    packed[-9] ^= 255
    packed[len(packed) * 3 // 4] ^= 255
    found = archive(bytes(packed))
    assert 0 < len(found.heard) < 5000
    assert found.damaged[-1].reason == "the packed file breaks off here"
    assert not archive(gzip.compress(lines(PAGE)) + b"\0" * 512).damaged


def test_a_packed_file_may_not_grow_for_ever(archive: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("tartantm.archives.containers.MOST_UNPACKED", 1 << 20)
    with pytest.raises(BadInput, match="has more than"):
        archive(gzip.compress(lines(PAGE) + b" " * (1 << 22)))


def test_damaged_lines_are_reported_and_the_rest_is_kept(archive: Any) -> None:
    content = b"".join(
        [
            lines(PAGE),
            b'{"data": [{"id": "1", "text": \n',
            b"\n",
            b'{"text": "\xff"}\n',
            b"[" * 100_000 + b"\n",
            b'{"id": ' + b"9" * 5000 + b"}\n",
            b"null\n",
            lines({"name": "no post"}),
            lines(STATUS),
        ]
    )
    found = archive(content)
    assert len(found.heard) == 2
    assert [damage.line for damage in found.damaged] == [2, 4, 5, 6, 8]
    reasons = [damage.reason for damage in found.damaged]
    assert reasons[0].startswith("not JSON: ")
    assert reasons[1:] == [
        *("no post that tartantm knows", "nested too deeply", "a number with too many digits"),
        "no post that tartantm knows",
    ]


@pytest.mark.parametrize("around", [(b"", b"\n"), (b"[", b",")])
def test_what_was_asked_for_and_is_gone_is_no_damage(
    archive: Any, around: tuple[bytes, bytes]
) -> None:
    before, between = around
    end = b"]" if before else b"\n"
    posts = [lines(STATUS).strip(), lines(PAGE).strip()]
    for gone in ([0], [1], [2], [0, 0, 2]):
        values = list(posts)
        for place in gone:
            values.insert(place, b"null")
        found = archive(before + between.join(values) + end)
        assert len(found.heard) == 2 and not found.damaged


def test_a_damaged_first_line(archive: Any) -> None:
    for broken in (b'{"data": \n', b"garbage\n", b'"data": [1, 2\n'):
        found = archive(broken + lines(PAGE, STATUS))
        assert len(found.heard) == 2
        assert [damage.line for damage in found.damaged] == [1]


def test_problems_of_single_posts_have_their_line(archive: Any) -> None:
    found = archive(lines(PAGE, {"data": [TWEET, {"id": "20", "text": "when?"}]}))
    assert len(found.heard) == 2
    assert found.damaged == [Damage(2, "the post x:20 has no time")]


def test_lines_of_items_in_a_list_over_many_lines(archive: Any) -> None:
    content = json.dumps([PAGE, {"no": "post"}, STATUS], indent=1).encode()
    found = archive(content)
    assert len(found.heard) == 2
    (damage,) = found.damaged
    assert b'"no"' in content.split(b"\n")[damage.line]


def test_a_list_with_an_item_a_line(archive: Any) -> None:
    item = json.dumps(PAGE).encode()
    found = archive(b"[" + item + b",\n" + item + b",\n{},\n" + item + b"]")
    assert len(found.heard) == 3
    assert [damage.line for damage in found.damaged] == [3]


def test_a_list_that_breaks_off_keeps_what_came(archive: Any) -> None:
    for indent in (None, 1, "\t"):
        content = json.dumps([PAGE, PAGE, STATUS], indent=indent).encode()
        found = archive(content[:-30])
        assert len(found.heard) == 2
        assert len(found.damaged) == 1


def test_damage_within_a_list_costs_one_item(archive: Any) -> None:
    content = json.dumps([STATUS, PAGE, STATUS], indent=2).replace('"data"', "data").encode()
    found = archive(content)
    assert len(found.heard) == 2
    assert len(found.damaged) == 1


def test_values_over_many_lines_one_after_the_other(archive: Any) -> None:
    content = "\n".join(json.dumps(value, indent=2) for value in ALL).encode()
    found = archive(content)
    assert len(found.heard) == 4 and not found.damaged


def test_values_that_msgspec_refuses_are_read_all_the_same(archive: Any) -> None:
    odd = (
        b'{"id": "7", "text": "lone \\ud83d surrogate", "author_id": "5", "public_metrics": NaN,'
        b' "n": 1' + b"0" * 400 + b', "created_at": "2012-06-20T17:01:00Z", "id": "8"}'
    )
    for content in (odd, b"[\n" + odd + b",\n" + odd + b"\n]"):
        found = archive(content)
        assert found.heard[0].text == "lone \ufffd surrogate"
        assert found.heard[0].id == "x:8"
        assert not found.damaged


def test_replies_to_the_server_that_any_line_tells(archive: Any) -> None:
    deletion = {"event": "delete", "payload": "102"}
    found = archive(lines(REMOTE, {"event": "update", "payload": json.dumps(STATUS)}, deletion))
    reply, original, gone = found.heard
    assert reply.reply_to in original.aliases
    assert reply.aliases == ("mastodon:social.example/102",)
    assert gone == Deleted(reply.aliases, datetime(2012, 6, 20, 17, 2, tzinfo=UTC))
    alone = archive(lines(REMOTE))
    assert alone.heard[0].reply_to == "mastodon:unknown/101"


def test_posts_that_are_not_public_are_read_as_such(archive: Any) -> None:
    found = archive(lines(STATUS | {"visibility": "direct"}))
    assert found.heard[0].visibility == "restricted"


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\n \n", b"hello", b"{}", b"[]", b"[[], [[]]]", b"null", b'"text"', b"{" * 100_000),
        *(b"[" * 100_000 + b"]" * 100_000, b"\x00\xff" * 1000, b"\x1f\x8b", b"\x1f\x8bnot gzip"),
        *(b"SQLite format 3\x00", lines({"data": [{"id": "1", "name": "A list"}]})),
        *(b"\xff\xfe\x00", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)),
    ],
)
def test_a_file_of_something_else_is_refused_in_one_sentence(archive: Any, content: bytes) -> None:
    with pytest.raises(BadInput, match=r"posts\.bin[^.]*\.$") as refused:
        archive(content)
    assert "\n" not in str(refused.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        read(tmp_path / "missing.jsonl")
    with pytest.raises(BadInput):
        read(tmp_path)
    with pytest.raises(BadInput):
        read(Path("a\0b"))


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
ODD = JSON | st.sampled_from(["", "\ud800", "9" * 400, -1, 10**30, 1e300, [], {}, [None], {"": 0}])


def accepts(path: Path, content: bytes) -> None:
    """Whatever stands in a file gives an archive or the one sentence."""
    path.write_bytes(content)
    try:
        found = read(path)
    except BadInput:
        return
    assert all(1 <= damage.line <= content.count(b"\n") + 1 for damage in found.damaged)
    for item in found.heard:
        # What was read can be written and sent on: nothing is left that UTF-8 does not know.
        repr(item).encode()
        if isinstance(item, Post):
            assert item.created_at.utcoffset() is not None
            assert item.network in ("x", "mastodon", "bluesky", "room", "feed")


LENIENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@LENIENT
@given(content=st.binary(max_size=300))
@example(b"\x1f\x8b\x08\x00")
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    accepts(tmp_path / "file", content)


@LENIENT
@given(value=JSON)
def test_any_json(tmp_path: Path, value: Any) -> None:
    accepts(tmp_path / "file", json.dumps(value).encode())


@LENIENT
@given(data=st.data())
def test_any_cut_and_any_changed_byte(tmp_path: Path, data: st.DataObject) -> None:
    indent = data.draw(st.sampled_from([None, 1]))
    whole = bytearray(
        json.dumps(ALL, indent=indent).encode() if data.draw(st.booleans()) else lines(*ALL)
    )
    for _ in range(data.draw(st.integers(0, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    accepts(tmp_path / "file", bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def spoil(value: Any, data: st.DataObject) -> Any:
    """The value with something in it gone, or of another type than it should be."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 3)):
        key = data.draw(st.sampled_from(sorted(value)))
        if data.draw(st.integers(0, 4)) == 0:
            return {other: value[other] for other in value if other != key}
        return value | {key: spoil(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 3)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], spoil(value[place], data), *value[place + 1 :]]
    return data.draw(ODD)


LINK = {
    "url": "https://t.co/x",
    "display_url": "e.example",
    "expanded_url": "https://e.example",
    "title": "A page",
}
RICH: list[Any] = [
    PAGE
    | {
        "data": [
            TWEET
            | {
                "text": "A1 https://t.co/x",
                "referenced_tweets": [{"type": "quoted", "id": "7"}, {"type": "replied_to"}],
                "edit_history_tweet_ids": ["1367655854690820095", "1367655854690820096"],
                "attachments": {"media_keys": ["3_1"], "media": [{"type": "photo"}]},
                "entities": {
                    "urls": [LINK],
                    "hashtags": [{"start": 1, "end": 2, "tag": "x"}],
                    "mentions": [{"username": "calum", "id": "501"}],
                },
                "in_reply_to_tweet_id": "6",
                "in_reply_to_user_id": "501",
                "conversation_id": "6",
                "lang": "en",
            },
            TWEET
            | {
                "text": "RT @calum: A1",
                "referenced_tweets": [{"type": "retweeted", "id": "7"}],
                "note_tweet": {"text": "A1 https://t.co/x", "entities": {"urls": [LINK]}},
            },
        ],
        "includes": {
            "users": [{"id": "501", "username": "ailsa", "name": "Ailsa", "protected": False}],
            "tweets": [
                TWEET
                | {
                    "id": "7",
                    "note_tweet": {"text": "A1 https://t.co/x", "entities": {"urls": [LINK]}},
                }
            ],
            "media": [
                {
                    "media_key": "3_1",
                    "type": "video",
                    "alt_text": "A walk",
                    "variants": [{"bit_rate": 1, "url": "https://e.example"}],
                }
            ],
        },
    },
    STATUS
    | {
        "reblog": REMOTE,
        "quote": {"state": "accepted", "quoted_status": REMOTE},
        "mentions": [{"id": "9", "acct": "calum", "url": "https://social.example/@calum"}],
        "tags": [{"name": "tartantm", "url": "https://social.example/tags/tartantm"}],
        "poll": {"options": [{"title": "Yes"}]},
        "card": {"url": "https://e.example", "title": "A page"},
        "media_attachments": [{"type": "image", "url": "https://e.example", "description": "x"}],
        "edited_at": "2012-06-20T17:05:00Z",
    },
    {"event": "update", "payload": STATUS},
    FRAME
    | {
        "commit": FRAME["commit"]  # type: ignore[operator]
        | {
            "record": {
                "text": "A1 #tartantm",
                "createdAt": "2012-06-20T17:03:00Z",
                "facets": [
                    {
                        "index": {"byteStart": 3, "byteEnd": 12},
                        "features": [
                            {"$type": "app.bsky.richtext.facet#tag", "tag": "tartantm"},
                            {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:a"},
                            {"$type": "app.bsky.richtext.facet#link", "uri": "https://e.example"},
                        ],
                    }
                ],
                "reply": {
                    "root": {"uri": "at://did:plc:a/app.bsky.feed.post/1"},
                    "parent": {"uri": "at://did:plc:a/app.bsky.feed.post/1"},
                },
                "embed": {
                    "record": {"uri": "at://did:plc:a/app.bsky.feed.post/1"},
                    "images": [{"alt": "x"}],
                    "external": {"uri": "https://f.example", "title": "A page"},
                },
                "labels": {"values": [{"val": "porn"}]},
                "langs": ["en"],
                "tags": ["x"],
            }
        }
    },
    {
        "thread": {
            "post": {
                "uri": "at://did:plc:a/app.bsky.feed.post/1",
                "author": {"did": "did:plc:a", "handle": "ailsa.example"},
                "record": {"text": "Q1", "embed": {"images": [{"alt": "x"}]}},
                "indexedAt": "2012-06-20T17:03:00Z",
                "embed": {"images": [{"fullsize": "https://e.example"}]},
            },
            "parent": {},
            "replies": [{}],
        }
    },
    {
        "format": "tartantm-archive",
        "version": 1,
        "agenda": {"title": "T", "questions": [{"id": "Q1", "text": "Why?"}], "timezone": "UTC"},
        "turns": [{"question": "Q1", "at": "2012-06-20T17:03:00Z", "by": "host"}],
        "summaries": {"Q1": "So"},
        "summary": "All",
    },
    {
        "post": OWN["post"]
        | {
            "url": "https://e.example",
            "author": {"handle": "a", "name": "A", "id": "1", "url": "https://e.example"},
            "links": [{"url": "https://e.example", "shown": "e", "title": "E"}],
            "media": [{"kind": "image", "url": "https://e.example", "alt": "x"}],
            "aliases": ["room:2"],
            "hashtags": ["tartantm"],
            "mentions": ["calum"],
            "reply_to": "room:3",
            "content_warning": "x",
            "venue": "The Pretend Arms",
        },
        "placement": {"question": "Q1", "by": "x", "reason": "y", "confidence": 1},
        "marks": ["idea"],
        "note": "n",
        "earlier": [{"until": "2012-06-20T17:04:30Z", "text": "Said"}],
    },
    {"edit": OWN["post"] | {"edited_at": "2012-06-20T17:05:00Z"}},
    {"deletion": {"posts": ["room:1"], "at": "2012-06-20T17:05:00Z", "why": "author"}},
]


@settings(LENIENT, max_examples=150)
@given(data=st.data())
def test_payloads_with_anything_out_of_place(tmp_path: Path, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(RICH))
    for _ in range(data.draw(st.integers(1, 4))):
        value = spoil(value, data)
    accepts(tmp_path / "file", lines(PAGE, value))


def leaves(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """The way to every text in a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from leaves(inner, *path, key)
        elif isinstance(inner, str):
            yield (*path, key)


def changed(value: Any, path: tuple[Any, ...], change: Callable[[str], str]) -> Any:
    copy = json.loads(json.dumps(value))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = change(holder[path[-1]])
    return copy


def written(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a post, with the name of the field it stands in."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from written(inner, key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from written(inner, name)
    elif isinstance(value, str):
        yield name, value


DIRT = "\x1b[2J \u202ea\n\tb\ud800"


@pytest.mark.parametrize("value", RICH)
def test_whatever_text_is_dirty_no_post_is(archive: Any, value: Any) -> None:
    for path in leaves(value):
        dirty = changed(value, path, lambda text: f"{text} {DIRT}")
        for item in archive(lines(PAGE, dirty)).heard:
            for name, text in written(msgspec.to_builtins(item)):
                assert text == clean(text, lines=name == "text"), (path, name)


@pytest.mark.parametrize("value", RICH)
@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://e.example/\u202e", "data:,x"])
def test_whatever_address_is_unsafe_no_link_is(archive: Any, value: Any, address: str) -> None:
    for path in leaves(value):
        for item in archive(lines(PAGE, changed(value, path, lambda _: address))).heard:
            for name, text in written(msgspec.to_builtins(item)):
                assert name != "url" or text.startswith("https://"), (path, text)
                assert name != "url" or "\u202e" not in text


def test_the_rich_payloads_are_whole(archive: Any) -> None:
    found = archive(lines(*RICH))
    assert not found.damaged
    assert sum(isinstance(item, Post) for item in found.heard) == 9
    assert sum(isinstance(item, Carried) for item in found.heard) == 4


@pytest.mark.parametrize("key", ["reblog", "quoted_status", "quote", "account", "content"])
def test_deep_structures_within_posts(archive: Any, key: str) -> None:
    deep: Any = STATUS
    for _ in range(450):
        deep = STATUS | {key: deep}
    assert len(archive(lines(PAGE, deep)).heard) >= 1


@given(st.text())
def test_decode_gives_back_what_json_writes(text: str) -> None:
    assert decode(json.dumps(text).encode()) == text


def test_decode_says_what_is_wrong() -> None:
    with pytest.raises(Undecodable, match="not JSON: Expecting value at character 7"):
        decode(b'{"a": }')

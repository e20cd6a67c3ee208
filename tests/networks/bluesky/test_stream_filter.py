"""The quick look never rules out what the careful look would find. All people are invented."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.events import Deleted
from tartantm.core.post import Author, Post, clean
from tartantm.networks.bluesky.byte_filter import FOLDING, VANISHING
from tartantm.networks.bluesky.stream_filter import LARGEST, StreamFilter, key_of, time_of
from tartantm.networks.heard import Named
from tartantm.networks.json_decode import decode
from tartantm.networks.json_fields import mapping
from tartantm.networks.protocol import Lost
from tests.builders import post
from tests.networks.bluesky.following import Holding

DID = "did:plc:ailsaailsaailsaailsa1234"
HELD = "at://did:plc:islaislaislaislaislaisla/app.bsky.feed.post/3kheld"
AT = 1_781_715_600_000_000

PRODUCTION = (
    Path(__file__).parents[4]
    / "shared/data/payloads/bluesky/jetstream-v1-production-2026-07-04.jsonl"
)


def sieve(*hashtags: str) -> StreamFilter:
    made = StreamFilter(hashtags or ("TartanTM",))
    made.held = Holding(post(f"bluesky:{HELD}", minute=-5, author=Author("isla", id=HELD[5:37])))
    return made


def frame(record: dict[str, Any] | None = None, **commit: Any) -> dict[str, Any]:
    given = {
        "rev": "3k",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3k1",
        "cid": "b",
    }
    told = given | ({"record": record} if record is not None else {}) | commit
    return {"did": DID, "time_us": AT, "kind": "commit", "commit": told}


def record(text: str = "Words", **more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "createdAt": "2026-06-17T17:00:00Z", "text": text} | more


def tagged(tag: str) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
    return {"index": {"byteStart": 0, "byteEnd": 3}, "features": [feature]}


def reply(parent: str, root: str = "at://did:plc:x/app.bsky.feed.post/3kx") -> dict[str, Any]:
    return {"parent": {"uri": parent, "cid": "b"}, "root": {"uri": root, "cid": "b"}}


def wire(value: Any, escaped: bool = False) -> bytes:
    return json.dumps(value, ensure_ascii=escaped, separators=(",", ":")).encode()


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("tartantm", record("so #TARTANTM it is")),
        ("tartantm", record("full width ＃tartantm")),
        ("tartantm", record("ſtrange letters fold to ASCII: #tartantm")),
        ("tartans", record("marked", facets=[tagged("tartanſ")])),
        ("tartantm", record("marked", facets=[tagged("#TartanTM ")])),
        ("tartantm", record("hidden letters", facets=[tagged("tar\u2060tantm")])),
        ("tartantm", record("beside", tags=["x", "TARTANTM"])),
        ("tartantm", record("an answer", reply=reply(HELD))),
        ("tartantm", record("far below", reply=reply("at://did:plc:y/z/1", HELD))),
        ("Zürich", record("in #ZÜRICH")),
        ("zürich", record("in #zu\u0308rich")),
        ("straße", record("on the #STRASSE")),
        ("шотландка", record("#ШОТЛАНДКА")),
        ("スコットランド", record("#スコットランド")),
    ],
)
def test_what_belongs_to_the_chat(tag: str, found: dict[str, Any], escaped: bool) -> None:
    looking, data = sieve(tag), wire(frame(found), escaped)
    assert looking.may_matter(data)
    (heard,) = looking.match_frame(data).heard
    assert isinstance(heard, Post)
    assert heard.found_by == ("reply" if "reply" in found else "")


@pytest.mark.parametrize(
    "other",
    [
        record("tartantm without its mark"),
        record("#tartantms and #tartan"),
        record("#zurich", facets=[tagged("tartan tm")]),
        record("an answer to others", reply=reply("at://did:plc:y/app.bsky.feed.post/1")),
    ],
)
def test_what_does_not_belong(other: dict[str, Any]) -> None:
    assert sieve("tartantm", "zürich").match_frame(wire(frame(other))).heard == []


def test_other_peoples_posts_are_not_decoded() -> None:
    assert not sieve().may_matter(wire(frame(record("Plain words", reply=reply("at://x/y/z")))))


def test_solidi_may_be_escaped() -> None:
    data = wire(frame(record("an answer", reply=reply(HELD)))).replace(b"/", b"\\/")
    assert sieve().may_matter(data) and sieve().match_frame(data).heard


def test_an_answer_to_what_was_given_just_now() -> None:
    looking = sieve()
    (first,) = looking.match_frame(wire(frame(record("#tartantm")))).heard
    assert isinstance(first, Post)
    answer = wire(frame(record("yes", reply=reply(first.id.removeprefix("bluesky:"))), rkey="3k2"))
    assert looking.may_matter(answer) and looking.match_frame(answer).heard


def test_deletions_and_closed_accounts() -> None:
    looking, (did, key) = sieve(), HELD.removeprefix("at://").split("/app.bsky.feed.post/")
    gone = frame(operation="delete", rkey=key, record=None) | {"did": did}
    (deleted,) = looking.match_frame(wire(gone)).heard
    assert isinstance(deleted, Deleted) and deleted.posts == (f"bluesky:{HELD}",)
    assert looking.match_frame(wire(frame(operation="delete", rkey="3kother"))).heard == []

    def account(who: str, **told: Any) -> list[Any]:
        value = {"did": who, "time_us": AT, "kind": "account", "account": told}
        assert looking.may_matter(wire(value))
        return looking.match_frame(wire(value)).heard

    (closed,) = account(did, active=False, status="deleted")
    assert (closed.posts, closed.why) == ((f"bluesky:{HELD}",), "account")
    assert account(did, active=True) == account(DID, active=False) == []


def test_a_later_wording_counts_without_the_hashtag() -> None:
    did, key = HELD.removeprefix("at://").split("/app.bsky.feed.post/")
    changed = frame(record("no tag now"), operation="update", rkey=key) | {"did": did}
    (heard,) = sieve().match_frame(wire(changed)).heard
    assert isinstance(heard, Post) and heard.edited_at and not heard.found_by
    assert sieve().match_frame(wire(frame(record("no tag now"), operation="update"))).heard == []


def test_identity_errors_and_damage() -> None:
    looking = sieve()
    renamed = wire({"did": DID, "time_us": AT, "kind": "identity", "identity": {"did": DID}})
    assert looking.may_matter(renamed) and looking.match_frame(renamed).renamed == DID
    event = {"did": DID, "time_us": AT, "kind": "identity"}
    told = wire(event | {"identity": {"did": DID, "handle": "new.example"}})
    assert looking.match_frame(told).heard == []  # a stranger's
    looking.remember(post(f"bluesky:at://{DID}/app.bsky.feed.post/1", author=Author("old", id=DID)))
    (named,) = looking.match_frame(told).heard
    assert isinstance(named, Named) and named.author.handle == "new.example"
    for bad in (b'{"did":', b"\xff", b"[]", b"x" * (LARGEST + 1)):
        assert looking.may_matter(bad) and looking.match_frame(bad).damaged == 1
    ended = wire({"$type": "error", "error": "ConsumerTooSlow"})
    assert looking.may_matter(ended)
    with pytest.raises(Lost, match="ConsumerTooSlow"):
        looking.match_frame(ended)


@pytest.mark.parametrize("form", [",:", ", : "])
def test_the_time_of_a_message(form: str) -> None:
    inner = {"time_us": 5, "text": '{"did":"x","time_us":7}'}
    separators = (form[: len(form) // 2], form[len(form) // 2 :])
    value = {"did": DID, "time_us": AT, "commit": inner}
    assert time_of(json.dumps(value, separators=separators).encode()) == AT
    turned = {"commit": inner, "time_us": AT, "did": DID}
    assert time_of(json.dumps(turned, separators=separators).encode()) == AT
    assert time_of(b'{"did":"x","time_us":5}') is time_of(b"{") is time_of(b"[]") is None


ODD = st.sampled_from('#＃ſKİß\u0301\u200b\u2060\ufeff\u3099ẞﬁẗẚか/\\"\U000e0074 é🙂')
TEXT = st.text(ODD | st.sampled_from("tarnmTARNMklis"), max_size=30) | st.text(max_size=10)
RECORDS = st.fixed_dictionaries(
    {"createdAt": st.just("2026-06-17T17:00:00Z"), "text": TEXT},
    optional={
        "tags": st.lists(TEXT, max_size=2),
        "facets": st.lists(TEXT.map(tagged), max_size=2),
        "reply": st.sampled_from([HELD, f" {HELD}\n", HELD.upper(), "at://x"]).map(reply),
    },
)


@given(RECORDS, st.booleans(), st.data())
def test_the_quick_look_passes_all_that_the_careful_one_finds(
    made: dict[str, Any], escaped: bool, data: st.DataObject
) -> None:
    # Any word of the post may be the chat's hashtag, in another case.
    written = re.findall(r"\w+", made["text"]) + made.get("tags", [])
    words = [key_of(word) for word in written if key_of(word)] or ["tartantm"]
    tag = data.draw(st.sampled_from(words)).swapcase()
    try:
        sent = wire(frame(made), escaped)
    except UnicodeEncodeError:
        sent = wire(frame(made), True)
    looking = sieve(tag)
    if looking.match_frame(sent).heard:
        assert sieve(tag).may_matter(sent)


def test_every_letter_that_folds_to_ascii_or_vanishes_is_known() -> None:
    every = map(chr, range(0x80, 0x110000))
    letters = [each for each in every if category(each) not in ("Cn", "Co", "Cs")]
    alone = re.findall(r"\((.*?)\)", clean("".join(f"({each})" for each in letters), lines=False))
    held = dict(zip(letters, alone, strict=True))
    vanishing = {each for each, left in held.items() if not left}
    assert vanishing == {*VANISHING, *map(chr, range(0xE0000, 0xE0080))} & {*letters}
    folded = {each: re.sub("[^a-z0-9_]", "", left.casefold()) for each, left in held.items()}
    assert {each: ascii_ for each, ascii_ in folded.items() if ascii_} == FOLDING


def test_other_peoples_letters_are_not_decoded_either() -> None:
    others = ["“Mìle” – straße 🏴‍☠️ é", "日本語の投稿です", "Пост", "Größe’s"]
    for words in others:
        data = wire(frame(record(words, reply=reply("at://x/y/z"))))
        assert not sieve("tartantm", "gàidhlig").may_matter(data)


@pytest.mark.skipif(not PRODUCTION.is_file(), reason="the recordings are not at hand")
def test_recorded_frames() -> None:
    """For every hashtag in the recording, the quick look passes all that the careful one finds."""
    frames = PRODUCTION.read_bytes().splitlines()
    tags = {
        tag.casefold()
        for each in frames
        for tag in re.findall(r"#(\w+)", str(mapping(decode(each), "commit", "record")))
        if not tag.isdigit()
    }
    assert len(tags) > 5
    for tag in tags:
        looking = StreamFilter([tag])
        found = [each for each in frames if looking.match_frame(each).heard]
        assert all(StreamFilter([tag]).may_matter(each) for each in found)
    assert all(time_of(each) == mapping(decode(each))["time_us"] for each in frames)


def test_the_deletion_of_what_came_along_is_heard_and_a_reply_to_it_is_none_of_the_chat() -> None:
    class Beside(Holding):
        """Shows a post that only came along."""

        def holds(self, post_id: str) -> bool:
            return False

    made = StreamFilter(("TartanTM",))
    uri = f"at://{DID}/app.bsky.feed.post/3kbeside"
    other = Post(f"bluesky:{uri}", Author("isla", id=DID), datetime(2012, 6, 20, tzinfo=UTC), "x")
    made.held = Beside(other)
    (gone,) = made._deleted([other.id], None, "author")
    assert isinstance(gone, Deleted)
    assert gone.posts == (other.id,)
    assert not made._refers(other.id)

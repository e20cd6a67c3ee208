"""Our own archive: written, read and restored, a chat is the same. All posts are invented."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.archives.own_format import wordings
from tartantm.archives.read import Archive, read
from tartantm.archives.restore import restore
from tartantm.archives.write import write
from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Question
from tartantm.core.chat import Chat
from tartantm.core.entry import Wording
from tartantm.core.events import Event, Mark, Placement
from tartantm.core.post import Link, Media, Post, clean
from tartantm.networks.heard import Carried
from tests.builders import AGENDA, START, at, captured, chat_of, placed, post, recorded

MARKS = get_args(Mark)


def archive_of(folder: Path, *lines: Any) -> Archive:
    path = folder / "archive.jsonl"
    written = (line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    path.write_text("".join(written), encoding="ascii", newline="")
    return read(path)


def again(folder: Path, chat: Chat, *, include_hidden: bool = True) -> Chat:
    """The chat that comes of a chat's archive."""
    archive = archive_of(folder, *write(chat, include_hidden=include_hidden))
    assert not archive.damaged
    assert archive.agenda is not None
    return chat_of(*restore(archive), agenda=archive.agenda)


def evening() -> Chat:
    """A chat to which everything happened that an archive can hold."""
    full = post(
        "full",
        "A1 Less policy \u2028 more #tartantm",
        2,
        url="https://x.com/ailsa/status/1",
        received_at=at(2.1),
        aliases=("x:full2",),
        reply_to="x:2",
        reply_to_handle="calum",
        quote_of="x:3",
        thread="x:2",
        hashtags=("tartantm",),
        mentions=("calum",),
        links=(Link("https://council.example/", "council.example", "One page"),),
        media=(Media("image", "https://pbs.example/1", "A chart"), Media("other")),
        languages=("en", "gd"),
        content_warning="Strategy",
        sensitive=True,
        visibility="unlisted",
        version="full",
        found_by="reply",
    )
    return chat_of(
        ev.Opened("Q1", at(0), "plan"),
        *captured(full, post("2", "B", 1), post("3", "C", 3), question="Q1"),
        *captured(post("hid", "D", 4), post("gone", "E", 5), question="Q2"),
        *captured(post("shut", "F", 6, visibility="restricted"), question=None),
        *captured(post("general", "Welcome", 0), question=None, inbox=True),
        ev.Opened("Q2", at(10), "host", "x:2"),
        ev.Closed("Q2", at(20)),
        ev.Remarked(post("room:1", "Said aloud", 7, venue="The Pretend Arms"), "Q2a"),
        ev.Remarked(post("room:2", "Taken back", 8), "Q2a"),
        ev.Undone(13),
        ev.Starred(("x:full", "x:3")),
        ev.Marked(("x:3",), "resource"),
        ev.Marked(("x:full", "x:3"), "idea"),
        ev.Noted("x:3", "Ask again\n\nnext time"),
        ev.Hidden(("x:hid",)),
        ev.Placed({"x:2": "Q3"}),
        ev.Summarised("Q1", "Less of it"),
        ev.Summarised(None, "A good evening"),
        ev.Deleted(("x:gone",), at(9)),
        ev.Edited(replace(full, text="A1 No policy", edited_at=at(3), version="full2")),
    )


def test_header() -> None:
    header = json.loads(next(write(evening())))
    assert (header["format"], header["version"]) == ("tartantm-archive", 1)
    assert header["agenda"]["title"] == "Talk about talk"
    assert header["turns"] == [
        {"question": "Q1", "at": "2026-06-17T17:00:00Z", "by": "plan"},
        {"question": "Q2", "at": "2026-06-17T17:10:00Z", "by": "host", "post": "x:2"},
        {"question": None, "at": "2026-06-17T17:20:00Z"},
    ]
    assert header["summaries"] == {"Q1": "Less of it"}
    assert header["summary"] == "A good evening"


def test_records_by_time_without_what_nobody_may_see() -> None:
    records = [json.loads(line) for line in write(evening())][1:]
    assert [record["post"]["id"] for record in records] == [
        *("x:general", "x:2", "x:full", "x:3", "room:1"),
    ]
    with_hidden = [json.loads(line) for line in write(evening(), include_hidden=True)][1:]
    assert [record["post"]["id"] for record in with_hidden if record.get("hidden")] == ["x:hid"]
    _, two, full, three, remark = records
    assert full["earlier"] == [
        {"until": "2026-06-17T17:03:00Z", "text": "A1 Less policy \u2028 more #tartantm"}
    ]
    assert full["starred"] is True and full["marks"] == ["idea"]
    assert three["marks"] == ["resource", "idea"]
    assert three["note"] == "Ask again\n\nnext time"
    assert two["placement"]["by"] == "moderator"
    assert set(two) == {"number", "post", "placement"}
    numbers = [evening().entries[record["post"]["id"]].number for record in records]
    assert [record["number"] for record in records] == numbers
    assert remark["post"]["venue"] == "The Pretend Arms"


def test_ascii_whatever_is_said() -> None:
    chat = chat_of(*captured(post("1", "né \u2028 🙂 \ud83d", 1)))
    for line in write(chat):
        assert line.isascii() and line.count("\n") == 1 and line.endswith("\n")


def cleaned(chat: Chat) -> Chat:
    """The chat with texts as sources give them."""
    for entry in chat.entries.values():
        entry.post = replace(entry.post, text=clean(entry.post.text))
        entry.earlier = tuple(Wording(w.until, clean(w.text)) for w in entry.earlier)
    return chat


def unnumbered(lines: Iterable[str]) -> list[str]:
    """Lines without the numbers of posts: a session that is restored numbers its own anew."""
    return [re.sub('^{"number":[0-9]+,', "{", line) for line in lines]


@pytest.mark.parametrize("include_hidden", [True, False])
def test_written_read_and_restored_it_is_the_same(tmp_path: Path, include_hidden: bool) -> None:
    chat = cleaned(evening())
    written = [*write(chat, include_hidden=include_hidden)]
    restored = again(tmp_path, chat, include_hidden=include_hidden)
    assert unnumbered(write(restored, include_hidden=include_hidden)) == unnumbered(written)
    for entry in restored.entries.values():
        before = chat.entries[entry.id]
        for name in ("post", "placement", "starred", "marks", "note", "hidden", "earlier"):
            assert getattr(entry, name) == getattr(before, name), name
    assert [(turn.at, turn.question) for turn in restored.periods.active] == [
        (turn.at, turn.question) for turn in chat.periods.active
    ]


texts = st.text(max_size=12).map(clean)
times = st.integers(0, 40).map(at)
questions = st.sampled_from([None, *(question.id for question in AGENDA.questions)])
names = st.sampled_from([f"x:{n}" for n in range(6)])


@st.composite
def posts(draw: st.DrawFn) -> Post:
    name = draw(names)
    return post(
        name,
        draw(texts),
        draw(st.integers(0, 40)),
        received_at=draw(st.none() | times),
        edited_at=draw(st.none() | times),
        version=draw(st.sampled_from([None, "1", "2"])),
        aliases=draw(st.sampled_from([(), (f"{name}-later",)])),
        repost_of=draw(st.none() | names),
        visibility=draw(st.sampled_from(["public", "public", "unlisted", "restricted"])),
    )


placements = st.builds(
    Placement,
    questions,
    st.sampled_from(["label", "time", "moderator"]),
    texts.map(lambda text: clean(text, lines=False)),
    st.floats(0, 1),
    st.booleans(),
)
some = st.lists(names, max_size=4).map(tuple)
happenings: st.SearchStrategy[Event] = st.one_of(
    st.builds(ev.Captured, posts(), placements),
    st.builds(ev.Captured, posts(), placements),
    st.builds(ev.Edited, posts()),
    st.builds(ev.Deleted, some, times),
    st.builds(ev.Opened, questions.filter(bool), times, st.sampled_from(["moderator", "plan"])),
    st.builds(ev.Opened, questions.filter(bool), times, st.just("host"), names),
    st.builds(ev.Closed, questions.filter(bool), times),
    st.builds(ev.Placed, st.dictionaries(names, questions, min_size=1)),
    st.builds(ev.Starred, some, st.booleans()),
    st.builds(ev.Hidden, some, st.booleans()),
    st.builds(ev.Marked, some, st.sampled_from(MARKS), st.booleans()),
    st.builds(ev.Noted, names, st.none() | st.text(max_size=9)),
    st.builds(ev.Summarised, questions, st.none() | st.text(max_size=9)),
    st.builds(ev.Undone, st.integers(1, 30)),
    st.builds(ev.Redone, st.integers(1, 30)),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(happenings, max_size=25), st.booleans())
def test_any_chat_comes_back(
    tmp_path_factory: pytest.TempPathFactory, happened: list[Event], include_hidden: bool
) -> None:
    # Journal times differ, so that edits which tell no time get one.
    everything = [ev.Begun(AGENDA), *happened]
    chat = Chat(
        replace(item, at=START + timedelta(minutes=item.seq)) for item in recorded(everything)
    )
    written = [*write(chat, include_hidden=include_hidden)]
    restored = again(tmp_path_factory.mktemp("a"), chat, include_hidden=include_hidden)
    assert unnumbered(write(restored, include_hidden=include_hidden)) == unnumbered(written)


def test_edits_without_a_time_and_out_of_order_come_back(tmp_path: Path) -> None:
    chat = chat_of(
        *captured(post("1", "one", 1)),
        ev.Edited(post("1", "two", 1, edited_at=at(30))),
        ev.Edited(post("1", "three", 1)),
        ev.Edited(post("1", "four", 1, edited_at=at(5))),
        ev.Edited(post("1", "four", 1, edited_at=at(6), version="v")),
    )
    assert [wording.text for wording in chat.entries["x:1"].earlier] == ["one", "two", "three"]
    restored = again(tmp_path, chat).entries["x:1"]
    assert restored.earlier == chat.entries["x:1"].earlier
    assert restored.post == chat.entries["x:1"].post


def test_heard_tells_first_wordings_edits_and_deletions_as_they_came(tmp_path: Path) -> None:
    chat = cleaned(evening())
    archive = archive_of(
        tmp_path,
        *write(chat),
        {"deletion": {"posts": ["x:3"], "at": "2026-06-17T17:02:30Z", "why": "author"}},
    )
    told = [
        (item.id, item.text[:6], item.edited_at) if isinstance(item, Post) else item.posts
        for item in archive.heard
        if isinstance(item, Post | ev.Deleted)
    ]
    assert told == [
        ("x:general", "Welcom", None),
        ("x:2", "B", None),
        ("x:full", "A1 Les", None),
        ("x:3",),
        ("x:full", "A1 No ", at(3)),
        ("x:3", "C", None),
        ("room:1", "Said a", None),
    ]


def test_each_wording_has_a_version_of_its_own(tmp_path: Path) -> None:
    chat = chat_of(
        *captured(post("1", "one", 1)),
        *(ev.Edited(post("1", f"then {n}", 1, edited_at=at(n))) for n in (2, 3, 4)),
    )
    kept = archive_of(tmp_path, *write(chat)).kept["x:1"]
    heard = [*wordings(kept)]
    assert [each.text for each in heard] == ["one", "then 2", "then 3", "then 4"]
    assert [each.edited_at for each in heard] == [None, at(2), at(3), at(4)]
    assert len({each.version for each in heard}) == 4
    told = [*write(chat)]
    for edited_at, shown in (("2026-06-17T17:09:00Z", at(9)), (None, at(4))):
        record = json.loads(told[1])
        record["post"]["edited_at"] = edited_at
        last = [*wordings(archive_of(tmp_path, record).kept["x:1"])][-1]
        assert (last.text, last.edited_at) == ("then 4", shown)


def test_restoring_edits_makes_no_more_events_than_there_were(tmp_path: Path) -> None:
    happened: list[Event] = [
        *captured(post("1", "one", 1), post("2", "two", 1, edited_at=at(2))),
        ev.Edited(post("1", "then", 1, edited_at=at(3))),
    ]
    events = restore(archive_of(tmp_path, *write(chat_of(*happened))))
    assert [type(event).__name__ for event in events] == ["Captured", "Edited", "Captured"]


RECORD = {
    "post": {
        "id": "x:1",
        "author": {"handle": "ailsa", "url": "javascript:x", "name": "Ail\x1bsa"},
        "created_at": "2012-06-20T18:01:00+01:00",
        "text": "One\u202e\x1b[2J",
        "links": [{"url": "https://e.example"}, {"url": "data:x"}],
        "hashtags": ["#tartantm"],
    }
}
HEADER = {"format": "tartantm-archive", "version": 1}


def test_a_record_needs_only_its_post(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, HEADER, RECORD)
    assert archive.format == "tartantm" and not archive.damaged
    assert archive.agenda is None and not archive.turns
    assert [type(event) for event in restore(archive)] == [ev.Captured]
    (event,) = restore(archive)
    assert isinstance(event, ev.Captured)
    assert event.placement.question is None and event.placement.inbox


def test_notes_and_summaries_are_cleaned(tmp_path: Path) -> None:
    header = HEADER | {"summary": "All\x1b", "summaries": {"Q1": "So\x1b", "Q2": " ", "Q3": 5}}
    noted = RECORD | {
        "note": "N\x1b",
        "earlier": [{"until": "2012-06-20T17:02:00Z", "text": "\x1b"}],
    }
    archive = archive_of(tmp_path, header, noted)
    assert (archive.summary, archive.summaries) == ("All␛", {"Q1": "So␛"})
    assert archive.kept["x:1"].note == "N␛"
    assert archive.kept["x:1"].earlier[0].text == "␛"
    assert archive_of(tmp_path, RECORD | {"note": " \n"}).kept["x:1"].note is None


def test_what_anybody_may_have_written_is_cleaned(tmp_path: Path) -> None:
    found = archive_of(tmp_path, HEADER, RECORD).kept["x:1"].post
    assert found.text == "One␛[2J"
    assert found.author.name == "Ail␛sa" and found.author.url is None
    assert [link.url for link in found.links] == ["https://e.example"]
    assert found.hashtags == ("tartantm",)
    assert found.created_at == datetime(2012, 6, 20, 17, 1, tzinfo=UTC)
    assert found.created_at.tzinfo is UTC


def test_edit_lines(tmp_path: Path) -> None:
    said = RECORD["post"]
    edit = said | {"text": "Two", "edited_at": "2012-06-20T17:05:00Z", "version": "2"}
    old = edit | {"text": "Long ago", "edited_at": "2012-06-20T17:04:00Z"}
    archive = archive_of(tmp_path, HEADER, RECORD, {"edit": edit}, {"edit": old})
    assert [item.text for item in archive.heard if isinstance(item, Post)] == [
        *("One␛[2J", "Long ago", "Two"),
    ]
    chat = chat_of(*restore(archive))
    assert chat.entries["x:1"].post.text == "Two"
    assert [wording.text for wording in chat.entries["x:1"].earlier] == ["One␛[2J", "Long ago"]
    timeless = archive_of(tmp_path, HEADER, RECORD, {"edit": said})
    assert timeless.damaged[0].reason == "an edit does not say when it was made"


def test_deletions_are_restored_too(tmp_path: Path) -> None:
    deletion = {"deletion": {"posts": ["x:1"], "at": "2012-06-20T17:09:00Z", "why": "account"}}
    chat = chat_of(*restore(archive_of(tmp_path, HEADER, RECORD, deletion)))
    assert chat.entries["x:1"].deleted_why == "account"
    assert [*write(chat)][1:] == []


def test_a_post_recorded_twice_is_heard_twice_and_held_once(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, HEADER, RECORD | {"starred": True}, RECORD)
    assert len(archive.heard) == 2 and len(archive.kept) == 1
    assert archive.kept["x:1"].starred


def test_restricted_posts_are_not_restored(tmp_path: Path) -> None:
    shut = {"post": RECORD["post"] | {"visibility": "restricted"}, "starred": True, "note": "!"}
    assert restore(archive_of(tmp_path, HEADER, shut)) == []


def test_restoring_under_another_agenda(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, *write(evening()))
    other = Agenda("Other", questions=(Question("Q1", "Why?"),))
    chat = chat_of(*restore(archive, other), agenda=other)
    assert chat.entries["x:full"].placement.question == "Q1"
    placement = chat.entries["x:2"].placement
    assert (placement.question, placement.inbox) == (None, True)
    assert placement.reason == "The agenda has no Q3, where the archive places it"
    assert {turn.question for turn in chat.periods.active} == {"Q1", None}


@pytest.mark.parametrize(
    "line, reason",
    [
        (HEADER | {"version": 2}, "an archive of version 2, made by another tartantm"),
        (HEADER | {"agenda": {"title": "T", "timezone": "../../etc"}}, "'../../etc' is no time"),
        (HEADER | {"agenda": {"title": "T", "labels": 5}}, "the agenda is invalid"),
        (HEADER | {"agenda": {"questions": []}}, "the agenda is invalid"),
        (
            HEADER | {"agenda": {"title": "T", "questions": [{"id": "Q1x", "text": ""}] * 2}},
            "'Q1x' cannot be",
        ),
        (
            HEADER
            | {"agenda": {"title": "T", "questions": [{"id": "Q1a", "text": "", "parent": "Q1"}]}},
            "Q1a follows a question that is not there",
        ),
        (HEADER | {"turns": [{"question": "Q1"}]}, "the turn is invalid"),
        (HEADER | {"turns": [7]}, "the turn is invalid"),
        ({"post": {"id": "myspace:1", "author": {}}}, "the post is invalid"),
        ({"post": RECORD["post"] | {"id": "myspace:1"}}, "'myspace:1' is no id of a post"),
        ({"post": RECORD["post"] | {"id": "x:"}}, "'x:' is no id of a post"),
        ({"post": RECORD["post"] | {"created_at": "0001-01-01T00:00:00Z"}}, "0001-01-01T00:00:00"),
        (RECORD | {"marks": ["brilliant"]}, "the post is invalid"),
        (RECORD | {"starred": "yes"}, "the post is invalid"),
        ({"edit": {"id": "x:1", "author": 5}}, "the edit is invalid"),
        ({"deletion": {"posts": ["x:1"]}}, "the deletion is invalid"),
        ({"deletion": {"posts": ["1"], "at": "2012-06-20T17:09:00Z"}}, "'1' is no id of a post"),
    ],
)
def test_lines_not_as_they_should_be(tmp_path: Path, line: Any, reason: str) -> None:
    fine = {"post": RECORD["post"] | {"id": "x:9"}}
    archive = archive_of(tmp_path, fine, line, fine)
    (damage,) = archive.damaged
    assert damage.line == 2
    assert damage.reason.startswith(reason)
    assert [*archive.kept] == ["x:9"]


def test_a_second_header_changes_nothing(tmp_path: Path) -> None:
    other = HEADER | {"agenda": {"title": "Other"}}
    archive = archive_of(tmp_path, *write(evening()), other)
    assert archive.agenda is not None and archive.agenda.title == "Talk about talk"
    assert [damage.reason for damage in archive.damaged] == ["a second header; the first one holds"]


def test_confidence_is_kept_between_none_and_sure(tmp_path: Path) -> None:
    placement = {"question": "Q1", "by": "label", "reason": "A1\n", "confidence": 7}
    record = RECORD | {"placement": placement}
    assert archive_of(tmp_path, record).kept["x:1"].placement == Placement("Q1", "label", "A1", 1.0)
    nan = json.dumps(record).replace("7}", "NaN}") + "\n"
    kept = archive_of(tmp_path, nan).kept["x:1"]
    assert kept.placement is not None and kept.placement.confidence == 0.0


def test_an_agenda_that_no_agenda_file_would_give(tmp_path: Path) -> None:
    question = {"id": "Q1", "text": "Why\x1b?", "minutes": -3, "opens_at": "2012-06-20T18:00:00"}
    told = {"title": "T\n", "labels": [".*", "Q1"], "questions": [question], "hashtags": ["#a"]}
    agenda = archive_of(tmp_path, HEADER | {"agenda": told}).agenda
    assert agenda is not None
    assert (agenda.title, agenda.labels, agenda.hashtags) == ("T", ("Q", "A"), ("a",))
    assert (agenda.questions[0].text, agenda.questions[0].minutes) == ("Why␛?", None)
    assert agenda.questions[0].opens_at == datetime(2012, 6, 20, 18, tzinfo=UTC)


def test_agenda_times_keep_their_offset(tmp_path: Path) -> None:
    starts = datetime.fromisoformat("2012-06-20T18:00:00+01:00")
    question = Question("Q1", "Why?", minutes=7.5, opens_at=starts, asked_by=("x:1",))
    agenda = Agenda("T", ("tartantm",), starts, labels=("F", "R"), questions=(question,))
    chat = chat_of(ev.Opened("Q1", starts, "plan"), agenda=agenda)
    archive = archive_of(tmp_path, *write(chat))
    assert archive.agenda == agenda
    assert archive.agenda is not None and archive.agenda.tz.utcoffset(None) == timedelta(hours=1)
    assert archive.turns == [ev.Opened("Q1", starts.astimezone(UTC), "plan")]
    assert placed().question == "Q1"


def test_what_versions_before_0_2_kept_of_a_repeat_by_hand_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    record = {
        "post": {
            "id": "x:1",
            "author": {"handle": "cat", "id": "13"},
            "created_at": "2012-06-20T17:04:00Z",
            "text": "RT @bram: A1: the answer",
        }
    }
    path.write_text(json.dumps(record) + "\n", "utf-8")
    brought, repost = read(path).heard
    assert isinstance(brought, Carried) and brought.post.author.handle == "bram"
    assert isinstance(repost, Post) and repost.repost_of == brought.post.id

"""Every field of a chat as its readers get it: what is withheld is gone, and nothing else is."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.chat import Chat
from tartantm.core.erased import account_names
from tartantm.core.events import (
    Begun,
    Deleted,
    Edited,
    Erased,
    Filled,
    Hidden,
    Noted,
    Placed,
    Redacted,
    SourceChanged,
    Starred,
    Summarised,
)
from tartantm.core.gone import gone_names
from tartantm.core.identity import fingerprint
from tartantm.core.post import Author, Link, Media, Post
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.visibility import PublicView
from tests import builders
from tests.builders import captured, chat_of, post
from tests.transcript.evening import PEOPLE, START, Evening
from tests.transcript.reading import export_text, made

DELE = PEOPLE["dele"]
ISLA = Author("isla", "Isla", "https://isla.example/")
ROSE = Author("rose.example", "Rose Thorn", id="did:plc:rose", url="https://rose.example")

AGENDA = Agenda(
    "Rose Thorn’s evening",
    hashtags=("tartantm",),
    timezone="Europe/London",
    people=(
        Person("Ailsa Example", ("ailsa@x",), "host", "Example Council"),
        Person("Rose Thorn", ("rose.example@bluesky", "rt@x"), "guest", "Rose Thorn Ltd"),
    ),
    venues=(Venue("The Rose Thorn"), Venue("Dundee")),
    questions=(Question("Q1", "Why?"), Question("Q2", "Who is Rose Thorn, over a beer?")),
)

ROSES = "bluesky:at://did:plc:rose/app.bsky.feed.post/3krose"
ADDRESS = "https://bsky.app/profile/rose.example/post/3krose"
"""Rose’s post and where her network shows it."""

DELES = "x:213000000000015838"


def evening() -> Evening:
    """Rose says something, and Dele answers her with everything that a post can have."""
    e = Evening(AGENDA)
    e.post(1, ROSE, "I am Rose Thorn", "Q1", id=ROSES, url=ADDRESS)
    e.post(
        *(2, DELE, "First by Rose Thorn, over a beer", "Q1"),
        id=DELES,
        by="reply",
        reason="replies to Rose Thorn in Q1",
        url="https://x.com/dele/status/213000000000015838",
        aliases=("x:77",),
        reply_to=ROSES,
        reply_to_handle="rose.example",
        quote_of="x:999",
        thread=ROSES,
        hashtags=("tartantm", "beer"),
        mentions=("rose.example", "ailsa"),
        links=(
            Link("https://bsky.app/profile/did:plc:rose", "bsky.app/prof…"),
            Link("https://gov.example/page", "gov.example/p…", "A page by Dele Placeholder"),
        ),
        media=(
            Media("image", "https://cdn.example/1.png", "Dele Placeholder with Rose Thorn"),
            Media("video", "https://cdn.example/2.mp4"),
        ),
        content_warning="Rose Thorn and beer",
        languages=("en",),
        sensitive=True,
        version="v1",
    )
    words = "Rose Thorn, beer, gov.example/p…, bsky.app/prof…"
    old = e.chat.entries[DELES].post
    edit = replace(
        old,
        text=f"{words} and https://x.com/ailsa",
        version="v2",
        edited_at=START + timedelta(minutes=3),
    )
    e.happen(Edited(edit), 3)
    e.open(4, "Q1", ROSES)
    e.open(5, "Q2", DELES)
    promoted = Question("Q3", "Why, Rose Thorn?", asked_by=(DELES, "x:404", ROSES))
    e.chat.agenda = replace(AGENDA, questions=(*AGENDA.questions, promoted))
    e.happen(Noted(DELES, "Ask Rose Thorn for a beer"), 6)
    e.happen(Summarised(None, "A night of Rose Thorn"), 6)
    e.happen(Summarised("Q1", "Rose Thorn had it"), 6)
    e.happen(Starred((DELES,)), 7)
    e.mark("idea", DELES)
    return e


def archive(e: Evening, **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The archive’s header and its records, by the time of their posts."""
    header, *records = map(json.loads, export_text(e.chat, "archive", **options).splitlines())
    return header, records


UNCHANGED = {
    "created_at": "2012-06-20T17:02:00Z",
    "languages": ["en"],
    "sensitive": True,
    "edited_at": "2012-06-20T17:03:00Z",
}
"""What no rule withholds of Dele’s post."""

LEAK = {"url": "https://bsky.app/profile/did:plc:rose", "shown": "bsky.app/prof…"}
"""A link that leads to Rose, and one that leads to nobody."""
PAGE = {
    "url": "https://gov.example/page",
    "shown": "gov.example/p…",
    "title": "A page by Dele Placeholder",
}


def rest(record: dict[str, Any]) -> dict[str, Any]:
    """A record without its post."""
    return {key: value for key, value in record.items() if key != "post"}


def test_a_withheld_author_is_gone_from_every_field_and_everything_else_stays() -> None:
    e = evening()
    e.happen(Redacted("author", "bluesky:rose.example"), 9)
    header, (roses, deles) = archive(e)
    rose, dele = roses["post"]["id"], deles["post"]["id"]
    assert re.fullmatch("bluesky:[0-9a-f]{12}", rose) and re.fullmatch("x:[0-9a-f]{12}", dele)
    author = roses["post"].pop("author")
    assert re.fullmatch("bluesky:[0-9a-f]{12}", author.pop("id"))
    assert author == {"handle": "", "name": "[name withheld]"}
    assert roses["post"] == {
        "id": rose,
        "created_at": "2012-06-20T17:01:00Z",
        "text": "I am [name withheld]",
    }
    assert deles["post"] == UNCHANGED | {
        "id": dele,
        "author": {"handle": "dele", "name": "Dele Placeholder", "id": "16"},
        "text": "[name withheld], beer, gov.example/p…, [link withheld] and https://x.com/ailsa",
        "reply_to": rose,
        "quote_of": "x:999",
        "thread": rose,
        "hashtags": ["tartantm", "beer"],
        "mentions": ["ailsa"],
        "links": [PAGE],
        "media": [
            {"kind": "image", "alt": "Dele Placeholder with [name withheld]"},
            {"kind": "video"},
        ],
        "content_warning": "[name withheld] and beer",
    }
    assert rest(deles) == {
        "number": 3,
        "placement": {
            "question": "Q1",
            "by": "reply",
            "reason": "replies to [name withheld] in Q1",
            "confidence": 0.8,
        },
        "starred": True,
        "marks": ["idea"],
        "note": "Ask [name withheld] for a beer",
        "earlier": [
            {"until": "2012-06-20T17:03:00Z", "text": "First by [name withheld], over a beer"}
        ],
    }
    agenda = header["agenda"]
    assert agenda["title"] == "[name withheld]’s evening"
    assert agenda["hashtags"] == ["tartantm"] and agenda["timezone"] == "Europe/London"
    assert agenda["people"] == [
        {
            "name": "Ailsa Example",
            "handles": ["ailsa@x"],
            "role": "host",
            "organisation": "Example Council",
        },
        {
            "name": "[name withheld]",
            "role": "guest",
            "organisation": "[name withheld] Ltd",
        },
    ]
    assert agenda["venues"] == [{"name": "The [name withheld]"}, {"name": "Dundee"}]
    assert agenda["questions"] == [
        {"id": "Q1", "text": "Why?"},
        {"id": "Q2", "text": "Who is [name withheld], over a beer?"},
        {"id": "Q3", "text": "Why, [name withheld]?", "asked_by": [dele, "x:404", rose]},
    ]
    assert [(turn["question"], turn["post"]) for turn in header["turns"]] == [
        ("Q1", rose),
        ("Q2", dele),
    ]
    assert header["summary"] == "A night of [name withheld]"
    assert header["summaries"] == {"Q1": "[name withheld] had it"}


def test_a_redacted_phrase_is_gone_from_every_field_and_everything_else_stays() -> None:
    e = evening()
    e.happen(Redacted("phrase", "beer"), 9)
    header, (roses, deles) = archive(e)
    assert roses["post"] == {
        "id": ROSES,
        "author": {
            "handle": "rose.example",
            "name": "Rose Thorn",
            "id": "did:plc:rose",
            "url": "https://rose.example",
        },
        "created_at": "2012-06-20T17:01:00Z",
        "text": "I am Rose Thorn",
        "url": ADDRESS,
    }
    words = "Rose Thorn, [redacted], gov.example/p…, bsky.app/prof…"
    assert deles["post"] == UNCHANGED | {
        "id": deles["post"]["id"],
        "author": {"handle": "dele", "name": "Dele Placeholder", "id": "16"},
        "text": f"{words} and https://x.com/ailsa",
        "reply_to": ROSES,
        "reply_to_handle": "rose.example",
        "quote_of": "x:999",
        "thread": ROSES,
        "hashtags": ["tartantm"],
        "mentions": ["rose.example", "ailsa"],
        "links": [LEAK, PAGE],
        "media": [{"kind": "image", "alt": "Dele Placeholder with Rose Thorn"}, {"kind": "video"}],
        "content_warning": "Rose Thorn and [redacted]",
    }
    assert deles["note"] == "Ask Rose Thorn for a [redacted]"
    assert [each["text"] for each in deles["earlier"]] == ["First by Rose Thorn, over a [redacted]"]
    assert header["agenda"]["questions"][1]["text"] == "Who is Rose Thorn, over a [redacted]?"
    assert header["agenda"]["people"][1]["handles"] == ["rose.example@bluesky", "rt@x"]


def test_a_redacted_post_keeps_neither_words_nor_wordings_nor_pictures() -> None:
    e = evening()
    e.happen(Redacted("post", DELES), 9)
    _, (_, deles) = archive(e)
    post = deles["post"]
    assert (post["text"], post["reply_to"], post["quote_of"]) == ("[redacted]", ROSES, "x:999")
    # A content warning and hashtags are the author's words, too.
    gone = {"links", "media", "content_warning", "hashtags", "url", "aliases", "version"}
    assert post.keys().isdisjoint(gone)
    assert post["mentions"] == ["rose.example", "ailsa"]
    assert rest(deles).keys() == {"number", "placement", "starred", "marks", "note"}


def test_participants_go_by_numbers_in_every_field_and_the_agenda_s_people_do_not() -> None:
    header, (roses, deles) = archive(evening(), pseudonyms="participants")
    rose, dele = roses["post"]["id"], deles["post"]["id"]
    assert roses["post"] == {
        "id": rose,
        "author": {
            "handle": "rose.example",
            "name": "Rose Thorn",
            "id": "did:plc:rose",
            "url": "https://rose.example",
        },
        "created_at": "2012-06-20T17:01:00Z",
        "text": "I am Rose Thorn",
    }
    words = "Rose Thorn, beer, gov.example/p…, bsky.app/prof…"
    assert deles["post"] == UNCHANGED | {
        "id": dele,
        "author": {"handle": "", "name": "Participant 1", "id": "participant-1"},
        "text": f"{words} and https://x.com/ailsa",
        "reply_to": rose,
        "quote_of": deles["post"]["quote_of"],
        "thread": rose,
        "hashtags": ["tartantm", "beer"],
        "links": [
            LEAK,
            PAGE | {"title": "A page by Participant 1"},
        ],
        "media": [{"kind": "image", "alt": "Participant 1 with Rose Thorn"}, {"kind": "video"}],
        "content_warning": "Rose Thorn and beer",
    }
    assert re.fullmatch("x:[0-9a-f]{12}", deles["post"]["quote_of"])
    assert deles["placement"]["reason"] == "replies to Rose Thorn in Q1"
    assert [one["name"] for one in header["agenda"]["people"]] == ["Ailsa Example", "Rose Thorn"]


def test_everybody_goes_by_a_number_in_every_field() -> None:
    header, (roses, deles) = archive(evening(), pseudonyms="all")
    rose, dele = roses["post"]["id"], deles["post"]["id"]
    assert roses["post"] == {
        "id": rose,
        "author": {"handle": "", "name": "Participant 1", "id": "participant-1"},
        "created_at": "2012-06-20T17:01:00Z",
        "text": "I am Participant 1",
    }
    assert deles["post"] == UNCHANGED | {
        "id": dele,
        "author": {"handle": "", "name": "Participant 2", "id": "participant-2"},
        "text": "Participant 1, beer, gov.example/p…, [link withheld] and [link withheld]",
        "reply_to": rose,
        "quote_of": deles["post"]["quote_of"],
        "thread": rose,
        "hashtags": ["tartantm", "beer"],
        "links": [PAGE | {"title": "A page by Participant 2"}],
        "media": [
            {"kind": "image", "alt": "Participant 2 with Participant 1"},
            {"kind": "video"},
        ],
        "content_warning": "Participant 1 and beer",
    }
    assert deles["placement"]["reason"] == "replies to Participant 1 in Q1"
    assert deles["note"] == "Ask Participant 1 for a beer"
    assert deles["earlier"][0]["text"] == "First by Participant 1, over a beer"
    agenda = header["agenda"]
    assert agenda["title"] == "Participant 1’s evening" and "people" not in agenda
    assert agenda["venues"] == [{"name": "The Participant 1"}, {"name": "Dundee"}]
    asked = agenda["questions"][2]
    assert asked["text"] == "Why, Participant 1?"
    assert (asked["asked_by"][0], asked["asked_by"][2]) == (dele, rose)
    assert re.fullmatch("x:[0-9a-f]{12}", asked["asked_by"][1])
    assert [turn["post"] for turn in header["turns"]] == [rose, dele]
    assert header["summary"] == "A night of Participant 1"
    assert header["summaries"] == {"Q1": "Participant 1 had it"}


def test_words_that_stay_on_x_leave_where_the_post_stands_and_what_was_said_of_it() -> None:
    _, (roses, deles) = archive(evening(), x_text="link")
    assert (roses["post"]["text"], roses["post"]["url"]) == ("I am Rose Thorn", ADDRESS)
    assert deles["post"] == UNCHANGED | {
        "id": DELES,
        "author": {"handle": "dele", "name": "Dele Placeholder", "id": "16"},
        "text": "",
        "url": "https://x.com/dele/status/213000000000015838",
        "aliases": ["x:77"],
        "reply_to": ROSES,
        "reply_to_handle": "rose.example",
        "quote_of": "x:999",
        "thread": ROSES,
        "version": "v2",
    }
    assert rest(deles) == {
        "number": 3,
        "placement": {
            "question": "Q1",
            "by": "reply",
            "reason": "replies to Rose Thorn in Q1",
            "confidence": 0.8,
        },
        "starred": True,
        "marks": ["idea"],
        "note": "Ask Rose Thorn for a beer",
    }


def test_reasons_quote_no_words_that_stay_on_x() -> None:
    e = Evening(AGENDA)
    quoted = 'has the words "over a beer" of Q2'
    e.post(1, DELE, "over a beer", "Q2", reason=quoted)
    e.post(2, ROSE, "over a beer", "Q2", network="bluesky", reason=quoted)
    _, (deles, roses) = archive(e, x_text="link")
    assert deles["placement"]["reason"] == "Has the question’s wording"
    assert roses["placement"]["reason"] == quoted


def test_an_id_that_leads_nowhere_is_the_same_under_a_long_salt_and_for_broken_text() -> None:
    e = Evening(AGENDA)
    broken = "mastodon:https://a.example/\ud800"
    e.chat.salt = "0f" * 80
    e.post(1, DELE, "Words", id=broken, url=None)
    e.post(2, ROSE, "An answer", network="bluesky", reply_to=broken)
    _, (deles, roses) = archive(e, pseudonyms="all")
    assert re.fullmatch("mastodon:[0-9a-f]{12}", deles["post"]["id"])
    assert roses["post"]["reply_to"] == deles["post"]["id"]


def test_mentions_become_the_number_of_whoever_is_meant_on_that_network() -> None:
    e = Evening(AGENDA)
    e.post(1, Author("sam", "Sam One", id="1"), "Words")
    e.post(2, Author("sam@a.example", "Sam Two", id="2"), "Words", network="mastodon")
    e.post(3, DELE, "Thank you @sam")
    e.post(
        *(4, Author("kim@a.example", "Kim", id="4"), "Thank you @sam"),
        network="mastodon",
        content_warning="for @sam",
        media=(Media("image", None, "@sam at work"),),
        links=(Link("https://gov.example", "@sam’s page", "@sam"),),
    )
    _, (_, _, on_x, on_mastodon) = archive(e, pseudonyms="all")
    assert on_x["post"]["text"] == "Thank you Participant 1"
    there = on_mastodon["post"]
    assert there["text"] == "Thank you Participant 2"
    assert there["content_warning"] == "for Participant 2"
    assert there["media"] == [{"kind": "image", "alt": "Participant 2 at work"}]
    assert there["links"] == [
        {"url": "https://gov.example", "shown": "Participant 2’s page", "title": "Participant 2"}
    ]


def test_a_person_s_own_reason_stays_under_pseudonyms() -> None:
    e = Evening(AGENDA)
    moved = e.post(1, Author("placed", "Placed", id="1"), "Words", reason="as Placed said")
    e.post(2, Author("by", "By", id="2"), "Words", reason="as Placed said")
    e.happen(Placed({moved: "Q1"}), 3)
    _, records = archive(e, pseudonyms="all")
    assert [record["placement"]["reason"] for record in records] == [
        "Placed by the moderator",
        "as Participant 1 said",
    ]


def test_two_posts_of_one_withheld_author_are_by_one_person() -> None:
    e = Evening(AGENDA)
    e.post(1, ROSE, "One", network="bluesky")
    e.post(2, ROSE, "Two", network="bluesky")
    nameless = Author("thorn", "Thorn")  # A feed knows no ids.
    e.post(3, nameless, "Three", network="feed")
    e.post(4, nameless, "Four", network="feed")
    e.post(5, Author("thorny", "Thorny"), "Five", network="feed")
    for key in ("bluesky:rose.example", "feed:thorn", "feed:thorny"):
        e.happen(Redacted("author", key), 6)
    _, records = archive(e)
    people = [record["post"]["author"]["id"] for record in records]
    assert people[0] == people[1] and people[2] == people[3]
    assert len(set(people)) == 3
    assert [one.posts for one in made(e.chat).participants] == [2, 2, 1]


def test_a_handle_that_holds_a_redacted_phrase_goes_and_the_name_stays() -> None:
    e = Evening(AGENDA)
    e.post(1, Author("beer", "Dele Placeholder", id="16", url="https://x.com/beer"), "Words")
    e.happen(Redacted("phrase", "beer"), 2)
    _, (record,) = archive(e)
    author = record["post"]["author"]
    assert re.fullmatch("x:[0-9a-f]{12}", author.pop("id"))
    assert author == {"handle": "", "name": "Dele Placeholder"}


@pytest.mark.parametrize("options", [{}, {"pseudonyms": "all"}, {"x_text": "link"}])
def test_reposts_are_counted_on_their_original_whatever_is_withheld(
    options: dict[str, Any],
) -> None:
    e = Evening(AGENDA)
    original = e.post(1, ROSE, "Words", "Q1", network="bluesky")
    for n in range(2):
        e.post(2 + n, Author(f"r{n}", f"R {n}", id=str(n)), "RT", "Q1", repost_of=original)
    e.happen(Redacted("author", "bluesky:rose.example"), 4)
    transcript = made(e.chat, **options)
    (shown,) = transcript.shown
    assert shown.folds and len(shown.folds.reposters) == 2
    reposts = [item for item in transcript.posts if item.folded_into]
    assert {item.folded_into for item in reposts} == {shown.post.id}
    assert {item.post.repost_of for item in reposts} == {shown.post.id}


def test_replies_by_another_id_of_a_post_are_found_whatever_is_withheld() -> None:
    e = Evening(AGENDA)
    e.post(1, ROSE, "Words", "Q1", id=ROSES, aliases=("bluesky:other",))
    e.post(2, DELE, "An answer to Rose Thorn", "Q1", reply_to="bluesky:other")
    for options in ({"x_text": "link"}, {"pseudonyms": "all"}):
        reply = made(e.chat, **options).shown[1].reply
        assert reply and reply.number == 2


def test_the_thread_above_a_post_holds_whatever_is_withheld() -> None:
    e = evening()
    e.happen(Redacted("author", "bluesky:rose.example"), 9)
    public = PublicView(e.chat, ExportOptions()).chat
    roses, deles = public.ordered()
    assert list(public.threads.above(deles.id)) == [roses]


def test_posts_that_are_folded_into_each_other_end_no_export() -> None:
    e = Evening(AGENDA)
    one, other = e.post(1, DELE, "RT", repost_of="x:9"), e.post(2, DELE, "RT", repost_of="x:8")
    e.chat.entries[one].folded_into, e.chat.entries[other].folded_into = other, one
    assert archive(e)[1] == []


def test_a_repost_goes_with_its_original_however_that_is_folded() -> None:
    e = Evening(AGENDA)
    words = "The very same words, long enough to be known again elsewhere"
    first = e.post(1, Author("rose", "Rose Thorn Long", id="1"), words, "Q1")
    copy = e.post(
        *(2, Author("rose@a.example", "Rose Thorn Long", id="2"), words, "Q1"), network="mastodon"
    )
    e.post(3, DELE, "RT", "Q1", repost_of=copy)
    assert len(archive(e)[1]) == 3
    e.happen(Hidden((first,)), 4)
    assert archive(e)[1] == []
    assert len(archive(e, include_hidden=True)[1]) == 3


def test_reasons_name_nobody_of_whom_no_post_is_shown() -> None:
    e = Evening(AGENDA)
    gone = e.post(1, Author("Rue.R", "Rue Regret", id="1"), "Sorry", "Q1")
    e.post(2, DELE, "No", "Q1", by="reply", reason="replies to Rue Regret in Q1")
    e.post(3, DELE, "No", "Q1", by="reply", reason="replies to @Rue.R in Q1")
    e.post(4, DELE, "No", "Q1", by="reply", reason="replies to Rue Regretful in Q1")
    e.post(5, DELE, "No", "Q1", by="reply", reason="replies to XRue-R in Q1")
    e.happen(Deleted((gone,), START), 6)
    _, records = archive(e)
    assert [record["placement"] for record in records[:2]] == [
        {
            "question": "Q1",
            "by": "reply",
            "reason": "Goes with a post that is not in this transcript",
            "confidence": 0.8,
        }
    ] * 2
    assert [record["placement"]["reason"] for record in records[2:]] == [
        "replies to Rue Regretful in Q1",
        "replies to XRue-R in Q1",
    ]


def test_reasons_may_name_whoever_has_another_post_that_is_shown() -> None:
    e = Evening(AGENDA)
    for n, author in enumerate(
        (Author("rue", "Rue", id="1"), Author("rr@a.example", "rr", id="2"))
    ):
        gone = e.post(n, author, "Sorry", "Q1")
        e.post(n, author, "Words", "Q1", reason=f"speaks to {author.name} in Q1")
        e.post(n, author, "Words", "Q1", reason=f"speaks to @{author.handle} in Q1")
        e.happen(Hidden((gone,)), 3)
    # A deleted post of somebody without a display name hides no reason at all.
    nameless = e.post(4, Author("", "", id="9"), "Gone", "Q1")
    e.happen(Deleted((nameless,), START), 5)
    reasons = [record["placement"]["reason"] for record in archive(e)[1]]
    assert reasons == [
        *("speaks to Rue in Q1", "speaks to @rue in Q1"),
        *("speaks to rr in Q1", "speaks to @rr@a.example in Q1"),
    ]


def test_hidden_posts_may_be_asked_for_but_never_deleted_or_restricted_ones() -> None:
    e = Evening(AGENDA)
    hidden, gone, shy = (
        e.post(1, DELE, "Hidden"),
        e.post(2, DELE, "Gone"),
        e.post(3, DELE, "Shy", visibility="restricted"),
    )
    e.happen(Hidden((hidden, gone, shy)), 4)
    e.happen(Deleted((gone,), START), 5)
    assert archive(e)[1] == []
    assert [r["post"]["text"] for r in archive(e, include_hidden=True)[1]] == ["Hidden"]


def test_looking_leaves_the_chat_as_it_was() -> None:
    e = evening()
    e.happen(Redacted("author", "bluesky:rose.example"), 9)
    before = [(entry.post, entry.placement, entry.note) for entry in e.chat.entries.values()]
    periods = [period.post for period in e.chat.periods.all_periods]
    for options in ({}, {"pseudonyms": "all"}, {"x_text": "link"}):
        archive(e, **options)
    assert [(x.post, x.placement, x.note) for x in e.chat.entries.values()] == before
    assert [period.post for period in e.chat.periods.all_periods] == periods
    assert e.chat.summary == "A night of Rose Thorn"
    assert e.chat.summary_of("Q1") == "Rose Thorn had it"


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_has_the_salt_of_the_session(form: str) -> None:
    """Until format 2 the ids of remarks began with it."""
    e = evening()
    salt = e.chat.salt = "0f" * 8
    e.post(7, Author("", "Ewan Madeup"), "Print it", "Q1", id=f"room:{salt}-12")
    e.post(8, DELE, "Aye", "Q1", reply_to=f"room:{salt}-12", quote_of=f"room:{salt}-3")
    text = export_text(e.chat, form)
    assert "Print it" in text
    assert salt not in text


def test_the_id_of_a_post_that_is_not_here_is_replaced_where_it_names_what_is_withheld() -> None:
    e = Evening(AGENDA)
    e.post(1, ROSE, "Over a beer", "Q1", id=ROSES, url=ADDRESS)
    copied = "bluesky:at://did:plc:copy/app.bsky.feed.post/3krose"
    e.post(2, DELE, "One", "Q1", reply_to=copied)
    named = "mastodon:https://a.example/users/beer/statuses/1"
    e.post(3, DELE, "Two", "Q1", reply_to=named)
    e.post(4, DELE, "Three", "Q1", reply_to="mastodon:https://a.example/users/tea/statuses/1")
    e.happen(Redacted("phrase", "beer"), 5)
    _, (_, *records) = archive(e)
    one, two, three = (record["post"]["reply_to"] for record in records)
    assert re.fullmatch("bluesky:[0-9a-f]{12}", one)
    assert re.fullmatch("mastodon:[0-9a-f]{12}", two)
    assert three == "mastodon:https://a.example/users/tea/statuses/1"


def test_a_hashtag_of_the_chat_that_is_redacted_is_left_out() -> None:
    e = Evening(replace(AGENDA, hashtags=("tartantm", "beer")))
    e.post(1, DELE, "Words", "Q1")
    e.happen(Redacted("phrase", "beer"), 2)
    assert archive(e)[0]["agenda"]["hashtags"] == ["tartantm"]


def test_reasons_go_without_redacted_words_under_pseudonyms_as_well() -> None:
    e = Evening(AGENDA)
    e.post(1, DELE, "Words", "Q1", reason='replies to Dele Placeholder on "beer"')
    e.happen(Redacted("phrase", "beer"), 2)
    _, (record,) = archive(e, pseudonyms="all")
    assert record["placement"]["reason"] == 'replies to Participant 1 on "[redacted]"'


def test_a_text_shows_no_link_to_redacted_words_in_a_shorter_form() -> None:
    e = Evening(AGENDA)
    link = Link("https://a.example/beer", "a.example/…")
    e.post(1, DELE, "See a.example/… tonight", "Q1", links=(link,))
    e.happen(Redacted("phrase", "beer"), 2)
    _, (record,) = archive(e)
    assert record["post"]["text"] == "See [link withheld] tonight"
    assert "links" not in record["post"]


def test_a_withheld_name_is_withheld_under_pseudonyms_too() -> None:
    e = Evening(AGENDA)
    e.post(1, DELE, "Words", "Q1")
    e.post(2, Author("kim", "Kim Madeup", id="4"), "Words", "Q1")
    e.happen(Redacted("author", "x:dele"), 3)
    names = [record["post"]["author"]["name"] for record in archive(e, pseudonyms="all")[1]]
    assert names == ["[name withheld]", "Participant 2"]


def test_a_bot_whose_name_is_withheld_is_still_a_bot_and_one_by_its_id() -> None:
    e = Evening(AGENDA)
    e.post(1, Author("tick", "Tick Madeup", id="9", bot=True), "One", "Q1")
    e.post(2, Author("tock", "Tick Madeup", id="9", bot=True), "Two", "Q1")
    e.happen(Redacted("author", "x:tock"), 3)
    one, two = (record["post"]["author"] for record in archive(e)[1])
    assert one == two == {"handle": "", "name": "[name withheld]", "id": one["id"], "bot": True}


def test_a_picture_keeps_its_address_where_its_post_keeps_its_own() -> None:
    e = Evening(AGENDA)
    picture = Media("image", "https://cdn.example/1.png", "A glass")
    e.post(1, DELE, "Words", "Q1", media=(picture,))
    e.post(2, ROSE, "A beer", "Q1", network="bluesky", media=(picture,))
    e.happen(Redacted("phrase", "beer"), 3)
    kept, gone = (record["post"]["media"] for record in archive(e)[1])
    assert kept == [{"kind": "image", "url": "https://cdn.example/1.png", "alt": "A glass"}]
    assert gone == [{"kind": "image", "alt": "A glass"}]


def test_a_tag_that_is_the_handle_of_somebody_who_is_gone_is_left_out() -> None:
    e = Evening(AGENDA)
    e.chat.salt = "0f" * 8
    e.chat.gone_names = set(gone_names(e.chat.salt, [Author("kim.example", "Kim Madeup")], AGENDA))
    e.post(1, DELE, "Words", "Q1", network="feed", hashtags=("kim.example", "tartantm"))
    _, (record,) = archive(e, pseudonyms="all")
    assert record["post"]["hashtags"] == ["tartantm"]


def test_a_tag_that_has_a_name_within_more_is_left_out_as_in_a_text() -> None:
    e = Evening(AGENDA)
    e.post(1, ROSE, "Words", "Q1", network="bluesky")
    e.post(2, DELE, "Words", "Q1", hashtags=("tyrosethornfans", "tartantm"))
    e.happen(Redacted("author", "bluesky:rose.example"), 3)
    assert archive(e)[1][1]["post"]["hashtags"] == ["tartantm"]


def test_reasons_name_no_handle_of_signs_alone_of_whom_no_post_is_shown() -> None:
    e = Evening(AGENDA)
    gone = e.post(1, Author("__", "", id="21"), "Sorry", "Q1")
    e.post(2, DELE, "No", "Q1", by="reply", reason="replies to @__ in Q1")
    e.happen(Hidden((gone,)), 3)
    (record,) = archive(e)[1]
    reason = record["placement"]["reason"]
    assert reason == "Goes with a post that is not in this transcript"


@pytest.mark.parametrize("pseudonyms", [False, True])
def test_the_address_of_a_source_is_withheld_with_the_name_in_it(pseudonyms: bool) -> None:
    e = evening()
    theirs, other = "feed:https://rose-thorn.example/feed.xml", "feed:https://dundee.example/feed"
    for source in (theirs, other):
        lost = SourceChanged(source, "lost", "rose-thorn.example is silent", at=START)
        e.happen(lost)
        e.happen(Filled(source, START, START, "", 0, "Rose Thorn does not answer"))
    if not pseudonyms:
        e.happen(Redacted("author", "bluesky:rose.example"))
    found = made(e.chat, pseudonyms="all" if pseudonyms else "").coverage
    assert [each.source for each in found.sources] == ["feed:[link withheld]", other]
    assert [each.source for each in found.gaps] == ["feed:[link withheld]", other]
    for each in (*found.sources, *found.gaps):
        assert "rose" not in str(each).casefold()
    assert list(e.chat.sources) == [theirs, other]


THANKS = "feed:https://isla.example/2026/thanks-rose-thorn/"
LATE = "feed:https://isla.example/2026/more-of-rose-thorn/"


def with_erased_name(*more: Post, said: Author = ISLA) -> Chat:
    """An evening from which Rose was erased before others came whose ids have her name."""
    names = account_names([], [Person("Rose Thorn")], [], builders.AGENDA)
    erased = Erased(1, tuple(fingerprint("00" * 8, name) for name in sorted(names)))
    thanks = post(THANKS, "A good evening", author=said, url=THANKS.removeprefix("feed:"))
    answer = post(DELES, "Read this", 2, author=DELE, reply_to=THANKS, quote_of=LATE)
    begun = Begun(builders.AGENDA, "d", "00" * 8)
    return Chat(builders.recorded([begun, erased, *builders.captured(thanks, answer, *more)]))


@pytest.mark.parametrize("name", FORMATS)
def test_ids_with_an_erased_name_are_opaque(name: str) -> None:
    url = "https://isla.example/friends/rose-thorn"
    for author in (ISLA, replace(ISLA, id=url), replace(ISLA, url=url)):
        text = export_text(with_erased_name(said=author), name)
        assert "A good evening" in text
        assert not re.search("rose.?thorn|more-of", text.casefold())


def test_who_answers_a_post_with_an_opaque_id_still_does() -> None:
    view = PublicView(with_erased_name(), ExportOptions())
    thanks, answer = view.chat.entries.values()
    assert answer.post.reply_to == thanks.id != THANKS
    assert answer.id == DELES
    assert answer.post.quote_of not in (None, LATE)
    assert thanks.id in view.unlinked
    assert thanks.post.url is None
    assert thanks.post.author == ISLA


def test_an_alias_and_an_address_with_an_erased_name_are_left_out() -> None:
    url = "https://isla.example/rose-thorn"
    other = post("x:77", "More", 3, author=ISLA, url=url, aliases=("x:78", "x:rose-thorn/1"))
    view = PublicView(with_erased_name(other), ExportOptions())
    shown = view.chat.entries["x:77"].post
    assert (shown.url, shown.aliases) == (None, ("x:78",))
    assert "x:77" not in view.unlinked


def test_an_address_with_nothing_erased_in_it_stays_beside_an_alias_that_has() -> None:
    url = "https://isla.example/77"
    other = post("x:77", "More", 3, author=ISLA, url=url, aliases=("x:rose-thorn/1",))
    shown = PublicView(with_erased_name(other), ExportOptions()).chat.entries["x:77"].post
    assert (shown.url, shown.aliases) == (url, ())


@pytest.mark.parametrize(
    ("missing", "is_opaque"),
    [
        ("x:rose-thorn/1", True),
        ("feed:https://isla.example/rose-thorn", True),
        ("feed:https://isla.example/thistle", False),
        ("x:thistle/1", False),
    ],
)
def test_of_posts_that_are_not_here_only_ids_with_an_erased_name_are_opaque(
    missing: str, is_opaque: bool
) -> None:
    other = post("x:77", "More", 3, author=ISLA, reply_to=missing)
    shown = PublicView(with_erased_name(other), ExportOptions()).chat.entries["x:77"].post
    assert (shown.reply_to != missing) is is_opaque


def test_ids_are_looked_at_again_after_another_erasure() -> None:
    chat = chat_of(*captured(post(THANKS, author=ISLA)), Erased(1, ("00",)))
    assert list(PublicView(chat, ExportOptions()).chat.entries) == [THANKS]
    builders.happen(chat, Erased(1, (fingerprint(chat.salt, "name:rosethorn"),)))
    assert THANKS not in PublicView(chat, ExportOptions()).chat.entries


def test_hashes_say_something_only_with_the_salt_of_their_session() -> None:
    erased = Erased(1, (fingerprint("00" * 8, "name:rosethorn"),))
    for salt, is_shown in (("00" * 8, False), ("11" * 8, True)):
        begun = Begun(builders.AGENDA, "d", salt)
        thanks = captured(post(THANKS, author=ISLA))
        chat = Chat(builders.recorded([begun, *thanks, erased]))
        assert (THANKS in PublicView(chat, ExportOptions()).chat.entries) is is_shown


def test_a_chat_without_such_ids_is_the_very_same_after_an_erase() -> None:
    erased = Erased(1, (fingerprint("00" * 8, "name:rosethorn"),))
    begun = Begun(builders.AGENDA, "d", "00" * 8)
    said = builders.captured(post("feed:https://isla.example/1", author=ISLA))
    chat = Chat(builders.recorded([begun, *said, erased]))
    assert PublicView(chat, ExportOptions()).chat is chat


def test_a_post_that_is_not_here_below_an_erased_address_has_an_opaque_id() -> None:
    site, answer = (
        "feed:https://site.example/",
        post("x:77", reply_to="feed:https://site.example/2026"),
    )
    erased = Erased(1, (fingerprint("00" * 8, "url:siteexample"),))
    other = post(f"{site}1", author=ISLA, url="https://site.example/1")
    chat = builders.chat_of(*builders.captured(answer, other), erased)
    shown = PublicView(chat, ExportOptions()).chat.entries
    assert shown["x:77"].post.reply_to != answer.reply_to
    assert shown[other.id].post == other


def test_answers_to_posts_that_are_here_below_an_erased_address_withhold_nothing() -> None:
    other = post("feed:https://site.example/1", author=ISLA, url="https://site.example/1")
    answer = post("x:77", reply_to=other.id)
    erased = Erased(1, (fingerprint("00" * 8, "url:siteexample"),))
    chat = builders.chat_of(*builders.captured(other, answer), erased)
    assert PublicView(chat, ExportOptions()).chat is chat


def test_after_an_erasure_no_address_is_made_of_the_id_of_a_post_that_has_none() -> None:
    post_id = "bluesky:at://did:plc:calum/app.bsky.feed.post/3k"
    chat = chat_of(*captured(post(post_id, url=None)), Erased(1, ("00",)))
    assert PublicView(chat, ExportOptions()).unlinked == {post_id}
    before = chat_of(*captured(post(post_id, url=None)))
    assert PublicView(before, ExportOptions()).unlinked == set()

"""What is redacted, and the name of anybody with a pseudonym, is in no byte of any format."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tartantm.core.chat import Chat
from tartantm.core.events import Hidden, Muted, Noted, Redacted, Summarised, Undone
from tartantm.core.post import Author, Link, Media
from tartantm.transcript import FORMATS
from tests.transcript.evening import AGENDA, PEOPLE, Evening, small
from tests.transcript.reading import export_text, made

AILSA, DELE = PEOPLE["ailsa"], PEOPLE["dele"]
ROSE = Author(
    "rose.thorn.example", "Rose Thorn", id="did:plc:rose", url="https://rose.thorn.example"
)
NATIVE = "at://did:plc:rose/app.bsky.feed.post/3krose"


def evening() -> Evening:
    """Rose posts, others write to and about her, and all else that could name her is there."""
    e = Evening()
    e.open(0, "Q1")
    rose = e.post(
        1,
        ROSE,
        "I am Rose Thorn, see https://rose.thorn.example/cv and pictures",
        "Q1",
        id=f"bluesky:{NATIVE}",
        url="https://bsky.app/profile/rose.thorn.example/post/3krose",
        media=(Media("image", "https://cdn.example/did:plc:rose/1.jpg", "Rose Thorn at work"),),
        links=(Link("https://rose.thorn.example/cv", "rose.thorn.example/c…", "CV of Rose Thorn"),),
        version="cid-of-rose",
    )
    e.post(
        2,
        DELE,
        "@rose.thorn.example said so: https://bsky.app/profile/did:plc:rose/post/3krose",
        "Q1",
        by="reply",
        reason="replies to Rose Thorn in Q1",
        reply_to=rose,
        reply_to_handle="rose.thorn.example",
        mentions=("rose.thorn.example",),
    )
    e.post(3, AILSA, "Thank you, rose thorn! And thank you @outsider", "Q1", quote_of=rose)
    e.post(4, Author("rt", "Retta", id="99"), "RT", "Q1", repost_of=rose)
    e.post(5, ROSE, "A rose is a rose", "Q1", network="bluesky", reply_to="bluesky:at://did:x/y/3z")
    e.open(6, "Q2", rose)
    e.happen(Noted(rose, "Ask @rose.thorn.example for the slides"), 7)
    e.happen(Summarised("Q1", "Rose Thorn had the last word."), 8)
    e.happen(Summarised(None, "A night of Rose Thorn."), 8)
    return e


TRACES = ("rose thorn", "rose.thorn", "did:plc:rose", "3krose", "cid-of-rose", "thorn")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("pseudonyms", ["participants", "all"])
def test_whoever_goes_by_a_number_leaves_no_trace(name: str, pseudonyms: str) -> None:
    text = export_text(evening().chat, name, pseudonyms=pseudonyms, include_hidden=True)
    for trace in (*TRACES, "@dele", "dele p", "/dele", "213000000000", "outsider", "retta"):
        assert trace not in text.casefold(), trace
    assert "a rose is a rose" in text.casefold()
    assert ("Ailsa Example" in text) == (pseudonyms == "participants")


@pytest.mark.parametrize("name", FORMATS)
def test_a_redacted_author_leaves_no_trace(name: str) -> None:
    e = evening()
    e.happen(Redacted("author", "bluesky:rose.thorn.example"), 9)
    text = export_text(e.chat, name)
    for trace in TRACES:
        assert trace not in text.casefold(), trace
    assert "[name withheld]" in text.replace("\\", "") and "Dele Placeholder" in text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("kind", "value"), [("post", None), ("phrase", "beer mat still")])
def test_redacted_words_and_the_way_to_them_are_gone(
    name: str, kind: Any, value: str | None
) -> None:
    e = small()
    item = next(i for i in made(e.chat).posts if "beer mat still" in i.post.text)
    native = item.post.id.removeprefix("x:")
    e.happen(Redacted(kind, value or item.post.id), 60)
    text = export_text(e.chat, name)
    assert "beer mat still" not in text and native not in text
    assert "[redacted]" in text.replace("\\", "")
    assert "We wrote ours on a beer mat" in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_post_of_which_only_a_hashtag_is_redacted_cannot_be_looked_up(name: str) -> None:
    e = Evening()
    e.post(1, AILSA, "Words", id="x:7654321", hashtags=("thistle",))
    e.happen(Redacted("phrase", "Thistle"), 3)
    text = export_text(e.chat, name)
    assert "7654321" not in text and "thistle" not in text.casefold() and "Words" in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_phrase_goes_from_handles_addresses_tags_and_places(name: str) -> None:
    e = Evening()
    thistle = Author("thistle", "Project", id="https://a.example/thistle")
    e.post(
        1,
        thistle,
        "Words",
        id="mastodon:https://a.example/users/thistle/statuses/1",
        url="https://a.example/@thistle/1",
        hashtags=("thistle",),
        media=(Media("image", "https://cdn.example/thistle/1.png"),),
    )
    e.remark(2, "Morag", "The Thistle", "Said aloud", "Q1")
    e.happen(Redacted("phrase", "Thistle"), 3)
    text = export_text(e.chat, name)
    assert "thistle" not in text.casefold()
    assert "Words" in text and "Said aloud" in text and "[redacted]" in text.replace("\\", "")


def test_redactions_are_marked_and_counted() -> None:
    e = small()
    e.happen(Redacted("phrase", "beer mat"), 60)
    transcript = made(e.chat)
    assert [item.number for item in transcript.shown if item.redacted] == [16, 18]
    assert transcript.coverage.redacted == 2
    html = export_text(e.chat, "html")
    assert html.count(" data-redacted") == 1  # The other is a remark, which is no article.
    assert html.count("<b>Redacted</b> 19:00 by the moderator") == 2
    assert "13 by 7 people on 5 questions; 3 left out; 2 redacted" in html
    assert "redacted names or words in 2 posts" in html
    data = json.loads(export_text(e.chat, "json"))
    assert sum(post["redacted"] for post in data["posts"]) == data["coverage"]["redacted"] == 2


def test_redactions_say_when_and_why() -> None:
    e = small()
    dele = next(i.post.id for i in made(e.chat).posts if "beer mat still" in i.post.text)
    e.happen(Redacted("phrase", "beer mat", reason="off-topic"), 60)
    e.happen(Redacted("post", dele, reason="request"), 60 * 24)
    text = export_text(e.chat, "text")
    assert "Morag: We wrote ours on a [redacted: off topic].\n" in text
    assert "Dele Placeholder: [redacted: by request]\n" in text
    assert "redacted 19:00 by the moderator: off topic" in text
    both = "redacted 21 June, 18:00 by the moderator: by request, off topic"
    assert both in text
    assert "in 2 posts (1 by request, 2 off topic); each says so" in text
    data = json.loads(export_text(e.chat, "json"))
    told = [post["redaction"] for post in data["posts"] if post["redacted"]]
    off = {"at": "2012-06-20T18:00:00Z", "by": "moderator", "reasons": ["off-topic"]}
    assert told[0] == off and told[1]["reasons"] == ["request", "off-topic"]
    assert "request; off-topic,,,,,,,,,,,,,,,,\r\n" in export_text(e.chat, "csv")


def test_a_reason_changed_holds_until_that_is_undone() -> None:
    e = small()
    e.happen(Redacted("phrase", "Beer  mat", reason="abuse"), 60)
    e.happen(Redacted("phrase", "Beer  mat", reason="personal"), 61)
    assert "on a [redacted: personal data]." in export_text(e.chat, "text")
    e.happen(Undone(e.recorded[-1].seq), 62)
    assert "on a [redacted: abuse]." in export_text(e.chat, "text")
    e.happen(Redacted("phrase", "Beer  mat", on=False), 63)
    assert "on a beer mat." in export_text(e.chat, "text") and not e.chat.redactions


def test_two_without_a_name_are_two_people() -> None:
    e = evening()
    for who in ("bluesky:rose.thorn.example", "x:dele"):
        e.happen(Redacted("author", who), 9)
    withheld = [one for one in made(e.chat).participants if one.name == "[name withheld]"]
    assert [one.posts for one in withheld] == [2, 1]


def test_numbers_are_the_same_in_every_format_and_in_every_export() -> None:
    e = evening()
    before = numbers(e.chat)
    assert before == {
        "Participant 1": ["A rose is a rose", "I am Participant 1, see [link withheld] and"],
        "Participant 2": ["Participant 1 said so: [link withheld]"],
    }
    first = next(item for item in made(e.chat).shown)
    e.happen(Hidden((first.post.id,)), 10)
    assert numbers(e.chat)["Participant 2"] == before["Participant 2"]
    for name in FORMATS:
        assert "Participant 1 said so" in export_text(e.chat, name, pseudonyms="participants")


def numbers(chat: Chat) -> dict[str, list[str]]:
    theirs: dict[str, list[str]] = {}
    for item in made(chat, pseudonyms="participants").shown:
        if item.speaker.name.startswith("Participant"):
            words = item.post.text.removesuffix(" pictures")
            theirs[item.speaker.name] = sorted([*theirs.get(item.speaker.name, ()), words])
    return theirs


def test_threads_hold_under_pseudonyms() -> None:
    data = json.loads(export_text(evening().chat, "json", pseudonyms="all"))
    ids = [post["id"] for post in data["posts"]]
    assert all(re.fullmatch(r"(x|bluesky):[0-9a-f]{12}", post_id) for post_id in ids)
    assert data["posts"][1]["reply_to"] == data["posts"][2]["quote_of"] == ids[0]
    assert data["posts"][1]["reason"] == "replies to Participant 1 in Q1"
    assert {post["url"] for post in data["posts"]} == {None}
    assert data["chat"]["people"] == [] and data["chat"]["pseudonyms"] == "all"
    assert [one["name"] for one in data["participants"]] == [f"Participant {n}" for n in (1, 2, 3)]


def test_ids_under_pseudonyms_need_the_session_s_salt() -> None:
    one, other = evening().chat, evening().chat
    other.salt = "another"
    assert links(one) == links(evening().chat)
    assert links(one).isdisjoint(links(other))


def links(chat: Chat) -> set[str]:
    return {item.id_anchor for item in made(chat, pseudonyms="all").shown}


def test_participants_are_listed_by_number() -> None:
    e = Evening(AGENDA)
    for n in range(12):
        e.post(n, Author(f"p{n}", f"Person {n}", id=str(n)), "Words")
    names = [one.name for one in made(e.chat, pseudonyms="participants").participants]
    assert names == [f"Participant {n}" for n in range(1, 13)]


def test_the_page_says_what_pseudonyms_do_not_cover() -> None:
    for name in ("html", "markdown", "text"):
        text = export_text(evening().chat, name, pseudonyms="participants").replace("\\", "")
        assert "but the people named on the agenda goes by a number" in text
        assert "first names and nicknames are not" in text
    assert "goes by a number" not in export_text(evening().chat, "html")


def test_muted_posts_are_hidden_ones() -> None:
    e = small()
    e.happen(Muted("author", "x:dele"), 60)
    transcript = made(e.chat)
    assert "Dele" not in "".join(item.speaker.name for item in transcript.posts)
    assert "Dele Placeholder" not in export_text(e.chat, "archive")
    assert transcript.coverage.hidden > made(small().chat).coverage.hidden
    again = made(e.chat, include_hidden=True)
    assert all(item.hidden for item in again.shown if item.speaker.name == "Dele Placeholder")


def test_words_on_x_stay_there_in_the_archive_too() -> None:
    text = export_text(small().chat, "archive", x_text="link")
    assert "wet end of town" not in text and "less policy" in text


def test_reasons_in_the_archive_name_nobody_left_out() -> None:
    text = export_text(small().chat, "archive")
    assert "@spam go away" in text and "replies to @spam" not in text


def test_nothing_is_copied_where_nothing_is_withheld() -> None:
    from tartantm.transcript import ExportOptions
    from tartantm.transcript.visibility import PublicView

    chat = small().chat
    assert PublicView(chat, ExportOptions()).chat is chat

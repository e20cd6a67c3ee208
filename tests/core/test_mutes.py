from __future__ import annotations

import msgspec

from tartantm.core import events as ev
from tartantm.core.post import Media
from tartantm.core.redaction import REDACTED, WITHHELD, Redactions
from tests.builders import at, captured, chat_of, happen, post
from tests.erasing import erasure_of


def test_a_muted_author_is_hidden_now_and_later() -> None:
    chat = chat_of(*captured(post("1"), inbox=True), ev.Muted("author", "x:ailsa"))
    happen(chat, *captured(post("2", author="Ailsa"), inbox=True), *captured(post("3", author="c")))
    assert [entry.muted for entry in chat.entries.values()] == [True, True, False]
    assert not chat.entries["x:2"].published
    assert not chat.entries["x:2"].in_inbox
    happen(chat, ev.Undone(chat.history.acts[0].seq))
    assert not any(entry.muted for entry in chat.entries.values())


def test_a_muted_phrase_counts_neither_case_nor_white_space() -> None:
    chat = chat_of(*captured(post("1", "BUY  my\nCourse")), ev.Muted("phrase", "buy My course"))
    assert chat.entries["x:1"].muted
    happen(chat, ev.Edited(post("1", "Sorry", version="2", edited_at=at(5))))
    assert chat.entries["x:1"].muted  # its former wording is in the archive
    happen(chat, ev.Muted("phrase", "buy My course", on=False), ev.Muted("phrase", " "))
    assert not chat.entries["x:1"].muted


def test_acts_do_not_repeat_the_phrase() -> None:
    chat = chat_of(ev.Redacted("phrase", "secret"), ev.Muted("author", "x:ailsa", on=False))
    assert [act.words for act in chat.history.acts] == [
        "Redacted a phrase",
        "No longer muted @ailsa",
    ]


def test_redactions_of_older_sessions_have_no_reason() -> None:
    written = b'{"event":"redacted","kind":"post","value":"x:1"}'
    event = msgspec.json.decode(written, type=ev.Event)
    assert event == ev.Redacted("post", "x:1", reason="") and msgspec.json.encode(event) == written


def test_a_redacted_author_has_no_name_anywhere() -> None:
    chat = chat_of(
        *captured(
            post("1", "Me, ailsa", url="https://x.com/ailsa/status/1"),
            post("2", "@Ailsa agreed, Ailsa  Example!", author="calum", mentions=("ailsa",)),
            post("3", "Ailsander is somebody else", author="calum", reply_to_handle="ailsa"),
        ),
        ev.Redacted("author", "x:ailsa"),
    )
    redactions = Redactions(chat)
    one, two, three = (redactions.post(entry.post) for entry in chat.entries.values())
    assert (one.author.shown, one.author.handle, one.author.id) == (WITHHELD, "", "")
    assert (one.text, one.url) == (f"Me, {WITHHELD}", None)
    assert two.text == f"{WITHHELD} agreed, {WITHHELD}!"
    assert two.mentions == ()
    assert (three.text, three.reply_to_handle) == ("Ailsander is somebody else", None)
    assert redactions.words("replies to @ailsa in Q3") == f"replies to {WITHHELD} in Q3"


def test_a_redacted_post_has_no_words_pictures_or_original() -> None:
    picture = Media("image", "https://img.example/1", "A secret")
    chat = chat_of(*captured(post("1", media=(picture,), url="https://x.com/a/status/1")))
    happen(chat, ev.Redacted("post", "x:1"))
    seen = Redactions(chat).post(chat.entries["x:1"].post)
    assert (seen.text, seen.media, seen.url) == (REDACTED, (), None)


def test_a_redacted_phrase_goes_from_descriptions_too() -> None:
    picture = Media("image", "https://img.example/1", "Project  Thistle on a board")
    chat = chat_of(*captured(post("1", "About project thistle.", media=(picture,)), post("2")))
    assert not Redactions(chat)
    happen(chat, ev.Redacted("phrase", "Project Thistle"))
    redactions = Redactions(chat)
    seen = redactions.post(chat.entries["x:1"].post)
    assert (seen.text, seen.media[0].alt) == (f"About {REDACTED}.", f"{REDACTED} on a board")
    assert redactions.touches(chat.entries["x:1"].post)
    assert not redactions.touches(chat.entries["x:2"].post)


def test_erasing_an_author_takes_rules_that_name_them() -> None:
    erasure = erasure_of(captured(post("1"), post("2", author="calum")), "ailsa")
    assert erasure.rewrite(ev.Muted("author", "x:ailsa")) is None
    assert erasure.rewrite(ev.Redacted("post", "x:1")) is None
    kept = ev.Muted("author", "x:calum")
    assert erasure.rewrite(kept) is kept

"""Who and what a mute hides: every account of an author, a phrase in every spelling and place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.manual_reposts import repeated_id
from tartantm.core.mutes import Muting, reposted_handle
from tartantm.core.post import Author, Link, Media
from tests.builders import AGENDA, at, captured, chat_of, happen, placed, post

AILSA = Author("ailsa", "Ailsa Example", "7")
RENAMED = Author("ailsa_new", "Ailsa", "7")
TOOT = "https://m.example/users/9"


def hidden(chat: Chat) -> list[str]:
    return [entry.id for entry in chat.entries.values() if entry.muted]


def test_an_account_is_muted_under_every_handle() -> None:
    chat = chat_of(
        *captured(post("1", author=AILSA), post("2", author="calum")),
        ev.Muted("author", "x:ailsa"),
    )
    assert hidden(chat) == ["x:1"]
    happen(chat, *captured(post("3", author=RENAMED), post("4", author="dele")))
    assert hidden(chat) == ["x:1", "x:3"]
    happen(chat, *captured(post("5", author=RENAMED)))
    assert hidden(chat) == ["x:1", "x:3", "x:5"]


def test_a_post_without_an_id_stays_muted_when_another_takes_the_handle() -> None:
    nameless = Author("ailsa", "Ailsa")
    chat = chat_of(
        *captured(post("1", author=nameless), post("2", author=RENAMED), post("3", author=AILSA)),
        ev.Muted("author", "x:ailsa_new"),
    )
    assert hidden(chat) == ["x:1", "x:2", "x:3"]
    happen(chat, *captured(post("4", author=Author("ailsa", "Somebody", "8"))))
    assert set(hidden(chat)) >= {"x:1", "x:2", "x:3"}


def test_what_one_post_says_of_an_account_holds_for_the_earlier_ones() -> None:
    chat = chat_of(
        *captured(post("1", author=Author("a", "A", "7"))),
        ev.Muted("author", "x:b"),
    )
    assert hidden(chat) == []
    happen(chat, *captured(post("2", author=Author("b", "A", "7"))))
    assert hidden(chat) == ["x:1", "x:2"]


def test_an_edit_may_say_that_it_is_their_account() -> None:
    chat = chat_of(*captured(post("1", author=AILSA)), ev.Muted("author", "x:ailsa_new"))
    edited = post("1", "Anew", author=RENAMED, edited_at=at(5), version="2")
    happen(chat, ev.Edited(edited))
    assert hidden(chat) == ["x:1"]


def test_who_the_agenda_names_is_muted_everywhere() -> None:
    isla = Author("isla@mastodon.example", "Isla", "https://mastodon.example/i")
    chat = chat_of(
        ev.Muted("author", "x:isla"), *captured(post("mastodon:1", author=isla), post("2"))
    )
    assert hidden(chat) == ["mastodon:1"]
    happen(chat, ev.AgendaEdited(replace(AGENDA, people=()), {}, "x"))
    assert hidden(chat) == []
    happen(chat, ev.Undone(chat.history.acts[-1].seq))
    assert hidden(chat) == ["mastodon:1"]


def test_a_remark_by_the_whole_name_is_muted() -> None:
    chat = chat_of(*captured(post("1", author=AILSA)), ev.Muted("author", "x:ailsa"))
    remark = post("room:1", "Aloud", author=Author("Ailsa Example", "Ailsa Example"))
    other = post("room:2", "Aloud", author=Author("Ailsa", "Ailsa"))
    happen(chat, ev.Remarked(remark, "Q1"), ev.Remarked(other, "Q1"))
    assert hidden(chat) == ["x:1", "room:1"]
    happen(chat, ev.Muted("author", "room:ailsa"))
    assert hidden(chat) == ["x:1", "room:1", "room:2"]


def test_a_repost_of_what_is_not_here_is_hidden_by_its_address() -> None:
    muted = Author("rose@m.example", "Rose", TOOT)
    sky = Author("rose.example", "Rose", "did:plc:rose")
    chat = chat_of(
        *captured(
            post("mastodon:1", author=muted),
            post("bluesky:2", author=sky),
            post("mastodon:3", author="c", repost_of=f"mastodon:{TOOT}/statuses/5"),
            post("bluesky:4", author="c", repost_of="bluesky:at://did:plc:rose/app.bsky/5"),
            post("mastodon:5", author="c", repost_of=f"mastodon:{TOOT}9/statuses/5"),
        ),
        ev.Muted("author", "mastodon:rose@m.example"),
        ev.Muted("author", "bluesky:rose.example"),
    )
    assert hidden(chat) == ["mastodon:1", "bluesky:2", "mastodon:3", "bluesky:4"]


def test_a_repost_on_x_of_what_is_not_here_is_hidden_by_the_handle_in_its_text() -> None:
    chat = chat_of(
        *captured(
            post("1", author=AILSA),
            post("2", "RT @Ailsa: The cleaners know", author="c", repost_of="x:999"),
            post("3", "RT @ailsaex: The cleaners know", author="c", repost_of="x:998"),
            post("4", "RT @ailsa: as she said", author="c"),
            post("mastodon:5", "RT @ailsa: so", author="c", repost_of="mastodon:6"),
        ),
        ev.Muted("author", "x:ailsa"),
    )
    assert hidden(chat) == ["x:1", "x:2"]


def test_the_mute_of_a_number_is_no_address() -> None:
    chat = chat_of(
        *captured(post("1", author=AILSA), post("2", author="c", repost_of="x:7/1")),
        ev.Muted("author", "x:ailsa"),
    )
    assert hidden(chat) == ["x:1"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Buy  my\nCOURSE"},
        {"text": "buy my\u00ad co\u200burse"},
        {"text": "#BuyMyCourse"},
        {"text": "https://a.example/buy%20my%20course"},
        {"text": "**buy** my _course_"},
        {"text": "búy my cöurse"},
        {"text": "buy my courses"},
        {"content_warning": "Buy my course"},
        {"media": (Media("image", None, "Buy my course"),)},
        {"links": (Link("https://a.example", "a.example", "Buy my course"),)},
        {"links": (Link("https://a.example", "buy my course"),)},
        {"links": (Link("https://buymycourse.example/buy-my-course", "…"),)},
        {"hashtags": ("BuyMyCourse",)},
    ],
)
def test_a_phrase_is_found_in_every_spelling_and_place(fields: dict[str, Any]) -> None:
    chat = chat_of(ev.Muted("phrase", "buy my course"))
    given = {"text": "Words", **fields}
    happen(chat, *captured(post("1", **given), post("2", "Buy your course")))
    assert hidden(chat) == ["x:1"]


@pytest.mark.parametrize("edit", [str.upper, lambda text: "Sorry"])
def test_a_former_wording_counts(edit: Callable[[str], str]) -> None:
    chat = chat_of(*captured(post("1", "buy my course")), ev.Muted("phrase", "buy my course"))
    edited = post("1", edit("buy my course"), edited_at=at(5), version="2")
    happen(chat, ev.Edited(edited))
    assert hidden(chat) == ["x:1"]


def test_exactly_means_with_these_accents() -> None:
    chat = chat_of(
        *captured(post("1", "Mòrag"), post("2", "Morag"), post("3", "MÒRAG")),
        ev.Muted("exact", "Mòrag"),
    )
    assert hidden(chat) == ["x:1", "x:3"]


def test_a_name_or_a_mention_is_no_phrase_of_a_post() -> None:
    chat = chat_of(
        *captured(post("1", "Words", author=Author("thistle", "Thistle"), mentions=("thistle",))),
        ev.Muted("phrase", "thistle"),
    )
    assert hidden(chat) == []


def test_a_copy_or_a_repost_does_not_take_the_place_of_what_is_muted() -> None:
    words = "The very same words, long enough to be known again elsewhere"
    chat = chat_of(
        *captured(post("1", words, author=AILSA)),
        *captured(post("mastodon:2", words, author=Author("ailsa@m.example", "Ailsa Example"))),
        *captured(post("3", "RT", author="c", repost_of="x:1")),
        ev.Muted("author", "x:ailsa"),
    )
    assert chat.entries["mastodon:2"].folded_into == chat.entries["x:3"].folded_into == "x:1"
    happen(chat, *captured(post("4", "RT", author="d", repost_of="x:3")))
    assert chat.entries["x:4"].folded_into == "x:1"
    assert chat.entries["x:3"].folded_into == "x:1"


def test_a_post_without_a_handle_is_muted_by_its_permanent_id() -> None:
    chat = chat_of(
        *captured(
            post("1", author=AILSA),
            post("2", author=Author("", "Ailsa Example", "7")),
            post("3", author=Author("", "Calum Sample", "8")),
        ),
        ev.Muted("author", "x:ailsa"),
    )
    assert hidden(chat) == ["x:1", "x:2"]


def test_who_the_agenda_names_by_a_handle_with_a_colon_is_muted_everywhere() -> None:
    people = (Person("Odd Example", ("odd:one@x", "odd@m.example")),)
    chat = chat_of(
        ev.Muted("author", "x:odd:one"),
        *captured(post("mastodon:1", author=Author("odd@m.example", "Odd", "1")), post("2")),
        agenda=replace(AGENDA, people=people),
    )
    assert hidden(chat) == ["mastodon:1"]


def test_the_letters_of_a_phrase_in_another_word_are_not_the_phrase() -> None:
    chat = chat_of(
        *captured(post("1", "An artist"), post("2", "This art is")), ev.Muted("phrase", "art is")
    )
    assert hidden(chat) == ["x:2"]


def test_only_somebody_new_may_be_one_that_is_muted() -> None:
    known = (AILSA, Author("calum", "Calum Sample", "8"))
    chat = chat_of(*captured(*(post(str(n), author=each) for n, each in enumerate(known))))
    muting = Muting(chat, [("author", "x:ailsa"), ("author", "mastodon:isla@mastodon.example")])
    for author in known:
        assert not muting.concerns(post("9", author=author))
    theirs = {
        "x": (RENAMED, Author("AILSA", "Somebody"), Author("isla", "I. E.", "9")),
        "room": (Author("Ailsa Example", "Ailsa Example"), Author("", "ailsa EXAMPLE")),
    }
    others = {
        "x": (Author("new", "New", "99"), Author("new", "Ailsa Example"), Author("", "")),
        "bluesky": (Author("isla", "I. E.", "did:plc:9"),),
        "room": (Author("Ailsa", "Ailsa"), Author("Calum Sample", "Calum Sample")),
    }
    for network, authors in theirs.items():
        for author in authors:
            assert muting.concerns(post(f"{network}:9", author=author)), author
    for network, authors in others.items():
        for author in authors:
            assert not muting.concerns(post(f"{network}:9", author=author)), author
    assert not Muting(chat, [("phrase", "a")]).concerns(post("9", author=RENAMED))


def test_who_took_over_a_handle_that_a_muted_person_gave_up_is_heard() -> None:
    somebody = Author("ailsa", "Somebody Else", "8")
    chat = chat_of(
        *captured(post("1", author=AILSA), post("2", author=RENAMED), post("3", author=somebody)),
        ev.Muted("author", "x:ailsa_new"),
    )
    assert hidden(chat) == ["x:1", "x:2"]


def test_who_was_not_heard_is_known_by_a_muted_handle() -> None:
    chat = chat_of(*captured(post("1", author=AILSA)))
    muting = Muting(chat, [("author", "x:ailsa")])
    for handle, whether in (("AILSA", True), ("calum", False)):
        assert muting.hides(Entry(post("2", author=handle), placed(), 9)) is whether


def test_a_repost_by_button_of_a_repeat_typed_by_hand_is_of_whoever_typed_it() -> None:
    text = "RT @calum: RT @ailsa: words that were said"
    by_button = post("2", text, author="dele", repost_of="x:1")
    assert reposted_handle(by_button) == "calum"
    by_hand = replace(by_button, repost_of=repeated_id("ailsa", "words that were said"))
    assert reposted_handle(by_hand) == "ailsa"

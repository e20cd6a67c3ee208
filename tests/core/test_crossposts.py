from __future__ import annotations

import time

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.crossposts import comparable, where_cut
from tartantm.core.post import Author, Post
from tests.builders import AGENDA, at, captured, chat_of, happen, post

WORDS = "We publish every strategy as one page and people read it"
ELSEWHERE = Author("ailsa@mastodon.example", "Ailsa Example", "https://mastodon.example/u/7")


def toot(text: str = WORDS, minute: float = 2, author: Author = ELSEWHERE, name: str = "2") -> Post:
    return post(f"mastodon:https://mastodon.example/{name}", text, minute, author=author)


def heads(chat: Chat) -> list[str]:
    return [entry.id for entry in chat.entries.values() if entry.listed]


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        f"{WORDS} #tartantm",
        f"@isla {WORDS.upper()}! https://page.example/1",
        WORDS.replace(" ", "  \n"),
    ],
)
def test_the_same_words_elsewhere_are_one_post(text: str) -> None:
    chat = chat_of(*captured(post("1", WORDS), toot(text)))
    assert heads(chat) == ["x:1"]
    assert chat.entries["x:1"].folds == (toot().id,)


@pytest.mark.parametrize(
    "other",
    [
        toot(minute=12),
        toot("Something else that is quite as long as the words above are"),
        toot(author=Author("morag@mastodon.example", "Morag Sample")),
        post("2", WORDS, 2),
        post("room:2", WORDS, 2, venue="The Made-up Thistle"),
    ],
    ids=["too late", "other words", "somebody else", "said twice", "said aloud"],
)
def test_what_is_no_copy(other: Post) -> None:
    chat = chat_of(*captured(post("1", WORDS), other))
    assert len(heads(chat)) == 2


def test_greetings_are_nobodys_alone() -> None:
    chat = chat_of(*captured(post("1", "Good evening all!"), toot("Good evening all!")))
    assert len(heads(chat)) == 2


def test_a_handle_tells_who_it_is_where_names_differ() -> None:
    named = Author("ailsa.example", "Ailsa, but blue")
    copy = post("bluesky:at://did:plc:a/app.bsky.feed.post/1", WORDS, 2, author=named)
    assert heads(chat_of(*captured(post("1", WORDS), copy))) == ["x:1"]


def test_the_agenda_knows_best() -> None:
    one = post("1", WORDS, author=Author("isla", "Isla"))
    other = toot(author=Author("isla@mastodon.example", "Example Council"))
    assert heads(chat_of(*captured(one, other))) == ["x:1"]
    guest = post("bluesky:at://b/1", WORDS, author=Author("hamish.example", "Isla"))
    assert len(heads(chat_of(*captured(one, guest)))) == 2


def test_a_copy_cut_short_is_a_copy() -> None:
    long = " ".join([WORDS, "and then they come back with better questions than we had"])
    cut = long[:90] + "… https://mastodon.example/2"
    assert heads(chat_of(*captured(post("1", cut), toot(long)))) == ["x:1"]
    assert len(heads(chat_of(*captured(post("1", long[:90]), toot(long))))) == 2


def test_reposts_of_a_copy_fold_with_it() -> None:
    copy = toot()
    chat = chat_of(*captured(post("1", WORDS), copy, post("3", repost_of="x:1")))
    boost = post("mastodon:https://b.example/9", WORDS, 3, repost_of=copy.id, author="morag")
    happen(chat, *captured(boost))
    assert heads(chat) == ["x:1"]
    assert chat.entries["x:1"].folds == (copy.id, "x:3", boost.id)


def test_when_the_first_is_deleted_its_copy_stands() -> None:
    third = post("bluesky:at://b/1", WORDS, 3, author=Author("ailsa.example", "Ailsa Example"))
    chat = chat_of(*captured(post("1", WORDS), toot(), third), ev.Deleted(("x:1",), at(9)))
    assert [entry.id for entry in chat.entries.values() if entry.published and entry.listed] == [
        toot().id
    ]
    assert chat.entries[toot().id].folds == (third.id,)
    assert chat.entries["x:1"].folds == ()


def test_a_hidden_copy_does_not_take_the_place_of_the_first() -> None:
    third = post("bluesky:at://b/1", WORDS, 3, author=Author("ailsa.example", "Ailsa Example"))
    chat = chat_of(*captured(post("1", WORDS), toot(), third), ev.Hidden((toot().id,)))
    happen(chat, ev.Deleted(("x:1",), at(9)))
    assert heads(chat) == ["x:1", third.id]
    assert chat.entries[third.id].folds == (toot().id,)
    happen(chat, ev.Deleted((third.id,), at(10)))
    assert heads(chat) == ["x:1", toot().id, third.id]


def test_a_post_that_says_something_else_than_its_copy_did_is_folded_by_that() -> None:
    other = "Something else that is quite as long as the words above are"
    chat = chat_of(*captured(post("1", WORDS), post("2", other, 2), toot(minute=3)))
    assert chat.entries[toot().id].folded_into == "x:1"
    happen(chat, ev.Edited(toot(other, 3), "mastodon:mastodon.example"))
    assert chat.entries[toot().id].folded_into == "x:2"
    assert (chat.entries["x:1"].folds, chat.entries["x:2"].folds) == ((), (toot().id,))


def test_what_networks_make_differ_does_not_count() -> None:
    assert comparable("A3: Ceud mìle fàilte! #tartantm @isla@b.example https://t.example/x") == (
        "a3ceudmìlefàilte"
    )


def test_who_floods_a_chat_with_one_sentence_slows_it_down_for_nobody() -> None:
    def flood(count: int) -> float:
        posts = (post(f"{n}", f"{WORDS} {n}", 1 + n / 1000) for n in range(count))
        began = time.process_time()
        chat_of(*captured(*posts))
        return time.process_time() - began

    flood(200)
    assert flood(1600) < 40 * flood(200)
    copy = toot()
    flooded = captured(post("1", WORDS), *(post(f"{n}", WORDS, author=f"b{n}") for n in range(50)))
    assert chat_of(*flooded, *captured(copy)).entries["x:1"].folds == (copy.id,)


def test_who_somebody_is_follows_the_agenda_that_holds() -> None:
    nobody = replace(AGENDA, people=())
    one = Author("isla", "Isla Example", "1")
    other = Author("writes@mastodon.example", "I. E.", "2")
    named = replace(AGENDA, people=(Person("Isla", ("isla@x", f"{other.handle}@mastodon")),))
    first = captured(post("1", WORDS, 1, author=one), toot(minute=2, author=other))
    again = f"{WORDS}, again"
    then = captured(post("3", again, 3, author=one), toot(again, 4, other, "4"))
    chat = chat_of(ev.AgendaChanged(nobody), *first, ev.AgendaChanged(named), *then)
    assert chat.entries["x:1"].folds == ()
    assert chat.entries["x:3"].folds == ("mastodon:https://mastodon.example/4",)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Spend it…", 8),
        ("Spend it ... ", 9),
        ("Spend it… https://e.example/a http://e.example/b\n", 8),
        ("Spend it…https://e.example/a", 8),
        ("Spend… it…", 9),
        ("Spend it… #chat", None),
        ("Spend it…, he says", None),
        ("Spend it..", None),
        ("", None),
        (f"Spend it… https://e.example/{'a' * 400}", None),
        (f"{'Spend it ' * 100}… https://e.example/{'a' * 300}", 900),
    ],
)
def test_where_a_text_was_cut(text: str, at: int | None) -> None:
    assert where_cut(text) == at

"""A person who changes the handle in mid-evening, or is known by an id at first, is one person."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tartantm.transcript.formats import FORMATS
from tests.builders import captured, chat_of, post
from tests.transcript.reading import export_text, made

ISLA = Author("isla", "Isla Example", "9")
RENAMED = Author("isla_new", "Isla Example", "9")
UNNAMED = Author("77", id="77")


def evening() -> Chat:
    return chat_of(
        *captured(
            post("1", "Q1 Are the days over?", 1, author=ISLA),
            post("2", "Never here", 2, author=UNNAMED),
            post("3", "Q2 Do we need one?", 3, author=RENAMED),
        ),
        ev.Identified("x", Author("calum", "Calum Sample", "77")),
    )


def test_participants_are_people_and_their_latest_handle_comes_first() -> None:
    people = made(evening()).participants
    assert [(one.name, one.role, one.posts) for one in people] == [
        ("Calum Sample", "", 1),
        ("Isla Example", "host", 2),
    ]
    accounts = [[(each.handle, each.earlier) for each in one.accounts] for one in people]
    assert accounts == [[("@calum", False)], [("@isla_new", False), ("@isla", True)]]


def test_two_accounts_of_one_person_are_both_current() -> None:
    elsewhere = Author("isla@mastodon.example", "Isla", "https://mastodon.example/u/9")
    tooted = post("mastodon:https://mastodon.example/1", "Elsewhere", 4, author=elsewhere)
    (isla,) = made(chat_of(*captured(post("1", author=ISLA), tooted))).participants
    assert [each.earlier for each in isla.accounts] == [False, False]


@pytest.mark.parametrize("name", [*FORMATS])
def test_every_format_names_who_came_with_an_id(name: str) -> None:
    text = export_text(evening(), name)
    assert "Calum Sample" in text
    assert "@77" not in text and '"handle":"77"' not in text.replace(" ", "")


@pytest.mark.parametrize("name", ["html", "markdown", "text"])
def test_the_earlier_handle_is_told_as_such(name: str) -> None:
    text = export_text(evening(), name).replace("\\", "")
    at = [text.rindex(each) for each in ("isla_new", "earlier ")]
    assert all(one < other for one, other in pairwise(at))


@pytest.mark.parametrize("name", [*FORMATS])
@pytest.mark.parametrize("key", ["x:isla", "x:isla_new"])
def test_a_redaction_by_either_handle_withholds_both(name: str, key: str) -> None:
    chat = evening()
    chat.apply(ev.Recorded(50, chat.last_at, ev.Redacted("author", key)))  # type: ignore[arg-type]
    text = export_text(chat, name)
    assert "isla" not in text.casefold()


@pytest.mark.parametrize("pseudonyms", ["participants", "all"])
def test_pseudonyms_give_nobody_two_numbers(pseudonyms: str) -> None:
    people = made(evening(), pseudonyms=pseudonyms).participants
    assert [one.posts for one in people] in ([1, 2], [2, 1])

"""What the row of a conversation says: places, people, and what hangs on it."""

from __future__ import annotations

from tartantm.core import events as ev
from tartantm.core.events import Captured, Placement
from tartantm.core.post import Author
from tartantm.moderation.conversation import alone, asked, followers, hanging, speakers
from tartantm.moderation.conversations import conversations
from tests.builders import captured, chat_of, placed, post


def test_the_question_names_three_places_at_most() -> None:
    assert asked(["Q3"]) == "Q3?"
    assert asked(["Q3", None]) == "Q3 or General?"
    assert asked([None, "Q3", "Q1", "Q2"]) == "General, Q3 or Q1?"


def test_a_post_by_itself_offers_its_own_alternatives() -> None:
    placement = Placement("Q1", "time", "", 0.6, True, (None, "Q2"))
    chat = chat_of(Captured(post("1"), placement))
    assert alone(chat.entries["x:1"]) == ("x:1", ("x:1",), ("Q1", None, "Q2"))


def test_who_spoke_is_named_once_by_who_spoke_first_and_others_are_counted() -> None:
    renamed = Author("ailsa2", "Ailsa Other", "7")
    names = ["calum", "ailsa", "mòrag", "calum", "zainab"]

    def row(*authors: str | Author) -> tuple[list[str], int]:
        posts = [
            post(f"{n}", f"words {n}", 2 + n, author=who, reply_to="x:0" if n else None)
            for n, who in enumerate(authors)
        ]
        chat = chat_of(*captured(*posts, inbox=True))
        (talk,) = conversations(chat)
        named, others = speakers(chat, talk)
        return [entry.id for entry in named], others

    assert row("calum") == (["x:0"], 0)
    assert row(Author("ailsa", "Ailsa", "7"), renamed) == (["x:0"], 0)
    assert row(*names[:3]) == (["x:0", "x:1", "x:2"], 0)
    assert row(*names) == (["x:0", "x:1"], 2)


def test_what_hangs_on_a_post_ends_where_somebody_decided() -> None:
    chat = chat_of(
        *captured(post("1", "one", 1)),
        *captured(post("2", "two", 2, reply_to="x:1"), inbox=True),
        *captured(post("3", "three", 3, reply_to="x:2")),
        Captured(post("4", "A2: four", 4, reply_to="x:1"), placed("Q2", by="label")),
        *captured(post("5", "five", 5, reply_to="x:4")),
        *captured(post("6", "six", 6, reply_to="x:3")),
        *captured(post("7", "seven", 7, reply_to="x:6")),
        ev.Placed({"x:6": "Q3"}),
    )
    assert [entry.id for entry in hanging(chat, ["x:1"])] == ["x:2", "x:3"]
    assert followers(chat, ["x:1"]) == 1  # x:2 waits itself
    assert [entry.id for entry in hanging(chat, ["x:1"], 1)] == ["x:2"]
    assert hanging(chat, ["x:1", "x:2", "x:3"]) == []


def test_a_circle_of_replies_hangs_on_itself_once() -> None:
    posts = [post(f"{n}", f"words {n}", n, reply_to=f"x:{n % 3 + 1}") for n in (1, 2, 3)]
    chat = chat_of(*captured(*posts))
    assert [entry.id for entry in hanging(chat, ["x:1"])] == ["x:2", "x:3"]

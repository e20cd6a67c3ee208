"""The review by conversation."""

from __future__ import annotations

import pytest

from tartantm.core import events as ev
from tartantm.core.events import Placement
from tartantm.grouping.ranker import shipped
from tartantm.moderation.review import Review
from tartantm.moderation.review_rows import by_conversation, order_by_conversation
from tests.builders import chat_of, post


def heard(name: str, sure: float, by: str = "time", minute: float = 1, **more: str) -> ev.Captured:
    return ev.Captured(post(name, minute=minute, **more), Placement("Q1", by, "why", sure))


def test_a_conversation_is_as_doubtful_as_its_most_doubtful_post() -> None:
    chat = chat_of(
        heard("free", 0.5, minute=2, author="mòrag"),
        heard("head", 0.6, minute=3),
        heard("reply", 0.62, "reply", 4, reply_to="x:head"),
        heard("quote", 0.64, "quote", 5, quote_of="x:reply"),
        heard("follows", 0.99, "reply", 6, reply_to="x:head"),
    )
    first, second, third = by_conversation(Review(chat))
    assert first.conversation.posts == ("x:head", "x:reply", "x:quote")
    assert first.hanging == 4 and first.risk == pytest.approx(0.4)
    assert first.worth == pytest.approx(0.8)
    assert (second.conversation.posts, third.conversation.posts) == (("x:free",), ("x:follows",))
    assert [row.id for row in order_by_conversation(chat)] == ["x:head", "x:free", "x:follows"]


def test_what_is_sure_is_asked_about_by_itself() -> None:
    sure = shipped().inbox["thorough"].below
    replies = (heard(f"{n}", sure, "reply", n, reply_to="x:1") for n in range(2, 5))
    chat = chat_of(heard("1", 0.5), *replies)
    assert [len(row.posts) for row in order_by_conversation(chat)] == [1, 1, 1, 1]


def test_each_post_is_in_one_row() -> None:
    chat = chat_of(*(heard(f"{n}", 0.5, minute=n, author=f"a{n % 3}") for n in range(30)))
    posts = [each for row in order_by_conversation(chat) for each in row.posts]
    assert sorted(posts) == sorted(chat.entries)

"""What sources may look up: above all, which posts each is asked for again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tartantm.capture.session_index import SLICE, SessionIndex
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tests.builders import at, chat_of, happen, placed, post

HOME, OTHER = "mastodon:home.example", "mastodon:other.example"
BLOG, COPIES = "feed:https://blog.example/feed.xml", "feed:https://copies.example/all"
TOOT, MORE = (post(f"mastodon:https://home.example/users/a/statuses/{n}") for n in (1, 2))
ENTRY = post("feed:https://blog.example/1")


def index_of(chat: Chat, *sources: str) -> SessionIndex:
    return SessionIndex(cast(Any, SimpleNamespace(chat=chat)), sources)


def came(*posts: tuple[Any, str]) -> Chat:
    return chat_of(*(ev.Captured(each, placed(), source) for each, source in posts))


def test_a_server_is_asked_for_its_own_posts_by_whichever_source_they_came() -> None:
    chat = came((TOOT, OTHER), (MORE, HOME))
    both = index_of(chat, HOME, OTHER)
    assert [*both.of_source(HOME)] == [MORE, TOOT] and [*both.of_source(OTHER)] == []
    assert [*index_of(chat, OTHER).of_source(OTHER)] == [TOOT]
    happen(chat, ev.Deleted((TOOT.id,), at(9)))
    assert [*both.of_source(HOME)] == [MORE]


@pytest.mark.parametrize(
    ("each", "came_by", "source", "is_asked"),
    [
        (post("1"), "x", "x", True),
        (post("1"), "file:a.jsonl", "x", False),
        (ENTRY, BLOG, BLOG, True),
        (ENTRY, COPIES, COPIES, False),
        (ENTRY, COPIES, BLOG, False),
        (post("bluesky:at://a/1"), "bluesky", "bluesky", True),
    ],
)
def test_others_are_asked_for_what_they_delivered(
    each: Any, came_by: str, source: str, is_asked: bool
) -> None:
    found = index_of(came((each, came_by)), BLOG, COPIES, "x", "bluesky").of_source(source)
    assert [*found] == ([each] if is_asked else [])


def test_everybody_has_a_turn_while_many_posts_are_gone_through() -> None:
    """Also where none of them is the source's."""
    many = [(post(f"mastodon:https://home.example/{n}"), HOME) for n in range(2 * SLICE + 1)]
    chat = came(*many)
    assert [*index_of(chat, HOME, OTHER).of_source(OTHER)] == [None, None]
    found = index_of(chat, HOME).of_source(HOME)
    first = [next(found) for _ in range(SLICE + 1)]
    assert first[-1] is None and first[0] == many[-1][0]
    happen(chat, *(ev.Captured(post(f"{n}"), placed(), "x") for n in range(5)))
    assert sum(each is not None for each in found) == SLICE + 1

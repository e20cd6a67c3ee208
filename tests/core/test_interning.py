from __future__ import annotations

import msgspec

from tartantm.core.chat import Chat
from tartantm.core.events import Captured, Event
from tests.builders import captured, chat_of, post


def read(*events: Event) -> list[Event]:
    """Events as they come from a file: no two hold the same object."""
    return [msgspec.json.decode(msgspec.json.encode(event), type=Event) for event in events]


def chat(*events: Event) -> Chat:
    return chat_of(*read(*events))


def test_a_hundred_posts_of_one_person_hold_one_author_and_one_reason() -> None:
    entries = chat(*captured(*(post(str(n)) for n in range(100)))).entries.values()
    assert len({id(entry.post.author) for entry in entries}) == 1
    for name in ("question", "by", "reason"):
        assert len({id(getattr(entry.placement, name)) for entry in entries}) == 1


def test_what_is_shared_is_equal_to_what_was_read() -> None:
    events = captured(post("1"), post("2", author="calum"), post("mastodon:https://m.example/3"))
    events += captured(post("4"), question=None)
    for event, entry in zip(events, chat(*events).entries.values(), strict=True):
        assert isinstance(event, Captured)
        assert (entry.post, entry.placement) == (event.post, event.placement)

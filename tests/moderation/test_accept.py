"""Places of the leak report are found harmless, or open again, and that can be undone."""

from __future__ import annotations

import pytest

from tartantm.core import events as ev
from tartantm.moderation.accept import accept_leaks
from tartantm.moderation.act import NothingToDo
from tests.builders import chat_of, happen


def test_accepting_and_opening_again() -> None:
    chat = chat_of()
    act = accept_leaks(chat, ["a", "b", "a"])
    assert act.events == (ev.LeaksAccepted(("a", "b")),)
    assert act.sentence == "Found 2 places of the leak report harmless."
    happen(chat, *act.events)
    act = accept_leaks(chat, ["b", "c"], on=False)
    assert act.events == (ev.LeaksAccepted(("b",), on=False),)
    happen(chat, *act.events)
    assert chat.accepted_leaks == {"a"}
    happen(chat, ev.Undone(chat.last_seq))
    assert chat.accepted_leaks == {"a", "b"}


def test_only_what_is_new_is_recorded() -> None:
    chat = chat_of(ev.LeaksAccepted(("a",)))
    assert accept_leaks(chat, ["a", "b"]).events == (ev.LeaksAccepted(("b",)),)
    with pytest.raises(NothingToDo):
        accept_leaks(chat, ["a"])
    with pytest.raises(NothingToDo):
        accept_leaks(chat, ["b"], on=False)

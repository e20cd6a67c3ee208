"""Undoing, redoing, and stepping back."""

from __future__ import annotations

import pytest

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Erased
from tartantm.moderation import annotate, history, withhold
from tartantm.moderation.act import NothingToDo
from tests.builders import chat_of, happen
from tests.moderation.doing import do, evening


def test_an_act_is_undone_and_done_again() -> None:
    chat = evening()
    do(chat, annotate.star(chat, ["x:1"]))
    act = history.undo(chat)
    assert act.posts == ("x:1",)
    assert do(chat, act) == "Undid: Starred 1 post."
    assert not chat.entries["x:1"].starred
    act = history.redo(chat)
    assert act.posts == ("x:1",)
    assert do(chat, act) == "Did again: Starred 1 post."
    assert chat.entries["x:1"].starred


def test_there_is_nothing_to_undo_redo_or_step_back_to() -> None:
    chat = chat_of()
    for act, says in (
        (history.undo, "There is nothing to undo."),
        (history.redo, "There is nothing to do again."),
        (history.holding, "Nothing was done yet."),
    ):
        with pytest.raises(NothingToDo) as refused:
            act(chat)
        assert str(refused.value) == says


def test_stepping_back_to_an_act_takes_back_all_after_it() -> None:
    chat = evening()
    do(chat, annotate.star(chat, ["x:1"]))
    do(chat, withhold.hide(chat, ["x:1"]))
    do(chat, annotate.note(chat, "x:1", "Words"))
    note, hide, star, opened = history.holding(chat)
    with pytest.raises(NothingToDo, match=r"^Nothing was done after that\.$"):
        history.step_back(chat, note.seq)
    assert do(chat, history.step_back(chat, star.seq)) == "Took back 2 acts."
    entry = chat.entries["x:1"]
    assert (entry.starred, entry.hidden, entry.note) == (True, False, None)
    with pytest.raises(NothingToDo, match=r"^That act was taken back meanwhile\.$"):
        history.step_back(chat, hide.seq)
    assert do(chat, history.step_back(chat, opened.seq)) == "Took back 1 act."
    assert do(chat, history.step_back(chat, 0)) == "Took back 1 act."
    with pytest.raises(NothingToDo):
        history.step_back(chat, 0)


def test_what_was_erased_is_listed_and_stays_erased() -> None:
    chat = evening()
    do(chat, annotate.star(chat, ["x:1"]))
    happen(chat, Erased(4, accounts=2))
    do(chat, annotate.note(chat, "x:1", "Words"))
    words = "Erased 4 posts of 2 accounts for good on 17 June 2026; this cannot be undone"
    assert [line.words for line in history.lines(chat)][1:] == [
        "Starred 1 post",
        words,
        "Wrote a note",
    ]
    note, erasing, star, _ = history.holding(chat)
    assert history.step_back(chat, erasing.seq).events == (ev.Undone(note.seq),)
    act = history.undo(chat)
    assert act.warning == ""
    do(chat, act)
    stays = "The erasing of 18:00 cannot be undone."
    with pytest.raises(history.PastErasure) as asks:
        history.undo(chat)
    assert str(asks.value) == f"{stays} Undo the act before it: Starred 1 post?"
    act = history.undo(chat, agreed=asks.value.act)
    assert act.events == (ev.Undone(star.seq),) and act.sentence == "Undid: Starred 1 post."
    assert history.step_back(chat, 0).warning == stays
    assert [line.words for line in history.holding(chat)] == [words, "Starred 1 post", "Opened Q1"]
    chat = chat_of(Erased(1))
    assert history.lines(chat)[0].words.startswith("Erased 1 post for good on ")
    with pytest.raises(NothingToDo, match="nothing to undo, and erasing cannot be undone"):
        history.undo(chat)


def undoes(chat: Chat) -> str:
    """Undo the last act; returns what is asked before, "" for nothing."""
    try:
        do(chat, history.undo(chat))
    except history.PastErasure as past:
        do(chat, history.undo(chat, agreed=past.act))
        return past.question
    return ""


def test_an_erasure_is_asked_about_once_until_something_else_is_done() -> None:
    chat = evening()
    do(chat, annotate.star(chat, ["x:1"]))
    do(chat, annotate.note(chat, "x:1", "Words"))
    do(chat, annotate.note(chat, "x:1", "Other words"))
    happen(chat, Erased(1))
    assert undoes(chat) == "Undo the act before it: Wrote a note?"
    assert undoes(chat) == ""
    do(chat, withhold.hide(chat, ["x:1"]))
    assert undoes(chat) == ""
    assert undoes(chat) == "Undo the act before it: Starred 1 post?"
    do(chat, history.redo(chat))
    assert undoes(chat) == "Undo the act before it: Starred 1 post?"
    assert undoes(chat) == ""
    with pytest.raises(NothingToDo, match="nothing to undo, and erasing cannot be undone"):
        history.undo(chat)


def test_each_erasure_is_asked_about() -> None:
    chat = evening()
    do(chat, annotate.star(chat, ["x:1"]))
    happen(chat, Erased(1))
    do(chat, annotate.note(chat, "x:1", "Words"))
    happen(chat, Erased(1))
    assert undoes(chat) == "Undo the act before it: Wrote a note?"
    assert undoes(chat) == "Undo the act before it: Starred 1 post?"
    assert undoes(chat) == ""


def test_nothing_but_the_act_that_was_asked_about_is_undone() -> None:
    chat = evening()
    do(chat, annotate.star(chat, ["x:1"]))
    happen(chat, Erased(1))
    with pytest.raises(history.PastErasure) as asks:
        history.undo(chat)
    do(chat, annotate.note(chat, "x:1", "Of somebody else, meanwhile"))
    with pytest.raises(NothingToDo, match="nothing was undone"):
        history.undo(chat, agreed=asks.value.act)
    assert undoes(chat) == ""

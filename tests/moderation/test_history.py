"""Undoing, redoing, and stepping back."""

from __future__ import annotations

import pytest

from tartantm.core import events as ev
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
    act = history.undo(chat)
    assert act.events == (ev.Undone(star.seq),)
    assert act.warning == "The erasing of 18:00 cannot be undone."
    assert history.step_back(chat, 0).warning == act.warning
    assert [line.words for line in history.holding(chat)] == [words, "Starred 1 post", "Opened Q1"]
    chat = chat_of(Erased(1))
    assert history.lines(chat)[0].words.startswith("Erased 1 post for good on ")
    with pytest.raises(NothingToDo, match="nothing to undo, and erasing cannot be undone"):
        history.undo(chat)

"""Placing posts, and what goes along with them."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tartantm.core import events as ev
from tartantm.core.carried import CONTEXT
from tartantm.core.errors import BadInput
from tartantm.grouping.grouper import Grouper
from tartantm.moderation.annotate import star
from tartantm.moderation.history import undo
from tartantm.moderation.place import accept, place, place_each, place_late
from tests.builders import captured, chat_of, happen, post, state_of
from tests.moderation.doing import do, evening


def test_a_post_takes_its_replies_along() -> None:
    chat = evening()
    act = place(chat, Grouper(chat), ["x:2"], "Q2")
    assert act.posts == ("x:2",)
    assert do(chat, act) == "Moved 1 post from Q1 to Q2; 1 went along."
    placements = {entry.id: entry.placement for entry in chat.entries.values()}
    assert [placements[i].question for i in ("x:1", "x:2", "x:3")] == ["Q1", "Q2", "Q2"]
    assert [placements[i].by_person for i in ("x:2", "x:3")] == [True, False]


def test_without_a_grouper_only_the_post_itself_moves() -> None:
    chat = evening()
    act = place(chat, None, ["x:2"], None)
    assert act.events == (ev.Placed({"x:2": None}),)
    assert do(chat, act) == "Moved 1 post from Q1 to General."


def test_a_fault_of_grouping_does_not_keep_a_post_where_it_is(home: Path) -> None:
    class Broken:
        def carried(self, moves: object) -> None:
            raise RuntimeError("bad cog")

    chat = evening()
    act = place(chat, cast(Grouper, Broken()), ["x:2"], "Q3")
    assert act.events == (ev.Placed({"x:2": "Q3"}),)
    assert "bad cog" in (home / "log" / "tartantm.log").read_text("utf-8")


def test_accepting_confirms_each_post_where_it_stands() -> None:
    chat = evening()
    happen(chat, ev.Grouped({"x:3": ev.Placement("Q2", "reply", "", 0.5, inbox=True)}))
    assert do(chat, accept(chat, Grouper(chat), ["x:2", "x:3"])) == "Confirmed 2 posts."
    assert not any(entry.in_inbox for entry in chat.entries.values())
    assert [chat.stands_at(post) for post in ("x:2", "x:3")] == ["Q1", "Q2"]


def test_a_correction_goes_through_a_conversation_and_one_undo_takes_it_back() -> None:
    chat = evening()
    happen(
        chat,
        *captured(post("4", "So do I", 5, reply_to="x:3"), inbox=True),
        *captured(post("5", "A2: mine is green", 6, author="zainab", reply_to="x:2")),
        *captured(post("6", "Print it", 7, author="zainab")),
    )
    before = state_of(chat)["entries"]
    sentence = do(chat, place(chat, Grouper(chat), ["x:2"], "Q3"))
    assert sentence == "Moved 1 post from Q1 to Q3; 2 went along."
    assert [chat.stands_at(f"x:{n}") for n in (2, 3, 4, 6)] == ["Q3", "Q3", "Q3", "Q1"]
    assert do(chat, undo(chat)) == "Undid: Moved 1 post from Q1 to Q3; 2 went along."
    assert state_of(chat)["entries"] == before


def test_late_answers_are_one_act_with_the_replies_below() -> None:
    chat = evening()
    by_hand = captured(post("4", "Not this", 5, reply_to="x:2"))
    below = captured(post("5", "Nor this", 6, reply_to="x:4"))
    happen(chat, *by_hand, *below, ev.Placed({"x:4": "Q3"}))
    act = place_late(chat, Grouper(chat), ["x:2"], "Q2")
    assert act.posts == ("x:2", "x:3")
    assert do(chat, act) == "Late answers to Q2: 2 posts."
    assert [chat.stands_at(f"x:{n}") for n in range(1, 6)] == ["Q1", "Q2", "Q2", "Q3", "Q1"]
    do(chat, undo(chat))
    assert [chat.stands_at(f"x:{n}") for n in (2, 3)] == ["Q1", "Q1"]


def test_each_post_under_its_own_question() -> None:
    chat = evening()
    act = place_each(chat, Grouper(chat), {"x:1": "Q3", "x:2": None})
    assert do(chat, act) == "Moved 2 posts from Q1 to Q3 and General; 1 went along."
    with pytest.raises(BadInput, match=r"^The agenda has no Q9\.$"):
        place_each(chat, None, {"x:1": "Q9"})


def test_what_cannot_be_placed() -> None:
    chat = evening()
    with pytest.raises(BadInput, match=r"^The agenda has no Q9\.$"):
        place(chat, None, ["x:2"], "Q9")
    with pytest.raises(BadInput, match=r"^That post was erased meanwhile\.$"):
        place(chat, None, ["x:gone"], "Q1")
    assert place(chat, None, ["x:gone", "x:1"], "Q2").posts == ("x:1",)


def test_what_only_came_along_is_not_placed_or_annotated() -> None:
    carried = ev.Captured(post("c"), CONTEXT, "x", "x:1")
    chat = chat_of(carried, *captured(post("1", quote_of="x:c")))
    with pytest.raises(BadInput, match="came along"):
        place(chat, None, ["x:c"], "Q1")
    with pytest.raises(BadInput, match="came along"):
        accept(chat, None, ["x:c"])
    with pytest.raises(BadInput, match="came along"):
        star(chat, ["x:c"])
    assert place(chat, None, ["x:c", "x:1"], "Q2").posts == ("x:1",)

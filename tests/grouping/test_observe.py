"""Corrections, undo, edits and deletions reach the grouper."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core.agenda import Question
from tartantm.core.entry import Change
from tartantm.core.events import (
    AgendaChanged,
    Begun,
    Captured,
    Closed,
    Deleted,
    Edited,
    Event,
    Grouped,
    InboxSet,
    Placed,
    Placement,
    Remarked,
    Starred,
    Undone,
)
from tartantm.grouping import Grouper
from tartantm.grouping.decide import Decision
from tartantm.grouping.ranker import shipped
from tests.builders import at, post, recorded
from tests.grouping.evening import ISLA, SIX, Evening


@pytest.fixture
def evening() -> Evening:
    """Q1 and Q2 were open; a thread of three depends on a post placed in Q2 by time."""
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("hi", "Hello", 2)
    evening.says("root", "Nobody plans a thing", 15)
    evening.says("re", "@ailsa Nobody?", 16, author="calum", reply_to="x:root")
    evening.says("rere", "@calum Nobody.", 17, reply_to="x:re")
    evening.says("rt", "Nobody plans a thing", 18, author="morag", repost_of="x:root")
    return evening


MOVED = "replies to a post that the moderator moved to Q3"


def test_replies_quotes_and_reposts_go_along(evening: Evening) -> None:
    evening.says("qt", "Quite so", 18, author="calum", quote_of="x:root")
    carried = evening.move(root="Q3")
    assert {i: (p.question, p.by, p.reason) for i, p in carried.items()} == {
        "x:re": ("Q3", "reply", MOVED),
        "x:rere": ("Q3", "reply", "replies to Calum Example in Q3"),
        "x:rt": ("Q3", "repost", "reposts a post that the moderator moved to Q3"),
        "x:qt": ("Q3", "quote", "quotes a post that the moderator moved to Q3"),
    }
    assert not any(placement.inbox for placement in carried.values())


def test_carried_only_supposes(evening: Evening) -> None:
    before = evening.stands("re")
    assert evening.grouper.carried({"x:root": "Q3"})
    assert evening.stands("re") == before
    assert evening.says("4", "@ailsa Not one?", 19, reply_to="x:root").question == "Q2"
    assert evening.grouper.carried({"x:root": "Q3"}).keys() >= {"x:re", "x:rere", "x:rt", "x:4"}


def test_after_a_correction_replies_follow_where_the_person_put_it(evening: Evening) -> None:
    evening.move(root="Q3")
    placement = evening.says("4", "@ailsa Not one?", 19, author="morag", reply_to="x:root")
    assert (placement.question, placement.by, placement.reason) == ("Q3", "reply", MOVED)
    assert not placement.inbox


def test_to_general_too(evening: Evening) -> None:
    carried = evening.move(root=None)
    assert carried["x:re"].question is None
    assert carried["x:re"].reason == "replies to a post that the moderator moved to General"


def test_what_says_otherwise_stays(evening: Evening) -> None:
    evening.says("own", "@ailsa A2: a page", 18, author="calum", reply_to="x:root")
    evening.says("hand", "@ailsa By hand", 18, author="calum", reply_to="x:root")
    evening.move(hand="Q5")
    carried = evening.move(root="Q3")
    assert "x:hand" not in carried
    assert carried["x:own"].question == "Q2"
    assert carried["x:own"].reason == 'labelled "A2", but replies to a post in Q3'
    assert evening.stands("hand").question == "Q5"


def test_several_at_once(evening: Evening) -> None:
    carried = evening.move(root="Q3", re="Q4")
    assert set(carried) == {"x:rere", "x:rt"}
    assert carried["x:rere"].reason == MOVED.replace("Q3", "Q4")
    assert carried["x:rt"].question == "Q3"


def test_posts_that_are_not_held_carry_nothing(evening: Evening) -> None:
    assert evening.grouper.carried({"x:nowhere": "Q3"}) == {}


def test_moving_by_another_id_of_the_post(evening: Evening) -> None:
    evening.says("5", "Nobody, ever", 15, aliases=("x:5b",))
    evening.says("6", "@ailsa Ever?", 16, author="calum", reply_to="x:5b")
    assert set(evening.grouper.carried({"x:5b": "Q3"})) == {"x:6"}


def test_undo_takes_the_whole_thread_back_and_later_replies_with_it(evening: Evening) -> None:
    before = {name: evening.stands(name) for name in ("root", "re", "rere", "rt")}
    evening.move(root="Q3")
    evening.says("4", "@ailsa Not one?", 19, author="morag", reply_to="x:root")
    revised = evening.undo()
    assert {name: evening.stands(name) for name in before} == before
    assert set(revised) == {"x:4"} and revised["x:4"].question == "Q2"
    evening.redo()
    assert evening.stands("re").reason == MOVED
    assert evening.stands("4").question == "Q3"


def test_confirming_teaches_as_well() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("1", "What a day for a ferry", 8)
    doubtful = evening.says("2", "@ailsa Which one?", 9, author="calum", reply_to="x:1")
    evening.move(**{"1": None})
    assert evening.stands("2").confidence > doubtful.confidence
    assert not evening.stands("2").inbox


def test_what_another_process_decides_is_taken_over(evening: Evening) -> None:
    theirs = Captured(post("9", "A third thing", 18), Placement("Q5", "label", "theirs", 0.9))
    assert evening.happen(theirs) == {}
    assert evening.says("10", "@x Third?", 19, author="calum", reply_to="x:9").question == "Q5"
    revised = evening.happen(Grouped({"x:9": Placement("Q6", "time", "theirs", 0.9)}))
    assert revised["x:10"].question == "Q6"
    revised = evening.happen(Placed({"x:9": "Q1"}))
    assert revised["x:10"].reason == MOVED.replace("Q3", "Q1")


def test_another_process_brings_a_late_parent(evening: Evening) -> None:
    evening.says("early", "@morag Really?", 18, reply_to="x:parent")
    theirs = Captured(
        post("parent", "A1: really", 9, author="morag"), Placement("Q1", "label", "", 1)
    )
    assert evening.happen(theirs)["x:early"].question == "Q1"


def test_a_person_decides_while_a_post_is_on_its_way() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("hi", "Hello", 2)
    _, events = evening.place(post("1", "Nobody plans a thing", 15))
    evening.apply(*events)
    _, more = evening.place(post("2", "@ailsa Nobody?", 16, author="calum", reply_to="x:1"))
    carried = evening.grouper.carried({"x:1": "Q3"})
    assert set(carried) == {"x:2"}
    evening.happen(*more, Placed({"x:1": "Q3"}, carried))
    assert evening.stands("2").question == "Q3"
    assert evening.says("3", "@calum Not one", 17, reply_to="x:2").question == "Q3"


def test_undoing_a_host_s_opening(evening: Evening) -> None:
    evening.says("q3", "Q3: Who keeps the passwords?", 20, author=ISLA)
    evening.says("free", "Nobody knows", 25)
    assert evening.stands("free").question == "Q3"
    revised = evening.undo()
    assert evening.chat.periods.open_question == "Q2"
    assert revised["x:free"].question == "Q2"
    assert evening.stands("q3").question == "Q3"
    assert evening.redo()["x:free"].question == "Q3"
    again = evening.hear(post("q3b", "Q3: who keeps the passwords?", 27, author=ISLA))
    assert again.placement.reason == "asks Q3 again" and again.opens is None


def test_closing_a_question(evening: Evening) -> None:
    evening.happen(Closed("Q2", at(19)))
    placement = evening.says("1", "Nobody knows", 25)
    assert (placement.question, placement.reason) == (None, "no question open since 18:19")
    assert placement.inbox


def test_an_edit_that_adds_a_label(evening: Evening) -> None:
    root = evening.chat.entries["x:root"].post
    edited = replace(root, text="A1: nobody plans a thing", version="2", edited_at=at(19))
    revised = evening.happen(Edited(edited))
    assert revised["x:root"].reason == 'labelled "A1"'
    assert {evening.stands(name).question for name in ("root", "re", "rere", "rt")} == {"Q1"}


def test_an_edit_moves_nothing_that_a_person_placed(evening: Evening) -> None:
    evening.move(root="Q3")
    root = evening.chat.entries["x:root"].post
    edited = replace(root, text="A1: nobody plans a thing", version="2", edited_at=at(19))
    assert evening.happen(Edited(edited)) == {}
    assert evening.stands("re").question == "Q3"


def test_a_host_who_takes_a_question_back_by_editing(evening: Evening) -> None:
    evening.says("q3", "Q3: Who keeps the passwords?", 20, author=ISLA)
    mistaken = evening.chat.entries["x:q3"].post
    words = replace(mistaken, text="Two minutes left!", version="2", edited_at=at(21))
    evening.happen(Edited(words))
    assert evening.stands("q3").by != "asked"
    asked = evening.hear(post("q3b", "Q3: who keeps the passwords?", 27, author=ISLA)).placement
    assert asked.reason == "asks Q3"


def test_deleted_posts_stay_where_they_stand(evening: Evening) -> None:
    before = {name: evening.stands(name) for name in ("root", "re", "rere", "rt")}
    assert evening.happen(Deleted(("x:root",), at(19))) == {}
    assert {name: evening.stands(name) for name in before} == before
    evening.open("Q3", 14)
    assert evening.stands("root") == before["root"]
    byhand = evening.says("4", "RT @ailsa: Nobody plans a thing", 20, author="calum")
    assert byhand.reason.startswith("reposts a post from outside the chat")


def test_a_new_agenda_is_read_at_once(evening: Evening) -> None:
    evening.says("1", "A7: the one that is missing", 18)
    assert evening.stands("1").by != "label"
    more = replace(SIX, questions=(*SIX.questions, Question("Q7", "Anything else?")))
    revised = evening.happen(AgendaChanged(more, "2"))
    assert revised["x:1"].question == "Q7"
    assert evening.says("2", "@ailsa Quite", 18, author="calum", reply_to="x:1").question == "Q7"


def test_a_question_that_leaves_the_agenda(evening: Evening) -> None:
    evening.says("1", "A6: they leave", 18)
    fewer = replace(SIX, questions=SIX.questions[:-1])
    evening.happen(AgendaChanged(fewer, "2", {"Q6": None}))
    assert evening.stands("1").question in (None, "Q2")


def test_renamed_questions_keep_their_posts(evening: Evening) -> None:
    questions = tuple(q for q in SIX.questions if q.id != "Q1")
    evening.says("1", "A1: it was", 18)
    evening.move(**{"1": "Q1"})
    evening.happen(AgendaChanged(replace(SIX, questions=questions), "2", {"Q1": "Q5"}))
    assert evening.stands("1") == replace(evening.stands("1"), question="Q5", by="moderator")


def test_after_erasure_everything_is_taken_anew(evening: Evening) -> None:
    left = [entry for entry in evening.chat.entries.values() if entry.id != "x:root"]
    kept: list[Event] = [Begun(SIX), *(Captured(entry.post, entry.placement) for entry in left)]
    evening.chat.reload(recorded(kept))
    assert evening.grouper.observe(Change(reloaded=True)) == {}
    placement = evening.says("4", "@ailsa Not one?", 19, reply_to="x:root")
    assert placement.by != "reply"


def test_what_does_not_concern_grouping_changes_nothing(evening: Evening) -> None:
    assert evening.happen(Starred(("x:root",))) == {}
    remark = post(
        "room:1", "Somebody says: two of us", 18, author="calum", venue="The Pretend Arms"
    )
    assert evening.happen(Remarked(remark, "Q3")) == {}
    assert evening.says("2", "@x Which two?", 19, reply_to="room:1").question == "Q3"
    assert evening.undo() is not None


def test_observing_twice_is_observing_once(evening: Evening) -> None:
    change = evening.apply(Placed({"x:root": "Q3"}))
    first = evening.grouper.observe(change)
    assert set(first) == {"x:re", "x:rere", "x:rt"}
    evening.apply(Grouped(first))
    assert evening.grouper.observe(change) == {}
    assert evening.grouper.observe(Change(changed=list(first), periods=True)) == {}


def test_a_grouper_made_anew_carries_the_same(evening: Evening) -> None:
    evening.says("to", "@ailsa Any page", 19, author="calum")
    assert evening.stands("to").by == "mention"
    anew = Grouper(evening.chat)
    moves = {"x:root": "Q3", "x:rere": "Q3"}
    assert anew.carried(moves) == evening.grouper.carried(moves)


def test_posts_that_another_desk_recorded_together_are_all_known() -> None:
    evening = Evening(SIX, ("Q1", 1))
    in_q3 = Placement("Q3", "label", "says A3", 0.9)
    evening.happen(
        Captured(post("a", "One", 2), Placement("Q1", "time", "Q1 open since 18:01", 0.9)),
        Captured(post("b", "Two", 3), in_q3),
    )
    reply = evening.says("re", "Quite", 19, author="calum", reply_to="x:b")
    assert (reply.question, reply.by) == ("Q3", "reply")


def test_a_farewell_that_another_desk_recorded_ends_the_evening_for_later_posts() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("late", "Nice one", 95)
    farewell = "That's all for tonight folks, thank you and good night!"
    evening.happen(
        Captured(post("bye", farewell, 19, author=ISLA), Placement(None, "general", "", 0.9))
    )
    assert evening.stands("late").reason == "after the end at 18:19"


def test_a_host_s_question_that_comes_late_reaches_posts_long_after_it() -> None:
    evening = Evening(SIX)
    evening.says("far", "Nice one", 95)
    question = post("q", "Q1 Are the days of just doing it over?", 2, author=ISLA)
    placing = evening.hear(question)
    assert placing.opens == "Q1" and set(placing.revised) == {"x:far"}
    assert "Q1" in evening.stands("far").reason


def test_a_farewell_that_comes_late_reaches_posts_long_after_it() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("far", "Nice one", 95)
    farewell = "That's all for tonight folks, thank you and good night!"
    placing = evening.hear(post("bye", farewell, 19, author=ISLA))
    assert set(placing.revised) == {"x:far"}
    assert evening.stands("far").reason == "after the end at 18:19"


def test_nothing_that_nobody_looked_at_is_certain(evening: Evening) -> None:
    carried = evening.move(root="Q3")
    assert max(placement.confidence for placement in carried.values()) <= 0.99


def test_what_is_restored_waits_as_the_size_of_the_inbox_is_now() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.happen(InboxSet("thorough"))
    evening.says("1", "Nobody plans a thing", 2)
    unsure = next(
        replace(evening.stands("1"), confidence=sure / 100)
        for sure in range(99, 0, -1)
        if sure / 100 < shipped().inbox["thorough"].below
    )
    evening.happen(Grouped({"x:1": replace(unsure, inbox=True)}))
    evening.happen(Placed({"x:1": "Q2"}))
    placing = evening.chat.history.undoable
    assert placing
    evening.happen(InboxSet("few"))
    # Another process undid what was the last act when it looked.
    evening.happen(Undone(placing.seq))
    assert evening.stands("1") == replace(unsure, inbox=False)


def test_a_post_that_comes_back_to_where_it_was_waits_for_no_confirmation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evening = Evening(SIX, ("Q1", 1))
    stood = evening.says("1", "Nobody plans a thing", 2)
    elsewhere = replace(stood, question="Q3")
    decisions = iter([Decision(elsewhere), Decision(stood), Decision(stood)])
    decide = Grouper._decide
    monkeypatch.setattr(
        Grouper, "_decide", lambda self, placed: next(decisions, None) or decide(self, placed)
    )
    (placed,) = evening.grouper._memory.posts.values()
    revised: dict[str, Placement] = {}
    assert evening.grouper._reconsider([placed], revised)
    assert evening.grouper._reconsider([placed], revised)
    assert evening.grouper._not_shown(revised) == {}
    assert placed.unconfirmed == []

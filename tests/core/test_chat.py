from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.events import Event
from tartantm.core.post import Author
from tests.builders import AGENDA, at, captured, chat_of, happen, placed, post, recorded, state_of


def test_a_post_is_captured_once() -> None:
    chat = chat_of(*captured(post("1")), *captured(post("1"), question="Q2"))
    assert len(chat.entries) == 1
    assert chat.entries["x:1"].placement.question == "Q1"


def test_the_moderator_wins() -> None:
    chat = chat_of(
        *captured(post("1")), ev.Placed({"x:1": "Q3"}), ev.Grouped({"x:1": placed("Q2")})
    )
    placement = chat.entries["x:1"].placement
    assert (placement.question, placement.by, placement.inbox) == ("Q3", "moderator", False)


def test_what_is_carried_along_stays_the_programs() -> None:
    carried = {"x:2": ev.Placement("Q3", "reply", "replies to a moved post", 0.9)}
    chat = chat_of(*captured(post("1"), post("2")), ev.Placed({"x:1": "Q3"}, carried))
    assert chat.entries["x:2"].placement.question == "Q3"
    assert not chat.entries["x:2"].placement.by_person
    happen(chat, ev.Undone(chat.history.acts[-1].seq))
    assert chat.entries["x:2"].placement.question == "Q1"


def test_edits_keep_place_time_and_annotations() -> None:
    edit = post("1", "Better words", 9, version="2", edited_at=at(9))
    chat = chat_of(*captured(post("1", "Wrods")), ev.Noted("x:1", "good"), ev.Edited(edit))
    entry = chat.entries["x:1"]
    assert (entry.post.text, entry.note, entry.post.sort_at) == ("Better words", "good", at(1))
    assert [wording.text for wording in entry.earlier] == ["Wrods"]


def test_an_edit_that_arrives_late_changes_nothing() -> None:
    new = post("1", "Third", 9, version="3", edited_at=at(9))
    old = post("1", "Second", 5, version="2", edited_at=at(5))
    chat = chat_of(*captured(post("1", "First")), ev.Edited(new), ev.Edited(old))
    assert chat.entries["x:1"].post.text == "Third"


def test_a_deletion_empties_a_post_and_beats_what_comes_later() -> None:
    chat = chat_of(*captured(post("1", "Sorry")), ev.Deleted(("x:1", "x:2"), at(4)))
    happen(chat, *captured(post("2")), ev.Edited(post("1", "Back", edited_at=at(5), version="2")))
    assert chat.entries["x:1"].post.text == ""
    assert not chat.entries["x:1"].published
    assert "x:2" not in chat.entries


def test_a_deletion_may_name_an_alias() -> None:
    status = post("mastodon:https://a.example/1", aliases=("mastodon:a.example/17",))
    chat = chat_of(ev.Deleted(("mastodon:a.example/17",), at(1)), *captured(status))
    assert not chat.entries


def test_replies_find_parents_that_come_later_and_by_alias() -> None:
    reply = post("mastodon:https://b.example/2", reply_to="mastodon:a.example/17")
    parent = post("mastodon:https://a.example/1", aliases=("mastodon:a.example/17",))
    chat = chat_of(*captured(reply, parent))
    assert [entry.id for entry in chat.threads.replies(parent.id)] == [reply.id]
    assert [entry.id for entry in chat.threads.above(reply.id)] == [parent.id]
    assert [entry.id for entry in chat.threads.below("mastodon:a.example/17")] == [reply.id]


def test_a_ring_of_replies_ends() -> None:
    chat = chat_of(*captured(post("1", reply_to="x:2"), post("2", reply_to="x:1")))
    assert len(list(chat.threads.below("x:1"))) == 1
    assert len(list(chat.threads.above("x:1"))) == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1), (1, 0, 2)])
def test_reposts_fold_in_any_order(order: tuple[int, ...]) -> None:
    posts = [post("1"), post("2", repost_of="x:1"), post("3", repost_of="x:1")]
    chat = chat_of(*captured(*(posts[n] for n in order)))
    assert set(chat.entries["x:1"].folds) == {"x:2", "x:3"}
    assert chat.entries["x:1"].listed
    assert not chat.entries["x:2"].listed and not chat.entries["x:3"].listed


def test_reposts_of_what_nobody_holds_fold_into_the_first() -> None:
    chat = chat_of(*captured(post("2", repost_of="x:1"), post("3", repost_of="x:1")))
    assert chat.entries["x:2"].folds == ("x:3",)
    assert chat.entries["x:2"].listed


def test_which_question_is_open() -> None:
    chat = chat_of(
        ev.Opened("Q1", at(5), "host"),
        ev.Opened("Q2", at(15), "moderator"),
        ev.Closed("Q2", at(25)),
    )
    assert chat.periods.open_question is None
    assert [t and t.question for t in map(chat.periods.at, (at(1), at(5), at(16), at(30)))] == [
        *(None, "Q1", "Q2", None)
    ]
    assert (chat.periods.opened_at("Q1"), chat.periods.closed_at("Q1")) == (at(5), at(15))
    happen(chat, ev.Opened("Q1", at(2), "host"))
    assert chat.periods.opened_at("Q1") == at(2)


def test_another_agenda_keeps_what_it_can() -> None:
    chat = chat_of(*captured(post("1")), *captured(post("2"), question="Q3"))
    questions = (Question("Q1", "New"), Question("Q2", "Was one"))
    agenda = AGENDA.__class__("T", questions=questions)
    happen(chat, ev.AgendaChanged(agenda, "e", {"Q1": "Q2"}))
    assert chat.entries["x:1"].placement.question == "Q2"
    lost = chat.entries["x:2"].placement
    assert (lost.question, lost.inbox) == (None, True)
    assert "Q3" in lost.reason


def test_acts_in_words() -> None:
    chat = chat_of(*captured(post("1"), post("2")))
    happen(
        chat,
        ev.Placed({"x:1": "Q2", "x:2": "Q2"}),
        ev.Placed({"x:1": "Q2"}),
        ev.Starred(("x:1",)),
        ev.Noted("x:1", "n"),
        ev.Opened("Q1", at(3), "host", "x:9"),
        ev.Summarised("Q1", "s"),
        ev.Remarked(post("room:1", venue="Glasgow"), "Q1"),
    )
    assert [act.words for act in chat.history.acts] == [
        "Moved 2 posts from Q1 to Q2",
        "Confirmed 1 post under Q2",
        "Starred 1 post",
        "Wrote a note",
        "Opened Q1, asked by the host",
        "Summed up Q1",
        "Wrote down a remark from Glasgow",
    ]


def test_what_followed_a_post_that_was_erased_is_in_words_too() -> None:
    chat = chat_of(*captured(post("1"), post("2")))
    happen(chat, ev.Placed({}, {"x:1": placed("Q2"), "x:2": placed("Q2")}), ev.Placed({}))
    words = [act.words for act in chat.history.acts]
    assert words[0] == "Moved 2 posts along with what was erased"
    assert words[1] == "Moved 0 posts along with what was erased"
    assert chat.stands_at("x:1") == "Q2"
    happen(chat, ev.Undone(chat.history.acts[0].seq))
    assert chat.stands_at("x:1") == chat.stands_at("x:2") == "Q1"


def test_an_opening_by_itself_costs_no_redo() -> None:
    chat = chat_of(*captured(post("1")), ev.Starred(("x:1",)))
    happen(chat, ev.Undone(chat.history.acts[0].seq), ev.Opened("Q1", at(3), "plan"))
    redoable = chat.history.redoable
    assert redoable and redoable.words == "Starred 1 post"
    happen(chat, ev.Redone(redoable.seq))
    assert chat.entries["x:1"].starred


def test_undo_leaves_alone_what_somebody_else_decided_since() -> None:
    chat = chat_of(*captured(post("1")), ev.Noted("x:1", "mine"))
    act = chat.history.acts[-1]
    happen(chat, ev.Noted("x:1", "theirs"), ev.Undone(act.seq))
    assert chat.entries["x:1"].note == "theirs"


def test_undoing_a_merge_leaves_what_stood_under_the_question_that_stayed() -> None:
    chat = chat_of(*captured(post("1"), question="Q3"), ev.Opened("Q3", at(2), "moderator"))
    merged = replace(AGENDA, questions=tuple(q for q in AGENDA.questions if q.id != "Q2"))
    happen(chat, ev.AgendaEdited(merged, {"Q2": "Q3", "Q3": "Q3"}))
    happen(chat, ev.Undone(chat.history.acts[-1].seq))
    assert chat.entries["x:1"].placement.question == "Q3"
    assert chat.periods.open_question == "Q3"


IDS = [f"x:{n}" for n in range(5)]
PLACES = [None, "Q1", "Q2", "Q2a", "Q3"]
some_posts = st.lists(st.sampled_from(IDS), min_size=1, max_size=3, unique=True).map(tuple)
acts: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        ev.Placed, st.dictionaries(st.sampled_from(IDS), st.sampled_from(PLACES), min_size=1)
    ),
    st.builds(ev.Starred, some_posts, st.booleans()),
    st.builds(ev.Hidden, some_posts, st.booleans()),
    st.builds(ev.Marked, some_posts, st.sampled_from(["idea", "action"]), st.booleans()),
    st.builds(ev.Noted, st.sampled_from(IDS), st.none() | st.text(max_size=4)),
    st.builds(ev.Summarised, st.sampled_from(["Q1", "Q3", None]), st.none() | st.text(max_size=4)),
    st.builds(
        ev.Opened,
        st.sampled_from(["Q1", "Q2", "Q3"]),
        st.integers(0, 60).map(at),
        st.just("moderator"),
    ),
    st.builds(ev.Closed, st.just("Q1"), st.integers(0, 60).map(at)),
    st.builds(
        ev.Remarked,
        st.integers(100, 200).map(lambda n: post(f"room:{n}", minute=n / 10)),
        st.sampled_from(PLACES),
    ),
    st.builds(
        ev.AgendaEdited,
        st.sets(st.sampled_from(AGENDA.questions), min_size=1).map(
            lambda some: replace(AGENDA, questions=tuple(sorted(some, key=lambda q: q.id)))
        ),
        st.dictionaries(
            st.sampled_from(["Q1", "Q2", "Q2a", "Q3"]), st.sampled_from(PLACES), max_size=3
        ),
    ),
    st.builds(ev.Muted, st.just("author"), st.just("x:ailsa"), st.booleans()),
    st.builds(ev.Muted, st.just("phrase"), st.sampled_from(["WORDS", "other"]), st.booleans()),
    st.builds(ev.Redacted, st.just("phrase"), st.sampled_from(["words", "x"]), st.booleans()),
)


def fresh() -> Chat:
    authors = [Author("ailsa", "Ailsa Example"), Author("calum", "Calum Sample")]
    posts = [post(f"{n}", minute=n, author=authors[n % 2]) for n in range(5)]
    return chat_of(*captured(*posts, question=None, inbox=True))


@settings(max_examples=150)
@given(st.lists(acts, max_size=12), st.data())
def test_undo_and_redo_at_any_depth(done: list[Event], data: st.DataObject) -> None:
    chat = fresh()
    states = [state_of(chat)]
    done = [event for event in done if happened(chat, event, states)]
    depth = data.draw(st.integers(0, len(done)))
    for n in range(depth):
        undoable = chat.history.undoable
        assert undoable
        happen(chat, ev.Undone(undoable.seq))
        assert seen(state_of(chat)) == seen(states[len(done) - n - 1])
    for n in range(depth):
        redoable = chat.history.redoable
        assert redoable
        happen(chat, ev.Redone(redoable.seq))
        assert seen(state_of(chat)) == seen(states[len(done) - depth + n + 1])


def happened(chat: Chat, event: Event, states: list[dict[str, object]]) -> bool:
    """Let an act happen unless it names a question that the agenda does not have by now."""
    match event:
        case ev.Placed():
            named = set(event.moves.values())
        case ev.Opened() | ev.Remarked():
            named = {event.question}
        case _:
            named = set()
    if any(question is not None and question not in chat.agenda for question in named):
        return False
    happen(chat, event)
    states.append(state_of(chat))
    return True


def seen(state: dict[str, object]) -> dict[str, object]:
    """A withdrawn remark is there no more, for anybody who looks."""
    entries = state["entries"]
    assert isinstance(entries, dict)
    withdrawn = Entry.__struct_fields__.index("withdrawn")
    return state | {"entries": {i: e for i, e in entries.items() if not e[withdrawn]}}


@settings(max_examples=100)
@given(st.lists(acts, max_size=12), st.integers(0, 12))
def test_reopening_gives_the_same_evening(done: list[Event], undone: int) -> None:
    events: list[Event] = [*captured(*(post(f"{n}", minute=n) for n in range(5))), *done]
    chat = chat_of(*events)
    for _ in range(undone):
        if chat.history.undoable:
            event = ev.Undone(chat.history.undoable.seq)
            events.append(event)
            happen(chat, event)
    again = chat_of(*events)
    assert state_of(again) == state_of(chat)
    assert [act.words for act in again.history.acts] == [act.words for act in chat.history.acts]


def test_changes_tell_what_changed() -> None:
    chat = chat_of(*captured(post("1")))
    change = Change().merge(
        chat.apply(item)
        for item in recorded([*captured(post("2")), ev.Starred(("x:1",))], chat.last_seq + 1)
    )
    assert (change.added, change.changed) == (["x:2"], ["x:1"])
    assert [act.words for act in change.acts] == ["Starred 1 post"]

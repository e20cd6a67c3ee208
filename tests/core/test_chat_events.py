"""What each event does to a chat, and what it says has changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Wording
from tartantm.core.events import Event, Recorded
from tests.builders import AGENDA, START, at, captured, chat_of, happen, placed, post

FLAGS = ("periods", "agenda", "summaries", "rules", "sources", "reloaded")


def applied(chat: Chat, event: Event, minute: float = 0) -> Change:
    """Let one event happen at a time of its own; returns what it changed."""
    return chat.apply(Recorded(chat.last_seq + 1, at(minute), event))


@pytest.mark.parametrize(
    ("event", "flags", "posts"),
    [
        (ev.Begun(AGENDA, "d", "00"), {"agenda"}, []),
        (ev.AgendaChanged(AGENDA, "e"), {"agenda", "periods"}, []),
        (ev.AgendaEdited(AGENDA), {"agenda", "periods"}, []),
        (ev.Edited(post("1", "Better", version="2")), set(), ["x:1"]),
        (ev.Deleted(("x:1", "x:404", "x:2"), START), set(), ["x:1", "x:2"]),
        (ev.Grouped({"x:1": placed("Q3"), "x:404": placed("Q3")}), set(), ["x:1"]),
        (ev.Opened("Q1", START, "host"), {"periods"}, []),
        (ev.Closed("Q1", START), {"periods"}, []),
        (ev.Placed({"x:1": "Q3"}, {"x:2": placed("Q3")}), set(), ["x:1", "x:2"]),
        (ev.Starred(("x:2", "x:404")), set(), ["x:2"]),
        (ev.Hidden(("x:1", "x:2")), set(), ["x:1", "x:2"]),
        (ev.Marked(("x:1",), "idea"), set(), ["x:1"]),
        (ev.Noted("x:1", "A note"), set(), ["x:1"]),
        (ev.Summarised("Q1", "All agreed."), {"summaries"}, []),
        (ev.Summarised(None, "All agreed."), {"summaries"}, []),
        (ev.Muted("author", "x:ailsa"), {"rules"}, ["x:1", "x:2"]),
        (ev.Redacted("phrase", "words"), {"rules"}, ["x:1", "x:2"]),
        (ev.SourceChanged("x", "connected"), {"sources"}, []),
        (ev.Filled("x", START, START, "search"), {"sources"}, []),
        (ev.Rechecked(2), {"sources"}, []),
        (ev.Erased(1), {"reloaded"}, []),
        (ev.Undone(404), set(), []),
    ],
)
def test_a_change_says_what_has_to_be_shown_anew(
    event: Event, flags: set[str], posts: list[str]
) -> None:
    chat = chat_of(*captured(post("1"), post("2")))
    change = applied(chat, event, 7)
    assert {flag for flag in FLAGS if getattr(change, flag)} == flags
    assert (change.added, change.changed) == ([], posts)
    assert (chat.last_seq, chat.last_at) == (4, at(7))


def test_a_chat_begins_with_an_agenda_a_digest_and_a_salt() -> None:
    chat = chat_of()
    assert (chat.agenda, chat.digest, chat.salt) == (AGENDA, "d", "00" * 8)
    other = replace(AGENDA, title="Other")
    happen(chat, ev.AgendaChanged(other, "e"))
    assert (chat.agenda, chat.digest, chat.salt) == (other, "e", "00" * 8)
    happen(chat, ev.AgendaChanged(AGENDA))
    assert (chat.agenda, chat.digest) == (AGENDA, "e")


def test_an_empty_chat_holds_nothing() -> None:
    chat = Chat()
    assert (chat.agenda.title, chat.digest, chat.salt, chat.summary) == ("", "", "", None)
    assert (chat.last_seq, chat.last_at, chat.erased, chat.rechecked) == (0, None, 0, None)
    assert not (chat.entries or chat.sources or chat.coverage or chat.mutes or chat.redactions)
    assert chat.entry(None) is None and chat.entry("x:1") is None
    assert chat.ordered() == [] and chat.summary_of("Q1") is None


def test_what_was_heard_of_sources_is_kept_with_its_time() -> None:
    chat = chat_of()
    connected, lost = ev.SourceChanged("x", "connected"), ev.SourceChanged("x", "lost", "Cut.")
    filled = ev.Filled("x", START, at(3), "search", 2)
    events: list[Event] = [connected, lost, filled]
    for minute, event in enumerate(events):
        applied(chat, event, minute)
    assert chat.sources == {"x": lost}
    assert chat.coverage == [(at(0), connected), (at(1), lost), (at(2), filled)]
    applied(chat, ev.Rechecked(5, gone=1), 4)
    assert chat.rechecked == (at(4), ev.Rechecked(5, gone=1))


def test_erasures_add_up() -> None:
    chat = chat_of(ev.Erased(2, ("a",)), ev.Erased(3, ("b", "a")))
    assert (chat.erased, chat.blocked) == (5, {"a", "b"})


def test_a_post_knows_who_brought_it_and_when() -> None:
    chat = chat_of()
    change = applied(chat, ev.Captured(post("1"), placed("Q2"), "mastodon:a.example"))
    entry = chat.entries["x:1"]
    assert (entry.source, entry.seq, entry.placement) == ("mastodon:a.example", 2, placed("Q2"))
    assert (change.added, change.changed, change.acts) == (["x:1"], [], [])
    remark = post("room:1", "Said aloud", venue="Glasgow")
    change = applied(chat, ev.Remarked(remark, "Q1"))
    said = chat.entries["room:1"]
    assert said.source == "" and change.added == ["room:1"]
    reason = "Said at the venue; placed by the moderator"
    assert said.placement == ev.Placement("Q1", "moderator", reason, 1.0)
    assert [act.words for act in change.acts] == ["Wrote down a remark from Glasgow"]


def test_a_post_that_was_placed_by_hand_says_so() -> None:
    chat = chat_of(*captured(post("1")), ev.Placed({"x:1": None}))
    reason = "Placed by the moderator"
    assert chat.entries["x:1"].placement == ev.Placement(None, "moderator", reason, 1.0)


def test_a_repost_that_comes_first_changes_when_its_original_comes() -> None:
    chat = chat_of(*captured(post("2", repost_of="x:1")))
    change = applied(chat, captured(post("1"))[0])
    assert change.added == ["x:1"] and set(change.changed) == {"x:1", "x:2"}


def test_a_post_that_is_heard_again_in_other_words_is_an_edit() -> None:
    chat = chat_of(*captured(post("1", "First", version="1")))
    again = post("1", "Second", version="2", edited_at=at(5))
    change = applied(chat, captured(again)[0])
    assert (change.added, change.changed) == ([], ["x:1"])
    entry = chat.entries["x:1"]
    assert entry.post.text == "Second" and entry.earlier == (Wording(at(5), "First"),)
    # Without a time of its edit, or in the same version, it is the same post heard twice.
    for same in (post("1", "Third", version="3"), replace(again, text="Fourth")):
        change = applied(chat, captured(same)[0])
        assert (change.added, change.changed) == ([], [])
        assert chat.entries["x:1"].post.text == "Second"


def test_earlier_words_are_kept_with_the_time_until_which_they_held() -> None:
    chat = chat_of(*captured(post("1", "One")))
    applied(chat, ev.Edited(post("1", "Two", version="2", edited_at=at(3))), 4)
    applied(chat, ev.Edited(post("1", "Three", version="3")), 8)
    applied(chat, ev.Edited(post("1", "Three", version="4", edited_at=at(9))), 10)
    entry = chat.entries["x:1"]
    assert entry.earlier == (Wording(at(3), "One"), Wording(at(8), "Two"))
    assert entry.post.version == "4"
    # An edit of the same second is the later one.
    applied(chat, ev.Edited(post("1", "Four", version="5", edited_at=at(9))), 11)
    assert chat.entries["x:1"].post.text == "Four"


def test_an_edit_of_what_nobody_holds_or_what_is_gone_changes_nothing() -> None:
    chat = chat_of(*captured(post("1")), ev.Deleted(("x:1",), at(3), "account"))
    assert applied(chat, ev.Edited(post("2", "New", version="2"))).changed == []
    assert applied(chat, ev.Edited(post("1", "Back", version="2"))).changed == []
    entry = chat.entries["x:1"]
    assert (entry.post.text, entry.deleted_at, entry.deleted_why) == ("", at(3), "account")
    assert applied(chat, ev.Deleted(("x:1",), at(9))).changed == []
    assert chat.entries["x:1"].deleted_at == at(3)


def test_a_deleted_post_leaves_no_earlier_words() -> None:
    edit = post("1", "Two", version="2", edited_at=at(2))
    chat = chat_of(*captured(post("1", "One")), ev.Edited(edit), ev.Deleted(("x:1",), at(3)))
    assert chat.entries["x:1"].earlier == ()


def test_an_edit_brings_new_ids_under_which_replies_find_it() -> None:
    chat = chat_of(*captured(post("1"), post("3", reply_to="x:2")))
    happen(chat, ev.Edited(post("1", "Better", aliases=("x:2",), version="2", edited_at=at(2))))
    assert chat.entry("x:2") is chat.entries["x:1"]
    assert [entry.id for entry in chat.threads.replies("x:1")] == ["x:3"]


def test_mutes_hold_for_what_comes_and_what_is_edited_later() -> None:
    chat = chat_of(ev.Muted("phrase", "spam"), *captured(post("1", "Some spam"), post("2", "Fine")))
    assert (chat.entries["x:1"].muted, chat.entries["x:2"].muted) == (True, False)
    happen(chat, ev.Edited(post("2", "More spam", version="2", edited_at=at(2))))
    assert chat.entries["x:2"].muted
    change = applied(chat, ev.Undone(2))
    assert not (chat.mutes or chat.entries["x:1"].muted or chat.entries["x:2"].muted)
    assert change.rules and {"x:1", "x:2"} <= set(change.changed)
    change = applied(chat, ev.Redone(2))
    assert chat.entries["x:1"].muted and change.rules


def test_redactions_are_kept_with_time_and_reason_until_they_are_taken_back() -> None:
    chat = chat_of(*captured(post("1")))
    applied(chat, ev.Redacted("phrase", "a", reason="abuse"), 1)
    applied(chat, ev.Redacted("post", "x:1"), 2)
    applied(chat, ev.Redacted("phrase", "a", reason="personal"), 3)
    first, again = ("post", "x:1"), ("phrase", "a")
    assert list(chat.redactions.items()) == [(first, (at(2), "")), (again, (at(3), "personal"))]
    applied(chat, ev.Redacted("post", "x:1", on=False), 4)
    assert chat.redactions == {again: (at(3), "personal")}


def test_marks_are_each_there_once_the_last_at_the_end() -> None:
    chat = chat_of(*captured(post("1")))
    marks: tuple[ev.Mark, ...] = ("idea", "action", "idea")
    for mark in marks:
        happen(chat, ev.Marked(("x:1", "x:404"), mark))
    assert list(chat.entries["x:1"].marks) == ["action", "idea"]
    happen(chat, ev.Marked(("x:1",), "action", on=False))
    assert list(chat.entries["x:1"].marks) == ["idea"]


def test_summaries_of_questions_and_of_the_chat_stand_side_by_side() -> None:
    chat = chat_of(ev.Summarised("Q1", "One"), ev.Summarised(None, "All"), ev.Noted("x:1", "n"))
    assert (chat.summary_of("Q1"), chat.summary_of("Q2"), chat.summary) == ("One", None, "All")
    happen(chat, ev.Undone(2))
    assert (chat.summary_of("Q1"), chat.summary) == (None, "All")


def test_an_opening_remembers_who_opened_it_and_with_which_post() -> None:
    chat = chat_of(ev.Opened("Q1", at(5), "host", "x:1"), ev.Closed("Q1", at(9)))
    opened, closed = chat.periods.active
    assert (opened.question, opened.at, opened.by, opened.post, opened.seq) == (
        *("Q1", at(5), "host", "x:1", 2),
    )
    assert (closed.question, closed.at, closed.seq) == (None, at(9), 3)


@pytest.mark.parametrize("by", ["moderator", "host", "plan"])
def test_only_a_person_s_opening_is_an_act_of_theirs(by: str) -> None:
    chat = chat_of(ev.Opened("Q1", at(5), by))  # type: ignore[arg-type]
    assert chat.history.acts[0].by_person is (by == "moderator")


def test_undo_says_which_act_and_which_posts() -> None:
    chat = chat_of(*captured(post("1")), ev.Starred(("x:1",)))
    change = applied(chat, ev.Undone(3), 5)
    assert change.changed == ["x:1"] and change.periods and change.summaries
    assert not (change.agenda or change.rules)
    (act,) = change.acts
    assert (act.words, act.seq, act.at, act.undone) == ("Starred 1 post", 3, START, True)
    assert applied(chat, ev.Undone(3)).acts == []
    assert not applied(chat, ev.Undone(3)).periods


def test_an_undone_edit_of_the_agenda_moves_what_came_since_back() -> None:
    three = replace(AGENDA, questions=tuple(q for q in AGENDA.questions if q.id != "Q2"))
    chat = chat_of(*captured(post("1"), question="Q3"))
    renamed: dict[str, str | None] = {"Q2": None, "Q3": "Q2"}
    agenda = replace(three, questions=(*three.questions[:1], Question("Q2", "Who keeps the keys?")))
    change = applied(chat, ev.AgendaEdited(agenda, renamed))
    assert change.changed == ["x:1"] and chat.entries["x:1"].placement.question == "Q2"
    happen(chat, *captured(post("2"), question="Q2"), ev.Opened("Q2", at(3), "moderator"))
    change = applied(chat, ev.Undone(3))
    assert change.agenda and {"x:1", "x:2"} <= set(change.changed)
    assert chat.agenda == AGENDA
    assert [entry.placement.question for entry in chat.ordered()] == ["Q3", "Q3"]
    assert chat.periods.open_question == "Q3"


def test_posts_are_ordered_by_time_and_then_by_arrival() -> None:
    posts = post("3", minute=2), post("1", minute=1), post("2", minute=1)
    chat = chat_of(*captured(*posts))
    assert [entry.id for entry in chat.ordered()] == ["x:1", "x:2", "x:3"]


def test_a_chat_that_is_loaded_anew_forgets_what_it_was() -> None:
    chat = chat_of(*captured(post("1")), ev.Starred(("x:1",)))
    entries = chat.entries
    chat.reload([Recorded(1, START + timedelta(minutes=1), ev.Begun(AGENDA))])
    assert not chat.entries and chat.entries is not entries
    assert (chat.last_seq, chat.last_at) == (1, at(1))
    assert chat.history.undoable is None


def test_acts_of_a_chat_that_it_became_are_undone_in_it() -> None:
    chat, agenda = chat_of(), replace(AGENDA, title="Another")
    chat.become(chat_of(ev.AgendaEdited(agenda, {}), ev.Summarised(None, "Said")))
    assert (chat.agenda.title, chat.summary) == ("Another", "Said")
    happen(chat, ev.Undone(3), ev.Undone(2))
    assert (chat.agenda.title, chat.summary) == (AGENDA.title, None)

from __future__ import annotations

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Question
from tartantm.core.chat import Chat
from tests.builders import AGENDA, at, captured, chat_of, happen, post

INSERTED = replace(
    AGENDA,
    questions=(
        Question("Q1", "Are the days of just doing it over?"),
        Question("Q2", "A new one"),
        Question("Q3", "Do we need a strategy?"),
        Question("Q3a", "Who reads it?", "Q3"),
        Question("Q4", "Who keeps the keys?"),
    ),
)
RENAMED: dict[str, str | None] = {"Q2": "Q3", "Q2a": "Q3a", "Q3": "Q4"}


def inserted(*before: ev.Event) -> Chat:
    return chat_of(*before, ev.AgendaEdited(INSERTED, RENAMED, "Inserted Q2"))


def where(chat: Chat) -> dict[str, str | None]:
    return {entry.id[2:]: entry.placement.question for entry in chat.entries.values()}


def undo(chat: Chat) -> None:
    act = chat.history.undoable
    assert act
    happen(chat, ev.Undone(act.seq))


def redo(chat: Chat) -> None:
    act = chat.history.redoable
    assert act
    happen(chat, ev.Redone(act.seq))


def test_posts_periods_and_summaries_go_with_their_questions() -> None:
    chat = inserted(
        *captured(post("1")),
        *captured(post("2"), question="Q2a"),
        ev.Opened("Q3", at(5), "moderator"),
        ev.Summarised("Q3", "Nobody does."),
    )
    assert where(chat) == {"1": "Q1", "2": "Q3a"}
    assert chat.periods.open_question == "Q4"
    assert (chat.summary_of("Q4"), chat.summary_of("Q3")) == ("Nobody does.", None)
    undo(chat)
    assert chat.agenda == AGENDA
    assert where(chat) == {"1": "Q1", "2": "Q2a"}
    assert (chat.periods.open_question, chat.summary_of("Q3")) == ("Q3", "Nobody does.")


def test_what_came_since_is_carried_back_and_forth() -> None:
    chat = inserted(*captured(post("1"), question="Q3"))
    happen(chat, *captured(post("2"), question="Q4"), *captured(post("3"), question="Q2"))
    happen(chat, ev.Opened("Q4", at(9), "plan"))
    happen(chat, ev.Undone(chat.history.acts[0].seq))
    assert where(chat) == {"1": "Q3", "2": "Q3", "3": None}
    assert chat.entries["x:3"].placement.inbox
    assert chat.periods.open_question == "Q3"
    redo(chat)
    assert where(chat) == {"1": "Q4", "2": "Q4", "3": "Q2"}
    assert chat.periods.open_question == "Q4"


def test_merged_questions_share_posts_and_summaries() -> None:
    one: Agenda = replace(AGENDA, questions=AGENDA.questions[:1])
    chat = chat_of(
        *captured(post("1")),
        *captured(post("2"), question="Q3"),
        ev.Summarised("Q1", "One."),
        ev.Summarised("Q3", "Three."),
        ev.AgendaEdited(one, {"Q2": "Q1", "Q2a": "Q1", "Q3": "Q1"}, "Merged all"),
    )
    assert where(chat) == {"1": "Q1", "2": "Q1"}
    assert chat.summary_of("Q1") == "One.\n\nThree."
    assert chat.history.acts[-1].words == "Merged all"


def test_a_post_moved_since_goes_where_that_question_was() -> None:
    chat = inserted(*captured(post("1"), question="Q2"))
    happen(chat, ev.Placed({"x:1": "Q4"}))
    happen(chat, ev.Undone(chat.history.acts[0].seq))
    assert where(chat) == {"1": "Q3"}
    assert chat.entries["x:1"].placement.by_person

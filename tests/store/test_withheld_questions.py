"""Deletion and erasing leave no word of a question that hiding its post would withhold."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.folding import words
from tartantm.core.post import Author, Media
from tartantm.core.seen_questions import SeenQuestions
from tartantm.core.traces import Traces
from tartantm.store.deletion_plan import plan_of
from tartantm.store.purge import Purge
from tests.builders import AGENDA, at, captured, chat_of, post
from tests.erasing import erasure_of

WORDS = ("moss", "kettles", "minutes", "oat", "thistles", "A1", "Who", "keeps", "the", "keys?")
MARKERS = set(words("[withheld] [words withheld] [deleted at its network]"))

texts = st.lists(
    st.sampled_from((*WORDS, "Who keeps the keys?", "问清洁工他们会在会议")), max_size=9
)


def seen(chat: Chat) -> set[str]:
    traces = Traces(chat)
    questions = SeenQuestions(chat, None, traces)
    return set(words(questions.text(chat.agenda.questions[-1]))) - MARKERS


@given(texts, texts, texts, texts)
@settings(max_examples=150, deadline=None)
def test_no_act_leaves_what_another_takes(
    said: list[str], before: list[str], beside: list[str], asked: list[str]
) -> None:
    text, author = " ".join(asked) or "?", Author("ailsa", "Ailsa Example", "7")
    shown: dict[str, Any] = {
        "author": author,
        "media": (Media("image", None, " ".join(beside)),),
        "content_warning": " ".join(beside[:3]) or None,
    }
    made = replace(AGENDA, questions=(*AGENDA.questions, Question("Q4", text, asked_by=("x:1",))))
    events = [
        *captured(post("1", " ".join(before), **shown), post("2", "Other", author="beth")),
        ev.AgendaEdited(made, {}, "x"),
        ev.Edited(post("1", " ".join(said), version="2", edited_at=at(3), **shown)),
    ]
    hidden = seen(chat_of(*events, ev.Hidden(("x:1",))))
    chat = chat_of(*events)
    left = Purge(plan_of(chat, [ev.Deleted(("x:1",), at(9))])).rewrite(events[2])
    assert isinstance(left, ev.AgendaEdited)
    assert set(words(left.agenda.questions[-1].text)) - MARKERS <= hidden
    assert seen(erasure_of(events, post="x:1").after) <= hidden
    assert seen(erasure_of(events, "ailsa").after) <= hidden

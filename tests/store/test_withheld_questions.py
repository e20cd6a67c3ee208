"""Deletion and erasing leave no word of a question that hiding its post would withhold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.folding import words
from tartantm.core.post import Author, Media
from tartantm.core.redaction import Redactions
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


CLEANERS = "Why does nobody ask the cleaners what they would put in the minutes?"
SHEARS = "Where do the gardeners keep the shears when it snows?"
LEFT = {"x:1": SHEARS, "x:3": CLEANERS}


def shown(chat: Chat) -> str:
    """The last question as readers see it."""
    traces = Traces(chat)
    questions = SeenQuestions(chat, Redactions(chat, traces=traces), traces)
    return questions.text(chat.agenda.questions[-1])


def asking(text: str, *more: ev.Event, third: str = f"Q5: {SHEARS} #tartantm") -> list[ev.Event]:
    """A question that was made of posts by two people."""
    made = Question("Q4", text, asked_by=("x:11", "x:3"))
    ailsa, calum = Author("ailsa", "Ailsa Example", "7"), Author("calum", "Calum Sample", "8")
    return [
        *captured(
            post("1", CLEANERS, author=ailsa, aliases=("x:11",)), post("3", third, author=calum)
        ),
        ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, made)), {}, "x"),
        *more,
    ]


def acts_on(events: list[ev.Event], gone: str) -> dict[str, str]:
    """What is left of the question once one of its posts goes, by the act."""
    chat = chat_of(*events)
    purge = Purge(plan_of(chat, [ev.Deleted((gone,), at(9))]))
    (edited,) = (each for each in map(purge.rewrite, events) if isinstance(each, ev.AgendaEdited))
    account = "ailsa" if gone == "x:1" else "calum"
    return {
        "hide": shown(chat_of(*events, ev.Hidden((gone,)))),
        "mute": shown(chat_of(*events, ev.Muted("author", f"x:{account}"))),
        "redact": shown(chat_of(*events, ev.Redacted("post", gone))),
        "delete": edited.agenda.questions[-1].text,
        "erase": shown(erasure_of(events, post=gone).after),
        "erase all": shown(erasure_of(events, account).after),
    }


MARKS = {"redact": "[redacted]", "delete": "[deleted at its network]"}


@pytest.mark.parametrize("gone", ["x:1", "x:3"])
@pytest.mark.parametrize("order", [1, -1])
def test_of_a_merged_question_the_words_of_the_post_that_stays_stay(gone: str, order: int) -> None:
    both = (CLEANERS, SHEARS)[::order]
    left = " ".join(both).replace(({*both} - {LEFT[gone]}).pop()[:-1], "{}")
    found = acts_on(asking(" ".join(both)), gone)
    assert found == {act: left.format(MARKS.get(act, "[words withheld]")) for act in found}


def test_a_short_question_beside_another_stays_without_its_label_and_hashtag() -> None:
    events = asking(f"{CLEANERS} Who pays?", third="#tartantm Q5: Who #x pays?")
    found = acts_on(events, "x:1")
    assert found == {act: f"{MARKS.get(act, '[words withheld]')}? Who pays?" for act in found}


@pytest.mark.parametrize(
    "other",
    [
        ev.Hidden(("x:3",)),
        ev.Muted("author", "x:calum"),
        ev.Redacted("post", "x:3"),
        ev.Redacted("post", "x:9"),
        ev.Redacted("post", "x:13"),
    ],
)
def test_words_of_a_post_that_is_withheld_as_well_do_not_stay(other: ev.Event) -> None:
    calum = Author("calum", "Calum Sample", "8")
    repeats = captured(
        post("9", "RT", author="isla", repost_of="x:3"),
        post("13", f"Q5: {SHEARS} #tartantm", 50, author=calum),
    )
    events = asking(f"{CLEANERS} {SHEARS}", *repeats, other)
    for text in acts_on(events, "x:1").values():
        assert "gardeners" not in text and "cleaners" not in text


def test_what_two_posts_say_goes_once_neither_is_shown() -> None:
    common = asking(CLEANERS, third=f"I say so too: {CLEANERS}")
    assert acts_on(common, "x:1")["hide"] == CLEANERS
    for one in (ev.Hidden(("x:1",)), ev.Redacted("post", "x:1")):
        for other in (ev.Hidden(("x:3",)), ev.Redacted("post", "x:3")):
            assert "cleaners" not in shown(chat_of(*common, one, other))


def test_a_copy_by_the_same_person_does_not_keep_the_words() -> None:
    copy = captured(post("12", CLEANERS, 40, author=Author("ailsa", "Ailsa Example", "7")))
    made = Question("Q4", CLEANERS, asked_by=("x:1", "x:12"))
    agenda = replace(AGENDA, questions=(*AGENDA.questions, made))
    chat = chat_of(*asking("?"), *copy, ev.AgendaEdited(agenda, {}, "x"), ev.Hidden(("x:1",)))
    assert shown(chat) == "[withheld]"


@pytest.mark.parametrize(
    "asked",
    [
        "And where do they keep the shears when it snows?",
        "Do the gardeners keep shears?",
        "Our cleaners and our gardeners: who asks them, and where do they {keep the shears when it"
        " snows}?",
        "keep the shears when it snows, asks one of us",
    ],
)
def test_a_question_that_was_put_in_other_words_goes_alike_in_every_act(asked: str) -> None:
    made = Question("Q4", asked.replace("{", "").replace("}", ""), asked_by=("x:3",))
    agenda = replace(AGENDA, questions=(*AGENDA.questions, made))
    events = [*asking("?")[:-1], ev.AgendaEdited(agenda, {}, "x")]
    start, _, rest = asked.partition("{")
    for act, text in acts_on(events, "x:3").items():
        if rest:
            mark = MARKS.get(act, "[words withheld]")
            assert text == f"{start}{mark}{rest.partition('}')[2]}"
        else:
            assert text == MARKS.get(act, "[withheld]")

"""What readers see of questions that were made of posts, once they do not see the post."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Media
from tartantm.core.redaction import Redactions
from tartantm.core.seen_questions import SeenQuestions
from tartantm.core.traces import Traces
from tests.builders import AGENDA, at, captured, chat_of, happen, post

AILSA = Author("ailsa", "Ailsa Example", "7")
SAID = "Who keeps the minutes warm until everybody has read them"
REWORDED = f"Our hosts wonder, after all that was said before the break: {SAID[:42]}, or who else?"
PLANNED = Question("Q1", "Who reads the minutes?", asked_by=("x:1",))


def evening(text: str = SAID, *more: ev.Event, asked_by: tuple[str, ...] = ("x:1",)) -> Chat:
    """Q4 was made of what Ailsa said, in these words."""
    made = Question("Q4", text, asked_by=asked_by)
    return chat_of(
        *captured(post("1", SAID, author=AILSA), post("2", "Calum does", author="calum")),
        ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, made)), {}, "x"),
        *more,
    )


def seen(chat: Chat, *, hidden_too: bool = False) -> str:
    """The last question as readers see it."""
    traces = Traces(chat)
    questions = SeenQuestions(chat, Redactions(chat, traces=traces), traces, hidden_too=hidden_too)
    return questions.text(chat.agenda.questions[-1])


HIDING = [
    ev.Hidden(("x:1",)),
    ev.Muted("author", "x:ailsa"),
    ev.Muted("phrase", "minutes warm"),
    ev.Muted("exact", "minutes warm"),
]


@pytest.mark.parametrize("act", HIDING)
def test_a_question_goes_with_the_post_it_was_made_of_and_comes_back_with_it(act: ev.Act) -> None:
    chat = evening(SAID, act)
    assert seen(chat) == "[withheld]"
    assert seen(chat, hidden_too=True) == SAID
    happen(chat, ev.Undone(chat.last_seq))
    assert seen(chat) == SAID


@pytest.mark.parametrize("act", HIDING)
def test_of_the_moderators_words_only_those_go_that_repeat_the_post(act: ev.Act) -> None:
    left = "Our hosts wonder, after all that was said before the break: {}, or who else?"
    assert seen(evening(REWORDED, act)) == left.format("[words withheld]")
    assert seen(evening(REWORDED, act), hidden_too=True) == REWORDED
    assert seen(evening("What is our plan?", act)) == "What is our plan?"
    redacted = evening(REWORDED, act, ev.Redacted("post", "x:1", reason="request"))
    assert seen(redacted) == left.format("[redacted: by request]")


def test_words_of_posts_that_are_read_on_x_are_not_read_in_a_question() -> None:
    def left(chat: Chat) -> str:
        traces = Traces(chat)
        return SeenQuestions(chat, None, traces, left_on_x=True).text(chat.agenda.questions[-1])

    ours = "Our hosts wonder, after all that was said before the break: {}, or who else?"
    assert left(evening()) == "[words on X]"
    assert left(evening(REWORDED)) == ours.format("[words on X]")
    assert left(evening(SAID, ev.Hidden(("x:1",)))) == "[withheld]"
    assert left(evening("What is our plan?")) == "What is our plan?"
    elsewhere = Question("Q4", SAID, asked_by=("mastodon:1",))
    edited = ev.AgendaEdited(replace(AGENDA, questions=(elsewhere,)), {}, "x")
    assert left(chat_of(*captured(post("mastodon:1", SAID)), edited)) == SAID


@pytest.mark.parametrize("asked_by, shown", [("x:1", "[words on X]"), ("x:9", None)])
def test_what_left_a_question_of_x_leaves_no_more_of_it(asked_by: str, shown: str | None) -> None:
    """Nothing shows any more whose words the rest of it are."""
    cut = "Who keeps [name withheld] warm?"
    chat = evening(cut, asked_by=(asked_by,))
    traces, asked = Traces(chat), chat.agenda.questions[-1]
    assert SeenQuestions(chat, None, traces, left_on_x=True).text(asked) == (shown or cut)
    assert SeenQuestions(chat, None, traces).text(asked) == cut
    hidden = evening(cut, ev.Hidden(("x:1",)))
    assert SeenQuestions(hidden, None, Traces(hidden)).text(asked) == cut


def test_redacting_withholds_the_same_whoever_else_said_it_before() -> None:
    left = "Our hosts wonder, after all that was said before the break: {}, or who else?"
    made = Question("Q4", REWORDED, asked_by=("x:1",))
    chat = chat_of(
        *captured(post("0", SAID[:42], author="calum"), post("1", SAID, author=AILSA)),
        ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, made)), {}, "x"),
        ev.Redacted("post", "x:1"),
    )
    assert seen(chat) == left.format("[redacted]")
    assert Redactions(chat).words(SAID[:42]) == SAID[:42]


def test_what_hides_no_post_withholds_no_question() -> None:
    for chat in (
        evening(SAID),
        evening(SAID, ev.Hidden(("x:2",))),
        evening(SAID, ev.Hidden(("x:1",)), ev.Hidden(("x:1",), on=False)),
        evening(SAID, ev.Hidden(("x:1",)), asked_by=("x:2",)),
        evening(SAID, ev.Hidden(("x:1",)), asked_by=()),
    ):
        assert seen(chat) == SAID
        traces = Traces(chat)
        assert not SeenQuestions(chat, None, traces)


def test_there_is_something_to_withhold_only_where_words_go() -> None:
    for text, withheld in ((SAID, True), (REWORDED, True), ("Something else?", False)):
        chat = evening(text, ev.Hidden(("x:1",)))
        assert bool(SeenQuestions(chat, None, Traces(chat))) is withheld
        assert not SeenQuestions(chat, None, Traces(chat), hidden_too=True)


def test_a_question_that_was_planned_keeps_its_words() -> None:
    agenda = replace(AGENDA, questions=(PLANNED, Question("Q2", SAID, asked_by=("x:2",))))
    chat = chat_of(
        *captured(post("1", f"Q1: {PLANNED.text}"), post("2", SAID)),
        ev.Hidden(("x:1", "x:2")),
        agenda=agenda,
    )
    assert seen(chat) == SAID
    questions = SeenQuestions(chat, None, Traces(chat))
    assert questions.text(chat.agenda.questions[0]) == PLANNED.text and not questions


def test_the_same_words_are_not_withheld_where_no_post_asked_them() -> None:
    chat = evening(SAID, ev.Hidden(("x:1",)))
    questions = SeenQuestions(chat, None, Traces(chat))
    assert questions.text(Question("Q5", SAID)) == SAID
    assert questions.instead(Question("Q5", "Who else?", asked_by=("x:2",))) == ""
    assert questions.text(Question("Q2", SAID, asked_by=("x:9",))) == "[withheld]"
    chat = evening(REWORDED, ev.Hidden(("x:1",)))
    assert SeenQuestions(chat, None, Traces(chat)).spans(Question("Q5", REWORDED)) == []


def test_other_stretches_are_replaced_at_once() -> None:
    chat = evening(REWORDED, ev.Hidden(("x:1",)), ev.Redacted("phrase", "or who"))
    rules = Redactions(chat)
    questions = SeenQuestions(chat, rules, Traces(chat))
    asked = chat.agenda.questions[-1]
    assert questions.text(asked, rules.spans(asked.text)).endswith(
        "break: [words withheld], [redacted] else?"
    )


def test_a_redaction_knows_its_questions_by_their_words_and_that_a_post_asked_them() -> None:
    rules = Redactions(evening(SAID, ev.Redacted("post", "x:1")))
    assert rules.instead_of_question(Question("Q9", SAID, asked_by=("x:9",))) == "[redacted]"
    assert rules.instead_of_question(Question("Q4", SAID)) == ""
    assert rules.question_spans(Question("Q4", SAID, asked_by=("x:1",))) == []
    rules = Redactions(evening(REWORDED, ev.Redacted("post", "x:1")))
    assert rules.question_spans(Question("Q4", REWORDED)) == []
    assert rules.question_spans(Question("Q9", REWORDED, asked_by=("x:9",)))


def test_a_phrase_says_why_it_is_withheld_also_within_what_a_post_said() -> None:
    phrase = ev.Redacted("phrase", "minutes warm", reason="abuse")
    chat = evening(REWORDED, phrase, ev.Redacted("post", "x:1", reason="request"))
    rules, asked = Redactions(chat), chat.agenda.questions[-1]
    text = SeenQuestions(chat, rules, Traces(chat)).text(asked, rules.spans(asked.text))
    assert "[redacted: abuse]" in text and "by request" not in text


def test_a_post_that_goes_with_another_takes_its_question_along() -> None:
    repost = captured(post("3", f"RT {SAID}", author="dele", repost_of="x:1"))
    chat = evening(SAID, *repost, ev.Hidden(("x:1",)), asked_by=("x:3",))
    assert seen(chat) == "[withheld]" and seen(chat, hidden_too=True) == SAID


def test_a_post_that_is_protected_or_was_taken_back_is_not_seen_by_anybody() -> None:
    chat = evening(SAID)
    chat.entries["x:1"].post = replace(chat.entries["x:1"].post, visibility="restricted")
    assert seen(chat) == seen(chat, hidden_too=True) == "[withheld]"
    chat = evening(SAID)
    chat.entries["x:1"].withdrawn = True
    assert seen(chat) == seen(chat, hidden_too=True) == "[withheld]"


def test_of_a_deleted_post_nothing_is_left_to_withhold() -> None:
    chat = evening("What is our plan?", ev.Deleted(("x:1",), at(5)))
    assert seen(chat) == "What is our plan?"


@pytest.mark.parametrize("act", [*HIDING[:2], ev.Redacted("post", "x:1")])
def test_words_of_the_agenda_stay_in_a_question_that_was_merged_or_worded_anew(act: ev.Act) -> None:
    marker = "[redacted]" if isinstance(act, ev.Redacted) else "[words withheld]"
    assert seen(evening(f"Who keeps the keys? {SAID}?", act)) == f"Who keeps the keys? {marker}?"
    assert seen(evening(f"{SAID}? Who keeps the keys?", act)) == f"{marker}? Who keeps the keys?"


def test_a_planned_question_that_was_worded_anew_keeps_its_words() -> None:
    text = "Who reads the minutes of our meetings?"
    planned = Question("Q1", text, asked_by=("x:1",))
    anew = replace(planned, text="Who reads the minutes of our meetings these days?")
    chat = chat_of(
        *captured(post("1", f"Q1: {text} #tartantm")),
        ev.AgendaEdited(replace(AGENDA, questions=(anew,)), {}, "x"),
        ev.Hidden(("x:1",)),
        agenda=replace(AGENDA, questions=(planned,)),
    )
    assert seen(chat) == anew.text


@pytest.mark.parametrize("act", [*HIDING[:2], ev.Redacted("post", "x:1")])
@pytest.mark.parametrize("field", ["content_warning", "alt"])
def test_a_question_may_be_a_part_of_what_is_beside_a_text(act: ev.Act, field: str) -> None:
    picture = (Media("image", None, SAID),) if field == "alt" else ()
    beside = post(
        "1", "Look", author=AILSA, media=picture, content_warning=None if picture else SAID
    )
    made = Question("Q4", "The minutes warm?", asked_by=("x:1",))
    chat = chat_of(
        *captured(beside),
        ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, made)), {}, "x"),
        act,
    )
    assert seen(chat) in ("[withheld]", "[redacted]")

"""What a reader is asked next: what is in doubt, what decides most, and each question once."""

from __future__ import annotations

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Captured, Event, Placement
from tartantm.core.reader_words import ReaderWords
from tartantm.moderation.ask_reader import (
    MOST_ABOUT,
    MOST_CONTEXT,
    ReaderQuestion,
    ReaderQuestions,
    quiet_since,
)
from tests.builders import at, captured, chat_of, happen, placed, post


def doubtful(name: str, sure: float = 0.5, minute: float = 2, **more: object) -> Captured:
    words = str(more.pop("text", f"Words of number {name}"))
    return Captured(
        post(name, words, minute, **more),
        Placement("Q1", "time", "Q1 open since 18:01", sure, True),
    )


def sure(count: int = 30) -> list[Event]:
    """Posts in no doubt, so that some of a chat may be asked about."""
    posts = [post(f"s{n}", f"A1 said {n}", 1, author="calum") for n in range(count)]
    return [Captured(each, replace(placed("Q1", by="label"), confidence=0.99)) for each in posts]


def asked_next(chat: Chat, share: float = 1 / 3) -> tuple[str, ...]:
    question = ReaderQuestions(chat, share=share).next()
    return question.about if question else ()


def answered(chat: Chat, question: ReaderQuestion | None, place: str | None = "Q2") -> None:
    assert question
    happen(chat, question.said(dict.fromkeys(question.about, place), "made-up"))


def test_the_conversation_that_decides_most_comes_first() -> None:
    chat = chat_of(
        *sure(),
        doubtful("a", 0.3),
        doubtful("b", 0.6),
        doubtful("c", 0.6, 3, reply_to="x:b"),
        doubtful("d", 0.6, 4, reply_to="x:c"),
    )
    assert asked_next(chat) == ("x:b", "x:c", "x:d")
    answered(chat, ReaderQuestions(chat).next())
    assert asked_next(chat) == ("x:a",)
    answered(chat, ReaderQuestions(chat).next())
    assert asked_next(chat) == ()


def test_reposts_count_for_what_they_repeat_and_are_not_asked_about() -> None:
    folded = post("r", "RT", 3, author="morag", repost_of="x:b")
    chat = chat_of(*sure(), doubtful("a", 0.3), doubtful("b", 0.5), *captured(folded))
    assert asked_next(chat) == ("x:b",)


def test_it_never_asks_about_what_a_person_placed_or_nobody_may_see() -> None:
    chat = chat_of(
        *sure(),
        *(doubtful(name) for name in "abcdef"),
        doubtful("q", visibility="restricted"),
        ev.Placed({"x:a": "Q2"}),
        ev.Hidden(("x:b",)),
        ev.Redacted("post", "x:c"),
        ev.Muted("phrase", "number d"),
        ev.Deleted(("x:e",), at(5)),
    )
    assert asked_next(chat) == ("x:f",)


def test_a_question_is_put_once_whatever_the_answer_is() -> None:
    chat = chat_of(*sure(), doubtful("a"))
    question = ReaderQuestions(chat).next()
    assert question
    happen(chat, question.said({}, "made-up"))
    assert asked_next(chat) == ()
    edited = post("a", "Other words", 2, edited_at=at(6), version="2")
    happen(chat, ev.Edited(edited))
    assert asked_next(chat) == ("x:a",), "it is another question now"
    answered(chat, ReaderQuestions(chat).next())
    happen(chat, ev.Hidden(("x:a",)), ev.Hidden(("x:a",), on=False))
    assert asked_next(chat) == (), "and the same as before"


def test_what_came_before_is_shown_with_it() -> None:
    chat = chat_of(
        *sure(),
        doubtful("c", 0.5, 5, reply_to="x:s3"),
        doubtful("h", 0.5, 6, reply_to="x:hidden"),
        *captured(post("hidden", "Not for readers", 4)),
        ev.Hidden(("x:hidden",)),
    )
    questions = ReaderQuestions(chat)
    question = questions.next()
    assert question and question.about == ("x:c",) and question.seen == ("x:s3", "x:c")
    assert question.asked.about == (2,)
    answered(chat, question)
    following = ReaderQuestions(chat).next()
    assert following and following.seen == ("x:h",)


def test_a_question_is_bounded() -> None:
    chain = [doubtful("n0", 0.5, 1)]
    chain += [doubtful(f"n{n}", 0.5, 1 + n / 10, reply_to=f"x:n{n - 1}") for n in range(1, 40)]
    chat = chat_of(*sure(200), *chain)
    question = ReaderQuestions(chat).next()
    assert question and len(question.about) == MOST_ABOUT
    assert len(question.seen) <= MOST_ABOUT + MOST_CONTEXT
    counted = 0
    while (question := ReaderQuestions(chat).next()) is not None:
        answered(chat, question)
        counted += 1
    assert {post for said in chat.read for post in said.about} == {f"x:n{n}" for n in range(40)}
    assert counted == 5


def test_a_third_of_the_posts_is_asked_about_at_most() -> None:
    chat = chat_of(*(doubtful(f"n{n}", 0.5, n / 10) for n in range(60)))
    while (question := ReaderQuestions(chat).next()) is not None:
        answered(chat, question)
    assert ReaderQuestions(chat).about == 20
    short = chat_of(*(doubtful(f"n{n}", 0.5, n / 10) for n in range(4)))
    while (question := ReaderQuestions(short).next()) is not None:
        answered(short, question)
    assert ReaderQuestions(short).about == 4, "a chat that only begins has few posts"


def test_what_failed_makes_way() -> None:
    chat = chat_of(*sure(), doubtful("a", 0.3), doubtful("b", 0.5))
    questions = ReaderQuestions(chat)
    first = questions.next()
    assert first and first.about == ("x:a",)
    other = questions.next({first.fingerprint})
    assert other and other.about == ("x:b",)
    assert questions.next({first.fingerprint, other.fingerprint}) is None


def test_a_conversation_that_goes_on_waits() -> None:
    chat = chat_of(*sure(), doubtful("a", received_at=at(10)))
    questions = ReaderQuestions(chat, quiet_since(at(10.1), 20))
    assert questions.next() is None and questions.waits
    questions = ReaderQuestions(chat, quiet_since(at(11), 20))
    assert questions.next() and not questions.waits


def test_nobody_waits_for_a_time_that_a_wrong_clock_says_is_yet_to_come() -> None:
    chat = chat_of(*sure(), doubtful("a", received_at=at(10)))
    questions = ReaderQuestions(chat, quiet_since(at(9.5), 20))
    assert questions.next() is None and questions.waits  # clocks differ by so much
    questions = ReaderQuestions(chat, quiet_since(at(8.5), 20))
    assert questions.next() and not questions.waits


def test_a_chat_without_questions_has_nothing_to_choose_from() -> None:
    chat = chat_of(doubtful("a"), agenda=replace(chat_of().agenda, questions=()))
    assert ReaderQuestions(chat).next() is None


def test_numbers_become_posts_and_words_places() -> None:
    chat = chat_of(*sure(), doubtful("c", 0.5, 5, reply_to="x:s3"))
    question = ReaderQuestions(chat).next()
    assert question
    assert question.places({2: "General"}) == {"x:c": None}
    assert question.places({2: "Q2a"}) == {"x:c": "Q2a"}
    said = question.said({"x:c": None}, "made-up")
    assert ReaderWords(chat).holds(said)

"""The moderator of the benchmark: what she looks at, what she does, and how it is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tartantm.core.agenda import Agenda, Question
from tartantm.core.chat import Chat
from tartantm.core.events import Begun, Captured, Event, Placed, Placement, Recorded
from tartantm.core.post import Author, Post
from tartantm.grouping.ranker import shipped
from tests.benchmarks import looks, made_up
from tests.benchmarks.evening import hear
from tests.benchmarks.looks import by_conversation, by_post, live, review, with_limit
from tests.benchmarks.recorded import Recording, Truth, recording
from tests.benchmarks.scoring import scored

START = datetime(2026, 6, 17, 18, 0, tzinfo=UTC)
AGENDA = Agenda(
    "A chat",
    ("madeup",),
    questions=(
        Question("Q1", "Who?", opens_at=START, asked_by=("x:q1",)),
        Question("Q2", "When?", opens_at=START + timedelta(minutes=30), asked_by=("x:q2",)),
    ),
)
EVERYTHING = with_limit(shipped(), 1.1)
"""With these all placements wait, but those that a person made."""


def post(name: str, minute: float, text: str = "well then", reply_to: str | None = None) -> Post:
    author = Author(f"a{name}", id=f"a{name}")
    at = START + timedelta(minutes=minute)
    return Post(f"x:{name}", author, at, text, reply_to=reply_to and f"x:{reply_to}")


def heard(posts: Sequence[Post], **truths: str | None) -> Recording:
    """A recording; posts without a truth were read by nobody."""
    known = {
        each.id: Truth(truths.get(each.id[2:]), "high", each.id[2:] in truths) for each in posts
    }
    return Recording("a-1", "as written", AGENDA, tuple(posts), known, frozenset())


THREAD = [
    post("one", 1),
    post("two", 2, reply_to="one"),
    post("three", 3, reply_to="two"),
    post("far", 10),
]


def test_a_moderator_who_looks_at_all_gets_all_right() -> None:
    recorded = heard(THREAD, one="Q1", two="Q2", three=None, far="Q2")
    found = live(recorded, EVERYTHING)
    assert (found.looks, found.settled) == (4, 4)
    assert all(each.right and each.placement.by_person for each in found.posts)


@pytest.mark.parametrize("by", ["post", "conversation"])
def test_nobody_looks_at_an_empty_inbox(by: looks.By) -> None:
    recorded = heard(THREAD, one="Q1", two="Q2", three=None, far="Q2")
    nothing = with_limit(shipped(), 0.0)
    found = live(recorded, nothing, by)
    assert (found.looks, found.settled) == (0, 0)
    assert found.posts == scored(recorded, hear(AGENDA, recorded.posts, weights=nothing))


def test_one_look_at_a_conversation_puts_all_where_most_belong() -> None:
    recorded = heard(THREAD, one="Q1", two="Q2", three="Q2", far=None)
    found = live(recorded, EVERYTHING, "conversation")
    assert (found.looks, found.settled) == (2, 4)
    assert [each.placement.question for each in found.posts] == ["Q2", "Q2", "Q2", None]
    assert [each.right for each in found.posts] == [False, True, True, True]


def test_conversations_gather_for_a_while_and_no_longer() -> None:
    late = [*THREAD[:3], post("late", 8, reply_to="three")]
    recorded = heard(late, one="Q1", two="Q1", three="Q1", late="Q1")
    assert live(recorded, EVERYTHING, "conversation").looks == 2


def test_what_nobody_read_stays_where_it_stands() -> None:
    recorded = heard(THREAD, one="Q2")
    alone = hear(AGENDA, recorded.posts)
    found = live(recorded, EVERYTHING)
    assert found.looks == 4
    assert [each.right for each in found.posts] == [True]
    far = alone.entries["x:far"].placement.question
    assert looks._place(alone, recorded, ("x:far",)) == far
    assert looks._place(alone, recorded, ("x:far", "x:one")) == "Q2"


def test_what_depends_on_a_corrected_post_goes_along() -> None:
    recorded = heard(THREAD, one="Q2", two="Q2", three="Q2", far="Q1")
    first: looks.Order = lambda chat, _: [("x:one",)] if not _done(chat) else []  # noqa: E731
    before, after = review(recorded, shipped(), first, (0.0, 0.25))
    assert (before.looks, after.looks, after.settled) == (0, 1, 1)
    assert [each.right for each in before.posts[:3]] == [False] * 3
    assert [each.right for each in after.posts[:3]] == [True] * 3


def _done(chat: Chat) -> bool:
    return any(entry.placement.by_person for entry in chat.entries.values())


def test_review_makes_as_many_looks_as_it_is_allowed() -> None:
    recorded = heard(THREAD, one="Q1", two="Q2", three=None, far="Q2")
    found = list(review(recorded, shipped(), by_post, (0.02, 0.25, 0.5, 1.0, 1.5)))
    assert [each.looks for each in found] == [1, 1, 2, 4, 4]
    assert all(each.right for each in found[-1].posts)


def chat_of(*posts: tuple[Post, float, bool]) -> Chat:
    """A chat whose posts stand under Q1 with these confidences, and wait or do not."""
    chat = Chat()
    events: list[Event] = [Begun(AGENDA)]
    for each, sure, waits in posts:
        by = "reply" if each.reply_to else "time"
        events.append(Captured(each, Placement("Q1", by, "", sure, waits)))
    for n, event in enumerate(events, 1):
        chat.apply(Recorded(n, START, event))
    return chat


def test_the_riskiest_is_looked_at_first_but_followers_count() -> None:
    alone, one, two, three = THREAD[3], *THREAD[:3]
    chat = chat_of((one, 0.8, False), (two, 0.99, False), (three, 0.99, False), (alone, 0.7, False))
    # Two posts hang on the first: .2 × √3 is .35, against .3 × √1.
    assert by_post(chat)[:2] == [("x:one",), ("x:far",)]
    chat = chat_of((one, 0.8, False), (two, 0.99, False), (alone, 0.7, False))
    assert by_post(chat)[:2] == [("x:far",), ("x:one",)]
    chat.apply(Recorded(9, START, Placed({"x:far": "Q1"})))
    assert by_post(chat) == [("x:one",), ("x:two",)]


def test_a_conversation_is_as_urgent_as_its_most_urgent_post() -> None:
    one, two, three, far = THREAD
    chat = chat_of((one, 0.9, True), (two, 0.5, True), (three, 0.9, True), (far, 0.6, True))
    assert by_conversation(chat) == [("x:one", "x:two", "x:three"), ("x:far",)]
    chat = chat_of((one, 0.9, True), (two, 0.9, True), (far, 0.6, False))
    assert by_conversation(chat) == [("x:far",), ("x:one", "x:two")]
    chat = chat_of((one, 0.9, False), (far, 0.6, False))
    assert by_conversation(chat) == by_post(chat) == [("x:far",), ("x:one",)]


def test_posts_that_reply_in_a_circle_have_followers_too() -> None:
    one, two = post("one", 1, reply_to="two"), post("two", 2, reply_to="one")
    chat = chat_of((one, 0.5, False), (two, 0.6, False))
    assert by_post(chat) == [("x:one",), ("x:two",)]


def test_a_made_up_chat_is_right_once_all_was_looked_at(tmp_path: Path) -> None:
    folder = made_up.write(tmp_path / "chats", 1)
    recorded = recording(folder, "a-0")
    assert all(each.right for each in live(recorded, EVERYTHING).posts)
    *_, last = review(recorded, EVERYTHING, by_post, (1.0,))
    assert all(each.right for each in last.posts)

"""The order of the review, what it gained, and that keeping it up to date is beginning anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import Event, Placement
from tartantm.grouping.grouper import Grouper
from tartantm.moderation import history
from tartantm.moderation.place import accept, place
from tartantm.moderation.review import Review, order
from tartantm.moderation.standing import sentence, to_come
from tests.builders import at, chat_of, happen, post, recorded
from tests.doubling import FLOOR, MOST, TRIES, seconds


def heard(name: str, sure: float, by: str = "time", minute: float = 1, **more: str) -> ev.Captured:
    return ev.Captured(post(name, minute=minute, **more), Placement("Q1", by, "why", sure))


def evening() -> Chat:
    """A doubtful post, a reply to it, a quote of that, and two posts that stand free."""
    return chat_of(
        ev.Opened("Q1", at(1), "moderator"),
        heard("free", 0.5, minute=2),
        heard("head", 0.6, minute=3),
        heard("reply", 0.8, "reply", 4, reply_to="x:head"),
        heard("quote", 0.8, "quote", 5, quote_of="x:reply"),
        heard("sure", 0.99, minute=6),
    )


def changed(chat: Chat, *events: Event) -> Change:
    items = recorded(events, chat.last_seq + 1)
    return Change().merge([chat.apply(item) for item in items])


def test_what_others_follow_from_comes_first() -> None:
    chat = evening()
    assert order(chat) == ["x:head", "x:free", "x:reply", "x:quote", "x:sure"]
    review = Review(chat)
    assert [review.hanging(f"x:{name}") for name in ("head", "reply", "quote", "free")] == [
        3,
        2,
        1,
        1,
    ]
    rank = review.rank("x:head")
    assert rank is not None and -rank.worth == pytest.approx(0.4 * sqrt(3), abs=1e-6)


def test_a_label_of_its_own_hangs_on_nothing() -> None:
    chat = chat_of(heard("1", 0.6), heard("2", 0.9, "label", 2, reply_to="x:1"))
    assert Review(chat).hanging("x:1") == 1


def test_what_speaks_to_somebody_hangs_on_their_post() -> None:
    chat = chat_of(
        ev.Opened("Q1", at(1), "moderator"),
        heard("1", 0.6, minute=12, text="A1: never did", author="morag"),
        heard("2", 0.6, "mention", 14, text="@morag Never ever?", author="calum"),
    )
    assert Review(chat, Grouper(chat)).hanging("x:1") == 2
    assert Review(chat).hanging("x:1") == 1


def test_reposts_hang_on_a_post_and_are_not_looked_at_themselves() -> None:
    chat = chat_of(heard("1", 0.6), heard("2", 0.6, "repost", 2, repost_of="x:1"))
    review = Review(chat)
    assert [each.id for each in review.ranked] == ["x:1"] and review.hanging("x:1") == 2


def test_what_is_hidden_or_deleted_is_left_out() -> None:
    chat = evening()
    happen(chat, ev.Hidden(("x:free",)), ev.Deleted(("x:head",), at(9)))
    assert set(order(chat)) == {"x:reply", "x:quote", "x:sure"}


def test_a_circle_of_replies_ends() -> None:
    chat = chat_of(
        heard("1", 0.6, "reply", reply_to="x:2"), heard("2", 0.6, "reply", reply_to="x:1")
    )
    assert Review(chat).hanging("x:1") == 2


def test_what_was_gained() -> None:
    chat = evening()
    review = Review(chat)
    before = review.standing()
    assert before.looked_at == 0 and before.right == before.right_before == pytest.approx(0.738)
    review.apply(changed(chat, *accept(chat, None, ["x:head"]).events))
    now = review.standing()
    assert (now.posts, now.looked_at) == (5, 1)
    assert now.right == pytest.approx(0.738 + 0.4 / 5)
    assert now.right_before == pytest.approx(0.738)
    review.apply(changed(chat, *place(chat, None, ["x:head"], "Q2").events))  # a second look
    assert review.standing().right_before == pytest.approx(0.738)
    review.apply(changed(chat, *history.undo(chat).events))
    review.apply(changed(chat, *history.undo(chat).events))
    assert review.standing() == before


def test_what_goes_along_was_gained_too() -> None:
    chat = evening()
    review = Review(chat)
    along = {"x:reply": Placement("Q2", "reply", "why", 0.95)}
    review.apply(changed(chat, ev.Placed({"x:head": "Q2"}, along)))
    now = review.standing()
    assert now.right - now.right_before == pytest.approx((0.4 + 0.15) / 5)


def test_remarks_that_a_moderator_wrote_down_are_no_looks() -> None:
    said = ev.Captured(post("room:1", venue="Here"), Placement("Q1", "moderator", "", 1.0))
    assert Review(chat_of(said)).standing().looked_at == 0


def test_what_more_looks_would_bring() -> None:
    standing = Review(evening()).standing()
    # Each post once: the reply and the quote have no more doubt than their own.
    assert standing.looks == 5 and standing.gain == pytest.approx(0.5 + 0.4 + 0.2 + 0.2 + 0.01)


def test_nothing_is_ever_said_to_be_certain() -> None:
    chat = chat_of(heard("1", 1.0))
    assert "99 of 100" in sentence(Review(chat).standing())
    assert to_come(Review(chat).standing()) == "That is enough: nothing is left to look at."
    assert sentence(Review(chat_of()).standing()) == "There is no post to look at."


def chain(length: int) -> Chat:
    """Everybody replies to the post before."""
    return chat_of(
        *(heard(f"{n}", 0.8, "reply", n / 100, reply_to=f"x:{n - 1}") for n in range(length))
    )


def star(length: int) -> Chat:
    """Everybody replies to the first post."""
    return chat_of(*(heard(f"{n}", 0.8, "reply", n / 100, reply_to="x:0") for n in range(length)))


@pytest.mark.parametrize("shape", [chain, star])
def test_what_strangers_shape_costs_linear_time(shape: Callable[[int], Chat]) -> None:
    """Building it, all of it confirmed at once from the last to the first, and the sentence."""

    def work(length: int) -> Callable[[], object]:
        chat, kept = shape(length), [f"x:{n}" for n in reversed(range(length))]
        review = Review(chat)
        change = changed(chat, *accept(chat, None, kept).events)
        change.changed = kept
        return lambda: (review.apply(change), review.standing(), Review(chat).standing())

    tries = ((seconds(work(500)), seconds(work(2000))) for _ in range(TRIES))
    assert any(long < max(FLOOR, MOST * short) for short, long in tries)


IDS = [f"x:{n}" for n in range(6)]
SURE = st.sampled_from([0.3, 0.6, 0.9, 1.0])
BY = st.sampled_from(["reply", "quote", "repost", "label", "time"])


def placements() -> st.SearchStrategy[Placement]:
    return st.builds(Placement, st.sampled_from([None, "Q1"]), BY, st.just(""), SURE)


def captures(n: int) -> st.SearchStrategy[Event]:
    named = st.sampled_from([None, *IDS])
    return st.builds(
        lambda minute, reply, quote, repost, where: ev.Captured(
            post(f"{n}", minute=minute, reply_to=reply, quote_of=quote, repost_of=repost), where
        ),
        st.integers(1, 5),
        *(named, named, st.sampled_from([None, None, *IDS[:2]])),
        placements(),
    )


acts: st.SearchStrategy[Event] = st.one_of(
    st.builds(ev.Placed, st.dictionaries(st.sampled_from(IDS), st.just("Q3"), min_size=1)),
    st.builds(ev.Grouped, st.dictionaries(st.sampled_from(IDS), placements(), min_size=1)),
    st.builds(ev.Hidden, st.tuples(st.sampled_from(IDS)), st.booleans()),
)


@settings(max_examples=60)
@given(
    st.permutations(range(6)).flatmap(lambda order: st.tuples(*map(captures, order))),
    st.lists(acts, max_size=8),
    st.integers(0, 8),
)
def test_keeping_up_to_date_is_beginning_anew(
    heard: Iterable[Event], done: list[Event], undone: int
) -> None:
    chat = chat_of()
    review = Review(chat)
    for event in [*heard, *done]:
        review.apply(changed(chat, event))
        check(review, Review(chat))
    for _ in range(min(undone, sum(isinstance(each, ev.Placed | ev.Hidden) for each in done))):
        review.apply(changed(chat, *history.undo(chat).events))
        check(review, Review(chat))


def check(kept: Review, anew: Review) -> None:
    assert kept.ranked == anew.ranked
    one, other = kept.standing(), anew.standing()
    assert (one.posts, one.looked_at, one.looks) == (other.posts, other.looked_at, other.looks)
    assert one[2:4] + one[5:] == pytest.approx(other[2:4] + other[5:])

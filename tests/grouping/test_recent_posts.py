"""The posts shortly before one say whose words it has, and whether people label their answers."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.events import Placement
from tartantm.core.post import Author
from tartantm.grouping.memory import Memory, PlacedPost
from tartantm.grouping.recent_posts import HABIT_OF_LAST, MAX_NEIGHBOURS, LabelHabit, RecentPosts
from tests.builders import post
from tests.grouping.evening import ISLA, SIX, Evening

WITH, WITHOUT = "A1: A strategy is for librarians", "A strategy is for librarians"
LABELLED = LabelHabit(1.5 / 3, 2 * (1.5 / 3) / 2)
"""What one labelled answer by somebody else says."""


class Told:
    """A memory with posts a second apart, each placed at a question."""

    def __init__(self) -> None:
        self.memory, self._number = Memory(SIX), count()

    def says(
        self, text: str, who: str = "calum", at: str | None = "Q1", **more: object
    ) -> PlacedPost:
        number = next(self._number)
        placed = self.memory.add(post(str(number), text, 10 + number / 60, author=who, **more))
        self.memory.place(placed, Placement(at, "time", "", 0.9))
        return placed

    def habit(self, who: str = "ailsa") -> LabelHabit:
        return RecentPosts(self.memory, self.says(WITHOUT, who)).label_habit()

    def votes(self, text: str, who: str = "ailsa") -> dict[str | None, float]:
        return RecentPosts(self.memory, self.says(text, who)).votes()


def test_without_any_answer_a_quarter_is_guessed() -> None:
    assert Told().habit() == LabelHabit(0.25, 0.25)


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["ailsa", "calum", "eilidh"])), max_size=50)
)
def test_habit_is_the_share_of_labels_among_the_last_answers(said: list[tuple[bool, str]]) -> None:
    told = Told()
    for label, who in said:
        told.says(WITH if label else WITHOUT, who)
    last = said[-HABIT_OF_LAST:]
    own = [label for label, who in last if who == "ailsa"]
    everyone = (sum(label for label, _ in last) + 0.5) / (len(last) + 2)
    author = (sum(own) + 2 * everyone) / (len(own) + 2)
    assert told.habit("ailsa") == pytest.approx((everyone, author))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (WITHOUT, {"repost_of": "x:elsewhere"}),
        (WITH, {"repost_of": "x:elsewhere"}),
        (f"RT @eilidh: {WITH}", {}),
        (WITHOUT, {"reply_to": "x:0"}),
        (WITH, {"reply_to": "x:elsewhere"}),
        (WITHOUT, {"who": ISLA}),
        (WITH, {"who": ISLA}),
        ("Hello everyone, glad to be here", {}),
        ("Thanks all, what an evening", {}),
        ("Q2 coming up in two minutes", {}),
    ],
)
def test_what_is_no_answer_of_its_own_does_not_count(text: str, more: dict[str, str]) -> None:
    told = Told()
    told.says(WITH)
    told.says(text, **more)
    assert told.habit() == LABELLED


def test_forty_answers_count() -> None:
    told = Told()
    for text in (*[WITHOUT] * 9, *[WITH] * 40):
        told.says(text)
    assert told.habit() == LabelHabit(40.5 / 42, 40.5 / 42)


def test_a_number_that_may_be_no_label_is_none() -> None:
    told = Told()
    told.says(WITH)
    number = told.says("Librarians wrote A1")
    assert told.memory.reading(number).label
    assert told.habit().everyone == 1.5 / 4


def test_what_asks_a_question_does_not_count() -> None:
    told = Told()
    told.says(WITH)
    asks = told.says("A2: Do we need a written strategy?")
    told.memory.record_question_asked(asks, "Q2")
    assert told.habit() == LABELLED
    told.memory.record_question_asked(asks, None)
    assert told.habit().everyone == 2.5 / 5  # with the post asked for before


def test_an_edit_and_a_host_s_name_change_what_counts() -> None:
    told = Told()
    told.says(WITH)
    edited = told.says(WITHOUT)
    assert told.habit().everyone == 1.5 / 4
    told.memory.replace(edited, replace(edited.post, text=WITH))
    assert told.habit().everyone == 2.5 / 5  # with the post asked for before
    told.memory.replace(edited, replace(edited.post, author=Author(ISLA, "Isla Example", "isla")))
    assert told.habit().everyone == 1.5 / 5


def test_answers_beyond_the_neighbours_are_forgotten() -> None:
    told = Told()
    told.says(WITH)
    for _ in range(MAX_NEIGHBOURS):
        told.says("Hello everyone, glad to be here")
    assert told.habit() == LabelHabit(0.25, 0.25)


def test_words_vote_for_where_they_stand() -> None:
    told = Told()
    told.says("Librarians need passwords", at="Q1")
    told.says("Passwords are nonsense", "eilidh", at=None)
    told.says("Everybody likes biscuits", at="Q3")
    assert told.votes("Librarians with passwords") == pytest.approx(
        # Two posts have "passwords", one has "librarians".
        {"Q1": (1 / 5 + 1 / 4) / (2 / 5 + 1 / 4 + 0.3), None: (1 / 5) / (2 / 5 + 1 / 4 + 0.3)}
    )


def test_own_deleted_and_reposted_words_do_not_vote() -> None:
    told = Told()
    told.says("Librarians need passwords", "ailsa")
    told.says("Librarians need passwords", repost_of="x:elsewhere")
    told.says("Librarians need passwords").deleted = True
    assert told.votes("Librarians with passwords", "ailsa") == {}
    assert set(told.votes("Librarians with passwords", "eilidh")) == {"Q1"}


def test_a_post_without_words_of_its_own_hears_no_votes() -> None:
    told = Told()
    told.says("Librarians need passwords")
    assert told.votes("Yes!") == {}


@given(
    st.lists(
        st.tuples(st.sampled_from(["Q1", "Q2", None]), st.text("abc ", max_size=20)), max_size=12
    )
)
def test_shares_of_votes_leave_room_for_doubt(said: list[tuple[str | None, str]]) -> None:
    told = Told()
    for place, words in said:
        told.says(f"librarians {words}", at=place)
    votes = told.votes("librarians abc")
    assert votes.keys() == {place for place, _ in said}
    assert all(share > 0 for share in votes.values())
    assert sum(votes.values()) < 1


def free_of_label(evening: Evening, habit: str) -> Placement:
    """The chat answers as `habit` says; then somebody new says something without a label."""
    for number in range(30):
        evening.says(str(number), habit.format(number), 11 + number / 10, author=f"p{number}")
    return evening.says("last", "Libraries change with their people", 15, author="new")


def test_where_everybody_labels_a_post_without_a_label_is_rather_general() -> None:
    labels = free_of_label(Evening(SIX, ("Q1", 1)), "A1: number {} of my reasons")
    none = free_of_label(Evening(SIX, ("Q1", 1)), "number {} of my reasons")
    assert none.question == "Q1"
    assert (labels.question, labels.confidence) != (none.question, none.confidence)
    assert labels.question is None or labels.confidence < none.confidence


_WORDS = """we need a written strategy passwords keys safe laggards boardroom personality followers
leave libraries change people never trust policy page council"""
WORDS = st.sampled_from(_WORDS.split())


@given(st.lists(WORDS, max_size=20), st.booleans(), st.booleans(), st.booleans())
def test_a_repost_of_a_stranger_at_a_question_is_never_surer_than_nine_tenths(
    said: list[str], by_hand: bool, only_just: bool, talked: bool
) -> None:
    text, evening = " ".join(["Librarians", *said]), Evening(SIX, ("Q1", 1), ("Q2", 9))
    if talked:
        evening.says("0", "Librarians need a written strategy, passwords and keys", 9.5)
    words = f"RT @stranger: {text}" if by_hand else text
    reposts = {} if by_hand else {"repost_of": "x:elsewhere"}
    placement = evening.says("1", words, 10 if only_just else 25, author="calum", **reposts)
    assert placement.by == "repost"
    assert placement.question is None or placement.confidence <= 0.9


def test_a_repost_of_a_stranger_is_placed_by_its_words() -> None:
    places = {}
    for text in (
        "We do need something written, and the whole council has to read it",
        "People who keep passwords and keys in a safe never forget where these are",
        "Hello everyone, glad to be here",
    ):
        own = Evening(SIX, ("Q1", 1), ("Q2", 5)).says("1", text, 12)
        repost = Evening(SIX, ("Q1", 1), ("Q2", 5)).says("1", text, 12, repost_of="x:elsewhere")
        assert (repost.question, repost.by) == (own.question, "repost")
        assert repost.question is None or repost.confidence < own.confidence
        places[text.split()[0]] = repost.question
    assert places == {"We": "Q2", "People": "Q3", "Hello": None}

"""What a reader of the user's own says is one more signal: it counts while its question stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.events import Deleted, Edited, Event, ReaderSaid
from tartantm.core.reader_words import ReaderWords
from tartantm.grouping import Grouper
from tartantm.grouping.reader_answers import JUDGED
from tests.builders import at, happen, post
from tests.grouping.evening import SIX, Evening


@pytest.fixture
def evening() -> Evening:
    """Q1 to Q3 were open; a free post stands in Q3 by time, and another follows it."""
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10), ("Q3", 20))
    evening.says("hi", "Hello", 2)
    evening.says("free", "One page would do, if anybody read it", 22)
    evening.says("re", "Quite so", 23, author="calum", reply_to="x:free")
    evening.says("rt", "One page would do", 24, author="morag", repost_of="x:free")
    return evening


def said(evening: Evening, **places: str | None) -> ReaderSaid:
    """The reader's word on some posts, of which it saw no others."""
    words = ReaderWords(evening.chat)
    seen = tuple(f"x:{name}" for name in places)
    by_id = {f"x:{name}": place for name, place in places.items()}
    asked = words.fingerprint(seen, words.offered)
    assert asked
    return ReaderSaid(seen, by_id, seen, words.offered, asked, "made-up")


def where(evening: Evening, name: str) -> tuple[str | None, str]:
    placement = evening.stands(name)
    return placement.question, placement.by


def test_it_moves_a_doubtful_post_and_what_follows_it(evening: Evening) -> None:
    assert where(evening, "free")[0] == "Q3"
    evening.happen(said(evening, free="Q2"))
    assert where(evening, "free") == ("Q2", "reader")
    assert evening.stands("free").reason == "your reader says Q2"
    assert where(evening, "re") == ("Q2", "reply")
    assert where(evening, "rt") == ("Q2", "repost")


def test_its_reason_says_what_else_speaks_for_it(evening: Evening) -> None:
    doubt = evening.stands("free").confidence
    evening.happen(said(evening, free="Q3"))
    assert evening.stands("free").reason == "your reader says Q3, open since 18:20"
    assert evening.stands("free").confidence > doubt
    evening.happen(said(evening, hi=None))
    assert evening.stands("hi").question is None


def test_its_last_word_counts(evening: Evening) -> None:
    evening.happen(said(evening, free="Q2"))
    evening.happen(said(evening, free="Q1"))
    assert where(evening, "free") == ("Q1", "reader")


def test_it_never_moves_what_a_person_placed(evening: Evening) -> None:
    evening.move(free="Q1")
    evening.happen(said(evening, free="Q2"))
    assert where(evening, "free") == ("Q1", "moderator")
    evening.undo()
    assert evening.stands("free").by != "moderator"


def test_a_label_that_the_author_wrote_and_what_asks_a_question_outweigh_it(
    evening: Evening,
) -> None:
    evening.says("q4", "Q4: How do we win over laggards in the boardroom?", 30, author="isla")
    evening.happen(said(evening, q4="Q1"))
    assert where(evening, "q4") == ("Q4", "asked")


OUTDATED: dict[str, Callable[[Evening], Event]] = {
    "edited": lambda evening: Edited(
        replace(
            post("free", "Two pages would do, if anybody read them", 22),
            edited_at=at(25),
            version="2",
        )
    ),
    "hidden": lambda evening: ev.Hidden(("x:free",)),
    "muted": lambda evening: ev.Muted("phrase", "one page"),
    "redacted": lambda evening: ev.Redacted("phrase", "page"),
    "agenda": lambda evening: ev.AgendaEdited(
        replace(SIX, questions=(Question("Q1", "Other words"), *SIX.questions[1:]))
    ),
    "opened otherwise": lambda evening: ev.Opened("Q4", at(21), "moderator"),
}


@pytest.mark.parametrize("name", OUTDATED)
def test_when_its_question_is_another_one_it_counts_no_more(evening: Evening, name: str) -> None:
    evening.happen(said(evening, free="Q2"))
    event = OUTDATED[name](evening)
    evening.happen(event)
    assert "x:free" not in evening.grouper._memory.read_by
    if name != "agenda":  # after which placements only move where they have to
        assert evening.stands("free").by != "reader"
    if evening.chat.history.undoable and isinstance(event, ev.Hidden | ev.Muted | ev.Redacted):
        evening.undo()
        assert where(evening, "free") == ("Q2", "reader"), "what is undone was never so"


def test_a_deleted_post_loses_it(evening: Evening) -> None:
    evening.happen(said(evening, free="Q2"))
    evening.happen(Deleted(("x:free",), at(30)))
    assert evening.grouper._memory.read_by == {}


@pytest.mark.parametrize("name", [None, *OUTDATED])
def test_opened_again_it_is_the_same(evening: Evening, name: str | None) -> None:
    evening.happen(said(evening, free="Q2", re="Q2"))
    evening.happen(said(evening, hi="Q1"))
    if name:
        evening.happen(OUTDATED[name](evening))
    again = Grouper(evening.chat)
    assert again._memory.read_by == evening.grouper._memory.read_by
    for placed in again._memory.posts.values():
        if placed.movable and name != "agenda":
            assert again._decide(placed).placement == placed.placement, placed.id


def test_posts_that_come_later_ask_for_no_new_judgement(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening.happen(said(evening, free="Q2"))

    def forbidden(*_: object) -> None:
        raise AssertionError("fingerprints take time that a post does not have")

    monkeypatch.setattr(ReaderWords, "__init__", forbidden)
    monkeypatch.setattr(ReaderWords, "fingerprint", forbidden)
    evening.says("later", "Nothing to do with it", 40, author="zainab")
    evening.move(later="Q1")
    happen(evening.chat, ev.Starred(("x:later",)))
    assert where(evening, "free") == ("Q2", "reader")


def test_a_model_that_the_moderator_mostly_corrects_counts_no_more(evening: Evening) -> None:
    names = [f"p{n}" for n in range(JUDGED + 2)]
    for n, name in enumerate(names):
        evening.says(name, f"Pots of number {n} are of clay", 26 + n, author=f"writer{n}")
        evening.happen(said(evening, **{name: "Q1"}))
    evening.happen(replace(said(evening, free="Q2"), model="another"))
    for name in names[: JUDGED - 1]:
        assert where(evening, names[-1]) == ("Q1", "reader")
        evening.move(**{name: "Q3"})
    assert where(evening, names[-1]) == ("Q1", "reader"), "one look too few"
    evening.move(**{names[JUDGED - 1]: "Q1"})
    assert evening.stands(names[-1]).by != "reader"
    assert where(evening, "free") == ("Q2", "reader"), "another model is another matter"
    assert Grouper(evening.chat)._memory.read_by == {"x:free": "Q2"}
    evening.undo()
    assert where(evening, names[-1]) == ("Q1", "reader")

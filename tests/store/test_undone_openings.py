"""What a host's words opened, and a person took back, stays taken back, also after reopening."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.capture.capture import Capture
from tartantm.core.post import Post
from tartantm.moderation import history
from tartantm.store.session import Session
from tests.builders import AGENDA, post

HEARD = (
    post("q1", "Q1: Are the days of just doing it over?", 5, author="isla"),
    post("q2", "Q2: Do we need a strategy?", 15, author="isla"),
    post("cue", "Back to Q1, everybody", 22, author="isla"),
)
LATER = (
    post("a", "Nobody plans a thing", 23, author="calum"),
    post("late", "Nobody writes a thing", 14, author="morag"),
    post("q2-again", "Q2: Do we need a strategy?", 13, author="isla"),
)


def hear(path: Path, *posts: Post) -> str | None:
    """Open the session, deliver posts, and say which question is open then."""
    with Session(path) as session:
        capture = Capture(session.chat, session.grouper)
        if events := capture.events_for(posts):
            session.act(*events)
        return session.chat.periods.open_question


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "digest")
    assert hear(path, *HEARD) == "Q1"
    return path


@pytest.mark.parametrize("later", [(), LATER[:1], LATER[1:2], LATER[2:], LATER])
def test_an_opening_by_words_is_undone_for_good(path: Path, later: tuple[Post, ...]) -> None:
    with Session(path) as session:
        prepared = history.undo(session.chat)
        assert prepared.sentence.startswith("Undid: Opened Q1")
        session.act(*prepared.events)
        assert session.chat.periods.open_question == "Q2"
    assert hear(path, *HEARD) == "Q2"
    assert hear(path, *later) == "Q2"
    with Session(path) as session:
        session.act(*history.redo(session.chat).events)
        assert session.chat.periods.open_question == "Q1"


def test_live_and_at_once_place_the_same(path: Path, tmp_path: Path) -> None:
    at_once = tmp_path / "at-once.tartantm"
    with Session(at_once, create=True) as session:
        session.take_agenda(AGENDA, "digest")
    everything = sorted((*HEARD, *LATER[:2]), key=lambda post: post.sort_at)
    hear(at_once, *everything)
    for each in LATER[:2]:
        hear(path, each)
    placements = []
    for one in (path, at_once):
        with Session(one) as session:
            placements.append({i: e.placement for i, e in session.chat.entries.items()})
    assert placements[0] == placements[1]

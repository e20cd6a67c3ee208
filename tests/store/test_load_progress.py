"""How far the reading of a session is, and ending it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tartantm.core.events import Event
from tartantm.store.journal import Journal
from tartantm.store.load_progress import Abandoned, LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post


def evening(path: Path) -> Path:
    """An agenda, which is then reworded, and three posts."""
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1"), post("2"), post("3")))
        session.take_agenda(msgspec.structs.replace(AGENDA, title="Another title"), "e")
    return path


def test_it_tells_how_far_it_is_and_what_the_evening_is_called(tmp_path: Path) -> None:
    progress = LoadProgress("file")
    with Journal(evening(tmp_path / "a.tartantm")) as journal:
        told = [
            (item.seq, progress.done, progress.total, progress.title)
            for item in progress.events(journal)
        ]
        assert journal.position == 5
    title = AGENDA.title
    assert told == [(n, n, 5, title if n < 5 else "Another title") for n in range(1, 6)]


def test_whoever_does_not_want_it_any_more_ends_it(tmp_path: Path) -> None:
    progress = LoadProgress()
    with Journal(evening(tmp_path / "a.tartantm")) as journal:
        events = progress.events(journal)
        next(events)
        progress.abandoned = True
        with pytest.raises(Abandoned):
            next(events)


def test_a_session_of_its_own_is_read_to_its_end(tmp_path: Path) -> None:
    path = evening(tmp_path / "a.tartantm")
    progress = LoadProgress()
    with Session(path, progress=progress) as session:
        more: list[Event] = captured(post("4"))
        session.record(*more)
        assert list(session.chat.entries) == ["x:1", "x:2", "x:3", "x:4"]
    assert (progress.done, progress.total) == (5, 5)

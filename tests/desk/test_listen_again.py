"""A session that is opened again asks with one key whether to listen again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tartantm.desk.app import DeskApp
from tartantm.desk.dialogs.listen_again import ListenAgainDialog
from tartantm.desk.loading import DeskInput, ListenAgain, ListenAgainAnswer
from tartantm.settings.theme import load_all, shipped
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA
from tests.desk.running import SIZES, StillClock, evening, opened, resized
from tests.desk.test_desk import Endless

Check = Callable[..., None]
NOTES = ["The chat ended on 17 June 2026 at 20:00."]


class Asked:
    """What was answered."""

    def __init__(self, *, usual: bool, elsewhere: bool = False) -> None:
        self.answers: list[bool] = []
        names = ["bluesky", "mastodon:mastodon.example"]
        notes = [] if usual else NOTES
        self.question = ListenAgain(names, notes, usual, self._answer, elsewhere)

    def _answer(self, listens: bool) -> ListenAgainAnswer:
        self.answers.append(listens)
        notes = ["The token is not sent to a.example."] * listens
        return ListenAgainAnswer([Endless()] * listens, StillClock(2), None, notes)


@asynccontextmanager
async def asking(
    folder: Path, asked: Asked, size: str = "middle"
) -> AsyncIterator[tuple[Pilot[None], DeskApp]]:
    path = folder / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*evening())

    def read(progress: LoadProgress) -> DeskInput:
        with Session(path, progress=progress) as session:
            return DeskInput(session, [], StillClock(2), None, asked.question)

    app = DeskApp("evening", read, load_all([shipped()])[0], "night")
    async with app.run_test(size=SIZES[size], notifications=True) as pilot:
        while not isinstance(app.screen, ListenAgainDialog):
            await pilot.pause(0.01)
        await pilot.pause()
        yield pilot, app


@pytest.mark.parametrize(
    ("key", "usual", "listens"),
    [
        ("y", False, True),
        ("n", True, False),
        ("escape", True, False),
        ("enter", True, True),
        ("enter", False, False),
    ],
)
async def test_one_key_answers(tmp_path: Path, key: str, usual: bool, listens: bool) -> None:
    asked = Asked(usual=usual)
    async with asking(tmp_path, asked) as (pilot, app):
        await pilot.press(key)
        await opened(pilot)
        assert asked.answers == [listens]
        assert (app.desk.context.capture is not None) == listens
        noted = app.desk.context.messages.current
        told = [each.message for each in app._notifications]
        # The evening of the tests begins at a time written with Z.
        assert all(each.startswith("Please check starts") for each in told)
        assert ("The token is not sent" in noted) == listens
        await app.leave()


async def test_no_notification_lies_over_the_lines_at_the_foot(tmp_path: Path) -> None:
    async with asking(tmp_path, Asked(usual=False), "small") as (pilot, app):
        await pilot.press("n")
        await opened(pilot)
        app.notify("The theme bad.toml is left out, " * 9, timeout=60)
        await pilot.pause()
        toast = app.screen.query_one("Toast").region
        assert app.desk.query_one("#list-head").region.y <= toast.y
        assert toast.bottom <= app.desk.query_one("#status").region.y
        await app.leave()


async def test_the_question(tmp_path: Path, assert_screen: Check) -> None:
    async with asking(tmp_path, Asked(usual=False)) as (pilot, app):
        for size, room in SIZES.items():
            await resized(pilot, *room)
            assert_screen(app, f"listen-again-{size}")
        await pilot.press("n")
        await opened(pilot)
        await app.leave()


async def test_where_another_listens_the_question_is_what_is_to_be_when_that_ends(
    tmp_path: Path, assert_screen: Check
) -> None:
    async with asking(tmp_path, Asked(usual=True, elsewhere=True), "small") as (pilot, app):
        assert_screen(app, "listen-again-elsewhere-small")
        await pilot.press("n")
        await opened(pilot)
        await app.leave()

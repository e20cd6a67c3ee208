"""The desk's first frame, and what may happen while the session is still being read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tartantm.core.errors import BadInput
from tartantm.desk.app import DeskApp
from tartantm.desk.loading import DeskInput, LoadingScreen
from tartantm.settings.theme import load_all, shipped
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.desk.running import SIZES, StillClock, opened, press

PATIENCE = 60.0

Check = Callable[[Any, str], None]


class SlowDisk:
    """Gives a session's events, but the last only when it may."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.may = threading.Event()
        self.reached = threading.Event()
        self.ended: BaseException | None = None
        with Session(path, create=True) as session:
            session.take_agenda(AGENDA, "d")
            session.record(*captured(post("1"), post("2")))
        self.app = DeskApp("evening", self.read, load_all([shipped()])[0], "night")

    def read(self, progress: LoadProgress) -> DeskInput:
        """What the app calls in its thread."""
        usual = progress.events

        def slowly(journal: Any) -> Any:
            for item in usual(journal):
                if item.seq == progress.total:
                    self.reached.set()
                    assert self.may.wait(PATIENCE)
                yield item

        progress.events = slowly  # type: ignore[method-assign]
        try:
            with Session(self.path, progress=progress) as session:
                return DeskInput(session, [], StillClock(2))
        except BaseException as error:
            self.ended = error
            raise

    async def last_event(self) -> None:
        """Wait until all but the last was read."""
        assert await asyncio.to_thread(self.reached.wait, PATIENCE)


@pytest.mark.parametrize("size", SIZES)
async def test_the_frame_stands_while_the_session_is_read(
    tmp_path: Path, assert_screen: Check, size: str
) -> None:
    disk = SlowDisk(tmp_path / "evening.tartantm")
    async with disk.app.run_test(size=SIZES[size]) as pilot:
        await disk.last_event()
        frame = pilot.app.screen
        assert isinstance(frame, LoadingScreen)
        frame.draw()
        await pilot.pause()
        assert_screen(pilot.app, f"opening-{size}")
        # What a key would do to a chat that was read in part only, nobody knows.
        await press(pilot, "s", "1", "u", "ctrl+p")
        assert isinstance(pilot.app.screen, LoadingScreen)
        await pilot.resize_terminal(*SIZES["small"])
        async with asyncio.timeout(60):
            while not pilot.app.screen.has_class("-narrow"):
                await pilot.pause(0.01)
        disk.may.set()
        await opened(pilot)
        shown: object = pilot.app.screen
        assert shown is disk.app.desk
        assert frame._timer._task is None, "what lies under the desk draws no more"
        assert not any(entry.starred for entry in disk.app.session.chat.entries.values())
        await press(pilot, "s")
        assert disk.app.session.chat.entries["x:2"].starred
        await disk.app.session.close()


async def test_who_leaves_meanwhile_waits_for_nothing(tmp_path: Path) -> None:
    disk = SlowDisk(tmp_path / "evening.tartantm")
    async with disk.app.run_test() as pilot:
        await disk.last_event()
        await press(pilot, "q")
        assert disk.app.return_code is not None and not disk.app.opened.is_set()
        disk.may.set()
    assert disk.app.waiting_in_inbox == "" and disk.app.fault is None


async def test_what_cannot_be_opened_ends_the_app_with_the_reason() -> None:
    trouble = BadInput("The file is damaged.")

    def read(progress: LoadProgress) -> DeskInput:
        raise trouble

    app = DeskApp("evening", read, load_all([shipped()])[0], "night")
    async with app.run_test(), asyncio.timeout(PATIENCE):
        while app.return_code is None:
            await asyncio.sleep(0.01)
    assert app.fault is trouble and app.waiting_in_inbox == ""

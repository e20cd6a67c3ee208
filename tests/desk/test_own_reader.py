"""The desk's line on a reader of the user's own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tartantm.capture.own_reader import OwnReader, ReaderSettings
from tartantm.core import events as ev
from tartantm.desk.app import DeskApp
from tartantm.desk.loading import DeskInput
from tartantm.desk.panes.bars import Bar
from tartantm.desk.panes.reader_line import reader_line
from tartantm.settings.config import Config, GroupingSettings
from tartantm.settings.reader_address import reader_address
from tartantm.settings.theme import load_all, shipped
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, at
from tests.desk.running import SIZES, StillClock, desk_of, opened, press
from tests.moderation.test_ask_reader import doubtful, sure
from tests.networks.reader.server import ReaderServer, everything_to
from tests.screen_text import screen_text

LEAVES = "Words leave this machine for your reader at 192.0.2.7:11434, unencrypted."


def settings_of(url: str, **more: Any) -> ReaderSettings:
    grouping = GroupingSettings(reader=url, **more)
    address = reader_address(grouping)
    assert address
    return ReaderSettings.of(Config(grouping=grouping), address)


def app_of(path: Path, settings: ReaderSettings, *, quiet: float = 0) -> DeskApp:
    def make(session: LiveSession) -> OwnReader:
        return OwnReader(session, settings, quiet=quiet)

    def read(progress: LoadProgress) -> DeskInput:
        with Session(path, progress=progress) as session:
            return DeskInput(session, (), StillClock(22), reader=make)

    return DeskApp(path.stem, read, load_all([shipped()])[0], "night")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(ev.Opened("Q1", at(1), "moderator"), *sure(), doubtful("a", minute=21))
    return path


async def test_it_says_what_it_asked_and_why_a_post_stands_there(path: Path) -> None:
    async with ReaderServer(everything_to("Q3")) as server:
        app = app_of(path, settings_of(server.address))
        async with app.run_test(size=SIZES["middle"]) as pilot:
            await opened(pilot)
            async with asyncio.timeout(30):
                while app.session.chat.entries["x:a"].placement.by != "reader":
                    await pilot.pause(0.01)
                while "it rests" not in app.desk.query_one("#reader", Bar).words:
                    await pilot.pause(0.01)
            # In the inbox the reason stands with the post, else in its details.
            waits = app.session.chat.entries["x:a"].in_inbox
            await press(pilot, "end", *([] if waits else ["enter"]))
            shown = screen_text(app)
            assert "Your reader (made-up-7b) was asked about 1 post; it rests." in shown
            assert "our reader says Q3" in shown
            await press(pilot, "q")
        assert app.fault is None and not app.unsaved
        assert not path.with_name(f"{path.name}-wal").exists()


@pytest.mark.parametrize("size", SIZES)
async def test_that_words_leave_is_said_all_evening(path: Path, size: str) -> None:
    settings = settings_of("http://192.0.2.7:11434/v1", reader_may_leave=True, reader_timeout=0.1)
    # No test goes beyond this machine: what is sent goes where nobody listens.
    nowhere = settings.address._replace(url="http://127.0.0.1:9/v1")
    settings = settings._replace(address=nowhere)
    app = app_of(path, settings)
    async with app.run_test(size=SIZES[size]) as pilot:
        await opened(pilot)
        for keys in ((), ("i",), ("end", "s"), ("1",)):
            await press(pilot, *keys)
            bar = " ".join(app.desk.query_one("#reader", Bar).words.split())
            assert bar.startswith(LEAVES)
            assert "Words leave this machine for your reader at 192.0.2.7" in screen_text(app)
        async with asyncio.timeout(30):
            while len(app.desk.query_one("#reader", Bar).words) < len(LEAVES) + 20:
                await pilot.pause(0.01)
        assert app.desk.query_one("#reader", Bar).words.startswith(LEAVES)
        await press(pilot, "q")
    assert app.fault is None


async def test_without_one_there_is_no_line(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (_, desk):
        assert not desk.query("#reader")


def test_trouble_is_seen() -> None:
    reader = SimpleNamespace(words="It does not answer.", warning="", trouble="It does not answer.")
    assert reader_line(cast("OwnReader", reader)) == ([("It does not answer.", "attention")], [])

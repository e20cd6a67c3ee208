"""Work in a thread: what it returns and refuses, and that nobody waits for what was left."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tartantm.core.errors import BadInput, TartantmError
from tartantm.desk.background import in_background
from tartantm.desk.dialogs.waiting import Waiting
from tests.desk.running import desk_of


async def test_what_it_returns_and_raises() -> None:
    assert await in_background(lambda: 7) == 7

    def refuse() -> int:
        raise BadInput("No.")

    with pytest.raises(BadInput, match=r"^No\.$"):
        await in_background(refuse)


async def test_a_fault_of_ours_is_logged_and_said(home: Path) -> None:
    def fail() -> int:
        raise RuntimeError("bad cog")

    with pytest.raises(TartantmError, match=r"^Something went wrong .* RuntimeError: bad cog"):
        await in_background(fail)
    assert "bad cog" in (home / "log" / "tartantm.log").read_text("utf-8")


async def test_what_was_left_is_not_waited_for() -> None:
    hold = Event()
    waiting = asyncio.create_task(in_background(hold.wait))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    hold.set()  # its result comes for nobody
    assert await in_background(lambda: "next") == "next"


def test_a_result_that_comes_after_the_end() -> None:
    hold = Event()

    async def leave() -> None:
        asyncio.get_running_loop().call_soon(asyncio.current_task().cancel)  # type: ignore[union-attr]
        await in_background(hold.wait)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(leave())
    hold.set()


async def answer_of(tmp_path: Path, dialog: Waiting[Any], *keys: str) -> Any:
    async with desk_of(tmp_path) as (pilot, desk):
        asking = asyncio.create_task(desk.context.ask(dialog))
        await pilot.pause()
        for key in keys:
            pilot.app.simulate_key(key)
        return await asyncio.wait_for(asking, 30)


async def test_waiting_answers_with_the_result_or_what_was_refused(tmp_path: Path) -> None:
    assert await answer_of(tmp_path, Waiting("Working …", lambda: 3)) == 3


async def test_what_is_refused_is_an_answer(tmp_path: Path) -> None:
    def refuse() -> int:
        raise BadInput("No.")

    assert isinstance(await answer_of(tmp_path, Waiting("Working …", refuse)), BadInput)


async def test_escape_leaves_where_that_is_possible(tmp_path: Path) -> None:
    hold = Event()
    assert await answer_of(tmp_path, Waiting("Working …", hold.wait), "escape") is None
    hold.set()


async def test_what_cannot_be_left_is_waited_for(tmp_path: Path) -> None:
    hold = Event()
    dialog = Waiting("Erasing …", lambda: hold.wait(30), can_leave=False)
    async with desk_of(tmp_path) as (pilot, desk):
        asking = asyncio.create_task(desk.context.ask(dialog))
        await pilot.pause()
        await pilot.press("escape")
        assert pilot.app.screen is dialog and not asking.done()
        hold.set()
        assert await asyncio.wait_for(asking, 30) is True

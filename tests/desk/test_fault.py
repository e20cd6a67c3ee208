"""An unexpected error ends the app, wherever it happens, and is kept for the caller to report."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import patch

import pytest

from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import HANDLERS
from tartantm.desk.dialogs.dialogs import Confirm
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.desk.running import app_of, opened


class UnexpectedError(Exception):
    """Raised by these tests alone."""


def fail() -> None:
    raise UnexpectedError


async def fail_at_once(desk: DeskContext) -> None:
    raise UnexpectedError


async def fail_after_an_answer(desk: DeskContext) -> None:
    await desk.ask(Confirm("Fail?", "fail", "fail too"))
    raise UnexpectedError


@pytest.mark.parametrize("where", ["app", "screen", "list", "command", "answered command"])
async def test_a_fault_ends_the_app_without_a_traceback(
    tmp_path: Path, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    app = app_of(path)
    handler = fail_at_once if where == "command" else fail_after_an_answer
    with pytest.raises(UnexpectedError), patch.dict(HANDLERS, {"note.star": handler}):
        async with app.run_test() as pilot:
            await opened(pilot)
            if where.endswith("command"):
                app.simulate_key("s")
                await pilot.pause()
                app.simulate_key("y")
            else:
                pump = {"app": app, "screen": app.desk, "list": app.desk.list}[where]
                pump.call_later(fail)
            async with asyncio.timeout(60):
                while app.return_code is None:
                    await asyncio.sleep(0.005)
            await app.session.close()
    assert isinstance(app.fault, UnexpectedError) and app.return_code == 1
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err


async def test_a_fault_after_all_is_saved_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
    app = app_of(path)
    with pytest.raises(UnexpectedError):  # Textual's pilot raises it; a real run has no pilot
        async with app.run_test() as pilot:
            await opened(pilot)
            await app.leave()
            app.desk.list.call_later(fail)
            await pilot.pause()
    assert app.return_code == 0 and app.fault is None

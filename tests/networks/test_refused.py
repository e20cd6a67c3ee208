"""A source that was refused is tried again at the desk, once somebody has seen to it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.agenda_files.write_toml import dump
from tests.builders import AGENDA
from tests.networks.command_line import here
from tests.networks.x.server import XServer

pytestmark = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="terminals as Linux has them"
)


async def test_a_new_token_is_taken_without_leaving_the_desk(tmp_path: Path, home: Path) -> None:
    from tests.desk_process import DeskProcess

    agenda, session = tmp_path / "agenda.toml", tmp_path / "a.tartantm"
    agenda.write_text(dump(replace(AGENDA, starts=datetime.now(UTC), ends=None)), encoding="utf-8")
    async with XServer(token="made-up-token-of-nobody-9876") as x:
        settings = {"TARTANTM_X_URL": x.url, "TARTANTM_HOME": str(home), "NO_PROXY": "127.0.0.1"}
        x.post("A1 said while the token was wrong #tartantm")
        await here("account", "add", "x", typed="another-token-that-x-refuses\n", **settings)
        desk = DeskProcess(
            ["run", str(agenda), "--session", str(session), "--source", "x"], settings
        )
        try:
            await desk.shows("x refused")
            await desk.shows("L says why")
            os.write(desk.terminal, b"L")
            await desk.shows("X does not accept the token")
            await here("account", "add", "x", typed=f"{x.token}\n", **settings)
            os.write(desk.terminal, b"\x1b")
            await desk.rest()
            os.write(desk.terminal, b"R")
            await desk.shows("said while the token was wrong")
            x.post("A1 said afterwards #tartantm")
            await desk.shows("said afterwards")
            assert await desk.leave() == 0
        finally:
            desk.process.kill()

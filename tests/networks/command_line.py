"""Command lines beside stand-ins on loopback: mostly in this process, else in one of their own."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from tartantm.capture import doctor
from tartantm.cli import main
from tartantm.networks.bluesky import live
from tests.networks.bluesky import following


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what `doctor` waits for: stand-ins on loopback answer at once."""
    following.hurry(monkeypatch)
    monkeypatch.setattr(doctor, "TROUBLE_SECONDS", 0.5)
    monkeypatch.setattr(live, "PING_SECONDS", 0.1)


async def here(*arguments: object, typed: str = "", **environment: str) -> tuple[int, str]:
    """Run a command line in a thread; returns its exit code and all it said."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.StringIO(typed))
        code = await asyncio.to_thread(main.run, [*map(str, arguments)])
    return code, said.getvalue()


async def apart(*arguments: object, typed: str = "", **environment: str) -> tuple[int, str]:
    """Run a command line as a process; returns its exit code and all it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tartantm", *map(str, arguments)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | environment,
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate(typed.encode())
    assert process.returncode is not None
    return process.returncode, said.decode("utf-8")

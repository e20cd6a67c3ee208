"""Runs the real desk in a process of its own at a real terminal, and reads what it draws."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class DeskProcess:
    """``tartantm ARGUMENTS`` at a terminal of 120 by 36 that the event loop reads."""

    def __init__(
        self,
        arguments: list[str],
        environment: dict[str, str],
        program: Sequence[str] = ("-m", "tartantm"),
    ) -> None:
        """`program`: the arguments of Python that start it."""
        self.terminal, far = pty.openpty()
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, b"\x24\x00\x78\x00\x00\x00\x00\x00")
        command = [sys.executable, "-S", "-c", TAKE_TERMINAL, sys.executable, *program]
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=far,
            stdout=far,
            stderr=far,
            env=os.environ | environment | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(far)
        os.set_blocking(self.terminal, False)
        self.drawn = bytearray()
        """What it wrote since this was last cleared."""
        self._came = asyncio.Event()
        asyncio.get_running_loop().add_reader(self.terminal, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self.terminal, 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self.terminal)
        self.drawn += data
        self._came.set()

    @property
    def text(self) -> str:
        """What was drawn, in that order, without escape sequences."""
        return re.sub(
            r"\x1b(\[[0-?]*[ -/]*[@-~]|\].*?(\x07|\x1b\\)|.)",
            " ",
            self.drawn.decode(errors="replace"),
        )

    async def type(self, keys: str) -> None:
        """Type, and wait until nothing more is drawn."""
        os.write(self.terminal, keys.encode())
        await self.rest()

    async def press(self, keys: str) -> float:
        """Type keys that change the screen; returns the seconds until the first change."""
        self._came.clear()
        began = time.monotonic()
        os.write(self.terminal, keys.encode())
        async with asyncio.timeout(60):
            await self._came.wait()
        return time.monotonic() - began

    async def rest(self, seconds: float = 0.15) -> None:
        """Wait until it has drawn nothing for `seconds`; at most ten times that."""
        until = time.monotonic() + 10 * seconds
        while time.monotonic() < until:
            self._came.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._came.wait()
            except TimeoutError:
                return

    async def more(self) -> None:
        """Wait until it draws more."""
        self._came.clear()
        await self._came.wait()

    async def shows(self, words: str) -> None:
        """Wait until these words have been drawn."""
        async with asyncio.timeout(60):
            while words not in self.text:
                await self.more()

    @property
    def memory(self) -> int:
        """Its resident memory in bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    @property
    def cpu(self) -> float:
        """The CPU time that it used, in seconds."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _asks_since(self, begin: int) -> bool:
        return b"y  leave" in self.drawn[begin:]

    async def _until(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds or the process has ended, ten seconds at most."""
        until = time.monotonic() + 10
        while self.process.poll() is None and time.monotonic() < until:
            if holds():
                return True
            await asyncio.sleep(0.02)
        return False

    async def leave(self) -> int:
        """Leave with the keys for it; returns the exit code.

        On a busy machine the keys may reach a dialog that earlier keys opened, so they are typed
        again until it ends.
        """
        until = time.monotonic() + 120
        while self.process.poll() is None:
            if time.monotonic() > until:
                self.process.kill()
                self.process.wait()
                raise AssertionError("the desk did not end")
            with suppress(OSError):
                os.write(self.terminal, b"\x1b")
            await self.rest()
            with suppress(OSError):
                os.write(self.terminal, b"q")
            if await self._until(partial(self._asks_since, len(self.drawn))):
                with suppress(OSError):
                    os.write(self.terminal, b"y")
                await self._until(lambda: False)
        asyncio.get_running_loop().remove_reader(self.terminal)
        os.close(self.terminal)
        return self.process.returncode

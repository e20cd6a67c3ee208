"""Runs the captor and does harm to it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from tartantm.agenda_files.write_toml import dump
from tests.builders import AGENDA
from tests.crash.checking import Told, told_in

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds for what should take one; the machine may be busy."""


class Place(NamedTuple):
    """Where one run happens."""

    folder: Path
    session: Path
    """May lie on another file system than the folder."""
    random: Random

    @staticmethod
    def make(folder: Path, random: Random, disk: Path | None = None) -> Place:
        """A folder with an agenda."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "agenda.toml").write_text(dump(AGENDA), encoding="utf-8")
        return Place(folder, (disk or folder) / "evening.tartantm", random)


class Captor:
    """One capturing program and what it told."""

    def __init__(
        self,
        place: Place,
        name: str = "told",
        *,
        desk: bool = False,
        deaf: bool = False,
        through: Sequence[str] = (),
    ) -> None:
        """Start it; a `desk` at a terminal of its own, and `deaf` to hang-ups where told so."""
        self.place, self.told_path = place, place.folder / name
        self.terminal = -1
        command = [*through, sys.executable, "-m", "tests.crash.captor", str(self.told_path)]
        command += [str(place.random.random()), "run" if desk else "follow"]
        command += [str(place.folder / "agenda.toml"), "--source", "x"]
        command += ["--session", str(place.session)]
        home = str(place.folder / "home")
        environment = os.environ | {"TARTANTM_HOME": home, "PYTHONPATH": str(ROOT)}
        environment["TERM"] = "xterm-256color"
        if desk:
            self._start_at_a_terminal(command, environment, deaf)
        else:
            self.log = (place.folder / f"{name}.log").open("wb")
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.log,
                env=environment,
                cwd=ROOT,
            )

    def _start_at_a_terminal(
        self, command: list[str], environment: dict[str, str], deaf: bool
    ) -> None:
        import fcntl
        import pty
        import termios

        self.terminal, far = pty.openpty()
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, b"\x24\x00\x78\x00\x00\x00\x00\x00")
        self.log = (self.place.folder / "desk.log").open("wb")
        # Setting the terminal as the child's own is what makes its closing a hang-up.
        # Who runs this under nohup hands on that hang-ups are ignored.
        take = "import fcntl,os,signal,sys,termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
        take += f"signal.signal(signal.SIGHUP, signal.{'SIG_IGN' if deaf else 'SIG_DFL'}); "
        take += "os.execv(sys.argv[1], sys.argv[1:])"
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", take, *command],
            stdin=far,
            stdout=far,
            stderr=far,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )
        os.close(far)
        os.set_blocking(self.terminal, False)

    def read_terminal(self) -> None:
        """Take what the desk drew, so that it can go on drawing."""
        if self.terminal >= 0:
            with suppress(OSError):
                while data := os.read(self.terminal, 65536):
                    self.log.write(data)

    def told(self) -> list[Told]:
        """What the program told so far."""
        return told_in(self.told_path)

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something is so; fails when it takes too long or the program has ended."""
        until = time.monotonic() + PATIENCE
        while not condition():
            self.read_terminal()
            if self.process.poll() is not None or time.monotonic() > until:
                self.log.flush()
                words = Path(self.log.name).read_text("utf-8", "replace")[-2000:]
                code = self.process.returncode
                raise AssertionError(f"{what} did not happen (exit code {code}): {words}")
            time.sleep(0.005)

    def tell_on(self, count: int, seconds: float = 0.0) -> None:
        """Let it run until it has told so many events more, and for some time."""
        wanted = len(self.told()) + count
        self.wait_for(lambda: len(self.told()) >= wanted, f"telling {count} events")
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.read_terminal()
            time.sleep(0.005)

    def end(self, *, kill: bool = True) -> int:
        """Kill it, or wait for its own end; gives the exit code."""
        if kill:
            self.process.kill()
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < until:
            self.read_terminal()
            time.sleep(0.005)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the program did not end by itself")
        self.log.close()
        self.hang_up()
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal, as a closed window or a lost connection does."""
        if self.terminal >= 0:
            os.close(self.terminal)
            self.terminal = -1

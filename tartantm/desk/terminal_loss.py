"""The end that comes from outside: the terminal is closed, or somebody asks the desk to end.

A closed terminal sends SIGHUP, unless hang-ups are ignored, as under nohup; then nothing but
failing calls tells of it. Textual's driver would read an end of file again and again, and its
thread that writes would end, so that everybody who draws waits for it for ever.
"""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.driver import Driver

LOOK_SECONDS = 0.5
"""How often to look whether the terminal is still there."""


class Output:
    """A terminal to write to that may go away; then what is written is dropped."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, where there is still a terminal."""
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Send on what was written."""
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """The number of the file."""
        return int(self._file.fileno())


def lasting(usual: type[Driver]) -> type[Driver]:
    """The driver that outlives its terminal; the usual one where that is another system's."""
    if sys.platform == "win32" or usual.__name__ != "LinuxDriver":
        return usual
    from textual.drivers.linux_driver import LinuxDriver

    class Lasting(LinuxDriver):
        def start_application_mode(self) -> None:
            if not isinstance(self._file, Output):
                self._file = Output(self._file)  # type: ignore[assignment]
            super().start_application_mode()  # type: ignore[no-untyped-call]

    return Lasting


def terminal_is_there() -> bool:
    """Whether the terminal that keys come from still answers; True where there is no telling."""
    if sys.platform == "win32":
        return True
    import termios

    try:
        termios.tcgetattr(0)
    except termios.error:
        return False
    return True


def let_go() -> None:
    """Period what leads to a terminal that is gone to nowhere, so that no write fails any more."""
    if terminal_is_there():
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        with suppress(OSError):  # closed, so that it leads nowhere already
            # A terminal that hung up is a device still, but no terminal; a file stays what it is.
            if stat.S_ISCHR(os.fstat(number).st_mode) and not os.isatty(number):
                os.dup2(nowhere, number)
    os.close(nowhere)


def release(driver: Driver | None) -> None:
    """End the threads of a driver that its app did not stop: they would keep the process alive."""
    if driver is None:
        return
    if (over := getattr(driver, "exit_event", None)) is not None:
        over.set()
    driver.close()


def on_request(end: Callable[[], object]) -> None:
    """Have `end` called when somebody asks the process to end; where that can be known."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What whoever started us chose to ignore stays ignored.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, end)

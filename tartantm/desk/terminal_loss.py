"""Ends the desk when its terminal is closed or a signal asks it to, without losing anything.

A closed terminal sends SIGHUP, unless hang-ups are ignored, as under nohup; then only failing calls
show it. Textual's driver would read an end of file again and again, and its thread that writes
would end, so that whatever draws would wait for it for ever.
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

CHECK_SECONDS = 0.5
"""How often to check whether the terminal is still there."""


class Output:
    """Output to a terminal; once that is gone, what is written is dropped."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, unless the terminal is gone."""
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Flush, unless the terminal is gone."""
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """Returns the file descriptor."""
        return int(self._file.fileno())


def surviving(usual: type[Driver]) -> type[Driver]:
    """Returns a driver that survives the loss of its terminal; on Windows the usual one."""
    if sys.platform == "win32" or usual.__name__ != "LinuxDriver":
        return usual
    from textual.drivers.linux_driver import LinuxDriver

    class SurvivingDriver(LinuxDriver):
        def start_application_mode(self) -> None:
            if not isinstance(self._file, Output):
                self._file = Output(self._file)  # type: ignore[assignment]
            super().start_application_mode()  # type: ignore[no-untyped-call]

    return SurvivingDriver


def terminal_is_there() -> bool:
    """Returns whether the terminal of standard input still answers; True on Windows."""
    if sys.platform == "win32":
        return True
    import termios

    try:
        termios.tcgetattr(0)
    except termios.error:
        return False
    return True


def redirect_output() -> None:
    """Point streams of a terminal that is gone to the null device, so that no write fails."""
    if terminal_is_there():
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        with suppress(OSError):  # closed already
            # After a hang-up it is still a character device, but no terminal. Files are left alone.
            if stat.S_ISCHR(os.fstat(number).st_mode) and not os.isatty(number):
                os.dup2(nowhere, number)
    os.close(nowhere)


def stop_driver(driver: Driver | None) -> None:
    """End the threads of a driver that its app did not stop: they keep the process alive."""
    if driver is None:
        return
    if (over := getattr(driver, "exit_event", None)) is not None:
        over.set()
    driver.close()


def on_signal(end: Callable[[], object]) -> None:
    """Call `end` on SIGTERM and SIGHUP, where the system has them."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A signal that the parent process chose to ignore stays ignored.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, end)

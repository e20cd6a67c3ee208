"""Runs the command that a user set for a token: for some seconds, reading some kilobytes of it.

What it writes to its standard error is not read, since it may quote the token; it is given no
keyboard, since the desk reads that.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Lock, Thread
from typing import IO

from tartantm.core.errors import TartantmError

COMMAND_SECONDS = 20.0
"""How long a token command may take: some wait for a fingerprint."""

COMMAND_BYTES = 64 * 1024
"""What a token command may write; a token has a few hundred bytes."""

REST_SECONDS = 1.0
"""How long its output is waited for once it has ended, or was ended: others may hold it open."""

_running: set[subprocess.Popen[bytes]] = set()
_lock = Lock()
"""Held where a command is begun or ended, so that none begins behind the end of the program."""
_has_ended = False


def run(command: tuple[str, ...]) -> str:
    """The token on the first line that a command writes; raises TartantmError for none.

    A command that takes too long or writes too much is ended with everything that it began, and so
    is one that the end of the program leaves behind, with the thread that waits for it.
    """
    name = f"The token command {command[0]}"
    try:
        process = _begin(command)
    except (OSError, ValueError) as error:
        raise TartantmError(f"{name} did not work: {type(error).__name__}.") from None
    assert process.stdout
    held = bytearray()
    reading = Thread(target=_read, args=(process, process.stdout, held), daemon=True)
    reading.start()
    try:
        process.wait(COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        raise TartantmError(f"{name} did not end in {COMMAND_SECONDS:.0f} seconds.") from None
    finally:
        if process.poll() is None:
            end_all(process)
        with _lock:
            _running.discard(process)
        reading.join(REST_SECONDS)
    if len(held) > COMMAND_BYTES:
        raise TartantmError(f"{name} wrote more than any token has.")
    return _token(bytes(held), name, process.returncode)


def _begin(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    with _lock:
        if _has_ended:
            raise ValueError
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a group of its own, which can be ended whole; not on Windows
        )
        _running.add(process)
    return process


@atexit.register
def _end_running() -> None:
    """End the commands that nobody waits for any more."""
    global _has_ended
    with _lock:
        _has_ended = True
        left = list(_running)
    for process in left:
        end_all(process)


def _token(written: bytes, name: str, code: int) -> str:
    lines = written.decode("utf-8", "replace").splitlines()
    token = lines[0].strip() if lines else ""
    if code or not token:
        raise TartantmError(f"{name} gave no token (exit code {code}).")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise TartantmError(f"{name} gave what is no token: its first line is not one plain word.")
    return token


def _read(process: subprocess.Popen[bytes], output: IO[bytes], held: bytearray) -> None:
    with output:
        while chunk := os.read(output.fileno(), 4096):
            held += chunk
            if len(held) > COMMAND_BYTES:
                end_all(process)
                return


def end_all(process: subprocess.Popen[bytes]) -> None:
    """End a command and what it began, as far as that stayed with it."""
    with suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "win32":
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(process.pid)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=REST_SECONDS * 10,
            )
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError, subprocess.SubprocessError):
        process.kill()
        process.wait(REST_SECONDS)

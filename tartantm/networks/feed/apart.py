"""Reads a feed in a process of its own, with limits of time and memory.

Feeds that break the rules are read, too, as feedparser does; but it has quadratic patterns, which
hold the interpreter for minutes over a few kilobytes of blank lines, and no thread can be stopped
within one. No parser of linear cost reads what it reads. So each feed that changed is
parsed by a new Python that ends with its answer: what harmed it is gone with it, nothing waits
between polls, and one that takes too long is killed. It costs a third of a second of another core.

The child has neither terminal, signals of the terminal, nor tokens from the environment. It dies
with this process: at once when it waits or is in Python, within `SECONDS` where a pattern holds it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from threading import Lock

import msgspec

import tartantm
from tartantm.networks.feed.payload import Feed
from tartantm.networks.feed.worker import LARGEST_ANSWER, Answer, Question
from tartantm.networks.feed.zones import zone_text
from tartantm.networks.heard import Unreadable
from tartantm.settings.threads import DaemonExecutor

SECONDS = 20.0
"""Seconds that reading a feed may take; 2 MB of 2,000 entries take three,
on a busy machine seven."""

REST_SECONDS = 1.0
"""How long the thread of a child that was killed is waited for; then it is left behind."""

_WORKER = "tartantm.networks.feed.worker"


async def read_apart(
    data: bytes, url: str, now: datetime, tz: tzinfo = UTC, *, worker: str = _WORKER
) -> Feed:
    """Returns the feed that `read_feed` makes of these bytes; raises Unreadable for any trouble.

    `tz` is the chat's time zone. Where the task is cancelled the child is killed at once. `worker`
    is the module it runs.
    """
    child = _Child(worker, msgspec.msgpack.encode(Question(data, url, now, zone_text(tz), SECONDS)))
    # Not threads that others may share: several feeds that hang would take all of them.
    asking = asyncio.get_running_loop().run_in_executor(DaemonExecutor(), child.ask)
    try:
        async with asyncio.timeout(SECONDS):
            answer = await asyncio.shield(asking)
    except TimeoutError:
        raise Unreadable(f"reading it takes more than {SECONDS:.0f} seconds") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "Python cannot be found"
        raise Unreadable(f"no process can be started to read it ({reason})") from None
    finally:
        child.stop()
        await asyncio.wait([asking], timeout=REST_SECONDS)
    return _feed(answer)


class _Child:
    """One process, asked in a thread and stopped from any."""

    def __init__(self, worker: str, question: bytes) -> None:
        self._worker, self._question = worker, question
        self._lock = Lock()
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self) -> bytes:
        """Start the process, and return its answer: "" for none, or what is too long to be one."""
        with self._lock:
            if self._stopped:
                return b""
            process = self._process = _start(self._worker)
        # Leaving it closes the pipes and waits, so that no process stays behind.
        with process:
            assert process.stdin is not None and process.stdout is not None
            try:
                process.stdin.write(len(self._question).to_bytes(8, "big") + self._question)
                process.stdin.flush()
                # Its input stays open: that it closes tells the child that this process is gone.
                return process.stdout.read(LARGEST_ANSWER + 1)
            except OSError:
                return b""
            finally:
                process.kill()

    def stop(self) -> None:
        """Kill the process, or see to it that it is not started."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()


def _start(worker: str) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise ValueError
    # A folder that the moderator happens to stand in may hold anything, so it is no place to import
    # from (-P); where tartantm stands is said instead, since it need not be installed.
    home = str(Path(tartantm.__file__).parents[1])
    paths = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
    known = {name: value for name, value in os.environ.items() if not name.startswith("TARTANTM_")}
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        [sys.executable, "-P", "-m", worker],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=known | {"PYTHONPATH": paths},
        start_new_session=True,  # Ctrl+C is for the desk; Windows takes no notice of this.
        creationflags=flags,
    )


def _feed(answer: bytes) -> Feed:
    try:
        if len(answer) > LARGEST_ANSWER:
            raise ValueError
        read = msgspec.msgpack.decode(answer, type=Answer)
    except (ValueError, RecursionError):
        raise Unreadable("it is damaged beyond guessing, or too large to read") from None
    if read.feed is None:
        raise Unreadable(read.unreadable or "it is damaged beyond guessing")
    return read.feed

"""What hangs in a thread is left behind at the end, and what must not be half done is not."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from threading import Event, Timer

import pytest

import tartantm
from tartantm.settings import threads


@pytest.fixture
def hangs() -> Event:
    """Waited for by what hangs; set by itself after so long that only a fault waits for it."""
    hangs = Event()
    anyhow = Timer(20, hangs.set)
    anyhow.daemon = True
    anyhow.start()
    return hangs


def test_names_that_are_looked_up_and_threads_are_left_behind(
    hangs: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> int:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr("socket.getaddrinfo", lambda *_: hangs.wait())
        waiting = [asyncio.create_task(loop.getaddrinfo("a.example", 80)) for _ in range(50)]
        await asyncio.sleep(0)
        assert await asyncio.to_thread(lambda: 7) == 7, "none that hangs keeps another waiting"
        return len(waiting)

    assert threads.run(work()) == 50
    assert not hangs.is_set()
    hangs.set()


def test_an_error_in_a_thread_is_raised_where_it_is_waited_for() -> None:
    async def work() -> None:
        await asyncio.to_thread(lambda: [][0])

    with pytest.raises(IndexError):
        threads.run(work())


AT_THE_END = """
import asyncio, sys, threading, time
from tartantm.settings import threads
def finish():
    time.sleep(0.3)
    print("finished")
async def work():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)
    done = asyncio.create_task(threads.to_its_end(finish))
    await asyncio.sleep(0.05)
threads.run(work())
"""


def test_the_program_ends_with_what_must_be_done_and_without_what_hangs() -> None:
    command = [sys.executable, "-c", AT_THE_END]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "finished", "")


def test_no_loop_has_threads_that_are_waited_for() -> None:
    """`asyncio.run` and `concurrent.futures` wait for their threads; so only one module has them.

    The desk's loop is Textual's: there the app asks for our threads itself.
    """
    home = Path(tartantm.__file__).parent
    waiting = re.compile(r"asyncio\.run\(|asyncio\.Runner|PoolExecutor")
    found = [
        path.relative_to(home).as_posix()
        for path in home.rglob("*.py")
        if waiting.search(path.read_text("utf-8"))
    ]
    assert found == ["settings/threads.py"]
    assert "use_threads_of_its_own()" in (home / "desk/app.py").read_text("utf-8")

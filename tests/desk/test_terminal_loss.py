"""The desk ends by itself, and cleanly, when its terminal is gone or somebody asks it to end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from tartantm.desk.terminal_loss import Output, stop_driver, surviving
from tartantm.store.journal import Journal
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post

pty = pytest.importorskip("pty", reason="terminals as POSIX has them")
pytestmark = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="signals and terminals as Linux has them"
)


async def ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code, once there is one."""
    async with asyncio.timeout(60):
        while (code := process.poll()) is None:
            await asyncio.sleep(0.02)
    return code


@pytest.mark.parametrize(
    ("way", "keys"),
    [("closed", "?"), ("closed and deaf", ""), ("closed and deaf", "\x10"), ("SIGTERM", "\x10")],
    ids=["closed at a dialog", "deaf", "deaf at the palette", "SIGTERM at the palette"],
)
async def test_it_ends_without_being_asked_twice(
    way: str, keys: str, tmp_path: Path, home: Path
) -> None:
    from tests.desk_process import DeskProcess

    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1"), post("2")))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if "deaf" in way else signal.SIG_DFL)
    try:
        desk = DeskProcess(["run", str(path)], {"TARTANTM_HOME": str(home)})
    finally:
        signal.signal(signal.SIGHUP, before)
    try:
        await desk.shows("Ailsa")
        await desk.rest()
        os.write(desk.terminal, keys.encode())
        await desk.rest()
        if way == "SIGTERM":
            desk.process.terminate()
        else:
            asyncio.get_running_loop().remove_reader(desk.terminal)
            os.close(desk.terminal)
        assert await ended(desk.process) == 0
    finally:
        desk.process.kill()
    if way == "SIGTERM":
        await desk.shows("Open it again with")
        assert b"\x1b[?1049l" in desk.drawn
        os.close(desk.terminal)
    assert sorted(each.name for each in tmp_path.glob("a.*")) == ["a.tartantm"]
    with Journal(path) as journal:
        assert len(list(journal.since(0))) == 3
    assert not (home / "log" / "tartantm.log").exists()


def test_writing_to_a_terminal_that_is_gone_drops_the_words() -> None:
    near, far = pty.openpty()
    file = os.fdopen(far, "w", encoding="utf-8")
    output = Output(file)
    output.write("words")
    output.flush()
    assert os.read(near, 100) == b"words"
    os.close(near)
    with pytest.raises(OSError):
        os.write(output.fileno(), b"words")
    for _ in range(3):
        output.write("words" * 10_000)
        output.flush()
    with suppress(OSError):
        file.close()


def test_another_driver_stays_as_it_is() -> None:
    from textual.drivers.headless_driver import HeadlessDriver

    assert surviving(HeadlessDriver) is HeadlessDriver


def test_threads_of_a_driver_that_nobody_stopped_end() -> None:
    class Forgotten:
        def __init__(self) -> None:
            self.exit_event = threading.Event()
            self.thread = threading.Thread(target=self.exit_event.wait, args=(60,))
            self.thread.start()

        def close(self) -> None:
            self.thread.join(60)

    driver = Forgotten()
    stop_driver(cast(Any, driver))
    assert not driver.thread.is_alive()
    stop_driver(None)

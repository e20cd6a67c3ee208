"""Erasing is all or nothing: killed at any moment, on a full disk, beside a capture."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tartantm.cli.main import run
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tartantm.store.journal import Journal, JournalError, recorded_events
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.crash.faults import CannotHere, small_disk
from tests.erasing import everything

pytestmark = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="signals and file systems as Linux has them"
)

CALUM = Author("calum", "Calum Sample", "17")
POSTS = 200
ERASE = [sys.executable, "-m", "tartantm", "erase"]
HOW = ["--author", "calum@x", "--yes"]


def made(path: Path) -> Path:
    """Make a session in which every second post is to be erased."""
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        for number in range(POSTS):
            author = CALUM if number % 2 else Author("ailsa", "Ailsa Example", "7")
            text = f"Number {number}, with thanks to Calum Sample for {'words ' * 20}"
            session.record(*captured(post(str(number), text, number / 10, author=author)))
    return path


def state(path: Path) -> str:
    """Say whether all of it is there, or nothing."""
    chat = Chat(recorded_events(path))
    theirs = [entry for entry in chat.entries.values() if entry.post.author == CALUM]
    named = [entry for entry in chat.entries.values() if "Calum Sample" in entry.post.text]
    if (len(theirs), len(named), chat.erased) == (POSTS // 2, POSTS, 0):
        return "all"
    if (len(theirs), len(named), chat.erased) == (0, 0, POSTS // 2):
        return "nothing"
    return f"{len(theirs)} posts, {len(named)} with the name, {chat.erased} erased"


@pytest.mark.parametrize("number", range(int(os.environ.get("TARTANTM_CRASH_RUNS", "2"))))
def test_killed_at_any_moment(
    tmp_path: Path, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path / "evening.tartantm")
    process = subprocess.Popen([*ERASE, str(path), *HOW], stdout=subprocess.DEVNULL)
    time.sleep(Random(number).uniform(0.1, 1.2))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert state(path) in ("all", "nothing")
    assert run(["erase", str(path), *HOW]) == 0 and capsys.readouterr().err == ""
    assert state(path) == "nothing"
    assert b"Calum" not in everything(path)


def test_a_full_disk_is_one_sentence_and_nothing_half_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        with small_disk(tmp_path / "disk") as disk:
            path = made(disk / "evening.tartantm")
            room = os.statvfs(disk)
            ballast = disk / "ballast"
            for left in (0, 60_000, 200_000):
                ballast.write_bytes(bytes(max(room.f_bavail * room.f_frsize - left, 0)))
                code = run(["erase", str(path), *HOW])
                ballast.unlink()
                assert state(path) in ("all", "nothing")
                assert code in (0, 1)
                said = capsys.readouterr().err
                assert said.count("\n") == code, said
            assert run(["erase", str(path), *HOW]) == 0
            assert state(path) == "nothing" and b"Calum" not in everything(path)
    except CannotHere as reason:
        pytest.skip(str(reason))


def test_what_another_process_captures_meanwhile_goes_too(tmp_path: Path) -> None:
    path = made(tmp_path / "evening.tartantm")
    going = threading.Event()
    recorded = 0

    def capture() -> None:
        nonlocal recorded
        with Journal(path) as journal:
            journal.position = journal.last
            while not going.wait(0.01):  # a hundred posts a second are as many as a source brings
                author = CALUM if recorded % 2 else Author("ailsa", "Ailsa Example", "7")
                late = post(f"late{recorded}", "Late words of somebody", 30, author=author)
                with suppress(JournalError):  # capture tries again where it is locked
                    journal.append(captured(late))
                    recorded += 1

    thread = threading.Thread(target=capture)
    thread.start()
    try:
        done = subprocess.run([*ERASE, str(path), *HOW], capture_output=True, text=True)
    finally:
        going.set()
        thread.join()
    # On a slow machine the other may hold old pages for so long that it has to be done again.
    assert (done.returncode, done.stderr) == (0, "") or (
        done.returncode == 1 and done.stderr.endswith("erase again.\n")
    )
    assert recorded > 0
    chat = Chat(recorded_events(path))
    assert not [entry for entry in chat.entries.values() if entry.post.author == CALUM]
    assert run(["erase", str(path), *HOW]) == 0
    assert b"Calum" not in everything(path)

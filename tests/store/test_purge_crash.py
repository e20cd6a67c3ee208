"""Killed at any moment, a deletion happened as a whole or not at all, and leaves no words."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post

POSTS = 60

DELETING = """
import sys
from pathlib import Path
from tartantm.core.events import Deleted
from tartantm.store.session import Session
from tests.builders import at
with Session(Path(sys.argv[1])) as session:
    for n in range(int(sys.argv[2])):
        session.record(Deleted((f"x:9000000{n:03}",), at(n)))
        print(n, flush=True)
"""


def words(n: int) -> bytes:
    return f"words of number {n:03}.".encode()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows kills otherwise")
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_deletion_happened_or_did_not(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "evening.tartantm"
    said = (post(f"9000000{n:03}", words(n).decode(), n) for n in range(POSTS))
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(*said))
    command = [sys.executable, "-c", DELETING, str(path), str(POSTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout
        done = random.Random(seed).randrange(1, POSTS // 2)
        for _ in range(done):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        done += child.stdout.read().count(b"\n")
        child.wait()
    with Session(path) as session:
        gone = [entry.seq for entry in session.chat.entries.values() if entry.deleted_at]
        assert session.damaged == []
        session.record(ev.Starred(()))
    assert len(gone) >= done
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert {n for n in range(POSTS) if words(n) in left} == set(range(len(gone), POSTS))

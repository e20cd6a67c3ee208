"""`tartantm follow` when nobody takes its lines any more: capture comes first."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tartantm.demo import AGENDA, EVENING
from tartantm.store.session import Session

ROOT = Path(__file__).parents[2]


def follow(session: Path, stdout: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tartantm", "follow", str(AGENDA)]
    command += ["--source", f"file:{EVENING}", "--session", str(session)]
    return subprocess.run(
        command,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.skipif(os.name != "posix", reason="pipes as POSIX has them")
def test_it_ends_without_a_word_when_the_reader_has_seen_enough(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = follow(tmp_path / "a.tartantm", writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full device as Linux has it")
def test_lines_that_cannot_be_written_hinder_no_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.tartantm"
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = follow(path, full.fileno())
    assert done.returncode == 1
    *opened, said = done.stderr.splitlines()
    assert opened and all(re.fullmatch(r"[0-9:]{8}  Q\w+ is open, .*", line) for line in opened)
    assert said.startswith("tartantm: Not all lines could be written: No space left on device.")
    with Session(path) as session:
        ids = set(re.findall('"post":{"id":"([^"]+)"', EVENING.read_text("utf-8")))
        entries = {entry.id for name in ids if (entry := session.chat.entry(name))}
        assert set(session.chat.entries) == entries
        assert len(entries) == len(ids)

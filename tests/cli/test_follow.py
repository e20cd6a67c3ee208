"""`tartantm follow` when nobody takes its lines any more: capture comes first."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tartantm.cli import follow as command
from tartantm.cli.main import run
from tartantm.demo import AGENDA, EVENING
from tartantm.store.session import Session

ROOT = Path(__file__).parents[2]


def follow(session: Path, stdout: int) -> subprocess.CompletedProcess[str]:
    started = [sys.executable, "-m", "tartantm", "follow", str(AGENDA)]
    started += ["--source", f"file:{EVENING}", "--session", str(session)]
    return subprocess.run(
        started,
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


def test_what_nobody_could_save_is_told_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody else's program holds the session file from the beginning to the end."""
    begin, path = command.begin, tmp_path / "a.tartantm"
    others: list[sqlite3.Connection] = []

    def begin_and_lose(*given: Any) -> Session:
        session = begin(*given)
        others.append(sqlite3.connect(path, isolation_level=None))
        others[0].execute("BEGIN EXCLUSIVE")
        return session

    monkeypatch.setattr(command, "begin", begin_and_lose)
    for name, seconds in (("LEAVING", 0.1), ("SAVING", 0.1), ("LOOK", 0.05)):
        monkeypatch.setattr(command, f"{name}_SECONDS", seconds)
    monkeypatch.setattr("tartantm.cli.follow_report.UNSAVED_SECONDS", 0.2)
    source = ["--source", f"file:{EVENING}", "--session", str(path), "--for", "0.5s"]
    assert run(["follow", str(AGENDA), *source]) == 1
    others[0].close()
    out, err = capsys.readouterr()
    told = err.splitlines()
    assert out == "" and "saved again" not in err and "Another tartantm" not in err
    assert any(" not saved: the session file is not free." in line for line in told)
    assert told[-1].endswith(f"not saved: {path} could not be written in time.")
    with Session(path) as session:
        assert not session.chat.entries


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
        assert {entry.id for entry in session.chat.posts()} == entries
        assert len(entries) == len(ids)


def test_what_the_coverage_calls_never_heard_is_no_success(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also where a stream had opened, of which nothing was sure from that moment on."""

    def health(name: str, state: str = "ended", *, was_heard: bool = True) -> SimpleNamespace:
        return SimpleNamespace(name=name, state=state, was_heard=was_heard)

    report = SimpleNamespace(
        tick=lambda _: None, conclude=lambda: None, never_heard=lambda: {"bluesky", "waits"}
    )
    following = SimpleNamespace(health=[health("bluesky"), health("x"), health("waits", "waiting")])
    assert command._conclude(report, following)  # type: ignore[arg-type]
    assert capsys.readouterr().err == "tartantm: Never heard this time: bluesky.\n"
    following.health = [health("x")]
    assert not command._conclude(report, following)  # type: ignore[arg-type]

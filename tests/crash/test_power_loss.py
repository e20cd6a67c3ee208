"""Power loss: what a commit wrote is asked to be on the disk before anybody is told of it.

Watched from outside by strace, so that neither Python nor SQLite can pretend. From the calls the
disk is played back: what a loss of power leaves is what was synced, and any part of the rest.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tartantm.store.journal import Journal

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="there is no strace here")

CHILD = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from tartantm.store.journal import Journal
    from tests.builders import captured, post
    journal = Journal(Path(sys.argv[1]), create=True)
    os.write(1, b"told 0\\n")
    for n in range(1, 61):
        journal.append(captured(*(post(f"{n}-{k}", "words " * 40) for k in range(1 + n % 5))))
        os.write(1, b"told %d\\n" % n)
    os._exit(0)
    """
)
COUNTS = {n: sum(1 + m % 5 for m in range(1, n + 1)) for n in range(61)}
"""Posts that are captured after so many commits."""


class Call(NamedTuple):
    """One thing that the program asked of the system."""

    kind: str
    """``write``, ``truncate``, ``unlink``, ``sync`` or ``told``."""
    name: str
    """The file's ending after the session's name, ``/`` for its folder, or what was told."""
    offset: int = 0
    data: bytes = b""


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """What a capture of sixty commits asked for, in order."""
    folder = tmp_path_factory.mktemp("power")
    trace, session = folder / "trace", folder / "a.tartantm"
    wanted = "trace=openat,close,pwrite64,write,ftruncate,fsync,fdatasync,unlink"
    command = ["strace", "-f", "-xx", "-s", "70000", "-e", wanted, "-o", str(trace)]
    command += [sys.executable, "-c", CHILD, str(session)]
    done = subprocess.run(command, capture_output=True, cwd=Path(__file__).parents[2])
    if done.returncode and b"ptrace" in done.stderr:
        pytest.skip("nobody may be watched here")
    assert done.returncode == 0, done.stderr.decode()
    return list(_read(trace.read_text("ascii"), str(session)))


def _read(trace: str, session: str) -> Iterator[Call]:
    open_files: dict[int, str] = {}
    for row in trace.splitlines():
        match = re.match(r"\d+ +(\w+)\((.*)\) += (-?\d+)", row)
        if not match or int(match[3]) < 0:
            continue
        call, words, result = match[1], match[2], int(match[3])
        strings = [_bytes(each) for each in re.findall(r'"((?:\\x..)*)"', words)]
        number = int(re.match(r"\d*", words)[0] or -1)  # type: ignore[index]
        if call == "openat":
            open_files.pop(result, None)
            name = strings[0].decode()
            if name.startswith(session):
                open_files[result] = name.removeprefix(session)
            elif name == str(Path(session).parent):
                open_files[result] = "/"
        elif call == "unlink" and strings[0].decode().startswith(session):
            yield Call("unlink", strings[0].decode().removeprefix(session))
        elif call == "write" and number == 1:
            yield Call("told", strings[0].split()[1].decode())
        elif number in open_files:
            name = open_files[number]
            if call == "close":
                del open_files[number]
            elif call == "pwrite64":
                yield Call("write", name, int(words.rpartition(",")[2]), strings[0])
            elif call == "ftruncate":
                yield Call("truncate", name, int(words.rpartition(",")[2]))
            elif call in ("fsync", "fdatasync"):
                yield Call("sync", name)


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def test_what_is_told_is_synced(calls: list[Call]) -> None:
    waiting: dict[str, int] = defaultdict(int)
    told = 0
    for call in calls:
        if call.kind == "write" and call.name == "-wal":
            waiting[call.name] += len(call.data)
        elif call.kind == "sync":
            waiting[call.name] = 0
        elif call.kind == "told" and call.name != "0":
            assert not waiting["-wal"], f"{call.name} was told before its bytes were synced"
            told += 1
    assert told == 60
    # The log is written into the file now and then, and synced before that: the test below is real.
    assert any(call.kind == "write" and call.name == "" for call in calls[20:])


@pytest.mark.parametrize("seed", range(int(os.environ.get("TARTANTM_POWER_RUNS", "8"))))
def test_after_a_loss_of_power_all_that_was_told_is_there(
    calls: list[Call], tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    first = next(n for n, call in enumerate(calls) if call == Call("told", "1"))
    for number in range(6):
        moment = random.randrange(first, len(calls))
        told = max(int(call.name) for call in calls[: moment + 1] if call.kind == "told")
        path = tmp_path / f"{number}.tartantm"
        for name, content in _left(calls[: moment + 1], random).items():
            if name != "-shm":
                Path(f"{path}{name}").write_bytes(content)
        with Journal(path) as journal:
            assert journal._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            held = len(list(journal.since(0)))
        assert not journal.damaged
        # A commit is there whole or not at all; the one under way may be either.
        assert held in (COUNTS[told], COUNTS[min(told + 1, 60)]), f"seed {seed}, call {moment}"


def _left(calls: list[Call], random: Random) -> dict[str, bytes]:
    """The files as they are after power is lost: what was not synced is there, torn, or not."""
    files: dict[str, bytearray] = defaultdict(bytearray)
    unsure: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if call.kind == "sync":
            for each in unsure.pop(call.name, []):
                _play(files, each)
        elif call.kind in ("write", "truncate"):
            unsure[call.name].append(call)
        elif call.kind == "unlink":
            unsure["/"].append(call)
    for waiting in unsure.values():
        for call in waiting:
            chance = random.random()
            if chance < 0.4:
                _play(files, call)
            elif chance < 0.6 and call.kind == "write":
                # A disk writes whole sectors.
                whole = random.randrange(0, len(call.data) + 1, 512) if call.data else 0
                _play(files, call._replace(data=call.data[:whole]))
    return {name: bytes(content) for name, content in files.items()}


def _play(files: dict[str, bytearray], call: Call) -> None:
    if call.kind == "unlink":
        files.pop(call.name, None)
        return
    content = files[call.name]
    if call.kind == "truncate":
        del content[call.offset :]
    content.extend(bytes(max(0, call.offset - len(content))))
    content[call.offset : call.offset + len(call.data)] = call.data

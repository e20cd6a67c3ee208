"""Start-up against an empty Python and a bare Textual app: ``startup.py``.

First paint is when the terminal has got the words of the first frame, which the desk draws before
it reads the session; "ready" is when it shows the newest post and takes keys. Where toolong
(``tl``) is installed it is timed too, on a file of 10,000 lines.
"""

from __future__ import annotations

import os
import pty
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.measuring import against, options, report, rounds
from tests.benchmarks.reopen import make

ROOT = Path(__file__).parents[2]
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("painted")
Bare().run()
"""
PYTHON = [sys.executable]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
# What is installed has its bytecode; in a checkout it may be neither there nor allowed.
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)


def run(command: list[str]) -> None:
    """A command to its end."""
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=ENVIRONMENT, cwd=ROOT)


def paint(command: list[str], words: bytes) -> None:
    """A command at a terminal until it has drawn these words; then it is ended."""
    near, far = pty.openpty()
    process = subprocess.Popen(
        command, stdin=far, stdout=far, stderr=far, env=ENVIRONMENT, cwd=ROOT, close_fds=True
    )
    os.close(far)
    drawn = b""
    while words not in drawn:
        if not select.select([near], [], [], 60)[0]:
            raise AssertionError(f"{command}: nothing was painted: {drawn[-300:]!r}")
        drawn += os.read(near, 65536)
    process.send_signal(signal.SIGKILL)
    process.wait()
    os.close(near)


def children(work: Callable[[], None], spent: list[float]) -> Callable[[], None]:
    """Note the CPU time that a work's processes took."""

    def timed() -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        work()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    return timed


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    turns, sizes = (3, (0, 100)) if given.small else (9, (0, 10_000, 100_000))
    with tempfile.TemporaryDirectory() as folder:
        ENVIRONMENT.update(TARTANTM_HOME=folder, PYTHONPYCACHEPREFIX=f"{folder}/bytecode")
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        tartantm = [*PYTHON, "-m", "tartantm"]
        works: dict[str, Callable[[], None]] = {
            "python -c pass": lambda: run([*PYTHON, "-c", "pass"]),
            "tartantm --help": lambda: run([*tartantm, "--help"]),
            "tartantm --version": lambda: run([*tartantm, "--version"]),
            "a bare Textual app": lambda: paint([*PYTHON, str(bare)], b"painted"),
        }
        for size in sizes:
            session = make(Path(folder) / f"s{size}.tartantm", size)
            command = [*tartantm, "run", str(session)]
            works[f"tartantm run, {size:,} posts"] = partial(paint, command, b"Opening the session")
            if size < 100_000:  # it takes its time; reopen.py measures that
                works[f"ready, {size:,} posts"] = partial(paint, command, "saved ✓".encode())
        if peer := shutil.which("tl"):
            lines = Path(folder) / "lines.log"
            lines.write_text("".join(f"line {n}\n" for n in range(10_000)), encoding="utf-8")
            works["toolong, 10,000 lines"] = lambda: paint([peer, str(lines)], b"line")
        spent: dict[str, list[float]] = {name: [] for name in works}
        rounds({name: children(work, spent[name]) for name, work in works.items()}, turns)
    empty = f"tartantm run, {sizes[0]:,} posts"
    rows = [
        against(spent, "tartantm --help", "python -c pass", 3),
        against(spent, "tartantm --version", "python -c pass", 3),
        against(spent, empty, "a bare Textual app", 1.3),
    ]
    for size, goal in zip(sizes[1:], (1.2, 1.6), strict=False):
        rows.append(against(spent, f"tartantm run, {size:,} posts", empty, goal))
    rows += [against(spent, f"ready, {n:,} posts", "a bare Textual app") for n in sizes[:2]]
    if peer:
        rows.append(against(spent, empty, "toolong, 10,000 lines", 0.6))
    report(rows, given.json)


if __name__ == "__main__":
    main()

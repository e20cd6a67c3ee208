"""Keys and pages at a real terminal, against a bare ScrollView and toolong: ``peers.py``.

Each program holds as many posts, or lines, and gets the same keys one after the other, the next
when it has drawn. Counted is the CPU time its process took, so that nobody's internals are touched.
The bare ScrollView shows rows of one line. toolong (``tl``) is timed where it is installed.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.measuring import Row, against, options, report
from tests.benchmarks.reopen import make

ROOT = Path(__file__).parents[2]
BARE = """
import sys
from textual.app import App
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from rich.segment import Segment
class Rows(ScrollView, can_focus=True):
    def on_mount(self):
        self.virtual_size = Size(100, int(sys.argv[1]))
    def render_line(self, y):
        n = y + self.scroll_offset.y
        return Strip([Segment(f"line {n} of many, with as many words as a post has".ljust(100))])
class Bare(App):
    animation_level = "none"
    def compose(self):
        yield Rows()
Bare().run()
"""
KEYS = {"key": (b"\x1b[B", b"\x1b[A"), "page": (b"\x1b[6~", b"\x1b[5~")}
"""What is pressed: on and back again, as terminals send Down and Up, Page Down and Page Up."""

QUIET_SECONDS = 0.15
"""A program that has drawn nothing for so long has done what it was told."""


class Program:
    """One program at a terminal of 120 by 36, begun; it had `rest` seconds after these words."""

    def __init__(
        self, command: list[str], words: bytes, home: str, rest: float, *, at_end: bool = False
    ) -> None:
        self.at_end = at_end
        """Whether it begins at the end, where Down would do nothing."""
        self.near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, b"\x24\x00\x78\x00\x00\x00\x00\x00")
        more = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "TARTANTM_HOME": home}
        self.process = subprocess.Popen(
            command, stdin=far, stdout=far, stderr=far, env=os.environ | more, cwd=ROOT
        )
        os.close(far)
        drawn = b""
        while words not in drawn:
            drawn += self._drawn(60)
            assert drawn and self.process.poll() is None, f"{command}: {drawn[-300:]!r}"
        resting = monotonic() + rest
        while monotonic() < resting:
            self._drawn(0.1)

    def _drawn(self, seconds: float) -> bytes:
        ready = select.select([self.near], [], [], seconds)[0]
        return os.read(self.near, 65536) if ready else b""

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far; Linux tells them in hundredths."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def press(self, keys: tuple[bytes, bytes], times: int) -> float:
        """Press one key so many times, then the other as often; gives the CPU it took."""
        before = self.cpu
        for key in reversed(keys) if self.at_end else keys:
            for _ in range(times):
                os.write(self.near, key)
                self._drawn(1.0)
                while self._drawn(QUIET_SECONDS / 10):
                    pass
        self._drawn(QUIET_SECONDS)
        return self.cpu - before

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        os.close(self.near)


def measure(count: int, turns: int, times: int, rest: float) -> list[Row]:
    """The figures with `count` posts held, of `turns` rounds of `times` presses there and back."""
    with tempfile.TemporaryDirectory() as folder:
        bare, lines = Path(folder) / "bare.py", Path(folder) / "lines.log"
        bare.write_text(BARE, encoding="utf-8")
        lines.write_text("".join(f"line {n}\n" for n in range(count)), encoding="utf-8")
        session = make(Path(folder) / "evening.tartantm", count)
        desk = [sys.executable, "-m", "tartantm", "run", str(session)]
        begin: dict[str, Callable[[], Program]] = {
            "desk": partial(Program, desk, "saved ✓".encode(), folder, rest, at_end=True),
            "bare ScrollView": partial(
                Program, [sys.executable, str(bare), str(count)], b"line 0", folder, rest
            ),
        }
        if peer := shutil.which("tl"):
            begin["toolong"] = partial(Program, [peer, str(lines)], b"line", folder, rest)
        programs = {name: start() for name, start in begin.items()}
        spent: dict[str, list[float]] = {}
        try:
            for number in range(turns + 1):
                for name in list(programs) if number % 2 else reversed(programs):
                    for kind, keys in KEYS.items():
                        seconds = programs[name].press(keys, times)
                        if number:  # the first round warms up
                            spent.setdefault(f"{kind}, {name}", []).append(max(seconds, 0.005))
        finally:
            for program in programs.values():
                program.close()
    rows = []
    for kind in KEYS:
        for other, goal in (("bare ScrollView", 0.8), ("toolong", 0.15)):
            if other in programs:
                pair = (f"{kind}, desk", f"{kind}, {other}")
                rows.append(against(spent, *pair, goal, each=2 * times))
    return rows


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    sizes = (200, 1, 3, 0.1) if given.small else (100_000, 9, 20, 2.0)
    report(measure(*sizes), given.json)


if __name__ == "__main__":
    main()

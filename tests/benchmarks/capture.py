"""The desk while posts arrive: ``capture.py [--rate 1,100,1000] [--seconds 60] [--held 0]``.

The real desk, drawing as at a terminal, hears a source through `Supervisor`. Printed for each rate
is how long a post took from leaving its source to being saved and drawn, how late the screen's
thread was, how much of a core it took and whether all was said and saved in time. A round in which
other programs kept the processors busy (``/proc/pressure/cpu``) says nothing of latency: it is made
again, and after three times said to be noisy.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any
from unittest.mock import PropertyMock, patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from textual.drivers.headless_driver import HeadlessDriver

from tartantm.core.entry import Change
from tartantm.networks.clock import Clock
from tartantm.networks.heard import Heard
from tartantm.store.session import Session
from tests.benchmarks.many import captured, posts
from tests.benchmarks.measuring import Row, options, report
from tests.builders import AGENDA
from tests.desk.running import app_of, opened

STEP = 0.02
"""Seconds between batches: what waits at a socket is read at once."""

GOALS = {1: 5.0, 100: 20.0, 1000: 25.0}
"""By posts a second: milliseconds within which 99 of 100 posts should be on the screen."""

CORE = {100: 0.2}
"""By posts a second: how much of a core it may take."""

BUSY = 15.0
"""Percent of the time for which somebody waited for a processor, from which a round is noisy."""

TRIES = 3


class Crowd:
    """Says so many posts a second, whether anybody keeps up or not."""

    name = "bench:crowd"
    damaged = 0

    def __init__(self, rate: float, seconds: float) -> None:
        self.rate = rate
        self.posts = posts(round(rate * seconds))
        self.watched = asyncio.Event()
        self.said: dict[str, float] = {}
        """When each was handed over, by the clock that counts seconds."""

    async def batches(self) -> AsyncIterator[list[Heard]]:
        """Give what is due, once somebody watches."""
        await self.watched.wait()
        began, given = perf_counter(), 0
        while given < len(self.posts):
            await asyncio.sleep(STEP)
            due = min(len(self.posts), int((perf_counter() - began) * self.rate))
            batch: list[Heard] = list(self.posts[given:due])
            now = perf_counter()
            self.said.update((post.id, now) for post in self.posts[given:due])
            given = due
            if batch:
                yield batch


class Watch:
    """How late things are."""

    def __init__(self, crowd: Crowd, desk: Any) -> None:
        self.crowd, self.desk = crowd, desk
        self.delays: list[float] = []
        self.stalls: list[float] = []

    def heard(self, change: Change) -> None:
        """Called when posts are saved and in the chat; the desk draws them with its next frame."""
        if change.added:
            self.desk.call_later(self.desk.call_after_refresh, self._drawn, change.added)

    def _drawn(self, added: list[str]) -> None:
        now = perf_counter()
        self.delays += [now - self.crowd.said[post_id] for post_id in added]

    async def stall(self) -> None:
        """Wake up every five milliseconds, and note how much later it was."""
        while True:
            began = perf_counter()
            await asyncio.sleep(0.005)
            self.stalls.append(perf_counter() - began - 0.005)


def pressure() -> float:
    """Percent of the last ten seconds in which somebody waited for a processor; 0 if unknown."""
    try:
        return float(Path("/proc/pressure/cpu").read_text("ascii").split()[1].split("=")[1])
    except (OSError, IndexError, ValueError):
        return 0.0


async def evening(rate: float, seconds: float, held: int) -> tuple[list[Row], bool]:
    """One round; gives the figures, and whether others left the processors to it."""
    crowd = Crowd(rate, seconds)
    quiet = pressure() < BUSY
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TARTANTM_HOME"] = folder
        path = Path(folder) / "evening.tartantm"
        with Session(path, create=True) as session:
            session.take_agenda(AGENDA, "d")
            session.journal.append(captured(held, first=1_000_000))
        app = app_of(path, [crowd], Clock())
        # Textual's driver for tests says that nobody looks, and then nothing is drawn.
        looked_at = patch.object(HeadlessDriver, "is_headless", PropertyMock(return_value=False))
        with looked_at:
            async with app.run_test(size=(120, 36)) as pilot:
                await opened(pilot)
                watch = Watch(crowd, app.desk)
                app.session.listen(watch.heard)
                stalls = asyncio.create_task(watch.stall())
                crowd.watched.set()
                cpu, began = process_time(), perf_counter()
                while len(watch.delays) < len(crowd.posts):
                    await asyncio.sleep(0.5)
                took, used = perf_counter() - began, process_time() - cpu
                stalls.cancel()
                await app.session.close()
    quiet = quiet and pressure() < BUSY + 100 * used / took / (os.cpu_count() or 1)
    whole = round(rate)
    limit = GOALS.get(whole, 25.0)
    at = f"{whole:,} a second"
    return [
        figure(f"{at}: to the screen, median", watch.delays, 50, limit, None),
        figure(f"{at}: to the screen, p99", watch.delays, 99, limit),
        figure(f"{at}: the longest stall", watch.stalls, 100, 50.0),
        Row(f"{at}: of a core", used / seconds, "", "a core", used / seconds, "", CORE.get(whole)),
        Row(f"{at}: time for all", took, "s", "the time said in", took / seconds, "", None),
    ], quiet


def figure(
    name: str, times: list[float], share: int, limit: float, goal: float | None = 1.0
) -> Row:
    """A percentile of times in seconds, told in milliseconds, against a limit in those."""
    value = max(times) if share == 100 else quantiles([*times, times[-1]], n=100)[share - 1]
    return Row(name, value * 1000, "ms", f"{limit:g} ms", value * 1000 / limit, "", goal)


def main() -> None:
    """Measure and print."""
    parser = options(__doc__)
    parser.add_argument("--rate", default="1,100,1000", help="posts a second, several by commas")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--held", type=int, default=0, help="posts in the session beforehand")
    given = parser.parse_args()
    rates = [200.0] if given.small else [float(rate) for rate in given.rate.split(",")]
    seconds = 1 if given.small else given.seconds
    rows: list[Row] = []
    for rate in rates:
        for _ in range(1 if given.small else TRIES):
            found, quiet = asyncio.run(evening(rate, seconds, given.held))
            if quiet:
                break
        rows += found if quiet else [row._replace(spread="noisy") for row in found]
    report(rows, given.json)


if __name__ == "__main__":
    main()

"""The desk while posts arrive for a minute: ``capture.py [--rate 500] [--seconds 60]``.

The real desk without a terminal hears a source through `Follow`. Printed is how long a post took
from being said to being saved and on the desk, how long the screen's thread let others wait, and
how much of a core it took. The goals are those of 1,000 posts a second: p99 25 ms, no stall of 50.
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

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm.entry import Change
from tartantm.session import Session
from tartantm.sources import Heard
from tartantm.sources.clock import Clock
from tartantm.sources.follow import GATHER_SECONDS
from tests.benchmarks.many import posts
from tests.benchmarks.measuring import Row, options, report
from tests.builders import AGENDA
from tests.tui.running import app_of, opened

STEP = 0.02
"""Seconds between batches: what waits at a socket is read at once."""


class Crowd:
    """Says so many posts a second, whether anybody keeps up or not."""

    name = "bench:crowd"
    damaged = 0

    def __init__(self, rate: float, seconds: float) -> None:
        self.rate = rate
        self.posts = posts(round(rate * seconds))
        self.said: dict[str, float] = {}
        """When each was to be said, by the clock that counts seconds."""

    async def batches(self) -> AsyncIterator[list[Heard]]:
        """Give what is due."""
        began, given = perf_counter(), 0
        while given < len(self.posts):
            await asyncio.sleep(STEP)
            due = min(len(self.posts), int((perf_counter() - began) * self.rate))
            batch: list[Heard] = list(self.posts[given:due])
            for n in range(given, due):
                self.said[self.posts[n].id] = began + n / self.rate
            given = due
            if batch:
                yield batch


class Watch:
    """How late things are."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.delays: list[float] = []
        self.stalls: list[float] = []

    def heard(self, change: Change) -> None:
        """Called when posts are saved and in the chat."""
        now = perf_counter()
        self.delays += [now - self.crowd.said[post_id] for post_id in change.added]

    async def stall(self) -> None:
        """Wake up every five milliseconds, and note how much later it was."""
        while True:
            began = perf_counter()
            await asyncio.sleep(0.005)
            self.stalls.append(perf_counter() - began - 0.005)


async def evening(rate: float, seconds: float) -> list[Row]:
    """Run it; gives the figures."""
    crowd = Crowd(rate, seconds)
    watch = Watch(crowd)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TARTANTM_HOME"] = folder
        path = Path(folder) / "evening.tartantm"
        with Session(path, create=True) as session:
            session.take_agenda(AGENDA, "d")
        app = app_of(path, [crowd], Clock())
        async with app.run_test(size=(120, 36)) as pilot:
            await opened(pilot)
            app.session.listen(watch.heard)
            stalls = asyncio.create_task(watch.stall())
            cpu, began = process_time(), perf_counter()
            while len(watch.delays) < len(crowd.posts):
                await asyncio.sleep(0.5)
                # Somebody works meanwhile.
                await pilot.press("k")
            took, used = perf_counter() - began, process_time() - cpu
            stalls.cancel()
            await app.session.close()
    return [
        figure(
            "said to desk, median", watch.delays, 50, "the gathering time", GATHER_SECONDS, None
        ),
        figure(
            "said to desk, p99", watch.delays, 99, "gathering and 25 ms", GATHER_SECONDS + 0.025
        ),
        figure("the screen's thread is late, p99", watch.stalls, 99, "25 ms", 0.025),
        figure("the longest stall", watch.stalls, 100, "50 ms", 0.05),
        Row("time for all", took, "s", "the time they were said in", took / seconds, "", 1.05),
        Row("of a core", used / took, "", "a core", used / took, "", None),
    ]


def figure(
    name: str, times: list[float], share: int, limit: str, seconds: float, goal: float | None = 1.0
) -> Row:
    """A percentile in milliseconds against a limit in seconds."""
    value = max(times) if share == 100 else quantiles(times, n=100)[share - 1]
    return Row(name, value * 1000, "ms", limit, value / seconds, "", goal)


def main() -> None:
    """Measure and print."""
    parser = options(__doc__)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    seconds = 2 if given.small else given.seconds
    report(asyncio.run(evening(given.rate, seconds)), given.json)


if __name__ == "__main__":
    main()

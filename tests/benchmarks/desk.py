"""What the desk costs with many posts against what it costs with few: ``desk.py [POSTS] [ROUNDS]``.

Two desks run side by side, one with 1,000 posts and one with POSTS (100,000); each does the same
work in turn. Printed is CPU time of a step without that of doing nothing, the median of ROUNDS (15)
rounds in milliseconds, and the ratio of the two. Times differ between machines, ratios little.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import PropertyMock, patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from textual.drivers.headless_driver import HeadlessDriver

from tartantm.core.agenda import Agenda, Question
from tartantm.core.events import Captured, Event, Opened, Placement
from tartantm.core.post import Author, Post
from tartantm.networks.clock import Clock
from tartantm.store.session import Session
from tests.desk.running import app_of, opened

FEW = 1_000

ALIKE = 1_530
"""So many posts more, and the same places of every list show posts just as long."""

START = datetime(2026, 6, 17, 17, tzinfo=UTC)
AGENDA = Agenda(
    "A long evening",
    ("tartantm",),
    START,
    questions=tuple(Question(f"Q{n}", f"What about number {n}?") for n in range(1, 11)),
)
WORDS = ("strategy", "policy", "pub", "people", "words", "page", "council", "parrots", "answer")

FIRST_ANSWER = ("search", "rare")
"""Steps of which the first answer counts; the rest of a long list is looked through afterwards."""

Step = Callable[[], Awaitable[None]]


def event(n: int, count: int) -> Event:
    """Post `n` of `count`, spread over ten questions; each 51st waits in the inbox."""
    text = " ".join(WORDS[(n * k) % len(WORDS)] for k in range(1, 5 + n % 17))
    if n % 997 == 0:
        text += " needle"
    author = Author(f"person{n % 300}", f"Person Number {n % 300}")
    post = Post(f"x:{n}", author, START + timedelta(seconds=n / 10), f"{n * 7919} {text} #tartantm")
    question = f"Q{1 + n * 10 // max(count, 1) % 10}"
    return Captured(post, Placement(question, "time", "it was open", 0.7, n % 51 == 0))


def make(path: Path, count: int) -> None:
    """A session with `count` posts."""
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(Opened("Q1", START, "moderator"))
        for first in range(0, count, 5_000):
            last = min(first + 5_000, count)
            session.journal.append([event(n, count) for n in range(first, last)])


async def serve(path: Path, count: int) -> None:
    """Run a desk; do the step each line of standard input names, and print the CPU it took."""
    app = app_of(path, clock=Clock())
    began = process_time()
    # Textual's driver for tests says that nobody looks, and then nothing is drawn.
    looked_at = patch.object(HeadlessDriver, "is_headless", PropertyMock(return_value=False))
    with looked_at:
        await answer(app, count, began)


async def answer(app: Any, count: int, began: float) -> None:
    """Do what standard input asks for."""
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        desk = app.desk
        steps = Steps(pilot, desk, count).by_name()
        opening = f"opening took {process_time() - began:.1f} s"
        tell(json.dumps([*steps, opening]))
        while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
            prepare, step = steps[line]
            prepare()
            await drawn(pilot)
            start = process_time()
            await step()
            if line not in FIRST_ANSWER:
                await drawn(pilot)
            tell(str(process_time() - start))
        await app.session.close()


async def drawn(pilot: Any) -> None:
    """Wait until the desk is at rest and its frame is drawn."""
    await pilot.pause()
    frame = asyncio.Event()
    pilot.app.desk.call_after_refresh(frame.set)
    await frame.wait()


def tell(line: str) -> None:
    """Write to the parent; Textual keeps what is printed to itself."""
    assert sys.__stdout__
    sys.__stdout__.write(line + "\n")
    sys.__stdout__.flush()


class Steps:
    """The work that is measured, each step from the same state of the desk."""

    def __init__(self, pilot: Any, desk: Any, count: int) -> None:
        self.pilot, self.desk, self.next = pilot, desk, count
        self.width = 120

    def by_name(self) -> dict[str, tuple[Callable[[], object], Step]]:
        """What to do before, unmeasured, and the step."""
        desk = self.desk
        middle = f"x:{self.next // 2}"

        def stand() -> None:
            desk.context.shown_list.filters = ()
            desk.context.show("all", middle)

        return {
            "nothing": (stand, self._nothing),
            "key": (stand, self._key),
            "page": (stand, self._page),
            "resize": (stand, self._resize),
            "question": (stand, self._question),
            "search": (stand, self._search),
            "rare": (stand, self._rare),
            "arriving": (desk.list.follow, self._arriving),
            "frozen": (stand, self._arriving),
            "star": (stand, self._star),
            "place": (lambda: desk.context.show("inbox"), self._place),
            "undo": (lambda: desk.context.show("inbox"), self._undo),
        }

    async def _nothing(self) -> None:
        return

    async def _key(self) -> None:
        await self.desk.action_run("move.down")

    async def _page(self) -> None:
        await self.desk.action_run("move.page_down")

    async def _resize(self) -> None:
        self.width = 238 - self.width
        await self.pilot.resize_terminal(self.width, 36)

    async def _question(self) -> None:
        self.desk.context.show("Q6")

    async def _search(self) -> None:
        self.desk.context.shown_list.search_for("strategy")
        self.desk.context.lists.narrow()

    async def _rare(self) -> None:
        self.desk.context.shown_list.search_for("needle")
        self.desk.context.lists.narrow()

    async def _arriving(self) -> None:
        new = [event(self.next + n, self.next) for n in range(5)]
        self.next += 5
        await self.desk.context.session.record(*new)

    async def _star(self) -> None:
        await self.desk.action_run("note.star")

    async def _place(self) -> None:
        await self.desk.action_run("place.2")

    async def _undo(self) -> None:
        await self.desk.action_run("desk.undo")


class Worker:
    """A desk in a process of its own."""

    def __init__(self, path: Path, count: int) -> None:
        make(path, count)
        command = [sys.executable, __file__, "serve", str(path), str(count)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        *self.steps, self.opening = json.loads(self._read())

    def _read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def time(self, step: str) -> float:
        """Seconds of CPU that a step takes."""
        assert self.process.stdin
        self.process.stdin.write(step + "\n")
        self.process.stdin.flush()
        return float(self._read())

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def measure(many: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Median milliseconds of each step with few posts and with many, less that of nothing."""
    with tempfile.TemporaryDirectory() as folder:
        workers = [Worker(Path(folder) / f"{n}.tartantm", n) for n in (FEW, many)]
        print(*(worker.opening for worker in workers), sep="; ", file=sys.stderr)
        taken: dict[str, list[list[float]]] = {step: [[], []] for step in workers[0].steps}
        for number in range(rounds + 1):
            for step in taken:
                order = (0, 1) if number % 2 else (1, 0)
                for which in order:
                    seconds = workers[which].time(step)
                    if number:  # the first round warms up
                        taken[step][which].append(seconds * 1000)
        for worker in workers:
            worker.close()
    floor = [median(times) for times in taken.pop("nothing")]
    return {
        step: (median(times[0]) - floor[0], median(times[1]) - floor[1])
        for step, times in taken.items()
    }


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Path(sys.argv[2]), int(sys.argv[3])))
        return
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    many += (FEW - many) % ALIKE
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    print(f"{'step':10} {FEW:>10,} {many:>10,}  ratio")
    for step, (few, lots) in measure(many, rounds).items():
        print(f"{step:10} {few:10.1f} {lots:10.1f}  {lots / max(few, 0.1):.2f}")


if __name__ == "__main__":
    main()

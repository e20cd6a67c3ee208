"""A long evening: ``soak.py [--hours 12] [--speed 10] [--an-hour 300] [--json FILE]``.

The real desk at a real terminal follows stand-ins for X, Mastodon and Bluesky through bad lines,
`speed` times as many posts and faults a minute as an evening has; nobody posts in the last quarter.
Printed are, for each simulated half hour, its memory, that of a new desk which heard the same posts
at once (what the posts explain), the file's size and how soon a key was answered; then what was
lost, and by how much memory grew beyond what a new desk takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from msgspec.structs import replace

from tartantm.agenda_files.write_toml import dump
from tartantm.core.events import Captured
from tartantm.store.journal import Journal
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions, export
from tests.builders import AGENDA
from tests.desk_process import DeskProcess
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.fault_proxy import Fault, FaultProxy
from tests.networks.mastodon.server import TOKEN, MastodonServer
from tests.networks.x.server import XServer

KEYS = ("j", "k", "i", "s", "u", "[", "]", "\x1b[F", "\x1b[5~")
"""Some have nothing to draw now and then: at the end of a list, for one."""

DETAILS = "d"
"""A key that always has something to draw."""

CATCHING_UP = 150.0
"""Seconds that the last gap may take to be filled: a silent stream is noticed after 45."""


class Reading(NamedTuple):
    """How the desk was at some time."""

    hour: float
    """Simulated, since the start."""
    posts: int
    memory: int
    explained: int
    """What a new desk holds that heard the same posts at once."""
    size: int
    """Bytes of the session and its log."""
    key_median: float
    key_most: float
    """Seconds until a key was answered, since the reading before."""
    cpu: float
    """Seconds of CPU a second, since the reading before."""


class Evening:
    """Stand-ins, bad lines, and a desk that follows."""

    def __init__(self, folder: Path, speed: float, an_hour: float, seed: str) -> None:
        self.folder, self.speed, self.an_hour, self.random = folder, speed, an_hour, Random(seed)
        self.session = folder / "evening.tartantm"
        self.x, self.mastodon, self.bluesky = XServer(), MastodonServer(), BlueskyServer()
        self.sent: list[str] = []
        self.faults = 0
        self.readings: list[Reading] = []
        self.verdict: dict[str, float] = {}
        self._answers: list[float] = []
        self._quiet = False

    async def run(self, hours: float) -> None:
        """All of it; `readings` and the session are there then."""
        async with AsyncExitStack() as stack:
            proxies = await self._connect(stack)
            desk = DeskProcess(self._arguments(proxies), self._environment(proxies))
            await desk.shows("saved")  # a busy machine takes seconds to start it
            jobs = [self._post(), self._act(desk), self._disturb(proxies)]
            tasks = [asyncio.create_task(job) for job in jobs]
            try:
                await self._watch(desk, hours, tasks)
                for proxy in proxies:
                    proxy.end()
                tasks[0].cancel()
                tasks[2].cancel()
                await self._caught_up()
                tasks[1].cancel()
                code = await desk.leave()
                assert code == 0, desk.text[-3000:]
            finally:
                for task in tasks:
                    task.cancel()
                if desk.process.poll() is None:
                    desk.process.kill()

    async def _connect(self, stack: AsyncExitStack) -> list[FaultProxy]:
        for server in (self.x, self.mastodon, self.bluesky):
            await stack.enter_async_context(server)
        urls = (self.x.url, self.mastodon.url, self.bluesky.jetstream, self.bluesky.url)
        ports = [int(url.rpartition(":")[2].partition("/")[0]) for url in urls]
        return [await stack.enter_async_context(FaultProxy(port)) for port in ports]

    def _arguments(self, proxies: list[FaultProxy]) -> list[str]:
        now = datetime.now(UTC)
        agenda = self.folder / "agenda.toml"
        timed = replace(AGENDA, starts=now, ends=now + timedelta(hours=12))
        agenda.write_text(dump(timed), encoding="utf-8")
        sources = ("x", f"mastodon:http://127.0.0.1:{proxies[1].port}", "bluesky")
        named = [word for source in sources for word in ("--source", source)]
        return ["run", str(agenda), *named, "--session", str(self.session)]

    def _environment(self, proxies: list[FaultProxy]) -> dict[str, str]:
        x, _, jetstream, xrpc = (f"127.0.0.1:{proxy.port}" for proxy in proxies)
        return {
            "TARTANTM_HOME": str(self.folder / "home"),
            "TARTANTM_X_URL": f"http://{x}",
            "TARTANTM_BLUESKY_URL": f"http://{xrpc}",
            "TARTANTM_BLUESKY_JETSTREAM_URL": f"ws://{jetstream}",
            "TARTANTM_X_TOKEN": self.x.token,
            "TARTANTM_MASTODON_TOKEN": TOKEN,
            "NO_PROXY": "127.0.0.1",
        }

    async def _post(self) -> None:
        while True:
            if not self._quiet:
                await self._say(len(self.sent))
            await asyncio.sleep(3600 / self.an_hour / self.speed * self.random.uniform(0.2, 1.8))

    async def _say(self, n: int) -> None:
        words = f"A{1 + n % 3} “Ceud mìle fàilte” number {n} {'och ' * (n % 30)}#tartantm"
        author = f"person{self.random.randrange(60)}"
        if n % 3 == 0:
            self.sent.append(f"x:{self.x.post(words, author)}")
        elif n % 3 == 1:
            self.sent.append(f"mastodon:{self.mastodon.post(words, author)}")
        else:
            self.sent.append(f"bluesky:{await self.bluesky.post(words, author)}")

    async def _act(self, desk: DeskProcess) -> None:
        while True:
            await asyncio.sleep(self.random.uniform(0.5, 1.5))
            await desk.type(self.random.choice(KEYS))
            self._answers.append(await desk.press(DETAILS))
            desk.drawn.clear()

    async def _disturb(self, proxies: list[FaultProxy]) -> None:
        """Each line breaks some three times a simulated hour, in every way there is."""
        while True:
            proxy = self.random.choice(proxies)
            if len(proxy.plan) < 2:
                kind = self.random.choice(["cut", "cut", "cut", "stall", "drip", "answer"])
                values = {
                    "cut": self.random.randrange(40_000),
                    "stall": self.random.randrange(20_000),
                    "drip": self.random.randrange(200, 2000),
                    "answer": self.random.choice([200, 429, 500, 503]),
                }
                proxy.plan.append(Fault(kind, values[kind]))  # type: ignore[arg-type]
                self.faults += 1
            await asyncio.sleep(3600 / 12 / self.speed * self.random.uniform(0.2, 1.8))

    async def _watch(
        self, desk: DeskProcess, hours: float, tasks: list[asyncio.Task[None]]
    ) -> None:
        began, used, at = time.monotonic(), 0.0, time.monotonic()
        step = min(0.5, hours / 2)
        for number in range(1, round(hours / step) + 1):
            self._quiet = number * step > 0.75 * hours + step / 2
            until = began + number * step * 3600 / self.speed
            while (left := until - time.monotonic()) > 0:
                done, _ = await asyncio.wait(tasks, timeout=left)
                for task in done:
                    task.result()
                assert desk.process.poll() is None, desk.text[-3000:]
            log = Path(f"{self.session}-wal")
            size = sum(path.stat().st_size for path in (self.session, log) if path.exists())
            answers, self._answers = self._answers or [0.0], []
            now, cpu = time.monotonic(), desk.cpu
            reading = Reading(
                number * step,
                len(self.sent),
                desk.memory,
                await self._explained(),
                size,
                median(answers),
                max(answers),
                (cpu - used) / (now - at),
            )
            used, at = cpu, now
            self.readings.append(reading)
            print(line(reading), flush=True)

    async def _explained(self) -> int:
        """What a desk holds that heard all posts so far at once, from an archive, and rests."""
        heard = self.folder / "heard.tartantm"
        heard.unlink(missing_ok=True)
        posts = await asyncio.to_thread(self._archive)
        agenda, home = (
            str(self.folder / "agenda.toml"),
            {"TARTANTM_HOME": str(self.folder / "home")},
        )
        source = f"file:{self.folder / 'evening.jsonl'}"
        desk = DeskProcess(["run", agenda, "--source", source, "--session", str(heard)], home)
        await desk.shows("saved")
        until = time.monotonic() + CATCHING_UP
        while captured(heard).total() < posts and time.monotonic() < until:
            await asyncio.sleep(0.5)
        for key in (*KEYS, DETAILS):
            await desk.type(key)
        await desk.rest(1)
        held = desk.memory
        assert await desk.leave() == 0, desk.text[-3000:]
        return held

    def _archive(self) -> int:
        """Write the posts so far where `_explained` reads them; gives their number."""
        with Session(self.session) as session:
            export(session.chat, ["archive"], self.folder, "evening", options=ExportOptions())
            return len(session.chat.entries)

    async def _caught_up(self) -> None:
        """Wait until everything is in the file."""
        until = time.monotonic() + CATCHING_UP
        while missing := set(self.sent) - set(captured(self.session)):
            if time.monotonic() > until:
                raise AssertionError(f"{len(missing)} posts were never held")
            await asyncio.sleep(0.5)


def captured(session: Path) -> Counter[str]:
    """How often each post is in a session."""
    with Journal(session) as journal:
        events = [item.event for item in journal.since(0)]
    return Counter(event.post.id for event in events if isinstance(event, Captured))


def line(reading: Reading) -> str:
    """One row of the curve."""
    return (
        f"{reading.hour:5.1f} h {reading.posts:7} posts {reading.memory / 1e6:8.1f} MB"
        f" (a new desk {reading.explained / 1e6:6.1f})"
        f" file {reading.size / 1e6:7.2f} MB  key {reading.key_median * 1000:5.0f} ms"
        f" (most {reading.key_most * 1000:5.0f})  {reading.cpu:5.2f} of a core"
    )


def verdict(evening: Evening) -> dict[str, float]:
    """What the figures say: what was lost, and how memory grew after the first hour."""
    held = captured(evening.session)
    first = next((r for r in evening.readings if r.hour >= 1), evening.readings[0])
    last = evening.readings[-1]
    quiet = next(r for r in evening.readings if r.posts == last.posts)
    growth, explained = last.memory - first.memory, last.explained - first.explained
    return {
        "posts": len(evening.sent),
        "faults": evening.faults,
        "lost": len(set(evening.sent) - set(held)),
        "twice": sum(held.values()) - len(held),
        "bytes of file a post": last.size / max(last.posts, 1),
        "growth of memory": growth / first.memory,
        "growth that a new desk has too": explained / first.memory,
        "growth that is left over": (growth - explained) / first.memory,
        "growth while nobody posted": last.memory / quiet.memory - 1,
    }


async def soak(hours: float, speed: float, an_hour: float, seed: str) -> Evening:
    """Run an evening in a folder that is removed afterwards; gives it with its readings."""
    with tempfile.TemporaryDirectory() as folder:
        evening = Evening(Path(folder), speed, an_hour, seed)
        await evening.run(hours)
        evening.verdict = verdict(evening)
    return evening


def main() -> int:
    """Run and print; exit code 1 where something was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hours", type=float, default=12)
    options.add_argument("--speed", type=float, default=10)
    options.add_argument("--an-hour", type=float, default=300, help="posts a simulated hour")
    options.add_argument("--seed", default="1")
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    evening = asyncio.run(soak(given.hours, given.speed, given.an_hour, given.seed))
    for name, value in evening.verdict.items():
        print(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")
    if given.json:
        rows = [reading._asdict() for reading in evening.readings]
        told = {"machine": os.uname().machine, "readings": rows, "verdict": evening.verdict}
        given.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return int(bool(evening.verdict["lost"] or evening.verdict["twice"]))


if __name__ == "__main__":
    sys.exit(main())

"""How long a key takes at a real terminal while servers of every network send hostile answers.

Two desks run side by side, each at a terminal of its own with the same session: one listens to
nothing, one to five servers that answer whatever they are asked with one hostile answer after the
other, and to one that is well. In turn a key goes to another list and a key goes back, on both;
printed is the time until that is drawn, and the ratio of the two. The goal is 100 ms.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from msgspec.structs import replace

from tartantm.agenda_files.write_toml import dump
from tests.benchmarks.measuring import Row, options, report
from tests.builders import AGENDA
from tests.desk_process import DeskProcess
from tests.networks.hostile_answers import ANSWERS, RawServer, answer
from tests.networks.mastodon.server import MastodonServer

NAMES = ("x", "mastodon", "bluesky", "jetstream", "feed")

GOAL = 0.1
"""Seconds until a key is answered."""

PAUSE = 0.005
"""Seconds between two pieces of 64 kB from each server: five lines of a hundred megabits."""

KEYS = (("]", "▸ Inbox"), ("[", "▸ All"))
"""Keys that go to another list and back, and what they draw."""


async def shows(desk: DeskProcess, words: str) -> None:
    """Wait until these words are drawn, whatever colours and blanks are between them."""
    async with asyncio.timeout(60):
        while words not in " ".join(desk.text.split()):
            await desk.more()


async def key(desk: DeskProcess, keys: str, words: str) -> float:
    """Seconds from a key until these words are drawn."""
    desk.drawn.clear()
    began = monotonic()
    os.write(desk.terminal, keys.encode())
    await shows(desk, words)
    return monotonic() - began


@asynccontextmanager
async def desk_of(folder: Path, sources: list[str]) -> AsyncIterator[DeskProcess]:
    """A desk on an evening that begins now, listening to `sources`."""
    folder.mkdir()
    agenda = folder / "agenda.toml"
    agenda.write_text(dump(replace(AGENDA, starts=datetime.now(UTC), ends=None)), encoding="utf-8")
    given = [part for name in sources for part in ("--source", name)]
    environment = {"TARTANTM_HOME": str(folder / "home")}
    desk = DeskProcess(
        ["run", str(agenda), "--session", str(folder / "a.tartantm"), *given], environment
    )
    try:
        await shows(desk, KEYS[1][1])
        await desk.rest(1.0)
        yield desk
        await desk.leave()
    finally:
        desk.process.kill()


async def measure(kinds: list[str]) -> dict[str, tuple[list[float], list[float]]]:
    """For each kind of answer the seconds of its keys, and those of the quiet desk beside it."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        good = await stack.enter_async_context(MastodonServer())
        bad = {
            name: await stack.enter_async_context(RawServer(answer(b"{}"), PAUSE)) for name in NAMES
        }
        os.environ |= {
            "TARTANTM_X_TOKEN": "made-up-token",
            "TARTANTM_MASTODON_TOKEN": "token",
            "TARTANTM_X_URL": bad["x"].url,
            "TARTANTM_BLUESKY_URL": bad["bluesky"].url,
            "TARTANTM_BLUESKY_JETSTREAM_URL": bad["jetstream"].url.replace("http", "ws"),
            "NO_PROXY": "127.0.0.1",
        }
        sources = ["x", f"mastodon:{bad['mastodon'].url}", "bluesky", f"feed:{bad['feed'].url}/f"]
        sources.append(f"mastodon:{good.url}")
        quiet = await stack.enter_async_context(desk_of(folder / "quiet", []))
        loud = await stack.enter_async_context(desk_of(folder / "loud", sources))
        for kind in kinds:
            for server in bad.values():
                server.answer = ANSWERS[kind]
            os.write(loud.terminal, b"R")
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(3):
                for desk, into in zip((loud, quiet), times, strict=True):
                    into += [await key(desk, *each) for each in KEYS]
                    await asyncio.sleep(0.05)
            found[kind] = times
    return found


def main() -> None:
    """Print the median and the slowest keys."""
    given = options(__doc__).parse_args()
    kinds = list(ANSWERS)[:2] if given.small else list(ANSWERS)
    found = asyncio.run(measure(kinds))
    quiet = sorted(each for _, times in found.values() for each in times)
    loud = sorted(each for times, _ in found.values() for each in times)
    worst = max(found, key=lambda kind: max(found[kind][0]))

    def row(name: str, seconds: float, floor: float) -> Row:
        over = sum(each > GOAL for each in loud)
        spread = f"{over} of {len(loud)} keys over 100 ms, {sum(e > GOAL for e in quiet)} if quiet"
        return Row(name, seconds * 1e6, "us", "a desk that listens to nothing",
                   seconds / floor, spread, None)  # fmt: skip

    rows = [
        row("a key, median", median(loud), median(quiet)),
        row("the slowest in a hundred", loud[len(loud) * 99 // 100], quiet[len(quiet) * 99 // 100]),
        row(f"the slowest: {worst}", loud[-1], quiet[-1]),
    ]
    report(rows, given.json)


if __name__ == "__main__":
    main()

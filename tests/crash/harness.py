"""Kill a running capture again and again: ``harness.py [--runs 300] [--seed 1] [--json FILE]``.

The faults of `faults` take turns, each at random moments. Printed is what was acknowledged before
each kind of harm, and what of it was lost, twice or wrong after reopening: nothing, or exit code 1.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crash.faults import FAULTS, CannotHere
from tests.crash.running import Place

HEAD = ("fault", "runs", "acknowledged", "posts", "acts", "lost", "twice", "wrong")


class Tally:
    """What came of all runs of one fault."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.runs = self.acknowledged = self.posts = self.acts = self.lost = self.doubled = 0
        self.wrong: list[str] = []
        self.cannot = ""

    @property
    def bad(self) -> bool:
        """Whether a promise was broken."""
        return bool(self.lost or self.doubled or self.wrong)

    def row(self) -> tuple[str | int, ...]:
        """The figures, as `HEAD` names them."""
        name = self.name.replace("_", " ") + (f" (not here: {self.cannot})" if self.cannot else "")
        counts = (self.acknowledged, self.posts, self.acts, self.lost, self.doubled)
        return (name, self.runs, *counts, len(self.wrong))


def harm(tally: Tally, number: int, folder: Path, seed: str) -> None:
    """One run, in a folder of its own."""
    place = Place.make(folder, Random(seed))
    try:
        held = FAULTS[number](place)
    except CannotHere as reason:
        tally.cannot = str(reason)
        return
    except Exception as error:
        tally.runs += 1
        tally.wrong.append(f"{seed}: {''.join(traceback.format_exception(error)[-2:])}")
        return
    tally.runs += 1
    tally.acknowledged += held.acknowledged
    tally.posts += held.posts
    tally.acts += held.acts
    tally.lost += held.lost
    tally.doubled += held.doubled
    tally.wrong += [f"{seed}: {fault}" for fault in held.faults]


def main() -> int:
    """Run, print, and tell by the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=300)
    options.add_argument("--seed", default="1")
    options.add_argument("--only", help="one fault by its name")
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    numbers = [n for n, each in enumerate(FAULTS) if given.only in (None, each.__name__)]
    tallies = {n: Tally(FAULTS[n].__name__) for n in numbers}
    began = time.monotonic()
    base = Path(tempfile.mkdtemp())
    try:
        for run in range(given.runs):
            number = numbers[run % len(numbers)]
            folder = base / str(run)
            harm(tallies[number], number, folder, f"{given.seed}-{run}")
            shutil.rmtree(folder, ignore_errors=True)
            if run % 50 == 49:
                print(f"{run + 1} runs, {time.monotonic() - began:.0f} s", file=sys.stderr)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    rows = [tally.row() for tally in tallies.values()]
    rows.append(("all", *(sum(int(row[n]) for row in rows) for n in range(1, len(HEAD)))))
    for row in (HEAD, *rows):
        print(f"{row[0]:<24}" + "".join(f"{cell!s:>14}" for cell in row[1:]))
    wrong = [line for tally in tallies.values() for line in tally.wrong]
    print("\n".join(wrong))
    if given.json:
        told = {"head": HEAD, "rows": rows, "wrong": wrong, "seconds": time.monotonic() - began}
        given.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return int(any(tally.bad for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())

"""What the benchmarks share: rounds in turn, medians, ratios, a table and a JSON file.

Times of one machine mean little; each benchmark times a limit or a peer in the same run, the two
in turn and the order turned round each time, and prints how many times as long ours took.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One figure against what it is held against."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float
    spread: str
    goal: float | None
    """The ratio that it should not exceed."""

    @property
    def met(self) -> str:
        """Whether the goal is met; "" where there is none."""
        return "" if self.goal is None else "met" if self.ratio <= self.goal else "NOT MET"


def fields(value: Any) -> int:
    """Look at every field once, as the least code that makes a post of it would."""
    if isinstance(value, dict):
        return sum(fields(each) for each in value.values())
    if isinstance(value, list):
        return sum(fields(each) for each in value)
    return 1


def rounds(
    works: Mapping[str, Callable[[], object]], count: int = 9, *, cpu: bool = True
) -> dict[str, list[float]]:
    """Seconds that each work took in each round; of CPU, or by the clock where disks count."""
    clock = process_time if cpu else perf_counter
    times: dict[str, list[float]] = {name: [] for name in works}
    for name in works:
        works[name]()
    for number in range(count):
        for name in list(works) if number % 2 else reversed(list(works)):
            began = clock()
            works[name]()
            times[name].append(clock() - began)
    return times


def against(
    times: Mapping[str, list[float]],
    ours: str,
    floor: str,
    goal: float | None = None,
    *,
    each: int = 1,
) -> Row:
    """Our time, for one of `each` things, and the median of its ratios to the floor's."""
    ratios = [one / other for one, other in zip(times[ours], times[floor], strict=True)]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else (ratios * 3)
    micros = median(times[ours]) / each * 1e6
    return Row(ours, micros, "us", floor, median(ratios), f"{low:.2f}-{high:.2f}", goal)


def options(description: str | None) -> argparse.ArgumentParser:
    """The options that all benchmarks take."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--small", action="store_true", help="a smoke run of a second")
    return parser


def report(rows: Sequence[Row], to: Path | None) -> None:
    """Print the table, and write it where that was asked for."""
    for row in rows:
        goal = "" if row.goal is None else f"  goal {row.goal:g}: {row.met}"
        print(
            f"{row.name:<44}{row.value:>12.1f} {row.unit:<6}"
            f"{row.ratio:>7.2f} ({row.spread}) x {row.against}{goal}"
        )
    if to:
        told = [row._asdict() | {"met": row.met} for row in rows]
        machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
        text = json.dumps({"machine": machine, "rows": told}, indent=1)
        to.write_text(text + "\n", encoding="utf-8")

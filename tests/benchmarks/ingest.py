"""Decoding and mapping one post of each network against json and dict access: ``ingest.py``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm.networks.bluesky.stream_filter import StreamFilter
from tartantm.networks.json_decode import decode
from tartantm.networks.mastodon import payload as mastodon
from tartantm.networks.x import payload as x
from tests.benchmarks.measuring import Row, against, fields, options, report, rounds
from tests.fuzz import seeds

NOW = datetime(2026, 6, 17, 18, tzinfo=UTC)
MISS = json.loads(
    json.dumps(seeds.BLUESKY).replace("#tartantm", "#other").replace('"tartantm"', '"o"')
)


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    count, turns = (50, 3) if given.small else (1000, 9)
    sieve = StreamFilter(["tartantm"])

    def jetstream(frame: bytes) -> None:
        if sieve.may_matter(frame):
            sieve.match_frame(frame)

    takers: dict[str, tuple[bytes, Callable[[bytes], object], float]] = {
        "X": (seeds.line(seeds.X), lambda data: x.read(decode(data)), 0.5),
        "Mastodon": (
            seeds.line(seeds.MASTODON),
            lambda data: mastodon.read(decode(data), "b.example", NOW),
            0.5,
        ),
        "Jetstream, hits": (compact(seeds.BLUESKY), jetstream, 0.5),
        "Jetstream, misses": (compact(MISS), jetstream, 0.25),
    }
    rows: list[Row] = []
    for name, (data, take, goal) in takers.items():
        floor = f"json and dicts, {name}"

        def ours(data: bytes = data, take: Callable[[bytes], object] = take) -> None:
            for _ in range(count):
                take(data)

        def least(data: bytes = data) -> None:
            for _ in range(count):
                fields(json.loads(data))

        rows.append(
            against(rounds({name: ours, floor: least}, turns), name, floor, goal, each=count)
        )
    report(rows, given.json)


def compact(value: object) -> bytes:
    """As Jetstream writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    main()

"""What the worst posts of 100,000 characters cost, from a network's answer to the lines drawn.

Each step is timed for an ordinary post and for posts that repeat a unit; the worst unit is printed.
The goal is 5 ms a post for what happens on the screen's thread.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC
from itertools import count
from pathlib import Path
from time import thread_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.style import Style

from tartantm.capture.capture import Capture
from tartantm.core.post import Post
from tartantm.desk.panes.post_lines import PostStyle, post_strips
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.grouping.grouper import Grouper
from tartantm.networks.mastodon import payload as mastodon
from tests.benchmarks.measuring import Row, options, report
from tests.builders import chat_of, happen
from tests.doubling import UNITS
from tests.fuzz.seeds import MASTODON

GOAL = 0.005
"""Seconds a post."""

LONG = 100_000
"""Characters of a post's HTML: what the most generous servers allow."""


def times_of(text: str, number: int) -> dict[str, float]:
    """Seconds of each step for one post."""
    status: Any = deepcopy(MASTODON)
    status |= {"content": text, "id": str(number), "in_reply_to_id": None}
    status["uri"] = f"https://b.example/users/a/statuses/{number}"
    chat = chat_of()
    capture = Capture(chat, Grouper(chat))
    taken: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = thread_time()
        done = work()
        taken[name] = thread_time() - began
        return done

    parsed = timed("payload", lambda: mastodon.read(status))
    posts = [each for each in parsed.heard if isinstance(each, Post)]
    events = timed("events_for", lambda: capture.events_for(posts))
    timed("apply", lambda: happen(chat, *events))
    (entry,) = chat.entries.values() or [None]
    if entry is not None:
        styles: defaultdict[str, Style] = defaultdict(Style)
        withheld = WithheldNow(chat)
        timed("lines", lambda: post_strips(entry, chat, UTC, PostStyle(80), styles, withheld))
    return taken


def main() -> None:
    """Print each step's worst unit."""
    given = options(__doc__).parse_args()
    numbers = count(1)
    plain = "<p>A1 words of an answer that people write #tartantm</p>"
    usual = times_of(plain, next(numbers))
    usual = times_of(plain + "<p>More</p>", next(numbers))
    worst: dict[str, tuple[float, str]] = {}
    for unit in UNITS[:8] if given.small else UNITS:
        long = (unit * (LONG // len(unit) + 1))[:LONG]
        tries = [times_of(long, next(numbers)) for _ in range(2)]
        for name in tries[0]:
            worst[name] = max(
                worst.get(name, (0.0, "")), (min(each.get(name, 0.0) for each in tries), unit)
            )
    rows = []
    for name, (seconds, unit) in worst.items():
        ratio = seconds / max(usual.get(name, GOAL), 1e-6)
        rows.append(Row(f"{name}, {unit!r} repeated", seconds * 1e6, "us", "an ordinary post",
                        ratio, f"{seconds / GOAL:.2f} of 5 ms", None))  # fmt: skip
    report(rows, given.json)


if __name__ == "__main__":
    main()

"""Withholding in a chat of many names and fifty rules, against a plain export: ``withholding.py``.

Held against six formats of the same posts where nothing is withheld, and against 1.5 s for 10,000
posts and .3 s for 1,500, which is what somebody waits for without asking whether it works.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Recorded
from tartantm.moderation.consequences import consequences
from tartantm.store.erasure import Erasure, Wanted
from tartantm.transcript import FORMATS, ExportOptions, export
from tartantm.transcript.leaks import leaks
from tests.benchmarks import named
from tests.benchmarks.measuring import Row, against, options, report, rounds

FLOOR = "six formats, no rules"


def works(count: int, folder: Path) -> dict[str, Callable[[], object]]:
    """What is measured, on a chat of so many posts."""
    events = named.recorded(count)
    plain, ruled = Chat(events), Chat(named.recorded(count, 50))
    post = next(entry.post for entry in plain.entries.values() if entry.seq > count // 2)
    author = f"{post.network}:{post.author.handle}"
    wanted, formats = Wanted(accounts=(post.author.id,)), list(FORMATS)

    def muting() -> None:
        for on in (True, False):
            muted = ev.Muted("phrase", named.VOCABULARY[11], on)
            plain.apply(Recorded(plain.last_seq + 1, named.START, muted))

    return {
        FLOOR: lambda: export(plain, formats, folder, "a", options=ExportOptions()),
        "six formats, 50 rules": lambda: export(
            ruled, formats, folder, "b", options=ExportOptions()
        ),
        "leaks, 50 rules": lambda: leaks(ruled, ExportOptions()),
        "leaks, pseudonyms": lambda: leaks(plain, ExportOptions(pseudonyms="all")),
        "what redacting an author hits": lambda: consequences(
            plain, [ev.Redacted("author", author)]
        ),
        "what redacting a post hits": lambda: consequences(plain, [ev.Redacted("post", post.id)]),
        "a mute of a phrase, and its end": muting,
        "the plan of erasing a person": lambda: Erasure(events, wanted),
    }


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    sizes, turns = ((50,), 1) if given.small else ((1_500, 10_000), 5)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        for count in sizes:
            done = works(count, Path(name))
            times = rounds(done, turns)
            limit = 0.3 if count <= 1_500 else 1.5
            for work in done:
                goal = 1.5 if work.startswith("six formats") else None
                row = against(times, work, FLOOR, goal)
                rows.append(row._replace(name=f"{count:,} posts: {work}"))
                if goal is None:
                    ratio = row.value / 1e6 / limit
                    rows.append(Row(rows[-1].name, row.value, "us", f"{limit} s", ratio, "", 1))
    report(rows, given.json)


if __name__ == "__main__":
    main()

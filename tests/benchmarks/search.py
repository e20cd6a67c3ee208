"""The newest 200 hits of 100,000 posts against a pass of `in` over all texts: ``search.py``."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm.core.chat import Chat
from tartantm.core.events import Begun, Recorded
from tartantm.desk.panes.search import SearchIndex
from tests.benchmarks.many import START, captured
from tests.benchmarks.measuring import Row, against, options, report, rounds
from tests.builders import AGENDA

FOR = {"many hits": "council mìle", "one hit": "{last} #tartantm", "no hit": "parrots"}


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    many, turns = (2_000, 3) if given.small else (100_000, 9)
    events = [Begun(AGENDA, "d", "00" * 8), *captured(many)]
    chat = Chat(Recorded(n, START, event) for n, event in enumerate(events, 1))
    search = SearchIndex(chat)
    texts = [entry.post.text.casefold() for entry in chat.entries.values()]
    rows: list[Row] = []
    for name, words in FOR.items():
        wanted = words.format(last=many - 1)

        def find(wanted: str = wanted) -> int:
            found = (entry for entry in search.find(wanted) if entry is not None)
            return sum(1 for _ in islice(found, 200))

        def scan(wanted: str = wanted) -> int:
            return sum(all(word in text for word in wanted.split()) for text in texts)

        times = rounds({name: find, "a scan of all": scan}, turns)
        row = against(times, name, "a scan of all")
        rows += [row, Row(name, row.value, "us", "30 ms", row.value / 30_000, "", 1)]
    report(rows, given.json)


if __name__ == "__main__":
    main()

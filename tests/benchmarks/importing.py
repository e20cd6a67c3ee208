"""Reading 100,000 posts of each big form as `import` does, against decoding: ``importing.py``."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm.archives.reading import Reading
from tartantm.archives.selection import Selection, choose
from tartantm.archives.shape import Context, OtherTimes
from tartantm.archives.spool import Spool
from tests.archives import writers
from tests.archives.writers import Said, snowflake
from tests.benchmarks.measuring import Row, against, fields, options, report, rounds

START = datetime(2012, 6, 20, 17, tzinfo=UTC)
FORMS = ("v2", "v1", "archive", "tags-csv")


def decoded(path: Path) -> int:
    """Decode a file as barely as can be, and look at its fields."""
    if path.name == "tags-csv":
        with path.open(encoding="utf-8", newline="") as file:
            return sum(map(len, csv.reader(file)))
    if path.is_dir():
        held = (each.read_text("utf-8") for each in path.rglob("tweet*.js"))
        return sum(fields(json.loads(text[text.index("[") :])) for text in held)
    text = path.read_text("utf-8")
    return sum(fields(json.loads(line)) for line in text.splitlines())


def imported(path: Path, others: OtherTimes | None) -> int:
    """Read a file as `import --preview` does."""
    selection = Selection(("madeupchat",))
    reading = Reading([path], Context(others=others))
    with Spool() as spool:
        for item in reading.items():
            spool.add(item, 0, tagged=selection.names(item))
        one = [found.is_one_account for found in reading.files]
        return choose(spool, selection, is_one_account=one).posts


def chat(count: int) -> list[Said]:
    """Posts of a person every second."""
    made: list[Said] = []
    for number in range(count):
        at = START + timedelta(seconds=number)
        words = f"A{number % 9 + 1}: number {number}, we publish every month #madeupchat"
        made.append(Said(snowflake(at, number % 4096), "ailsa", at, words))
    return made


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    count, turns = (200, 2) if given.small else (100_000, 3)
    far = START.replace(year=2000)
    evening = OtherTimes(far, far + timedelta(days=1), ("#madeupchat",), of_one_account=True)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        said = chat(count)
        for form in FORMS:
            path = writers.write(form, said, Path(folder))
            works: dict[str, Callable[[], object]] = {
                form: partial(imported, path, None),
                f"decoding, {form}": partial(decoded, path),
            }
            if form == "archive":
                works[f"{form} of other days"] = partial(imported, path, evening)
            times = rounds(works, turns)
            rows += [
                against(times, name, f"decoding, {form}", 3, each=count)
                for name in works
                if not name.startswith("decoding")
            ]
    report(rows, given.json)


if __name__ == "__main__":
    main()

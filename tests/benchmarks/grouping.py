"""How often grouping is right on recorded chats: ``grouping.py BED … [--json FILE]``.

BED is a folder with ID.jsonl, ID.stripped.jsonl and ID.agenda.json of chats of which every post
was placed by hand (``dev``, ``read``). Each chat becomes an archive of X API v2 and an agenda, and
is heard post by post as a running desk does: as written, with half the labels, with none. Scored
are all posts that somebody read but those that ask a question.

Each chat is grouped with weights fitted anew without it, then without any chat of its community.
With ``--shipped`` the shipped weights are tried; of chats that they may have been fitted on no
figure is printed, unless ``--known-chats`` asks for it, and then every line says what it is worth.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from msgspec import MsgspecError

from tartantm.grouping.ranker import shipped
from tests.benchmarks import made_up
from tests.benchmarks.evening import hear as hear
from tests.benchmarks.grouping_report import compare, read, report, write
from tests.benchmarks.learning import Leave, LeftOut, WeightsFor, may_be_known
from tests.benchmarks.measuring import options as common_options
from tests.benchmarks.recorded import VERSIONS, ids_in
from tests.benchmarks.trial import Job, Mapper, Result, jobs, processes, run


def shipped_jobs(beds: Sequence[Path]) -> list[Job]:
    """Every chat in every version, with the shipped weights."""
    return [
        Job(folder, chat, version, None, shipped())
        for folder in beds
        for chat in ids_in(folder)
        for version in VERSIONS
    ]


def left_out_results(
    beds: Sequence[Path],
    leaves: Sequence[Leave],
    weights_for: WeightsFor,
    learned: Sequence[Path],
    each: Mapper,
    *,
    moderated: bool = True,
) -> Iterator[list[Result]]:
    """Results with weights that know nothing of the chat; a moderator looks at the first kind."""
    for leave in leaves:
        work = jobs(beds, leave, weights_for, learned, each)
        yield run(work, each, moderated=moderated and leave == leaves[0])


def parser() -> argparse.ArgumentParser:
    """The options."""
    found = common_options((__doc__ or "").splitlines()[0])
    found.add_argument("beds", type=Path, nargs="*", metavar="BED", help="folders with chats")
    found.add_argument(
        "--learn-from", type=Path, nargs="+", metavar="DIR", help="default: the test beds"
    )
    found.add_argument(
        "--labels", type=Path, metavar="DIR", help="default: labels-only beside the first bed"
    )
    found.add_argument(
        "--vectors", type=Path, metavar="FILE", help="word vectors, for “sounds like talk”"
    )
    found.add_argument(
        "--leave-out",
        nargs="+",
        choices=["chat", "community"],
        default=["chat", "community"],
        help="what weights know nothing about; a moderator looks with the first of them",
    )
    found.add_argument("--no-looks", action="store_true", help="without the moderator: quick")
    found.add_argument("--shipped", action="store_true", help="with the shipped weights instead")
    found.add_argument(
        "--known-chats",
        action="store_true",
        help="with --shipped: also of chats that these weights may have been fitted on",
    )
    found.add_argument("--against", type=Path, metavar="FILE", help="an earlier --json to compare")
    return found


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as made:
        if options.small:
            options.beds = [made_up.write(Path(made) / "made-up")]
        try_out(options)


def try_out(options: argparse.Namespace) -> None:
    """Run what the options ask for, and print it."""
    if not options.beds or not all(map(ids_in, options.beds)):
        parser().error("name folders with recorded chats, or try --small")
    known = [c for bed in options.beds for c in may_be_known(bed)] if options.shipped else []
    honest = not known
    if known and not options.known_chats:
        parser().error(
            f"the shipped weights may have been fitted on {', '.join(known)}: what they reach there"
            " is no finding. Leave --shipped out, or name chats that they never saw; --known-chats"
            " prints it all the same"
        )
    old = _earlier(options.against) if options.against else None
    began, results = monotonic(), list[Result]()
    for found in _results(options):
        results += found
        seconds = monotonic() - began
        # Each kind as it comes: a run takes minutes.
        print(f"{len(results)} trials in {seconds / 60:.1f} minutes.")
        print(*report(found, honest=honest), "", sep="\n", flush=True)
    if old:
        print(*compare(results, old[0], honest=honest and old[1]), sep="\n")
    if options.json:
        write(results, options.json, honest=honest, seconds=seconds)


def _earlier(path: Path) -> tuple[list[Result], bool]:
    try:
        return read(path)
    except (OSError, ValueError, LookupError, TypeError, MsgspecError) as error:
        parser().error(f"{path} is no file that --json of this benchmark wrote: {error}")


def _results(options: argparse.Namespace) -> Iterator[list[Result]]:
    count = 1 if options.small else min(2, os.cpu_count() or 1)
    with processes(count) as each:
        if options.shipped:
            yield run(shipped_jobs(options.beds), each, moderated=not options.no_looks)
            return
        beside = options.beds[0].resolve().parent / "labels-only"
        labels = options.labels or (beside if beside.is_dir() else None)
        learn = tuple(options.learn_from or options.beds)
        weights_for = LeftOut(learn, labels, options.vectors, tuple(options.beds))
        learned = [*learn]
        yield from left_out_results(
            *(options.beds, options.leave_out, weights_for, learned, each),
            moderated=not options.no_looks,
        )


if __name__ == "__main__":
    main()

"""Changes the code a little, one place at a time, and lists the changes that no test notices.

    python tests/mutants.py visibility      one module: some minutes
    python tests/mutants.py                 all of them: an hour

mutmut (``pip install -e ".[tests,mutants]"``; not on Windows) makes the mutants and runs the tests
that reach each, in a folder of its own for each module: ``mutants/visibility``. A survivor is a
promise without a test, or a change that makes no difference; those of the second kind stand in
survivors.toml, with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent

BAR = 0.90
"""Share of a module's mutants that tests must notice."""

ALL = (
    *("encoded", "folding", "wordings", "name_letters", "names", "accounts"),
    *("telling_handles", "texts", "traces", "asked_words"),
    *("erasure", "erased_texts", "erased", "scrub", "shown", "door"),
    *("deletion_plan", "leaning_rules", "purge", "late_references", "gone"),
    *("deleted_addresses", "deleted_words", "without_addresses", "shown_links"),
    *("purge_rows", "without_more", "for_good", "ordinary_words", "hashed_names"),
    *("schema_in_log",),
    *(
        "visibility",
        "redaction",
        "seen_questions",
        "said",
        "quoted_words",
        "mutes",
        "pseudonyms",
        "link_leaks",
    ),
    *("leaks", "leak_search", "withheld", "consequences"),
    *("lane", "hearing", "listening", "asked_sources", "clock", "pace"),
    *("redirects", "bounded", "file_guard", "event_reader"),
    *("people", "carried", "local_time", "manual_repeats", "manual_reposts"),
    *("rounded_ids", "selection", "encodings", "same"),
    *("zones", "dates", "authors", "hubs"),
)
"""Modules that keep people's privacy and secrets, say what was heard, what of it is of the chat and
when it was, or bound what strangers send: every mutant is noticed, or makes no difference."""

UNTRIED = "not checked"

NOTICED = ("killed", "timeout", "segfault", "caught by type check")

MODULES: dict[str, tuple[str, str, str]] = {
    "erasure": (
        "tartantm/store/erasure.py",
        "store",
        "erasure erase_fields erase_acts door carried",
    ),
    "erased_texts": ("tartantm/store/erased_texts.py", "store", "erased_texts erasure"),
    "door": ("tartantm/store/door.py", "store", "door"),
    "deletion_plan": ("tartantm/store/deletion_plan.py", "store", "deletion_plan purge"),
    "leaning_rules": ("tartantm/store/leaning_rules.py", "store", "leaning_rules purge"),
    "purge": ("tartantm/store/purge.py", "store", "purge_rewrite purge"),
    "late_references": ("tartantm/store/late_references.py", "store", "late_references purge"),
    "deleted_words": ("tartantm/store/deleted_words.py", "store", "deletion_plan purge"),
    "deleted_addresses": ("tartantm/store/deleted_addresses.py", "store", "deleted_addresses"),
    "without_addresses": ("tartantm/store/without_addresses.py", "store", "without_addresses"),
    "shown_links": ("tartantm/core/shown_links.py", "core", "shown_links"),
    "purge_rows": ("tartantm/store/purge_rows.py", "store", "purge_rows purge"),
    "without_more": ("tartantm/store/without_more.py", "store", "without_more"),
    "for_good": ("tartantm/core/for_good.py", "core", "for_good"),
    "gone": ("tartantm/core/gone.py", "core", "gone"),
    "hashed_names": ("tartantm/core/hashed_names.py", "core", "hashed_names gone erased"),
    "names": ("tartantm/core/names.py", "core", "names"),
    "accounts": ("tartantm/core/accounts.py", "core", "accounts"),
    "telling_handles": ("tartantm/core/telling_handles.py", "core", "telling_handles"),
    "texts": ("tartantm/core/texts.py", "core", "traces"),
    "traces": ("tartantm/core/traces.py", "core", "traces"),
    "asked_words": ("tartantm/core/asked_words.py", "core", "asked_words"),
    "leaks": ("tartantm/transcript/leaks.py", "transcript", "leaks"),
    "leak_search": ("tartantm/transcript/leak_search.py", "transcript", "leak_search leaks"),
    "withheld": ("tartantm/transcript/withheld.py", "transcript", "withheld leaks"),
    "consequences": ("tartantm/moderation/consequences.py", "moderation", "consequences"),
    "erased": ("tartantm/core/erased.py", "core", "erased"),
    "scrub": ("tartantm/core/scrub.py", "core", "scrub store/test_erase_fields store/test_erasure"),
    "shown": ("tartantm/core/shown.py", "core", "shown"),
    "visibility": (
        "tartantm/transcript/visibility.py",
        "transcript",
        "public_view visibility privacy build questions_of_posts",
    ),
    "redaction": ("tartantm/core/redaction.py", "core", "redaction seen_questions mutes"),
    "reader_words": ("tartantm/core/reader_words.py", "core", "reader_words"),
    "reader_answer": ("tartantm/networks/reader/answer.py", "networks/reader", "client answer"),
    "reader_address": ("tartantm/settings/reader_address.py", "settings", "reader_address"),
    "seen_questions": ("tartantm/core/seen_questions.py", "core", "seen_questions for_good"),
    "said": ("tartantm/core/said.py", "core", "said redaction"),
    "quoted_words": ("tartantm/core/quoted_words.py", "core", "quoted_words"),
    "name_letters": ("tartantm/core/name_letters.py", "core", "wordings hashed_names"),
    "wordings": ("tartantm/core/wordings.py", "core", "wordings"),
    "word_lookup": ("tartantm/core/word_lookup.py", "core", "word_lookup wordings"),
    "tokens": ("tartantm/core/tokens.py", "core", "tokens wordings"),
    "ordinary_words": ("tartantm/core/ordinary_words.py", "core", "ordinary_words"),
    "encoded": ("tartantm/core/encoded.py", "core", "encoded folding wordings"),
    "folding": ("tartantm/core/folding.py", "core", "folding wordings moderation/test_search"),
    "mutes": ("tartantm/core/mutes.py", "core", "muting mutes undo"),
    "pseudonyms": (
        "tartantm/transcript/pseudonyms.py",
        "transcript",
        "pseudonyms public_view privacy",
    ),
    "link_leaks": (
        "tartantm/transcript/link_leaks.py",
        "transcript",
        "link_leaks public_view privacy",
    ),
    "people": ("tartantm/core/people.py", "core", "people"),
    "carried": ("tartantm/core/carried.py", "core", "carried"),
    "manual_reposts": ("tartantm/core/manual_reposts.py", "core", "manual_reposts"),
    "local_time": ("tartantm/core/local_time.py", "core", "local_time"),
    "manual_repeats": ("tartantm/networks/x/manual_repeats.py", "networks/x", "manual_repeats"),
    "journal": ("tartantm/store/journal.py", "store", "journal file_identity sqlite door golden"),
    "schema_in_log": ("tartantm/store/schema_in_log.py", "store", "schema_in_log foreign"),
    "chat": ("tartantm/core/chat.py", "core", "chat_events chat crossposts mutes renumbering"),
    "source_runner": ("tartantm/capture/source_runner.py", "capture", "source_runner"),
    "lane": ("tartantm/capture/lane.py", "capture", "lane"),
    "hearing": ("tartantm/capture/hearing.py", "capture", "hearing"),
    "pace": ("tartantm/capture/pace.py", "capture", "pace"),
    "listening": ("tartantm/core/listening.py", "core", "listening"),
    "asked_sources": ("tartantm/core/asked_sources.py", "core", "asked_sources"),
    "event_reader": ("tartantm/core/event_reader.py", "core", "event_reader"),
    "redirects": ("tartantm/networks/redirects.py", "networks", "redirects"),
    "clock": ("tartantm/networks/clock.py", "networks", "clock"),
    "bounded": ("tartantm/networks/bounded.py", "networks", "bounded"),
    "file_guard": ("tartantm/settings/file_guard.py", "settings", "file_guard"),
    "rounded_ids": ("tartantm/archives/rounded_ids.py", "archives", "rounded_ids"),
    "selection": ("tartantm/archives/selection.py", "archives", "selection"),
    "encodings": ("tartantm/archives/encodings.py", "archives", "encodings"),
    "zones": ("tartantm/networks/feed/zones.py", "networks/feed", "zones"),
    "dates": ("tartantm/networks/feed/dates.py", "networks/feed", "dates"),
    "authors": ("tartantm/networks/feed/authors.py", "networks/feed", "authors"),
    "hubs": ("tartantm/networks/feed/hubs.py", "networks/feed", "hubs"),
    "same": ("tartantm/networks/feed/same.py", "networks/feed", "same"),
    "grouper": (
        "tartantm/grouping/grouper.py",
        "grouping",
        "observe agenda_change decide order consistency",
    ),
}
"""Each module with the tests that are asked about it: a folder, and the files that are about it.

Files of another folder are named in full: ``store/test_erasure``.
"""


class Bench:
    """A folder in which mutmut looks at one module."""

    def __init__(self, name: str) -> None:
        path, folder, tests = MODULES[name]
        self.name, self.module = name, path.removesuffix(".py").replace("/", ".")
        self.folder = ROOT / "mutants" / name
        self.settings = {
            "only_mutate": [path],
            "pytest_add_cli_args_test_selection": [
                f"tests/{test}.py" if "/" in test else f"tests/{folder}/test_{test}.py"
                for test in tests.split()
            ],
        }

    def prepare(self) -> None:
        """Lay out the project as it stands now; what mutmut found before is forgotten."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name in ("tartantm", "tests", "themes", "README.md", "CHANGELOG.md"):
            (self.folder / name).symlink_to(ROOT / name)
        self.configure()

    def configure(self) -> None:
        """Write down which module is looked at, and which tests are asked."""
        rows = "".join(f"{key} = {json.dumps(value)}\n" for key, value in self.settings.items())
        header = "[tool.mutmut]\n"
        text = (ROOT / "pyproject.toml").read_text("utf-8").replace(header, header + rows)
        (self.folder / "pyproject.toml").write_text(text, "utf-8")

    def mutmut(self, *arguments: str) -> str:
        """Run a command of mutmut; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "mutmut", *arguments],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
        return done.stdout

    def results(self) -> dict[str, str]:
        """What became of each mutant, by its name."""
        rows = self.mutmut("results", "--all", "true")
        return dict(re.findall(r"^\s+(\S+): (.+)$", rows, re.MULTILINE))

    def sample(self, tenths: int) -> list[str]:
        """What makes mutmut try so many tenths of the mutants, by the last digit of the names."""
        digits = "5814703692"[:tenths]
        return [f"{self.module}.*[{digits}]"] if tenths < 10 else []

    def changed(self, mutant: str) -> tuple[str, str]:
        """The lines as they stand and as the mutant has them, without indentation."""
        lines = self.mutmut("show", mutant).splitlines()
        body = [line for line in lines if not line.startswith(("---", "+++", "#"))]
        old, new = (
            "\n".join(line[1:].strip() for line in body if line.startswith(sign)) for sign in "-+"
        )
        return old, new


def known() -> dict[tuple[str, str, str], str]:
    """Why a survivor makes no difference, by module and lines before and after."""
    rows = tomllib.loads(Path(__file__).with_name("survivors.toml").read_text("utf-8"))["survivor"]
    return {(row["module"], row["old"], row["new"]): row["reason"] for row in rows}


def sql_case(old: str, new: str) -> str | None:
    """Why a mutant makes no difference that only writes SQL in capital or small letters."""
    same = old.casefold() == new.casefold() and ".execute" in old
    return "SQL does not distinguish capital and small letters." if same else None


def header_case(old: str, new: str) -> str | None:
    """Why a mutant makes no difference that only writes a header in capital or small letters."""
    same = old.casefold() == new.casefold() and "headers" in old
    return "Headers do not distinguish capital and small letters." if same else None


def report(bench: Bench, took: float | None) -> bool:
    """Print what came of one module's mutants; returns whether that is good enough."""
    every = bench.results()
    states = {mutant: state for mutant, state in every.items() if state != UNTRIED}
    reasons, unknown = known(), 0
    for mutant, state in states.items():
        if state in NOTICED:
            continue
        old, new = bench.changed(mutant)
        reason = reasons.get((bench.name, old, new)) or sql_case(old, new) or header_case(old, new)
        unknown += reason is None
        print(f"{bench.name}: {mutant.rpartition('.')[2]}: {state}")
        print("\n".join([f"  - {line}" for line in old.splitlines()]))
        print("\n".join([f"  + {line}" for line in new.splitlines()]))
        print(f"  {reason or 'NOT EXPLAINED: write a test, or the reason into survivors.toml'}")
    count = Counter(states.values())
    noticed = sum(count[state] for state in NOTICED)
    # A mutant that makes no difference says nothing about the tests.
    share = noticed / (noticed + unknown or 1)
    untried = f", {len(every) - len(states)} not tried" if len(every) > len(states) else ""
    seconds = f", {took:.0f} seconds" if took is not None else ""
    print(
        f"{bench.name}: {len(states)} mutants, {noticed} noticed, "
        f"{len(states) - noticed} not, {unknown} of these not explained: {share:.3f}"
        f"{untried}{seconds}",
        flush=True,
    )
    return bool(states) and share >= BAR and not (unknown and bench.name in ALL)


def main() -> int:
    """Run what is asked for; 1 where a module is below its bar."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("module", nargs="*", help=", ".join(MODULES))
    parser.add_argument("--last", action="store_true", help="print what the last run found")
    parser.add_argument(
        "--survivors",
        action="store_true",
        help="try only what survived the last run, with new tests",
    )
    parser.add_argument(
        "--tenths", type=int, default=10, metavar="N", help="try only so many tenths: an estimate"
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="at once"
    )
    options = parser.parse_args()
    if unheard := set(options.module) - MODULES.keys():
        parser.error(f"not among {', '.join(MODULES)}: {', '.join(sorted(unheard))}")
    good = True
    for name in options.module or MODULES:
        bench, took, children = Bench(name), None, f"--max-children={options.processes}"
        began = time.monotonic()
        if options.survivors:
            bench.configure()
            settled = (*NOTICED, UNTRIED)
            left = [each for each, state in bench.results().items() if state not in settled]
            if left:
                bench.mutmut("run", children, *left)
        elif not options.last:
            bench.prepare()
            bench.mutmut("run", children, *bench.sample(options.tenths))
            took = time.monotonic() - began
        good &= report(bench, took)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

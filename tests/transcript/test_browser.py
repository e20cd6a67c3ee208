"""The page in a real browser, by the checker beside the checkout; skipped where there is none."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tartantm.core.agenda import Person
from tartantm.transcript import ExportOptions, export
from tests.transcript.evening import big
from tests.transcript.hostile import hostile, naughty
from tests.transcript.reading import WORDS

CHECK = Path(__file__).parents[3] / "shared" / "tools" / "check-transcript" / "check"

READY = Path(os.environ.get("BARS_CACHE") or Path.home() / ".cache" / "bars") / "transcript"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (CHECK.exists() and (READY / ".npm-done").exists()),
        reason="needs ../shared/tools; run its 'check setup' once",
    ),
]


def run(*arguments: str) -> str:
    done = subprocess.run(
        [str(CHECK), *arguments], capture_output=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, "\n".join(
        line for line in (done.stdout + done.stderr).split("\n") if not line.startswith("PASS")
    )
    return done.stdout


KNOWN = (
    Person("ليلى Example", ("person18@x",), "guest"),
    Person("明 Sample", ("@person19@mastodon.example",), "guest"),
    Person("Grażyna Example", ("grażyna6@x",), "host"),
    Person("Lachlan Przykład", ("lachlan11.example@bluesky",), "guest"),
)
"""Those who keep their names and links on a page where others have pseudonyms."""


def test_the_page_passes_every_check(tmp_path: Path) -> None:
    """One page has it all, since looking at a second costs as much again.

    There are people with names and with pseudonyms, posts with words and bare links.
    """
    options = ExportOptions(pseudonyms="participants", x_text="link")
    chat = big(100, known=KNOWN).chat
    (path,) = export(chat, ["html"], tmp_path, "page", options=options)
    written = path.read_text("utf-8")
    assert all(person.name in written for person in KNOWN) and "Kirsty" not in written
    told = tmp_path / "told.json"
    run("--bar", "--json", str(told), str(path))
    (page,) = json.loads(told.read_text("utf-8"))
    assert page["pdf"]["pages"] * 100 / page["messages"] <= 10
    assert page["pdf"]["words"] >= 99


def test_hostile_strings_do_nothing_anywhere(tmp_path: Path) -> None:
    strings = [one["text"] for one in json.loads(run("payloads"))]
    paths = export(hostile(strings).chat, WORDS, tmp_path, "page", options=ExportOptions())
    run("injection", *map(str, paths))


@pytest.mark.skipif(not naughty(), reason="needs the Big List of Naughty Strings")
def test_naughty_strings_do_nothing_either(tmp_path: Path) -> None:
    strings = tmp_path / "strings.json"
    strings.write_text(json.dumps(naughty()), encoding="utf-8")
    paths = export(hostile(naughty()).chat, WORDS, tmp_path, "page", options=ExportOptions())
    run("injection", "--partial", "--strings", str(strings), *map(str, paths))

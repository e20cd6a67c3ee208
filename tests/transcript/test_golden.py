"""Every format of one small evening, compared with the files in ``golden/``.

``UPDATE_GOLDEN=1 pytest tests/transcript/test_golden.py`` writes them anew: read what changed.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tartantm
from tartantm.core.chat import Chat
from tartantm.transcript import FORMATS, ExportOptions, export
from tests.transcript.evening import small

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tartantm.transcript.build.__version__", "0")


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str, tmp_path: Path) -> None:
    (path,) = export(small().chat, [name], tmp_path, "small", options=ExportOptions())
    golden = GOLDEN / path.name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(path.read_bytes())
    assert path.read_bytes() == golden.read_bytes()


def test_the_same_chat_makes_the_same_bytes(tmp_path: Path) -> None:
    evening = small()
    once = export(evening.chat, FORMATS, tmp_path / "one", "a", options=ExportOptions())
    again = export(Chat(evening.recorded), FORMATS, tmp_path / "two", "a", options=ExportOptions())
    assert [path.name for path in once] == [f"a{form.suffix}" for form in FORMATS.values()]
    for path, other in zip(once, again, strict=True):
        assert path.read_bytes() == other.read_bytes()


EXPORT = """
import sys
from pathlib import Path

import tartantm.transcript.build
from tartantm.core.agenda import Agenda
from tartantm.transcript import FORMATS, ExportOptions, export
from tests.transcript.evening import PEOPLE, Evening, small

tartantm.transcript.build.__version__ = "0"
nowhere = Evening(Agenda("No time, no zone"))
nowhere.post(1, PEOPLE["ailsa"], "Good evening")
for name, evening in (("small", small()), ("nowhere", nowhere)):
    export(evening.chat, FORMATS, Path(sys.argv[1]), name, options=ExportOptions())
"""
"""Exports in a process of its own: time zone, locale and hash seed are read as one starts."""


def exported(folder: Path, **surroundings: str) -> dict[str, bytes]:
    """What the files of an export contain that runs in these surroundings."""
    subprocess.run(
        [sys.executable, "-c", EXPORT, str(folder)],
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **surroundings},
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nothing_comes_from_the_surroundings(tmp_path: Path) -> None:
    here = exported(tmp_path / "here", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    away = exported(
        tmp_path / "away",
        PYTHONHASHSEED="2",
        TZ="Pacific/Auckland",
        LC_ALL="de_DE.UTF-8",
        LANGUAGE="de",
        COLUMNS="40",
        TARTANTM_HOME=str(tmp_path / "home"),
    )
    assert len(here) == 2 * len(FORMATS) and away == here
    for path in GOLDEN.iterdir():
        assert here[path.name] == path.read_bytes()


READS_THE_SURROUNDINGS = {
    *("now", "today", "utcnow", "localtime", "time", "monotonic", "environ", "getenv", "getlocale"),
    *("uuid4", "random", "choice", "getuser", "gethostname", "cwd", "home"),
}
"""Attributes by which a module reads the clock, the environment or the machine."""


def doors(code: str) -> list[str]:
    """The expressions in a module by which its surroundings could reach a transcript."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(code))
        if (isinstance(node, ast.Attribute) and node.attr in READS_THE_SURROUNDINGS)
        or (
            # Without a zone it is the machine's.
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "astimezone"
            and not node.args
        )
    ]


def test_doors_are_found() -> None:
    code = "datetime.now(UTC); os.environ['TZ']; at.astimezone(); at.astimezone(tz)"
    assert sorted(doors(code)) == ["at.astimezone()", "datetime.now", "os.environ"]


@pytest.mark.parametrize("package", ["transcript", "grouping"])
def test_no_module_reads_the_clock_or_the_environment(package: str) -> None:
    """Only the publisher does: the page of a running chat says when it was written."""
    folder = Path(tartantm.__file__).parent / package
    found = {path.name: doors(path.read_text("utf-8")) for path in folder.rglob("*.py")}
    assert len(found) > 10
    assert {name: doors for name, doors in found.items() if doors} == (
        {"publish.py": ["datetime.now"]} if package == "transcript" else {}
    )

"""Which module may know which, and what a command may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tartantm

PACKAGE = Path(tartantm.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Modules of ours that a file names, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def below(name: str) -> list[Path]:
    return sorted((PACKAGE / name).rglob("*.py"))


CORE = [PACKAGE / f"{name}.py" for name in ("post", "agenda", "events", "chat", "journal")]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_knows_the_desk_but_those_who_open_it(path: Path) -> None:
    if path.is_relative_to(PACKAGE / "tui"):
        return
    # The table of commands is plain data, and `tartantm keys` prints it.
    seen = {n for n in imported(path) if n.startswith("tartantm.tui")}
    seen -= {f"tartantm.tui.commands{name}" for name in ("", ".table", ".remapped")}
    assert not seen or path.name == "cli_desk.py"


@pytest.mark.parametrize(
    ("place", "may_not"),
    [
        ("transcript", ("tui", "grouping", "journal", "session", "cli_desk", "sources.follow")),
        ("grouping", ("tui", "sources", "transcript", "journal", "session")),
        ("sources", ("tui", "transcript")),
    ],
)
def test_one_direction(place: str, may_not: tuple[str, ...]) -> None:
    for path in below(place):
        for name in imported(path):
            for forbidden in may_not:
                assert not name.startswith(f"tartantm.{forbidden}"), f"{path.name}: {name}"


def test_the_core_knows_no_network_and_no_screen() -> None:
    for path in CORE:
        for name in imported(path):
            top = name.split(".")[0]
            assert top not in ("textual", "rich", "tweepy", "httpx", "asyncio"), f"{path}: {name}"
            for part in ("sources", "transcript", "grouping", "tui"):
                assert not name.startswith(f"tartantm.{part}"), f"{path}: {name}"


HEAVY = ("textual", "tweepy", "rich", "requests", "httpx", "websockets")


def loaded_by(*arguments: str) -> tuple[int, set[str]]:
    """Run a command in a process of its own; gives its exit code and what it loaded."""
    script = (
        "import sys\n"
        "from tartantm.cli import run\n"
        "try:\n    code = run(sys.argv[1:])\n"
        "except SystemExit as end:\n    code = end.code or 0\n"
        "print('\\n' + repr((code, sorted(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=PACKAGE.parent,
    )
    code, modules = ast.literal_eval(done.stdout.splitlines()[-1])
    return code, set(modules)


def test_commands_without_a_screen_load_neither_textual_nor_a_network(tmp_path: Path) -> None:
    agenda, archive = PACKAGE / "demo" / "agenda.toml", PACKAGE / "demo" / "evening.jsonl"
    session = tmp_path / "a.tartantm"
    for arguments in (
        ("--help",),
        ("import", str(archive), "--agenda", str(agenda), "--session", str(session)),
        ("export", str(session), "--output", str(tmp_path)),
        ("follow", str(agenda), "--source", f"file:{archive}", "--session", str(session)),
        ("keys",),
    ):
        code, modules = loaded_by(*arguments)
        assert code == 0, arguments
        assert not modules & set(HEAVY), arguments


def test_help_loads_next_to_nothing() -> None:
    _, modules = loaded_by("--help")
    assert {name for name in modules if name.startswith("tartantm")} == {
        *("tartantm", "tartantm.errors"),
        *("tartantm.cli", "tartantm.cli_grammar", "tartantm.cli_grammar_acting"),
    }
    assert "msgspec" not in modules and "asyncio" not in modules


def test_the_first_frame_needs_neither_chat_nor_file_nor_grouping() -> None:
    """They are loaded by the thread that reads, once the frame is drawn."""
    script = "import sys, tartantm.cli_desk, tartantm.tui.app; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=PACKAGE.parent,
    )
    ours = {name for name in done.stdout.split() if name.startswith("tartantm.")}
    assert {name.removeprefix("tartantm.") for name in ours} == {
        *("cli_desk", "errors", "paths", "reading", "sett", "theme"),
        *("tui", "tui.app", "tui.hangup", "tui.opening", "tui.tartan", "tui.themes"),
    }
    assert not {"msgspec", "sqlite3", "filelock"} & set(done.stdout.split())


def test_files_stay_small() -> None:
    for path in MODULES:
        lines = len(path.read_text("utf-8").splitlines())
        assert lines <= 300, f"{path.relative_to(PACKAGE)}: {lines} lines; find its second idea"

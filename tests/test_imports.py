"""Which module may import which (contracts in pyproject.toml), and what each command loads."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import tartantm

PACKAGE = Path(tartantm.__file__).parent
HEAVY = ("textual", "tweepy", "rich", "requests", "httpx", "websockets")


def test_the_import_contracts_hold() -> None:
    """`lint-imports` names the import that breaks one; the reason for each stands beside it."""
    done = subprocess.run(
        [shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or "lint-imports"],
        capture_output=True,
        encoding="utf-8",
        cwd=PACKAGE.parent,
    )
    assert done.returncode == 0, done.stdout


def loaded_by(*commands: tuple[str, ...]) -> list[tuple[int, set[str]]]:
    """Run commands one after the other in a process of their own.

    Returns the exit code of each, and the modules that it and those before it loaded.
    """
    script = (
        "import ast, sys\n"
        "from tartantm.cli.main import run\n"
        "for command in ast.literal_eval(sys.argv[1]):\n"
        "    try:\n        code = run(list(command))\n"
        "    except SystemExit as end:\n        code = end.code or 0\n"
        "    print('\\n#' + repr((code, sorted(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, repr(commands)],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=PACKAGE.parent,
    )
    lines = [line[1:] for line in done.stdout.splitlines() if line.startswith("#(")]
    assert len(lines) == len(commands), done.stdout
    return [(code, set(modules)) for code, modules in map(ast.literal_eval, lines)]


def test_commands_without_a_screen_load_neither_textual_nor_a_network(tmp_path: Path) -> None:
    agenda, archive = PACKAGE / "demo" / "agenda.toml", PACKAGE / "demo" / "evening.jsonl"
    session = tmp_path / "a.tartantm"
    commands: tuple[tuple[str, ...], ...] = (
        ("import", str(archive), "--agenda", str(agenda), "--session", str(session)),
        ("export", str(session), "--output", str(tmp_path)),
        ("follow", str(agenda), "--source", f"file:{archive}", "--session", str(session)),
        ("keys",),
    )
    for command, (code, modules) in zip(commands, loaded_by(*commands), strict=True):
        assert code == 0, command
        assert not modules & set(HEAVY), command


def test_help_loads_next_to_nothing() -> None:
    ((_, modules),) = loaded_by(("--help",))
    assert {name for name in modules if name.startswith("tartantm")} == {
        *("tartantm", "tartantm.core", "tartantm.core.errors"),
        *("tartantm.cli", "tartantm.cli.main"),
        *("tartantm.cli.parsers", "tartantm.cli.parsers_import", "tartantm.cli.parsers_moderate"),
    }
    assert not modules & {*HEAVY, "msgspec", "asyncio"}


def test_the_first_frame_needs_neither_chat_nor_file_nor_grouping() -> None:
    """The thread that reads the session loads them once the frame is drawn."""
    script = "import sys, tartantm.cli.desk, tartantm.desk.app; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=PACKAGE.parent,
    )
    ours = {name for name in done.stdout.split() if name.startswith("tartantm.")}
    assert {name.removeprefix("tartantm.") for name in ours} == {
        *("cli", "cli.desk", "core", "core.errors", "store", "store.load_progress"),
        *("settings", "settings.file_guard", "settings.paths", "settings.tartan", "settings.theme"),
        "settings.threads",
        *("desk", "desk.app", "desk.loading", "desk.terminal_loss", "desk.themes"),
        *("desk.panes", "desk.panes.folding", "desk.panes.tartan_band"),
    }
    assert not {"msgspec", "sqlite3", "filelock"} & set(done.stdout.split())


DOORS = {f"networks/{name}.py" for name in ("bounded", "bounded_requests", "http", "logged_client")}
CLIENTS = {"AsyncClient", "Client", "Session", "HTTPTransport", "AsyncHTTPTransport", "HTTPAdapter"}
READING = {
    *("aread", "aiter_bytes", "aiter_raw", "aiter_text", "aiter_lines", "iter_bytes", "iter_raw"),
    *("iter_content", "iter_text", "urlopen", "urlretrieve"),
}


def around_the_door(path: Path) -> list[str]:
    """Where a module makes a client of its own or reads an answer by itself."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Attribute):
            continue
        holder = node.value.id if isinstance(node.value, ast.Name) else ""
        reads = node.attr in READING or (
            node.attr in ("json", "read", "content", "text", "iter_lines", "raw")
            and holder in ("response", "answer", "reply", "resp")
        )
        asks = holder in ("httpx", "requests") and (
            node.attr in CLIENTS or node.attr in ("get", "post", "request", "stream", "session")
        )
        if reads or asks:
            found.append(f"{path.name}:{node.lineno} {holder}.{node.attr}")
    return found


def test_answers_come_through_the_door_alone(tmp_path: Path) -> None:
    """Nobody else reads a body, which may be endless, or asks with rules of their own."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).as_posix() not in DOORS:
            assert around_the_door(path) == [], path
    bad = tmp_path / "bad.py"
    for line in (
        *("httpx.AsyncClient()", "requests.get(url)", "await response.aread()", "response.json()"),
        *("found.iter_content(5)", "urllib.request.urlopen(url)", "answer.content"),
    ):
        bad.write_text(line, encoding="utf-8")
        assert around_the_door(bad), line


def test_strangers_json_is_decoded_within_budgets() -> None:
    """`json_decode` alone decodes for networks and archives; others read what we wrote."""
    own = {"networks/json_decode.py", "archives/json_stream.py"}
    for package in ("networks", "archives"):
        for path in sorted((PACKAGE / package).rglob("*.py")):
            text = path.read_text("utf-8")
            if path.relative_to(PACKAGE).as_posix() not in own:
                assert "json.loads" not in text and "json.decode" not in text, path


def test_a_long_module_says_why_it_is_long() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text("utf-8")
        if len(text.splitlines()) > 300:
            docstring = ast.get_docstring(ast.parse(text)) or ""
            said = "300 lines" in docstring or "longer than others" in docstring
            assert said, f"{path.relative_to(PACKAGE)}: say why, or find its second idea"

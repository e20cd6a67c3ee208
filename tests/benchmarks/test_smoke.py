"""Every benchmark runs; what it finds is for people to read."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.measuring import against, rounds

FOLDER = Path(__file__).parent
SMALL = ("reopen", "ingest", "search", "capture", "placing", "withholding", "hostile", "importing")
ALONE = ("commit", *(["peers"] if Path("/proc/self/stat").exists() else []))
"""Those that are tried as a process of their own, as they are meant to be run."""


@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_writes_its_figures(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, target = FOLDER / f"{name}.py", tmp_path / "figures.json"
    monkeypatch.setattr(sys, "argv", [str(script), "--small", "--json", str(target)])
    monkeypatch.setattr(sys, "path", [*sys.path])
    runpy.run_path(str(script), run_name="__main__")
    holds_figures(target)


@pytest.mark.parametrize("name", ALONE)
def test_a_benchmark_runs_by_itself(name: str, tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    command = [sys.executable, str(FOLDER / f"{name}.py"), "--small", "--json", str(target)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    holds_figures(target)


def holds_figures(target: Path) -> None:
    figures = json.loads(target.read_text("utf-8"))
    assert figures["rows"] and all(row["ratio"] > 0 for row in figures["rows"])
    assert figures["machine"]


def test_grouping_writes_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tests.benchmarks.train_grouping")
    script, target = FOLDER / "grouping.py", tmp_path / "figures.json"
    monkeypatch.setattr(sys, "argv", [str(script), "--small", "--json", str(target)])
    monkeypatch.setattr(sys, "path", [*sys.path])
    runpy.run_path(str(script), run_name="__main__")
    figures = json.loads(target.read_text("utf-8"))
    assert figures["machine"] and figures["honest"] and len(figures["chats"]) == 4 * 3 * 2
    assert all(row["low"] <= row["high"] for row in figures["rows"])
    names = {row["name"] for row in figures["rows"]}
    assert {"accuracy", "review 10% by conversation: accuracy", "live few by post: looks"} <= names


def test_ratios_are_of_one_round_each() -> None:
    times = {"ours": [2.0, 6.0, 4.0], "floor": [1.0, 2.0, 2.0]}
    row = against(times, "ours", "floor", 1.5)
    assert (row.ratio, row.met) == (2.0, "NOT MET")
    assert against(times, "floor", "ours", 1.5).met == "met"


def test_every_work_is_done_in_every_round() -> None:
    done: list[str] = []
    times = rounds({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 4)
    assert {name: len(each) for name, each in times.items()} == {"a": 4, "b": 4}
    assert done == ["a", "b", "b", "a", "a", "b", "b", "a", "a", "b"]

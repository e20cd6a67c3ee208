"""What the benchmark of grouping prints and writes, and what it refuses to print."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tartantm.core.events import Placement
from tests.benchmarks import grouping, learning, made_up, scoring, trial
from tests.benchmarks.grouping_report import NOT_HONEST, compare, largest_gap, read, report, write
from tests.benchmarks.looks import Looked
from tests.benchmarks.recorded import SHARED, Truth
from tests.benchmarks.scoring import Calibration, Scored
from tests.benchmarks.trial import Aided, Alone, Result


def posts(right: int, wrong: int, sure: float = 0.8) -> list[Scored]:
    placement = Placement("Q1", "time", "", sure, sure < 0.5)
    truths = [Truth("Q1", "high", True)] * right + [Truth("Q2", "high", True)] * wrong
    return [Scored(placement, True, truth) for truth in truths]


def result(chat: str, some: Sequence[Scored], bed: str = "dev") -> Result:
    tally = dict(scoring.tally(some))
    return Result(
        *(bed, "as written", "chat", chat, tally), scoring.tenths(some), scoring.by_rule(some)
    )


def test_a_calibration_that_is_off_by_a_tenth_is_reported() -> None:
    results = [result(f"a-{n}", posts(35, 15)) for n in range(8)]
    lines = report(results, honest=True)
    assert lines[1] == "== dev, as written, the chat left out: 8 chats, 400 posts"
    assert "  accuracy                   0.700  [0.700 0.700]" in lines
    assert "  promised - real            0.100  [0.100 0.100]" in lines
    assert "  .8 to 0.9     400   0.800   0.700   +0.100" in lines
    assert "  time          400   0.800   0.700   +0.100" in lines
    assert "  largest gap of a tenth with 50 posts: +0.100 (.8 to 0.9)" in lines


def test_the_largest_gap_is_one_of_a_well_filled_tenth() -> None:
    tenths = [Calibration(49, 40, 9), Calibration(50, 8, 5), Calibration(100, 20, 30)]
    found = largest_gap(tenths)
    assert found and found == pytest.approx((2, -0.1))
    assert largest_gap(tenths[:1]) is None
    assert "No tenth has 50 posts." in report([result("a-1", posts(5, 1))], honest=True)


def test_figures_of_known_chats_say_on_each_line_that_they_are_none() -> None:
    lines = report([result("a-1", posts(50, 10))], honest=False)
    with_digits = [line for line in lines if line.startswith("  ")]
    assert len(with_digits) > 10
    assert all(line.endswith(NOT_HONEST) for line in with_digits)
    assert not any(NOT_HONEST in line for line in report([result("a-1", posts(5, 1))], honest=True))


def test_two_runs_are_compared_on_the_chats_that_both_have() -> None:
    old = [result(f"a-{n}", posts(30 + n, 20 - n)) for n in range(8)]
    new = [result(f"a-{n}", posts(33 + n, 17 - n)) for n in range(1, 9)]
    lines = compare(new, old, honest=True)
    assert lines[1] == "== dev, as written, the chat left out: 7 chats, 350 posts"
    assert "2 chats are in one of the two only, and left out." in lines
    found = [line for line in lines if line.startswith("  accuracy ")]
    assert found == ["  accuracy                           +0.060  [+0.060 +0.060]  higher"]
    assert any(line.endswith("noise: the interval holds 0") for line in lines)
    assert all(NOT_HONEST in line for line in compare(new, old, honest=False)[4:])


def test_chats_of_another_bed_are_not_compared() -> None:
    lines = compare(
        [result("a-1", posts(5, 5))], [result("a-1", posts(5, 5), bed="read")], honest=True
    )
    assert lines[-1] == "Nothing to compare with in the other file."


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    results = [result(f"a-{n}", posts(30 + n, 20 - n)) for n in range(3)]
    write(results, tmp_path / "figures.json", honest=True, seconds=1.26)
    assert read(tmp_path / "figures.json") == (results, True)
    data = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert data["seconds"] == 1.3 and data["machine"]
    accuracy = data["rows"][0]
    assert (accuracy["bed"], accuracy["left out"], accuracy["name"]) == ("dev", "chat", "accuracy")
    assert accuracy["value"] == pytest.approx(0.62)
    assert accuracy["low"] < 0.62 < accuracy["high"]


def looked(looks: int, right: int) -> Looked:
    return Looked(looks, looks, posts(right, 100 - right))


def test_the_limit_for_a_share_of_looks_is_chosen_on_the_other_chats() -> None:
    def aided(**live: tuple[int, int]) -> Aided:
        ways = {("post", name): looked(*pair) for name, pair in live.items()}
        more = {("conversation", name): looked(*pair) for name, pair in live.items()}
        return Aided({**ways, **more}, {})  # type: ignore[dict-item]

    mine = aided(few=(5, 80), usual=(3, 85), thorough=(2, 99))
    other = aided(few=(4, 70), usual=(10, 75), thorough=(20, 80))
    alone = [Alone(result(f"a-{n}", posts(7, 3)), [0.8] * 10) for n in range(2)]
    found = trial._of_live(alone[0].result, mine, alone, [mine, other])
    # The other chat needed "usual" for 10 looks in a hundred; here that made 3.
    assert found["live 10% by post: looks"] == (3, 100)
    assert found["live 10% by post: accuracy"] == (85, 100)
    assert found["live thorough by conversation: accuracy"] == (99, 100)
    # With no other chat to go by, it is its own.
    found = trial._of_live(alone[0].result, mine, alone[:1], [mine])
    assert found["live 10% by post: looks"] == (5, 100)


def options(*given: str) -> None:
    grouping.try_out(grouping.parser().parse_args(given))


def test_shipped_weights_have_no_findings_on_chats_that_they_may_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made_up.write(tmp_path / "chats", 2)
    monkeypatch.setattr(grouping, "may_be_known", lambda bed: ["b-1"])
    with pytest.raises(SystemExit) as left:
        options(str(folder), "--shipped", "--no-looks")
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and "fitted on b-1" in err and "no finding" in err
    options(str(folder), "--shipped", "--no-looks", "--known-chats")
    out = capsys.readouterr().out
    assert all(NOT_HONEST in line for line in out.splitlines() if line.startswith("  "))
    monkeypatch.setattr(grouping, "may_be_known", lambda bed: [])
    options(str(folder), "--shipped", "--no-looks")
    out = capsys.readouterr().out
    assert "accuracy" in out and NOT_HONEST not in out


def test_a_folder_without_chats_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for given in ([], [str(tmp_path)]):
        with pytest.raises(SystemExit):
            options(*given)
        assert "--small" in capsys.readouterr().err


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"chats": [{}], "honest": true}'])
def test_another_file_to_compare_with_is_refused_before_any_work(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, other = made_up.write(tmp_path / "chats", 2), tmp_path / "other.json"
    if text is not None:
        other.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        options(str(folder), "--against", str(other))
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and "no file that --json of this benchmark wrote" in err


def test_it_runs_by_itself_in_two_processes_and_finds_itself_no_better(tmp_path: Path) -> None:
    pytest.importorskip("tests.benchmarks.train_grouping")
    folder, target = made_up.write(tmp_path / "chats", 3, answers=3), tmp_path / "figures.json"
    script = [sys.executable, str(Path(grouping.__file__)), str(folder), "--no-looks"]
    command = [*script, "--json", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    for left in ("the chat left out", "the community left out"):
        for version in ("as written", "half the labels", "no labels"):
            assert f"== chats, {version}, {left}: 3 chats" in done.stdout
    results, honest = read(target)
    lines = compare(results, results, honest=honest)
    assert sum(line.endswith("noise: the interval holds 0") for line in lines) >= 6 * 9
    assert not any(line.endswith(("higher", "lower")) for line in lines)


def test_the_known_folders_are_there_where_the_recordings_are() -> None:
    if not SHARED.is_dir():
        pytest.skip("the recorded chats are not here")
    assert all((SHARED / name).is_dir() for name in learning.KNOWN_FOLDERS)

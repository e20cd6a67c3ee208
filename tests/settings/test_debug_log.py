"""The debug log: off by default, private, without secrets, and never a reason to stop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from tartantm.settings import credentials, debug_log

posix = pytest.mark.skipif(os.name != "posix", reason="modes and full devices as POSIX has them")


@pytest.fixture
def log(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(debug_log.VARIABLE, "1")
    return home / "state" / "debug.log"


def test_nothing_is_written_and_no_handler_loaded_where_it_is_off(home: Path) -> None:
    debug_log.write("a line")
    debug_log.write_request("GET", "https://a.example/", monotonic(), "200", 5)
    assert not home.exists()
    script = (
        "import sys; from tartantm.settings import debug_log; debug_log.write('x');"
        "print('logging' in sys.modules, 'tartantm.settings.paths' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_a_request_is_one_line_with_what_was_asked_and_what_came(log: Path) -> None:
    debug_log.write_request("GET", "https://a.example/b?limit=40", monotonic(), "200", 5)
    (line,) = log.read_text("utf-8").splitlines()
    stamp, process, *rest = line.split(" ")
    assert stamp.endswith("Z") and "T" in stamp and process == str(os.getpid())
    assert " ".join(rest[:5]) == "GET https://a.example/b?limit=40: 200, 5 bytes,"
    assert rest[6:] == ["ms"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:pass@a.example:8/b", "https://a.example:8/b"),
        ("https://a.example/b?key=S&limit=4&X=", "https://a.example/b?key=…&limit=4&X=…"),
        ("wss://a.example/s?tag=tea#S", "wss://a.example/s?tag=tea"),
        ("http://[half", "an address that cannot be read"),
    ],
)
def test_of_an_address_nothing_is_written_that_may_be_secret(url: str, shown: str) -> None:
    assert debug_log.shown(url) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/2/tweets?ids=123,124,125&limit=4", "/2/tweets?ids=(3)&limit=4: "),
        ("https://a.example/b?id[]=12&id[]=13", "/b?id[]=(2): "),
        ("https://a.example/b?uris=at://did:plc:rose/p/3k1&uris=x", "/b?uris=(2): "),
        ("https://a.example/b?uri=at://did:plc:rose/p/3k1&depth=9", "/b?uri=…&depth=9: "),
        ("https://a.example/b?actors=did:plc:rose", "/b?actors=(1): "),
        ("https://a.example/b?max_id=123456&cursor=12&next_token=b2", "/b?max_id=…&cursor=…&next"),
        ("https://a.example/api/v1/statuses/57/context", "/api/v1/statuses/…/context: "),
        ("https://a.example/users/ailsa.rss", "/users/…: "),
        ("https://a.example/@ailsa.rss", "/@…: "),
        ("https://a.example/b?query=(%23tea OR conversation_id:213000000000007919)", "_id:…): "),
    ],
)
def test_no_post_and_nobody_is_named(log: Path, url: str, shown: str) -> None:
    debug_log.write_request("GET", url, monotonic(), "200", 12345678)
    line = log.read_text("utf-8")
    assert shown in line and ": 200, 12345678 bytes, " in line
    for name in ("ailsa", "rose", "123456,", "3k1", "/57/", "213000"):
        assert name not in line


def test_a_source_that_is_somebodys_is_not_named(log: Path) -> None:
    debug_log.write("source feed:https://a.example/@ailsa.rss: lost: @rose@b.example is gone")
    assert log.read_text("utf-8").endswith("source feed:https://a.example/@…: lost: @… is gone\n")


def test_tokens_are_masked_and_a_line_stays_one_line(log: Path) -> None:
    credentials.register_secret("Planted-0123456789")
    debug_log.write("broke: Planted-0123456789\n\x1b[31mnext é 🙂")
    text = log.read_text("utf-8")
    assert "Planted" not in text and "\x1b" not in text
    assert text.count("\n") == 1 and "é 🙂" in text


def test_a_lone_surrogate_does_not_cost_the_line(log: Path) -> None:
    debug_log.write("before \ud800 after")
    assert "after" in log.read_text("utf-8")


def test_it_rotates_and_keeps_three_older_files(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug_log, "LARGEST", 500)
    for number in range(60):
        debug_log.write(f"line {number} " + "x" * 60)
    files = sorted(log.parent.glob("debug.log*"))
    assert [path.name for path in files] == ["debug.log", *(f"debug.log.{n}" for n in (1, 2, 3))]
    assert all(0 < path.stat().st_size <= 500 for path in files)
    assert "line 59" in log.read_text("utf-8")
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_where_it_cannot_be_written_everything_goes_on(
    home: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    log.parent.write_text("a file where the folder should be", encoding="utf-8")
    debug_log.write("a line")
    debug_log.write("another")
    assert capsys.readouterr() == ("", "")


def test_the_first_line_after_a_full_disk_is_written_elsewhere(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.parent.mkdir(parents=True)
    log.symlink_to("/dev/full")
    debug_log.write("a line")
    monkeypatch.setenv("TARTANTM_HOME", str(tmp_path / "elsewhere"))
    debug_log.write("another")
    assert "another" in debug_log.path().read_text("utf-8")


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_costs_lines_and_says_nothing(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.parent.mkdir(parents=True)
    log.symlink_to("/dev/full")
    debug_log.write("a line")
    debug_log.write("another")
    assert capsys.readouterr() == ("", "")


def test_paths_name_it_where_it_is_on(home: Path) -> None:
    def said(**environment: str) -> str:
        command = [sys.executable, "-m", "tartantm", "paths"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env=os.environ | environment
        )
        return done.stdout

    assert "debug.log" not in said()
    assert str(home / "state" / "debug.log") in said(TARTANTM_DEBUG="1")

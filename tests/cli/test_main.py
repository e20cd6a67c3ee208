"""The commands as a user runs them, in this process; a few in a process of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tartantm import __version__
from tartantm.cli.main import run
from tartantm.cli.networks import usual_words
from tartantm.cli.parsers import duration
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.demo import EVENING
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post

TWEET = {
    "id": "17",
    "text": "A1: words #tartantm",
    "author_id": "7",
    "created_at": "2026-06-17T17:06:00.000Z",
}
USERS = {"users": [{"id": "7", "username": "ailsa", "name": "Ailsa Example"}]}


@pytest.fixture
def agenda(tmp_path: Path) -> Path:
    path = tmp_path / "agenda.toml"
    text = 'title = "T"\nhashtags = ["tartantm"]\nstarts = 2026-06-17T18:00:00+01:00\n'
    questions = "".join(f'[[questions]]\ntext = "Question {n}?"\n' for n in (1, 2, 3))
    path.write_text(text + questions, encoding="utf-8")
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "x.jsonl"
    rows = [{"data": TWEET | {"id": str(n)}, "includes": USERS} for n in range(17, 22)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def tartantm(*arguments: object) -> int:
    try:
        return run([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)


def test_version_and_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert tartantm("--version") == 0
    assert capsys.readouterr().out == f"tartantm {__version__}\n"
    assert tartantm() == 2
    assert tartantm("dance") == 2
    assert tartantm("demo", "--speed", "0") == 2
    assert tartantm("--", "demo") == 2


LONG = "x" * 100_000


@pytest.mark.parametrize(
    "arguments",
    [
        (LONG,),
        ("mark", "{session}", LONG, "1"),
        ("erase", "{session}", "--author", LONG, "--yes"),
        ("erase", "{session}", "--post", LONG, "--yes"),
        ("redact", "{session}", "--author", f"@{LONG}"),
        ("mute", "{session}", "--author", LONG),
        ("redact", "{session}", "--reason", LONG),
        ("redact", "{session}", f"--reason={LONG}"),
        ("place", "{session}", LONG, "2"),
        ("leaks", "{session}", "--accept", LONG),
        ("export", "{session}", "--theme", LONG),
        ("export", LONG),
    ],
)
def test_an_error_repeats_only_the_beginning_of_a_long_argument(
    tmp_path: Path,
    agenda: Path,
    archive: Path,
    arguments: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = tmp_path / "a.tartantm"
    assert tartantm("import", archive, "--agenda", agenda, "--session", session) == 0
    capsys.readouterr()
    assert tartantm(*(each.replace("{session}", str(session)) for each in arguments)) == 2
    said = capsys.readouterr().err
    assert "xxx…" in said and len(said) < 1_000


def test_import_export_and_import_again(
    tmp_path: Path, agenda: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / "a.tartantm"
    assert tartantm("import", archive, "--agenda", agenda, "--session", session) == 0
    assert "5 posts imported" in capsys.readouterr().out
    assert tartantm("import", archive, "--agenda", agenda, "--session", session) == 0
    assert "0 posts imported" in (said := capsys.readouterr().out) and "5 known already" in said
    out = tmp_path / "out"
    assert tartantm("export", session, "--output", out) == 0
    printed = capsys.readouterr().out.split()
    names = ["a.html", "a.md", "a.json", "a.csv", "a.txt", "a.jsonl"]
    assert [Path(line).name for line in printed] == names
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    data = json.loads((out / "a.json").read_text("utf-8"))
    assert data["format"] == "tartantm-transcript"
    assert {post_["question"] for post_ in data["posts"]} == {"Q1"}
    again = tmp_path / "b.tartantm"
    assert tartantm("import", out / "a.jsonl", "--agenda", agenda, "--session", again) == 0
    assert tartantm("export", again, "--output", tmp_path / "two", "--format", "archive,json") == 0
    assert (tmp_path / "two" / "b.jsonl").read_bytes() == (out / "a.jsonl").read_bytes()


def test_damaged_lines_are_named_and_the_rest_is_kept(
    tmp_path: Path, agenda: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = archive.read_text("utf-8").splitlines()
    lines[1] = lines[1][:40]
    archive.write_text("\n".join(lines), encoding="utf-8")
    session = tmp_path / "a.tartantm"
    assert tartantm("import", archive, "--agenda", agenda, "--session", session) == 0
    captured_ = capsys.readouterr()
    assert "x.jsonl, line 2:" in captured_.err
    assert "4 posts imported" in captured_.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "none.jsonl", "--agenda", "{agenda}", "--session", "{new}"), "none.jsonl"),
        (("import", "{archive}", "--agenda", "none.toml", "--session", "{new}"), "none.toml"),
        (("import", "{agenda}", "--agenda", "{agenda}", "--session", "{new}"), "agenda.toml"),
        (("import", "{archive}", "--agenda", "{agenda}", "--session", "{archive}"), "x.jsonl"),
        (("import", "{archive}", "--agenda", "{agenda}", "--session", "/no/where/a"), "no folder"),
        (("export", "none.tartantm"), "There is no session"),
        (("export", "{archive}"), "is not a tartantm session"),
        (("export", "{made}", "--format", "pdf"), "no format 'pdf'"),
        (("export", "{made}", "--theme", "plaid"), "no theme 'plaid'"),
        (("run", "{agenda}"), "needs a terminal"),
        (("replay", "{archive}", "--agenda", "{agenda}"), "needs a terminal"),
        (("follow", "{agenda}"), "nothing to follow"),
        (("follow", "{agenda}", "--source", "file:none"), "no file none"),
        (("follow", "{agenda}", "--source", "mastodon"), "'mastodon' is no source; write x, mas"),
        (("follow", "{agenda}", "--source", "mastodon:two words"), "two words"),
        (("follow", "{agenda}", "--source", "feed:ftp://a.example"), "feed"),
        (("follow", "{agenda}", "--source", "x"), "X lets nobody read without a token"),
        (("follow", "{agenda}", "--source", "carrier-pigeon"), "no source"),
        (("account", "add", "myspace"), "'myspace' has no account; write x, bluesky or"),
        (("account", "check", "x"), "There is no token for x; type 'tartantm account add x'"),
        (("account", "remove", "x"), "No token for x is kept here"),
        (("recheck", "none"), "There is no session"),
        (("agenda", "check", "none.md"), "no agenda file"),
        (("erase", "{made}", "--author", "nobody", "--yes"), "nothing of nobody"),
        (("erase", "{made}", "--author", "ailsa"), "give --yes"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(
    tmp_path: Path,
    agenda: Path,
    archive: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    made = tmp_path / "made.tartantm"
    with Session(made, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    monkeypatch.chdir(tmp_path)
    names = {"agenda": agenda, "archive": archive, "made": made, "new": tmp_path / "n.tartantm"}
    assert tartantm(*(argument.format(**names) for argument in arguments)) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1 and said.startswith("tartantm: ") and said.endswith(".\n")


def test_follow_prints_a_line_a_post_once_it_is_durable(
    tmp_path: Path, agenda: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / "a.tartantm"
    source = f"file:{archive}"
    assert tartantm("follow", agenda, "--source", source, "--session", session, "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == [f"x:{n}" for n in range(17, 22)]
    assert {(row["network"], row["question"]) for row in rows} == {("x", "Q1")}
    with Session(session) as kept:
        assert [kept.chat.entries[row["id"]].number for row in rows] == [
            row["number"] for row in rows
        ]
    other = tmp_path / "b.tartantm"
    assert tartantm("follow", agenda, "--source", source, "--session", other) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert line == "3  18:06 Q1 Ailsa Example, X: A1: words #tartantm"


def test_follow_and_import_place_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "one.tartantm", tmp_path / "other.tartantm"
    assert tartantm("import", EVENING, "--agenda", AGENDA_FILE, "--session", one) == 0
    source = f"file:{EVENING}"
    assert tartantm("follow", AGENDA_FILE, "--source", source, "--session", other) == 0
    placements = []
    for path in (one, other):
        with Session(path) as session:
            entries = session.chat.entries.values()
            # Each session has ids of its own for what was deleted.
            placements.append({"" if e.deleted_at else e.id: e.placement for e in entries})
    assert placements[0] == placements[1]


def test_follow_ends_in_time_and_on_signals(tmp_path: Path, agenda: Path) -> None:
    fifo = tmp_path / "posts.jsonl"
    fifo.write_text(json.dumps(TWEET) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "tartantm", "follow", str(agenda), "--source", f"file:{fifo}"]
    done = subprocess.run(
        [*command, "--for", "20s", "--session", str(tmp_path / "a.tartantm")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_follow_ends_cleanly_on_a_signal(tmp_path: Path, agenda: Path, number: int) -> None:
    from tests.cli.endless_source import SCRIPT

    session = tmp_path / "a.tartantm"
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(agenda), str(session)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    first = process.stdout.readline()
    process.send_signal(number)
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait(10) == 0
    shown = (first + rest).count("\n")
    with Session(session) as kept:
        assert len(kept.chat.entries) == shown > 0


def test_the_demo_without_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tartantm("demo", "--export", tmp_path / "out") == 0
    names = {Path(line).suffix for line in capsys.readouterr().out.split()}
    assert names == {".html", ".md", ".json", ".csv", ".txt", ".jsonl"}
    data = json.loads((tmp_path / "out" / "tartantm-demo.json").read_text("utf-8"))
    assert len(data["posts"]) > 300
    assert any(post_["starred"] for post_ in data["posts"])
    assert any(question["summary"] for question in data["questions"])


def test_erase(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1", "Secret"), post("2", "Stays", author="Calum")))
    assert tartantm("erase", path, "--author", "ailsa@x", "--yes") == 0
    assert "Erased 1 post of ailsa@x" in capsys.readouterr().out
    assert b"Secret" not in path.read_bytes()
    with Session(path) as session:
        number = session.chat.entries["x:2"].seq
    assert tartantm("erase", path, "--post", f"#{number - 1}", "--yes") == 0
    assert "Post #2 was erased before; nothing more is there to erase." in capsys.readouterr().out
    assert tartantm("erase", path, "--post", "#400", "--yes") == 2
    assert "There is no post #400;" in capsys.readouterr().err
    assert tartantm("erase", path, "--post", f"{number}", "--yes") == 0
    assert "Erased 1 post: #3, Calum Example: “Stays”." in capsys.readouterr().out
    assert b"Stays" not in path.read_bytes()


def test_what_is_kept_where(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tartantm("paths") == 0
    assert str(home / "sessions") in capsys.readouterr().out
    assert tartantm("sessions") == 0
    assert "No sessions yet" in capsys.readouterr().out
    (home / "sessions").mkdir(parents=True)
    with Session(home / "sessions" / "mine.tartantm", create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1"), inbox=True))
    (home / "sessions" / "broken.tartantm").write_text("hello", encoding="utf-8")
    assert tartantm("sessions") == 0
    said = capsys.readouterr().out
    assert "mine: Talk about talk, 17 June 2026; 1 post, 1 in the inbox" in said
    assert "broken: " in said and "is not a tartantm session" in said
    # By its name, from anywhere.
    assert tartantm("export", "mine", "--format", "text", "--output", tmp_path) == 0
    assert (tmp_path / "mine.txt").exists()


def test_themes_and_keys(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "themes").mkdir(parents=True)
    (home / "themes" / "mine.toml").write_text("dark = 1", encoding="utf-8")
    assert tartantm("themes") == 0
    said = capsys.readouterr().out
    assert "night" in said and "mine.toml" in said and "left out" in said
    assert tartantm("keys") == 0
    assert "Open the question after the one that is open." in capsys.readouterr().out


def test_agenda_check_and_convert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pasted = tmp_path / "a.md"
    pasted.write_text("# Talk #tartantm\n\n- One?\n  - Must we?\n- Two?\n", encoding="utf-8")
    assert tartantm("agenda", "check", pasted) == 0
    assert "   Q1a  Must we?" in capsys.readouterr().out
    assert tartantm("agenda", "convert", pasted) == 0
    converted = tmp_path / "a.toml"
    converted.write_text(capsys.readouterr().out, encoding="utf-8")
    assert tartantm("agenda", "check", converted) == 0


def test_agenda_check_shows_the_hour_of_the_transcript(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = 'title = "Talk"\nstarts = 2020-06-17T18:00:00Z\ntimezone = "Europe/London"\n'
    question = '[[questions]]\ntext = "One?"\nopens_at = 2020-06-17T19:05:00+01:00\n'
    file = tmp_path / "a.toml"
    file.write_text(written + question, encoding="utf-8")
    assert tartantm("agenda", "check", file) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1:] == [
        "Wednesday 17 June 2020, 19:00 UK time (BST)",
        "Q1  One? (opens 19:05)",
        "Please check starts: 18:00Z is 19:00 BST in London; write +01:00 if you mean 18:00 there.",
    ]
    assert not said.err
    assert tartantm("agenda", "convert", file) == 0
    assert capsys.readouterr().err.startswith("Please check a.toml: starts: 18:00Z is 19:00 BST")


def test_the_config_file(home: Path, agenda: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    for text, words in [
        ("theem = 'x'", "unknown key 'theem'; the nearest is 'theme'"),
        ("theme = 3", "'theme' has to be text"),
        ("sources = 3", "'sources' has to be a list"),
        ("sources = [", "not TOML"),
    ]:
        (home / "config.toml").write_text(text, encoding="utf-8")
        assert tartantm("follow", agenda) == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("10m", 600), ("2h", 7200)])
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


def test_a_fault_of_ours_is_one_line_and_a_log(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> int:
        raise RuntimeError("bad cog")

    monkeypatch.setattr("tartantm.cli.info.keys", broken)
    assert tartantm("keys") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "bad cog" in said
    assert "bad cog" in (home / "log" / "tartantm.log").read_text("utf-8")


def test_a_token_that_another_goes_before_is_said_and_the_address_stays_as_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tartantm.cli.networks._typed", lambda _: "made-up-token-of-nobody-9876")
    typed = "mastodon:http://localhost:4290"
    monkeypatch.delenv("TARTANTM_MASTODON_TOKEN", raising=False)
    assert tartantm("account", "add", typed) == 0
    said = capsys.readouterr().out
    assert said.endswith(f"Try it: tartantm account check {typed}\n") and "goes first" not in said
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "another-made-up-token-1234")
    assert tartantm("account", "add", typed) == 0
    assert "comes from the variable TARTANTM_MASTODON_TOKEN, which goes first" in (
        capsys.readouterr().out
    )


def test_doctor_says_what_it_tries_where_nothing_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TARTANTM_MASTODON_TOKEN", raising=False)
    assert usual_words(["bluesky"]) == (
        "No --source is given, so this tries bluesky, which needs no token."
    )
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "another-made-up-token-1234")
    assert usual_words(["bluesky", "x"]) == (
        "No --source is given, so this tries x, which has a token, and bluesky, which needs none."
        " TARTANTM_MASTODON_TOKEN is set, but no server is named: add --source mastodon:HOST."
    )
    assert "no server" not in usual_words(["bluesky", "mastodon:a.example"])

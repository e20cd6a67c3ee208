"""`tartantm correct`: the same files again, with what was withheld since left out of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tartantm.transcript import FORMATS
from tests.builders import AGENDA, at, captured, post

Said = pytest.CaptureFixture[str]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as made:
        made.take_agenda(AGENDA, "d")
        made.record(
            *captured(
                post("1", "Words of hers, zanzibar", 1),
                post("2", "Parrots", 2, author="calum"),
            )
        )
    return path


def chat(path: Path) -> Chat:
    return Chat(recorded_events(path))


def exported(session: Path, *more: str, folder: str = "out") -> Path:
    out = session.parent / folder
    assert run(["export", str(session), "--output", str(out), *more]) == 0
    return out


def corrected(session: Path, *more: str) -> int:
    return run(["correct", str(session), "--no-recheck", *more])


def test_an_export_is_recorded_with_its_options(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(session.parent)
    choices = ["--format", "html,json", "--pseudonyms", "all", "--noindex", "--theme", "heather"]
    assert run(["export", "a.tartantm", "--output", "web/../out", *choices]) == 0
    ((seq, _, export),) = chat(session).exports
    assert (export.folder, export.name) == (str(session.parent / "out"), "a")
    assert export.formats == ("html", "json") and export.shows == seq - 1
    assert export.options == {"pseudonyms": "all", "noindex": True, "theme": "heather"}


def test_the_same_session_makes_the_same_bytes_after_it_was_recorded(session: Path) -> None:
    first = exported(session, folder="one")
    second = exported(session, folder="two")
    for form in FORMATS.values():
        name = f"a{form.suffix}"
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_a_session_that_cannot_be_written_is_exported_all_the_same(
    session: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        from tartantm.store.journal import JournalError

        raise JournalError("a.tartantm cannot be written; check its permissions.")

    monkeypatch.setattr("tartantm.store.journal.Journal.append", refuse)
    out = exported(session, "--format", "text")
    assert (out / "a.txt").exists()
    assert "It is not recorded that this was written: a.tartantm cannot" in capsys.readouterr().err


def test_the_demo_records_nothing(tmp_path: Path) -> None:
    assert run(["demo", "--export", str(tmp_path / "demo")]) == 0
    assert not list(tmp_path.rglob("*.tartantm"))


def test_what_is_withheld_leaves_every_file(session: Path, capsys: Said) -> None:
    out = exported(session)
    assert run(["redact", str(session), "--phrase", "zanzibar"]) == 0
    said = capsys.readouterr().out
    assert f"Published copies: {out}/a (html, markdown, json, csv, text, archive; writ" in said
    assert f"'tartantm correct {session}' writes them again" in said
    assert corrected(session) == 0
    said = capsys.readouterr().out
    assert "    1 post redacted since\n" in said and "zanzibar" not in said
    assert said.splitlines()[-1] == str(out / "a.jsonl")
    for form in FORMATS.values():
        assert b"zanzibar" not in (out / f"a{form.suffix}").read_bytes()
    for suffix in ("html", "md", "txt"):
        text = (out / f"a.{suffix}").read_text("utf-8")
        assert text.count("1 post redacted") == 2  # near the top, and in "About"
        assert "Corrected after it was first written, on " in text
    (made,) = json.loads((out / "a.json").read_text("utf-8"))["corrections"]
    assert made["changes"] == {"redacted": 1}


def test_nothing_changed_and_nothing_is_written(session: Path, capsys: Said) -> None:
    out = exported(session)
    before = (out / "a.html").stat().st_mtime_ns
    seq = chat(session).last_seq
    assert corrected(session) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == ["    nothing changed since", "Nothing changed since; nothing is written."]
    assert (out / "a.html").stat().st_mtime_ns == before and chat(session).last_seq == seq


def test_it_is_done_once(session: Path) -> None:
    out = exported(session)
    run(["hide", str(session), "x:2"])
    assert corrected(session) == 0
    first = (out / "a.html").read_bytes()
    assert corrected(session) == 0 and (out / "a.html").read_bytes() == first
    assert [made.changes for _, made in chat(session).corrections] == [{"hidden": 1}]
    # An export is a pure function of the session file, its corrections included.
    assert (exported(session, folder="later") / "a.html").read_bytes() == first


def test_files_are_written_with_the_options_they_had(session: Path) -> None:
    plain, numbered = exported(session), exported(session, "--pseudonyms", "all", folder="numbered")
    run(["redact", str(session), "--phrase", "parrots"])
    assert corrected(session) == 0
    assert "Ailsa Example" in (plain / "a.html").read_text("utf-8")
    assert "Ailsa Example" not in (numbered / "a.html").read_text("utf-8")
    for folder in (plain, numbered):
        assert "Parrots" not in (folder / "a.html").read_text("utf-8")


def test_files_that_are_gone_stay_gone_and_the_others_are_written(
    session: Path, capsys: Said
) -> None:
    out, gone = exported(session), exported(session, "--format", "text", folder="gone")
    (out / "a.csv").unlink()
    (gone / "a.txt").unlink()
    gone.rmdir()
    run(["redact", str(session), "--phrase", "zanzibar"])
    assert corrected(session) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-2:] == [
        f"{out / 'a.csv'} is not written again: it is gone.",
        f"{gone / 'a.txt'} is not written again: its folder is gone.",
    ]
    assert "zanzibar" not in (out / "a.html").read_text("utf-8")
    assert not (out / "a.csv").exists() and not gone.exists()


def test_a_strangers_session_writes_over_nothing(session: Path, capsys: Said) -> None:
    diary = session.parent / "diary.html"
    diary.write_text("Dear diary", "utf-8")
    named = (
        ev.Exported(str(session.parent), "diary", ("html", "json", "sh")),
        ev.Exported("somewhere/else", "a", ("html",)),
        ev.Exported("C:\\Windows", "a", ("html",)),
        ev.Exported(str(session.parent), "../a", ("html",)),
        ev.Exported(str(session.parent), "odd", ("html",), {"blur": True}),
    )
    with Session(session) as made:
        made.record(*named, ev.Hidden(("x:1",)))
    before = chat(session).last_seq
    assert corrected(session, "--yes") == 1
    said = capsys.readouterr()
    assert "what stands there is no transcript of tartantm" in said.err
    assert "unknown here: 'blur'" in said.out
    assert diary.read_text("utf-8") == "Dear diary"
    assert chat(session).last_seq == before
    assert sorted(each.suffix for each in session.parent.iterdir() if each.is_file()) == [
        ".html",
        ".tartantm",
    ]


def test_places_elsewhere_are_asked_about(
    session: Path, tmp_path_factory: pytest.TempPathFactory, capsys: Said
) -> None:
    web = tmp_path_factory.mktemp("web")
    assert run(["export", str(session), "--format", "html", "--output", str(web)]) == 0
    run(["hide", str(session), "x:1"])
    assert corrected(session) == 2
    said = capsys.readouterr()
    assert f"To be written: {web / 'a.html'}" in said.out and "give --yes" in said.err
    assert "zanzibar" in (web / "a.html").read_text("utf-8") and not chat(session).corrections
    assert corrected(session, "--yes") == 0
    assert "zanzibar" not in (web / "a.html").read_text("utf-8")


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("", 1)])
def test_somebody_answers(
    session: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
) -> None:
    web = tmp_path_factory.mktemp("web")
    assert run(["export", str(session), "--format", "html", "--output", str(web)]) == 0
    run(["hide", str(session), "x:1"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert corrected(session) == code
    assert ("zanzibar" in (web / "a.html").read_text("utf-8")) is bool(code)


def test_a_session_of_which_nothing_is_known(session: Path, capsys: Said) -> None:
    assert corrected(session) == 1
    assert "It is not recorded that anything was written from a.tarta" in capsys.readouterr().err


def test_the_networks_are_asked_first(session: Path, capsys: Said) -> None:
    exported(session)
    capsys.readouterr()
    # There is no token for X here, so nobody answers; the files are compared all the same.
    assert run(["correct", str(session)]) == 1
    said = capsys.readouterr().out
    assert "Asked for 0 posts" in said and "nothing changed since" in said
    assert chat(session).rechecked is None


def test_what_another_process_recorded_meanwhile_is_not_taken_for_written(session: Path) -> None:
    exported(session, "--format", "html")
    with Session(session) as made:
        ((_, _, export),) = made.chat.exports
        made.record(ev.Hidden(("x:1",)), export)  # as if recorded after somebody else's act
    assert corrected(session) == 0
    assert [made.changes for _, made in chat(session).corrections] == [{"hidden": 1}]


def test_all_copies_say_the_same_once_something_changed(session: Path) -> None:
    old = exported(session, "--format", "text", folder="old")
    run(["redact", str(session), "--phrase", "zanzibar"])
    new = exported(session, "--format", "text", folder="new")
    assert corrected(session) == 0
    assert (old / "a.txt").read_bytes() == (new / "a.txt").read_bytes()
    assert corrected(session) == 0 and len(chat(session).corrections) == 1


def test_a_file_that_was_changed_since_is_left_alone(session: Path, capsys: Said) -> None:
    out = exported(session, "--format", "text,markdown")
    page = out / "a.txt"
    page.write_text(f"{page.read_text('utf-8')}\nBy hand", "utf-8")
    assert run(["redact", str(session), "--phrase", "zanzibar"]) == 0
    capsys.readouterr()
    assert corrected(session) == 1
    said = capsys.readouterr()
    assert f"{page} is not written again: it was changed by hand" in said.err
    assert "By hand" in page.read_text("utf-8")
    assert "zanzibar" not in (out / "a.md").read_text("utf-8")
    assert corrected(session, "--yes") == 0
    assert "zanzibar" not in page.read_text("utf-8")
    assert "By hand" not in page.read_text("utf-8")


def test_a_file_of_another_session_is_left_alone(session: Path, capsys: Said) -> None:
    exported(session, "--format", "text")
    other = session.with_name("b") / session.name
    other.parent.mkdir()
    with Session(other, create=True) as made:
        made.take_agenda(AGENDA, "e")
        made.record(*captured(post("9", "Of another evening", 1)))
    out = session.parent / "out"
    assert run(["export", str(other), "--format", "text", "--output", str(out)]) == 0
    assert run(["redact", str(session), "--phrase", "zanzibar"]) == 0
    assert corrected(session) == 1
    assert "another session" in capsys.readouterr().err
    assert "Of another evening" in (out / "a.txt").read_text("utf-8")


def test_a_page_that_is_not_known_by_its_bytes_is_asked_about(session: Path, capsys: Said) -> None:
    """A stranger's session may name the transcript of another chat."""
    out = exported(session, "--format", "text")
    with Session(session) as made:
        made.record(ev.Exported(str(out), "a", ("text",)))
    assert run(["redact", str(session), "--phrase", "zanzibar"]) == 0
    capsys.readouterr()
    assert corrected(session) == 2
    assert "give --yes" in capsys.readouterr().err
    assert "zanzibar" in (out / "a.txt").read_text("utf-8")
    assert corrected(session, "--yes") == 0
    assert "zanzibar" not in (out / "a.txt").read_text("utf-8")


def test_a_link_is_not_written_over(session: Path, capsys: Said) -> None:
    out = exported(session, "--format", "text")
    real = out / "real.txt"
    (out / "a.txt").rename(real)
    (out / "a.txt").symlink_to(real)
    assert run(["redact", str(session), "--phrase", "zanzibar"]) == 0
    assert corrected(session, "--yes") == 1
    assert "only leads to another file" in capsys.readouterr().err
    assert (out / "a.txt").is_symlink() and "zanzibar" in real.read_text("utf-8")


def test_a_post_deleted_at_its_network_leaves_the_files_that_were_written(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = exported(session)
    with Session(session) as open_session:
        open_session.record(ev.Deleted(("x:1",), at(9), "gone"))
    assert corrected(session) == 0
    assert "1 post deleted by author or network since" in capsys.readouterr().out
    for file in out.iterdir():
        assert "zanzibar" not in file.read_text("utf-8")
    written = [file.read_bytes() for file in sorted(out.iterdir())]
    assert corrected(session) == 0
    assert "Nothing changed since" in capsys.readouterr().out
    assert [file.read_bytes() for file in sorted(out.iterdir())] == written

"""`tartantm leaks`, and what `export` does while places are open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post

Said = pytest.CaptureFixture[str]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as made:
        made.take_agenda(AGENDA, "d")
        made.record(
            *captured(
                post("1", "Hello", 1, author=Author("writes_of_keys", "Rhona Example", "7")),
                post("2", "Thanks Rhona, lovely", 2, author="calum"),
                post("3", "#AskRhona", 3, author="dele"),
            ),
            ev.Redacted("author", "x:writes_of_keys"),
        )
    return path


def listed(session: Path, said: Said, *more: str) -> list[str]:
    assert run(["leaks", str(session), *more]) == 0
    return said.readouterr().out.splitlines()


def export(session: Path, *more: str) -> int:
    choices = ["--format", "text", "--output", str(session.parent / "out"), *more]
    return run(["export", str(session), *choices])


def test_open_places_are_listed_with_number_place_and_excerpt(session: Path, capsys: Said) -> None:
    first, second, counted, advice = listed(session, capsys)
    assert first[12:] == "  #3, the text: a first name, Rhona: “Thanks Rhona, lovely”"
    assert second[12:] == "  #4, the text: a first name, Rhona: “#AskRhona”"
    assert counted == "2 places to look at, 0 found harmless."
    assert advice.endswith(f"tartantm leaks {session} --accept KEY …")


def test_some_are_accepted_and_stay_so(session: Path, capsys: Said) -> None:
    key = listed(session, capsys)[0][:12]
    said = listed(session, capsys, "--accept", key)
    assert said == ["Found 1 place of the leak report harmless."]
    lines = listed(session, capsys)
    assert lines[0][14:].startswith("#4") and lines[1] == "1 place to look at, 1 found harmless."
    assert Chat(recorded_events(session)).accepted_leaks == {key}
    listed(session, capsys, "--reopen", key)
    assert listed(session, capsys)[2] == "2 places to look at, 0 found harmless."
    listed(session, capsys, "--accept-all")
    assert listed(session, capsys) == ["0 places to look at, 2 found harmless."]
    assert run(["leaks", str(session), "--accept-all"]) == 2
    assert "No place is left to look at." in capsys.readouterr().err
    assert run(["undo", str(session)]) == 0
    capsys.readouterr()
    assert listed(session, capsys)[2] == "2 places to look at, 0 found harmless."


def test_a_key_that_is_none_is_refused_and_nothing_accepted(session: Path, capsys: Said) -> None:
    key = listed(session, capsys)[0][:12]
    assert run(["leaks", str(session), "--accept", key, "nonsense"]) == 2
    assert "No place with the key 'nonsense'" in capsys.readouterr().err
    assert not Chat(recorded_events(session)).accepted_leaks


def test_options_of_export_make_other_places(session: Path, capsys: Said) -> None:
    lines = listed(session, capsys, "--pseudonyms", "all", "--x-text", "link")
    assert lines == ["0 places to look at, 0 found harmless."]
    with Session(session) as made:
        made.record(ev.Noted("x:3", "Dele and Calum agree"))
    lines = listed(session, capsys, "--pseudonyms", "all")
    assert [line.split("a first name, ")[1][:5] for line in lines[:4]] == [
        *("Rhona", "Rhona", "Dele:", "Calum"),
    ]
    assert "--pseudonyms all --accept KEY" in lines[-1]


def test_export_says_how_many_and_writes(session: Path, capsys: Said) -> None:
    assert export(session) == 0
    said = capsys.readouterr().err
    assert "2 places may still name somebody or show something that is withheld:\n" in said
    assert said.count("a first name, Rhona") == 2 and f"tartantm leaks {session}\n" in said
    text = (session.parent / "out" / "a.txt").read_text("utf-8")
    assert "0 found harmless by the moderator, 2 to look at." in text


def test_strict_writes_nothing_while_places_are_open(session: Path, capsys: Said) -> None:
    assert export(session, "--strict") == 1
    assert "Nothing was written, as --strict asks." in capsys.readouterr().err
    assert not (session.parent / "out").exists()
    assert not Chat(recorded_events(session)).exports
    run(["leaks", str(session), "--accept-all"])
    assert export(session, "--strict") == 0
    assert "may still name" not in capsys.readouterr().err


def test_many_places_are_counted(session: Path, capsys: Said) -> None:
    with Session(session) as made:
        more = [post(f"{n}", "Thanks Rhona", n, author="calum") for n in range(10, 20)]
        made.record(*captured(*more))
    export(session)
    said = capsys.readouterr().err
    assert said.count("a first name, Rhona") == 5 and "  7 more; to see all" in said


def test_nothing_is_said_where_nothing_is_withheld(tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as made:
        made.take_agenda(AGENDA, "d")
        made.record(*captured(post("mastodon:https://m.example/1", "Thanks Rhona")))
    assert export(path, "--strict") == 0
    assert capsys.readouterr().err == ""


def test_a_correction_reports_too(session: Path, capsys: Said) -> None:
    export(session)
    capsys.readouterr()
    run(["hide", str(session), "x:3"])
    assert run(["correct", str(session), "--no-recheck"]) == 0
    assert "1 place may still name somebody" in capsys.readouterr().err

"""`tartantm export` and `import` as a user runs them, and what `export` says before publishing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.core.events import Rechecked
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.demo import EVENING
from tartantm.grouping.grouper import Grouper
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post

MASTODON = "mastodon:https://mastodon.example/users/c/statuses/1"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as made:
        made.take_agenda(AGENDA, "d")
        made.record(*captured(post("1", "Said on X"), post(MASTODON, "Tooted", author="calum")))
    return path


def exported(session: Path, *more: str) -> str:
    folder = session.parent / "out"
    assert run(["export", str(session), "--format", "json", "--output", str(folder), *more]) == 0
    return (folder / "a.json").read_text("utf-8")


def test_x_is_given_in_full_with_its_rule_said(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Said on X" in exported(session)
    said = capsys.readouterr()
    assert "X allows" in said.err and "--x-text link" in said.err
    assert said.out == f"{session.parent / 'out' / 'a.json'}\n"


def test_x_by_link(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(exported(session, "--x-text", "link"))
    assert [(post_["text"], post_["text_withheld"]) for post_ in data["posts"]] == [
        ("", True),
        ("Tooted", False),
    ]
    assert data["posts"][0]["url"] == "https://x.com/i/status/1"
    assert "X allows" not in capsys.readouterr().err


def test_the_config_file_may_leave_words_on_x(session: Path, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text('[export]\nx_text = "link"\n', encoding="utf-8")
    assert "Said on X" not in exported(session)
    assert "Said on X" in exported(session, "--x-text", "full")


def test_nothing_is_said_of_x_where_nobody_posted_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session(tmp_path / "a.tartantm", create=True) as made:
        made.take_agenda(AGENDA, "d")
        made.record(*captured(post(MASTODON, "Tooted", author="calum")))
    exported(tmp_path / "a.tartantm")
    assert capsys.readouterr().err == ""


def test_a_recheck_is_offered_on_a_terminal_until_there_was_one(
    session: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    exported(session)
    assert f"tartantm recheck {session}\n" in capsys.readouterr().err
    with Session(session) as made:
        made.record(Rechecked(asked=2, gone=1))
    data = json.loads(exported(session))
    assert "tartantm recheck" not in capsys.readouterr().err
    assert data["coverage"]["rechecked"]["gone"] == 1


def test_pseudonyms(session: Path) -> None:
    data = json.loads(exported(session, "--pseudonyms", "participants"))
    assert {post_["author"]["name"] for post_ in data["posts"]} == {
        "Participant 1",
        "Participant 2",
    }
    assert data["chat"]["people"]


@pytest.mark.parametrize(
    "more", [("--pseudonyms", "some"), ("--x-text", "none"), ("--width", "3"), ("--width", "-1")]
)
def test_odd_choices_are_refused(session: Path, more: tuple[str, str]) -> None:
    try:
        code = run(["export", str(session), *more])
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == 2 and not list(session.parent.glob("*.html"))


def test_search_engines_are_asked_to_stay_away(session: Path, tmp_path: Path) -> None:
    choices = ["--format", "html", "--noindex", "--output", str(tmp_path)]
    assert run(["export", str(session), *choices]) == 0
    page = (tmp_path / "a.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex">' in page and "itemprop" not in page


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ("https://chats.example/2012/", "https://chats.example/2012/a.html"),
        ("https://chats.example/june?x=1&y=2", "https://chats.example/june?x=1&y=2"),
    ],
)
def test_the_address_of_the_page(session: Path, given: str, stands: str) -> None:
    folder = session.parent / "out"
    assert run(["export", str(session), "--output", str(folder), "--address", given]) == 0
    html = (folder / "a.html").read_text("utf-8")
    written = stands.replace("&", "&amp;")
    assert f'<link rel="canonical" href="{written}">' in html
    assert f'<meta property="og:url" content="{written}">' in html
    assert json.loads((folder / "a.json").read_text("utf-8"))["chat"]["page"] == stands
    assert f"The web page stands at {stands}.\n" in (folder / "a.txt").read_text("utf-8")


def test_without_an_address_none_is_made_up(session: Path) -> None:
    assert json.loads(exported(session))["chat"]["page"] is None
    run(["export", str(session), "--format", "html", "--output", str(session.parent)])
    html = session.with_suffix(".html").read_text("utf-8")
    assert "canonical" not in html and "og:url" not in html and "stands at" not in html


@pytest.mark.parametrize(
    "given", ["chats.example", "javascript:alert(1)//", "https://a.example/#a"]
)
def test_an_address_that_is_none(
    session: Path, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", str(session), "--address", given]) == 2
    assert "is no web address for a page" in capsys.readouterr().err


def test_a_fault_of_grouping_costs_an_import_no_post(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("bad cog")

    monkeypatch.setattr(Grouper, "observe", fail)
    monkeypatch.setattr(Grouper, "opened", fail)
    path = tmp_path / "a.tartantm"
    assert run(["import", str(EVENING), "--agenda", str(AGENDA_FILE), "--session", str(path)]) == 0
    with Session(path) as made:
        assert len(made.chat.entries) > 300
    assert "RuntimeError: bad cog" in (home / "log" / "tartantm.log").read_text("utf-8")


@pytest.mark.parametrize("command", ["place", "star"])
def test_a_fault_of_grouping_costs_a_command_no_act(
    session: Path, home: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("bad cog")

    monkeypatch.setattr(Grouper, "__init__", fail)
    assert run([command, str(session), *(["Q2"] * (command == "place")), "x:1"]) == 0
    with Session(session) as made:
        entry = made.chat.entries["x:1"]
        assert entry.starred or entry.placement.question == "Q2"
    assert "RuntimeError: bad cog" in (home / "log" / "tartantm.log").read_text("utf-8")


def test_an_import_says_what_it_did_not_take_and_what_it_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def tweet(number: int, author: str) -> dict[str, object]:
        return {
            "data": {
                "id": f"{number}",
                "text": f"Words {number}",
                "author_id": author,
                "created_at": "2026-06-17T18:00:00Z",
            },
            "includes": {"users": [{"id": author, "username": f"u{author}", "name": "Ailsa E"}]},
        }

    recording, path = tmp_path / "r.jsonl", tmp_path / "a.tartantm"
    lines = [tweet(1, "7"), tweet(2, "8"), tweet(3, "8")]
    recording.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    imports = ["import", str(recording), "--agenda", str(AGENDA_FILE), "--session", str(path)]
    assert run(imports) == 0
    assert capsys.readouterr().out == f"3 posts imported into {path}.\n"
    assert run(["erase", str(path), "--author", "u8", "--yes"]) == 0
    gone = {"data": {"event_type": "post.delete", "payload": {"id": "1"}}}
    mastodon = {"event": "delete", "payload": "1000"}
    recording.write_text(
        "\n".join([*map(json.dumps, [*lines, gone, gone, mastodon]), "{broken", "{"]), "utf-8"
    )
    capsys.readouterr()
    assert run(imports) == 0
    assert capsys.readouterr().out == (
        f"0 posts imported into {path}; 1 known already; 2 left out, for they were erased before;"
        " 1 deletion carried out; 1 deletion of posts that are not here; 2 lines could not be"
        " used.\n"
    )

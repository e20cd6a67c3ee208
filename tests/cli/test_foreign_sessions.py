"""Every command that opens a session refuses a stranger's file alike, and says what it copied."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tartantm
from tartantm.cli import desk
from tartantm.cli.follow_lines import text_line
from tartantm.cli.main import run
from tartantm.cli.parsers import COMMANDS
from tartantm.core.events import Begun, Closed, Event, Opened
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.demo import EVENING
from tartantm.store.journal import Journal
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA, at, captured, post
from tests.store import strangers

WITHOUT_SESSION = {"demo", "doctor", "account", "paths", "themes", "keys", "agenda"}
"""They open none, or one that they made themselves."""

LOOKING = {"sessions", "forget"}
"""They look at files and copy nothing."""

ARGUMENTS: dict[str, list[str]] = {
    "run": ["FILE"],
    "follow": [str(AGENDA_FILE), "--session", "FILE", "--source", f"file:{EVENING}"],
    "import": [str(EVENING), "--agenda", str(AGENDA_FILE), "--session", "FILE"],
    "replay": [str(EVENING), "--agenda", str(AGENDA_FILE), "--session", "FILE"],
    "export": ["FILE"],
    "leaks": ["FILE"],
    "erase": ["FILE", "--author", "ailsa", "--yes"],
    "correct": ["FILE", "--yes", "--no-recheck"],
    "recheck": ["FILE"],
    "sessions": [],
    "forget": ["FILE", "--yes"],
    "inbox": ["FILE"],
    "review": ["FILE"],
    "posts": ["FILE"],
    "history": ["FILE"],
    "place": ["FILE", "Q1", "1"],
    "star": ["FILE", "1"],
    "hide": ["FILE", "1"],
    "mark": ["FILE", "idea", "1"],
    "note": ["FILE", "1", "words"],
    "summary": ["FILE", "chat", "words"],
    "remark": ["FILE", "Ewan: we print it"],
    "amend": ["FILE", "1", "words"],
    "open": ["FILE"],
    "close": ["FILE"],
    "mute": ["FILE", "--phrase", "words", "--yes"],
    "redact": ["FILE", "--phrase", "words", "--yes"],
    "undo": ["FILE"],
    "redo": ["FILE"],
}


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A stranger's file among the sessions kept here; the desk is opened without a terminal."""
    monkeypatch.setenv("TARTANTM_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def opened(
        _path: Path, _title: str, read: Callable[[LoadProgress], object], *_: object, **__: object
    ) -> int:
        read(LoadProgress())
        return 0

    monkeypatch.setattr(desk, "_desk", opened)
    folder = tmp_path / "sessions"
    folder.mkdir()
    path = strangers.session(folder / "evening.tartantm")
    strangers.trigger(path)
    return path


def test_every_command_is_thought_of() -> None:
    assert set(ARGUMENTS) | WITHOUT_SESSION == set(COMMANDS)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_no_command_uses_a_file_that_is_not_made_as_ours_are(
    name: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    given = [str(path) if each == "FILE" else each for each in ARGUMENTS[name]]
    code = run([name, *given])
    said = capsys.readouterr()
    told = said.out if name == "sessions" else said.err
    assert code == (0 if name == "sessions" else 2)
    assert "evening.tartantm is not as tartantm makes sessions (the trigger 'emptied')" in told
    assert len(told.strip().splitlines()) == 1
    after = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    copies = [each for each in after if "-copy-" in each]
    assert len(copies) == (0 if name in LOOKING else 1)
    assert all(each in told for each in copies)
    assert {each: after[each] for each in after if each not in copies} == before


def test_only_the_store_opens_databases_and_where_it_does_is_known() -> None:
    """A new place has to go through `Journal`, or through `sqlite.harden`, as these do."""
    package = Path(tartantm.__file__).parent
    found = {
        str(file.relative_to(package).as_posix()): len(calls)
        for file in package.rglob("*.py")
        if (calls := re.findall(r"sqlite3\.connect\(", file.read_text("utf-8")))
    }
    assert found == {
        "store/sqlite.py": 3,
        "store/schema.py": 2,  # in memory
        "store/foreign.py": 2,  # the fresh file, and a copy elsewhere
        "store/forget.py": 1,  # after `Journal` looked at the file
        "store/file_identity.py": 1,  # after `journal._check_file`
    }


def test_a_time_zone_that_is_not_known_is_said_and_the_chat_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "e.tartantm"
    agenda = strangers.replaced(AGENDA, timezone="Mars/Phobos")
    with Journal(path, create=True) as journal:
        journal.append([Begun(agenda, "d", "00" * 8), *captured(post("1"))])
    for command in (["export", str(path), "--output", str(tmp_path / "out")], ["posts", str(path)]):
        assert run(command) == 0
        said = capsys.readouterr()
        assert (
            "tartantm: e.tartantm has its times in 'Mars/Phobos', a time zone that this computer"
            " does not know; they are shown in UTC.\n"
        ) in said.err
    assert "Phobos" not in (tmp_path / "out" / "e.html").read_text("utf-8")


TIMES = st.one_of(
    st.datetimes().map(lambda time: time.isoformat()),
    st.datetimes(timezones=st.timezones()).map(lambda time: time.isoformat()),
    st.sampled_from(
        ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1900-01-01T00:00:00Z", "1e30"]
    ),
)


@settings(max_examples=25, deadline=None)
@given(
    times=st.lists(TIMES, min_size=4, max_size=4),
    zone=st.sampled_from(["Asia/Tokyo", "Mars/X", "../x", ""]),
)
def test_whatever_the_times_are_every_format_and_the_desk_can_show_the_chat(
    tmp_path_factory: pytest.TempPathFactory, times: list[str], zone: str
) -> None:
    folder = tmp_path_factory.mktemp("times")
    path = folder / "e.tartantm"
    events: list[Event] = [
        Begun(strangers.replaced(AGENDA, timezone=zone or None), "d", "00" * 8),
        Opened("Q1", at(1), "moderator"),
        *captured(post("1", received_at=at(2)), post("2", reply_to="x:1")),
        Closed("Q1", at(9)),
    ]
    with Journal(path, create=True) as journal:
        journal.append(events)
    with strangers.rewriting(path) as rows:
        rows[2]["at"] = times[0]
        rows[3]["post"]["created_at"] = times[1]
        rows[3]["post"]["received_at"] = times[2]
        rows[4]["post"]["created_at"] = times[3]
    assert run(["export", str(path), "--output", str(folder / "out"), "--despite-damage"]) == 0
    assert len(list((folder / "out").iterdir())) == 6
    assert run(["history", str(path)]) == run(["posts", str(path)]) == 0
    with Session(path) as session:
        assert all(text_line(entry, session.chat) for entry in session.chat.ordered())
        assert session.grouper

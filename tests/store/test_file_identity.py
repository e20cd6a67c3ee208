from __future__ import annotations

import os
from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.store.journal import Journal, JournalError
from tests.builders import AGENDA, captured, post

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows lets nobody remove open files")

FIRST: list[ev.Event] = [ev.Begun(AGENDA, "d"), *captured(post("1"), post("2"))]
LAST: list[ev.Event] = captured(post("3"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evening.tartantm"


def held(path: Path) -> list[ev.Event]:
    with Journal(path) as journal:
        assert journal._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return [item.event for item in journal.since(0)]


@pytest.mark.parametrize(
    "endings", [("",), ("-wal",), ("-shm",), ("-wal", "-shm"), ("", "-wal", "-shm")], ids=str
)
def test_what_is_removed_while_it_is_open_is_put_back(path: Path, endings: tuple[str, ...]) -> None:
    with Journal(path, create=True) as journal:
        journal.append(FIRST)
        for ending in endings:
            Path(f"{path}{ending}").unlink()
        assert [item.event for item in journal.append(LAST)] == LAST
        assert path.stat().st_mode & 0o777 == 0o600
        # Nothing of it is left in a file that has no name.
        copy = path.with_name("copy.tartantm")
        copy.write_bytes(path.read_bytes())
        Path(f"{copy}-wal").write_bytes(Path(f"{path}-wal").read_bytes())
        assert held(copy) == [*FIRST, *LAST]
    assert held(path) == [*FIRST, *LAST]
    assert sorted(each.name for each in path.parent.glob("*evening*")) == [path.name]


@pytest.mark.parametrize("endings", [("",), ("-wal",), ("", "-wal", "-shm")], ids=str)
def test_two_who_hold_it_go_on_with_the_same_file(path: Path, endings: tuple[str, ...]) -> None:
    with Journal(path, create=True) as one, Journal(path) as other:
        one.append(FIRST)
        for ending in endings:
            Path(f"{path}{ending}").unlink()
        other.append(LAST)
        one.append(captured(post("4")))
        with other.read_new() as new:
            assert [item.event for item in new.recorded] == captured(post("4"))
    assert held(path) == [*FIRST, *LAST, *captured(post("4"))]


def test_a_file_put_in_its_place_is_not_written_to(path: Path) -> None:
    with Journal(path, create=True) as journal:
        journal.append(FIRST)
        other = path.with_name("other.tartantm")
        with Journal(other, create=True) as another:
            another.append([ev.Begun(AGENDA, "other")])
        kept = other.read_bytes()
        path.rename(path.with_name("aside.tartantm"))
        other.rename(path)
        with pytest.raises(JournalError, match="another file now"):
            journal.append(LAST)
        assert kept == path.read_bytes()
        path.unlink()
        path.with_name("aside.tartantm").rename(path)
        journal.append(LAST)
    assert held(path) == [*FIRST, *LAST]

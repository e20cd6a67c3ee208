from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tartantm.core.errors import TartantmError
from tartantm.store.forget import is_open, remove
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    return path


def test_an_open_session_is_not_removed(path: Path) -> None:
    with Session(path):
        assert is_open(path)
        with pytest.raises(TartantmError, match="open in another program"):
            remove(path)
    assert not is_open(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_link_goes_with_the_file_that_it_leads_to(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.tartantm"
    link.symlink_to(path)
    remove(link)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_beside_it_goes_too(path: Path, tmp_path: Path) -> None:
    for ending in ("-wal", "-shm", "-journal"):
        (tmp_path / f"a.tartantm{ending}").write_bytes(b"")
    remove(path)
    assert list(tmp_path.iterdir()) == []

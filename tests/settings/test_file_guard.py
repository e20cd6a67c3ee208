"""What may stand under the names that the program opens by itself, and what is mended."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tartantm.core.errors import TartantmError
from tartantm.settings import config, credentials, fault_log, file_guard, state
from tartantm.settings.file_guard import (
    NotAPlainFile,
    check_own,
    check_plain,
    close_to_others,
    create,
    make_private,
    open_plain,
    open_to_append,
    read_plain,
)
from tartantm.settings.paths import capture_lock, ensure_folder, paths
from tartantm.store.journal import Journal, NotASession
from tests.store import strangers

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither modes nor pipes")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def linked(path: Path) -> None:
    other = path.with_name("victim")
    other.write_text("precious", "utf-8")
    path.symlink_to(other)


def second_name(path: Path) -> None:
    other = path.with_name("victim")
    other.write_text("precious", "utf-8")
    path.hardlink_to(other)


Make = Callable[[Path], None]
NO_FILES: list[Make] = [folder, *([pipe, device] if sys.platform != "win32" else [])]
ODD = [*NO_FILES, dangling, linked, second_name]


@pytest.fixture
def somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """All files belong to another user than this one."""
    monkeypatch.setattr(file_guard, "_is_others", lambda _: True)


@pytest.mark.parametrize("make", ODD)
def test_only_plain_files_of_one_name_are_opened_without_being_asked(
    make: Make, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    assert not check_own(path)
    make(path)
    with pytest.raises(NotAPlainFile):
        check_own(path)
    with pytest.raises((NotAPlainFile, OSError)):
        open_to_append(path)
    with pytest.raises(OSError, match=r"exist|denied"):
        create(path)
    victim = tmp_path / "victim"
    assert not victim.exists() or victim.read_text("utf-8") == "precious"


@pytest.mark.parametrize("make", NO_FILES)
def test_what_never_ends_is_not_read(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "file")
    with pytest.raises((NotAPlainFile, OSError)):
        read_plain(tmp_path / "file")
    with pytest.raises(NotAPlainFile):
        check_plain(tmp_path / "file", links=True)


def test_a_link_to_a_file_is_followed_where_that_is_meant(tmp_path: Path) -> None:
    linked(tmp_path / "file")
    assert check_plain(tmp_path / "file", links=True)
    assert read_plain(tmp_path / "file") == b"precious"
    with pytest.raises(NotAPlainFile, match="leads nowhere"):
        dangling(tmp_path / "other")
        check_plain(tmp_path / "other", links=True)


@pytest.mark.usefixtures("somebody_else")
def test_files_and_folders_of_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    for open_it in (check_own, open_to_append, lambda each: open_plain(each, own=True)):
        with pytest.raises(NotAPlainFile, match="belongs to another user"):
            open_it(path)
    with pytest.raises(NotAPlainFile, match="belongs to another user"):
        ensure_folder(tmp_path)
    assert check_plain(path)


@POSIX
def test_who_counts_as_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.touch()
    mine = path.stat().st_uid
    assert not file_guard.is_others(path)
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert file_guard.is_others(path) is (mine != 0)  # the administrator's are like one's own


@POSIX
def test_permissions_of_others_are_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    for mode, after in ((0o666, 0o600), (0o777, 0o700), (0o644, 0o600), (0o400, 0o400)):
        path.chmod(mode)
        make_private(path)
        assert stat.S_IMODE(path.stat().st_mode) == after
    tmp_path.chmod(0o777)
    ensure_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@POSIX
def test_a_drive_without_permissions_is_used_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    (tmp_path / "file").touch(0o666)
    (tmp_path / "file").chmod(0o666)
    tmp_path.chmod(0o777)
    monkeypatch.setattr(Path, "chmod", refused)
    make_private(tmp_path / "file")
    close_to_others(tmp_path)


@POSIX
def test_settings_that_everybody_may_write_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('theme = "clyde"\n', "utf-8")
    path.chmod(0o664)
    config.load(path)
    path.chmod(0o666)
    with pytest.raises(TartantmError, match=r"Others can write to .*; type: chmod 600"):
        config.load(path)


@POSIX
def test_pipes_and_links_in_the_places_of_our_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARTANTM_HOME", str(tmp_path))
    for file in (tmp_path / "config.toml", tmp_path / "tokens.json", paths().log):
        ensure_folder(file.parent)
        pipe(file)
    with pytest.raises(TartantmError):
        config.load(tmp_path / "config.toml")
    with pytest.raises(TartantmError):
        credentials._read_file()
    assert "Details" not in fault_log.log_fault(ValueError("odd"))
    ensure_folder(paths().state)
    pipe(paths().state / "state.json")
    assert state.theme() is None
    state.remember_theme("clyde")
    assert state.theme() == "clyde"


@pytest.mark.parametrize("make", [linked, second_name, folder])
def test_a_lock_empties_nobody_elses_file(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARTANTM_HOME", str(tmp_path))
    make(capture_lock(tmp_path / "evening.tartantm"))
    with pytest.raises(NotAPlainFile):
        capture_lock(tmp_path / "evening.tartantm")


@pytest.mark.parametrize("make", [*NO_FILES, dangling, second_name])
@pytest.mark.parametrize("create_it", [False, True])
def test_a_session_is_a_plain_file_with_one_name(
    make: Make, create_it: bool, tmp_path: Path
) -> None:
    make(tmp_path / "evening.tartantm")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NotASession):
        Journal(tmp_path / "evening.tartantm", create=create_it)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("make", [*NO_FILES, dangling, linked, second_name])
@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_nothing_but_plain_files_stands_beside_a_session(
    make: Make, ending: str, tmp_path: Path
) -> None:
    path = strangers.session(tmp_path / "evening.tartantm")
    make(tmp_path / f"evening.tartantm{ending}")
    before = path.read_bytes()
    with pytest.raises(NotASession):
        Journal(path)
    assert path.read_bytes() == before


def test_a_session_may_be_reached_by_a_link(tmp_path: Path) -> None:
    path = strangers.session(tmp_path / "evening.tartantm")
    link = tmp_path / "link.tartantm"
    link.symlink_to(path)
    with Journal(link) as journal:
        assert journal.last == len(strangers.EVENTS)
    with pytest.raises(NotASession):
        (tmp_path / "evening.tartantm-wal").mkdir()
        Journal(link)


@POSIX
def test_a_session_of_everybody_is_made_private(tmp_path: Path) -> None:
    path = strangers.session(tmp_path / "evening.tartantm")
    path.chmod(0o666)
    with Journal(path):
        modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert modes == {0o600}


@pytest.mark.usefixtures("somebody_else")
def test_a_session_of_somebody_else_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    path.write_bytes(b"SQLite format 3\0")
    with pytest.raises(NotASession, match="belongs to another user of this computer"):
        Journal(path)

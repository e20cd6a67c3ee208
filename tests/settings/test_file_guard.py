"""What may stand under the names that the program opens by itself, and what is mended."""

from __future__ import annotations

import os
import socket
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

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
    read_plain_text,
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
    for open_it, place in (
        (check_own, path),
        (open_to_append, path),
        (lambda each: open_plain(each, own=True), path),
        (ensure_folder, tmp_path),
    ):
        with pytest.raises(NotAPlainFile) as raised:
            open_it(place)
        assert str(raised.value).startswith(f"{place} belongs to another user of this computer")
    assert check_plain(path)
    with open_plain(path) as file:
        assert file.read() == b""


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
@pytest.mark.parametrize(
    ("mode", "secret", "own"),
    [
        (0o600, True, True),
        (0o640, False, True),
        (0o604, False, True),
        (0o620, False, True),
        (0o610, False, True),
        (0o601, False, True),
        (0o602, False, False),
        (0o606, False, False),
    ],
)
def test_what_others_may_do_to_a_file_that_is_read(
    mode: int, secret: bool, own: bool, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb")
    path.chmod(mode)
    assert read_plain(path) == path.read_bytes()
    assert read_plain_text(path) == "a\nb"
    if secret:
        assert read_plain(path, secret=True) == path.read_bytes()
    else:
        with pytest.raises(NotAPlainFile) as raised:
            read_plain(path, secret=True)
        assert str(raised.value) == f"Others can read {path}; type: chmod 600 {path}"
    for read in (read_plain, read_plain_text):
        if own:
            read(path, own=True)
        else:
            with pytest.raises(NotAPlainFile) as raised:
                read(path, own=True)
            assert str(raised.value) == f"Others can write to {path}; type: chmod 600 {path}"


def test_a_secret_has_one_name_and_other_files_may_have_several(tmp_path: Path) -> None:
    path = tmp_path / "file"
    second_name(path)
    path.chmod(0o600)
    assert read_plain(path) == read_plain(path, own=True) == b"precious"
    with pytest.raises(NotAPlainFile) as raised:
        read_plain(path, secret=True)
    assert str(raised.value).startswith(f"{path} has a second name (a hard link)")


@pytest.mark.usefixtures("somebody_else")
def test_a_secret_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch(0o600)
    assert read_plain(path) == b""
    for how in ({"secret": True}, {"own": True}):
        with pytest.raises(NotAPlainFile) as raised:
            read_plain(path, **how)
        assert str(raised.value) == (
            f"{path} belongs to another user of this computer, who may change it at any time;"
            " copy it, and use the copy."
        )


def test_what_stands_there_is_named(tmp_path: Path) -> None:
    kinds: dict[str, Make] = {"a folder": folder, "a link": linked}
    if sys.platform != "win32":
        kinds["a pipe"] = pipe
    for words, make in kinds.items():
        path = tmp_path / words.replace(" ", "-")
        make(path)
        with pytest.raises(NotAPlainFile) as raised:
            check_plain(path)
        assert str(raised.value) == f"{path} is {words}, not a file; move it away."
    with pytest.raises(NotAPlainFile) as raised:
        check_plain(tmp_path / "victim" / "file")
    assert (
        str(raised.value) == f"{tmp_path / 'victim' / 'file'} cannot be looked at: Not a directory."
    )
    second_name(tmp_path / "second")
    with pytest.raises(NotAPlainFile) as raised:
        check_plain(tmp_path / "second")
    assert str(raised.value) == (
        f"{tmp_path / 'second'} has a second name (a hard link), under which all of it would stay;"
        " copy it, and use the copy."
    )
    with pytest.raises(NotAPlainFile) as raised:
        open_to_append(tmp_path / "second")
    assert str(raised.value).startswith(f"{tmp_path / 'second'} has a second name")
    assert check_plain(tmp_path / "second", several_names=True)
    assert not check_plain(tmp_path / "nothing", links=True)
    dangling(tmp_path / "dangling")
    with pytest.raises(NotAPlainFile) as raised:
        check_plain(tmp_path / "dangling", links=True)
    assert str(raised.value) == f"{tmp_path / 'dangling'} is a link that leads nowhere; remove it."


@POSIX
def test_devices_and_sockets_are_named() -> None:
    with pytest.raises(NotAPlainFile, match=r"^/dev/null is a device, not a file; move it away\.$"):
        check_plain(Path("/dev/null"))
    with tempfile.TemporaryDirectory(dir="/tmp") as place, socket.socket(socket.AF_UNIX) as made:
        path = Path(place) / "s"  # a socket's name is short
        made.bind(str(path))
        with pytest.raises(NotAPlainFile, match="is a socket, not a file"):
            check_plain(path)


def test_what_no_name_is_known_for_is_no_file_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = SimpleNamespace(st_mode=0o150666, st_nlink=1)
    monkeypatch.setattr(Path, "lstat", lambda _: door)
    with pytest.raises(NotAPlainFile) as raised:
        check_plain(tmp_path / "door")
    assert str(raised.value) == f"{tmp_path / 'door'} is something odd, not a file; move it away."


def test_what_is_appended_stands_at_the_end_of_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for words in (b"one", b"two"):
        handle = open_to_append(path)
        os.write(handle, words)
        os.close(handle)
    assert path.read_bytes() == b"onetwo"
    create(tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == b""
    if sys.platform != "win32":
        modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir() if each.is_file()}
        assert modes == {0o600}


@pytest.mark.parametrize("make", [linked, dangling])
def test_nothing_is_appended_through_a_link(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    make(path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NotAPlainFile) as raised:
        open_to_append(path)
    assert str(raised.value) == f"{path} is a link, not a file; move it away."
    if sys.platform != "win32":
        # Put there between the look and the opening.
        monkeypatch.setattr(Path, "is_symlink", lambda _: False)
        with pytest.raises(OSError, match="symbolic link"):
            open_to_append(path)
    assert sorted(tmp_path.iterdir()) == before


@POSIX
def test_where_there_are_neither_modes_nor_owners_kinds_and_links_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where `os` has less, and reads text unless it is told otherwise."""
    binary, flags = 1 << 40, list[int]()

    def opened(path: Path, how: int, mode: int = 0o777) -> int:
        flags.append(how)
        return os.open(path, how & ~binary, mode)

    missing = ("geteuid", "O_NOFOLLOW", "O_NONBLOCK")
    there = {name: value for name, value in vars(os).items() if name not in missing}
    windows = SimpleNamespace(**{**there, "name": "nt", "O_BINARY": binary, "open": opened})
    monkeypatch.setattr(file_guard, "os", windows)
    path = tmp_path / "file"
    path.write_bytes(b"precious")
    path.chmod(0o666)
    tmp_path.chmod(0o777)
    assert read_plain(path, secret=True) == read_plain(path, own=True) == b"precious"
    assert all(how & binary for how in flags) and flags
    assert check_own(path) and not file_guard.is_others(path)
    make_private(path)
    close_to_others(tmp_path)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, tmp_path)] == [0o666, 0o777]
    os.close(open_to_append(path))
    create(tmp_path / "new")
    linked(tmp_path / "link")
    with pytest.raises(NotAPlainFile, match="is a link, not a file"):
        open_to_append(tmp_path / "link")


@POSIX
def test_no_file_stays_open_that_is_refused(tmp_path: Path) -> None:
    second_name(tmp_path / "file")
    (tmp_path / "file").chmod(0o644)
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(NotAPlainFile):
            read_plain(tmp_path / "file", secret=True)
        with pytest.raises(NotAPlainFile):
            open_to_append(tmp_path / "file")
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_place_of_our_own_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotAPlainFile) as raised:
        close_to_others(tmp_path / "file")
    assert str(raised.value) == f"{tmp_path / 'file'} is no folder; rename it."


@POSIX
@pytest.mark.parametrize(
    ("mode", "after"), [(0o777, 0o755), (0o772, 0o750), (0o720, 0o700), (0o755, 0o755)]
)
def test_only_others_permission_to_write_is_taken_from_a_folder(
    mode: int, after: int, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(mode)
    close_to_others(place)
    assert stat.S_IMODE(place.stat().st_mode) == after


@POSIX
def test_the_administrators_files_are_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They count as one's own, but their modes are none of ours."""
    path = tmp_path / "file"
    path.touch()
    path.chmod(0o666)
    tmp_path.chmod(0o777)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    monkeypatch.setattr(file_guard, "_is_others", lambda _: False)
    make_private(path)
    close_to_others(tmp_path)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, tmp_path)] == [0o666, 0o777]


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

"""What the program opens without being asked: plain files of the user's own, and nobody else's.

A name in a folder may lead to anything: a pipe that blocks for ever, a device without an end, a
link to a file that is not meant, a file that another user of the computer may change at any time.
Files are looked at once they are open, so that nobody can put another in their place meanwhile;
session files before, for to close one that SQLite has open drops all locks on it.

==================== =====================================================================
session              may be reached by a link; one name only; nobody else's if it can be
                     written; its mode becomes 0600
``-wal``, ``-shm``   no links, one name only, nobody else's
lock of a capture    no links, one name only (whoever locks a file empties it), nobody else's
``tokens.json``      one name only, nobody else's, refused where others can read it
``config.toml``      nobody else's, refused where everybody may write it (it names commands)
state, logs, pages   plain files
folders of our own   nobody else's; others lose the permission to write to them
==================== =====================================================================

The administrator's files count as one's own: memory sticks and shared drives often have all theirs.
Windows has no such modes and owners; there only the kinds and the links are looked at.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from tartantm.core.errors import TartantmError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAPlainFile(TartantmError):
    """A file is of another kind, or of somebody else, than the program may use under its name."""


def check_plain(path: Path, *, links: bool = False, several_names: bool = False) -> bool:
    """Look at a file that is opened by others right after; returns whether it is there.

    Raises NotAPlainFile, for `links` only where the link leads to something else than a file.
    """
    try:
        found = path.stat() if links else path.lstat()
    except FileNotFoundError:
        if links and path.is_symlink():
            raise NotAPlainFile(f"{path} is a link that leads nowhere; remove it.") from None
        return False
    except OSError as error:
        raise NotAPlainFile(f"{path} cannot be looked at: {error.strerror}.") from None
    _check(path, found, several_names=several_names)
    return True


def check_own(path: Path, *, links: bool = False) -> bool:
    """Like `check_plain`; raises NotAPlainFile also where the file is somebody else's."""
    there = check_plain(path, links=links)
    if there:
        _check_owner(path, path.stat())
    return there


def is_others(path: Path) -> bool:
    """Whether a file belongs to another user, who is not the administrator."""
    return _is_others(path.stat())


def make_private(path: Path) -> None:
    """Take a file's permissions from everybody but its owner, where it is ours and has any.

    Some drives keep no permissions; there the file stays as it is.
    """
    with suppress(OSError):
        _take_from_others(path, path.stat(), 0o077)


def close_to_others(folder: Path) -> None:
    """Take from others the permission to write to a folder of ours.

    Raises NotAPlainFile where that folder is somebody else's.
    """
    found = folder.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotAPlainFile(f"{folder} is no folder; rename it.")
    _check_owner(folder, found)
    with suppress(OSError):
        _take_from_others(folder, found, 0o022)


def _take_from_others(path: Path, found: os.stat_result, permissions: int) -> None:
    if os.name != "nt" and found.st_mode & permissions and found.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(found.st_mode) & ~permissions)


def open_plain(path: Path, *, secret: bool = False, own: bool = False) -> BufferedReader:
    """Open a file to read it. Raises OSError, and NotAPlainFile for what is no plain file.

    `own` refuses what is somebody else's, or may be written by everybody; `secret` what others can
    read, too, and what has a second name.
    """
    handle = os.open(path, os.O_RDONLY | _without_waiting() | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(handle)
        _check(path, found, several_names=not secret)
        if secret or own:
            _check_owner(path, found)
            _check_mode(path, found.st_mode, 0o077 if secret else 0o002, secret=secret)
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def read_plain(path: Path, *, secret: bool = False, own: bool = False) -> bytes:
    """Returns what a file holds; see `open_plain`."""
    with open_plain(path, secret=secret, own=own) as file:
        return file.read()


def read_plain_text(path: Path, *, own: bool = False) -> str:
    """Returns a text file's UTF-8 text, with plain line ends; see `open_plain`."""
    with TextIOWrapper(open_plain(path, own=own), encoding="utf-8-sig") as file:
        return file.read()


def open_to_append(path: Path) -> int:
    """Open a file of our own to write at its end, made readable by its owner alone.

    Raises OSError, and NotAPlainFile for what is no plain file.
    """
    if path.is_symlink():
        raise NotAPlainFile(f"{path} is a link, not a file; move it away.")
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _without_waiting()
    # No link either that was put there after the look; Windows cannot say that.
    handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _check(path, os.fstat(handle), several_names=False)
        _check_owner(path, os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return handle


def create(path: Path) -> None:
    """Make an empty file that only its owner can read. Raises FileExistsError, links included."""
    path.touch(0o600, exist_ok=False)


def _without_waiting() -> int:
    """To open a pipe would wait for whoever writes to it, for ever."""
    return getattr(os, "O_NONBLOCK", 0)


def _check(path: Path, found: os.stat_result, *, several_names: bool) -> None:
    if not stat.S_ISREG(found.st_mode):
        # Some systems have more kinds, such as the doors of Solaris.
        kind = next((words for is_it, words in _KINDS if is_it(found.st_mode)), "something odd")
        raise NotAPlainFile(f"{path} is {kind}, not a file; move it away.")
    if found.st_nlink > 1 and not several_names:
        raise NotAPlainFile(
            f"{path} has a second name (a hard link), under which all of it would stay;"
            " copy it, and use the copy."
        )


def _is_others(found: os.stat_result) -> bool:
    return os.name != "nt" and found.st_uid not in (os.geteuid(), 0)


def _check_owner(path: Path, found: os.stat_result) -> None:
    if _is_others(found):
        raise NotAPlainFile(
            f"{path} belongs to another user of this computer, who may change it at any time;"
            " copy it, and use the copy."
        )


def _check_mode(path: Path, mode: int, refused: int, *, secret: bool) -> None:
    if os.name != "nt" and mode & refused:
        can = "read" if secret else "write to"
        raise NotAPlainFile(f"Others can {can} {path}; type: chmod 600 {path}")

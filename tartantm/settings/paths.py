"""The folders and files that tartantm uses, as the operating system wants them placed.

``TARTANTM_HOME`` puts everything below one folder instead (a memory stick, tests).
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.errors import BadInput, TartantmError, shortened
from tartantm.settings.file_guard import check_own, close_to_others

if TYPE_CHECKING:
    from tartantm.core.agenda import Agenda

SUFFIX = ".tartantm"
"""The ending of a session file."""


class Paths(NamedTuple):
    """Every folder and file that the program reads or writes without being given a path."""

    config: Path
    themes: Path
    sessions: Path
    state: Path
    log: Path


def paths() -> Paths:
    """The paths on this machine. Creates nothing."""
    if home := os.environ.get("TARTANTM_HOME"):
        base = Path(home).expanduser().absolute()
        config, data, state, logs = base, base, base / "state", base / "log"
    else:
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("tartantm", appauthor=False)
        config, data = dirs.user_config_path, dirs.user_data_path
        state, logs = dirs.user_state_path, dirs.user_log_path
    return Paths(
        config / "config.toml",
        config / "themes",
        data / "sessions",
        state,
        logs / "tartantm.log",
    )


def ensure_folder(folder: Path) -> Path:
    """Create a folder that only its owner may enter, unless it exists; raises TartantmError.

    One that exists has to be the user's; others lose the permission to write to it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        close_to_others(folder)
    except OSError as error:
        raise TartantmError(f"The folder {folder} cannot be made: {error.strerror}.") from None
    return folder


def session_name(agenda: Agenda) -> str:
    """The file name of a chat's session: ``tartantm-2012-06-20.tartantm``."""
    day = agenda.starts.date() if agenda.starts else None
    return f"{slug(agenda.hashtags[0] if agenda.hashtags else agenda.title, day)}{SUFFIX}"


def session_path(given: str | None, name: str) -> Path:
    """The path of a session: the one that the user named, else `name` in the sessions folder."""
    return Path(given).expanduser() if given else ensure_folder(paths().sessions) / name


def slug(text: str, day: date | None = None) -> str:
    """Turn a text into a file name that is safe on every system and is never a path."""
    plain = re.sub(r"[^\w]+", "-", text.casefold()).strip("-_")[:60]
    # File systems count bytes: 255, of which the date, the ending and SQLite's own need some.
    plain = plain.encode()[:180].decode("utf-8", "ignore") or "chat"
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", plain):
        plain += "-chat"
    return f"{plain}-{day.isoformat()}" if day else plain


def session_tag(session: Path) -> str:
    """A short name of a session for servers and lock files, which says nothing about it."""
    return hashlib.sha256(str(session.resolve()).encode()).hexdigest()[:16]


def capture_lock(session: Path) -> Path:
    """The lock file of the process that captures for a session, outside its folder."""
    lock = ensure_folder(paths().state) / f"capture-{session_tag(session)}.lock"
    check_own(lock)  # whoever locks it empties it first, wherever a link may lead
    return lock


def reader_lock(session: Path) -> Path:
    """The lock file of the process that asks a reader of the user's own about a session."""
    lock = ensure_folder(paths().state) / f"reader-{session_tag(session)}.lock"
    check_own(lock)
    return lock


def find_session(name: str) -> Path:
    """The path of the session that a user means: a path, or a name in the sessions folder."""
    path = Path(name).expanduser()
    try:
        if path.exists() or path.parent != Path():
            return path
        kept = paths().sessions / (name if name.endswith(SUFFIX) else name + SUFFIX)
        return kept if kept.exists() else path
    except (OSError, ValueError):  # such a name no file can have
        raise BadInput(
            f"There is no session {shortened(name)}; 'tartantm sessions' lists those kept here."
        ) from None


def session_words(path: Path) -> str:
    """How a command line names a session: by its name alone in the sessions folder."""
    kept = path.parent == paths().sessions and path.suffix == SUFFIX
    return shlex.quote(path.stem if kept else str(path))

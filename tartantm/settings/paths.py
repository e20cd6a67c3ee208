"""Where tartantm keeps things, by the rules of the system it runs on.

``TARTANTM_HOME`` puts everything below one folder instead (a memory stick, tests).
"""

from __future__ import annotations

import hashlib
import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.errors import TartantmError

if TYPE_CHECKING:
    from tartantm.core.agenda import Agenda

SUFFIX = ".tartantm"
"""The ending of a session file."""


class Paths(NamedTuple):
    """Every folder and file that the program reads or writes by itself."""

    config: Path
    themes: Path
    sessions: Path
    state: Path
    log: Path


def paths() -> Paths:
    """The places on this machine; nothing is created by asking."""
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
    """Make a folder that only its owner may enter, where it is missing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise TartantmError(f"The folder {folder} cannot be made: {error.strerror}.") from None
    return folder


def session_name(agenda: Agenda) -> str:
    """The name of a chat's session file: ``tartantm-2012-06-20.tartantm``."""
    day = agenda.starts.date() if agenda.starts else None
    return f"{slug(agenda.hashtags[0] if agenda.hashtags else agenda.title, day)}{SUFFIX}"


def session_path(given: str | None, name: str) -> Path:
    """Where a session is kept: where the user said, else by its name among the others."""
    return Path(given).expanduser() if given else ensure_folder(paths().sessions) / name


def slug(text: str, day: date | None = None) -> str:
    """Make a name that is a safe file name on every system; never a path."""
    plain = re.sub(r"[^\w]+", "-", text.casefold()).strip("-_")[:60]
    # File systems count bytes: 255 with what is put behind it.
    plain = plain.encode()[:180].decode("utf-8", "ignore") or "chat"
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", plain):
        plain += "-chat"
    return f"{plain}-{day.isoformat()}" if day else plain


def session_tag(session: Path) -> str:
    """A short name for a session by which servers and locks know it; it tells nothing of it."""
    return hashlib.sha256(str(session.resolve()).encode()).hexdigest()[:16]


def capture_lock(session: Path) -> Path:
    """The file whose lock says which process captures for a session; kept out of its folder."""
    return ensure_folder(paths().state) / f"capture-{session_tag(session)}.lock"


def find_session(name: str) -> Path:
    """The session a person means: a path, or the name of one in the sessions folder."""
    path = Path(name).expanduser()
    if path.exists() or path.parent != Path():
        return path
    kept = paths().sessions / (name if name.endswith(SUFFIX) else name + SUFFIX)
    return kept if kept.exists() else path

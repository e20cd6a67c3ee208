"""The agenda that a command line names; where it names a session instead, what to type."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tartantm.agenda_files.doubts import doubted
from tartantm.agenda_files.load import AgendaFile, load_agenda
from tartantm.core.errors import BadInput
from tartantm.settings.paths import SUFFIX, find_session, session_words

_SQLITE = b"SQLite format 3\0"
"""How every session file begins."""


def read_agenda(given: str, command: str = "", *, doubting: bool = True) -> AgendaFile:
    """Read the agenda file that a command takes; raises BadInput or AgendaError.

    `command` captures for a session with that agenda, and so can go on with one; "" for others.
    A time that may be a slip is said on standard error, unless the caller says so itself.
    """
    path = Path(given)
    session = find_session(given) if not path.expanduser().is_file() else path.expanduser()
    if _is_session(session):
        name = session_words(session)
        words = f"{given} is a session, not an agenda. 'tartantm run {name}' opens it"
        if command:
            kept = shlex.quote(str(session))
            words += f"; 'tartantm {command} AGENDA --session {kept}' captures more"
        raise BadInput(f"{words}.")
    found = load_agenda(path)
    if doubting and (words := doubted(found.agenda)):
        print(f"Please check {path.name}: {words}", file=sys.stderr)
    return found


def _is_session(path: Path) -> bool:
    """Whether this is a session file that is there, whatever its name ends with."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return path.suffix == SUFFIX or file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False

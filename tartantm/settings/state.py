"""What the program remembers between runs, in its state folder: the theme, what was listened to."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any

from tartantm.core.errors import TartantmError
from tartantm.settings.atomic_write import write_atomically
from tartantm.settings.file_guard import read_plain
from tartantm.settings.paths import ensure_folder, paths

_FILE = "state.json"

MOST_SESSIONS = 1000
"""Sessions that are remembered, the latest ones."""


def theme() -> str | None:
    """The name of the theme that was chosen last, None if none was."""
    value = _read().get("theme")
    return value if isinstance(value, str) else None


def remember_theme(name: str) -> None:
    """Remember the chosen theme. If it cannot be written, the next run starts with the default."""
    _write("theme", name)


def was_listened_to(session: str) -> bool:
    """Whether this user listened for a session on this computer; `session` is its salt.

    A file of which that is not known may name any address as what it listened to.
    """
    return _known_as(session) in _sessions()


def remember_listening(session: str) -> None:
    """Remember that this user listens for a session here."""
    found, known_as = _sessions(), _known_as(session)
    if known_as not in found:
        _write("listened", [*found, known_as][-MOST_SESSIONS:])


def _sessions() -> list[object]:
    found = _read().get("listened")
    return found if isinstance(found, list) else []


def _known_as(session: str) -> str:
    # The salt is a secret of the session: with it, deleted names could be guessed.
    return hashlib.sha256(b"listened " + session.encode()).hexdigest()[:32]


def _read() -> dict[str, Any]:
    try:
        data = json.loads(read_plain(paths().state / _FILE))
    except (OSError, ValueError, RecursionError, TartantmError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(key: str, value: object) -> None:
    with suppress(OSError, TartantmError):
        folder = ensure_folder(paths().state)
        write_atomically(folder / _FILE, [json.dumps(_read() | {key: value}) + "\n"])

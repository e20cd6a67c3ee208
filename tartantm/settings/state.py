"""What the program remembers between runs, in its state folder: the theme that was chosen."""

from __future__ import annotations

import json
from contextlib import suppress

from tartantm.core.errors import TartantmError
from tartantm.settings.atomic_write import write_atomically
from tartantm.settings.file_guard import read_plain
from tartantm.settings.paths import ensure_folder, paths

_FILE = "state.json"


def theme() -> str | None:
    """The name of the theme that was chosen last, None if none was."""
    try:
        data = json.loads(read_plain(paths().state / _FILE))
    except (OSError, ValueError, TartantmError):
        return None
    value = data.get("theme") if isinstance(data, dict) else None
    return value if isinstance(value, str) else None


def remember_theme(name: str) -> None:
    """Remember the chosen theme. If it cannot be written, the next run starts with the default."""
    with suppress(OSError, TartantmError):
        folder = ensure_folder(paths().state)
        write_atomically(folder / _FILE, [json.dumps({"theme": name}) + "\n"])

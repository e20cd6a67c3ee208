"""Which files are known to have been written from a chat, and the sentence that names them."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.events import Exported
from tartantm.core.local_time import clock

FILES_NAMED = 3
"""How many places one sentence names."""


class WrittenFiles(NamedTuple):
    """Files that one export wrote, those that no later one wrote again."""

    at: datetime
    """When they were written."""
    shows: int
    """Number of the last event that they show."""
    export: Exported
    formats: tuple[str, ...]
    """The formats of these files."""


def written_files(chat: Chat) -> list[WrittenFiles]:
    """Returns the files that were written from a chat, as their last export wrote them.

    Oldest export first. Whether they are still there, only their machine knows.
    """
    last: dict[tuple[str, str, str], int] = {}
    for index, (_, _, export) in enumerate(chat.exports):
        for form in export.formats:
            last[export.folder, export.name, form] = index
    found = []
    for index, (seq, at, export) in enumerate(chat.exports):
        formats = tuple(
            form
            for form in dict.fromkeys(export.formats)
            if last[export.folder, export.name, form] == index
        )
        if formats:
            found.append(WrittenFiles(at, export.shows or seq, export, formats))
    return found


def joined(folder: str, name: str) -> str:
    """Returns the path of files without their suffix, as the machine that wrote them has paths."""
    windows = "\\" in folder and "/" not in folder
    return str((PureWindowsPath if windows else PurePosixPath)(folder, name))


def published_copies(chat: Chat, session: str) -> str:
    """Returns which files still show what was withheld just now, and how to write them again.

    `session` is how the command line names the session. Returns "" where no file is known.
    """
    places: dict[tuple[str, str], list[WrittenFiles]] = {}
    for files in written_files(chat):
        places.setdefault((files.export.folder, files.export.name), []).append(files)
    if not places:
        return ""
    tz = chat.agenda.tz
    named = []
    for (folder, name), some in list(places.items())[-FILES_NAMED:]:
        formats = ", ".join(form for files in some for form in files.formats)
        at = max(files.at for files in some).astimezone(tz)
        named.append(f"{joined(folder, name)} ({formats}; written {at:%Y-%m-%d} {clock(at)})")
    if more := len(places) - len(named):
        named.append(f"{more} more")
    return (
        f"Published copies: {', '.join(named)}. 'tartantm correct {session}' writes them again;"
        " copies elsewhere are out of its reach."
    )

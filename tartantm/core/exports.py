"""Which files are known to have been written from a chat, and what changed since then, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.events import Exported

KINDS = {
    "erased": "erased for good",
    "deleted": "deleted by author or network",
    "redacted": "redacted",
    "hidden": "hidden",
    "muted": "muted",
    "removed": "taken back",
    "edited": "edited since",
    "moved": "placed elsewhere",
    "annotated": "with another note, mark or star",
    "shown": "shown again",
    "added": "added",
    "other": "other facts, headings or summaries changed",
}
"""Kinds of change, in the order in which they are named, and what is said of them."""

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
    named = [
        f"{folder.rstrip('/')}/{name} ({', '.join(form for files in some for form in files.formats)};"
        f" written {max(files.at for files in some).astimezone(tz):%Y-%m-%d %H:%M})"
        for (folder, name), some in list(places.items())[-FILES_NAMED:]
    ]
    if more := len(places) - len(named):
        named.append(f"{more} more")
    return (
        f"Published copies: {', '.join(named)}. 'tartantm correct {session}' writes them again;"
        " copies elsewhere are out of its reach."
    )


def known_changes(changes: Mapping[str, int]) -> dict[str, int]:
    """Returns the changes of known kinds, in their order: the file may come from somebody else."""
    return {kind: changes[kind] for kind in KINDS if changes.get(kind, 0) > 0}


def changes_in_words(changes: Mapping[str, int]) -> str:
    """Returns "2 posts redacted, 1 deleted by author or network"; "" where nothing changed."""
    words: list[str] = []
    noun = True
    for kind, number in known_changes(changes).items():
        if kind == "other":
            words.append(KINDS[kind])
            continue
        unit = (" post" if number == 1 else " posts") * noun
        noun = False
        words.append(f"{number:,}{unit} {KINDS[kind]}")
    return ", ".join(words)

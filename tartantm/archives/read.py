"""An archive in memory: one file of recorded posts, to be played back or restored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tartantm.archives.formats.own import DECIDED, Decided
from tartantm.archives.found import Damage
from tartantm.archives.own_format import RecordedPost
from tartantm.archives.reading import Reading
from tartantm.archives.shape import Context
from tartantm.core.agenda import Agenda
from tartantm.core.errors import BadInput
from tartantm.core.events import Closed, Opened
from tartantm.networks.heard import Heard, by_time


@dataclass
class Archive:
    """What a file of recorded posts holds; all from `agenda` on comes from our own format only."""

    format: str = ""
    """The name of a format: that of the first value that was recognised."""
    heard: list[Heard] = field(default_factory=list)
    """In the order of the file; with our own format, in the order of time."""
    damaged: list[Damage] = field(default_factory=list)
    is_one_account: bool = False
    """Whether it holds what one account wrote, whatever that was about."""
    agenda: Agenda | None = None
    turns: list[Opened | Closed] = field(default_factory=list)
    summaries: dict[str, str] = field(default_factory=dict)
    """By question."""
    summary: str | None = None
    kept: dict[str, RecordedPost] = field(default_factory=dict)
    """What was decided about each post, by its id."""


def read(path: Path, context: Context | None = None) -> Archive:
    """Read an archive; what is damaged is reported and skipped.

    Raises BadInput where the file cannot be read or holds nothing that tartantm knows.
    """
    reading = Reading([path], context)
    return archive_of(reading, list(reading.items())) or Archive()


def read_chat(path: Path, context: Context | None = None) -> Archive:
    """Read an archive of a chat, all of which is to be played.

    Raises BadInput also for the archive of one account: most of it is about something else.
    """
    archive = read(path, context)
    if archive.is_one_account:
        raise BadInput(
            f"{path} holds all that one account wrote; put what is of the chat into a session:"
            f" tartantm import {path.name} --agenda AGENDA --session FILE."
        )
    return archive


def archive_of(reading: Reading, items: Iterable[Heard]) -> Archive | None:
    """What was read as an archive, with these items of it; None where no format is known."""
    formats = [each.name for found in reading.files for each in found.formats]
    if not formats:
        return None
    damaged = [each for found in reading.files for each in found.damaged]
    one = any(found.is_one_account for found in reading.files)
    archive = Archive(formats[0], list(items), damaged, one)
    if (decided := decided_in(reading)) is not None:
        archive.kept = decided.kept
        if header := decided.header:
            archive.agenda, archive.turns = header.agenda, header.turns
            archive.summaries, archive.summary = header.summaries, header.summary
    if archive.format == "tartantm" or archive.kept:
        archive.heard = by_time(archive.heard)
    return archive


def decided_in(reading: Reading) -> Decided | None:
    """What archives of ours among the files hold beside posts, None where there is none."""
    found = reading.context.memory.get(DECIDED)
    return found if isinstance(found, Decided) else None

"""Reads files of recorded posts: JSON of X, Mastodon and Bluesky, and tartantm's own archives.

The format is recognised by the content of each line, never by a file's name; a file may mix them.
To read another format, add it to `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tartantm.archives import own_format
from tartantm.archives.json_stream import load, split
from tartantm.archives.own_format import Header, RecordedEdit, RecordedPost
from tartantm.core.agenda import Agenda
from tartantm.core.errors import BadInput
from tartantm.core.events import Closed, Deleted, Opened
from tartantm.networks.bluesky import payload as bluesky_payload
from tartantm.networks.heard import Heard, Parsed, Unreadable, heard_at
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import EPOCH
from tartantm.networks.mastodon import payload as mastodon_payload
from tartantm.networks.x import payload as x_payload

LONGEST_REASON = 300
"""Characters of a reason that are kept: it may quote what strangers wrote."""


@dataclass(frozen=True)
class Damage:
    """A stretch of the file that could not be read."""

    line: int
    """Counted from 1; for a value over several lines, that of its beginning."""
    reason: str
    """In plain words, without a full stop."""


@dataclass
class Archive:
    """What a file of recorded posts holds; all from `agenda` on comes from our own format only."""

    format: str = ""
    """A key of `FORMATS`: that of the first line that was recognised; "" before it."""
    heard: list[Heard] = field(default_factory=list)
    """In the order of the file; with our own format, in the order of time."""
    damaged: list[Damage] = field(default_factory=list)
    agenda: Agenda | None = None
    turns: list[Opened | Closed] = field(default_factory=list)
    summaries: dict[str, str] = field(default_factory=dict)
    """By question."""
    summary: str | None = None
    kept: dict[str, RecordedPost] = field(default_factory=dict)
    """What was decided about each post, by its id."""


def read(path: Path) -> Archive:
    """Read an archive; what is damaged is reported and skipped.

    Raises BadInput where the file cannot be read or holds nothing that tartantm knows.
    """
    data, cut_off = load(path)
    reader = _Reader(split(data))
    for number, value in reader.values():
        reader.take(number, value)
    archive = reader.archive
    if not archive.format:
        holds = "is empty" if not data.strip() else "holds no posts that tartantm can read"
        raise BadInput(
            f"{path} {holds}; it takes JSON of X API v2, Mastodon or Bluesky, and its own archives."
        )
    if cut_off:
        archive.damaged.append(Damage(data.count(b"\n") + 1, "the packed file breaks off here"))
    if archive.format == "tartantm" or archive.kept:
        archive.heard.sort(key=heard_at)
    return archive


class _Reader:
    def __init__(self, stretches: list[tuple[int, bytes]]) -> None:
        self.archive = Archive()
        self._stretches = stretches
        self._latest = EPOCH
        self._server: str | None = None
        self._header: Header | None = None

    def values(self, *, report: bool = True) -> Iterator[tuple[int, Any]]:
        """Each value with its line; lists are taken apart."""
        for number, stretch in self._stretches:
            try:
                waiting = [decode(stretch, largest=None)]
            except Undecodable as problem:
                if report:
                    self._damage(number, str(problem))
                continue
            while waiting:
                value = waiting.pop()
                if isinstance(value, list):
                    waiting += reversed(value)
                else:
                    yield number, value

    def take(self, number: int, value: Any) -> None:
        """Add what one value holds to the archive, or why it could not be read."""
        name, parsed = self._parse(value) if isinstance(value, dict) else ("", None)
        if parsed is None:
            self._damage(number, "no post that tartantm knows")
            return
        self.archive.format = self.archive.format or name
        for reason in parsed.problems:
            self._damage(number, reason)
        for item in parsed.heard:
            if isinstance(item, Deleted) and item.at == EPOCH:
                item = replace(item, at=self._latest)
            self._latest = max(self._latest, heard_at(item))
            self.archive.heard.append(item)

    def _parse(self, value: dict[str, Any]) -> tuple[str, Parsed | None]:
        """The format of a value and what it holds; None where it is of no known format."""
        for name, parse in FORMATS.items():
            try:
                parsed = parse(self, value)
            except Unreadable as problem:
                return name, Parsed(problems=[str(problem)])
            if parsed is not None:
                return name, parsed
        return "", None

    def _damage(self, number: int, reason: str) -> None:
        self.archive.damaged.append(Damage(number, reason[:LONGEST_REASON]))

    def _mastodon(self, value: dict[str, Any]) -> Parsed | None:
        if not mastodon_payload.is_mastodon(value):
            return None
        if self._server is None:
            # Replies name posts by ids of the server that was asked; one status that shows which it
            # was is enough for the whole file.
            servers = (
                mastodon_payload.server_of(other)
                for _, other in self.values(report=False)
                if isinstance(other, dict)
            )
            self._server = next(filter(None, servers), "")
        return mastodon_payload.read(value, self._server)

    def _own(self, value: dict[str, Any]) -> Parsed | None:
        record = own_format.read_line(value)
        archive = self.archive
        match record:
            case None:
                return None
            case Header():
                if self._header is not None:
                    raise Unreadable("a second header; the first one holds")
                self._header = record
                archive.agenda, archive.turns = record.agenda, record.turns
                archive.summaries, archive.summary = record.summaries, record.summary
                return Parsed()
            case RecordedPost():
                # A post that two sources delivered is recorded twice; what was decided first holds.
                archive.kept.setdefault(record.post.id, record)
                return Parsed([*own_format.wordings(record)])
            case RecordedEdit():
                if kept := archive.kept.get(record.post.id):
                    kept.later.append(record.post)
                return Parsed([record.post])
            case Deleted():
                return Parsed([record])


def _parse_bluesky(_: _Reader, value: dict[str, Any]) -> Parsed | None:
    return bluesky_payload.read(value)


def _parse_x(_: _Reader, value: dict[str, Any]) -> Parsed | None:
    return x_payload.read(value)


FORMATS: dict[str, Callable[[_Reader, dict[str, Any]], Parsed | None]] = {
    "tartantm": _Reader._own,
    "bluesky": _parse_bluesky,
    "mastodon": _Reader._mastodon,
    "x": _parse_x,
}
"""How to parse one value, by format, in the order they are tried; None says "not mine"."""

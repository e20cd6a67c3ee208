"""The rows of a session file that hold deleted posts: finding them and overwriting them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from tartantm.core.event_reader import UNREADABLE, EventReader
from tartantm.core.events import Begun, Deleted, Erased, Event, Redacted
from tartantm.core.folding import plain
from tartantm.core.identity import is_gone
from tartantm.store.late_references import LateReferences
from tartantm.store.purge import Purge

WipeNeeded = Literal["no", "log", "everything"]
"""What still holds words that were overwritten: the log only, or pages from which rows moved."""

WIPING: tuple[WipeNeeded, ...] = ("no", "log", "everything")

MANY = 300
"""Of more traces than that none is looked for: it takes less time to look at every event."""


class Deletions:
    """The deletions that a file holds, as far as they were read."""

    def __init__(self) -> None:
        self.clear: list[Deleted] = []
        """Those of version 1, which name posts by their ids and left their words in the file."""
        self._gone: set[str] = set()
        self._addresses: set[str] = set()
        self._names: set[str] = set()
        self._words: set[str] = set()
        self._redacted: set[str] | None = None
        self._read_to = 0
        self._salt = ""

    def learn(self, db: sqlite3.Connection) -> None:
        """Read those that were added since the last time."""
        query = (
            "SELECT seq, CAST(data AS BLOB) FROM event WHERE seq > ?"
            ' AND substr(data, 1, 16) IN (\'{"event":"delete\', \'{"event":"begun"\','
            ' \'{"event":"redact\', \'{"event":"erased\')'
        )
        for _, data in db.execute(query, (self._read_to,)):
            try:
                event = msgspec.json.decode(data, type=Event)
            except UNREADABLE:
                continue
            self._note(event)
        self._read_to = int(db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])

    def _note(self, event: Event) -> None:
        if isinstance(event, Begun):
            self._salt = event.salt
        elif isinstance(event, Deleted):
            self._gone |= set(filter(is_gone, event.posts))
            self._addresses.update(event.addresses)
            self._names.update(event.names)
            self._words.update(event.words)
            if not all(map(is_gone, event.posts)):
                self.clear.append(event)
        if isinstance(event, Redacted):
            self._redact([event.value] if event.kind == "author" else [])
        elif isinstance(event, Deleted | Erased) and event.redacted:
            self._redact(event.redacted)

    def _redact(self, keys: Sequence[str]) -> None:
        """Note a redaction, and whom it names; one that was undone may come back."""
        handles = (key.partition(":")[2].casefold() for key in keys)
        self._redacted = (self._redacted or set()).union(handles)

    def without_late(self, events: Sequence[Event]) -> list[Event]:
        """Returns events without what they say about posts that were deleted before."""
        if not self._gone:
            return list(events)
        late = LateReferences(
            self._salt,
            self._gone,
            self._addresses,
            self._names,
            self._redacted,
            self._words,
        )
        return [left for event in events if (left := late.rewrite(event)) is not None]

    def done(self, deletions: Sequence[Deleted]) -> None:
        """Note deletions that took their posts out of the file."""
        self.clear = []
        for deletion in deletions:
            self._note(deletion)


def rewrite_rows(
    db: sqlite3.Connection, purge: Purge, reader: EventReader, damaged: set[int]
) -> tuple[int, bool]:
    """Overwrite every row that holds what goes; within a transaction.

    A row that cannot be read is blanked where it holds any of it. Returns how many rows changed,
    and whether any of them became longer, so that others had to move.
    """
    count, grown = 0, False
    for seq, data in list(_candidates(db, purge, damaged)):
        try:
            event = reader.read(data)
        except UNREADABLE:
            if not purge.leaves(data):
                continue
            after = b""
        else:
            left = purge.rewrite(event)
            if left == event:
                continue
            after = msgspec.json.encode(left)
        row = after.ljust(len(data)).decode()
        grown |= len(after) > len(data)
        db.execute("UPDATE event SET data = ? WHERE seq = ?", (row, seq))
        count += 1
    return count, grown


def _candidates(
    db: sqlite3.Connection, purge: Purge, damaged: set[int]
) -> Iterator[tuple[int, bytes]]:
    """Yields number and bytes of rows in which something may have to be rewritten."""
    traces = {squeezed(msgspec.json.encode(trace)[1:-1]) for trace in purge.traces}
    heads = tuple(f'{{"event":"{kind}"'.encode() for kind in purge.kinds)
    everything = purge.everything or len(traces) > MANY
    for seq, data in db.execute("SELECT seq, CAST(data AS BLOB) FROM event"):
        if everything or seq in damaged or data.startswith(heads):
            yield seq, data
        elif traces:
            row = squeezed(data)
            if any(trace in row for trace in traces):
                yield seq, data


def squeezed(data: bytes) -> bytes:
    """Returns JSON as it is compared to find traces: in any case, without blanks and signs."""
    return plain(data.replace(b"\\n", b" ").decode(errors="replace")).replace(b" ", b"")

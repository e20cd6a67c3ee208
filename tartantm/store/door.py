"""The door through which events come into a session file: what was erased stays out.

A post may arrive late, and an act may have been prepared by another desk that has not read of the
erasure yet. `Journal.append` asks here, inside its transaction, whoever records.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from tartantm.core.erased import ErasedNames, blocked, later_handle
from tartantm.core.events import Captured, Deleted, Edited, Erased, Event, Identified
from tartantm.core.identity import fingerprint
from tartantm.core.scrub import Scrubber


class _Salt(msgspec.Struct):
    salt: str = ""


class Door:
    """Takes out of new events what was erased from a file, as its rows say."""

    def __init__(self) -> None:
        self._read_to = 0
        """Number of the last row that was looked at."""
        self._hashes: set[str] = set()
        self._scrubber: Scrubber | None = None

    def let_in(self, db: sqlite3.Connection, events: Sequence[Event]) -> list[Event]:
        """Returns what is left of events, within the transaction that records them."""
        self._read(db)
        if self._scrubber is None:
            return list(events)
        learnt = self._learnt(db, self._scrubber.erased, events)
        scrubber = self._scrubber
        if learnt:
            scrubber = Scrubber(blocked(_salt(db), self._hashes | learnt))
        left = scrubber.events(events)
        deleted = (self._deletion(db, event, left) for event in events)
        called = [Erased(0, tuple(sorted(learnt)))] if learnt else []
        return [*left, *filter(None, deleted), *called]

    def _learnt(
        self, db: sqlite3.Connection, erased: ErasedNames, events: Sequence[Event]
    ) -> set[str]:
        """Returns hashes of the handles that erased accounts have now, where these are not known.

        What they call themselves besides may be anybody's name, or any word.
        """
        heard = {
            (event.network, event.author)
            if isinstance(event, Identified)
            else (event.post.network, event.post.author)
            for event in events
            if isinstance(event, Captured | Edited | Identified)
        }
        found = {
            later_handle(network, author.handle)
            for network, author in heard
            if author.id and author.handle and erased.known(author.id)
            if not erased.handle(author.handle, network)
        }
        salt = _salt(db)
        return {fingerprint(salt, name) for name in found} - self._hashes

    def _deletion(
        self, db: sqlite3.Connection, event: Event, left: Sequence[Event]
    ) -> Deleted | None:
        """Returns what takes the reposts of a post that stays out from the file, None without any.

        Only the post itself says whose words they repeat, where it comes after them.
        """
        if not (isinstance(event, Captured) and self._scrubber):
            return None
        ids = (event.post.id, *event.post.aliases)
        if any(map(self._scrubber.erased.known, ids)) or not self._scrubber.erased.post(event.post):
            return None
        held = any(isinstance(each, Captured) and each.post.repost_of in ids for each in left)
        if not (held or any(_is_held(db, "repost_of", each) for each in ids)):
            return None
        return Deleted(ids, event.post.created_at)

    def _read(self, db: sqlite3.Connection) -> None:
        """Read what was erased since the last time."""
        query = """SELECT seq, CAST(data AS BLOB) FROM event
            WHERE seq > ? AND substr(data, 1, 20) LIKE '%"erased"%'"""
        rows = db.execute(query, (self._read_to,)).fetchall()
        self._read_to = db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
        for _, data in rows:
            try:
                self._hashes.update(msgspec.json.decode(data, type=Erased).blocked)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
        if rows:
            self._scrubber = Scrubber(blocked(_salt(db), self._hashes))


def _is_held(db: sqlite3.Connection, field: str, value: str) -> bool:
    """Whether any row has this value in a field of that name."""
    wanted = f'"{field}":{msgspec.json.encode(value).decode()}'
    rows = db.execute("SELECT 1 FROM event WHERE instr(CAST(data AS TEXT), ?) LIMIT 1", (wanted,))
    return rows.fetchone() is not None


def _salt(db: sqlite3.Connection) -> str:
    """Returns the salt of a session, which its first event has."""
    row = db.execute("SELECT CAST(data AS BLOB) FROM event ORDER BY seq LIMIT 1").fetchone()
    try:
        return msgspec.json.decode(row[0], type=_Salt).salt
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""

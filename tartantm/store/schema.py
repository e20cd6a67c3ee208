"""What a session file's database is made of, and what a stranger's has besides or instead.

Triggers, views, generated columns and the like are programs that SQLite would run for whoever reads
or writes the file. A session has none of them: one table, as the versions of this program made it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from typing import NamedTuple

_PAGES = 64
"""More than the tables of a session begin on."""

_SHOWN = 40
"""Characters of a name that somebody else chose."""


class Item(NamedTuple):
    """A table, an index, a view or a trigger, with the words it was made by."""

    kind: str
    name: str
    table: str
    sql: str

    @property
    def words(self) -> str:
        """How to name it to people."""
        name = self.name if len(self.name) <= _SHOWN else f"{self.name[:_SHOWN]}…"
        return f"the {self.kind} {name!r}"


def read_schema(db: sqlite3.Connection) -> tuple[Item, ...]:
    """Returns what a database is made of; nothing of it runs."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    return tuple(Item(*(" ".join(str(each or "").split()) for each in row)) for row in rows)


@cache
def schema_of(statements: Sequence[str]) -> frozenset[Item]:
    """Returns what these statements make: the schema of a version of this program."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in filter(None, statements):
            db.execute(statement)
        return frozenset(read_schema(db))


def differences(found: Sequence[Item], expected: frozenset[Item]) -> list[str]:
    """Returns in words what is there besides, and what is another one or missing."""
    wanted = {(item.kind, item.name): item for item in expected}
    words = [item.words for item in found if (item.kind, item.name) not in wanted]
    by_name = {(item.kind, item.name): item for item in found}
    for key, item in wanted.items():
        if key not in by_name:
            words.append(f"no {item.kind} {item.name!r}")
        elif by_name[key] != item:
            words.append(f"another {item.kind} {item.name!r}")
    return words


def is_made_of(page: bytes, expected: frozenset[Item]) -> bool:
    """Whether a database that begins with this page has the expected schema, as SQLite reads it."""
    whole = bytearray(page.ljust(len(page) * _PAGES, b"\0"))
    whole[18:20] = b"\1\1"  # read without a log
    whole[28:32] = _PAGES.to_bytes(4, "big")
    whole[92:96] = whole[24:28]  # so that the number of pages counts
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.deserialize(bytes(whole))
            return frozenset(read_schema(db)) == expected
        except (sqlite3.Error, UnicodeDecodeError):
            return False

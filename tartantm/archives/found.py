"""What was found in a file of recorded posts: its format, how many posts, and what is damaged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from tartantm.archives.shape import Format

LONGEST_REASON = 300
"""Characters of a reason that are kept: it may quote what strangers wrote."""

MOST_REASONS = 1000
"""Damaged stretches of a file of which the reason is kept."""


class Damage(NamedTuple):
    """A stretch of a file that could not be read."""

    line: int
    """Counted from 1; for a value over several lines, that of its beginning."""
    reason: str
    """In plain words, without a full stop."""


class FileFound(Struct):
    """What one file turned out to be, and to hold."""

    name: str
    path: Path
    """The path that was named: the file, or the folder or zip that it stands in."""
    formats: list[Format] = field(default_factory=list)
    """Those of its values, in the order in which they were met."""
    posts: int = 0
    first: datetime | None = None
    last: datetime | None = None
    other_times: int = 0
    """Posts with a hashtag that were passed over, since they are of other times."""
    damaged: list[Damage] = field(default_factory=list)
    """The first of them."""
    more_damaged: int = 0
    """How many stretches more are damaged."""
    doubts: dict[str, int] = field(default_factory=dict)
    """What was guessed, and of how many posts."""
    encoding: str = ""
    """What had to be assumed about its encoding, in words; "" for nothing."""

    @property
    def is_one_account(self) -> bool:
        """Whether it holds what one account wrote."""
        return any(each.one_account for each in self.formats)

    @property
    def is_known(self) -> bool:
        """Whether its format is known."""
        return bool(self.formats)

    def damage(self, line: int, reason: str) -> None:
        """Note a stretch that could not be read."""
        if len(self.damaged) < MOST_REASONS:
            self.damaged.append(Damage(line, reason[:LONGEST_REASON]))
        else:
            self.more_damaged += 1

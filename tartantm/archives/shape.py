"""What a format of recorded posts is: how it is recognised, and where things stand in it.

There are four kinds. A `JsonFormat` reads one JSON value at a time, a `TableFormat` one row, a
`TextFormat` lines, a `WholeFormat` all bytes of a small file. Each is a small module in `formats`,
and `formats.ALL` lists them. A format never opens a file and never decides which posts are of the
chat: it says what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct, field

from tartantm.core.post import Author
from tartantm.networks.heard import Parsed
from tartantm.networks.json_fields import Json

Line = tuple[int, Parsed]
"""What a line of a file held, with its number counted from 1."""


class OtherTimes(Struct, frozen=True):
    """All times but one stretch: an archive of many years is read for one evening."""

    since: datetime
    until: datetime
    tags: tuple[str, ...]
    """Case-folded hashtags, with ``#``; posts with one are counted."""
    of_one_account: bool
    """Whether the stretch is only meant for what one account wrote."""

    def have(self, at: datetime) -> bool:
        """Whether a time is surely outside the stretch: what says it may be a little wrong."""
        return not self.since - _MARGIN < at < self.until + _MARGIN


_MARGIN = timedelta(days=2)


class Glance(Struct, frozen=True):
    """What can be told of a value at once."""

    at: datetime
    text: str


class Context(Struct):
    """What is known beside the file that is read; kept for all files of one folder or zip."""

    zone: tzinfo = UTC
    """The chat's, for times that name no zone."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    name: str = ""
    """The name of the file, with the folders that it stands in within a zip or a folder."""
    day: datetime | None = None
    """The beginning of the chat, for files whose times name no day."""
    account: Author | None = None
    """Whose archive it is, where the posts do not say it: from a file beside it, or from a flag."""
    server: str = ""
    """The server that was asked, where the posts do not name it."""
    beside: Callable[[str], bytes | None] = lambda name: None
    """The content of a file in the same folder by its name, None where there is none."""
    others: OtherTimes | None = None
    """The times of which posts need not be made, since nobody looks for them."""
    memory: dict[str, Any] = field(default_factory=dict)
    """What formats remember from one value to the next, by names of their own."""


class JsonFormat(Struct, frozen=True):
    """A format of which each JSON value (a line, an item of a list) says what it is."""

    name: str
    shown: str
    """For people, as in "X API v1.1"."""
    read: Callable[[Json, Context], Parsed | None]
    """Parses a value; None for one of another format, Unreadable for a broken one of this."""
    one_account: bool = False
    """Whether it holds what one account wrote: one side of the talk only."""
    glance: Callable[[Json], Glance | None] | None = None
    """Tells a post's time and words in a small part of the time that making it takes; None for what
    is no single post."""


WHOSE = "whose"
"""The name in `Context.memory` of the set of files that say whose archive it is, by their names."""


def says_whose(context: Context) -> Parsed:
    """Returns what a value holds that says whose archive it is, and notes that its file does."""
    context.memory.setdefault(WHOSE, set()).add(context.name)
    return Parsed()


Row = Mapping[str, str]
"""The cells of a row by the canonical names of `tables.SYNONYMS`; "" is left out.

Cells of other columns stand under their headings, in lower case.
"""


class TableFormat(Struct, frozen=True):
    """A table with a heading, as CSV, TSV or XLSX."""

    name: str
    shown: str
    fits: Callable[[Sequence[str]], bool]
    """Whether a table with these headings (as written) is of this format."""
    read: Callable[[Row, Context], Parsed]
    one_account: bool = False


class TextFormat(Struct, frozen=True):
    """Lines of text."""

    name: str
    shown: str
    fits: Callable[[Sequence[str], Context], bool]
    """Whether a text that begins with these lines is of this format."""
    read: Callable[[Iterator[tuple[int, str]], Context], Iterator[Line]]
    one_account: bool = False


class WholeFormat(Struct, frozen=True):
    """A file that only all of it can be read of, such as a feed."""

    name: str
    shown: str
    fits: Callable[[bytes], bool]
    """Whether a file that begins with these bytes is of this format."""
    read: Callable[[bytes, Context], Iterator[Line]]
    one_account: bool = False


Format = JsonFormat | TableFormat | TextFormat | WholeFormat

"""Plain text of “name, time, words” in the forms of `paste_forms`, and tables of such columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from tartantm.archives import tables, times
from tartantm.archives.formats import irc
from tartantm.archives.paste import LOOKED_AT, Layout, Pasted, layout_of, posts_of
from tartantm.archives.paste_forms import FORMS, Block, Form, Head, form_of, recognised
from tartantm.archives.shape import Context, Line, Row, TableFormat, TextFormat
from tartantm.networks.heard import Parsed

BEGUN = 100
"""Lines by which a pasted text is recognised."""

_known = lru_cache(maxsize=2)(recognised)
"""Each form asks about the same lines."""


def _format(form: Form) -> TextFormat:
    def fits(begun: Sequence[str], _: Context) -> bool:
        return _known(tuple(begun)) is form

    def read(lines: Iterator[tuple[int, str]], context: Context) -> Iterator[Line]:
        return posts_of(lines, Layout(form), context)

    return TextFormat(f"paste-{form.name}", f"plain text ({form.shown})", fits, read)


ASKED = "asked"
"""The name in `Context.memory` of a format that a person described: files are read by it alone."""


def described(layout: Layout) -> TextFormat:
    """Returns the format of a text that is read as a person said."""

    def read(lines: Iterator[tuple[int, str]], context: Context) -> Iterator[Line]:
        return posts_of(lines, layout, context)

    return TextFormat("paste", f"plain text ({layout.form.shown})", lambda *_: True, read)


PASTE = tuple(_format(form) for form in FORMS)

_ROWS = form_of("name, time, words")
_MEMORY = "pasted table"


def _table_fits(headings: Sequence[str]) -> bool:
    names = set(tables.heading_of(headings))
    return (
        "text" in names
        and not names.isdisjoint(("name", "handle"))
        and not names.isdisjoint(("time", "date", "created_at"))
        and names.isdisjoint(("id", "url", "account_id", "reply_to", "repost_of"))
    )


def _row(row: Row, context: Context) -> Parsed:
    reading = context.memory.get(_MEMORY)
    if not isinstance(reading, Pasted):
        reading = context.memory[_MEMORY] = Pasted(Layout(_ROWS), context, [])
    doubts: list[str] = []
    row = times.with_day(row, context, doubts)
    name = row.get("name") or row.get("handle", "")
    if not name or "text" not in row:
        return Parsed(problems=["no name" if "text" in row else "no words"])
    parsed = reading.post(Block(0, Head(_stamp(row, context, doubts), name, row["text"])))
    parsed.doubts += doubts
    return parsed


def _stamp(row: Row, context: Context, doubts: list[str]) -> str:
    """When a row says that it was written: as spreadsheets write it, or as people do."""
    when = times.of_row(row)
    if when is not None and when.has_clock:
        if not when.zone:
            return times.ordered(when.options, context, doubts).isoformat(" ")
        if options := when.in_utc(context.zone):
            local = times.ordered(options, context, doubts).astimezone(context.zone)
            return local.isoformat(" ")[:19]
    return row.get("created_at") or " ".join(filter(None, (row.get("date"), row.get("time"))))


TABLE = TableFormat("paste-table", "table (name, time, words)", _table_fits, _row)


def pasted_format(lines: Sequence[str], context: Context) -> TextFormat | None:
    """Returns the format of what somebody pasted as posts, None where it fits none."""
    begun = [line for line in lines[:LOOKED_AT] if line.strip()][:BEGUN]
    if log := next((each for each in irc.IRC if each.fits(begun, context)), None):
        return log
    layout = layout_of(begun, by_person=True)
    return described(layout) if layout else None

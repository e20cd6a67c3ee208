"""Reads tables of posts: CSV and the like, and the sheets of a spreadsheet that hold one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO

from msgspec.structs import replace

from tartantm.archives import refusals, sheets, tables
from tartantm.archives.containers import Member
from tartantm.archives.encodings import Decoder
from tartantm.archives.formats import ALL
from tartantm.archives.found import FileFound
from tartantm.archives.shape import Context, Line, Row, TableFormat
from tartantm.core.errors import BadInput
from tartantm.networks.heard import Parsed, Unreadable

_TABLES = tuple(each for each in ALL if isinstance(each, TableFormat))


def table_of(head: bytes, decoder: Decoder, name: str) -> TableFormat | None:
    """Returns the format of a table by its heading; None for what is none.

    Raises BadInput for a table that is known to hold no recorded posts.
    """
    if refused := refusals.why_not_table(heading_of(head, decoder)):
        raise BadInput(f"{name} {refused}.")
    return next(filter(None, map(_fitting, _rows(head, decoder))), None)


def heading_of(head: bytes, decoder: Decoder) -> list[str]:
    """Returns the cells of the first line of what begins so; none where it cannot be a table."""
    return next(_rows(head, decoder), [])


def _rows(head: bytes, decoder: Decoder) -> Iterator[list[str]]:
    """The cells of the first lines of what begins so: a title may stand above the heading."""
    lines = [line for line in head.splitlines() if line.strip()][: tables.HEADING_WITHIN + 1]
    if lines and lines[0].lower().startswith(b"sep="):
        lines = lines[1:]
    for line in lines[: tables.HEADING_WITHIN]:
        yield tables.cells_of(Decoder().text(line))


def csv_lines(
    table: TableFormat, file: IO[bytes], decoder: Decoder, context: Context
) -> Iterator[Line]:
    """Yields what the rows of a table as text hold."""
    try:
        yield from _lines(table, tables.csv_rows(file, decoder, table.fits), context)
    except csv.Error as error:
        yield 1, Parsed(problems=[f"the table breaks off: {error}"])


def sheet_lines(
    file: IO[bytes], member: Member, found: FileFound, context: Context
) -> Iterator[Line]:
    """Yields what the rows of those sheets hold that are tables of posts; notes their formats.

    Raises BadInput where the file was named itself, and holds none or cannot be read.
    """
    lacks = ""
    latest: tuple[TableFormat, list[str]] | None = None
    try:
        for title, rows in sheets.sheets(file, member.name):
            begun = list(islice(rows, tables.HEADING_WITHIN))
            for place, (_, heading) in enumerate(begun):
                if refused := refusals.why_not_table(heading):
                    raise BadInput(f"{member.name} {refused}.")
                if table := _fitting(heading):
                    found.formats.append(table)
                    latest = table, tables.heading_of(heading)
                    yield from _lines(table, chain(begun[place:], rows), context)
                    break
                lacks = lacks or refusals.lacks(heading)
            else:
                if latest and begun and _goes_on(*latest, begun[0][1], context):
                    doubt = (
                        f"rows of “{title[:50]}”, which has no heading: that of the sheet before"
                    )
                    for number, parsed in _lines(latest[0], chain(begun, rows), context, latest[1]):
                        parsed.doubts.append(doubt)
                        yield number, parsed
    except BadInput:
        if member.given:
            raise
    if member.given and not found.is_known:
        raise BadInput(f"{member.name} {lacks or 'is a spreadsheet without a table of posts'}.")


def _fitting(heading: Sequence[str]) -> TableFormat | None:
    return next((each for each in _TABLES if each.fits(heading)), None)


def _goes_on(table: TableFormat, names: list[str], row: list[str], context: Context) -> bool:
    """Whether a sheet without a heading goes on with the table of the sheet before."""
    if not 2 < len(row) <= len(names):
        return False
    apart = replace(context, memory={})
    return bool(_row(table, tables.named(names, row), apart).heard)


def _lines(
    table: TableFormat,
    rows: Iterable[tuple[int, list[str]]],
    context: Context,
    names: Sequence[str] = (),
) -> Iterator[Line]:
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if not names:
            if table.fits(row):
                names = tables.heading_of(row)
            continue
        yield number, _row(table, tables.named(names, row), context)


def _row(table: TableFormat, row: Row, context: Context) -> Parsed:
    try:
        return table.read(row, context)
    except Unreadable as problem:
        return Parsed(problems=[str(problem)])

"""Reads spreadsheets (XLSX) as rows of text, whatever number or date a cell holds.

A spreadsheet is a zip of XML: how much it unpacks to is looked at before anything is unpacked, and
rows are read one after another.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any, cast

from tartantm.archives.tables import MOST_COLUMNS
from tartantm.core.errors import BadInput

MOST_UNPACKED = 1 << 29
"""Bytes of XML in a spreadsheet; 100,000 posts of TAGS have some 150 million."""

MOST_SHEETS = 50
MOST_ROWS = 1 << 20
"""Rows of a sheet; Excel has no more."""

_MAGIC = b"PK\x03\x04"


def is_sheet(head: bytes) -> bool:
    """Whether a file that begins so may be a spreadsheet: other zips are looked into before."""
    return head.startswith(_MAGIC)


def sheets(file: IO[bytes], name: str) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """Yields each sheet's title and its rows, with their numbers counted from 1.

    Raises BadInput for what is no spreadsheet, or one that unpacks to too much.
    """
    # Loading it costs a tenth of a second, which nobody without a spreadsheet should wait for.
    from openpyxl import load_workbook

    held = file if file.seekable() else io.BytesIO(file.read(MOST_UNPACKED))
    try:
        with zipfile.ZipFile(held) as packed:
            if sum(info.file_size for info in packed.infolist()) > MOST_UNPACKED:
                raise BadInput(
                    f"{name} unpacks to more than {MOST_UNPACKED >> 20} MB; save it as CSV."
                )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and the like, which are not read
            book = load_workbook(held, read_only=True, data_only=True)
    except BadInput:
        raise
    except Exception as error:  # the library passes on whatever its XML reader and zips raise
        raise BadInput(
            f"{name} is a damaged zip or spreadsheet ({type(error).__name__}); fetch it again,"
            " or save the sheet as CSV."
        ) from None
    try:
        for sheet in book.worksheets[:MOST_SHEETS]:
            yield str(sheet.title), _rows(sheet)
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # programs write wrong ones, and rows would be cut
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
    number = 0
    while True:
        number += 1
        try:
            row = next(rows, None)
        except Exception:  # see above; what was read before the damage is kept
            return
        if row is None:
            return
        cells = [text_of(cell) for cell in cast("tuple[Any, ...]", row)]
        while cells and not cells[-1]:
            cells.pop()
        yield number, cells


def text_of(cell: object) -> str:
    """Returns what a cell holds as text: dates as in ISO 8601, numbers with all their figures."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return str(cell).upper()
        case datetime():
            return cell.isoformat(" ", "seconds")
        case date() | time():
            return cell.isoformat()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
    return str(cell)

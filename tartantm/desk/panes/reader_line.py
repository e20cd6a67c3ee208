"""The line at the foot of the desk on a reader of the user's own, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tartantm.core.describe import ended
from tartantm.desk.panes.pieces import Piece

if TYPE_CHECKING:
    from tartantm.capture.own_reader import OwnReader


def reader_line(reader: OwnReader) -> tuple[list[Piece], list[Piece]]:
    """Returns what there is to say of it: all evening that words leave this machine, if they do."""
    words = ended(reader.words)
    if reader.warning:
        warning = ended(f"{reader.warning[:1].upper()}{reader.warning[1:]}")
        return [(f"{warning} {words}", "attention")], []
    return [(words, "attention" if reader.trouble else "muted")], []

"""The widget for a line of text at the head or foot of the desk, and sparklines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.strip import Strip

from tartantm.desk.panes.line_widget import LineWidget
from tartantm.desk.panes.pieces import Piece, cut_to, strip_of

_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(counts: Sequence[int]) -> str:
    """Returns counts as a row of blocks, one cell each; 0 is the lowest block."""
    most = max(counts, default=0)
    if not most:
        return _BLOCKS[0] * len(counts)
    return "".join(_BLOCKS[min(7, -(-count * 7 // most))] for count in counts)


class Bar(LineWidget):
    """One line with text at the left and at the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"bar--{name}"
        for name in ("text", "strong", "muted", "question", "attention", "good", "trouble")
    }

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id = id
        self._left: list[Piece] = []
        self._right: list[Piece] = []

    def say(self, left: list[Piece], right: list[Piece]) -> None:
        """Change the text; draws only where it differs."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.invalidate()

    @property
    def words(self) -> str:
        """The text of the line."""
        return " ".join("".join(text for text, _ in side) for side in (self._left, self._right))

    def make_lines(self) -> list[Strip]:
        """Returns the line; where there is no room, the left is cut before the right."""
        width = self.size.width
        right = list(cut_to(self._right, max(0, width - 2))) if self._right else []
        room = width - 2 - _cells(right) - (2 if right else 0)
        left = list(cut_to(self._left, room)) if room > 3 else []
        gap = width - 2 - _cells(left) - _cells(right)
        edge: Piece = (" ", "text")
        return [
            strip_of([edge, *left, (" " * gap, "text"), *right, edge], width, self.piece_styles())
        ]


def _cells(pieces: list[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)

"""The widget for a line of text at the head or foot of the desk, and sparklines.

What is to be read may be longer than the desk is wide: the line can grow to several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.strip import Strip

from tartantm.desk.panes.line_widget import LineWidget
from tartantm.desk.panes.pieces import Piece, cells, cut_to, strip_of

_BLOCKS = "▁▂▃▄▅▆▇█"

EDGES = 2
"""Cells of a line that stay empty, one at each side."""

_UNIT = re.compile(r"(?<=\d) (?=(?:s|min|h)\b)")
"""The space of "20 s", at which no line may end: the number would stand there without its unit."""

_LAST = re.compile(r"\S{1,12} \S{1,12} \S{1,12}$")
"""The last words, which stay together: a word alone would look like a line of its own."""

_KEEP = "\ue000"
"""Stands for such a space while a text becomes lines: all that is a space may end a line."""

_NUMBERS = re.compile(r"\d+")


def sparkline(counts: Sequence[int]) -> str:
    """Returns counts as a row of blocks, one cell each; 0 is the lowest block."""
    most = max(counts, default=0)
    if not most:
        return _BLOCKS[0] * len(counts)
    return "".join(_BLOCKS[min(7, -(-count * 7 // most))] for count in counts)


class Bar(LineWidget):
    """A line with text at the left and at the right; one sentence at the left may take more."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"bar--{name}"
        for name in ("text", "strong", "muted", "question", "attention", "good", "trouble")
    }

    def __init__(self, id: str, most: int = 1) -> None:
        """`most` lines are shown where the left is one text that is too long for fewer."""
        super().__init__()
        self.id, self._most = id, most
        self._left: list[Piece] = []
        self._right: list[Piece] = []
        self._fitted = (0, "")
        """The width and the text, apart from its numbers, that lines were taken for."""
        self._lines_taken = 1

    def say(self, left: list[Piece], right: list[Piece]) -> None:
        """Change the text; draws only where it differs."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self._fit()
            self.invalidate()

    def on_resize(self) -> None:
        """Take as many lines as the text needs now."""
        self._fit()

    def _fit(self) -> None:
        """Take as many lines as the text needs, and keep them while only its numbers count on.

        Else what is listed above would move up and down with "9 s" and "10 s".
        """
        if self._most == 1 or not self.size.width:
            return
        lines = len(self._texts(self._cut_right()))
        fitted = self.size.width, _NUMBERS.sub("", "".join(text for text, _ in self._left))
        self._lines_taken = max(lines, self._lines_taken) if fitted == self._fitted else lines
        self._fitted = fitted
        self.styles.height = self._lines_taken

    @property
    def words(self) -> str:
        """The text of the line."""
        return " ".join("".join(text for text, _ in side) for side in (self._left, self._right))

    def make_lines(self) -> list[Strip]:
        """Returns the lines; where there is no room, the left is cut before the right."""
        right = self._cut_right()
        first, *more = self._texts(right)
        gap = self.size.width - EDGES - cells(first) - cells(right)
        lines = [[*first, (" " * gap, "text"), *right], *more]
        edge: Piece = (" ", "text")
        styles = self.piece_styles()
        return [strip_of([edge, *line, edge], self.size.width, styles) for line in lines]

    def _cut_right(self) -> list[Piece]:
        return list(cut_to(self._right, max(0, self.size.width - EDGES))) if self._right else []

    def _texts(self, right: list[Piece]) -> list[list[Piece]]:
        """Returns the left as lines: the first leaves room for the right, the others have all."""
        width = self.size.width - EDGES
        room = width - cells(right) - (2 if right else 0)
        if len(self._left) != 1 or self._most == 1 or cells(self._left) <= room:
            return [list(cut_to(self._left, room)) if room > 3 else []]
        ((words, style),) = self._left
        words = _UNIT.sub(_KEEP, words)
        words = _LAST.sub(lambda last: last[0].replace(" ", _KEEP), words)
        first = Content(words).wrap(room)[0].plain if room > 3 else ""
        rest = Content(words[len(first) :].strip()).wrap(max(width, 4))
        texts = [first.rstrip(), *(line.plain.rstrip() for line in rest)]
        if len(texts) > self._most:
            kept = " ".join(texts[self._most - 1 :])
            texts[self._most - 1 :] = [Content(kept).truncate(width, ellipsis=True).plain]
        return [[(text.replace(_KEEP, " "), style)] for text in texts]

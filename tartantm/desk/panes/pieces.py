"""Styled pieces of text, and how they become lines of a pane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

STYLES = (
    *("text", "name", "gone", "muted", "question", "star", "note", "attention", "bar", "match"),
    *("cursor", "selected"),
)
"""Component classes of the widgets that show posts, without their prefix."""


Piece = tuple[str, str]
"""Text and the name of its style."""


def styles_of(widget: Widget) -> dict[str, Style]:
    """A widget's component styles by short name, and its own as "ground".

    Ink only, so that any of them can stand on the ground of the cursor or of a selection.
    """
    styles = {
        name.partition("--")[2]: widget.get_component_rich_style(name, partial=True)
        for name in widget.COMPONENT_CLASSES
    }
    return styles | {"ground": widget.rich_style}


def strip_of(
    pieces: Iterable[Piece],
    width: int,
    styles: Mapping[str, Style],
    ground: str = "ground",
    *,
    free: int = 0,
) -> Strip:
    """One line of `width` cells on a ground; what is too long is cut.

    The last `free` cells are left out of that ground, and empty.
    """
    base, room = styles["ground"] + styles[ground], width - free
    segments = [Segment(text, base + styles[style]) for text, style in pieces if text]
    used = sum(cell_len(segment.text) for segment in segments)
    if used > room:
        segments = list(Strip(segments, used).crop(0, room))
    elif used < room:
        segments.append(Segment(" " * (room - used), base))
    if free:
        segments.append(Segment(" " * free, styles["ground"]))
    return Strip(segments, width)


def cells(pieces: Sequence[Piece]) -> int:
    """Returns how wide pieces are."""
    return sum(cell_len(text) for text, _ in pieces)


def cut_to(pieces: Iterable[Piece], width: int) -> Iterator[Piece]:
    """Pieces up to `width` cells; the last one that fits in part ends in an ellipsis."""
    left = width
    for text, style in pieces:
        wide = cell_len(text)
        if wide > left:
            yield Content(text).truncate(max(left, 1), ellipsis=True).plain, style
            return
        yield text, style
        left -= wide

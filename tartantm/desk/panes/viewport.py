"""Which lines fill a screen, outwards from the line on which the cursor's item begins.

Only what is shown is measured, so the length of the list does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

Line = TypeVar("Line")


class Frame(NamedTuple, Generic[Line]):
    """What a screen shows."""

    rows: list[tuple[int, Line]]
    """(item, line) for each line of the screen that has one."""
    line: int
    """The line of the screen on which the cursor's item begins."""
    gap: int = 0
    """Empty lines above the first row."""

    @property
    def items(self) -> list[int]:
        """The items of which something is seen."""
        return list(dict.fromkeys(item for item, _ in self.rows))


def fill(
    lines_of: Callable[[int], Sequence[Line]],
    count: int,
    index: int,
    line: int,
    height: int,
    *,
    hold: bool = False,
) -> Frame[Line]:
    """Fill `height` lines with items, item `index` beginning on `line`.

    That line moves only where it must: to show the whole item, to leave no gap before the first
    item, and none after the last while there is more above. With `hold` gaps may stay, so that
    changes elsewhere move the line only where the item would no longer be seen whole.
    """
    own = len(lines_of(index))
    line = max(0, min(line, height - own))
    above: list[tuple[int, Line]] = []
    first = index
    while len(above) < line and first > 0:
        first -= 1
        above[:0] = [(first, each) for each in lines_of(first)]
    gap = max(0, line - len(above)) if hold else 0
    line = min(line, len(above) + gap)
    below: list[tuple[int, Line]] = []
    last = index
    while len(below) < height - line and last < count:
        below += [(last, each) for each in lines_of(last)]
        last += 1
    missing = 0 if hold else height - line - len(below)
    while len(above) - line < missing and first > 0:
        first -= 1
        above[:0] = [(first, each) for each in lines_of(first)]
    line += max(0, min(missing, len(above) - line))
    rows = above[max(0, len(above) - line) :] + below
    return Frame(rows[: height - gap], line, gap)


def thumb_lines(frame: Frame[Line], count: int, height: int) -> range:
    """Returns the lines of the scrollbar's thumb, by items: heights elsewhere are unknown."""
    shown = len(frame.items)
    if not shown or shown >= count:
        return range(0)
    size = max(1, round(height * shown / count))
    top = round((height - size) * frame.items[0] / (count - shown))
    return range(top, top + size)

"""Which panes are on the screen: those the terminal has room for, and the details as asked for.

Panes are shown and hidden by CSS classes of the screen, which `desk.tcss` gives their meaning.
"""

from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen

from tartantm.desk.panes.details import Details
from tartantm.desk.panes.folding import fold

SMALLEST = (60, 15)
"""Columns and lines below which the desk shows nothing but that it needs more."""


class PaneLayout:
    """The panes of one screen."""

    def __init__(self, screen: Screen[None], details: Details) -> None:
        self._screen, self._details = screen, details

    def resize(self, size: Size) -> str:
        """Lay out for this size. Returns a sentence where the terminal is too small, else ""."""
        width, height = size
        fold(self._screen, size)
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self._screen.set_class(small, "-too-small")
        if not small:
            return ""
        needs = f"the desk needs {SMALLEST[0]} × {SMALLEST[1]}. Posts are still captured."
        return f"This terminal is {width} × {height}; {needs}"

    @property
    def too_small(self) -> bool:
        """Whether there is no room for any post, so that no key can be meant for one."""
        return self._screen.has_class("-too-small")

    @property
    def narrow(self) -> bool:
        """Whether the agenda pane has no room for words."""
        return self._screen.has_class("-narrow")

    @property
    def width(self) -> int:
        """Columns of the screen."""
        return self._screen.size.width

    @property
    def details_open(self) -> bool:
        """Whether the details were opened over the list."""
        return self._screen.has_class("-details")

    @property
    def details_alone(self) -> bool:
        """Whether the details cover the list, so that keys that move scroll them instead."""
        return self._screen.has_class("-details", "-small")

    def toggle_details(self, post_id: str | None) -> None:
        """Show the details of a post, or hide them."""
        wide = self._screen.has_class("-wide")
        self._screen.toggle_class("-no-details" if wide else "-details")
        self._details.show(post_id)

    def close_details(self) -> None:
        """Close the details that stand over the list."""
        self._screen.remove_class("-details")

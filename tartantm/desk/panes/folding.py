"""Folds panes away where the terminal has no room for them. Loads nothing of the chat."""

from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen

NARROW, WIDE, TALL = 100, 160, 40
"""Below or from so many columns, or lines, the panes are laid out otherwise."""

DETAILS_BESIDE = 120
"""Columns from which the list is still seen beside the details."""


def fold(screen: Screen[None], size: Size) -> None:
    """Set the CSS classes by which `desk.tcss` folds panes away."""
    screen.set_class(size.width < NARROW, "-narrow")
    screen.set_class(size.width >= WIDE, "-wide")
    screen.set_class(size.width < DETAILS_BESIDE, "-small")
    screen.set_class(size.height >= TALL, "-tall")

"""The tartan band at the head of the desk: the theme's sett, drawn in half blocks."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tartantm.settings.tartan import Sett, mix, scaled

REPEAT = 52
"""Columns of one repeat of the cloth; a real thread count is finer than a terminal."""


class TartanBand(Widget):
    """A band of tartan as wide as the screen; an ornament without meaning."""

    def __init__(self, sett: Sett) -> None:
        super().__init__()
        self._sett = sett

    def set_sett(self, sett: Sett) -> None:
        """Show another sett."""
        self._sett = sett
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of cells, each two threads high."""
        width, height = self.size
        if self.app.no_color or self.app.current_theme.ansi:
            cloth = Segment("▚▞" * (width // 2 + 1), self.rich_style)
            return Strip([cloth]).crop(0, width)
        rows = band(self._sett, width, height * 2)
        return Strip(
            Segment("▀", Style(color=upper, bgcolor=lower))
            for upper, lower in zip(rows[2 * y], rows[2 * y + 1], strict=True)
        )


def band(sett: Sett, width: int, height: int) -> list[list[str]]:
    """Rows of colours: the warp runs down, and the weft crosses it in bands of its own.

    Where they cross, the eye sees the colour between the two.
    """
    warp = scaled(sett, REPEAT).threads
    turn = len(warp) // 2
    # A band of a few rows shows the part of the weft where the sett turns: its boldest stripes.
    weft = scaled(sett, max(len(sett.stripes), height * 3)).threads
    start = max(0, len(weft) // 2 - height // 2)
    return [
        [
            mix(warp[(x + turn) % len(warp)], weft[(start + y) % len(weft)], 0.36)
            for x in range(width)
        ]
        for y in range(height)
    ]

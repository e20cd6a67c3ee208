"""Widgets that draw their own lines: the words on them can be selected with the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tartantm.tui.post_lines import strip_of, styles_of


class Lines(Widget):
    """Draws lines that it makes all at once, when the first is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._inks: dict[str, Style] = {}

    def drawn_lines(self) -> Sequence[Strip]:
        """The lines to show, from the first line of the widget."""
        raise NotImplementedError

    def inks(self) -> dict[str, Style]:
        """The component styles, asked for once a theme."""
        if not self._inks:
            self._inks = styles_of(self)
        return self._inks

    def notify_style_update(self) -> None:
        """Take colours anew: Textual's word that the stylesheet changed."""
        super().notify_style_update()
        self._inks = {}

    def render_line(self, y: int) -> Strip:
        """One line, with what the mouse selected of it made to stand out."""
        lines = self.drawn_lines()
        if y >= len(lines):
            return strip_of([], self.size.width, self.inks())
        strip = lines[y].apply_offsets(0, y)
        span = self.text_selection.get_span(y) if self.text_selection else None
        if span is None:
            return strip
        start, end = span[0], strip.cell_length if span[1] == -1 else span[1]
        chosen = self.screen.get_component_rich_style("screen--selection")
        middle = strip.crop(start, end).apply_style(chosen)
        return Strip.join([strip.crop(0, start), middle, strip.crop(end)])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words under a drag, for the clipboard."""
        words = "\n".join(line.text[:-1].rstrip() for line in self.drawn_lines())
        return selection.extract(words), "\n"

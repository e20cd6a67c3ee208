"""The base of widgets that draw their own lines, selectable with the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tartantm.desk.panes.pieces import strip_of, styles_of


class LineStrip(Strip):
    """A line of a widget.

    Textual's own strip, divided at its end, holds a list with itself in it. Only the garbage
    collector frees such a circle, which blocks the screen for 0.1 s where many posts arrive.
    """

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Returns the line cut into pieces at these columns."""
        places = list(cuts)
        return [self] if places == [self.cell_length] else super().divide(places)


class LineWidget(Widget):
    """Makes all its lines at once, and draws those that differ from what is on the screen.

    Lines are as wide as the widget and have its background, so there is nothing for Textual's own
    drawing of padding and borders to add. Leaving it out saves a fifth of the time of a key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._piece_styles: dict[str, Style] = {}
        self._lines: list[Strip] = []
        self._made_for: Size | None = None
        """The size that the lines were made for; None where they are out of date."""
        self._shown = self._lines
        """The lines as they are on the screen, or will be with its next frame."""
        self._finished: list[LineStrip] | None = None
        """The lines with the selection, and without colours that the terminal lacks."""
        self._before: dict[int, tuple[Strip, LineStrip]] = {}
        """By the `id` of a line, that line and the one made of it for the screen."""

    def make_lines(self) -> list[Strip]:
        """Returns the lines to show, from the first line of the widget."""
        raise NotImplementedError

    def drawn_lines(self) -> list[Strip]:
        """Returns the lines to show, made where they are out of date."""
        if self._made_for != self.size:
            before, now = self._lines, self.make_lines()
            self._made_for = self.size
            # What stays the same object keeps what Textual worked out for it.
            pairs = zip(before, now, strict=False)
            self._lines = [old if old == new else new for old, new in pairs] + now[len(before) :]
            self._finished = None
        return self._lines

    def invalidate(self) -> None:
        """Have the lines made anew for the next frame."""
        self._made_for = None
        self.check_idle()

    def on_idle(self) -> None:
        """Draw the lines that differ from those shown, once nothing else is to be done."""
        stale = self._made_for is None and self._lines
        if not self.display or not (stale or self._shown is not self._lines):
            return
        before, now = self._shown, self.drawn_lines()
        self._shown = now
        if len(before) != len(now):
            self.refresh()
            return
        for changed, group in groupby(range(len(now)), lambda n: before[n] is not now[n]):
            if changed:
                first, *rest = group
                self.refresh(Region(0, first, self.size.width, 1 + len(rest)))

    def piece_styles(self) -> dict[str, Style]:
        """Returns the component styles by short name, computed once a theme."""
        if not self._piece_styles:
            self._piece_styles = styles_of(self)
        return self._piece_styles

    def notify_style_update(self) -> None:
        """Compute colours anew: Textual calls this after the stylesheet changed."""
        super().notify_style_update()
        self._piece_styles, self._before = {}, {}
        self._finished = None
        self.invalidate()

    def selection_updated(self, selection: Selection | None) -> None:
        """Highlight what the mouse selected."""
        self._finished = None
        super().selection_updated(selection)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Returns the lines of a region, for the screen."""
        lines = self.drawn_lines()
        if crop == self.size.region:
            self._shown = lines
        if self._finished is None:
            self._finished = self._finish()
        return [line.crop(crop.x, crop.right) for line in self._finished[crop.y : crop.bottom]]

    def _finish(self) -> list[LineStrip]:
        """Returns the lines for the screen; those unchanged since the last time are reused."""
        ground, filters = self.background_colors[1], self.get_line_filters()
        before, self._before = self._before, {}
        finished = []
        for line in self._with_selection():
            pair = before.get(id(line)) or self._before.get(id(line))
            if pair is None:
                segments = list(line)
                for each in filters:
                    segments = each.apply(segments, ground)
                pair = line, LineStrip(segments, line.cell_length)
            self._before[id(line)] = pair
            finished.append(pair[1])
        return finished

    def render_line(self, y: int) -> Strip:
        """Returns one line with offsets, by which Textual finds what the mouse points at."""
        return self._with_selection()[y].apply_offsets(0, y)

    def _with_selection(self) -> list[Strip]:
        """Returns as many lines as there is room for, the selection by the mouse highlighted."""
        width, height = self.size
        lines = self.drawn_lines()[:height]
        lines += [strip_of([], width, self.piece_styles())] * (height - len(lines))
        if selection := self.text_selection:
            chosen = self.screen.get_component_rich_style("screen--selection")
            for y, line in enumerate(lines):
                if (span := selection.get_span(y)) is not None:
                    start, end = span[0], line.cell_length if span[1] == -1 else span[1]
                    middle = Segment.apply_style(line.crop(start, end), post_style=chosen)
                    lines[y] = Strip.join([line.crop(0, start), Strip(middle), line.crop(end)])
        return lines

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Returns the selected words, for the clipboard."""
        words = "\n".join(line.text[:-1].rstrip() for line in self.drawn_lines())
        return selection.extract(words), "\n"

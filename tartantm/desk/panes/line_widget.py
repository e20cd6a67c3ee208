"""Widgets that draw their own lines: the words on them can be selected with the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tartantm.desk.panes.post_lines import strip_of, styles_of


class Line(Strip):
    """A line for the screen.

    Textual's own strip keeps a list of itself when it is cut where it ends. Then only the collector
    frees it, and that holds the screen up for a tenth of a second where many posts arrive.
    """

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """The line in pieces."""
        places = list(cuts)
        return [self] if places == [self.cell_length] else super().divide(places)


class Lines(Widget):
    """Makes all its lines at once, and draws those that differ from what is on the screen.

    They are as wide as the widget, and on its ground. So Textual's own drawing, of what may stand
    around the lines of a widget, has nothing to add, and is left out: it is a fifth of a key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._inks: dict[str, Style] = {}
        self._lines: list[Strip] = []
        self._made_for: Size | None = None
        """The size that the lines were made for; None where they are to be made anew."""
        self._shown = self._lines
        """The lines as the screen has them, or will have them with its next frame."""
        self._finished: list[Line] | None = None
        """The lines with the selection and without colours that the terminal has not."""
        self._before: dict[int, tuple[Strip, Line]] = {}
        """By its identity a line, and the one that was made of it for the screen."""

    def made(self) -> list[Strip]:
        """Make the lines to show, from the first line of the widget."""
        raise NotImplementedError

    def drawn_lines(self) -> list[Strip]:
        """The lines to show, made when they are first asked for."""
        if self._made_for != self.size:
            before, now = self._lines, self.made()
            self._made_for = self.size
            # What stays the same object keeps what Textual worked out for it.
            pairs = zip(before, now, strict=False)
            self._lines = [old if old == new else new for old, new in pairs] + now[len(before) :]
            self._finished = None
        return self._lines

    def renew(self) -> None:
        """Make the lines anew for the next frame."""
        self._made_for = None
        self.check_idle()

    def on_idle(self) -> None:
        """Draw the lines that differ from what is shown, once nothing else is to be done."""
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

    def inks(self) -> dict[str, Style]:
        """The component styles, asked for once a theme."""
        if not self._inks:
            self._inks = styles_of(self)
        return self._inks

    def notify_style_update(self) -> None:
        """Take colours anew: Textual's word that the stylesheet changed."""
        super().notify_style_update()
        self._inks, self._before = {}, {}
        self._finished = None
        self.renew()

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what the mouse selected."""
        self._finished = None
        super().selection_updated(selection)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the widget, for the screen."""
        lines = self.drawn_lines()
        if crop == self.size.region:
            self._shown = lines
        if self._finished is None:
            self._finished = self._finish()
        return [line.crop(crop.x, crop.right) for line in self._finished[crop.y : crop.bottom]]

    def _finish(self) -> list[Line]:
        """The lines for the screen; those that it had before are taken as they were."""
        ground, filters = self.background_colors[1], self.get_line_filters()
        before, self._before = self._before, {}
        finished = []
        for line in self._with_selection():
            pair = before.get(id(line)) or self._before.get(id(line))
            if pair is None:
                segments = list(line)
                for each in filters:
                    segments = each.apply(segments, ground)
                pair = line, Line(segments, line.cell_length)
            self._before[id(line)] = pair
            finished.append(pair[1])
        return finished

    def render_line(self, y: int) -> Strip:
        """One line for the mouse, which looks up where in the words it points."""
        return self._with_selection()[y].apply_offsets(0, y)

    def _with_selection(self) -> list[Strip]:
        """As many lines as there is room for; what the mouse selected of them stands out."""
        width, height = self.size
        lines = self.drawn_lines()[:height]
        lines += [strip_of([], width, self.inks())] * (height - len(lines))
        if selection := self.text_selection:
            chosen = self.screen.get_component_rich_style("screen--selection")
            for y, line in enumerate(lines):
                if (span := selection.get_span(y)) is not None:
                    start, end = span[0], line.cell_length if span[1] == -1 else span[1]
                    middle = Segment.apply_style(line.crop(start, end), post_style=chosen)
                    lines[y] = Strip.join([line.crop(0, start), Strip(middle), line.crop(end)])
        return lines

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words under a drag, for the clipboard."""
        words = "\n".join(line.text[:-1].rstrip() for line in self.drawn_lines())
        return selection.extract(words), "\n"

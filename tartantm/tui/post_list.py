"""The list of posts: a virtual list of our own that draws, measures and keeps only what it shows.

Its place is a post, not a number of rows: the post under the cursor and the screen line on which
that post begins. Whatever arrives, folds, grows or goes elsewhere, that line stays. The scrollbar
is drawn into the list's own lines, since Textual's costs a third of a frame.
"""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import tzinfo
from time import monotonic
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tartantm.chat import Chat
from tartantm.tui.frame import Frame, fill, grip
from tartantm.tui.painter import Painter
from tartantm.tui.post_lines import STYLES, Look, strip_of, styles_of
from tartantm.tui.views import View, key_of

AIRY_FROM = 30
"""Screen lines from which posts get an empty line between them."""

WHEEL_LINES = 3

NOTHING: Frame[Strip] = Frame([], 0)


class PostList(Widget, can_focus=True):
    """The posts of one view, with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"post-list--{name}" for name in (*STYLES, "thumb")}

    class Moved(Message):
        """The cursor stands on another post, or on none."""

    class Opened(Message):
        """A post was clicked twice."""

    def __init__(self, chat: Chat, view: View, zone: tzinfo) -> None:
        super().__init__()
        self.chat = chat
        self.view = view
        self.selected: Set[str] = frozenset()
        self.match: re.Pattern[str] | None = None
        self.empty = "Nothing here yet."
        self.cursor: str | None = None
        """Id of the post that acts are for."""
        self.following = False
        """Whether the cursor stays with the newest post."""
        self.waiting: set[str] = set()
        """Posts that came since the view froze and were not on the screen yet."""
        self.moved_at = 0.0
        """When the cursor last moved by itself, by `time.monotonic`."""
        self._line = 0
        self._index = 0
        self._places: dict[str, tuple[str | None, int, bool]] = {}
        self._painter = Painter(chat, zone)
        self._frame: Frame[Strip] | None = None
        self._lines: list[Strip] = []
        self._inks: dict[str, Style] = {}

    @property
    def line(self) -> int:
        """The screen line on which the cursor's post begins."""
        return self._drawn().line

    @property
    def unseen(self) -> int:
        """How many posts came since the list froze that were not on the screen yet."""
        self._drawn()
        return len(self.waiting)

    def show(self, view: View, *, newest: bool, remember: bool = True) -> None:
        """Show another view, where it was left, else at its newest or oldest post."""
        if remember:
            self._places[self.view.name] = (self.cursor, self._line, self.following)
        self.view = view
        self.waiting.clear()
        cursor, self._line, self.following = self._places.get(view.name, (None, 0, newest))
        self._index = len(view) - 1 if newest else 0
        if self.following or cursor is None or self._find(cursor) is None:
            cursor = self._at(self._index)
            self._line = self.size.height if newest else 0
        self._go(cursor)

    def changed(self, arrived: Set[str], touched: Set[str]) -> None:
        """Draw again after posts arrived in the view or changed; the cursor's line stays."""
        self._painter.forget(touched)
        if self.following:
            newest = self._at(len(self.view) - 1)
            if newest != self.cursor:
                self.moved_at = monotonic()
                self._line = self.size.height
                self._go(newest)
        else:
            self.waiting |= arrived
            if self.cursor is None or self._find(self.cursor) is None:
                self._go(self._at(min(self._index, len(self.view) - 1)))
        self._redraw()

    def move(self, by: int) -> None:
        """Move the cursor by posts; up from the newest stops following."""
        if not self.view:
            return
        line, index = self.line, self._cursor_index()
        target = min(max(index + by, 0), len(self.view) - 1)
        if by < 0:
            self.following = False
        if target > index:
            line += sum(len(self._strips(at)) for at in range(index, target))
        elif target < index:
            line -= sum(len(self._strips(at)) for at in range(target, index))
        self._line = line
        self._go(self.view.id_at(target))

    def page(self, by: int) -> None:
        """Move by the posts that fit on a screen; the place on the screen stays."""
        line = self.line
        self.move(by * max(1, len(self._drawn().items) - 1))
        self._line = line
        self._redraw()

    def scroll(self, lines: int) -> None:
        """Move what is shown by lines; the cursor stays on its post while that is seen."""
        if not self.view:
            return
        if lines < 0:
            self.following = False
        index, line = self._cursor_index(), self.line - lines
        while line < 0 and index + 1 < len(self.view):
            line += len(self._strips(index))
            index += 1
        while line >= self.size.height and index > 0:
            index -= 1
            line -= len(self._strips(index))
        self._line = line
        self._go(self.view.id_at(index))

    def first(self) -> None:
        """Go to the oldest post."""
        self.following, self._line = False, 0
        self._go(self._at(0))

    def follow(self) -> None:
        """Go to the newest post and stay with what arrives."""
        self.following = True
        self.waiting.clear()
        self._line = self.size.height
        self._go(self._at(len(self.view) - 1))

    def go_to(self, post_id: str) -> bool:
        """Put the cursor on a post of the view; False where it is not in it."""
        if self._find(post_id) is None:
            return False
        self.following, self._line = False, self.size.height // 3
        self._go(post_id)
        return True

    def select_cursor(self) -> None:
        """Select the post under the cursor, or take it out, and go on to the next."""
        if self.cursor:
            self.selected = self.selected ^ {self.cursor}
            self.following = False
            self.move(1)
            self._redraw()

    def unselect(self) -> None:
        """Select nothing."""
        if self.selected:
            self.selected = frozenset()
            self._redraw()

    def notify_style_update(self) -> None:
        """Take colours anew: Textual's word that the stylesheet changed."""
        super().notify_style_update()
        self._inks.clear()
        self._painter.forget()
        self._redraw()

    def on_resize(self) -> None:
        """Measure anew what is shown; the post under the cursor stays."""
        self._painter.forget()
        if self.following:
            self._line = self.size.height
        self._redraw()

    def render_line(self, y: int) -> Strip:
        """One line of the frame, which is drawn whole when first asked for."""
        self._drawn()
        if y >= len(self._lines):
            return strip_of([], self.size.width, self._styles())
        strip = self._lines[y].apply_offsets(0, y)
        span = self.text_selection.get_span(y) if self.text_selection else None
        if span is None:
            return strip
        start, end = span[0], strip.cell_length if span[1] == -1 else span[1]
        chosen = self.screen.get_component_rich_style("screen--selection")
        middle = strip.crop(start, end).apply_style(chosen)
        return Strip.join([strip.crop(0, start), middle, strip.crop(end)])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words under a drag, for the clipboard."""
        self._drawn()
        return selection.extract("\n".join(line.text[:-1].rstrip() for line in self._lines)), "\n"

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; twice opens the details."""
        frame = self._drawn()
        if event.x >= self.size.width - 1:
            share = event.y / max(1, self.size.height - 1)
            self.following, self._line = False, event.y
            self._go(self._at(round(share * (len(self.view) - 1))))
        elif event.y < len(frame.rows):
            index = self._cursor_index()
            target = frame.rows[event.y][0]
            self.move(target - index)
            self.following = False
            if event.chain == 2:
                self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        self.scroll(WHEEL_LINES)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back; that stops following."""
        self.scroll(-WHEEL_LINES)
        event.stop()

    def _at(self, index: int) -> str | None:
        return self.view.id_at(index) if 0 <= index < len(self.view) else None

    def _find(self, post_id: str) -> int | None:
        entry = self.chat.entries.get(post_id)
        if entry is None:
            return None
        key = key_of(entry)
        return self.view.index(key) if key in self.view else None

    def _cursor_index(self) -> int:
        found = self._find(self.cursor) if self.cursor else None
        return self._index if found is None else found

    def _go(self, post_id: str | None) -> None:
        moved = post_id != self.cursor
        self.cursor = post_id
        if post_id is not None:
            self._index = self._find(post_id) or 0
        self._redraw()
        if moved:
            self.post_message(self.Moved())

    def _redraw(self) -> None:
        self._frame = None
        self.refresh()

    def _styles(self) -> dict[str, Style]:
        if not self._inks:
            self._inks = styles_of(self)
        return self._inks

    def _strips(self, index: int) -> list[Strip]:
        post_id = self.view.id_at(index)
        airy = self.size.height >= AIRY_FROM
        selected = post_id in self.selected
        look = Look(self.size.width - 1, post_id == self.cursor, selected, airy, self.match)
        return self._painter.strips(post_id, look, self._styles())

    def _drawn(self) -> Frame[Strip]:
        """The frame; drawing it also settles on which line the cursor really stands."""
        if self._frame is None:
            self._frame = self._draw()
        return self._frame

    def _draw(self) -> Frame[Strip]:
        width, height = self.size
        styles = self._styles()
        if not self.view or not height:
            words = strip_of([(f" {self.empty}", "muted")], width, styles)
            self._lines = [strip_of([], width, styles), words]
            return NOTHING
        frame = fill(self._strips, len(self.view), self._cursor_index(), self._line, height)
        self._line = frame.line
        self.waiting.difference_update(self.view.id_at(item) for item in frame.items)
        held = grip(frame, len(self.view), height)
        blank = strip_of([], width - 1, styles)
        lines = [line for _, line in frame.rows] + [blank] * (height - len(frame.rows))
        bar = [strip_of([("▐" if n in held else " ", "thumb")], 1, styles) for n in range(height)]
        self._lines = [Strip.join(pair) for pair in zip(lines, bar, strict=True)]
        return frame

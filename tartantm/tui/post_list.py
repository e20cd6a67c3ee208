"""The list of posts: a virtual list of our own that draws, measures and keeps only what it shows.

Its place is a post, not a number of rows: the post under the cursor and the screen line on which
that post begins. Whatever arrives, folds, grows or goes elsewhere, that line stays. The scrollbar
is drawn into the list's own lines, since Textual's costs a third of a frame.
"""

from __future__ import annotations

import re
from collections import OrderedDict
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
from tartantm.tui.post_lines import STYLES, Look, post_strips, strip_of, styles_of
from tartantm.tui.views import View, key_of

CACHED_POSTS = 400
AIRY_FROM = 30
"""Screen lines from which posts get an empty line between them."""

SETTLE_SECONDS = 0.4
"""For so long after the cursor moved by itself, an act is asked for again."""


class PostList(Widget, can_focus=True):
    """The posts of one view, with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"post-list--{name}" for name in (*STYLES, "thumb")}

    class Moved(Message):
        """The cursor stands on another post, or on none."""

    class Opened(Message):
        """A post was clicked twice."""

    def __init__(self, chat: Chat, view: View, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self.chat, self.zone = chat, zone
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
        self._cache: OrderedDict[tuple[str, Look], list[Strip]] = OrderedDict()
        self._frame: list[Strip] | None = None
        self._rows: list[str] = []
        self._styles_by_name: dict[str, Style] = {}

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
        for key in [key for key in self._cache if key[0] in touched]:
            del self._cache[key]
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
        self._drawn()
        index = self._cursor_index()
        target = min(max(index + by, 0), len(self.view) - 1)
        if by < 0:
            self.following = False
        if target == index:
            return
        line = self._line
        step = 1 if target > index else -1
        for at in range(index, target, step):
            line += self._height(at) if step > 0 else -self._height(at - 1)
        self._line = line
        self._go(self.view.id_at(target))

    def page(self, by: int) -> None:
        """Move by the posts that fit on a screen; the place on the screen stays."""
        self._drawn()
        visible = max(1, len(dict.fromkeys(self._rows)) - 1)
        line = self._line
        self.move(by * visible)
        self._line = line
        self._redraw()

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

    def freeze(self) -> None:
        """Stay with the post under the cursor whatever arrives."""
        self.following = False

    def forget_styles(self) -> None:
        """Take colours anew: another theme, or another size of the screen."""
        self._styles_by_name.clear()
        self._cache.clear()
        self._redraw()

    def notify_style_update(self) -> None:
        """Textual's word that the stylesheet changed."""
        super().notify_style_update()
        self.forget_styles()

    def on_resize(self) -> None:
        """Measure anew what is shown; the post under the cursor stays."""
        self._cache.clear()
        if self.following:
            self._line = self.size.height
        self._redraw()

    def render_line(self, y: int) -> Strip:
        """One line of the frame, which is drawn whole when first asked for."""
        frame = self._drawn()
        if y >= len(frame):
            return strip_of([], self.size.width, self._styles())
        strip = frame[y].apply_offsets(0, y)
        selection = self.text_selection
        span = selection.get_span(y) if selection else None
        if span is None:
            return strip
        start, end = span
        end = strip.cell_length if end == -1 else end
        middle = strip.crop(start, end).apply_style(self._selection_style())
        return Strip.join([strip.crop(0, start), middle, strip.crop(end)])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words under a drag, for the clipboard."""
        lines = [strip.text[:-1].rstrip() for strip in self._drawn()]
        return selection.extract("\n".join(lines)), "\n"

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; twice opens the details."""
        if event.x >= self.size.width - 1:
            share = event.y / max(1, self.size.height - 1)
            self.following = False
            self._line = event.y
            self._go(self._at(round(share * (len(self.view) - 1))))
        elif event.y < len(self._rows):
            post_id = self._rows[event.y]
            self.following = False
            self._line = self._rows.index(post_id) + self._hidden_above(post_id)
            self._go(post_id)
            if event.chain == 2:
                self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by three lines; the cursor stays on the screen."""
        self._scroll(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back by three lines; that stops following."""
        self._scroll(-3)
        event.stop()

    def _scroll(self, lines: int) -> None:
        self._drawn()
        if not self._rows:
            return
        if lines < 0:
            self.following = False
        index, line = self._cursor_index(), self._line - lines
        while line < 0 and index + 1 < len(self.view):
            line += self._height(index)
            index += 1
        while line >= self.size.height and index > 0:
            index -= 1
            line -= self._height(index)
        self._line = line
        self._go(self.view.id_at(index))

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
        if not self._styles_by_name:
            self._styles_by_name = styles_of(self)
        return self._styles_by_name

    def _selection_style(self) -> Style:
        return self.screen.get_component_rich_style("screen--selection")

    def _strips(self, index: int) -> list[Strip]:
        post_id = self.view.id_at(index)
        look = Look(
            self.size.width - 1,
            post_id == self.cursor,
            post_id in self.selected,
            self.size.height >= AIRY_FROM,
            self.match,
        )
        key = (post_id, look)
        strips = self._cache.get(key)
        if strips is None:
            entry = self.chat.entries[post_id]
            strips = post_strips(entry, self.chat, self.zone, look, self._styles())
            self._cache[key] = strips
            if len(self._cache) > CACHED_POSTS:
                self._cache.popitem(last=False)
        return strips

    def _height(self, index: int) -> int:
        return len(self._strips(index))

    def _hidden_above(self, post_id: str) -> int:
        """Minus the number of the first visible post's lines that are above the screen."""
        if not self._rows or self._rows[0] != post_id:
            return 0
        shown = self._rows.count(post_id)
        index = self._find(post_id)
        return 0 if index is None else shown - self._height(index)

    def _drawn(self) -> list[Strip]:
        """The frame; drawing it also settles on which line the cursor really stands."""
        if self._frame is None:
            self._frame = self._draw()
        return self._frame

    def _draw(self) -> list[Strip]:
        """Draw the lines of the screen from the cursor's line outwards."""
        width, height = self.size
        styles = self._styles()
        self._rows = []
        if not self.view or not height:
            words = strip_of([(f" {self.empty}", "muted")], width, styles)
            return [strip_of([], width, styles), words]
        index = self._cursor_index()
        own = self._height(index)
        self._line = max(min(self._line, height - own), 0) if own < height else 0
        lines = self._fill(index, height)
        self.waiting.difference_update(self._rows)
        thumb = self._thumb(height)
        bar = [strip_of([("▐" if n in thumb else " ", "thumb")], 1, styles) for n in range(height)]
        blank = strip_of([], width - 1, styles)
        lines += [blank] * (height - len(lines))
        return [Strip.join([line, edge]) for line, edge in zip(lines, bar, strict=True)]

    def _fill(self, index: int, height: int) -> list[Strip]:
        """Lines that fill the screen with the cursor's post where its line is."""
        above: list[tuple[str, Strip]] = []
        at = index
        while len(above) < self._line and at > 0:
            at -= 1
            post_id = self.view.id_at(at)
            above[:0] = [(post_id, strip) for strip in self._strips(at)]
        # No gap at the head of the list, and none at its end while there is more above.
        self._line = min(self._line, len(above))
        rows = above[len(above) - self._line :]
        at = index
        while len(rows) < height and at < len(self.view):
            post_id = self.view.id_at(at)
            rows += [(post_id, strip) for strip in self._strips(at)]
            at += 1
        missing = height - len(rows)
        if missing > 0:
            first = index - len(dict.fromkeys(post_id for post_id, _ in above))
            while len(above) - self._line < missing and first > 0:
                first -= 1
                post_id = self.view.id_at(first)
                above[:0] = [(post_id, strip) for strip in self._strips(first)]
            spare = above[: len(above) - self._line][-missing:]
            rows, self._line = spare + rows, self._line + len(spare)
        rows = rows[:height]
        self._rows = [post_id for post_id, _ in rows]
        return [strip for _, strip in rows]

    def _thumb(self, height: int) -> range:
        """The screen lines of the scrollbar's grip, by posts: heights elsewhere are not known."""
        total, shown = len(self.view), len(dict.fromkeys(self._rows))
        if shown >= total:
            return range(0)
        size = max(1, round(height * shown / total))
        first = self._find(self._rows[0]) or 0
        top = round((height - size) * first / max(1, total - shown))
        return range(top, top + size)

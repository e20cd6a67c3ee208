"""The list of posts: a virtual list of our own that draws, measures and keeps only what it shows.

Its position is a post, not a number of rows: the post under the cursor, and the screen line on
which that begins. Whatever arrives, folds, grows or moves elsewhere, that line stays. The scrollbar
is drawn into the list's own lines, since Textual's costs a third of a frame. The file is
longer than others because all of it keeps that one line.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import tzinfo
from math import inf
from time import monotonic
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from tartantm.core.chat import Chat
from tartantm.desk.panes.line_widget import LineWidget
from tartantm.desk.panes.painter import Painter
from tartantm.desk.panes.pieces import STYLES, strip_of
from tartantm.desk.panes.post_lines import PostStyle
from tartantm.desk.panes.said_rows import SaidRows
from tartantm.desk.panes.selection import Selection
from tartantm.desk.panes.viewport import Frame, fill, thumb_lines
from tartantm.desk.panes.views import Key, View, key_of
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.moderation.search import Highlight

AIRY_FROM = 30
"""Screen lines from which there is an empty line between posts."""

WHEEL_LINES = 3

NOTHING: Frame[Strip] = Frame([], 0)


class PostList(LineWidget, can_focus=True):
    """The posts of one view, with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"post-list--{name}" for name in (*STYLES, "thumb")}

    class Opened(Message):
        """A post was clicked twice."""

    def __init__(
        self,
        chat: Chat,
        view: View,
        zone: tzinfo,
        withheld: WithheldNow,
        moved: Callable[[str | None], None],
    ) -> None:
        """`moved` is called with the id of the post under the cursor when that changes."""
        super().__init__()
        self._moved = moved
        self.chat = chat
        self.view = view
        self.selection = Selection()
        self.match: Highlight | None = None
        self.empty = "Nothing here yet."
        self.cursor: str | None = None
        """Id of the post that acts are for."""
        self.following = False
        """Whether the cursor stays with the newest post."""
        self.waiting: set[str] = set()
        """Posts that arrived since the list stopped following and were not on the screen yet."""
        self.moved_at = -inf
        """When the cursor last moved by itself, by `time.monotonic`."""
        self.painter = Painter(chat, zone, withheld)
        self.said = SaidRows(chat)
        """What the rows on the screen said when they were drawn."""
        self._key: Key | None = None
        self._line = 0
        self._hold = False
        self._places: dict[str, tuple[str | None, int, bool]] = {}
        self._frame: Frame[Strip] = NOTHING

    @property
    def line(self) -> int:
        """The screen line on which the cursor's post begins."""
        return self._drawn().line

    @property
    def unseen(self) -> int:
        """How many posts arrived since the list stopped following and were not seen yet."""
        self._drawn()
        return len(self.waiting)

    def show(self, view: View, *, newest: bool, remember: bool = True) -> None:
        """Show another view, where it was left, else at its newest or oldest post."""
        if remember:
            self._places[self.view.name] = (self.cursor, self._line, self.following)
            self.waiting.clear()
        self.view = view
        self.selection.end()
        cursor, line, self.following = self._places.get(view.name, (None, 0, newest))
        if self.following or cursor is None or self._find(cursor) is None:
            cursor = self._at(len(view) - 1 if newest else 0)
            line = self.size.height if newest else 0
        self._go(cursor, line)

    def changed(self, arrived: Set[str], touched: Set[str], own: bool = False) -> None:
        """Draw again after posts arrived in the view or changed; the cursor's line stays.

        Where the post under the cursor left the view, the next one takes its place; `own` means
        that the moderator's own act moved it, so that they expect that.
        """
        self.painter.forget(touched)
        if self.following:
            newest = self._at(len(self.view) - 1)
            if newest != self.cursor:
                self.moved_at = monotonic()
                self._go(newest, self.size.height)
        else:
            self.waiting |= arrived
            self._hold = True
            self._follow_row()
            if self.cursor is not None and self._find(self.cursor) is not None:
                self._key = key_of(self.chat.entries[self.cursor])  # its time may be another
            else:
                gone = self.cursor is not None and not own
                self.moved_at = monotonic() if gone else self.moved_at
                self._go(self._at(min(self._cursor_index(), len(self.view) - 1)), self._line)
                self._hold = not own
        self.invalidate()

    def _follow_row(self) -> None:
        """Stay with the row of the cursor's post, where another post is its first one now."""
        if self.cursor is not None and (first := self.view.row_of(self.cursor)) != self.cursor:
            self.said.carry_over(self.cursor, first)
            self.cursor = first
            self._moved(first)

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
        self._go(self.view.id_at(target), line)

    def page(self, by: int) -> None:
        """Move by as many posts as fit on a screen; the cursor's line stays."""
        line = self.line
        self.move(by * max(1, len(self._drawn().items) - 1))
        self._line = line
        self.invalidate()

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
        self._go(self.view.id_at(index), line)

    def first(self) -> None:
        """Go to the oldest post."""
        self.following = False
        self._go(self._at(0), 0)

    def follow(self) -> None:
        """Go to the newest post, and to each that arrives."""
        self.following = True
        self.waiting.clear()
        self._go(self._at(len(self.view) - 1), self.size.height)

    def go_to(self, post_id: str, line: int | None = None) -> bool:
        """Put the cursor on a post's row. Returns False where the view has none for it."""
        post_id = self.view.row_of(post_id)
        if self._find(post_id) is None:
            return False
        self.following = False
        self._go(post_id, self.size.height // 3 if line is None else line)
        return True

    def place_in(self, view: View) -> int | None:
        """Returns the index of the cursor's post in another view; None where it is not in it."""
        return view.index(self._key) if self._key and self._key in view else None

    def index_beside(self, view: View, by: int) -> int:
        """Returns the index in another view of the post after (1) or before (-1) the cursor's."""
        after = view.index(self._key) if self._key else 0
        return after if by > 0 else after - 1

    def unselect(self) -> None:
        """Select nothing."""
        self.selection.clear()
        self.invalidate()

    def notify_style_update(self) -> None:
        """Draw all posts anew, for the colours changed."""
        super().notify_style_update()
        self.painter.forget()

    def on_resize(self) -> None:
        """Measure again what is shown; the post under the cursor stays."""
        self.painter.forget()
        self._hold = False
        if self.following:
            self._line = self.size.height
        self.invalidate()

    def on_mouse_down(self) -> None:
        """Stop following, so that nothing moves under the mouse."""
        self.following = False

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; twice opens the details."""
        frame = self._drawn()
        y = event.y - frame.gap
        if event.x >= self.size.width - 1:
            share = event.y / max(1, self.size.height - 1)
            self._go(self._at(round(share * (len(self.view) - 1))), event.y)
        elif 0 <= y < len(frame.rows):
            self.move(frame.rows[y][0] - self._cursor_index())
            if event.chain == 2:
                self.post_message(self.Opened())
        self.following = False

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        self.scroll(WHEEL_LINES)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up, which stops following."""
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
        """Returns the index of the cursor's post, or where it was before it left the view."""
        return self.view.index(self._key) if self._key else 0

    def _go(self, post_id: str | None, line: int) -> None:
        moved, self.cursor = post_id != self.cursor, post_id
        self._line, self._hold = line, False
        entry = self.chat.entries.get(post_id) if post_id else None
        self._key = key_of(entry) if entry else self._key
        if self.selection.anchor and entry:
            self._reach(self.selection.anchor)
        self.invalidate()
        if moved:
            self._moved(post_id)

    def _reach(self, anchor: str) -> None:
        begin, here = self._find(anchor), self._cursor_index()
        if begin is not None:
            first, last = sorted((begin, here))
            self.selection.reach(self.view.id_at(index) for index in range(first, last + 1))

    def _strips(self, index: int) -> list[Strip]:
        post_id, (width, height) = self.view.id_at(index), self.size
        airy, selected = height >= AIRY_FROM, post_id in self.selection.ids
        row, below = self.view.conversation(post_id), self.view.followers(post_id)
        style = PostStyle(width, post_id == self.cursor, selected, airy, self.match, row, below)
        return self.painter.strips(post_id, style, self.piece_styles())

    def _drawn(self) -> Frame[Strip]:
        """Returns the frame; drawing it also decides on which line the cursor's post begins."""
        self.drawn_lines()
        return self._frame

    def make_lines(self) -> list[Strip]:
        """Fill the screen with posts, from the cursor's outwards."""
        width, height = self.size
        styles = self.piece_styles()
        blank = strip_of([], width, styles)
        if not self.view or not height:
            self._frame = NOTHING
            return [blank, strip_of([(f" {self.empty}", "muted")], width, styles)]
        index = min(self._cursor_index(), len(self.view) - 1)
        frame = fill(self._strips, len(self.view), index, self._line, height, hold=self._hold)
        self._frame, self._line = frame, frame.line
        shown = [self.view.id_at(item) for item in frame.items]
        self.waiting.difference_update(shown)
        self.said.drawn(self.view, shown)
        self.view.drawn(frame.items)
        lines = [blank] * frame.gap + [line for _, line in frame.rows]
        lines += [blank] * (height - len(lines))
        thumb = strip_of([("▐", "thumb")], 1, styles)
        for n in thumb_lines(frame, len(self.view), height):
            lines[n] = Strip.join((lines[n].crop(0, width - 1), thumb))
        return lines

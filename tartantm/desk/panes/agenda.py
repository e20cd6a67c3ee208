"""The agenda pane: every list with its count, what is open, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.plan import planned_end
from tartantm.desk.panes.line_widget import LineWidget
from tartantm.desk.panes.pieces import Piece, cut_to, strip_of
from tartantm.desk.panes.views import ALL, FIRST, INBOX, LAST, NAMES, Views

WIDE = 30
"""Columns from which the words of questions are shown."""


class AgendaList(LineWidget):
    """The lists of a chat, one of them shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"agenda-list--{name}" for name in ("text", "muted", "question", "attention", "shown")
    }

    class Clicked(Message):
        """A list was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, chat: Chat, views: Views) -> None:
        super().__init__()
        self.chat, self.views = chat, views
        self.shown = ALL
        self.now: datetime | None = None
        self._top = 0
        self._drawn_state: object = None
        self._rows: dict[str, tuple[object, Strip]] = {}
        """For each list its row, and the state that it was drawn for."""

    def draw(self, shown: str, now: datetime) -> None:
        """Draw again if the list shown, a count or the open question's time has changed."""
        self.shown, self.now = shown, now
        counts = tuple(len(self.views[name]) for name in self.views.names)
        opened = self.chat.agenda.get(self.chat.periods.open_question)
        clock = (opened, self._elapsed(opened), self._over())
        state = (shown, self.chat.agenda, counts, clock, self.size)
        if state != self._drawn_state:
            self._drawn_state = state
            self.invalidate()

    @property
    def rows(self) -> list[str | None]:
        """The list on each line; None for the empty lines around the questions."""
        names = self.views.names
        questions = names[len(FIRST) : -len(LAST)]
        return [*FIRST, None, *questions, *([None] if questions else []), *LAST]

    def shows(self, name: str) -> bool:
        """Returns whether that list's row is on the screen."""
        return self._top <= self.rows.index(name) < self._top + self.size.height

    def notify_style_update(self) -> None:
        """Draw all rows anew, for the colours changed."""
        super().notify_style_update()
        self._rows.clear()

    def make_lines(self) -> list[Strip]:
        """Returns one line for each list, scrolled to the one shown."""
        rows, height = self.rows, self.size.height
        at = rows.index(self.shown) if self.shown in rows else 0
        self._top = max(0, min(max(self._top, at - height + 1), at, len(rows) - height))
        return [self._row(name) for name in rows[self._top : self._top + height]]

    def _row(self, name: str | None) -> Strip:
        """Returns the row of a list; drawn anew only where its state has changed."""
        if name is None:
            return strip_of([], self.size.width, self.piece_styles())
        question = self.chat.agenda.get(name)
        opened = question is not None and self.chat.periods.open_question == name
        clock = (self._elapsed(question), self._over()) if opened else None
        state = (self.size.width, name == self.shown, len(self.views[name]), question, clock)
        if name not in self._rows or self._rows[name][0] != state:
            ground = "shown" if name == self.shown else "ground"
            pieces = self._pieces(name, question, clock)
            self._rows[name] = state, strip_of(pieces, self.size.width, self.piece_styles(), ground)
        return self._rows[name][1]

    def _pieces(
        self, name: str, question: Question | None, clock: tuple[str, bool] | None
    ) -> list[Piece]:
        """Returns the text of a row; `clock` is how long its question is open, and if too long."""
        count, opened = len(self.views[name]), clock is not None
        elapsed, over = clock or ("", False)
        style = "attention" if over else "question" if opened else "text"
        if name == INBOX and count:
            style = "attention"
        pointer: Piece = ("▸" if name == self.shown else " ", "question")
        mark: Piece = ("●" if opened else " ", "question")
        label = _label(question) if question else NAMES[name]
        quiet = "muted" if not count and not opened else style
        if self.size.width < WIDE:
            head = [pointer, mark, (label.split()[0][:8] if not question else label, quiet)]
            return _between(head, [(f"{count} ", quiet)], self.size.width)
        tail: list[Piece] = [(f"{count:>5} ", quiet)]
        if elapsed:
            tail.insert(0, (f" {elapsed}", style))
        head = [pointer, mark, (" ", "text"), (label, style)]
        if question:
            head.append((f" {question.text}", style if opened else "muted"))
        return _between(head, tail, self.size.width)

    def _over(self) -> bool:
        end = planned_end(self.chat)
        return end is not None and self.now is not None and self.now > end

    def _elapsed(self, question: Question | None) -> str:
        """Returns how long the open question has been open, and its planned minutes: "7:12/10"."""
        period = self.chat.periods.last
        if period is None or self.now is None or self.now < period.at:
            return ""
        passed = minutes_words(self.now - period.at)
        plan = f"/{question.minutes:g}" if question and question.minutes and passed else ""
        return f"{passed}{plan}"

    def on_click(self, event: events.Click) -> None:
        """Show the list that was clicked."""
        index, rows = self._top + event.y, self.rows
        name = rows[index] if index < len(rows) else None
        if name:
            self.post_message(self.Clicked(name))


def minutes_words(elapsed: timedelta) -> str:
    """Returns "7:12" for minutes and seconds, "2 h" from 100 minutes on, "" from a day on."""
    seconds = int(elapsed.total_seconds())
    if seconds >= 86_400:
        return ""
    return f"{seconds // 60}:{seconds % 60:02}" if seconds < 6000 else f"{seconds // 3600} h"


def _label(question: Question | None) -> str:
    if question is None:
        return ""
    return f"  {question.id}" if question.parent else question.id


def _between(head: list[Piece], tail: list[Piece], width: int) -> list[Piece]:
    """Returns head at the left, cut where needed, and tail at the right."""
    room = width - sum(len(text) for text, _ in tail)
    cut = list(cut_to(head, room))
    used = sum(cell_len(text) for text, _ in cut)
    return [*cut, (" " * max(0, room - used), "text"), *tail]

"""The agenda pane: every list with its count, what is open, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tartantm.agenda import Question
from tartantm.chat import Chat
from tartantm.tui.post_lines import Piece, cut_to, strip_of, styles_of
from tartantm.tui.views import ALL, GENERAL, INBOX, STARRED, Views

WIDE = 30
"""Columns from which questions are shown in words."""

NAMES = {ALL: "All", INBOX: "Inbox", GENERAL: "General", STARRED: "Starred"}


class AgendaList(Widget):
    """The lists of a chat, one of them shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"agenda-list--{name}" for name in ("text", "muted", "question", "attention", "shown")
    }

    class Chosen(Message):
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

    def draw(self, shown: str, now: datetime) -> None:
        """Show which list is shown, and the time that the open question has had."""
        self.shown, self.now = shown, now
        self.refresh()

    @property
    def rows(self) -> list[str | None]:
        """The list on each line; None for the empty line before the questions."""
        names = self.views.names
        fixed = [name for name in names if name in NAMES]
        return [*fixed, None, *names[len(fixed) :]]

    def render_line(self, y: int) -> Strip:
        """One list a line."""
        rows = self.rows
        height = self.size.height
        at = rows.index(self.shown) if self.shown in rows else 0
        self._top = max(0, min(max(self._top, at - height + 1), at))
        styles = styles_of(self)
        index = self._top + y
        name = rows[index] if index < len(rows) else None
        if name is None:
            return strip_of([], self.size.width, styles)
        ground = "shown" if name == self.shown else "ground"
        return strip_of(self._pieces(name), self.size.width, styles, ground)

    def _pieces(self, name: str) -> list[Piece]:
        count = len(self.views[name])
        question = self.chat.agenda.get(name)
        opened = question is not None and self.chat.turns.open_question == name
        style = "question" if opened else "text"
        if name == INBOX and count:
            style = "attention"
        pointer: Piece = ("▸" if name == self.shown else " ", "question")
        mark: Piece = ("●" if opened else " ", "question")
        label = NAMES.get(name) or _label(question)
        if self.size.width < WIDE:
            head = [pointer, mark, (label[:7], style)]
            return _between(head, [(f"{count} ", style)], self.size.width)
        tail: list[Piece] = [(f"{count:>5} ", style if count else "muted")]
        if opened and (elapsed := self._elapsed()):
            tail.insert(0, (f" {elapsed}", "question"))
        head = [pointer, mark, (" ", "text"), (label, style)]
        if question:
            head.append((f" {question.text}", style if opened else "muted"))
        return _between(head, tail, self.size.width)

    def _elapsed(self) -> str:
        turn = self.chat.turns.last
        if turn is None or self.now is None or self.now < turn.at:
            return ""
        return minutes_words(self.now - turn.at)

    def on_click(self, event: events.Click) -> None:
        """Show the list that was clicked."""
        index = self._top + event.y
        name = self.rows[index] if index < len(self.rows) else None
        if name:
            self.post_message(self.Chosen(name))


def minutes_words(elapsed: timedelta) -> str:
    """ "7:12" for minutes and seconds, "2 h" from 100 minutes on, "" for an evening long past."""
    seconds = int(elapsed.total_seconds())
    if seconds >= 86_400:
        return ""
    return f"{seconds // 60}:{seconds % 60:02}" if seconds < 6000 else f"{seconds // 3600} h"


def _label(question: Question | None) -> str:
    if question is None:
        return ""
    return f"  {question.id}" if question.parent else question.id


def _between(head: list[Piece], tail: list[Piece], width: int) -> list[Piece]:
    """Head at the left, cut where needed, and tail at the right."""
    room = width - sum(len(text) for text, _ in tail)
    cut = list(cut_to(head, room))
    used = sum(Content(text).cell_length for text, _ in cut)
    return [*cut, (" " * max(0, room - used), "text"), *tail]

"""Lines in a dialog that say one by one what an act is about, scrolled where they are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tartantm.desk.dialogs.base import SingleAnswerDialog
from tartantm.desk.shown_text import shown_text

T = TypeVar("T")

HANGING = 4
"""Columns by which what is wrapped stands further in than its line begins."""

KEYS = "↑ ↓ PgUp PgDn show all of it."


class Plan(VerticalScroll):
    """Lines of which each is seen to be one, however often it is wrapped."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(id="plan", can_focus=False)
        self._lines, self._made_for = lines, 0

    def compose(self) -> ComposeResult:
        """Shows the lines as long as they are, until it is known how wide the dialog is."""
        yield Static("\n".join(map(shown_text, self._lines)), markup=False)

    def on_resize(self) -> None:
        """Wrap the lines anew."""
        width = self.outer_size.width - self.styles.scrollbar_size_vertical
        if width > 0 and width != self._made_for:
            self._made_for = width
            self.query_one(Static).update("\n".join(wrapped(self._lines, width)))


def wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    """Yields lines of at most `width` cells; what is wrapped stands further in."""
    for line in lines:
        words = shown_text(line).lstrip(" ")
        inner = " " * (len(line) - len(line.lstrip(" ")))
        room = max(2, width - len(inner) - HANGING)
        first, *_ = Content(words).wrap(max(2, width - len(inner))) if words else [Content("")]
        yield inner + first.plain.rstrip()
        if rest := words[len(first.plain) :].strip():
            yield from (f"{inner}{' ' * HANGING}{each.plain}" for each in Content(rest).wrap(room))


class PlanDialog(SingleAnswerDialog[T]):
    """A dialog with a `Plan`, which keys scroll whatever else they go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", "Down", priority=True),
        Binding("up", "scroll(-1)", "Up", priority=True),
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
    ]

    def action_scroll(self, by: int) -> None:
        """Scroll the plan by lines."""
        for plan in self.query(Plan):
            plan.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll the plan by pages."""
        for plan in self.query(Plan):
            plan.scroll_relative(y=by * max(1, plan.size.height - 1), animate=False)

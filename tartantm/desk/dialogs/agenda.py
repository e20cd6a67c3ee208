"""The dialog that edits the agenda: every question with its state, a key for each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label
from textual.widgets.option_list import Option

from tartantm.desk.dialogs.base import Options, SingleAnswerDialog

HINT = (
    "Enter reword · i insert below · f follow-up · K J move up, down\n"
    "m merge into another · s split · x skip · u undo · Esc close"
)


class AgendaDialog(SingleAnswerDialog[tuple[str, str] | None]):
    """Asks what to do with which question; the answer is (action, question id), None when done.

    The id is "" where the agenda is empty.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close"),
        Binding("i", "choose('insert')", "Insert"),
        Binding("f", "choose('follow_up')", "Follow-up"),
        Binding("e", "choose('reword')", "Reword"),
        Binding("K,shift+up", "choose('up')", "Up"),
        Binding("J,shift+down", "choose('down')", "Down"),
        Binding("m", "choose('merge')", "Merge"),
        Binding("s", "choose('split')", "Split"),
        Binding("x,delete", "choose('skip')", "Skip"),
        Binding("u", "choose('undo')", "Undo"),
        Binding("j", "move(1)", "Down"),
        Binding("k", "move(-1)", "Up"),
    ]

    def __init__(self, rows: Sequence[tuple[str, str]], chosen: str, message: str = "") -> None:
        super().__init__()
        self._rows, self._chosen, self._message = rows, chosen, message

    def compose(self) -> ComposeResult:
        """Shows the questions, what was done last, and the keys."""
        with Vertical(classes="dialog wide"):
            yield Label("The agenda", classes="title")
            options = [Option(Content(words), id=key) for key, words in self._rows]
            yield Options(*options, markup=False)
            if not self._rows:
                yield Label("No questions yet: i makes the first.")
            yield Label(self._message, markup=False, classes="message")
            yield Label(HINT, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Start where the last change was made."""
        keys = [key for key, _ in self._rows]
        if self._chosen in keys:
            self.query_one(Options).highlighted = keys.index(self._chosen)

    def action_move(self, by: int) -> None:
        """Go to the next question or the one before."""
        questions = self.query_one(Options)
        if by > 0:
            questions.action_cursor_down()
        else:
            questions.action_cursor_up()

    def action_choose(self, action: str) -> None:
        """Answer with the action and the question under the cursor."""
        at = self.query_one(Options).highlighted
        chosen = self._rows[at][0] if at is not None else ""
        if chosen or action in ("insert", "undo"):
            self.dismiss((action, chosen))

    def on_option_list_option_selected(self) -> None:
        """Enter rewords."""
        self.action_choose("reword")

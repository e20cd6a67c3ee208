"""The dialog that erases: everything that goes, and a word to type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label

from tartantm.desk.dialogs.base import Field
from tartantm.desk.dialogs.plan import KEYS, Plan, PlanDialog

WORD = "erase"
"""What has to be typed, so that no slip of a key erases anything."""


class EraseDialog(PlanDialog[bool]):
    """Shows what goes for good; the answer is yes once the word was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Leave"),
    ]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        """Shows the plan, and below it the line for the word."""
        with Vertical(classes="dialog wide erase"):
            yield Label(self._title, markup=False, classes="title")
            yield Plan(self._lines)
            yield Label(f"Type {WORD} and press Enter; nothing brings it back.", id="count")
            yield Field()
            yield Label(f"{KEYS} Esc leaves everything as it was.", classes="hint")

    def on_mount(self) -> None:
        """Have the keys go to the line."""
        self.query_one(Field).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer yes to the word, and stay for any other."""
        event.stop()
        if event.value.strip().casefold() == WORD:
            self.dismiss(True)
            return
        asked = f"Nothing was erased: type {WORD}, or leave with Esc."
        self.query_one("#count", Label).update(asked)

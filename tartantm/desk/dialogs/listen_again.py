"""Asks whether a kept session is to listen again to what it listened to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label, Static

from tartantm.desk.dialogs.base import SingleAnswerDialog

ELSEWHERE = "Another tartantm listens for this session; its posts appear here too."

GO_ON = "Is this desk to go on listening to these when that one ends?"


class ListenAgainDialog(SingleAnswerDialog[bool]):
    """Asks with one key; Enter is the usual answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Listen"),
        Binding("n,escape,q,ctrl+q", "dismiss(False)", "Do not listen"),
        Binding("enter", "usual", "The usual answer"),
    ]

    def __init__(
        self, names: Sequence[str], notes: Sequence[str], *, usual: bool, elsewhere: bool = False
    ) -> None:
        """`notes` are sentences that help to decide; `usual` is what Enter answers.

        `elsewhere`: another tartantm listens already, so that this one can only go on after it.
        """
        super().__init__()
        self._names, self._notes, self._usual = names, notes, usual
        self._elsewhere = elsewhere

    def compose(self) -> ComposeResult:
        """Shows which sources, what there is to say of them, and the keys."""
        with Vertical(classes="dialog"):
            title = ELSEWHERE if self._elsewhere else "Listen again, as this session did?"
            yield Label(title, markup=False, classes="title")
            if self._elsewhere:
                yield Static(GO_ON, markup=False)
            yield Static("\n".join(f"  {name}" for name in self._names), markup=False)
            for words in self._notes:
                yield Static(words, markup=False)
            if self._elsewhere:
                enter = "goes on" if self._usual else "only shows"
                hint = f"y  Go on then     n  Only show     Enter {enter}."
            else:
                enter = "listens" if self._usual else "does not listen"
                hint = f"y  Listen     n  Do not listen     Enter {enter}."
            yield Label(hint, markup=False, classes="hint")

    def action_usual(self) -> None:
        """Give the usual answer."""
        self.dismiss(self._usual)

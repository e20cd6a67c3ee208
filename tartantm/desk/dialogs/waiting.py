"""A dialog that stands on the screen while something takes its time; the desk goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label

from tartantm.core.errors import TartantmError
from tartantm.desk.background import explained, in_background
from tartantm.desk.dialogs.base import SingleAnswerDialog
from tartantm.settings.threads import to_its_end

T = TypeVar("T")


class Waiting(SingleAnswerDialog[T | TartantmError | None]):
    """Waits for work in a thread; the answer is its result or what it refused, None if left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, words: str, work: Callable[[], T], *, can_leave: bool = True) -> None:
        """Without `can_leave` the work is waited for whatever is pressed."""
        super().__init__()
        self._words, self._work, self._can_leave = words, work, can_leave

    def compose(self) -> ComposeResult:
        """Shows what is being done."""
        with Vertical(classes="dialog"):
            yield Label(self._words, markup=False, classes="title")
            hint = "Esc leaves everything as it was." if self._can_leave else "One moment."
            yield Label(hint, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin."""
        self.run_worker(self._run(), exclusive=True)

    async def _run(self) -> None:
        try:
            # What cannot be left is finished also where the app ends.
            if self._can_leave:
                result = await in_background(self._work)
            else:
                result = await to_its_end(partial(explained, self._work))
        except TartantmError as error:
            self.dismiss(error)
        else:
            self.dismiss(result)

    def action_leave(self) -> None:
        """Leave, where that is possible."""
        if self._can_leave:
            self.dismiss(None)

"""What dialogs are made of, safe from keys that come before they stand or after their answer.

Textual's own end the app there: a page key finds a list without a line to stand on, and a second
answer takes away the screen below.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Callable
from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

T = TypeVar("T")


class SingleAnswerDialog(ModalScreen[T]):
    """A dialog that is answered once."""

    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-short"), (20, "-high")]  # noqa: RUF012

    answered: Callable[[T | None], None]
    """Told the answer at once; Textual's own callback comes only when others had their turn."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Give the answer, the first time."""
        if self.app.screen is not self:
            return AwaitComplete(sleep(0))
        self.answered(result)
        return super().dismiss(result)


class Field(Input):
    """A line for words; of what is pasted Textual's own keeps but the first line."""

    def __init__(self, words: str = "", **more: Any) -> None:
        super().__init__(words, select_on_focus=False, **more)
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Take all lines that were pasted, as one."""
        event.stop()
        event.prevent_default()
        self.replace(" ".join(event.text.split()), *self.selection)


class Options(OptionList):
    """A list to choose from, also where it has no room."""

    def action_page_up(self) -> None:
        """Go up by a page, where the list is laid out already."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Go down by a page, where the list is laid out already."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]


class Palette(CommandPalette):
    """Textual's palette."""

    def dismiss(self, result: object = None) -> AwaitComplete:
        """Close it, the first time."""
        return super().dismiss() if self.app.screen is self else AwaitComplete(sleep(0))

    def _action_command_list(self, action: str) -> None:
        laid_out = self.query_one(CommandList).scrollable_content_region
        if laid_out or not action.startswith("page_"):
            super()._action_command_list(action)

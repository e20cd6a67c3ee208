"""The parts of dialogs, safe from keys that arrive before the first layout or after the answer.

Textual's own widgets end the app there: a page key needs a list that is laid out, and a second
answer removes the screen below the dialog.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.css.query import NoMatches
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

T = TypeVar("T")


class SingleAnswerDialog(ModalScreen[T]):
    """A dialog that takes its first answer and ignores any other."""

    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012
        *((0, "-short"), (20, "-high"), (32, "-tall"))
    ]

    answered: Callable[[T | None], None]
    """Called with the answer at once; Textual's own callback comes after other messages."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Answer and close, the first time it is called."""
        if self.app.screen is not self:
            return AwaitComplete(sleep(0))
        self.answered(result)
        return super().dismiss(result)

    @contextmanager
    def late(self) -> Iterator[None]:
        """For all that a dialog draws after it waited: where it was closed meanwhile, nothing.

        Its parts are taken away before its timers and workers are, and the desk would end with the
        first one that looks for them.
        """
        with suppress(NoMatches):
            yield


class Field(Input):
    """A line for words; Textual's own would keep only the first line of what is pasted."""

    def __init__(self, words: str = "", **more: Any) -> None:
        super().__init__(words, select_on_focus=False, **more)
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Insert all pasted lines, joined to one."""
        event.stop()
        event.prevent_default()
        self.replace(" ".join(event.text.split()), *self.selection)


class Options(OptionList):
    """A list to choose from; Textual's own fails at page keys where it has no room."""

    def action_page_up(self) -> None:
        """Go up by a page, where the list is laid out already."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Go down by a page, where the list is laid out already."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]


class Palette(CommandPalette):
    """Textual's palette, which fails at page keys before its list is laid out."""

    def dismiss(self, result: object = None) -> AwaitComplete:
        """Close it, the first time."""
        return super().dismiss() if self.app.screen is self else AwaitComplete(sleep(0))

    def _action_command_list(self, action: str) -> None:
        laid_out = self.query_one(CommandList).scrollable_content_region
        if laid_out or not action.startswith("page_"):
            super()._action_command_list(action)

"""The dialog for longer texts: notes and summaries, written here or in the user's editor."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Label, TextArea

from tartantm.desk.dialogs.base import SingleAnswerDialog

HINT = "Enter keeps it, Ctrl+J new line, Ctrl+O your editor, Esc leaves."


class EditorError(Exception):
    """The editor could not be used; the message says why."""


class Writing(TextArea):
    """A text field in which Enter accepts the text."""

    def on_key(self, event: Key) -> None:
        """Accept the text at Enter; Ctrl+J, Shift+Enter and Alt+Enter begin a new line."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.screen.dismiss(self.text)
        elif event.key in ("ctrl+j", "shift+enter", "alt+enter"):
            event.stop()
            event.prevent_default()
            self.insert("\n")


class Words(SingleAnswerDialog[str | None]):
    """Asks for a text of any length; the answer is None where it was left with Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave"),
        Binding("ctrl+o", "edit", "Editor", priority=True),
    ]

    def __init__(self, title: str, words: str = "") -> None:
        super().__init__()
        self._title, self._words = title, words

    def compose(self) -> ComposeResult:
        """Shows a title, the field, and a hint."""
        with Vertical(classes="dialog"):
            yield Label(self._title, markup=False, classes="title")
            field = Writing(self._words, highlight_cursor_line=False)
            field.cursor_blink = False
            yield field
            yield Label(HINT, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Put the cursor at the end of the text."""
        field = self.query_one(Writing)
        field.move_cursor(field.document.end)
        field.focus()

    def action_edit(self) -> None:
        """Open the text in the user's editor; capture goes on meanwhile."""
        self.run_worker(self._edit(), exclusive=True)

    async def _edit(self) -> None:
        field = self.query_one(Writing)
        try:
            field.text = await edited(self.app, field.text)
        except EditorError as error:
            with self.late():
                self.query_one(".hint", Label).update(str(error))
        else:
            self.dismiss(field.text)


async def edited(app: App[Any], words: str) -> str:
    """Returns a text as the user's editor saved it. Raises EditorError where that fails."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        arguments = shlex.split(command, posix=os.name == "posix")
    except ValueError:
        arguments = []
    if not arguments:
        raise EditorError("No editor is set; name one in EDITOR, such as EDITOR=nano.")
    # Only the user may read the folder that this makes; it is gone afterwards.
    with tempfile.TemporaryDirectory(prefix="tartantm-") as folder:
        path = Path(folder) / "words.md"
        path.write_text(words + "\n", encoding="utf-8")
        problem = await _run(app, [*(part.strip('"') for part in arguments), str(path)])
        if problem:
            raise EditorError(problem)
        try:
            return path.read_text("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError):
            raise EditorError("What the editor saved cannot be read as UTF-8 text.") from None


async def _run(app: App[Any], arguments: list[str]) -> str:
    """Run the editor on the terminal. Returns "", or a sentence about what went wrong.

    The desk draws nothing meanwhile, but its loop runs on: posts are still captured. Nothing may
    be raised inside, or Textual would never take the terminal back.
    """
    problem = ""
    try:
        with app.batch_update(), app.suspend():
            try:
                process = await asyncio.create_subprocess_exec(*arguments)
                if code := await process.wait():
                    problem = f"{arguments[0]} ended with code {code}; nothing was changed."
            except Exception as error:
                reason = getattr(error, "strerror", None) or error
                problem = f"The editor {arguments[0]} could not be started: {reason}."
    except SuspendNotSupported:
        problem = "This terminal cannot be lent to an editor; write the words here."
    return problem

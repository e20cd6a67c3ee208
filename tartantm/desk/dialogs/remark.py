"""The form for a remark: who said what, where, and when; the same for a new one and a correction.

The speaker and the venue are completed from those that are known, with Tab or the right arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.suggester import Suggester
from textual.widgets import Input, Label

from tartantm.core.errors import BadInput
from tartantm.desk.dialogs.base import Field, SingleAnswerDialog
from tartantm.moderation.annotate import completions

HINT = "Tab goes on or completes, Enter keeps it, Esc leaves."
_MOST = 4
"""So many names are listed that something may be completed to."""


class RemarkWritten(NamedTuple):
    """What stands in the form."""

    words: str
    """ "Speaker: words"."""
    venue: str
    time: str
    """ "18:20", "01:30 BST"; "" for now."""


class _Names(Suggester):
    """Completes a name where only one begins as is written."""

    def __init__(self, names: Sequence[str], *, until_colon: bool) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names, self._until_colon = names, until_colon

    def found(self, value: str) -> list[str]:
        """Returns the names that begin as is written; none where it is one of them."""
        if self._until_colon and (":" in value or len(value.split()) > 3):
            return []  # these are words by now
        return [name for name in completions(value, self._names) if name != value.strip()]

    def completed(self, value: str) -> str | None:
        """Returns the name that is meant, None where that is none or several."""
        found = self.found(value)
        if len(found) != 1:
            return None
        return f"{found[0]}: " if self._until_colon else found[0]

    async def get_suggestion(self, value: str) -> str | None:
        """Returns what Textual shows behind the words: it has to begin with what is written."""
        completed = self.completed(value)
        if completed is None or not completed.casefold().startswith(value.casefold()):
            return None
        return completed


class RemarkForm(SingleAnswerDialog[RemarkWritten | None]):
    """Asks for a remark until it can be recorded; the answer is None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave")]

    def __init__(
        self,
        title: str,
        written: RemarkWritten,
        check: Callable[[RemarkWritten], object],
        venues: Sequence[str],
        speakers: Sequence[str],
    ) -> None:
        """`check` raises BadInput for what cannot be recorded; its sentence is shown."""
        super().__init__()
        self._title, self._written, self._check = title, written, check
        self._names = {
            "words": _Names(speakers, until_colon=True),
            "venue": _Names(venues, until_colon=False),
        }

    def compose(self) -> ComposeResult:
        """Shows a title, a line for each part, and a hint."""
        words, venue, time = self._written
        with Vertical(classes="dialog"):
            yield Label(self._title, markup=False, classes="title")
            yield Label("Speaker, a colon and the words", markup=False, classes="hint")
            yield Field(words, id="words", suggester=self._names["words"])
            with Horizontal(classes="remark-where"):
                with Vertical():
                    yield Label("Venue", markup=False, classes="hint")
                    yield Field(venue, id="venue", suggester=self._names["venue"])
                with Vertical():
                    yield Label("Time", markup=False, classes="hint")
                    yield Field(time, id="time", placeholder="now")
            yield Label(HINT, markup=False, classes="hint", id="told")

    @property
    def written(self) -> RemarkWritten:
        """What stands in the form now."""
        return RemarkWritten(*(self.query_one(f"#{name}", Field).value for name in _FIELDS))

    def on_key(self, event: Key) -> None:
        """Complete at Tab what can be completed; else it goes to the next line."""
        field = self.focused
        if event.key != "tab" or not isinstance(field, Field) or field.id not in self._names:
            return
        completed = self._names[field.id].completed(field.value)
        if completed is not None:
            event.stop()
            event.prevent_default()
            field.value = completed
            field.cursor_position = len(completed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List the names that it may be completed to."""
        names = self._names.get(event.input.id or "")
        found = names.found(event.value) if names else []
        more = " …" * (len(found) > _MOST)
        listed = f"Known: {', '.join(found[:_MOST])}{more}. Tab completes." if found else HINT
        with self.late():
            self.query_one("#told", Label).update(listed)

    def on_input_submitted(self) -> None:
        """Answer with what is written, or say what is wrong with it."""
        written = self.written
        try:
            self._check(written)
        except BadInput as error:
            self.query_one("#told", Label).update(str(error))
        else:
            self.dismiss(written)


_FIELDS = ("words", "venue", "time")

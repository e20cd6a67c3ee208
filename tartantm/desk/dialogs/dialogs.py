"""The common dialogs: a line of words, a choice, yes or no, a text to read, the list of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from tartantm.desk.dialogs.base import Field, Options, SingleAnswerDialog


class Line(SingleAnswerDialog[str | None]):
    """Asks for one line of words; the answer is None where it was left with Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave")]

    def __init__(self, title: str, words: str = "", hint: str = "") -> None:
        super().__init__()
        self._title, self._words, self._hint = title, words, hint

    def compose(self) -> ComposeResult:
        """Shows a title, the line, and a hint."""
        with Vertical(classes="dialog"):
            yield Label(self._title, markup=False, classes="title")
            yield Field(self._words)
            hint = self._hint or "Enter keeps it, Esc leaves everything as it was."
            yield Label(hint, markup=False, classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with the words."""
        self.dismiss(event.value)


class Choice(SingleAnswerDialog[str | None]):
    """Asks to choose from a list; letters go to the first line that begins with them.

    With `quick`, a line is chosen as soon as what was typed fits no other.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave")]

    def __init__(
        self,
        title: str,
        options: Sequence[tuple[str, str]],
        chosen: str = "",
        hint: str = "",
        *,
        quick: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._options, self._chosen = title, options, chosen
        usual = "Type its beginning, or move and press Enter. Esc leaves."
        self._hint, self._quick = hint or usual, quick
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Shows a title, the list, and a hint."""
        with Vertical(classes="dialog"):
            yield Label(self._title, markup=False, classes="title")
            rows = [Option(Content(words), id=key) for key, words in self._options]
            yield Options(*rows, markup=False)
            yield Label(self._hint, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Start at the current choice."""
        keys = [key for key, _ in self._options]
        if self._chosen in keys:
            self.query_one(Options).highlighted = keys.index(self._chosen)

    def on_key(self, event: Key) -> None:
        """Go to the first line that begins with what was typed, "Q4a" or "4a" alike."""
        character = event.character
        if not character or not character.isalnum():
            return
        # Else it would bubble up to the desk as a command once the dialog is closed.
        event.stop()
        for typed in (self._typed + character, character):
            if found := self._beginning(typed.casefold()):
                self._typed = typed
                self.query_one(Options).highlighted = found[0]
                if self._quick and len(found) == 1:
                    self.dismiss(self._options[found[0]][0])
                return

    def _beginning(self, typed: str) -> list[int]:
        """Returns the lines that begin with what was typed, one with just that name first."""
        names = [words.split()[0].casefold() if words.strip() else "" for _, words in self._options]
        wanted = (typed, "q" + typed)
        found = [n for n, name in enumerate(names) if name.startswith(wanted)]
        return sorted(found, key=lambda n: names[n] not in wanted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the choice."""
        self.dismiss(event.option.id)


class Confirm(SingleAnswerDialog[bool]):
    """Asks yes or no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "dismiss(True)", "Yes"),
        Binding("n,escape,q", "dismiss(False)", "No"),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """Shows the question and the two keys."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False, classes="title")
            yield Label(f"y  {self._yes}     n  {self._no}", markup=False, classes="hint")


class TextDialog(SingleAnswerDialog[None]):
    """Shows text that can be selected with the mouse; a key closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss(None)", "Close")]

    def __init__(self, title: str, words: str, hint: str = "Esc closes.") -> None:
        super().__init__()
        self._title, self._words, self._hint = title, words, hint

    def compose(self) -> ComposeResult:
        """Shows a title, the text, and a hint."""
        with VerticalScroll(classes="dialog"):
            yield Label(self._title, markup=False, classes="title")
            yield Static(self._words, markup=False)
            yield Label(self._hint, markup=False, classes="hint")


class KeyTable(Static):
    """What the keys of a group do; one widget, as one for each cell takes most of a second."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-table--keys"}

    def __init__(self, rows: Sequence[tuple[str, str]], width: int) -> None:
        """Each row is (keys, what they do); the keys get a column of this width."""
        super().__init__()
        self._rows, self._width = rows, width

    def render(self) -> Table:
        """The rows, each sentence wrapped in its own column."""
        table = Table.grid(expand=True)
        keys_style = self.get_component_rich_style("key-table--keys", partial=True)
        table.add_column(width=self._width, style=keys_style)
        table.add_column(ratio=1)
        for keys, words in self._rows:
            table.add_row(Text(keys), Text(words))
        return table


class Help(SingleAnswerDialog[None]):
    """Lists every key, by group."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss(None)", "Close")
    ]

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Each row is (keys, what they do, group)."""
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        """Shows one table for each group."""
        rows = self._rows
        width = max(len(keys) for keys, _, _ in rows) + 2
        with VerticalScroll(classes="dialog help"):
            yield Label("Keys", classes="title")
            for group in dict.fromkeys(group for _, _, group in rows):
                yield Label(group, classes="group")
                yield KeyTable([row[:2] for row in rows if row[2] == group], width)
            yield Label("↑ ↓ PgUp PgDn scroll, Esc closes.", classes="hint")

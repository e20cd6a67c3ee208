"""The dialogs that withhold: what to withhold of a post, and yes or no with what is hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from tartantm.core.errors import TartantmError
from tartantm.desk.background import in_background
from tartantm.desk.dialogs.base import Options, SingleAnswerDialog
from tartantm.desk.dialogs.plan import KEYS, Plan, PlanDialog
from tartantm.desk.shown_text import shown_text

NUMBERED = 9
"""So many rules can be chosen by a digit; the others with the cursor."""


class Row(NamedTuple):
    """A line of `WithholdDialog`."""

    answer: str
    """What the dialog answers with."""
    key: str
    """The letter that chooses it, capitals apart; "" for a rule, which has its number."""
    words: str
    consequence: str = ""
    """Where else it stands: "also in 2 reposts"."""
    keeps: str = ""
    """What a rule keeps out: "12 posts"; it comes first, where no narrow screen cuts it."""


class WithholdDialog(SingleAnswerDialog[str | None]):
    """Asks what to withhold, or which rule is to end; None where it was left.

    A letter always chooses the same, whatever rules hold already.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave")]

    def __init__(
        self,
        title: str,
        subject: str,
        choices: Sequence[Row],
        rules: Sequence[Row],
        count: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        """`subject` is the post that it is about; `rules` are those that hold.

        `count` runs in a thread, since it may take seconds, and returns more consequences by
        the rows' answers.
        """
        super().__init__()
        self._title, self._subject, self._count = title, subject, count
        self._choices, self._rules = choices, rules

    def compose(self) -> ComposeResult:
        """Shows the post, what can be withheld of it, and below it the rules that hold."""
        with Vertical(classes="dialog"):
            yield Label(self._title, markup=False, classes="title")
            if self._subject:
                yield Label(shown_text(self._subject), markup=False, classes="subject")
            yield Options(*self._options(), markup=False)
            numbered = " Its number ends a rule." if self._rules else ""
            hint = f"Its letter chooses, Enter too.{numbered} Esc leaves."
            yield Label(hint, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin to count."""
        if self._count is not None:
            self.run_worker(self._fill(self._count), exclusive=True)

    async def _fill(self, count: Callable[[], Mapping[str, str]]) -> None:
        try:
            counted = await in_background(count)
        except TartantmError:
            return  # the file cannot be read just now; the act itself says so
        with self.late():
            self._filled(counted)

    def _filled(self, counted: Mapping[str, str]) -> None:
        options = self.query_one(Options)
        digits = ((self._digit(n), row) for n, row in enumerate(self._rules, 1))
        choices = [(row.key, row._replace(consequence=_of(counted, row))) for row in self._choices]
        rules = [(key, row._replace(keeps=_of(counted, row))) for key, row in digits]
        for key, row in choices + rules:
            if row.answer in counted:
                options.replace_option_prompt(row.answer, _line(key, row))

    def _options(self) -> Iterator[Option]:
        for row in self._choices:
            yield Option(_line(row.key, row), id=row.answer)
        if self._rules:
            yield Option(Content.styled("\nHolds now", "$muted"), disabled=True)
        for number, row in enumerate(self._rules, 1):
            yield Option(_line(self._digit(number), row), id=row.answer)

    @staticmethod
    def _digit(number: int) -> str:
        return str(number) if number <= NUMBERED else " "

    def on_key(self, event: Key) -> None:
        """Choose by letter or number; other letters do nothing, on the desk below neither."""
        typed = event.character
        if not typed or not typed.isalnum():
            return
        event.stop()
        for row in self._choices:
            if row.key == typed:
                self.dismiss(row.answer)
                return
        if typed.isdecimal() and 0 < int(typed) <= min(len(self._rules), NUMBERED):
            self.dismiss(self._rules[int(typed) - 1].answer)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with what was chosen."""
        self.dismiss(event.option.id)


def _line(key: str, row: Row) -> Content:
    more = f"   {row.consequence}" if row.consequence else ""
    count = f"{row.keeps}: " if row.keeps else ""
    return Content.assemble(
        (f"{key}  ", "$question"),
        (count, "$muted"),
        shown_text(row.words),
        (shown_text(more), "$muted"),
    )


def _of(counted: Mapping[str, str], row: Row) -> str:
    return counted.get(row.answer, "")


class Asked(PlanDialog[bool | None]):
    """Asks yes or no where no is the safe answer; None where everything is to stay as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,enter", "dismiss(False)", "No"),
        Binding("escape,q", "dismiss(None)", "Leave"),
    ]

    def __init__(
        self, question: str, facts: str, yes: str, no: str, lines: Sequence[str] = ()
    ) -> None:
        """`lines` are more than there may be room for: what it is asked about, one by one."""
        super().__init__()
        self._question, self._facts, self._lines = question, facts, lines
        self._yes, self._no = yes, no

    def compose(self) -> ComposeResult:
        """Shows the question, what is known about it, what it is about, and the keys."""
        with Vertical(classes="dialog wide" if self._lines else "dialog"):
            yield Label(self._question, markup=False, classes="title")
            if self._facts:
                yield Static(shown_text(self._facts), markup=False, classes="facts")
            if self._lines:
                yield Plan(self._lines)
            keys = f"y  {self._yes}     n, Enter  {self._no}     Esc leaves"
            if self._lines:
                keys += f"\n{KEYS}"
            yield Label(keys, markup=False, classes="hint")

"""The dialogs that withhold: what to withhold of a post, a phrase with what it hits, yes or no."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.timer import Timer
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from tartantm.core.describe import accounts, posts, share
from tartantm.core.errors import TartantmError
from tartantm.desk.background import in_background
from tartantm.desk.dialogs.base import Field, Options, SingleAnswerDialog
from tartantm.desk.dialogs.hit_lines import hit_line, in_part
from tartantm.desk.dialogs.plan import KEYS, Plan, PlanDialog
from tartantm.desk.phrase_hits import PhraseHits
from tartantm.desk.shown_text import shown_text

TYPING_SECONDS = 0.12
"""How long after the last letter the counting begins."""

SLICE_SECONDS = 0.010
"""How long counting may block the screen at a time."""

PAUSE_SECONDS = 0.005
"""How long the screen may answer keys between two slices."""

NUMBERED = 9
"""So many rules can be chosen by a digit; the others with the cursor."""


PHRASE_HINT = "↑ ↓ PgUp PgDn show all. Enter goes on, Esc leaves all as it was."


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


class Phrase(NamedTuple):
    """The answer of `PhraseDialog`."""

    words: str
    exact: bool
    """Whether what is written with other accents is left."""


class PhraseDialog(SingleAnswerDialog[Phrase | None]):
    """Asks for a phrase, and shows while it is typed what it hits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave"),
        Binding("tab", "accents", "Accents", priority=True),
        Binding("down", "scroll(1)", "Down", priority=True),
        Binding("up", "scroll(-1)", "Up", priority=True),
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
    ]

    def __init__(
        self, title: str, find: Callable[[str], PhraseHits], words: str = "", verb: str = "withheld"
    ) -> None:
        """`find` begins to look for a phrase; `verb` says what becomes of what it hits."""
        super().__init__()
        self._title, self._find, self._words, self._verb = title, find, words, verb
        self._hits: PhraseHits | None = None
        self._exact = False
        self._top = 0
        """The first place that is shown of those that are hit."""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Shows the line, how many posts it hits, some of them, and other accents."""
        with Vertical(classes="dialog phrase"):
            yield Label(self._title, markup=False, classes="title")
            yield Field(self._words)
            yield Label("", markup=False, id="count")
            yield Static("", markup=False, id="hits")
            yield Static("", markup=False, id="part")
            yield Static("", markup=False, id="accents")
            yield Label(PHRASE_HINT, classes="hint")

    def on_mount(self) -> None:
        """Count what the line begins with."""
        self._begin()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Count anew, once there was no further letter for a moment."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(TYPING_SECONDS, self._begin)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with the words; without any, stay."""
        event.stop()
        words = " ".join(event.value.split())
        if words:
            self.dismiss(Phrase(words, self._exact))
        else:
            if self._timer is not None:
                self._timer.stop()
            self.query_one("#count", Label).update("A phrase needs words.")

    def action_accents(self) -> None:
        """Leave other accents, or withhold them too."""
        if self._hits is not None and self._hits.accents:
            self._exact, self._top = not self._exact, 0
            self._show()

    def action_scroll(self, by: int) -> None:
        """Show the next or former places that are hit."""
        self._top += by
        self._show()

    def action_page(self, by: int) -> None:
        """Show as many more places as there is room for."""
        self.action_scroll(by * max(1, self.query_one("#hits").size.height - 1))

    def on_resize(self) -> None:
        """Show as many as there is room for now."""
        self.call_after_refresh(self._show)

    def _begin(self) -> None:
        self._top = 0
        words = " ".join(self.query_one(Field).value.split())
        self._hits = self._find(words) if words else None
        self._grow()

    def _grow(self) -> None:
        hits = self._hits
        if hits is not None and not hits.done:
            hits.grow(SLICE_SECONDS)
            if not hits.done:
                self._timer = self.set_timer(PAUSE_SECONDS, self._grow)
        self._show()

    def _show(self) -> None:
        hits, (width, height) = self._hits, self.query_one("#hits").size
        width, height = width or 60, height or 5
        self.query_one("#count", Label).update(self._count(hits))
        listed = hits.listed(exact=self._exact) if hits else []
        self._top = max(0, min(self._top, len(listed) - height))
        lines = [hit_line(hit, width) for hit in listed[self._top : self._top + height]]
        self.query_one("#hits", Static).update(Content("\n").join(lines))
        part = in_part(self._top, height, listed)
        self.query_one("#part", Static).update(Content.styled(part, "$muted"))
        self.query_one("#accents", Static).update(self._accents(hits, width))

    def _count(self, hits: PhraseHits | None) -> str:
        if hits is None:
            return "Counts the posts while you type."
        count = hits.posts(exact=self._exact)
        if not hits.done:
            return f"{posts(count)} so far …"
        if not count:
            return f"None of the {posts(hits.total)} has it; those to come would be {self._verb}."
        by, part = accounts(hits.accounts(exact=self._exact)), share(count, hits.total)
        return f"{posts(count)} by {by} would be {self._verb}, {part} of {hits.total}."

    def _accents(self, hits: PhraseHits | None, width: int) -> Content:
        if hits is None or not hits.accents:
            return Content("")
        listed = ", ".join(f"{each} ({count})" for each, count in hits.accents.most_common(6))
        if self._exact:
            words = f"Other accents stay: {listed}. Tab: withhold them too."
        else:
            words = f"Other accents too: {listed}. Tab: leave them."
        return Content.styled(shown_text(words), "$note")


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

"""The dialog that asks for a phrase to withhold, and shows every place that it hits."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Label, Static

from tartantm.core.describe import accounts, posts, share
from tartantm.desk.dialogs.base import Field, SingleAnswerDialog
from tartantm.desk.dialogs.hit_lines import hit_line, in_part
from tartantm.desk.phrase_hits import PhraseHits
from tartantm.desk.shown_text import shown_text

TYPING_SECONDS = 0.12
"""How long after the last letter the counting begins."""

SLICE_SECONDS = 0.010
"""How long counting may block the screen at a time."""

PAUSE_SECONDS = 0.005
"""How long the screen may answer keys between two slices."""

HINT = "↑ ↓ PgUp PgDn show all. Enter goes on, Esc leaves all as it was."


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
            yield Label(HINT, classes="hint")

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
        with self.late():
            self._find_anew()

    def _find_anew(self) -> None:
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
        with self.late():
            self._show_hits()

    def _show_hits(self) -> None:
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

"""The dialog that takes what was copied elsewhere, and shows the posts that it will be.

Ten thousand lines may be pasted by mistake: they are read in slices, and only their beginning goes
into the text field.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key, Paste
from textual.timer import Timer
from textual.widgets import Input, Label, Static, TextArea

from tartantm.archives.formats.paste import described, pasted_format
from tartantm.archives.paste import Layout
from tartantm.archives.paste_forms import form_of
from tartantm.archives.shape import Context, Line, TextFormat
from tartantm.core.describe import posts
from tartantm.core.post import Post, clean
from tartantm.desk.dialogs.base import Field, SingleAnswerDialog
from tartantm.desk.shown_text import shown_text
from tartantm.networks.heard import Heard

TYPING_SECONDS = 0.12
SLICE_SECONDS = 0.010
PAUSE_SECONDS = 0.005

MOST_SHOWN = 20_000
"""Characters that the text field takes; of more it shows the beginning, which cannot be edited."""

MOST_PASTED = 20_000_000
"""Characters that are taken at all."""

HINT = "Enter puts them in, Tab: how a line looks, PgUp PgDn, Esc leaves."
_LONGEST = 300


class PasteArea(TextArea):
    """A text field in which Enter accepts the text, and which holds no more than it can draw."""

    def on_key(self, event: Key) -> None:
        """Accept at Enter; Ctrl+J and its like begin a new line."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.dialog.action_accept()
        elif event.key in ("ctrl+j", "shift+enter", "alt+enter") and not self.read_only:
            event.stop()
            event.prevent_default()
            self.insert("\n")

    def on_paste(self, event: Paste) -> None:
        """Take the lines, as whatever sends them ends them."""
        event.stop()
        event.prevent_default()
        self.dialog.take(event.text.replace("\r\n", "\n").replace("\r", "\n"))

    @property
    def dialog(self) -> PasteDialog:
        """The dialog that it is in."""
        screen = self.screen
        assert isinstance(screen, PasteDialog)
        return screen


class PasteDialog(SingleAnswerDialog[list[Heard] | None]):
    """Asks for a text, and shows while it grows which posts it holds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave"),
        Binding("tab", "other_field", "Correct", priority=True),
        Binding("shift+tab", "other_field", "Correct", priority=True),
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
    ]

    def __init__(self, context: Context) -> None:
        """`context` has the chat's zone and day."""
        super().__init__()
        self._chat = context
        self._whole: str | None = None
        """All that was pasted, where that is more than the field takes."""
        self._format: TextFormat | None = None
        self._reading: Iterator[Line] | None = None
        self._heard: list[Heard] = []
        self._posts: list[Post] = []
        self._missed = 0
        self._doubts: dict[str, int] = {}
        self._problem = ""
        self._top = 0
        """The first post that is shown."""
        self._timer: Timer | None = None
        self._is_accepted = False
        """Whether it is to close once all is read."""
        self.is_read = True
        """Whether what is shown is of all the text."""

    def compose(self) -> ComposeResult:
        """Shows the text, how a line looks, and what comes of it."""
        with Vertical(classes="dialog paste"):
            yield Label("Paste posts", markup=False, classes="title")
            area = PasteArea("", highlight_cursor_line=False, soft_wrap=False)
            area.cursor_blink = False
            yield area
            yield Label("A line looks like", markup=False, id="form-label")
            yield Field("", id="form", placeholder="name, time, words", max_length=200)
            yield Label("", markup=False, id="count")
            yield Static("", markup=False, id="posts")
            yield Static("", markup=False, id="doubts")
            yield Label(HINT, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Wait for what is pasted."""
        self.query_one(PasteArea).focus()
        self._show()

    def take(self, text: str) -> None:
        """Put pasted text where the cursor is, or in place of everything where it is much."""
        area = self.query_one(PasteArea)
        if self._whole is None and len(area.text) + len(text) <= MOST_SHOWN:
            area.insert(text)
            return
        self._whole = f"{self._whole if self._whole is not None else area.text}{text}"[:MOST_PASTED]
        area.text = self._whole[:MOST_SHOWN].rpartition("\n")[0] or self._whole[:200]
        area.read_only = True
        self._later()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Read anew, once nothing more was typed for a moment."""
        event.stop()
        self._later()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The same where a line was described."""
        event.stop()
        self._later()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept, there as well."""
        event.stop()
        self.action_accept()

    def action_other_field(self) -> None:
        """Go from the text to how a line looks, or back."""
        area, field = self.query_one(PasteArea), self.query_one(Field)
        if area.has_focus:
            if not field.value and self._format is not None:
                field.value = _described(self._format)
            field.focus()
        else:
            area.focus()

    def action_page(self, by: int) -> None:
        """Show the next or former posts."""
        self._top += by * max(1, self.query_one("#posts").size.height)
        self._show()

    def action_accept(self) -> None:
        """Answer with the posts once all is read; without any, stay."""
        self._is_accepted = True
        if self._timer is not None:
            self._timer.stop()
        if self._reading is None:
            self._begin()
        else:
            self._grow()

    def on_resize(self) -> None:
        """Show as many as there is room for now."""
        self.call_after_refresh(self._show)

    def _later(self) -> None:
        self._reading, self.is_read = None, False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(TYPING_SECONDS, self._begin)

    def _begin(self) -> None:
        with self.late():
            self._read_anew()

    def _read_anew(self) -> None:
        text = self._whole if self._whole is not None else self.query_one(PasteArea).text
        lines = text.split("\n")
        self._heard, self._posts, self._missed, self._doubts = [], [], 0, {}
        self._top, self._problem, self._reading = 0, "", None
        self._format = self._format_of(lines)
        if self._format is not None:
            context = replace(self._chat, memory={})
            self._reading = self._format.read(iter(enumerate(lines, 1)), context)
        self._grow()

    def _format_of(self, lines: list[str]) -> TextFormat | None:
        written = self.query_one(Field).value.strip()
        recognised = pasted_format(lines, self._chat)
        if not written or (recognised is not None and written == _described(recognised)):
            return recognised
        try:
            return described(Layout(form_of(written)))
        except ValueError as problem:
            self._problem = f"{problem}"
            return None

    def _grow(self) -> None:
        """Read on for a moment; the screen answers keys in between."""
        until = time.perf_counter() + SLICE_SECONDS
        is_done = self._reading is None
        while not is_done and time.perf_counter() < until:
            is_done = not self._read_one()
        self.is_read = is_done
        if not is_done:
            self._timer = self.set_timer(PAUSE_SECONDS, self._grow)
        elif self._is_accepted and self.app.screen is self:
            self._is_accepted = False
            if self._heard:
                self.dismiss(self._heard)
                return
            self._problem = self._problem or "Nothing to put in yet"
        with self.late():
            self._show()

    def _read_one(self) -> bool:
        assert self._reading is not None
        found = next(self._reading, None)
        if found is None:
            return False
        parsed = found[1]
        self._heard += parsed.heard
        self._posts += [each for each in parsed.heard if isinstance(each, Post)]
        self._missed += len(parsed.problems)
        for doubt in parsed.doubts:
            self._doubts[doubt] = self._doubts.get(doubt, 0) + 1
        return True

    def _show(self) -> None:
        with self.late():
            self.query_one("#count", Label).update(self._count())
            shown = self.query_one("#posts", Static)
            height = shown.size.height or 5
            self._top = max(0, min(self._top, len(self._posts) - height))
            rows = self._posts[self._top : self._top + height]
            shown.update(Content("\n").join(map(self._row, rows)))
            told = ", ".join(f"{doubt} ({count:,})" for doubt, count in self._doubts.items())
            self.query_one("#doubts", Static).update(shown_text(told[:_LONGEST]))

    def _count(self) -> str:
        if self._problem:
            return f"{self._problem[:1].upper()}{self._problem[1:]}."
        if self._format is None:
            text = self._whole or self.query_one(PasteArea).text
            if not text.strip():
                return "Paste a conversation here: who said what, and when."
            return "No name and time found; Tab says how a line looks."
        public = [each for each in self._posts if each.visibility != "restricted"]
        people = len({each.author for each in public})
        words = [f"{posts(len(public))} by {people:,} {'person' if people == 1 else 'people'}"]
        if apart := len(self._posts) - len(public):
            words.append(f"{apart:,} to one person alone, left out")
        if self._missed:
            words.append(f"{self._missed:,} line{'s' * (self._missed > 1)} not understood")
        return f"{self._format.shown}: {'; '.join(words)}{'' if self.is_read else ' so far …'}"

    def _row(self, post: Post) -> Content:
        at = post.created_at.astimezone(self._chat.zone)
        when = "no time" if post.undated else f"{at:%d %b %H:%M}"
        if post.visibility == "restricted":
            when = "left out"
        words = shown_text(clean(post.text[:_LONGEST], lines=False))
        style = "$muted" if post.visibility == "restricted" else "$foreground"
        name = shown_text(post.author.shown[:40])
        return Content.assemble(
            (f"{when:<12}  ", "$muted"), (name, "bold"), ("  ", ""), (words, style)
        )


def _described(form: TextFormat) -> str:
    """How a format is written in the field: as its lines look."""
    return form.shown.partition("(")[2].removesuffix(")") or form.shown

"""How each source is heard, brought up to date while it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.widgets import Label, Static

from tartantm.desk.dialogs.base import SingleAnswerDialog

READ_SECONDS = 1.0
"""How often the report is made anew."""


class SourcesReport(NamedTuple):
    """What there is to say of the sources at one moment."""

    can: str
    """What can be done now, in a sentence; "" where there is nothing."""
    message: str
    """What was done a moment ago; "" for nothing."""
    paragraphs: Sequence[str]
    """One for each source, and more on all of them."""


class SourcesDialog(SingleAnswerDialog[None]):
    """Shows the report. What can be done stands above what scrolls; nothing moves below the eye."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss(None)", "Close")]

    def __init__(
        self,
        read: Callable[[], SourcesReport],
        retry: Callable[[], None],
        retry_keys: Sequence[str],
    ) -> None:
        """`read` makes the report; `retry` tries again what is not heard, at any of those keys."""
        super().__init__()
        self._read, self._retry, self._retry_keys = read, retry, retry_keys

    def compose(self) -> ComposeResult:
        """Shows what can be done, then what there is to read."""
        said = self._read()
        with Vertical(classes="dialog sources"):
            yield Label("Sources", markup=False, classes="title")
            yield Label(_hint(said.can), markup=False, classes="can")
            yield Label(said.message, markup=False, classes="done")
            with VerticalScroll():
                for words in said.paragraphs:
                    yield Static(words, markup=False)

    def on_mount(self) -> None:
        """Begin to bring it up to date."""
        self.set_interval(READ_SECONDS, self.draw)

    def on_key(self, event: Key) -> None:
        """Try again at the desk's own key for that."""
        if event.key in self._retry_keys:
            event.stop()
            self._retry()
            self.draw()

    def draw(self) -> None:
        """Show what has changed; while words are selected with the mouse they stay as they are."""
        if self.selections or self.app.screen is not self:
            return
        with self.late():
            self._draw()

    def _draw(self) -> None:
        said = self._read()
        _show(self.query_one(".can", Label), _hint(said.can))
        _show(self.query_one(".done", Label), said.message)
        scroll = self.query_one(VerticalScroll)
        shown = [*scroll.query(Static)]
        at_top = next((each for each in shown if each.region.bottom > scroll.region.y), None)
        above = at_top.region.y - scroll.region.y if at_top else 0
        changed = [_show(*pair) for pair in zip(shown, said.paragraphs, strict=False)]
        scroll.mount_all(Static(each, markup=False) for each in said.paragraphs[len(shown) :])
        for left in shown[len(said.paragraphs) :]:
            left.remove()
        if at_top is not None and any(changed) and scroll.scroll_y:
            self.call_after_refresh(self._keep, scroll, at_top, above)

    def _keep(self, scroll: VerticalScroll, at_top: Static, above: int) -> None:
        """Have a paragraph stand where it stood, although those before it grew or shrank."""
        if moved := at_top.region.y - scroll.region.y - above:
            scroll.scroll_relative(y=moved, animate=False, immediate=True)


def _hint(can: str) -> str:
    return f"{can} Esc closes.".lstrip()


def _show(label: Static, words: str) -> bool:
    """Change a text where it differs; returns whether it did."""
    if label.content == words:
        return False
    label.update(words)
    return True

"""The desk's first frame: it stands, and answers, while the session is read in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from tartantm.desk.panes.tartan_band import TartanBand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.geometry import Size

    from tartantm.capture.supervisor import Source
    from tartantm.networks.clock import Clock
    from tartantm.networks.protocol import LiveSource
    from tartantm.settings.tartan import Sett
    from tartantm.store.load_progress import LoadProgress
    from tartantm.store.session import Session

DRAW_SECONDS = 0.1
"""How often it is told how far the reading is."""

NARROW, WIDE, TALL = 100, 160, 40


class Opened(NamedTuple):
    """What the desk is opened on."""

    session: Session
    """Read, and closed again."""
    sources: Sequence[Source]
    clock: Clock
    again: Callable[[str], LiveSource] | None = None
    """Makes a source anew that was refused, by what is set up then."""


def fold(screen: Screen[None], size: Size) -> None:
    """Have the stylesheet fold panes away where there is no room for them."""
    screen.set_class(size.width < NARROW, "-narrow")
    screen.set_class(size.width >= WIDE, "-wide")
    screen.set_class(size.width < WIDE - 40, "-small")
    screen.set_class(size.height >= TALL, "-tall")


class Opening(Screen[None]):
    """Band, title and panes as the desk has them, and how far the reading is. It takes no act."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.quit", "Leave", False)]

    def __init__(self, reading: LoadProgress, sett: Sett) -> None:
        super().__init__()
        self._reading, self._sett = reading, sett

    def compose(self) -> ComposeResult:
        """Where the desk has its panes, nothing yet."""
        yield TartanBand(self._sett)
        yield Static(id="head", markup=False)
        with Horizontal(id="panes"):
            yield Static(id="agenda-to-come")
            yield Static(id="told", markup=False)
        yield Static("q leaves", id="foot", markup=False)

    def on_mount(self) -> None:
        """Tell from now on how far it is."""
        self.draw()
        self._timer = self.set_interval(DRAW_SECONDS, self.draw)

    def on_screen_suspend(self) -> None:
        """The desk stands above it now: what is left here would be laid out at every resize."""
        self._timer.stop()
        self.remove_children()

    def on_resize(self, event: Resize) -> None:
        """Fold panes away where there is no room for them."""
        fold(self, event.size)

    def draw(self) -> None:
        """Tell how far the reading is."""
        reading = self._reading
        far = f": {reading.done:,} of {reading.total:,} events" if reading.total else ""
        for name, words in (("#head", reading.title), ("#told", f"Opening the session{far} …")):
            self.query_one(name, Static).update(words, layout=False)

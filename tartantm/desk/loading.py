"""The desk's first frame: shown, and answering q, while the session is read in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from tartantm.desk.panes.folding import fold
from tartantm.desk.panes.tartan_band import TartanBand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tartantm.capture.own_reader import MakeReader
    from tartantm.capture.supervisor import Source
    from tartantm.networks.clock import Clock
    from tartantm.networks.protocol import LiveSource
    from tartantm.settings.tartan import Sett
    from tartantm.store.load_progress import LoadProgress
    from tartantm.store.session import Session

DRAW_SECONDS = 0.1
"""How often the progress of reading is updated."""


class ListenAgain(NamedTuple):
    """What a kept session listened to, which somebody has to be asked about."""

    names: Sequence[str]
    """Sources that can be listened to again."""
    notes: Sequence[str]
    """Sentences on those that cannot, and on when the chat ended."""
    is_usual: bool
    """Whether to listen is the usual answer: the chat has not been over for long."""
    answer: Callable[[bool], ListenAgainAnswer]
    """Makes the sources, where the answer is yes; may block."""
    elsewhere: bool = False
    """Whether another tartantm listens for the session now."""


class ListenAgainAnswer(NamedTuple):
    """The sources that a session is to listen to from now on."""

    sources: Sequence[Source]
    clock: Clock
    again: Callable[[str], LiveSource] | None
    notes: Sequence[str] = ()
    """Sentences on them, as on a token that is not sent."""


class DeskInput(NamedTuple):
    """What the desk works on: a session that was read, and what will feed it."""

    session: Session
    """Read, and closed again."""
    sources: Sequence[Source]
    clock: Clock
    again: Callable[[str], LiveSource] | None = None
    """Makes a refused source anew, from the settings and tokens as they are then."""
    listen_again: ListenAgain | None = None
    """What to ask about before the desk is shown."""
    notes: Sequence[str] = ()
    """Sentences on the sources, for a message and the report on them."""
    reader: MakeReader | None = None
    """Makes the reader of the user's own, where there is one."""


class LoadingScreen(Screen[None]):
    """The frame of the desk with empty panes, and how much of the session was read."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.quit", "Leave", False)]

    def __init__(self, reading: LoadProgress, sett: Sett) -> None:
        super().__init__()
        self._reading, self._sett = reading, sett

    def compose(self) -> ComposeResult:
        """Empty widgets where the desk has its panes."""
        yield TartanBand(self._sett)
        yield Static(id="head", markup=False)
        with Horizontal(id="panes"):
            yield Static(id="agenda-to-come")
            yield Static(id="progress", markup=False)
        yield Static("q leaves", id="foot", markup=False)

    def on_mount(self) -> None:
        """Begin to show progress."""
        self.draw()
        self._timer = self.set_interval(DRAW_SECONDS, self.draw)

    def on_screen_suspend(self) -> None:
        """Remove all widgets: under the desk they would be laid out again at every resize."""
        self._timer.stop()
        self.remove_children()

    def on_resize(self, event: Resize) -> None:
        """Fold panes away where there is no room for them."""
        fold(self, event.size)

    def draw(self) -> None:
        """Show how much was read."""
        reading = self._reading
        progress = f": {reading.done:,} of {reading.total:,} events" if reading.total else ""
        for name, words in (
            ("#head", reading.title),
            ("#progress", f"Opening the session{progress} …"),
        ):
            self.query_one(name, Static).update(words, layout=False)

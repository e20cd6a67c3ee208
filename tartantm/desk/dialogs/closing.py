"""The closing check: what to think of before publishing, and where names may still be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from tartantm.core.describe import within
from tartantm.core.errors import TartantmError
from tartantm.desk.dialogs.base import Options, SingleAnswerDialog
from tartantm.desk.dialogs.marked_text import marked
from tartantm.desk.shown_text import shown_text

HINT = (
    "Enter go to the post · x withhold · a harmless · A all · r look again\n"
    "p names or pseudonyms · i inbox · Esc close"
)

LOOKING = "Looking for places where something withheld may still be read …"


class Place(NamedTuple):
    """A place where something withheld may still be read."""

    key: str
    number: int
    """The post's number, 0 where it stands in none."""
    post: str | None
    """The post's id."""
    where: str
    """Where it stands and what it may be, in words."""
    found: str
    excerpt: str
    accepted: bool


class ClosingAnswer(NamedTuple):
    """What is to be done next."""

    action: str
    """``go``, ``withhold``, ``accept``, ``accept-all``, ``open``, ``pseudonyms`` or ``inbox``."""
    place: Place | None


class ClosingDialog(SingleAnswerDialog[ClosingAnswer | None]):
    """Shows what is left to do; the answer is what to do next, None when done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close"),
        Binding("a", "choose('accept')", "Harmless"),
        Binding("A", "choose('accept-all')", "All harmless"),
        Binding("r", "choose('open')", "Look again"),
        Binding("x,X", "choose('withhold')", "Withhold"),
        Binding("p", "choose('pseudonyms')", "Pseudonyms"),
        Binding("i", "choose('inbox')", "Inbox"),
        Binding("j", "move(1)", "Down"),
        Binding("k", "move(-1)", "Up"),
    ]

    def __init__(
        self,
        facts: Sequence[str],
        look: Callable[[], Awaitable[Sequence[Place]]],
        shown_as: str,
        chosen: str | None = None,
        message: str = "",
    ) -> None:
        """`look` finds the places; `shown_as` says in which transcript, `chosen` is a place's key.

        It may take seconds, so the dialog is shown before.
        """
        super().__init__()
        self._facts, self._look, self._shown_as = facts, look, shown_as
        self._chosen, self._message = chosen, message
        self._places: Sequence[Place] | None = None

    def compose(self) -> ComposeResult:
        """Shows what to think of, then the places."""
        with Vertical(classes="dialog wide closing"):
            yield Label("Before you publish", classes="title")
            facts = [Content.assemble(("· ", "$muted"), shown_text(fact)) for fact in self._facts]
            yield Static(Content("\n").join(facts), id="facts")
            yield Label(LOOKING, markup=False, id="count")
            yield Options(markup=False)
            message = Label(self._message, markup=False, classes="message")
            message.display = bool(self._message)
            yield message
            yield Label(HINT, markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin to look."""
        self.run_worker(self._fill(), exclusive=True)

    async def _fill(self) -> None:
        try:
            places = await self._look()
        except TartantmError as error:
            with self.late():
                words = f"Nobody could look: {within(str(error))}"
                self.query_one("#count", Label).update(words)
            return
        with self.late():
            self._filled(places)

    def _filled(self, places: Sequence[Place]) -> None:
        self.query_one("#count", Label).update(self._count(places))
        self._places = places
        options = self.query_one(Options)
        width = max(options.size.width, 40)
        options.add_options(Option(_line(place, width), id=place.key) for place in places)
        options.display = bool(places)
        keys = [place.key for place in places]
        still_open = [n for n, place in enumerate(places) if not place.accepted]
        if places:
            first = still_open[0] if still_open else 0
            options.highlighted = keys.index(self._chosen) if self._chosen in keys else first
            options.focus()
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        """Leave room for the keys, however much there is to say."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        with self.late():
            self._fit_parts()

    def _fit_parts(self) -> None:
        dialog, facts = self.query_one(".dialog"), self.query_one("#facts")
        room = int(self.size.height * (1 if self.has_class("-short") else 0.9))
        facts.styles.max_height = max(1, room // 3)
        options = self.query_one(Options)
        others = [each for each in dialog.children if each is not options and each.display]
        used = sum(each.outer_size.height + each.styles.margin.height for each in others)
        used += dialog.styles.padding.height + options.styles.margin.height
        options.styles.max_height = max(2, room - used)

    def _count(self, places: Sequence[Place]) -> str:
        still_open = sum(not place.accepted for place in places)
        where = f"Places where something withheld may be read, {self._shown_as}"
        accepted = (
            f", {len(places) - still_open} found harmless" if still_open < len(places) else ""
        )
        return f"{where}: {still_open or 'none'} to look at{accepted}."

    def action_move(self, by: int) -> None:
        """Go to the next place or the one before."""
        options = self.query_one(Options)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_choose(self, action: str) -> None:
        """Answer with the action and the place under the cursor."""
        if action in ("inbox", "pseudonyms"):
            self.dismiss(ClosingAnswer(action, None))
            return
        at = self.query_one(Options).highlighted
        if self._places and at is not None:
            self.dismiss(ClosingAnswer(action, self._places[at]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter goes to the post."""
        event.stop()
        self.action_choose("go")


def _line(place: Place, width: int) -> Content:
    """A place on two lines: where it stands and what it may be; the words around it."""
    sign = "✓ harmless  " if place.accepted else ""
    number = f"#{place.number}" if place.number else "–"
    head = Content.assemble((f"{number:<6}", "$question"), (f"{sign}{place.where}", "$muted"))
    excerpt = " ".join(place.excerpt.split())
    at = excerpt.find(place.found)
    spans = [(at, at + len(place.found))] if at >= 0 and place.found != excerpt else []
    words = Content.assemble("      ", marked(excerpt, spans))
    return Content("\n").join(line.truncate(width, ellipsis=True) for line in (head, words))

"""The desk: the one screen, its panes, and what they tell each other."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, Static

from tartantm.entry import Change
from tartantm.session import LiveSession
from tartantm.sett import Sett
from tartantm.sources.clock import Clock
from tartantm.tui import status
from tartantm.tui.agenda_list import AgendaList
from tartantm.tui.bars import Bar
from tartantm.tui.commands import COMMANDS
from tartantm.tui.details import Details
from tartantm.tui.doing import CarryingOut
from tartantm.tui.post_list import PostList
from tartantm.tui.tartan import TartanBand
from tartantm.tui.views import ALL, INBOX, View, Views, matching, search_pattern, search_test

if TYPE_CHECKING:
    from textual.screen import ModalScreen

    from tartantm.sources.follow import Follow
    from tartantm.tui.app import DeskApp

T = TypeVar("T")


SETTLE_SECONDS = 0.4
"""For so long after the cursor moved by itself, an act is asked for again."""

SMALLEST = (60, 15)
"""Columns and lines below which the desk only says that it needs more."""

NARROW, WIDE, TALL = 100, 160, 40


class Desk(Screen[None]):
    """What the moderator sees all evening."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(command.keys), f"run('{command.id}')", command.title, False, id=command.id)
        for command in COMMANDS
    ]

    AUTO_FOCUS: ClassVar[str] = "PostList"
    """Keys typed before the first frame are commands, never words for the search."""

    app: DeskApp

    def __init__(
        self, session: LiveSession, clock: Clock, sett: Sett, follow: Follow | None
    ) -> None:
        super().__init__()
        self.session, self.clock, self.follow = session, clock, follow
        self.views = Views(session.chat)
        self.shown = ALL
        self.query_words = ""
        self.message: tuple[str, bool, float] = ("", False, 0.0)
        self.carrying_out = CarryingOut()
        self._changes: list[Change] = []
        zone = session.chat.agenda.tz
        self.band = TartanBand(sett)
        self.agenda = AgendaList(session.chat, self.views)
        self.list = PostList(session.chat, self.views[ALL], zone)
        self.details = Details(session.chat, zone)

    def compose(self) -> ComposeResult:
        """Band and title, three panes, status and keys."""
        yield self.band
        yield Bar(id="head")
        with Horizontal(id="panes"):
            yield self.agenda
            with Vertical(id="middle"):
                yield Bar(id="list-head")
                yield Input(placeholder="Words to look for", id="search", disabled=True)
                yield self.list
            yield self.details
        yield Bar(id="status")
        yield Bar(id="foot")
        yield Static("", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Start hearing of changes."""
        self.list.focus()
        self.list.show(self.views[ALL], newest=True, remember=False)
        self.session.listen(self._heard)
        self.set_interval(0.25, self.draw)

    def on_resize(self, event: Resize) -> None:
        """Fold panes away where there is no room for them."""
        width, height = event.size
        self.set_class(width < NARROW, "-narrow")
        self.set_class(width >= WIDE, "-wide")
        self.set_class(width < WIDE - 40, "-small")
        self.set_class(height >= TALL, "-tall")
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.set_class(small, "-too-small")
        if small:
            needs = f"the desk needs {SMALLEST[0]} × {SMALLEST[1]}. Posts are still captured."
            words = f"This terminal is {width} × {height}; {needs}"
            self.query_one("#too-small", Static).update(words)
        self.draw()

    async def action_run(self, command: str) -> None:
        """Carry out a command; the next key waits until it is done, or until it asks something."""
        await self.carrying_out.run(self, command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While words are typed into the search, only Escape, arrows and ctrl keys are commands."""
        if action == "run" and self.focused is self.query_one("#search"):
            return parameters[0] in ("desk.back", "desk.palette", "move.up", "move.down")
        return True

    def _heard(self, change: Change) -> None:
        self._changes.append(change)
        if len(self._changes) == 1:
            self.call_later(self.flush)

    def flush(self) -> None:
        """Show what changed since the last time."""
        if not self._changes:
            return
        change = Change().merge(self._changes)
        self._changes.clear()
        touched = self.views.apply(change)
        if self.shown not in self.views:
            self.shown = ALL
        chat = self.session.chat
        posts = {*change.added, *change.changed}
        posts |= {e.post.reply_to for i in change.added if (e := chat.entry(i)) and e.post.reply_to}
        if self.query_words or change.reloaded or change.agenda:
            self.list.view = self._filtered()
        self.list.changed(set(change.added) if self.shown in touched else set(), posts)
        self.details.show(self.list.cursor)
        self.draw()

    def draw(self) -> None:
        """Bring the lines that tell the state up to date."""
        now = self.clock.now()
        self.agenda.draw(self.shown, now)
        self.query_one("#head", Bar).say(*status.head(self, now))
        self.query_one("#list-head", Bar).say(*status.list_head(self, now))
        self.query_one("#status", Bar).say(*status.status(self, now))
        self.query_one("#foot", Bar).say(*status.foot(self))

    @property
    def live(self) -> bool:
        """Whether a source may still give something."""
        if self.follow is None:
            return False
        return any(health.state not in ("ended", "failed") for health in self.follow.health)

    def say(self, words: str, *, trouble: bool = False) -> None:
        """Tell the moderator something for a few seconds."""
        self.message = (words, trouble, monotonic())

    def targets(self) -> list[str]:
        """The posts an act is for: the selected ones, else the one under the cursor."""
        chosen = [i for i in self.list.selected if i in self.session.chat.entries]
        if chosen:
            return sorted(chosen, key=lambda i: self.session.chat.entries[i].key)
        if self.list.following and monotonic() - self.list.moved_at < SETTLE_SECONDS:
            self.list.following = False
            self.say("A post came in just then; the list stands still now: press again.")
            return []
        self.list.following = False
        return [self.list.cursor] if self.list.cursor else []

    def step(self, by: int) -> None:
        """Move by a post, or scroll the details where they have the screen."""
        if self._details_alone:
            self.details.scroll_lines(by)
        else:
            self.list.move(by)

    def turn_page(self, by: int) -> None:
        """Move by a screen."""
        if self._details_alone:
            self.details.scroll_lines(by * (self.details.size.height - 1))
        else:
            self.list.page(by)

    @property
    def _details_alone(self) -> bool:
        return self.has_class("-details", "-small")

    def show(self, name: str) -> None:
        """Show another list."""
        self.shown = name
        self.remove_class("-details")
        self.list.empty = "The inbox is empty." if name == INBOX else "Nothing here yet."
        self.list.show(self._filtered(), newest=name != INBOX)
        self.draw()

    def show_beside(self, by: int) -> None:
        """Show the list below or above in the agenda pane."""
        names = self.views.names
        self.show(names[(names.index(self.shown) + by) % len(names)])

    def toggle_details(self) -> None:
        """Show or hide the details."""
        if self.has_class("-wide"):
            self.toggle_class("-no-details")
        else:
            self.toggle_class("-details")
        self.details.show(self.list.cursor)

    def open_search(self) -> None:
        """Ask for words to look for."""
        self.add_class("-searching")
        search = self.query_one("#search", Input)
        search.disabled = False
        search.focus()

    def back(self) -> None:
        """Close what is open, one thing at a time."""
        if self.has_class("-searching"):
            self._end_search()
            self._search_for("")
        elif self.has_class("-details"):
            self.remove_class("-details")
        else:
            self.list.unselect()

    def _search_for(self, words: str) -> None:
        self.query_words = words.strip()
        self.list.match = search_pattern(self.query_words)
        cursor = self.list.cursor
        self.list.show(self._filtered(), newest=self.shown != INBOX, remember=False)
        if cursor:
            self.list.go_to(cursor)
        self.draw()

    def _filtered(self) -> View:
        view = self.views[self.shown]
        if not self.query_words:
            return view
        return matching(view, search_test(self.session.chat, self.query_words))

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self._search_for(event.value)

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.list.focus()
        if not self.query_words:
            self._end_search()

    def _end_search(self) -> None:
        search = self.query_one("#search", Input)
        search.value, search.disabled = "", True
        self.remove_class("-searching")
        self.list.focus()

    @on(PostList.Moved)
    def _moved(self) -> None:
        self.details.show(self.list.cursor)

    @on(PostList.Opened)
    def _opened(self) -> None:
        if not self.has_class("-wide"):
            self.toggle_details()

    @on(AgendaList.Chosen)
    def _chosen(self, event: AgendaList.Chosen) -> None:
        self.show(event.name)

    async def ask(self, dialog: ModalScreen[T]) -> T | None:
        """Put a dialog on the screen and wait for its answer; keys go there meanwhile."""
        return await self.carrying_out.ask(self.app, dialog)

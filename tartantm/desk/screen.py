"""The desk: the one screen, its panes, and what they tell each other."""

from __future__ import annotations

from collections.abc import Collection
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, Static

from tartantm.core.entry import Change
from tartantm.core.identity import author_key
from tartantm.core.redaction import Redactions
from tartantm.desk.commands.command import Command
from tartantm.desk.commands.dispatch import CommandQueue
from tartantm.desk.commands.table import COMMANDS
from tartantm.desk.dialogs.base import Field, SingleAnswerDialog
from tartantm.desk.loading import fold
from tartantm.desk.panes import status
from tartantm.desk.panes.agenda import AgendaList
from tartantm.desk.panes.bars import Bar
from tartantm.desk.panes.details import Details
from tartantm.desk.panes.post_filter_list import Listing
from tartantm.desk.panes.posts import PostList
from tartantm.desk.panes.search import search_pattern
from tartantm.desk.panes.tartan_band import TartanBand
from tartantm.desk.panes.views import ALL, INBOX, Views, key_of
from tartantm.networks.clock import Clock
from tartantm.settings.tartan import Sett
from tartantm.store.session import LiveSession

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Supervisor
    from tartantm.desk.app import DeskApp

T = TypeVar("T")


SETTLE_SECONDS = 0.4
"""For so long after the cursor moved by itself, an act is asked for again."""

SMALLEST = (60, 15)
"""Columns and lines below which the desk only says that it needs more."""


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
        self,
        session: LiveSession,
        views: Views,
        clock: Clock,
        sett: Sett,
        follow: Supervisor | None,
        commands: tuple[Command, ...],
    ) -> None:
        super().__init__()
        self.session, self.clock, self.follow = session, clock, follow
        self.commands = {command.id: command for command in commands}
        """By id, under the user's keys."""
        self.views = views
        self.listing = Listing(session.chat, self.views)
        self.message: tuple[str, bool, float] = ("", False, 0.0)
        self.venue: str | None = None
        """Where the last remark was made."""
        self.command_queue = CommandQueue()
        self.acting_on: Collection[str] = ()
        """Posts of the act that is being recorded: the moderator expects them to go."""
        self._changes: list[Change] = []
        zone = session.chat.agenda.tz
        self.band = TartanBand(sett)
        self.agenda = AgendaList(session.chat, self.views)
        self.details = Details(session.chat, zone, self.commands["view.details_down"].shown_keys)
        self.list = PostList(session.chat, self.views[ALL], zone, self.details.show)
        session.listen(self._heard)

    @property
    def shown(self) -> str:
        """The list that is shown."""
        return self.listing.shown

    def compose(self) -> ComposeResult:
        """Band and title, three panes, status and keys."""
        yield self.band
        yield Bar(id="head")
        with Horizontal(id="panes"):
            yield self.agenda
            with Vertical(id="middle"):
                yield Bar(id="list-head")
                yield Field(placeholder="Words to look for", id="search", disabled=True)
                yield self.list
            yield self.details
        yield Bar(id="status")
        yield Bar(id="foot")
        yield Static("", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Start hearing of changes."""
        self.list.focus()
        self.list.empty = status.empty(self)
        self.list.show(self.views[ALL], newest=True, remember=False)
        self.flush()
        self.set_interval(0.25, self.draw)

    def on_resize(self, event: Resize) -> None:
        """Fold panes away where there is no room for them."""
        width, height = event.size
        fold(self, event.size)
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.set_class(small, "-too-small")
        if small:
            needs = f"the desk needs {SMALLEST[0]} × {SMALLEST[1]}. Posts are still captured."
            words = f"This terminal is {width} × {height}; {needs}"
            self.query_one("#too-small", Static).update(words)
        self.draw()

    async def action_run(self, command: str) -> None:
        """Carry out a command; the next key waits until it is done, or until it asks something.

        Where nothing can be shown there is no post that a key could be meant for.
        """
        if not self.has_class("-too-small") or command == "desk.quit":
            await self.command_queue.run(self, command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While words are typed into the search, only Escape, arrows and ctrl keys are commands."""
        if action == "run" and self.focused is not None and self.focused.id == "search":
            return parameters[0] in ("desk.back", "desk.palette", "move.up", "move.down")
        return True

    def _heard(self, change: Change) -> None:
        self._changes.append(change)
        if len(self._changes) == 1 and self.is_running:
            self.call_later(self.flush)

    def flush(self) -> None:
        """Show what changed since the last time."""
        if not self._changes:
            return
        change = Change().merge(self._changes)
        self._changes.clear()
        self.views.apply(change)
        self.listing.apply(change)
        if self.list.view is not self.listing.view:
            self.list.view = self.listing.view
            self._grow()
        chat = self.session.chat
        posts = {*change.added, *change.changed}
        posts |= {e.post.reply_to for i in change.added if (e := chat.entry(i)) and e.post.reply_to}
        self._redact(change)
        new = [entry for entry in map(chat.entry, change.added) if entry]
        arrived = {entry.id for entry in new if key_of(entry) in self.list.view}
        self.list.changed(arrived, posts, self.list.cursor in self.acting_on)
        self.details.show(self.list.cursor)
        self.draw()

    def _redact(self, change: Change) -> None:
        """Know what is redacted now, names that redacted authors took on included."""
        chat = self.session.chat
        authors = {value for kind, value in chat.redactions if kind == "author"}
        touched = [*change.added, *change.changed] if authors else []
        entries = filter(None, map(chat.entry, touched))
        if change.rules or any(author_key(entry.post) in authors for entry in entries):
            self.list.painter.redactions = self.details.redactions = Redactions(chat)
            self.list.painter.forget()

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
        entries = self.session.chat.entries
        if chosen := [post_id for post_id in self.list.chosen.ids if post_id in entries]:
            return sorted(chosen, key=lambda post_id: entries[post_id].key)
        following, self.list.following = self.list.following, False
        if monotonic() - self.list.moved_at < SETTLE_SECONDS:
            why = "A post came in just then" if following else "That post just went elsewhere"
            self.list.moved_at = -inf
            self.say(f"{why}; the list stands still now: press again.")
            return []
        return [self.list.cursor] if self.list.cursor else []

    def show(self, name: str, post_id: str | None = None) -> None:
        """Show another list, at a post where that is in it, else where it was left."""
        self.listing.shown = name
        self.remove_class("-details")
        self.narrow(newest=name != INBOX, remember=True)
        if post_id:
            self.list.go_to(post_id)
        self.draw()

    def narrow(self, *, newest: bool = True, remember: bool = False) -> None:
        """Show the list by the filters that hold now; the cursor stays on its post if it can."""
        cursor, line = self.list.cursor, self.list.line
        view = self.listing.renew()
        self.list.empty = status.empty(self)
        words = self.listing.filter("words")
        self.list.match = search_pattern(words.value if words else "")
        self.list.painter.forget()
        self.list.show(view, newest=newest, remember=remember)
        if not remember and cursor:
            self.list.go_to(cursor, line)
        self._grow()
        self.draw()

    def _grow(self) -> None:
        """Look through what is left of a long list, a slice at a time."""
        if self.listing.growing:
            self.listing.grow()
            self.list.changed(frozenset(), frozenset(), own=True)
            self.set_timer(0.005, self._grow)

    def show_beside(self, by: int) -> None:
        """Show the list below or above in the agenda pane."""
        names = self.views.names
        self.show(names[(names.index(self.shown) + by) % len(names)])

    def toggle_details(self) -> None:
        """Show or hide the details."""
        self.toggle_class("-no-details" if self.has_class("-wide") else "-details")
        self.details.show(self.list.cursor)

    def open_search(self) -> None:
        """Ask for words to look for."""
        self.add_class("-searching")
        search = self.query_one("#search", Input)
        search.disabled = False
        self.set_focus(search)

    def end_search(self) -> None:
        """Close the line for words; the list is whole again."""
        search = self.query_one("#search", Input)
        with self.prevent(Input.Changed):
            search.value, search.disabled = "", True
        self.remove_class("-searching")
        self.set_focus(self.list)
        self.listing.look_for("")
        self.narrow()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self.listing.look_for(event.value.strip())
        self.narrow(newest=self.shown != INBOX)

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.set_focus(self.list)
        if not self.listing.filter("words"):
            self.end_search()

    @on(PostList.Opened)
    def _opened(self) -> None:
        self.toggle_details()

    @on(AgendaList.Chosen)
    def _chosen(self, event: AgendaList.Chosen) -> None:
        self.show(event.name)

    async def ask(self, dialog: SingleAnswerDialog[T]) -> T | None:
        """Put a dialog on the screen and wait for its answer; keys go there meanwhile."""
        return await self.command_queue.ask(self.app, dialog)

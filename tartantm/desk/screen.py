"""The desk's one screen: composes the panes, lays them out, and forwards keys to commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from tartantm.core.entry import Change
from tartantm.desk.changes import ChangeFeed
from tartantm.desk.commands.command import Command, shown
from tartantm.desk.commands.command_queue import CommandQueue
from tartantm.desk.commands.context import Application, DeskContext
from tartantm.desk.commands.dispatch import carry_out
from tartantm.desk.commands.table import COMMANDS
from tartantm.desk.panes.agenda import AgendaList
from tartantm.desk.panes.bars import Bar
from tartantm.desk.panes.details import Details
from tartantm.desk.panes.list_chooser import ListChooser
from tartantm.desk.panes.messages import Messages
from tartantm.desk.panes.pane_layout import PaneLayout
from tartantm.desk.panes.posts import PostList
from tartantm.desk.panes.reader_line import reader_line
from tartantm.desk.panes.search_line import SearchLine
from tartantm.desk.panes.shown_list import ShownList
from tartantm.desk.panes.status import KeyHint, StatusLines
from tartantm.desk.panes.tartan_band import TartanBand
from tartantm.desk.panes.views import Views
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.networks.clock import Clock
from tartantm.settings.tartan import Sett
from tartantm.store.session import LiveSession

if TYPE_CHECKING:
    from tartantm.capture.own_reader import OwnReader
    from tartantm.capture.supervisor import Supervisor

DRAW_SECONDS = 0.25
"""How often clocks and states of sources are brought up to date."""


MESSAGE_LINES = 4
"""So many lines a message may take for its few seconds."""


class Desk(Screen[None]):
    """What the moderator sees all evening."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(command.keys),
            f"run('{command.id}')",
            command.title,
            show=False,
            priority=True,
            id=command.id,
        )
        for command in COMMANDS
    ]
    """Priority bindings run before Textual looks at the next key; see `key_queue`."""

    AUTO_FOCUS: ClassVar[str] = "PostList"
    """Keys typed before the first frame are commands, never words for the search."""

    def __init__(
        self,
        session: LiveSession,
        views: Views,
        clock: Clock,
        sett: Sett,
        capture: Supervisor | None,
        commands: Sequence[Command],
        application: Application,
        queue: CommandQueue,
        reader: OwnReader | None = None,
    ) -> None:
        """A desk on a session; `commands` are under the user's keys."""
        super().__init__()
        self.reader = reader
        chat, zone = session.chat, session.chat.agenda.tz
        keys = {each.id: each for each in commands}
        hints = {
            each.id: KeyHint(
                shown(each.keys[0]) if each.keys else "", each.footer, each.where == "post"
            )
            for each in commands
        }
        shown_list, messages = ShownList(chat, views), Messages()
        self.band = TartanBand(sett)
        self.agenda = AgendaList(chat, views)
        withheld = WithheldNow(chat)
        further = keys["view.details_down"].shown_keys
        self.details = Details(chat, zone, withheld, further, views.conversations.of)
        self.list = PostList(chat, shown_list.view, zone, withheld, self.details.show)
        panes = PaneLayout(self, self.details)
        self._lines = StatusLines(
            session, views, shown_list, self.list, self.agenda, panes, messages, capture, hints
        )
        lists = ListChooser(views, shown_list, self.list, panes, self._lines.empty, self.draw)
        changes = ChangeFeed(
            chat, views, shown_list, self.list, self.details, withheld, lists, self.draw
        )
        self.search = SearchLine(lists, self.list)
        self.context = DeskContext(
            session=session,
            clock=clock,
            capture=capture,
            commands=commands,
            views=views,
            shown_list=shown_list,
            post_list=self.list,
            messages=messages,
            changes=changes,
            lists=lists,
            search=self.search,
            panes=panes,
            details=self.details,
            withheld=withheld,
            app=application,
        )
        self._queue = queue
        session.listen(self._changed)

    def compose(self) -> ComposeResult:
        """Band and title, three panes, status and keys."""
        yield self.band
        yield Bar(id="head")
        with Horizontal(id="panes"):
            yield self.agenda
            with Vertical(id="middle"):
                yield Bar(id="list-head")
                yield self.search
                yield self.list
            yield self.details
        yield Bar(id="status", most=MESSAGE_LINES)
        if self.reader is not None:
            yield Bar(id="reader", most=MESSAGE_LINES)
        yield Bar(id="foot")
        yield Static("", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Show the first list, and what changed since it was read."""
        self.list.focus()
        self.context.lists.begin()
        self.context.changes.flush()
        if self.context.capture is not None:
            self.context.capture.notices.append(lambda words, _: self.context.notice(words))
        if self.reader is not None:
            self.reader.start()
        self.set_interval(DRAW_SECONDS, self.draw)

    async def leaving(self) -> None:
        """Have nothing recorded any more that nobody here decided."""
        if self.reader is not None:
            await self.reader.stopped()

    def on_resize(self, event: Resize) -> None:
        """Fold panes away where there is no room for them."""
        if words := self.context.panes.resize(event.size):
            self.query_one("#too-small", Static).update(words)
        self.draw()

    async def action_run(self, command: str) -> None:
        """Carry out a command; the next key waits until it is done, or until it asks something."""
        if not self.context.panes.too_small or command == "desk.quit":
            await self._queue.run(self._carry_out(command))

    async def _carry_out(self, command: str) -> None:
        await carry_out(self.context, command)
        self.draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While words are typed into the search, only Escape, arrows and ctrl keys are commands."""
        if action == "run" and self.focused is self.search:
            return parameters[0] in ("desk.back", "desk.palette", "move.up", "move.down")
        return True

    def _changed(self, change: Change) -> None:
        if self.context.changes.add(change) and self.is_running:
            self.call_later(self.context.changes.flush)

    def draw(self) -> None:
        """Bring the lines that show the state up to date."""
        now = self.context.clock.now()
        self.agenda.draw(self.context.shown, now)
        self.query_one("#head", Bar).say(*self._lines.head(now))
        self.query_one("#list-head", Bar).say(*self._lines.list_head(now))
        self.query_one("#status", Bar).say(*self._lines.status(now))
        if self.reader is not None:
            self.query_one("#reader", Bar).say(*reader_line(self.reader))
        self.query_one("#foot", Bar).say(*self._lines.foot())

    @on(PostList.Opened)
    def _opened(self) -> None:
        self.context.toggle_details()

    @on(AgendaList.Clicked)
    def _chosen(self, event: AgendaList.Clicked) -> None:
        self.context.show(event.name)

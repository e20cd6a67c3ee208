"""What the handlers of commands may use of the desk, and no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.desk.changes import ChangeFeed
from tartantm.desk.commands.command import Command
from tartantm.desk.dialogs.base import SingleAnswerDialog
from tartantm.desk.panes.details import Details
from tartantm.desk.panes.list_chooser import ListChooser
from tartantm.desk.panes.messages import Messages
from tartantm.desk.panes.pane_layout import PaneLayout
from tartantm.desk.panes.posts import PostList
from tartantm.desk.panes.said_rows import Said
from tartantm.desk.panes.search_line import SearchLine
from tartantm.desk.panes.shown_list import ShownList
from tartantm.desk.panes.status import is_live
from tartantm.desk.panes.views import ALL, Views
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.desk.targets import rows, targets
from tartantm.networks.clock import Clock
from tartantm.store.session import LiveSession

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Supervisor

T = TypeVar("T")


class Application(Protocol):
    """What a command may ask of the app around the desk."""

    async def ask(self, dialog: SingleAnswerDialog[T]) -> T | None:
        """Show a dialog and return its answer; None where it was left without one."""

    async def choose_theme(self) -> None:
        """Let the moderator choose a theme."""

    def action_command_palette(self) -> None:
        """Open the palette."""

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by the terminal's own way (OSC 52)."""

    async def leave(self) -> None:
        """Save and end."""


@dataclass
class DeskContext:
    """The desk as a command sees it: what it reads, and what it can have the desk do."""

    session: LiveSession
    clock: Clock
    capture: Supervisor | None
    """What hears the sources; None where none is named."""
    commands: Sequence[Command]
    """Every command under the user's keys."""
    views: Views
    """All lists of the chat."""
    shown_list: ShownList
    """Which of them is shown, and what narrows it."""
    post_list: PostList
    """The list on the screen, with cursor and selection."""
    messages: Messages
    changes: ChangeFeed
    """Shows at once what an act changed."""
    lists: ListChooser
    search: SearchLine
    panes: PaneLayout
    details: Details
    withheld: WithheldNow
    """What is withheld now, for what is drawn."""
    app: Application
    notes: list[tuple[datetime, str]] = field(default_factory=list)
    """What was said about sources and clocks, with the chat's time."""
    venue: str | None = None
    """Where the last remark was made."""
    reviewed_from: str = ALL
    """The list that was shown when the review was asked for."""

    @property
    def chat(self) -> Chat:
        """The chat as it stands now."""
        return self.session.chat

    @property
    def live(self) -> bool:
        """Whether a source may still deliver posts."""
        return is_live(self.capture)

    @property
    def under_cursor(self) -> Entry | None:
        """The post under the cursor, whatever is selected."""
        return self.chat.entry(self.post_list.cursor)

    @property
    def shown(self) -> str:
        """The name of the list that is shown."""
        return self.shown_list.name

    def targets(self) -> list[str]:
        """The posts an act is for: the selected ones, else the one under the cursor."""
        return targets(self.chat, self.post_list, self.messages.say)

    def rows(self) -> list[Said]:
        """The same by rows: each post, or in the inbox every post of its conversation."""
        return rows(self.chat, self.post_list, self.targets())

    def placing(self) -> list[str]:
        """The posts an act of placing is for: those of the rows."""
        return list(dict.fromkeys(each for row in self.rows() for each in row.stands))

    async def ask(self, dialog: SingleAnswerDialog[T]) -> T | None:
        """Show a dialog and return its answer; None where it was left without one."""
        return await self.app.ask(dialog)

    def say(
        self, words: str, *, trouble: bool = False, is_over: Callable[[], bool] | None = None
    ) -> None:
        """Show a message for a few seconds, or until what it says `is_over`."""
        self.messages.say(words, trouble=trouble, is_over=is_over)

    def notice(self, words: str) -> None:
        """Show a message about a source or a clock, and keep it for the report on sources."""
        self.notes.append((self.clock.now(), words))
        self.say(words)

    def show(self, name: str, post_id: str | None = None) -> None:
        """Show a list, at a post where that is in it, else where it was left."""
        self.lists.show(name, post_id)

    def toggle_details(self) -> None:
        """Show the details of the post under the cursor, or hide them."""
        self.panes.toggle_details(self.post_list.cursor)

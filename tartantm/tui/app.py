"""The terminal app: themes, the palette, and the desk as its one screen."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.markup import escape
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from tartantm.config import load
from tartantm.post import clean
from tartantm.session import LiveSession
from tartantm.sources.clock import Clock
from tartantm.sources.follow import Follow, Source
from tartantm.theme import Broken, Theme
from tartantm.tui import (
    agenda_editing,
    annotating,
    copying,
    hangup,
    hearing,
    moving,
    placing,
    planning,
    reading,
    selecting,
    undoing,
    withholding,
)
from tartantm.tui import themes as ours
from tartantm.tui.commands import remapped
from tartantm.tui.desk import Desk
from tartantm.tui.dialogs import Choice
from tartantm.tui.views import INBOX
from tartantm.words import posts

if TYPE_CHECKING:
    from textual.worker import Worker


LEAVING_SECONDS = 5.0
"""How long sources get to say goodbye."""

PROBLEM_SECONDS = 20.0
"""How long the desk tells of a key that cannot be given."""

CARRIED_OUT_BY = (
    *(agenda_editing, annotating, copying, hearing, moving, placing),
    *(planning, reading, selecting, undoing, withholding),
)
"""The modules that carry commands out; loading them makes the commands known."""


class DeskApp(App[None]):
    """Runs the desk on one session."""

    CSS_PATH = "tartantm.tcss"
    TITLE = "tartantm"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS: ClassVar[set[type | Callable[[], type]]] = App.COMMANDS
    NOTIFICATION_TIMEOUT = 6

    def __init__(
        self,
        path: Path,
        sources: Sequence[Source],
        clock: Clock,
        themes: dict[str, Theme],
        theme: str,
        broken: Sequence[Broken] = (),
        remember: Callable[[str], None] = lambda name: None,
        keymap: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__()
        # Nothing on the desk moves by itself but posts and clocks.
        self.animation_level = "none"
        self._commands, self._problems = remapped(load().keys if keymap is None else keymap)
        self._path, self._sources, self._clock = path, sources, clock
        self._themes, self._broken, self._remember = themes, broken, remember
        for each in themes.values():
            self.register_theme(ours.textual_theme(each))
        self.theme = theme
        self._capturing: Worker[None] | None = None
        self._ending = False
        self.fault: BaseException | None = None
        """What should not have happened, and ended the desk."""

    def get_driver_class(self) -> type[Driver]:
        """The usual driver, but one that outlives its terminal."""
        return hangup.lasting(super().get_driver_class())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables, so that the stylesheet parses under any theme."""
        return ours.defaults()

    def on_mount(self) -> None:
        """Open the session and put the desk on the screen."""
        self.session = LiveSession(self._path)
        follow = Follow(self.session, self._sources, self._clock) if self._sources else None
        sett = self._themes[self.theme].sett
        self.set_keymap({each.id: ",".join(each.keys) for each in self._commands})
        self.desk = Desk(self.session, self._clock, sett, follow, self._commands)
        self.push_screen(self.desk)
        hangup.on_request(self._end)
        if hangup.terminal_is_there():
            self.set_interval(hangup.LOOK_SECONDS, self._look)
        if follow:
            self._capturing = self.run_worker(follow.run(), group="capture", exit_on_error=True)
        for path, reason in self._broken:
            words = clean(f"The theme {path.name} is left out: {reason}.")
            self.notify(words, severity="warning", markup=False)
        for words in self._problems:
            self.notify(words, severity="warning", markup=False, timeout=PROBLEM_SECONDS)
        if self.session.damaged:
            words = f"{len(self.session.damaged)} events of the session could not be read."
            self.notify(words, severity="warning", markup=False)

    async def choose_theme(self) -> None:
        """Let the moderator choose, and remember the choice."""
        rows = [(name, theme.title) for name, theme in self._themes.items()]
        chosen = await self.desk.ask(Choice("Theme", rows, self.theme))
        if chosen:
            self.theme = chosen
            self.desk.band.wear(self._themes[chosen].sett)
            self._remember(chosen)

    async def action_quit(self) -> None:
        """Ask first, as the key for leaving does; Textual's own way would drop what is unsaved."""
        if self.screen is self.desk:
            await self.desk.action_run("desk.quit")

    def _fatal_error(self) -> None:
        """End; who runs the desk tells why. Textual shows local names, and tokens among them."""
        error = self._exception or sys.exc_info()[1]
        self.fault = error.error if isinstance(error, WorkerFailed) else error
        self._close_messages_no_wait()

    def _look(self) -> None:
        if not hangup.terminal_is_there():
            self._end()

    def _end(self) -> None:
        """Leave without asking: there is nobody to ask, or somebody who will not wait."""
        hangup.let_go()
        if not self._ending:
            self._ending = True
            self.run_worker(self.leave(), group="leaving")

    async def leave(self) -> None:
        """Stop capturing, let the session go, and end."""
        if self._capturing is not None and self.desk.follow is not None:
            self.desk.follow.stop()
            with suppress(TimeoutError, WorkerFailed, WorkerCancelled):
                await asyncio.wait_for(self._capturing.wait(), LEAVING_SECONDS)
        await self.session.close()
        self.exit()

    @property
    def waiting_in_inbox(self) -> str:
        """What is left to place, in words; "" for nothing."""
        count = len(self.desk.views[INBOX])
        return posts(count).capitalize() if count else ""

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every command of the desk, every list, every theme."""
        desk = self.desk
        for command in self._commands:
            run = f"run('{command.id}')"
            yield SystemCommand(
                f"{command.title} ({command.shown_keys})",
                command.help,
                lambda run=run: desk.run_action(run),
            )
        for question in self.session.chat.agenda.questions:
            yield SystemCommand(
                f"Show {question.id}",
                escape(question.text),  # the palette takes it for markup
                lambda name=question.id: desk.show(name),
            )

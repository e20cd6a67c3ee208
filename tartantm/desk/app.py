"""The terminal app: themes, the palette, and the desk as its one screen."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from tartantm.desk import terminal_loss
from tartantm.desk import themes as ours
from tartantm.desk.loading import Opened, Opening
from tartantm.settings.theme import Broken, Theme
from tartantm.store.load_progress import Abandoned, LoadProgress

if TYPE_CHECKING:
    from textual.worker import Worker

    from tartantm.desk.key_queue import KeyQueue
    from tartantm.desk.screen import Desk
    from tartantm.store.session import LiveSession


LEAVING_SECONDS = 5.0
"""How long sources get to say goodbye."""

PROBLEM_SECONDS = 20.0
"""How long the desk tells of a key that cannot be given."""


class DeskApp(App[None]):
    """Runs the desk on one session."""

    CSS_PATH = "desk.tcss"
    TITLE = "tartantm"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    COMMANDS: ClassVar[set[type | Callable[[], type]]] = App.COMMANDS
    NOTIFICATION_TIMEOUT = 6

    session: LiveSession
    desk: Desk
    key_queue: KeyQueue
    """They are there once `opened` is set."""

    def __init__(
        self,
        title: str,
        read: Callable[[LoadProgress], Opened],
        themes: dict[str, Theme],
        theme: str,
        broken: Sequence[Broken] = (),
        remember: Callable[[str], None] = lambda name: None,
        keymap: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """The desk of the session that `read` reads, in a thread; `title` is shown meanwhile."""
        super().__init__()
        # Nothing on the desk moves by itself but posts and clocks.
        self.animation_level = "none"
        self._read, self._keys_wanted = read, keymap
        self._themes, self._broken, self._remember = themes, broken, remember
        for each in themes.values():
            self.register_theme(ours.textual_theme(each))
        self.theme = theme
        self._capturing: Worker[None] | None = None
        self.reading = LoadProgress(title)
        self.opened = asyncio.Event()
        """Set when the desk is on the screen."""
        self._ending = False
        self._left = False
        """Whether all is saved and let go, so that nothing that fails now is anybody's loss."""
        self.fault: BaseException | None = None
        """Why the session could not be opened, or what should not have been; it ended the app."""

    async def on_event(self, event: Event) -> None:
        """Take keys one after the other."""
        if isinstance(event, Key | Paste) and not event.is_forwarded and self.opened.is_set():
            self.key_queue.type(event)
        else:
            await super().on_event(event)

    async def _give(self, event: Key | Paste) -> bool:
        """Carry a key of the desk out on the spot; all others go through the widgets."""
        at_desk = self.screen is self.desk and self.focused is self.desk.list
        if at_desk and isinstance(event, Key) and (command := self._by_key.get(event.key)):
            await self.desk.action_run(command)
            return True
        await super().on_event(event)
        return False

    async def _carried_out(self) -> None:
        await self.desk.command_queue.settled()

    def get_driver_class(self) -> type[Driver]:
        """The usual driver, but one that outlives its terminal."""
        return terminal_loss.lasting(super().get_driver_class())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables, so that the stylesheet parses under any theme."""
        return ours.defaults()

    def get_default_screen(self) -> Screen[None]:
        """What is drawn before anything was read."""
        return Opening(self.reading, self._themes[self.theme].sett)

    def on_mount(self) -> None:
        """Begin to read once the first frame is drawn."""
        terminal_loss.on_request(self._end)
        if terminal_loss.terminal_is_there():
            self.set_interval(terminal_loss.LOOK_SECONDS, self._look)
        self.call_after_refresh(self.run_worker, self._open(), group="opening")

    async def _open(self) -> None:
        """Read the session and put the desk on the screen."""
        from tartantm.desk.build import assemble
        from tartantm.desk.commands.keymap import own_keys
        from tartantm.desk.key_queue import KeyQueue

        try:
            parts = await asyncio.to_thread(assemble, self._read, self.reading, self._keys_wanted)
            if self.reading.abandoned:
                return
            self._commands = parts.commands
            self._by_key = {key: each.id for each in self._commands for key in each.keys}
            self.session = parts.live()
        except Abandoned:
            return
        except Exception as error:
            self.fault = error
            self.exit()
            return
        # What was read stays; the collector needs not hold the screen up to look through it.
        gc.freeze()
        self.desk = parts.desk(self.session, self._themes[self.theme].sett)
        self.key_queue = KeyQueue(self, self._give, self._carried_out)
        self.opened.set()
        # Textual applies this anew to every key typed elsewhere: so no more than what differs.
        self.set_keymap({each.id: ",".join(each.keys) for each in own_keys(self._commands)})
        self.push_screen(self.desk)
        if follow := self.desk.follow:
            self._capturing = self.run_worker(follow.run(), group="capture", exit_on_error=True)
        for words in [*self._left_out(), *parts.problems]:
            self.notify(words, severity="warning", markup=False, timeout=PROBLEM_SECONDS)

    def on_unmount(self) -> None:
        """Let what was read go where this was not the process's last desk."""
        gc.unfreeze()

    def _left_out(self) -> Iterator[str]:
        """What could not be read of themes and of the session."""
        from tartantm.core.post import clean

        for path, reason in self._broken:
            yield clean(f"The theme {path.name} is left out: {reason}.")
        if damaged := len(self.session.damaged):
            yield f"{damaged} events of the session could not be read."

    async def choose_theme(self) -> None:
        """Let the moderator choose, and remember the choice."""
        from tartantm.desk.dialogs.dialogs import Choice

        rows = [(name, theme.title) for name, theme in self._themes.items()]
        chosen = await self.desk.ask(Choice("Theme", rows, self.theme))
        if chosen:
            self.theme = chosen
            self.desk.band.wear(self._themes[chosen].sett)
            self._remember(chosen)

    async def action_quit(self) -> None:
        """Ask first, as the key for leaving does; Textual's own way would drop what is unsaved."""
        if not self.opened.is_set():
            await self.leave()
        elif self.screen is self.desk:
            await self.desk.action_run("desk.quit")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The palette is for the desk: not before it stands, and not while it asks something."""
        return action != "command_palette" or (self.opened.is_set() and self.screen is self.desk)

    def action_command_palette(self) -> None:
        """Open the palette."""
        from tartantm.desk.dialogs.base import Palette

        self.push_screen(Palette(id="--command-palette"))

    def _fatal_error(self) -> None:
        """End; who runs the desk tells why. Textual shows local names, and tokens among them."""
        error = self._exception or sys.exc_info()[1]
        # Textual's palette may look for parts of itself that are gone already when the app ends.
        if not self._left:
            self.fault = error.error if isinstance(error, WorkerFailed) else error
        self._close_messages_no_wait()

    def _look(self) -> None:
        if not terminal_loss.terminal_is_there():
            self._end()

    def _end(self) -> None:
        """Leave without asking: there is nobody to ask, or somebody who will not wait."""
        terminal_loss.let_go()
        if not self._ending:
            self._ending = True
            self.run_worker(self.leave(), group="leaving")

    async def leave(self) -> None:
        """Stop capturing, let the session go, and end."""
        self.reading.abandoned = True
        if self._capturing is not None and self.desk.follow is not None:
            self.desk.follow.stop()
            with suppress(TimeoutError, WorkerFailed, WorkerCancelled):
                await asyncio.wait_for(self._capturing.wait(), LEAVING_SECONDS)
        if self.opened.is_set():
            await self.session.close()
        self._left = True
        self.exit()

    @property
    def waiting_in_inbox(self) -> str:
        """What is left to place, in words; "" for nothing."""
        from tartantm.core.describe import posts
        from tartantm.desk.panes.views import INBOX

        count = len(self.desk.views[INBOX]) if self.opened.is_set() else 0
        return posts(count).capitalize() if count else ""

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every command of the desk, and every list."""
        from textual.markup import escape

        from tartantm.desk.panes.views import NAMES

        desk = self.desk
        for command in self._commands:
            run = f"run('{command.id}')"
            yield SystemCommand(
                f"{command.title} ({command.shown_keys})",
                command.help,
                lambda run=run: desk.run_action(run),
            )
        for name in desk.views.names:
            question = self.session.chat.agenda.get(name)
            yield SystemCommand(
                f"Show {NAMES.get(name, name)}",
                escape(question.text) if question else "",  # the palette takes it for markup
                lambda name=name: desk.show(name),
            )

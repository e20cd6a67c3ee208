"""The Textual app: opens the session, shows the desk, and ends without losing anything."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from tartantm.desk import terminal_loss
from tartantm.desk import themes as ours
from tartantm.desk.loading import DeskInput, ListenAgain, LoadingScreen
from tartantm.settings.theme import Broken, Theme
from tartantm.settings.threads import use_threads_of_its_own
from tartantm.store.load_progress import Abandoned, LoadProgress

if TYPE_CHECKING:
    from textual.worker import Worker

    from tartantm.desk.commands.command_queue import CommandQueue
    from tartantm.desk.dialogs.base import SingleAnswerDialog
    from tartantm.desk.key_queue import KeyQueue
    from tartantm.desk.screen import Desk
    from tartantm.store.session import LiveSession


T = TypeVar("T")

LEAVING_SECONDS, SAVING_SECONDS = 3.5, 0.2
"""How long it may take, at the end, until sources are disconnected and all is saved; and of that
for saving alone, at least."""

PROBLEM_SECONDS = 20.0
"""How long a problem found at the start is shown."""


class DeskApp(App[None]):
    """Runs the desk on one session."""

    CSS_PATH = "desk.tcss"
    TITLE = "tartantm"
    ENABLE_COMMAND_PALETTE = False
    """Textual's own key for the palette works everywhere; the desk's does on the desk alone."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", show=False)]
    """Without priority, unlike Textual's, so that the desk's keys come first."""
    NOTIFICATION_TIMEOUT = 6

    session: LiveSession
    desk: Desk
    command_queue: CommandQueue
    key_queue: KeyQueue
    """These four are set before `opened` is."""

    def __init__(
        self,
        title: str,
        read: Callable[[LoadProgress], DeskInput],
        themes: dict[str, Theme],
        theme: str,
        broken: Sequence[Broken] = (),
        remember: Callable[[str], None] = lambda name: None,
        keymap: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Make an app for the session that `read` reads in a thread; `title` is shown meanwhile.

        `broken` are themes that could not be read; `remember` is called with a theme chosen.
        """
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
        """Whether the session is saved and closed, so that a fault from now on loses nothing."""
        self.unsaved = ""
        """What could not be saved at the end, and why, in a sentence; "" for nothing."""
        self.fault: BaseException | None = None
        """What ended the app: why the session could not be opened, or an unexpected error."""

    async def on_event(self, event: Event) -> None:
        """Take keys one after the other; `key_queue` says why Textual's dispatch does not do."""
        if isinstance(event, Key | Paste) and not event.is_forwarded and self.opened.is_set():
            self.key_queue.put(event)
        else:
            await super().on_event(event)

    def get_driver_class(self) -> type[Driver]:
        """Returns the usual driver, made to survive the loss of its terminal."""
        return terminal_loss.surviving(super().get_driver_class())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Returns values of our own variables, so that the stylesheet parses under any theme."""
        return ours.defaults()

    def get_default_screen(self) -> Screen[None]:
        """Returns the screen that is drawn before anything was read."""
        return LoadingScreen(self.reading, self._themes[self.theme].sett)

    def on_mount(self) -> None:
        """Start reading once the first frame is drawn."""
        use_threads_of_its_own()
        terminal_loss.on_signal(self._end)
        if terminal_loss.terminal_is_there():
            self.set_interval(terminal_loss.CHECK_SECONDS, self._check_terminal)
        self.call_after_refresh(self.run_worker, self._open(), group="opening")

    async def _open(self) -> None:
        """Read the session and put the desk on the screen."""
        from tartantm.desk.build import assemble
        from tartantm.desk.commands.command_queue import CommandQueue
        from tartantm.desk.commands.keymap import own_keys
        from tartantm.desk.key_queue import KeyQueue

        try:
            parts = await asyncio.to_thread(assemble, self._read, self.reading, self._keys_wanted)
            if asked := parts.opened.listen_again:
                listens = await self._asks_to_listen(asked)
                parts = await asyncio.to_thread(parts.listening, listens)
            if self.reading.abandoned:
                return
            self._commands = parts.commands
            self.session = parts.live()
        except Abandoned:
            return
        except Exception as error:
            self.fault = error
            self.exit()
            return
        # What was read stays, so a garbage collection need not block the screen to walk it.
        gc.freeze()
        self.command_queue = CommandQueue(self._raise_later)
        sett = self._themes[self.theme].sett
        self.desk = parts.desk(self.session, sett, self, self.command_queue)
        self.key_queue = KeyQueue(
            self, super().on_event, self.command_queue.settled, self._raise_later
        )
        self.opened.set()
        # Textual applies the keymap at every key, so it holds only what differs.
        self.set_keymap({each.id: ",".join(each.keys) for each in own_keys(self._commands)})
        self.push_screen(self.desk)
        if capture := self.desk.context.capture:
            self._capturing = self.run_worker(capture.run(), group="capture", exit_on_error=True)
        for words in [*self._left_out(), *parts.problems]:
            self.notify(words, severity="warning", markup=False, timeout=PROBLEM_SECONDS)

    async def _asks_to_listen(self, asked: ListenAgain) -> bool:
        """Ask whether a kept session is to listen again to what it listened to last."""
        from tartantm.desk.dialogs.listen_again import ListenAgainDialog

        dialog = ListenAgainDialog(
            asked.names, asked.notes, usual=asked.is_usual, elsewhere=asked.elsewhere
        )
        dialog.answered = lambda _: None
        return bool(await self.push_screen_wait(cast("Screen[object]", dialog)))

    def on_unmount(self) -> None:
        """Free what was read, for a process that goes on to open another desk."""
        gc.unfreeze()

    def _left_out(self) -> Iterator[str]:
        """Yields a sentence for each theme, and one for the events, that could not be read."""
        from tartantm.core.post import clean
        from tartantm.store.damage import agenda_warnings, damage_warning

        for path, reason in self._broken:
            yield clean(f"The theme {path.name} is left out: {reason}.")
        if self.session.damaged:
            yield clean(damage_warning(self.session.path, self.session.damaged))
        yield from map(clean, agenda_warnings(self.session.path, self.session.chat.agenda))

    async def ask(self, dialog: SingleAnswerDialog[T]) -> T | None:
        """Show a dialog and return its answer; None where it was left without one."""
        return await self.command_queue.ask(self, dialog)

    async def choose_theme(self) -> None:
        """Let the moderator choose a theme, and remember it."""
        from tartantm.desk.dialogs.dialogs import Choice

        rows = [(name, theme.title) for name, theme in self._themes.items()]
        chosen = await self.ask(Choice("Theme", rows, self.theme))
        if chosen:
            self.theme = chosen
            self.desk.band.set_sett(self._themes[chosen].sett)
            self._remember(chosen)

    async def action_quit(self) -> None:
        """Leave as the desk's own key does; Textual's way would drop what is unsaved."""
        if not self.opened.is_set():
            await self.leave()
        elif self.screen is self.desk:
            await self.desk.action_run("desk.quit")

    def action_command_palette(self) -> None:
        """Open the palette."""
        from tartantm.desk.dialogs.base import Palette

        self.push_screen(Palette(id="--command-palette"))

    def _raise_later(self, error: BaseException) -> None:
        """Raise an error of a task in the app's own loop, which ends the app."""

        def raise_it() -> None:
            raise error

        self.call_later(raise_it)

    def _fatal_error(self) -> None:
        """End with `fault` set, for the caller to report.

        Textual would print a traceback with the values of local names, tokens among them. It offers
        no public hook for this.
        """
        if self._left:
            # Textual's palette may look for parts of itself that are gone already when the app
            # ends. All is saved by then, so that the exit code has to stay 0.
            self.exit()
            return
        error = self._exception or sys.exc_info()[1]
        self.fault = error.error if isinstance(error, WorkerFailed) else error
        self.exit(return_code=1)

    def _check_terminal(self) -> None:
        if not terminal_loss.terminal_is_there():
            self._end()

    def _end(self) -> None:
        """Leave without asking: the terminal is gone, or a signal asked for it."""
        terminal_loss.redirect_output()
        if not self._ending:
            self._ending = True
            self.run_worker(self.leave(), group="leaving")

    async def leave(self) -> None:
        """Stop capturing, save and close the session, and end."""
        self.reading.abandoned = True
        until = monotonic() + LEAVING_SECONDS
        capture = None
        if self._capturing is not None and (capture := self.desk.context.capture):
            capture.stop()
            with suppress(TimeoutError, WorkerFailed, WorkerCancelled):
                async with asyncio.timeout(LEAVING_SECONDS):
                    await self._capturing.wait()
        if self.opened.is_set():
            await self.desk.leaving()
            await self.session.close(max(SAVING_SECONDS, until - monotonic()))
            if trouble := self.session.trouble:
                from tartantm.core.describe import not_saved

                self.unsaved = not_saved(capture.waiting if capture else 0, trouble)
        self._left = True
        self.exit()

    @property
    def waiting_in_inbox(self) -> str:
        """How many posts wait in the inbox, in words; "" for none."""
        from tartantm.core.describe import posts
        from tartantm.desk.panes.views import INBOX

        count = len(self.desk.context.views[INBOX]) if self.opened.is_set() else 0
        return posts(count).capitalize() if count else ""

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Returns the rows of the palette: every command of the desk, and every list."""
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
        for name in desk.context.views.names:
            question = self.session.chat.agenda.get(name)
            yield SystemCommand(
                f"Show {NAMES.get(name, name)}",
                escape(question.text) if question else "",  # the palette reads it as markup
                lambda name=name: desk.context.show(name),
            )

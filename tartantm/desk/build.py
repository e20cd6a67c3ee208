"""Builds the parts of the desk, in a thread, while its first frame is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tartantm.desk.commands import (
    agenda,
    annotate,
    closing,
    copy,
    erase,
    inbox,
    navigate,
    paste,
    place,
    questions,
    read,
    select,
    sources,
    undo,
    withhold,
)
from tartantm.desk.commands.command import Command
from tartantm.desk.commands.command_queue import CommandQueue
from tartantm.desk.commands.context import Application
from tartantm.desk.commands.keymap import remapped
from tartantm.desk.loading import DeskInput
from tartantm.desk.panes.views import Views
from tartantm.desk.screen import Desk
from tartantm.grouping.grouper import Grouper
from tartantm.settings.config import load
from tartantm.settings.tartan import Sett
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import LiveSession

HANDLER_MODULES = (
    *(agenda, annotate, closing, copy, erase, inbox, sources, navigate, paste, place),
    *(questions, read, select, undo, withhold),
)
"""The modules with handlers of commands: importing them registers the handlers."""


class Parts(NamedTuple):
    """What the thread has built of a session, for the desk's event loop to go on with."""

    opened: DeskInput
    views: Views
    grouper: Grouper
    commands: tuple[Command, ...]
    problems: list[str]
    """A sentence for each thing wrong with the user's keys."""

    def listening(self, answer: bool) -> Parts:
        """Returns the same with the sources that were asked about, or without; may block."""
        asked = self.opened.listen_again
        if asked is None:
            return self
        sources, clock, again, notes = asked.answer(answer)
        opened = self.opened._replace(
            sources=sources, clock=clock, again=again, listen_again=None, notes=notes
        )
        return self._replace(opened=opened)

    def live(self) -> LiveSession:
        """Returns the session, ready to record, and following what other processes record."""
        return LiveSession(self.opened.session.path, self.opened.session, self.grouper)

    def desk(
        self, session: LiveSession, sett: Sett, application: Application, queue: CommandQueue
    ) -> Desk:
        """Returns the desk's screen on that session."""
        _, sources, clock, again, _, notes, make_reader = self.opened
        capture = None
        if sources:
            from tartantm.capture.supervisor import Supervisor

            capture = Supervisor(session, sources, clock, again)
        reader = make_reader(session) if make_reader else None
        desk = Desk(
            session, self.views, clock, sett, capture, self.commands, application, queue, reader
        )
        for words in notes:
            desk.context.notice(words)
        return desk


def assemble(
    read: Callable[[LoadProgress], DeskInput],
    progress: LoadProgress,
    keymap: Mapping[str, Sequence[str]] | None,
) -> Parts:
    """Read the session, and build what depends on all of it; `progress` is updated meanwhile."""
    opened = read(progress)
    chat = opened.session.chat
    commands, problems = remapped(load().keys if keymap is None else keymap)
    return Parts(opened, Views(chat), Grouper(chat), commands, problems)

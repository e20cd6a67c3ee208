"""Everything that the desk is made of, put together in a thread while its first frame stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tartantm.desk.commands import (
    agenda,
    annotate,
    copy,
    mute,
    navigate,
    place,
    questions,
    read,
    select,
    sources,
    undo,
)
from tartantm.desk.commands.command import Command
from tartantm.desk.commands.keymap import remapped
from tartantm.desk.loading import Opened
from tartantm.desk.panes.views import Views
from tartantm.desk.screen import Desk
from tartantm.grouping.grouper import Grouper
from tartantm.settings.config import load
from tartantm.settings.tartan import Sett
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import LiveSession

CARRIED_OUT_BY = (
    *(agenda, annotate, copy, sources, navigate, place),
    *(questions, read, select, undo, mute),
)
"""The modules that carry commands out; loading them makes the commands known."""


class Parts(NamedTuple):
    """What was made of a session, for the loop that runs the desk to go on with."""

    opened: Opened
    views: Views
    grouper: Grouper
    commands: tuple[Command, ...]
    problems: list[str]
    """What is wrong with the user's keys."""

    def live(self) -> LiveSession:
        """The session, taking acts and hearing what other processes record."""
        return LiveSession(self.opened.session.path, self.opened.session, self.grouper)

    def desk(self, session: LiveSession, sett: Sett) -> Desk:
        """The desk on it."""
        _, sources, clock, again = self.opened
        follow = None
        if sources:
            from tartantm.capture.supervisor import Supervisor

            follow = Supervisor(session, sources, clock, again)
        return Desk(session, self.views, clock, sett, follow, self.commands)


def assemble(
    read: Callable[[LoadProgress], Opened],
    far: LoadProgress,
    keymap: Mapping[str, Sequence[str]] | None,
) -> Parts:
    """Read, and look through all that was read; `far` tells meanwhile how far that is."""
    opened = read(far)
    chat = opened.session.chat
    commands, problems = remapped(load().keys if keymap is None else keymap)
    return Parts(opened, Views(chat), Grouper(chat), commands, problems)

"""A session: a chat with the file that holds it, for one process among several."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import AgendaChanged, Begun, Event, Grouped, Recorded
from tartantm.store.journal import Journal
from tartantm.store.load_progress import LoadProgress
from tartantm.store.recorder import Origin, Recorder

if TYPE_CHECKING:
    from tartantm.grouping.grouper import Grouper


SLOW_SECONDS = 0.5


class Session:
    """A chat and its file, for commands that work step by step."""

    def __init__(
        self, path: Path, *, create: bool = False, progress: LoadProgress | None = None
    ) -> None:
        self.path = path
        self.journal = Journal(path, create=create)
        self.chat = Chat((progress or LoadProgress()).events(self.journal))

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.close()

    def record(self, *events: Event) -> Change:
        """Make events durable, then let them happen; with them what other processes recorded."""
        recorded = self.journal.append(events)
        return Change().merge(self.chat.apply(item) for item in recorded)

    def take_agenda(self, agenda: Agenda, digest: str) -> None:
        """Begin with an agenda, or take up its file's changes since the session last read it."""
        if not self.chat.last_seq:
            self.record(Begun(agenda, digest, secrets.token_hex(8)))
        elif digest != self.chat.digest:
            self.record(AgendaChanged(agenda, digest))


class LiveSession:
    """A chat and its file, for a running desk: nothing here waits for the disk.

    What `record` is given happens once it is durable, in the same order in every process.
    """

    def __init__(
        self, path: Path, read: Session | None = None, grouper: Grouper | None = None
    ) -> None:
        """Go on from a session that was `read`, and closed, in another thread; else read it now.

        `grouper` is one that knows the chat already; else it is made when it is first asked for.
        """
        self.path = path
        if read is None:
            with Session(path) as read:
                pass
        self.chat, self.damaged = read.chat, read.journal.damaged
        if grouper is not None:
            self.grouper = grouper
        self.unsaved = 0
        """Events that wait to be durable; they are not shown yet."""
        self._waiting_since = 0.0
        self._listeners: list[Callable[[Change], None]] = []
        self._loop = asyncio.get_running_loop()
        self._recorder = Recorder(path, self.chat.last_seq, self._deliver)

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Have `listener` told of every change, right after it happened."""
        self._listeners.append(listener)

    async def record(self, *events: Event) -> None:
        """Let events happen; they are durable and applied when this returns.

        Raises JournalError where they cannot be saved; then they did not happen.
        """
        if not self.unsaved:
            self._waiting_since = time.monotonic()
        self.unsaved += len(events)
        try:
            await asyncio.wrap_future(self._recorder.submit(events))
        finally:
            self.unsaved -= len(events)

    @property
    def slow(self) -> bool:
        """Whether the disk has let events wait for longer than anybody would notice."""
        return bool(self.unsaved) and time.monotonic() - self._waiting_since > SLOW_SECONDS

    async def close(self) -> None:
        """Finish what is under way and let the file go."""
        await asyncio.to_thread(self._recorder.close)

    @cached_property
    def grouper(self) -> Grouper:
        """Groups this chat's posts, and knows every post and correction so far."""
        from tartantm.grouping.grouper import Grouper

        return Grouper(self.chat)

    def _deliver(self, recorded: list[Recorded], origin: Origin) -> None:
        self._loop.call_soon_threadsafe(self._apply, recorded, origin)

    def _apply(self, recorded: list[Recorded], origin: Origin) -> None:
        if origin == "all":
            self.chat.reload(recorded)
            change = Change(reloaded=True)
        else:
            change = Change().merge(self.chat.apply(item) for item in recorded)
        if "grouper" in self.__dict__:
            revised = self.grouper.observe(change)
            # Whoever acts records what follows from it; the others hear of that too.
            if revised and origin == "here":
                self._follow_up = self._loop.create_task(self.record(Grouped(revised)))
        for listener in self._listeners:
            listener(change)

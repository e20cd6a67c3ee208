"""A session: a chat with the file that holds it, and the one way to act on both.

An act is recorded, grouping observes what it changed, and the placements that follow from it are
recorded too. `Session` does so step by step, for commands; `LiveSession` for a running desk.

This file is longer than others because both ways to act, which have to come to the same, stand side
by side.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import (
    AgendaChanged,
    Begun,
    Deleted,
    Event,
    Grouped,
    Placement,
    Recorded,
)
from tartantm.settings import debug_log
from tartantm.store import recorder
from tartantm.store.deletion_plan import DeletionPlan, plan_of
from tartantm.store.journal import Journal, JournalError
from tartantm.store.load_progress import LoadProgress
from tartantm.store.recorder import Origin, Recorder

if TYPE_CHECKING:
    from tartantm.grouping.grouper import Grouper


SLOW_SECONDS = 0.5
"""From here on the desk says that events wait for the disk."""

RETRY_SECONDS = 1.0
"""How long after a commit that failed it is tried again."""

RETRIES = 10
"""How often a command tries again to record what follows from its act."""

CLOSING_SECONDS = 2.0
"""How long a closing session waits until what follows from acts is recorded."""


class Session:
    """A chat and its file, for commands that work step by step."""

    def __init__(
        self,
        path: Path,
        *,
        create: bool = False,
        copying: bool = True,
        progress: LoadProgress | None = None,
    ) -> None:
        """Read a session; `create` and `copying` as for `Journal`."""
        self.path = path
        self.journal = Journal(path, create=create, copying=copying)
        self.chat = Chat((progress or LoadProgress()).events(self.journal))

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.close()

    @property
    def damaged(self) -> Sequence[int]:
        """Numbers of the events that could not be read."""
        return self.journal.damaged

    @cached_property
    def grouper(self) -> Grouper:
        """Groups this chat's posts, and knows every post and correction so far."""
        from tartantm.grouping.grouper import Grouper

        return Grouper(self.chat)

    def record(self, *events: Event) -> Change:
        """Make events durable, then apply them and what other processes recorded before.

        Grouping does not observe them; acts, and posts that were heard, are for `act`.
        """
        recorded = self.journal.append(events, _plan(self.chat, events))
        if recorded.anew:
            # What this process has read was rewritten, here or by another one.
            with self.journal.read_all() as everything:
                return reloaded(self.chat, Chat(everything.recorded))
        return Change().merge(self.chat.apply(item) for item in recorded)

    def act(self, *events: Event) -> Change:
        """Record events, then the placements that follow from them by grouping.

        Raises JournalError where the events cannot be saved; then they did not happen. What
        follows is tried again for `RETRIES` seconds; the error says so where that fails too.
        """
        from tartantm.settings.fault_log import guarded

        # It has to know the chat as it was before, to see what is different.
        grouper = guarded(lambda: self.grouper, None)
        change = self.record(*events)
        if grouper is not None and (revised := _revised(grouper, change)):
            self._record_what_follows(Grouped(revised))
        return change

    def _record_what_follows(self, event: Grouped) -> None:
        for tries_left in reversed(range(RETRIES + 1)):
            try:
                self.record(event)
                return
            except JournalError as error:
                if not tries_left:
                    raise JournalError(
                        f"That is done, but not what follows from it for other posts: {error}"
                    ) from None
            time.sleep(RETRY_SECONDS)

    def take_agenda(self, agenda: Agenda, digest: str) -> None:
        """Begin with an agenda, or take up its file's changes since the session last read it."""
        if not self.chat.last_seq:
            self.record(Begun(agenda, digest, secrets.token_hex(8)))
        elif digest != self.chat.digest:
            self.record(AgendaChanged(agenda, digest))


class LiveSession:
    """A chat and its file, for a running desk: nothing here waits for the disk.

    What is recorded happens once it is durable, in the same order in every process.
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
        self.chat, self.damaged = read.chat, read.damaged
        if grouper is not None:
            self.grouper = grouper
        self.unsaved = 0
        """Events that wait to be durable; they are not shown yet."""
        self.trouble = ""
        """Why events cannot be saved now that are tried again until they are; "" where they can."""
        self._waiting: dict[object, float] = {}
        """When each act began that waits to be durable, by `time.monotonic`."""
        self._closed = False
        self._listeners: list[Callable[[Change], None]] = []
        self._follows: dict[str, Placement] = {}
        """Placements that follow from what was recorded, not recorded themselves yet."""
        self._recording_follows: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._recorder = Recorder(path, self.chat.last_seq, self._deliver, read.damaged)

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` with every change, right after it happened."""
        self._listeners.append(listener)

    async def act(self, *events: Event) -> None:
        """Record events; grouping observes them, and what follows is recorded in the background.

        The events are durable and applied when this returns. Raises JournalError where they cannot
        be saved; then they did not happen.
        """
        from tartantm.settings.fault_log import guarded

        # It has to know the chat as it was before, to see what is different.
        guarded(lambda: self.grouper, None)
        await self.record(*events)

    async def record(self, *events: Event) -> None:
        """Like `act`, but does not make the grouper: one that is there observes everything."""
        with self._waits(len(events)):
            # Where rules hold, a plan takes longer than the screen may wait: it is made elsewhere.
            rules = self.chat.mutes or self.chat.redactions
            plan = None if rules else _plan(self.chat, events)
            await asyncio.wrap_future(self._recorder.submit(events, plan))

    async def keep(self, events: Sequence[Event]) -> None:
        """Record events, however long the disk takes to let it happen; see `trouble`."""
        with self._waits():
            while events:
                try:
                    await self.record(*events)
                except JournalError as error:
                    if not self._closed:
                        self.trouble = str(error)
                    debug_log.write(f"session: saving again in {RETRY_SECONDS:.0f} s: {error}")
                    await asyncio.sleep(RETRY_SECONDS)
                else:
                    self.trouble = ""
                    return

    @contextmanager
    def _waits(self, events: int = 0) -> Iterator[None]:
        act = object()
        self._waiting[act] = time.monotonic()
        self.unsaved += events
        try:
            yield
        finally:
            self.unsaved -= events
            del self._waiting[act]

    @property
    def unsaved_for(self) -> float:
        """For how many seconds something waits to be durable by now; 0.0 where nothing does."""
        began = min(self._waiting.values(), default=None)
        return 0.0 if began is None else time.monotonic() - began

    @property
    def slow(self) -> bool:
        """Whether the disk has let events wait for longer than anybody would notice."""
        return self.unsaved_for > SLOW_SECONDS

    async def close(self, seconds: float = recorder.CLOSING_SECONDS) -> None:
        """Finish what is under way within so many seconds, and let the file go.

        Where the disk does not let that happen, or another program, `trouble` says so.
        """
        until = time.monotonic() + seconds
        if self._recording_follows is not None:
            least = min(CLOSING_SECONDS, seconds / 2)
            await asyncio.wait({self._recording_follows}, timeout=least)
            self._recording_follows.cancel()
        self._closed = True
        left = max(0.0, until - time.monotonic())
        if not await asyncio.to_thread(self._recorder.close, left):
            self.trouble = self.trouble or f"{self.path} could not be written in time."
        await asyncio.sleep(0)  # who waited for what was recorded just now takes note of it

    @cached_property
    def grouper(self) -> Grouper:
        """Groups this chat's posts, and knows every post and correction so far."""
        from tartantm.grouping.grouper import Grouper

        return Grouper(self.chat)

    def _deliver(self, recorded: list[Recorded], origin: Origin) -> None:
        # Here, in the recorder's thread: beginning anew takes longer than keys may wait.
        anew = Chat(recorded) if origin == "all" else None
        self._loop.call_soon_threadsafe(self._apply, recorded, origin, anew)

    def _apply(self, recorded: list[Recorded], origin: Origin, anew: Chat | None) -> None:
        if anew is not None:
            change = reloaded(self.chat, anew)
            held = self.chat.entries
            self._follows = {post: at for post, at in self._follows.items() if post in held}
        else:
            change = Change().merge(self.chat.apply(item) for item in recorded)
        if "grouper" in self.__dict__:
            revised = _revised(self.grouper, change)
            # Whoever acts records what follows from it; the others read that from the file.
            if revised and origin == "here":
                self._record_what_follows(revised)
        for listener in self._listeners:
            listener(change)

    def _record_what_follows(self, revised: dict[str, Placement]) -> None:
        self._follows |= revised
        if self._recording_follows is None or self._recording_follows.done():
            self._recording_follows = self._loop.create_task(self._record_follows())

    async def follows_recorded(self) -> None:
        """Wait until what follows from the acts so far is recorded, too."""
        while (recording := self._recording_follows) is not None and not recording.done():
            await asyncio.wait({recording})

    async def _record_follows(self) -> None:
        """Record one after the other what follows, so that a later placement is never undone."""
        while follows := self._follows:
            self._follows = {}
            try:
                await self.keep([Grouped(follows)])
            except Exception as error:
                from tartantm.settings.fault_log import log_fault

                log_fault(error)


def reloaded(chat: Chat, anew: Chat) -> Change:
    """Begin anew, as another chat that was made of all events; returns what is new in it."""
    before = chat.last_seq
    chat.become(anew)
    added = [entry.id for entry in chat.posts() if entry.seq > before]
    acts = [act for act in chat.history.acts if act.seq > before]
    return Change(added=added, reloaded=True, acts=acts)


def _plan(chat: Chat, events: Sequence[Event]) -> DeletionPlan | None:
    """Returns what deletions take out of a file whose every event the chat knows."""
    deletions = [event for event in events if isinstance(event, Deleted)]
    return plan_of(chat, deletions) if deletions else None


def _revised(grouper: Grouper, change: Change) -> dict[str, Placement]:
    """What grouping places elsewhere because of a change."""
    from tartantm.settings.fault_log import guarded

    return guarded(lambda: grouper.observe(change), {})

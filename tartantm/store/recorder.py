"""The recorder: a thread that commits events off the screen's thread and follows other processes.

Several submissions are committed together, and whatever is durable is delivered in the order of
the journal, whichever process recorded it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Literal

from tartantm.core.events import Event, Recorded
from tartantm.store.deletion_plan import DeletionPlan
from tartantm.store.journal import Journal, JournalError

WATCH_SECONDS = 0.2
"""How often the file is checked for what other processes recorded."""

GIVING_UP_SECONDS = 0.25
"""How long it takes at most until the thread of a recorder that was given up has ended."""

CLOSING_SECONDS = 10.0
"""How long it is waited, at the end, until what was submitted is recorded."""

Origin = Literal["here", "elsewhere", "all"]
"""Who recorded: this process, or another one; or these are all events there are: begin anew."""

Deliver = Callable[[list[Recorded], Origin], None]
"""Called in the recorder's thread with new events, in the journal's order."""

_Submission = tuple[Sequence[Event], "DeletionPlan | None", "Future[None]"]


class Recorder:
    """One thread that owns a `Journal`. What it delivers is durable, whoever recorded it."""

    def __init__(
        self, path: Path, position: int, deliver: Deliver, damaged: Sequence[int] = ()
    ) -> None:
        """`damaged` are the numbers of events up to `position` that could not be read."""
        self._path, self._position, self._deliver = path, position, deliver
        self._damaged = damaged
        self._waiting: queue.SimpleQueue[_Submission | None] = queue.SimpleQueue()
        self._undelivered: list[Future[None]] = []
        """Of submissions that are durable but could not be delivered yet."""
        self._closed = self._has_failed = False
        self._journal: Journal | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()
        self._ready.result()

    def submit(self, events: Sequence[Event], plan: DeletionPlan | None = None) -> Future[None]:
        """Record events, all or none. The future is done once they are durable and delivered.

        `plan` says what deletions among them take out of the file, see `Journal.append`.

        It holds an error where they could not be recorded. What was submitted is recorded even if
        nobody waits for it any more.
        """
        future: Future[None] = Future()
        future.set_running_or_notify_cancel()  # from here on cancelling has no effect
        if self._closed:
            future.set_exception(JournalError(f"{self._path} is closed."))
            return future
        self._waiting.put((events, plan, future))
        return future

    def close(self, seconds: float = CLOSING_SECONDS) -> bool:
        """Finish what was submitted and close the file; returns whether all of it is recorded.

        Where somebody else holds the file for longer, nothing is recorded any more.
        """
        self._closed = True
        self._waiting.put(None)
        self._thread.join(seconds)
        if self._thread.is_alive() and self._journal is not None:
            self._journal.give_up()
            self._thread.join(GIVING_UP_SECONDS)  # what is being written already
        return not (self._has_failed or self._thread.is_alive())

    def _run(self) -> None:
        try:
            journal = Journal(self._path)
        except BaseException as error:
            self._ready.set_exception(error)
            return
        self._journal = journal
        journal.position = self._position
        journal.note_damaged(self._damaged)
        self._ready.set_result(None)
        try:
            while self._step(journal):
                pass
        finally:
            journal.close()
            self._settle()

    def _step(self, journal: Journal) -> bool:
        """Wait for submissions or the next check of the file; False when it is time to close."""
        try:
            first = self._waiting.get(timeout=WATCH_SECONDS)
        except queue.Empty:
            self._watch(journal)
            return True
        groups = [first]
        while not self._waiting.empty():
            groups.append(self._waiting.get())
        todo = [group for group in groups if group is not None]
        if todo:
            self._commit(journal, todo)
        return len(todo) == len(groups)

    def _commit(self, journal: Journal, todo: Sequence[_Submission]) -> None:
        events = [event for group, _, _ in todo for event in group]
        plan = todo[0][1] if len(todo) == 1 else None
        futures = [future for _, _, future in todo]
        behind = bool(self._undelivered)
        try:
            recorded = journal.append(events, plan)
        except BaseException as error:
            self._has_failed |= self._closed
            for future in futures:
                future.set_exception(error)
            return
        # They are durable now: a fault from here on must not say that they did not happen.
        self._undelivered += futures
        others = len(recorded) - recorded.ours
        if behind or recorded.anew:
            self._watch(journal)
            return
        try:
            if others:
                self._deliver(recorded[:others], "elsewhere")
            if recorded.ours:
                self._deliver(recorded[others:], "here")
        except Exception:
            return  # the next check delivers everything anew
        self._settle()

    def _watch(self, journal: Journal) -> None:
        """Deliver what other processes recorded, and what could not be delivered before."""
        try:
            journal.ensure_same_file()
            if self._undelivered:
                reading = journal.read_all()
            elif journal.changed():
                reading = journal.read_new()
            else:
                return
            with reading as new:
                if new.recorded:
                    self._deliver(new.recorded, "all" if new.anew else "elsewhere")
        except Exception:
            # A file that cannot be read now is read at the next check; a commit reports the fault.
            return
        self._settle()

    def _settle(self) -> None:
        """Everything is delivered, or nobody is left to deliver it to."""
        undelivered, self._undelivered = self._undelivered, []
        for future in undelivered:
            future.set_result(None)

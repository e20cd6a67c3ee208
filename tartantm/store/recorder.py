"""Durable commits off the screen's thread, several a commit, and word of what others recorded."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Literal

from tartantm.core.events import Erased, Event, Recorded
from tartantm.store.journal import Journal

WATCH_SECONDS = 0.2
"""How often the file is asked for what other processes recorded."""

Origin = Literal["here", "elsewhere", "all"]
"""Who recorded: this process, another one; or these are all events there are now: begin anew."""

Deliver = Callable[[list[Recorded], Origin], None]
"""Called in the recorder's thread with new events, in the journal's order."""


class Recorder:
    """One thread that owns a `Journal`. What it delivers is durable, whoever recorded it."""

    def __init__(self, path: Path, position: int, deliver: Deliver) -> None:
        self._path, self._position, self._deliver = path, position, deliver
        self._waiting: queue.SimpleQueue[tuple[Sequence[Event], Future[None]] | None]
        self._waiting = queue.SimpleQueue()
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()
        self._ready.result()

    def submit(self, events: Sequence[Event]) -> Future[None]:
        """Record events, all or none. Delivered before the future is done; it may hold an error.

        What was submitted is recorded even if nobody waits for it any more.
        """
        future: Future[None] = Future()
        future.set_running_or_notify_cancel()  # from here on cancelling has no effect
        self._waiting.put((events, future))
        return future

    def close(self) -> None:
        """Finish what was submitted and let the file go."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            journal = Journal(self._path)
        except BaseException as error:
            self._ready.set_exception(error)
            return
        journal.position = self._position
        self._ready.set_result(None)
        try:
            while self._step(journal):
                pass
        finally:
            journal.close()

    def _step(self, journal: Journal) -> bool:
        """Wait for work or for the next look at the file; False when it is time to close."""
        try:
            first = self._waiting.get(timeout=WATCH_SECONDS)
        except queue.Empty:
            self._watch(journal)
            return True
        groups = [first]
        while not self._waiting.empty():
            groups.append(self._waiting.get())
        todo = [group for group in groups if group is not None]
        try:
            if todo:
                events = [event for group, _ in todo for event in group]
                recorded = journal.append(events)
                others = len(recorded) - len(events)
                self._give(journal, recorded[:others], "elsewhere")
                self._give(journal, recorded[others:], "here")
        except BaseException as error:
            for _, future in todo:
                future.set_exception(error)
        else:
            for _, future in todo:
                future.set_result(None)
        return len(todo) == len(groups)

    def _watch(self, journal: Journal) -> None:
        try:
            journal.ensure_same_file()
            if journal.changed():
                self._give(journal, list(journal.read_new()), "elsewhere")
        except Exception:
            # A file that cannot be read just now is asked again; a commit will say what is wrong.
            return

    def _give(self, journal: Journal, recorded: list[Recorded], origin: Origin) -> None:
        if any(isinstance(item.event, Erased) for item in recorded):
            self._deliver(list(journal.since(0)), "all")
        elif recorded:
            self._deliver(recorded, origin)

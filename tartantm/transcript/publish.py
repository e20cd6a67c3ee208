"""`Publisher`: writes the web page again and again while the chat is running.

It reads the session file in a thread and over a connection of its own, so that neither the screen
nor capture waits for it. Any web space that can hold a file will do.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.events import Exported
from tartantm.store.damage import DamagedSession
from tartantm.store.journal import Journal
from tartantm.transcript.export import OpenLeaks, export
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.published_files import export_event, record_export

EVERY_SECONDS = 30.0
"""How often the session is checked for anything new, by default."""


class Publisher:
    """Keeps ``FOLDER/NAME.html`` up to date within a ``with``; the file is complete at any moment.

    On leaving it writes the page once more, as that of a chat that is over. A failure is kept in
    `trouble` and the write is tried again at the next check: it must never end the evening.
    """

    def __init__(
        self,
        session: Path,
        folder: Path,
        *,
        every: float = EVERY_SECONDS,
        options: ExportOptions | None = None,
        running: bool = True,
        despite_damage: bool = False,
        strict: bool = False,
    ) -> None:
        self._despite_damage, self._strict = despite_damage, strict
        self._session, self._folder, self._every = session, folder, every
        self._options, self._running = options or ExportOptions(), running
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self.path = folder / f"{session.stem}.html"
        """The page."""
        self.written = 0
        """How many times the page was written."""
        self.trouble = ""
        """Why the page could not be written the last time, in a sentence; "" where it was."""
        self.refused: DamagedSession | None = None
        """Why no page is written any more: events cannot be read, and any may be a redaction."""
        self.unrecorded = ""
        """Why it could not be recorded that the page was written, in a sentence."""
        self._shows = 0
        self._withheld: object = None
        """What was withheld when the page was written last, or when the run began."""
        self.held_back: OpenLeaks | None = None
        """Why the page as it stands now is not published, where `strict` holds it back."""
        self.checked = threading.Condition()
        """Notified after every check of the session."""

    def __enter__(self) -> Publisher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leave.set()
        self._thread.join()

    def _run(self) -> None:
        chat, journal = Chat(), None
        try:
            while not self._leave.wait(self._every if journal else 0):
                journal = journal or self._journal()
                if journal:
                    self._check(chat, journal, running=self._running)
            if journal := journal or self._journal():
                self._check(chat, journal, running=False, last=True)
                if self.written:
                    self._record()
        finally:
            if journal:
                journal.close()

    def _journal(self) -> Journal | None:
        try:
            return Journal(self._session)
        except TartantmError as error:
            self.trouble = str(error)
            self._leave.wait(self._every)
            return None

    def _check(self, chat: Chat, journal: Journal, *, running: bool, last: bool = False) -> None:
        try:
            with journal.read_new() as new:
                if new.anew:
                    chat.reload(new.recorded)
                else:
                    for recorded in new.recorded:
                        chat.apply(recorded)
            if journal.damaged and not self._despite_damage:
                self.refused = DamagedSession(self._session, journal.damaged)
                raise self.refused
            news = any(not isinstance(item.event, Exported) for item in new.recorded)
            if news or last or self.trouble:
                now = datetime.now(UTC) if running else None
                options = replace(self._options, running_at=now)
                self._write(chat, options)
                self.written += 1
                self._shows = chat.last_seq
                if self.written == 1 and not last:
                    self._record()
            self.trouble = ""
        except TartantmError as error:
            self.trouble = str(error)
        except Exception as error:
            self.trouble = f"the page could not be made: {type(error).__name__}: {error}"
        with self.checked:
            self.checked.notify_all()

    def _write(self, chat: Chat, options: ExportOptions) -> None:
        withheld = _withheld(chat)
        if self._withheld is None:
            self._withheld = withheld
        self.held_back = None
        name, strict = self.path.stem, self._strict
        try:
            export(chat, ["html"], self._folder, name, options=options, strict=strict)
        except OpenLeaks as error:
            self.held_back = error
            if withheld == self._withheld or not self.path.exists():
                raise
            # The page that stands shows in full what was withheld since. Nothing is worse.
            export(chat, ["html"], self._folder, name, options=options)
        self._withheld = withheld

    def _record(self) -> None:
        """Record that the page was written: at first, for a run may be cut short, and at last."""
        event = export_event(
            self._folder, self.path.stem, ["html"], self._options, self._shows, kept_up=True
        )
        self.unrecorded = record_export(self._session, event, hurried=self._leave.is_set())


def _withheld(chat: Chat) -> object:
    """Returns what differs wherever something was withheld."""
    out = {
        entry.id
        for entry in chat.entries.values()
        if not entry.published  # hidden, muted, deleted, taken back
    }
    return out, chat.redactions, chat.erased


@contextmanager
def publishing(
    session: Path,
    folder: Path,
    options: ExportOptions,
    *,
    every: float,
    running: bool,
    despite_damage: bool = False,
    strict: bool = False,
) -> Iterator[None]:
    """Publish within a ``with``, then report on standard error how it went.

    Raises DamagedSession at the end where publishing stopped for that; `despite_damage` lets it
    go on without the events that cannot be read. With `strict` nothing is published while the
    leak report has open places; raises OpenLeaks at the end where that is still so.
    """
    place = folder.expanduser()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"The folder {place} cannot be made: {error.strerror}.") from None
    publisher = Publisher(
        session,
        place,
        every=every,
        options=options,
        running=running,
        despite_damage=despite_damage,
        strict=strict,
    )
    try:
        with publisher:
            yield
        if publisher.refused:
            raise publisher.refused
        if publisher.held_back:
            raise publisher.held_back
    finally:
        if publisher.trouble and not (publisher.refused or publisher.held_back):
            print(f"tartantm: {publisher.path}: {publisher.trouble}", file=sys.stderr)
        elif publisher.written:
            print(f"The page as it stands now: {publisher.path}", file=sys.stderr)
        if publisher.unrecorded:
            print(publisher.unrecorded, file=sys.stderr)

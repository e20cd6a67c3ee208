"""Asks a reader of the user's own about posts whose places are in doubt, while the desk goes on.

It works in a thread of its own, on a chat of its own that follows the session file: no key, no post
and no commit waits for it. What it hears is recorded as every event is. One process asks for a
session at a time. Where the server does not answer, says so in one sentence and tries again later.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from filelock import FileLock, Timeout

from tartantm.capture.backoff import Backoff
from tartantm.core.chat import Chat
from tartantm.core.describe import posts
from tartantm.core.errors import TartantmError
from tartantm.moderation.ask_reader import ReaderQuestion, ReaderQuestions, quiet_since
from tartantm.networks.protocol import Limited, Refused, SourceError
from tartantm.networks.reader.client import ReaderClient
from tartantm.settings import token_command
from tartantm.settings.config import Config, GroupingSettings, NetSettings
from tartantm.settings.credentials import register_secret
from tartantm.settings.fault_log import log_fault
from tartantm.settings.paths import reader_lock
from tartantm.settings.reader_address import ReaderAddress
from tartantm.settings.threads import run
from tartantm.store.journal import Journal
from tartantm.store.session import LiveSession

LOOK_SECONDS = 1.0
"""How often the session file is looked at for something to ask about."""

QUIET_SECONDS = 20.0
"""How long nobody has to write in a conversation before it is asked about."""

REFUSED_SECONDS = 60.0
"""After how long a reader that refused is asked again: somebody may have put it right."""

VAIN = 3
"""So many answers in a row that name no place are a fault of the model."""

_STOP_SECONDS = 0.5
_DAMAGED = (
    "Your reader is not asked: events of this session cannot be read, and may withhold words."
)
_CORRECTED = "You corrected most of what your reader"
_ELSEWHERE = "Another tartantm asks your reader about this session."


class ReaderSettings(NamedTuple):
    """What a reader is made of."""

    address: ReaderAddress
    grouping: GroupingSettings
    network: NetSettings

    @classmethod
    def of(cls, config: Config, address: ReaderAddress) -> ReaderSettings:
        """Returns those of a configuration."""
        return cls(address, config.grouping, config.network)

    def client(self) -> ReaderClient:
        """Makes the client; the command for its token may block. Raises TartantmError."""
        token, command = "", self.grouping.reader_token_command
        if command:
            token = token_command.run((command,) if isinstance(command, str) else command)
            register_secret(token)
        return ReaderClient(self.address, self.grouping, self.network, token)


class OwnReader:
    """Asks one reader for one session. Its attributes may be read from any thread."""

    def __init__(
        self, session: LiveSession, settings: ReaderSettings, *, quiet: float = QUIET_SECONDS
    ) -> None:
        self._session, self._settings, self._quiet = session, settings, quiet
        self._main = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
        self._stop = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._backoff = Backoff()
        self._vain = 0
        self._failed: set[str] = set()
        self._known = -1
        """The number of the last event that was looked at when it began to rest."""
        self._waits = False
        """Whether a conversation is only not asked about since it goes on."""
        self.warning = settings.address.warning
        """What has to be said all evening; "" for nothing."""
        self.trouble = ""
        """Why it says nothing now, in a sentence; "" where it answers or was not asked yet."""
        self.model = ""
        self.asked = 0
        """About how many posts it was asked in this session."""
        self.rests = False
        """Whether there is nothing to ask about now that it may be asked."""

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to ask about in all that is recorded, or it cannot be asked."""
        known = self._known >= self._session.chat.last_seq
        return bool(self.trouble) or (self.rests and known)

    @property
    def words(self) -> str:
        """Returns how it does, in one line."""
        if self.trouble:
            return self.trouble
        name = f"Your reader ({self.model})" if self.model else "Your reader"
        about = f"was asked about {posts(self.asked)}" if self.asked else "was asked nothing yet"
        return f"{name} {about}{'; it rests' if self.rests and self.asked else ''}"

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more: a question under way is given up. Waits for nothing slow."""
        self._stop.set()
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(task.cancel)

    async def stopped(self) -> None:
        """Stop, and wait a moment until nothing more is recorded."""
        self.stop()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, _STOP_SECONDS)

    def _run(self) -> None:
        async def work() -> None:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            if not self._stop.is_set():
                await self._work()

        try:
            with suppress(asyncio.CancelledError):
                run(work())
        except Exception as error:
            self.trouble = str(error) if isinstance(error, TartantmError) else log_fault(error)
            self.rests = True

    async def _work(self) -> None:
        lock = FileLock(reader_lock(self._session.path), mode=0o600)
        while not self._stop.is_set():
            try:
                lock.acquire(blocking=False)
                break
            except Timeout:
                self.trouble, self.rests = _ELSEWHERE, True
                await self._wait(LOOK_SECONDS)
        self.trouble = ""
        try:
            client = await self._made()
            if client is None:
                return
            try:
                await self._ask_all(client)
            finally:
                await client.aclose()
        finally:
            lock.release()

    async def _made(self) -> ReaderClient | None:
        while not self._stop.is_set():
            try:
                return await asyncio.to_thread(self._settings.client)
            except TartantmError as error:
                self.trouble, self.rests = str(error), True
            await self._wait(REFUSED_SECONDS)
        return None

    async def _ask_all(self, client: ReaderClient) -> None:
        chat, journal = Chat(), Journal(self._session.path)
        try:
            while not self._stop.is_set():
                try:
                    seconds = await self._step(client, chat, journal)
                except TartantmError as error:  # somebody else holds the file, or it is another one
                    self.trouble, seconds = str(error), LOOK_SECONDS
                await self._wait(seconds)
        finally:
            journal.close()

    async def _step(self, client: ReaderClient, chat: Chat, journal: Journal) -> float:
        """Ask the next question, if any; returns after how many seconds to look again."""
        news = self._follow(chat, journal)
        question = self._next(chat) if news or not self.rests else None
        if question is None:
            self.rests, self._known = not self._waits, chat.last_seq
            return LOOK_SECONDS
        self.rests = False
        return await self._ask(client, question)

    def _follow(self, chat: Chat, journal: Journal) -> bool:
        """Read what was recorded since; returns whether there was anything."""
        with journal.read_new() as new:
            if new.anew:
                chat.reload(new.recorded)
            else:
                for recorded in new.recorded:
                    chat.apply(recorded)
        if journal.damaged:
            self.trouble = _DAMAGED
        return bool(new.recorded)

    def _next(self, chat: Chat) -> ReaderQuestion | None:
        self._waits = False
        if self.trouble == _DAMAGED or len(chat.read) >= self._settings.grouping.reader_budget:
            return None
        quiet = quiet_since(datetime.now(UTC), self._quiet) if self._quiet else None
        questions = ReaderQuestions(chat, quiet)
        self.asked = questions.about
        if self.trouble.startswith(_CORRECTED):
            self.trouble = ""
        if self.model in questions.distrusted:
            self.trouble = f"{_CORRECTED} ({self.model}) said: it counts no more. Name another one."
            return None
        found = questions.next(self._failed)
        if found is None and self._failed:
            self._failed.clear()
            found = questions.next()
        self._waits = questions.waits
        return found

    async def _ask(self, client: ReaderClient, question: ReaderQuestion) -> float:
        """Ask one question and record the answer; returns after how many seconds to go on."""
        try:
            reading = await client.ask(question.asked)
        except SourceError as error:
            self.trouble = str(error)
            self._failed.add(question.fingerprint)
            if isinstance(error, Limited):
                return error.seconds
            return REFUSED_SECONDS if isinstance(error, Refused) else self._backoff.after(0.0)
        self._backoff = Backoff()
        self.model = reading.model
        places = question.places(reading.places)
        await self._record(question, places, reading.model)
        self._vain = 0 if places else self._vain + 1
        if self._vain >= VAIN:
            self.trouble = (
                f"Your reader ({reading.model}) answers with no place that was offered; "
                "another model may do better."
            )
            return REFUSED_SECONDS
        self.trouble = ""
        return 0.0

    async def _record(
        self, question: ReaderQuestion, places: dict[str, str | None], model: str
    ) -> None:
        async def act() -> None:
            held = map(self._session.chat.entries.get, question.seen)
            if all(entry is not None and entry.deleted_at is None for entry in held):
                await self._session.act(question.said(places, model))
                await self._session.follows_recorded()

        recording = asyncio.run_coroutine_threadsafe(act(), self._main)
        try:
            await asyncio.wrap_future(recording)
        except TartantmError as error:
            self.trouble = str(error)
            await self._wait(LOOK_SECONDS)

    async def _wait(self, seconds: float) -> None:
        if seconds:
            await asyncio.to_thread(self._stop.wait, seconds)


MakeReader = Callable[[LiveSession], OwnReader]
"""Makes the reader of a session, in the loop that acts on it."""

"""Opens one connection to X's filtered stream, in a thread of its own, and never a second.

Left to itself, tweepy reconnects 24 to 63 times a second after a cut, ends for good on one bad
line, and takes up to 20 seconds to stop. Here it connects once, passes lines on as they are, and
stops at once; `SourceRunner` decides whether and when to connect again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Semaphore, Thread
from time import monotonic
from typing import Any

import requests
import tweepy  # type: ignore[import-untyped]

from tartantm.core.errors import TartantmError
from tartantm.networks.bounded_requests import LINE_BYTES, Deadline
from tartantm.networks.http import USER_AGENT, HttpClients
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import Json
from tartantm.networks.protocol import Lost
from tartantm.networks.x.rest import FIELDS, GuardedSession
from tartantm.settings import debug_log

ROOM = 5_000
"""Lines that may wait for a slow reader; beyond that no more are read from the socket."""

AT_ONCE = 100
"""Lines handled at once: the screen waits meanwhile, some 10 ms."""


class LineQueue:
    """Passes lines from the stream's thread to the event loop; at most `ROOM` wait."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[Json | TartantmError | None] = asyncio.Queue()
        self._room, self._closed = Semaphore(ROOM), Event()

    def put(self, line: Json | None) -> None:
        """Add a line, None for one that cannot be read; waits while there is no room."""
        while not self._room.acquire(timeout=0.2):
            if self._closed.is_set():
                return
        self.call(lambda: self._lines.put_nowait(line))

    def end(self, why: TartantmError) -> None:
        """Say that no more lines come."""
        self.call(lambda: self._lines.put_nowait(why))

    def call(self, function: Callable[[], None]) -> None:
        """Have the event loop call a function."""
        with suppress(RuntimeError):  # The loop is closed: nobody reads any more.
            self._loop.call_soon_threadsafe(function)

    async def take(self) -> list[Json | None]:
        """The lines that wait, `AT_ONCE` at most. Raises the reason why there will be no more."""
        lines: list[Json | None] = []
        while not lines or (len(lines) < AT_ONCE and not self._lines.empty()):
            line = await self._lines.get()
            if not isinstance(line, TartantmError):
                lines.append(line)
                self._room.release()
            elif lines:
                # What came before the end is not lost with it.
                self._lines.put_nowait(line)
                break
            else:
                raise line
        return lines

    def close(self) -> None:
        """Accept no more lines."""
        self._closed.set()


class _Session(GuardedSession):
    """Connects once, and can be closed from another thread."""

    def __init__(
        self,
        http: HttpClients,
        base: str,
        renamed: set[str],
        token_from: str,
        read_seconds: float,
    ) -> None:
        super().__init__(http, base, renamed, token_from, read_seconds)
        self._used, self._shut = False, False
        self._response: requests.Response | None = None
        self._opening: Deadline | None = None

    def request(self, method: Any, url: Any, *_: Any, **options: Any) -> requests.Response:
        if self._used or self._shut:
            raise Lost("X closed the connection.")
        self._used = True
        self._response = super().request(method, url, **options)
        if self._shut:
            self._response.close()
            raise Lost("The connection is no longer wanted.")
        return self._response

    def _deadline(self, seconds: float) -> Deadline:
        self._opening = super()._deadline(seconds)
        return self._opening

    def shut(self) -> None:
        """End a read in another thread."""
        self._shut = True
        if self._response is None and self._opening is not None:
            self._opening.end()
        if self._response is not None:
            # A connection that ended by itself meanwhile has nothing left to close.
            with suppress(ValueError, RuntimeError, OSError, AttributeError):
                self._response.raw.shutdown()


class StreamConnection(tweepy.StreamingClient):  # type: ignore[misc]
    """One connection, from `start` until it ends or is `shut`."""

    def __init__(
        self,
        http: HttpClients,
        token: str,
        base: str,
        renamed: set[str],
        lines: LineQueue,
        alive: Callable[[], None],
        read_seconds: float,
        token_from: str = "",
    ) -> None:
        """`alive` is called, in the event loop, once it is open and at each line and keep-alive."""
        super().__init__(token, return_type=dict, max_retries=0)
        self.session: _Session = _Session(http, base, renamed, token_from, read_seconds)
        self.user_agent = USER_AGENT
        self._lines, self._alive = lines, alive
        self._base, self._began, self._size = base, monotonic(), 0
        self._why: TartantmError = Lost("X closed the connection.")
        self._ending: TartantmError | None = None
        """Why we ended it; None where we did not."""

    def start(self) -> None:
        """Connect, in a daemon thread."""
        Thread(target=self.filter, kwargs=FIELDS, name="X stream", daemon=True).start()

    def shut(self) -> None:
        """End it now."""
        self.running = False
        self._lines.close()
        self.session.shut()

    def end(self, why: TartantmError) -> None:
        """End it now for a reason of ours; lines that came before are passed on, as X bills them.

        Whatever the closed connection raises, this is why.
        """
        if self._ending is None:
            self._ending = why
            self.shut()

    def on_connect(self) -> None:
        """Take note that X answered; the stream follows."""
        self._lines.call(self._alive)

    def on_data(self, raw_data: bytes) -> None:
        """Pass a line on."""
        self._size += len(raw_data)
        self._lines.call(self._alive)
        try:
            value = decode(raw_data) if len(raw_data) <= LINE_BYTES else None
        except Undecodable:
            value = None
        self._lines.put(value if isinstance(value, dict) else None)

    def on_keep_alive(self) -> None:
        """Take note of X's sign of life."""
        self._lines.call(self._alive)

    def on_closed(self, response: object) -> None:
        """End, because X closed the connection in good order."""
        self.running = False

    def on_connection_error(self) -> None:
        """End, because the connection broke."""
        self.running, self._why = False, Lost("The connection to X broke.")

    def on_request_error(self, status_code: int) -> None:
        """End; does not happen, because the session raises an error for a refusal."""
        self.running = False

    def on_exception(self, exception: Exception) -> None:
        """End, for the reason that the exception gives."""
        if isinstance(exception, TartantmError):
            self._why = exception
        else:
            self._why = Lost("The stream of X could not be read.")

    def on_disconnect(self) -> None:
        """Say that it has ended, one way or the other."""
        url = f"{self._base}/2/tweets/search/stream"
        debug_log.write_request("GET", url, self._began, "the stream ended", self._size)
        self._lines.end(self._ending or self._why)

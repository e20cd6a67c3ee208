"""One way to hear a source: whether it works, why not, and when it is tried again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Literal

from tartantm.capture.backoff import HEALTHY, MOST, Backoff
from tartantm.core.errors import TartantmError
from tartantm.networks.protocol import Capped, Limited, Refused
from tartantm.settings import debug_log
from tartantm.settings.fault_log import log_fault

LONGEST_WAIT = 15 * 60.0
"""Seconds to wait at most, whatever a server asks for."""

REFUSED_SECONDS = 5 * 60.0
"""Seconds after which what was refused is tried again, though somebody has to do something."""

FAULT_SECONDS = 30.0
"""Seconds after which it is tried again, at least, where a fault of this program broke it."""

Trouble = Literal["limited", "refused", "capped", "unreachable", "failed"]


class Lane:
    """One way to hear a source; whoever runs it says what happened."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.works = False
        self.error: Exception | None = None
        """Why it does not work; None where it does, and before the first try."""
        self.words = ""
        """The same in a sentence."""
        self.retry_at: float | None = None
        """By `time.monotonic`; None while it is being tried."""
        self.pace = 1.0
        """Seconds between two requests where all is well: no server has us ask more often."""
        self._closed_until = -inf
        """By `time.monotonic`: until when the server asked to wait; nobody but the user asks it."""
        self._backoff = Backoff()
        self._limited = 0.0
        """Seconds that were waited at least where its server asked to wait last."""
        self._wake = asyncio.Event()

    def worked(self) -> None:
        """Note that it works; nothing that went wrong before is said any more."""
        self.works, self.error, self.words, self.retry_at = True, None, "", None
        self._closed_until = -inf

    def answered(self) -> None:
        """Note that it works and that, of something that is asked, this is all there is to it.

        The next failure is tried again soon; a stream has to last for that.
        """
        self.worked()
        self._backoff, self._limited = Backoff(), 0.0

    def broke(self, error: Exception, lasted: float) -> float:
        """Note why it does not work; returns after how many seconds it is to be tried again.

        `lasted` is for how many seconds it worked.
        """
        self.works, self.error, self.words = False, error, words_of(error)
        # Else an answer of megabytes is kept by the frames that it was refused in.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        match trouble_of(error):
            case "limited":
                assert isinstance(error, Limited)
                seconds = min(max(error.seconds, self._grown(lasted)), LONGEST_WAIT)
                self._closed_until = monotonic() + seconds
                self._wake.clear()  # that somebody woke it was before the server asked to wait
            case "refused" | "capped":
                seconds = REFUSED_SECONDS
            case "failed":
                seconds = max(FAULT_SECONDS, self._backoff.after(lasted))
            case "unreachable":
                seconds = self._backoff.after(lasted)
        self.retry_at = monotonic() + seconds
        debug_log.write(f"{self._name}: again in {seconds:.1f} s: {self.words}")
        return seconds

    def _grown(self, lasted: float) -> float:
        """Seconds to wait at least where a server asks to wait, even for no time: they double."""
        if lasted >= HEALTHY:
            self._limited = 0.0
        self._limited = max(self.pace, min(2 * self._limited, MOST))
        return self._limited

    def begin_anew(self) -> None:
        """Forget what went wrong before a source was opened, but not what its server asked for."""
        self.works = False
        if not self.closed_for:
            self.error, self.words, self.retry_at = None, "", None

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until `wake`; never less than the server asked for."""
        seconds = max(seconds, self.closed_for)
        with suppress(TimeoutError):
            # Before Python 3.12 `wait_for` swallows a cancellation that comes with the waking.
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()
        self.retry_at = None

    @property
    def closed_for(self) -> float:
        """Seconds for which its server still wants not to be asked; 0.0 where it does not say."""
        return max(0.0, self._closed_until - monotonic())

    def wake(self, *, by_user: bool = False) -> None:
        """End the pause, or the next one; what the server asked for ends only for the user."""
        if by_user:
            self._closed_until = -inf
        if not self.closed_for:
            self._wake.set()


def trouble_of(error: Exception) -> Trouble:
    """What kind of trouble an error of a source is; whatever is not foreseen is a fault of ours."""
    match error:
        case Limited():
            return "limited"
        case Capped():
            return "capped"
        case Refused():
            return "refused"
        case TartantmError() | OSError():
            return "unreachable"
        case _:
            return "failed"


def words_of(error: Exception) -> str:
    """An error of a source in a sentence; a fault of ours is logged."""
    if trouble_of(error) == "failed":
        return log_fault(error)
    return str(error) or "The connection broke."

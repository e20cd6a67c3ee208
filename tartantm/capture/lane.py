"""One way to hear a source: whether it works, why not, and when it is tried again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Literal

from tartantm.capture.backoff import Backoff
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
        self._backoff = Backoff()
        self._wake = asyncio.Event()

    def worked(self) -> None:
        """Note that it works; nothing that went wrong before is said any more."""
        self.works, self.error, self.words, self.retry_at = True, None, "", None

    def answered(self) -> None:
        """Note that it works and that, of something that is asked, this is all there is to it.

        The next failure is tried again soon; a stream has to last for that.
        """
        self.worked()
        self._backoff = Backoff()

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
                seconds = min(max(error.seconds, 1.0), LONGEST_WAIT)
            case "refused" | "capped":
                seconds = REFUSED_SECONDS
            case "failed":
                seconds = max(FAULT_SECONDS, self._backoff.after(lasted))
            case "unreachable":
                seconds = self._backoff.after(lasted)
        self.retry_at = monotonic() + seconds
        debug_log.write(f"{self._name}: again in {seconds:.1f} s: {self.words}")
        return seconds

    def begin_anew(self) -> None:
        """Forget what went wrong before a source was opened."""
        self.works, self.error, self.words, self.retry_at = False, None, "", None

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until `wake`."""
        with suppress(TimeoutError):
            # Before Python 3.12 `wait_for` swallows a cancellation that comes with the waking.
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()
        self.retry_at = None

    def wake(self) -> None:
        """End the pause, or the next one."""
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

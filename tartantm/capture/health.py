"""How one source is doing now: its state and why, for the status line and the debug log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Literal

from tartantm.core.events import SourceChanged
from tartantm.settings import debug_log

State = Literal["waiting", "connecting", "connected", "filling", "lost", "ended", "failed"]
"""``waiting`` for the right to capture; ``filling`` a gap while listening; ``lost`` and retrying;
``failed``: refused, so that somebody has to do something before another try."""


class Health:
    """What is known about one source now. Written by its runner, read by the status line."""

    def __init__(self, name: str, note: Callable[[], str] = lambda: "") -> None:
        self.name = name
        self.note = note
        """Returns a few words of the source's own, such as what was spent."""
        self._state: State = "waiting"
        self.detail = ""
        """Why it is not well, in a sentence."""
        self.heard = 0
        self.duplicates = 0
        self.damaged: Callable[[], int] = lambda: 0
        self.last_post_at: datetime | None = None
        """Chat time of the last post received."""
        self.alive_since: float | None = None
        """By `time.monotonic`: the last sign of life of any kind; None before the first."""
        self.retry_at: float | None = None
        """By `time.monotonic`: when it tries again; None where it does not wait."""

    @property
    def state(self) -> State:
        """What the source is doing."""
        return self._state

    def change(self, state: State, detail: str | None = None) -> None:
        """Take a new state; `detail` says why, and None keeps what was said last.

        Every change of state goes through here, so that the debug log has all of them.
        """
        if detail is not None:
            self.detail = detail
        if state != self._state:
            why = f": {detail}" if detail else ""
            debug_log.write(f"source {self.name}: {self._state} -> {state}{why}")
        self._state = state

    def event(
        self,
        state: Literal["connected", "lost", "ended", "failed"],
        detail: str,
        at: datetime | None,
    ) -> SourceChanged:
        """The event that records a change of state, with the counts so far."""
        return SourceChanged(
            self.name, state, detail, self.damaged(), at, self.heard, self.duplicates
        )

    @property
    def silent_for(self) -> float | None:
        """Seconds since the last sign of life."""
        return None if self.alive_since is None else monotonic() - self.alive_since

    @property
    def retry_in(self) -> float | None:
        """Seconds until the next try."""
        return None if self.retry_at is None else max(0.0, self.retry_at - monotonic())

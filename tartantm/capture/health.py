"""How a source is doing, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Literal

State = Literal["waiting", "connecting", "connected", "filling", "lost", "ended", "failed"]
"""``waiting`` for the right to capture; ``filling`` a gap and hearing on; ``lost`` and trying."""


class Health:
    """What is known of one source now. Written by its runner, read by the status line."""

    def __init__(self, name: str, note: Callable[[], str] = lambda: "") -> None:
        self.name = name
        self.note = note
        """A few words of the source's own, such as what was spent."""
        self.state: State = "waiting"
        self.detail = ""
        """Why it is not well, in a sentence."""
        self.heard = 0
        self.duplicates = 0
        self.damaged: Callable[[], int] = lambda: 0
        self.last_post_at: datetime | None = None
        """Chat time when it last gave a post."""
        self.alive_since: float | None = None
        """By `time.monotonic`: the last sign of life of any kind; None before the first."""
        self.retry_at: float | None = None
        """By `time.monotonic`: when it tries again; None where it does not wait."""

    @property
    def silent_for(self) -> float | None:
        """Seconds since the last sign of life."""
        return None if self.alive_since is None else monotonic() - self.alive_since

    @property
    def retry_in(self) -> float | None:
        """Seconds until the next try."""
        return None if self.retry_at is None else max(0.0, self.retry_at - monotonic())

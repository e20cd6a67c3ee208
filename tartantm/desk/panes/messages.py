"""The message that the status line shows for a few seconds after a command."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import monotonic

MESSAGE_SECONDS = 6.0
"""How long a message is shown at least."""

READ_A_SECOND = 14
"""Letters that people read in a second: a long message is shown for longer."""


class Messages:
    """The latest message to the moderator."""

    def __init__(self) -> None:
        self.words = ""
        """The latest message, also after its time."""
        self.trouble = False
        """Whether it reports a failure."""
        self._at = -inf
        self._is_over: Callable[[], bool] = _never

    def say(
        self, words: str, *, trouble: bool = False, is_over: Callable[[], bool] | None = None
    ) -> None:
        """Show a message instead of the one before, for its time or until `is_over`."""
        self.words, self.trouble, self._at = words, trouble, monotonic()
        self._is_over = is_over or _never

    def clear(self) -> None:
        """Show no message any more."""
        self._at = -inf

    @property
    def current(self) -> str:
        """The message while it is new and not over; "" afterwards."""
        seconds = max(MESSAGE_SECONDS, len(self.words) / READ_A_SECOND)
        if monotonic() - self._at >= seconds:
            return ""
        if self._is_over():
            self.clear()
            return ""
        return self.words


def _never() -> bool:
    return False

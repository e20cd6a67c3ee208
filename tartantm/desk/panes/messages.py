"""The message that the status line shows for a few seconds after a command."""

from __future__ import annotations

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

    def say(self, words: str, *, trouble: bool = False) -> None:
        """Show a message instead of the one before."""
        self.words, self.trouble, self._at = words, trouble, monotonic()

    def clear(self) -> None:
        """Show no message any more."""
        self._at = -inf

    @property
    def current(self) -> str:
        """The message while it is new; "" afterwards."""
        seconds = max(MESSAGE_SECONDS, len(self.words) / READ_A_SECOND)
        return self.words if monotonic() - self._at < seconds else ""

"""One thing that always fails keeps no others from being asked for.

Of what is asked for one by one, each may fail by itself, such as a thread whose page makes its
server fail; then the others are asked for all the same. Where several fail one after the other it
is the server, which is asked no more for now.
"""

from __future__ import annotations

from tartantm.networks.protocol import Lost, Refused

SEVERAL = 3
"""Where so many fail in a row, it is the server that fails."""


class Failures:
    """What failed of the things that are asked for one by one."""

    def __init__(self) -> None:
        self._first: Lost | Refused | None = None
        self._in_a_row = 0
        self.was_answered = False
        """Whether one of them was answered."""

    def add(self, error: Lost | Refused) -> None:
        """Note that one failed; raises that where nothing more is to be asked for now."""
        self._first = self._first or error
        self._in_a_row += 1
        if self._in_a_row >= SEVERAL:
            self.raise_first()

    def answered(self) -> None:
        """Note that one was answered."""
        self._in_a_row, self.was_answered = 0, True

    def raise_first(self) -> None:
        """Raise what failed first, if anything; where others were answered, nobody is refused."""
        if self._first is None:
            return
        if self.was_answered and isinstance(self._first, Refused):
            raise Lost(str(self._first))
        raise self._first

"""A source that was asked for and cannot be made now, as without its token: refused, not forgotten.

What a session listened to is asked for again whatever became of its token or of the settings. So it
stands among the others, with its reason, is in the coverage as never heard, and is made anew when
it is tried again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import NoReturn

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import (
    NOT_SET_UP,
    ChatIndex,
    Finding,
    Refused,
    introduced,
    skip,
)

_NEVER = float("inf")


class UnmadeSource:
    """Satisfies `LiveSource`, and raises at every turn why there is no better one."""

    damaged = 0
    silence = poll_every = poll_beside = _NEVER
    replies_every = 0.0
    recheck_at_once = 1
    reports_deletions = streams = False
    gap_filler = ""

    def __init__(self, name: str, why: Exception) -> None:
        """`why` it could not be made; what is no TartantmError is a fault of this program."""
        self.name, self._why = name, why
        self.network = name.partition(":")[0]
        self.held: ChatIndex | None = None

    def _refuse(self) -> NoReturn:
        if isinstance(self._why, TartantmError):
            raise Refused(introduced(NOT_SET_UP, str(self._why)))
        raise self._why

    async def open(self) -> None:
        """Raise why it could not be made."""
        self._refuse()

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Raise why it could not be made."""
        self._refuse()
        yield []

    async def since(self, when: object) -> AsyncIterator[list[Heard]]:
        """Raise why it could not be made."""
        self._refuse()
        yield []

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Raise why it could not be made."""
        self._refuse()
        yield []

    def can_recheck(self, post: Post) -> bool:
        """Nothing can be asked."""
        return False

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Raise why it could not be made."""
        self._refuse()
        yield []

    async def diagnose(self) -> AsyncIterator[Finding]:
        """Raise why it could not be made."""
        self._refuse()
        yield Finding("bad", "")

    def note(self) -> str:
        """Nothing was asked, so there is nothing to note."""
        return ""

    async def close(self) -> None:
        """Nothing was opened."""

"""How long one look at a network waits in all for answers, and how its pages are handed on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from time import monotonic
from types import TracebackType
from typing import TypeVar

LOOK_SECONDS = 90.0
"""Each answer has a time limit of its own; so many slow ones would still take hours."""

T = TypeVar("T")


class Patience:
    """What is left of the time that one look may wait for a server; used as ``with``.

    What is done with the answers meanwhile does not count: that is not the server's doing.
    """

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` are `LOOK_SECONDS` where they are not given."""
        self._left = LOOK_SECONDS if seconds is None else seconds
        self._began = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be asked for."""
        return self._left <= 0

    def __enter__(self) -> None:
        self._began = monotonic()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left -= monotonic() - self._began


async def together(
    pages: AsyncIterator[T], most: int, seconds: float
) -> AsyncGenerator[list[T], None]:
    """The pages of an answer, as many at once as come within some seconds, at most `most`.

    So they can be put in order, and none waits for one that does not come. Those that came before
    a failure are given, too.
    """
    kept: list[T] = []
    due = 0.0
    while True:
        asked = asyncio.create_task(_next(pages))
        try:
            if kept:
                await asyncio.wait({asked}, timeout=max(0.0, due - monotonic()))
                if not asked.done() or len(kept) == most:
                    yield kept
                    kept = []
            page = await asked
        except Exception:
            if kept:
                yield kept
            raise
        finally:
            asked.cancel()
            await asyncio.wait({asked})
        if page is None:
            break
        due = due if kept else monotonic() + seconds
        kept.append(page)
    if kept:
        yield kept


async def _next(pages: AsyncIterator[T]) -> T | None:
    return await anext(pages, None)

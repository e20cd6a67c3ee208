"""Reads a page of posts one after the other, with turns for everything else between them.

A page has forty posts or a hundred, and a stranger's takes milliseconds: read at once, no key would
be answered meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
Heard = TypeVar("Heard")


async def in_turns(read: Callable[[T], Iterable[Heard]], page: Iterable[T]) -> list[Heard]:
    """Returns what `read` returns for each item of a page, in their order."""
    heard: list[Heard] = []
    for item in page:
        heard += read(item)
        await asyncio.sleep(0)
    return heard

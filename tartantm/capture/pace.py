"""How much one source may deliver: what comes faster waits, so that the others are heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from tartantm.core.post import Post
from tartantm.networks.heard import Carried, Heard
from tartantm.networks.protocol import ChatIndex

RATE = 100.0
"""Items a second that one source delivers for long; 1,500 posts an hour have been seen."""

BURST = 1_000
"""Items that may come at once, such as those of a gap."""

AT_ONCE = 100
"""Items that are handed on together, so that a batch of one source keeps no other waiting."""


LETTERS = 2_000
"""Letters of a post, links and descriptions included, that count as one item more."""

AGAIN, EDIT = 0.1, 5.0
"""What a post counts for that is held already, and one whose new words are kept beside the old."""


def weight(item: Heard, held: ChatIndex) -> float:
    """Returns for how many items counts what a source said: by its length, and what it changes."""
    post = item.post if isinstance(item, Carried) else item
    if not isinstance(post, Post):
        return 1.0
    letters = len(post.text)
    letters += sum(len(each.url) + len(each.shown) + len(each.title) for each in post.links)
    letters += sum(len(each.url or "") + len(each.alt or "") for each in post.media)
    long = letters // LETTERS
    if not held.holds(post.id):
        return 1.0 + long
    return EDIT + long if post.edited_at else AGAIN


class Pace:
    """A bucket of `BURST` items that fills at `RATE` a second."""

    def __init__(self, tell: Callable[[], None]) -> None:
        """`tell` is called each time that somebody has to wait."""
        self._tell = tell
        self._left, self._at = float(BURST), monotonic()

    async def take(self, count: float) -> None:
        """Wait until so many items may be delivered; whoever waits reads nothing meanwhile."""
        now = monotonic()
        self._left = min(float(BURST), self._left + (now - self._at) * RATE) - count
        self._at = now
        if self._left < 0:
            self._tell()
            await asyncio.sleep(-self._left / RATE)

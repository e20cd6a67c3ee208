"""A cache of drawn posts: each is drawn once, until something about it changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import tzinfo

from rich.style import Style
from textual.strip import Strip

from tartantm.core.chat import Chat
from tartantm.desk.panes.post_lines import PostStyle, post_strips
from tartantm.desk.panes.withheld import WithheldNow

CACHED_POSTS = 100


class Painter:
    """Draws posts, and keeps the lines of the last hundred."""

    def __init__(self, chat: Chat, zone: tzinfo, withheld: WithheldNow) -> None:
        """After what is withheld changed, call `forget`."""
        self._chat, self._zone, self._withheld = chat, zone, withheld
        self._kept: OrderedDict[str, dict[PostStyle, list[Strip]]] = OrderedDict()

    def strips(self, post_id: str, style: PostStyle, styles: Mapping[str, Style]) -> list[Strip]:
        """Returns the lines of a post in these colours."""
        drawn = self._kept.get(post_id)
        if drawn is None:
            drawn = self._kept[post_id] = {}
            if len(self._kept) > CACHED_POSTS:
                self._kept.popitem(last=False)
        if style not in drawn:
            entry = self._chat.entries[post_id]
            drawn[style] = post_strips(entry, self._chat, self._zone, style, styles, self._withheld)
        return drawn[style]

    def forget(self, posts: Collection[str] | None = None) -> None:
        """Draw these posts anew next time, or all of them."""
        if posts is None:
            self._kept.clear()
        else:
            for post_id in posts:
                self._kept.pop(post_id, None)

"""Posts drawn once and kept, for as long as nothing about them changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import tzinfo

from rich.style import Style
from textual.strip import Strip

from tartantm.core.chat import Chat
from tartantm.core.redaction import Redactions
from tartantm.desk.panes.post_lines import PostStyle, post_strips

CACHED_POSTS = 100


class Painter:
    """Draws posts in the colours it is given."""

    def __init__(self, chat: Chat, zone: tzinfo) -> None:
        self._chat, self._zone = chat, zone
        self.redactions = Redactions(chat)
        """What readers of the transcript will not see; whoever changes this calls `forget`."""
        self._kept: OrderedDict[str, dict[PostStyle, list[Strip]]] = OrderedDict()

    def strips(self, post_id: str, look: PostStyle, styles: Mapping[str, Style]) -> list[Strip]:
        """The lines of a post."""
        looks = self._kept.get(post_id)
        if looks is None:
            looks = self._kept[post_id] = {}
            if len(self._kept) > CACHED_POSTS:
                self._kept.popitem(last=False)
        if look not in looks:
            entry = self._chat.entries[post_id]
            redacted = self.redactions.touches(entry.post)
            looks[look] = post_strips(
                entry, self._chat, self._zone, look, styles, redacted=redacted
            )
        return looks[look]

    def forget(self, posts: Collection[str] | None = None) -> None:
        """Draw these posts anew next time, or all of them."""
        if posts is None:
            self._kept.clear()
        else:
            for post_id in posts:
                self._kept.pop(post_id, None)

"""Posts drawn once and kept, for as long as nothing about them changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import tzinfo

from rich.style import Style
from textual.strip import Strip

from tartantm.chat import Chat
from tartantm.redaction import Redactions
from tartantm.tui.post_lines import Look, post_strips, strip_of

CACHED_POSTS = 400


class Painter:
    """Draws posts in the colours it is given."""

    def __init__(self, chat: Chat, zone: tzinfo) -> None:
        self._chat, self._zone = chat, zone
        self.redactions = Redactions(chat)
        """What readers of the transcript will not see; whoever changes this calls `forget`."""
        self._kept: OrderedDict[tuple[str, Look], list[Strip]] = OrderedDict()

    def strips(self, post_id: str, look: Look, styles: Mapping[str, Style]) -> list[Strip]:
        """The lines of a post; their last column is left to the scrollbar."""
        strips = self._kept.get((post_id, look))
        if strips is None:
            entry = self._chat.entries[post_id]
            redacted = self.redactions.touches(entry.post)
            edge = strip_of([], 1, styles)
            inner = replace(look, width=look.width - 1)
            drawn = post_strips(entry, self._chat, self._zone, inner, styles, redacted=redacted)
            strips = [Strip.join((line, edge)) for line in drawn]
            self._kept[post_id, look] = strips
            if len(self._kept) > CACHED_POSTS:
                self._kept.popitem(last=False)
        return strips

    def forget(self, posts: Collection[str] | None = None) -> None:
        """Draw these posts anew next time, or all of them."""
        if posts is None:
            self._kept.clear()
        else:
            for key in [key for key in self._kept if key[0] in posts]:
                del self._kept[key]

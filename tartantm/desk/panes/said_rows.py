"""What the rows of the inbox said when they were drawn, so that a key decides no more than that.

Posts join a conversation, and grouping changes its mind, while the moderator reads the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from time import monotonic
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.desk.panes.views import View
from tartantm.moderation.conversation import Conversation, alone

READ_SECONDS = 0.4
"""What a row says counts as read after this time; before, what it said until then counts."""


class Said(NamedTuple):
    """What a row says."""

    stands: Mapping[str, str | None]
    """By the ids of its posts: where each stands."""
    places: tuple[str | None, ...]
    """The places that it offers, the likeliest first."""


class _Drawn(NamedTuple):
    said: Said
    since: float
    before: Said


class SaidRows:
    """What each row on the screen says, and said before it changed."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._drawn: dict[str, _Drawn] = {}

    def drawn(self, view: View, shown: Iterable[str]) -> None:
        """Note that these rows of a view are drawn now."""
        now, before, self._drawn = monotonic(), self._drawn, {}
        for post_id in shown:
            if (row := view.conversation(post_id)) is None:
                continue
            said, was = self._saying(row), before.get(post_id)
            if was is None:
                self._drawn[post_id] = _Drawn(said, -inf, said)
            elif was.said == said:
                self._drawn[post_id] = was
            else:
                self._drawn[post_id] = _Drawn(said, now, _read(was))

    def carry_over(self, first: str, instead: str) -> None:
        """Note that another post is the first of a row now."""
        if (was := self._drawn.pop(first, None)) is not None:
            self._drawn[instead] = was

    def by(self, view: View, post_id: str) -> Said:
        """Returns what the row of a post said that the moderator can have read."""
        was = self._drawn.get(post_id)
        if was is not None:
            return _read(was)
        entry = self._chat.entry(post_id)
        if entry is None:
            return Said({post_id: None}, ())
        return self._saying(view.conversation(post_id) or alone(entry))

    def _saying(self, row: Conversation) -> Said:
        return Said({each: self._chat.stands_at(each) for each in row.posts}, row.places)


def _read(drawn: _Drawn) -> Said:
    return drawn.said if monotonic() - drawn.since >= READ_SECONDS else drawn.before

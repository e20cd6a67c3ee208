"""The posts that are selected for the next act: one by one, or from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Set


class Chosen:
    """Ids of selected posts. While a range is begun it reaches from there to the cursor."""

    def __init__(self) -> None:
        self.ids: Set[str] = frozenset()
        self.anchor: str | None = None
        """Where the range was begun; None where none is."""
        self._before: Set[str] = frozenset()

    def toggle(self, post_id: str) -> None:
        """Take a post in, or out again."""
        self.ids = self.ids ^ {post_id}
        self.anchor = None

    def add(self, posts: Iterable[str]) -> None:
        """Take posts in."""
        self.ids = self.ids | set(posts)
        self.anchor = None

    def begin(self, post_id: str) -> None:
        """Begin a range; what is selected already stays."""
        self.anchor, self._before = post_id, self.ids
        self.ids = self.ids | {post_id}

    def end(self) -> None:
        """Let the range be as it is."""
        self.anchor = None

    def reach(self, posts: Iterable[str]) -> None:
        """Have the range hold exactly these posts."""
        self.ids = self._before | set(posts)

    def clear(self) -> None:
        """Select nothing."""
        self.ids, self.anchor = frozenset(), None

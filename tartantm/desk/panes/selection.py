"""The posts that are selected for the next act: one by one, or from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Set


class Selection:
    """Ids of selected posts. An open range reaches from where it was begun to the cursor."""

    def __init__(self) -> None:
        self.ids: Set[str] = frozenset()
        self.anchor: str | None = None
        """Where the range was begun; None where none is."""
        self._before: Set[str] = frozenset()

    def toggle(self, post_id: str) -> None:
        """Select a post, or unselect it."""
        self.ids = self.ids ^ {post_id}
        self.anchor = None

    def add(self, posts: Iterable[str]) -> None:
        """Select more posts."""
        self.ids = self.ids | set(posts)
        self.anchor = None

    def begin(self, post_id: str) -> None:
        """Begin a range; what is selected already stays."""
        self.anchor, self._before = post_id, self.ids
        self.ids = self.ids | {post_id}

    def end(self) -> None:
        """End the range; its posts stay selected."""
        self.anchor = None

    def reach(self, posts: Iterable[str]) -> None:
        """Replace the posts of the range; those selected before it stay."""
        self.ids = self._before | set(posts)

    def clear(self) -> None:
        """Select nothing."""
        self.ids, self.anchor = frozenset(), None

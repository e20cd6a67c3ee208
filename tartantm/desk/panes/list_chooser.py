"""Changes which list is shown, and shows it narrowed by the filters that hold."""

from __future__ import annotations

from collections.abc import Callable

from tartantm.desk.panes.pane_layout import PaneLayout
from tartantm.desk.panes.posts import PostList
from tartantm.desk.panes.shown_list import ShownList
from tartantm.desk.panes.views import INBOX, TO_LOOK_AT, Views
from tartantm.moderation.search import Highlight

PAUSE_SECONDS = 0.005
"""How long the screen may answer keys between two slices of a long list that is filtered."""


class ListChooser:
    """Carries the choice of list and filters over to the widget that shows them."""

    def __init__(
        self,
        views: Views,
        shown_list: ShownList,
        post_list: PostList,
        panes: PaneLayout,
        empty: Callable[[], str],
        redraw: Callable[[], object],
    ) -> None:
        """`empty` returns what an empty list says; `redraw` updates the lines around the list."""
        self._views, self._shown_list, self._post_list = views, shown_list, post_list
        self._panes, self._empty, self._redraw = panes, empty, redraw

    def begin(self) -> None:
        """Show the first list at its newest post."""
        self._post_list.empty = self._empty()
        self._post_list.show(self._shown_list.view, newest=True, remember=False)

    def show(self, name: str, post_id: str | None = None) -> None:
        """Show another list, at a post where that is in it, else where it was left."""
        self._shown_list.name = name
        self._panes.close_details()
        self.narrow(newest=name not in TO_LOOK_AT, remember=True)
        if post_id:
            self._post_list.go_to(post_id)
        self._redraw()

    def show_neighbour(self, by: int) -> None:
        """Show the list below (1) or above (-1) in the agenda pane."""
        names = self._views.names
        shown = self._shown_list.name
        at = names.index(shown if shown in names else INBOX)  # the review is in no pane
        self.show(names[(at + by) % len(names)])

    def search_for(self, words: str) -> None:
        """Narrow the list to posts with these words; "" ends that."""
        self._shown_list.search_for(words)
        self.narrow(newest=self._shown_list.name not in TO_LOOK_AT)

    def narrow(self, *, newest: bool = True, remember: bool = False) -> None:
        """Show the list by the filters that hold now; the cursor stays on its post if it can."""
        posts = self._post_list
        cursor, line = posts.cursor, posts.line
        view = self._shown_list.rebuild()
        posts.empty = self._empty()
        words = self._shown_list.filter("words")
        posts.match = Highlight(words.value) if words else None
        posts.painter.forget()
        posts.show(view, newest=newest, remember=remember)
        if not remember and cursor:
            posts.go_to(cursor, line)
        self.grow()
        self._redraw()

    def grow(self) -> None:
        """Go on testing a long list, a slice at a time, so that keys are answered between."""
        if self._shown_list.growing:
            self._shown_list.grow()
            self._post_list.changed(frozenset(), frozenset(), own=True)
            self._post_list.set_timer(PAUSE_SECONDS, self.grow)

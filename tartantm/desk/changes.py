"""Brings changes of the chat to the panes: collected as they happen, shown together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.desk.panes.details import Details
from tartantm.desk.panes.list_chooser import ListChooser
from tartantm.desk.panes.posts import PostList
from tartantm.desk.panes.shown_list import ShownList
from tartantm.desk.panes.views import Views, key_of
from tartantm.desk.panes.withheld import WithheldNow


class ChangeFeed:
    """Applies changes to the lists and redraws what they touch."""

    def __init__(
        self,
        chat: Chat,
        views: Views,
        shown_list: ShownList,
        post_list: PostList,
        details: Details,
        withheld: WithheldNow,
        lists: ListChooser,
        redraw: Callable[[], object],
    ) -> None:
        """`redraw` updates the lines around the list after a flush."""
        self._chat, self._views, self._shown_list = chat, views, shown_list
        self._post_list, self._details, self._redraw = post_list, details, redraw
        self._withheld, self._lists = withheld, lists
        self._waiting: list[Change] = []
        self._acting_on: Collection[str] = ()

    def add(self, change: Change) -> bool:
        """Keep a change for the next flush. Returns True for the first one that waits."""
        self._waiting.append(change)
        return len(self._waiting) == 1

    @contextmanager
    def acting_on(self, posts: Collection[str]) -> Iterator[None]:
        """While an act on these posts is recorded, the moderator expects them to leave the list."""
        self._acting_on = frozenset(posts)
        try:
            yield
        finally:
            self._acting_on = ()

    def flush(self) -> None:
        """Show what changed since the last flush."""
        if not self._waiting:
            return
        change = Change().merge(self._waiting)
        self._waiting.clear()
        self._views.apply(change)
        self._shown_list.apply(change)
        if self._post_list.view is not self._shown_list.view:
            self._post_list.view = self._shown_list.view
            self._lists.grow()
        chat = self._chat
        touched = {*change.added, *change.changed}
        new = [entry for entry in map(chat.entry, change.added) if entry]
        touched |= {entry.post.reply_to for entry in new if entry.post.reply_to}
        if self._withheld.apply(change):
            self._post_list.painter.forget()
        view = self._post_list.view
        self._post_list.painter.forget({view.row_of(each) for each in touched} - touched)
        arrived = {entry.id for entry in new if key_of(entry) in view}
        own = self._post_list.cursor in self._acting_on
        self._post_list.changed(arrived, touched, own)
        self._details.show(self._post_list.cursor)
        self._redraw()

"""Which of the desk's lists is shown, and the filters that narrow it."""

from __future__ import annotations

from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.desk.panes.filters import Filter, FilteredView, Kind
from tartantm.desk.panes.search import SearchIndex
from tartantm.desk.panes.views import ALL, INBOX, View, Views

SLICE_SECONDS = 0.010
"""How long filtering may block the screen at a time."""

WHOLE_SECONDS = 5.0
"""How long filtering may take at most where the moderator waits for the result."""


class ShownList:
    """The list on the screen: its name, its filters, and the words last searched for."""

    def __init__(self, chat: Chat, views: Views) -> None:
        self._chat, self._views = chat, views
        self._index = SearchIndex(chat)
        self._hits: FilteredView | None = None
        self.name = ALL
        """Which of the desk's lists is shown."""
        self.filters: tuple[Filter, ...] = ()
        """What narrows the list, the latest last."""
        self.words = ""
        """What was last searched for; kept when the search is closed."""
        self.view: View = views[ALL]
        self.came_from: tuple[str, str | None] | None = None
        """The list and the post to go back to from a thread or an author."""

    def filter(self, kind: Kind) -> Filter | None:
        """Returns the filter of a kind; None where there is none."""
        return next((each for each in self.filters if each.kind == kind), None)

    def set(self, wanted: Filter) -> None:
        """Add a filter; it replaces another of its kind."""
        self.drop(wanted.kind)
        self.filters = (*self.filters, wanted)

    def toggle(self, wanted: Filter) -> None:
        """Add a filter, or remove it where it holds already."""
        if wanted in self.filters:
            self.drop(wanted.kind)
        else:
            self.set(wanted)

    def drop(self, kind: Kind) -> None:
        """Remove the filter of a kind."""
        self.filters = tuple(each for each in self.filters if each.kind != kind)

    def search_for(self, words: str) -> None:
        """Show only posts with these words; "" ends that."""
        if words:
            self.words = words
            self.set(Filter("words", words, f"with “{words}”"))
        else:
            self.drop("words")

    def rebuild(self) -> View:
        """Build the list anew and return it; where its name is gone, the list of all posts."""
        base = self._views[self.name] if self.name in self._views else self._views[ALL]
        self.name = base.name
        self.view = self._views.inbox_rows if self.name == INBOX else base
        if self.filters:  # they are about posts, so what they leave are posts
            self.view = narrowed = FilteredView(self._chat, base, self.filters, self._index)
            narrowed.grow(SLICE_SECONDS)
        return self.view

    @property
    def growing(self) -> bool:
        """Whether there are posts that were not tested yet."""
        return isinstance(self.view, FilteredView) and not self.view.complete

    def grow(self) -> None:
        """Test more posts, for one slice of time."""
        if isinstance(self.view, FilteredView):
            self.view.grow(SLICE_SECONDS)

    def apply(self, change: Change) -> None:
        """Apply a change; where the list had to be built anew, `view` is another object."""
        self._index.apply(change)
        kinds = {each.kind for each in self.filters}
        anew = change.reloaded or change.agenda or change.reordered
        anew = anew or self.name not in self._views
        anew = anew or (change.periods and "questions" in kinds) or "thread" in kinds
        if anew:
            self._hits = None
            self.rebuild()
            return
        for narrowed in (self.view, self._hits):
            if isinstance(narrowed, FilteredView):
                for post_id in dict.fromkeys([*change.added, *change.changed]):
                    if entry := self._chat.entry(post_id):
                        narrowed.update(entry)

    def hits(self) -> FilteredView | None:
        """Returns the posts shown that have the words last searched for; None without words."""
        if not self.words:
            return None
        wanted = (Filter("words", self.words),)
        if self._hits is None or (self._hits.base, self._hits.filters) != (self.view, wanted):
            self._hits = FilteredView(self._chat, self.view, wanted, self._index)
            self._hits.grow(WHOLE_SECONDS)
        return self._hits

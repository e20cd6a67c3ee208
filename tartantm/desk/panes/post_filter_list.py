"""What the list of posts shows: one of the desk's lists, narrowed by any number of filters."""

from __future__ import annotations

from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.desk.panes.filters import Filter, Kind, Narrowed
from tartantm.desk.panes.search import SearchIndex
from tartantm.desk.panes.views import ALL, View, Views

SLICE_SECONDS = 0.010
"""How long filtering may hold the screen up at a time."""

WHOLE_SECONDS = 5.0
"""How long a list is looked through at most where somebody waits for the answer."""


class Listing:
    """Which list is shown, what narrows it, and which words were last looked for."""

    def __init__(self, chat: Chat, views: Views) -> None:
        self._chat, self._views = chat, views
        self._index = SearchIndex(chat)
        self._hits: Narrowed | None = None
        self.shown = ALL
        self.filters: tuple[Filter, ...] = ()
        """What narrows the list, the latest last."""
        self.words = ""
        """What was last looked for; it stays when the search is closed."""
        self.view: View = views[ALL]
        self.came_from: tuple[str, str | None] | None = None
        """The list, and the post in it, from which one went to a thread or an author."""

    def filter(self, kind: Kind) -> Filter | None:
        """The filter of a kind, None where there is none."""
        return next((each for each in self.filters if each.kind == kind), None)

    def set(self, wanted: Filter) -> None:
        """Narrow by this, in the place of another filter of its kind."""
        self.drop(wanted.kind)
        self.filters = (*self.filters, wanted)

    def toggle(self, wanted: Filter) -> None:
        """Narrow by this, or no longer."""
        if wanted in self.filters:
            self.drop(wanted.kind)
        else:
            self.set(wanted)

    def drop(self, kind: Kind) -> None:
        """No longer narrow by this."""
        self.filters = tuple(each for each in self.filters if each.kind != kind)

    def look_for(self, words: str) -> None:
        """Narrow to posts with these words; "" ends that."""
        if words:
            self.words = words
            self.set(Filter("words", words, f"with “{words}”"))
        else:
            self.drop("words")

    def renew(self) -> View:
        """Make the list anew."""
        base = self._views[self.shown] if self.shown in self._views else self._views[ALL]
        self.shown = base.name
        self.view = base
        if self.filters:
            self.view = narrowed = Narrowed(self._chat, base, self.filters, self._index)
            narrowed.grow(SLICE_SECONDS)
        return self.view

    @property
    def growing(self) -> bool:
        """Whether there are posts that were not looked at yet."""
        return isinstance(self.view, Narrowed) and not self.view.complete

    def grow(self) -> None:
        """PostStyle a little further."""
        if isinstance(self.view, Narrowed):
            self.view.grow(SLICE_SECONDS)

    def apply(self, change: Change) -> None:
        """Follow a change; where the list had to be made anew, `view` is another."""
        self._index.apply(change)
        kinds = {each.kind for each in self.filters}
        anew = change.reloaded or change.agenda or self.shown not in self._views
        anew = anew or (change.periods and "questions" in kinds) or "thread" in kinds
        if anew:
            self._hits = None
            self.renew()
            return
        for narrowed in (self.view, self._hits):
            if isinstance(narrowed, Narrowed):
                for post_id in dict.fromkeys([*change.added, *change.changed]):
                    if entry := self._chat.entry(post_id):
                        narrowed.update(entry)

    def hits(self) -> Narrowed | None:
        """The posts of the list shown that have the words looked for last."""
        if not self.words:
            return None
        wanted = (Filter("words", self.words),)
        if self._hits is None or (self._hits.base, self._hits.filters) != (self.view, wanted):
            self._hits = Narrowed(self._chat, self.view, wanted, self._index)
            self._hits.grow(WHOLE_SECONDS)
        return self._hits

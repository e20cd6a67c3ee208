"""The list of the review: what to look at first, in an order that stays put while one looks."""

from __future__ import annotations

from bisect import bisect_left, insort

from tartantm.core.describe import posts
from tartantm.core.entry import Change
from tartantm.desk.panes.views import REVIEW, Key, View, key_of
from tartantm.moderation.conversation import Conversation, alone
from tartantm.moderation.review import Ranked, Review
from tartantm.moderation.standing import Standing

_Place = tuple[int, float, int, str]
"""Where a post stands: (0, its place, 0, id) once it was on the screen, else (1, its rank)."""


class ReviewView(View):
    """The posts that nobody looked at, what is worth most first.

    What was on the screen once keeps its place, also where it comes back after an undo, and so does
    all above it; new facts order anew only what follows.
    """

    def __init__(self, review: Review) -> None:
        super().__init__(REVIEW)
        self._review = review
        self._pinned = 0
        """How many posts were on the screen, or above one that was."""
        self._place_of: dict[str, _Place] = {}
        self._places: list[_Place] = []
        """Parallel to `keys`."""
        self._standing: Standing | None = None
        self._fill()

    def _fill(self) -> None:
        """List everything, what was on the screen first."""
        self._places = sorted(map(self._placed, self._review.ranked))
        self._place_of |= {place[-1]: place for place in self._places}
        entries = self._review.chat.entries
        self.keys = [key_of(entries[place[-1]]) for place in self._places]

    def _placed(self, rank: Ranked) -> _Place:
        known = self._place_of.get(rank.id)
        return known if known is not None and not known[0] else (1, *rank)

    @property
    def standing(self) -> Standing:
        """How far the review has come."""
        if self._standing is None:
            self._standing = self._review.standing()
        return self._standing

    def index(self, key: Key) -> int:
        """Returns the index of a post, or where it was before it left the list."""
        place = self._place_of.get(key[2])
        return len(self.keys) if place is None else bisect_left(self._places, place)

    def __contains__(self, key: Key) -> bool:
        index = self.index(key)
        return index < len(self.keys) and self.keys[index] == key

    def conversation(self, post_id: str) -> Conversation:
        """Returns the post by itself: what its row said is what a key decides."""
        return alone(self._review.chat.entries[post_id])

    def followers(self, post_id: str) -> str:
        """Returns how many posts hang on one, in words."""
        count = self._review.hanging(post_id) - 1
        return f"{posts(count)} follow{'s' * (count == 1)}" if count else ""

    def drawn(self, items: list[int]) -> None:
        """Keep what is on the screen, and all above it, where it is from now on."""
        for index in range(bisect_left(self._places, (1,)), max(items, default=-1) + 1):
            place: _Place = (0, self._pinned, 0, self._places[index][-1])
            self._pinned += 1
            self._place_of[place[-1]] = self._places[index] = place

    def apply(self, change: Change) -> bool:
        """Take up what changed; returns whether the list did."""
        ranked = self._review.apply(change)
        self._standing = None
        if change.reloaded or change.agenda or change.reordered:
            held = self._review.chat.entries
            self._place_of = {i: place for i, place in self._place_of.items() if i in held}
            self._fill()
            return True
        return sum(map(self._take_up, ranked)) > 0

    def _take_up(self, post_id: str) -> bool:
        """Bring a post's place up to date; returns whether the list changed."""
        rank, before = self._review.rank(post_id), self._place_of.get(post_id)
        index = len(self._places) if before is None else bisect_left(self._places, before)
        listed = index < len(self._places) and self._places[index] == before
        now = None if rank is None else self._placed(rank)
        if now == (before if listed else None):
            return False
        if listed:
            del self._places[index], self.keys[index]
        if now is not None:
            self._place_of[post_id] = now
            insort(self._places, now)
            entry = self._review.chat.entries[post_id]
            self.keys.insert(bisect_left(self._places, now), key_of(entry))
        return True

"""What the posts shortly before one say of it: whose words it has, and how many label theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from math import fsum
from typing import NamedTuple

from tartantm.grouping.memory import Memory, PlacedPost

MAX_NEIGHBOURS = 100
"""How many earlier posts a post is compared with, at most."""

NEIGHBOUR_WINDOW = timedelta(minutes=30)
"""How old those may be."""

HABIT_OF_LAST = 40
"""So many of the last answers say whether people label theirs."""


class LabelHabit(NamedTuple):
    """The share of labels among the last answers, with a guess where there are few of them.

    Where all have one, a post without is rather talk.
    """

    everyone: float
    author: float
    """Among those by the post's own author."""


class RecentPosts:
    """The posts shortly before one, latest first."""

    def __init__(self, memory: Memory, placed: PlacedPost) -> None:
        self._memory, self._placed = memory, placed
        self._posts = memory.recent(placed.order, NEIGHBOUR_WINDOW, MAX_NEIGHBOURS)
        self._own = {each.id for each in self._posts if memory.same_author(each.post, placed.post)}

    def votes(self) -> dict[str | None, float]:
        """Returns the share of each place in the votes of posts by others with common words.

        A word counts for less, the more of them have it.
        """
        about = self._memory.reading(self._placed).about
        if not about:
            return {}
        said: dict[str | None, list[str]] = defaultdict(list)
        for other in self._posts:
            if other.deleted or other.post.repost_of:
                continue
            common = about.keys() & self._memory.reading(other).about.keys()
            if common and other.id not in self._own:
                said[other.placement.question] += common
        often = Counter(stem for stems in said.values() for stem in stems)
        weights = {stem: 1 / (3 + often[stem]) for stem in often}
        votes = {place: fsum(map(weights.__getitem__, stems)) for place, stems in said.items()}
        total = sum(votes.values()) + 0.3
        return {place: vote / total for place, vote in votes.items()}

    def label_habit(self) -> LabelHabit:
        """Returns how many label their answers, of the last ones that follow no other post."""
        labelled, theirs = [0, 0], [0, 0]
        for other in self._posts:
            if (has_label := self._answers(other)) is None:
                continue
            labelled[has_label] += 1
            if other.id in self._own:
                theirs[has_label] += 1
            if sum(labelled) == HABIT_OF_LAST:
                break
        everyone = (labelled[True] + 0.5) / (sum(labelled) + 2)
        return LabelHabit(everyone, (theirs[True] + 2 * everyone) / (sum(theirs) + 2))

    def _answers(self, other: PlacedPost) -> bool | None:
        """Whether a post that may be an answer has a label; None where it is none or follows."""
        post = other.post
        if other.host or post.repost_of or post.reply_to or post.id in self._memory.asking:
            return None
        return self._memory.reading(other).labels_answer

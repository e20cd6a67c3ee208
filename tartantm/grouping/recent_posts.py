"""What the posts shortly before one say of it: whose words it has, and how many label theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
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
        said: dict[str | None, list[str]] = defaultdict(list)
        for other in self._posts:
            if not (other.deleted or other.post.repost_of or other.id in self._own):
                theirs = self._memory.reading(other).about
                said[other.placement.question].extend(filter(theirs.__contains__, about))
        counts = {place: Counter(stems) for place, stems in said.items() if stems}
        often = sum(counts.values(), Counter[str]())
        votes = {
            place: sum(count / (3 + often[stem]) for stem, count in stems.items())
            for place, stems in counts.items()
        }
        total = sum(votes.values()) + 0.3
        return {place: vote / total for place, vote in votes.items()}

    def label_habit(self) -> LabelHabit:
        """Returns how many label their answers, of the last ones that follow no other post."""
        labelled, theirs = [0, 0], [0, 0]
        asking = self._memory.asking
        for other in self._posts:
            post = other.post
            if other.host or post.repost_of or post.reply_to or post.id in asking:
                continue
            has_label = self._memory.reading(other).labels_answer
            if has_label is None:
                continue
            labelled[has_label] += 1
            theirs[has_label] += post.id in self._own
            if sum(labelled) == HABIT_OF_LAST:
                break
        everyone = (labelled[True] + 0.5) / (sum(labelled) + 2)
        return LabelHabit(everyone, (theirs[True] + 2 * everyone) / (sum(theirs) + 2))

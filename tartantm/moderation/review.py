"""The review after the chat: what to look at first, what that gained so far, and when it is enough.

A look is worth most where a placement is doubtful and others follow from it. So posts go by risk ×
√(posts that hang on it): its risk is what its confidence lacks to 1, and on it hang itself and the
posts whose places were taken over from it, by way of others too. Confidence is calibrated: the mean
over all posts is how many of them stand right, where what somebody has looked at counts as right.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from math import sqrt
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.undo import ActDone
from tartantm.grouping.grouper import Grouper
from tartantm.moderation.standing import FEW_LOOKS, NEXT_LOOKS, Standing

_MOST_FOLLOWERS = 200
"""Of so many posts that hang on one it is asked what a look at that would bring them."""


class Ranked(NamedTuple):
    """A post to look at; sorts by what a look is worth, most first, then by arrival."""

    worth: float
    """Risk × √(posts that hang on it), negative."""
    seq: int
    id: str


class Review:
    """The order of a chat's posts for a review, kept up to date as the chat changes."""

    def __init__(self, chat: Chat, grouper: Grouper | None = None) -> None:
        """Without a grouper, posts hang on those that they reply to, quote or repost alone."""
        self.chat, self._grouper = chat, grouper
        self.rebuild()

    def rebuild(self) -> None:
        """Begin anew, for the chat was read again or posts have other times."""
        self.ranked: list[Ranked] = []
        """The posts that nobody looked at, by what a look is worth, most first."""
        self._ranks: dict[str, Ranked] = {}
        self._risks: dict[str, float] = {}
        """Of each post that readers are to see."""
        self._looked_at: set[str] = set()
        self._above: dict[str, str] = {}
        self._below: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._hanging: dict[str, int] = {}
        self._missing: defaultdict[str, set[str]] = defaultdict(set)
        """By a reference to what is not heard yet: the posts that have it."""
        entries = [entry for entry in self.chat.ordered() if _counts(entry)]
        for entry in entries:
            self._hanging[entry.id] = 1
            self._assess(entry)
        for entry in entries:
            if above := self._taken_from(entry):
                self._above[entry.id] = above
                self._below[above][entry.id] = None
        for entry in reversed(entries):  # what hangs on a post is later than it
            if above := self._above.get(entry.id):
                self._hanging[above] += self._hanging[entry.id]
        self._risk = sum(self._risks.values())
        self._ranks = {i: rank for i in self._risks if (rank := self._rank(i))}
        self.ranked = sorted(self._ranks.values())
        self._note_acts(self.chat.history.acts)

    def _note_acts(self, acts: Iterable[ActDone]) -> None:
        """Take down the confidence that posts had before somebody looked at them."""
        self._before: dict[str, float] = {}
        for act in acts:
            self._note_act(act)

    def _note_act(self, act: ActDone) -> None:
        if act.undone or not isinstance(act.event, ev.Placed):
            return
        for holder, attribute, before, _ in act.changes:
            if attribute == "placement" and isinstance(holder, Entry) and not before.by_person:
                self._before.setdefault(holder.id, before.confidence)

    def rank(self, post_id: str) -> Ranked | None:
        """Returns the rank of a post, None where there is nothing to look at."""
        return self._ranks.get(post_id)

    def risk(self, post_id: str) -> float:
        """Returns the chance that a post stands wrong."""
        return self._risks.get(post_id, 0.0)

    def hanging(self, post_id: str) -> int:
        """Returns how many posts hang on one, itself among them."""
        return self._hanging.get(post_id, 1)

    def apply(self, change: Change) -> list[str]:
        """Take up what changed. Returns the ids of the posts that a look may be worth more or less.

        Grouping has to have observed it before.
        """
        if change.reloaded or change.agenda or change.reordered:
            return self._begin_anew()
        touched: list[str] = []
        for post_id in dict.fromkeys((*change.added, *change.changed)):
            if len(touched) > len(self._hanging) + _MOST_FOLLOWERS:
                return self._begin_anew()  # much of a long chain has changed: that is quicker
            if entry := self.chat.entry(post_id):
                for each in (entry, *self._waiting_for(entry)):
                    touched += self._take_up(each)
        if any(act.undone for act in change.acts):
            self._note_acts(self.chat.history.acts)
        else:
            for act in change.acts:
                self._note_act(act)
        return [post_id for post_id in dict.fromkeys(touched) if self._rank_anew(post_id)]

    def _begin_anew(self) -> list[str]:
        """Begin anew; returns the ids of all posts that were ranked, or are."""
        before = self._ranks
        self.rebuild()
        return [*dict.fromkeys((*before, *self._ranks))]

    def _waiting_for(self, entry: Entry) -> Iterator[Entry]:
        """Yields the posts that refer to this one and were heard before it."""
        if _counts(entry):
            for name in (entry.id, *entry.post.aliases):
                waiting = sorted(self._missing.pop(name, ()))
                yield from filter(None, map(self.chat.entry, waiting))

    def _take_up(self, entry: Entry) -> Iterator[str]:
        """Take up a post that is new or changed; yields it, and those on which it hangs or hung."""
        post_id, counts = entry.id, _counts(entry)
        self._risk -= self._risks.get(post_id, 0.0)
        if counts:
            self._hanging.setdefault(post_id, 1)
        self._assess(entry)
        self._risk += self._risks.get(post_id, 0.0)
        yield post_id
        before, now = self._above.get(post_id), self._taken_from(entry) if counts else None
        if before == now:
            return
        yield from self._hang(before, -self._hanging[post_id])
        if before:
            self._below[before].pop(post_id, None)
            del self._above[post_id]
        if now:
            self._above[post_id] = now
            self._below[now][post_id] = None
        yield from self._hang(now, self._hanging[post_id])

    def _hang(self, post_id: str | None, count: int) -> Iterator[str]:
        """Let so many more posts hang on a post and on those that it hangs on itself."""
        while post_id:
            self._hanging[post_id] = self._hanging.get(post_id, 1) + count
            yield post_id
            post_id = self._above.get(post_id)

    def _assess(self, entry: Entry) -> None:
        placement, post_id = entry.placement, entry.id
        self._looked_at.discard(post_id)
        if not (_counts(entry) and entry.in_view):
            self._risks.pop(post_id, None)
        elif placement.by_person:
            self._risks[post_id] = 0.0
            if not entry.post.is_remark:  # who wrote it down has placed it, and looked at nothing
                self._looked_at.add(post_id)
        else:
            self._risks[post_id] = 1 - placement.confidence

    def _taken_from(self, entry: Entry) -> str | None:
        """Returns the post whose place a post took over; always an earlier one, so no circle."""
        reference = _reference(entry)
        found = self.chat.entry(reference)
        if reference and (found is None or not _counts(found)):
            self._missing[reference].add(entry.id)
        if found is None and self._grouper is not None:
            found = self.chat.entry(self._grouper.taken_from(entry.id))
        if found is None or not _counts(found) or found.key >= entry.key:
            return None
        return found.id

    def _rank(self, post_id: str) -> Ranked | None:
        if not (risk := self._risks.get(post_id)):
            return None
        worth = round(risk * sqrt(self._hanging[post_id]), 6)
        return Ranked(-worth, self.chat.entries[post_id].seq, post_id)

    def _rank_anew(self, post_id: str) -> bool:
        """Rank a post again; returns whether its rank is another now."""
        before, now = self._ranks.get(post_id), self._rank(post_id)
        if before == now:
            return False
        if before:
            del self.ranked[bisect_left(self.ranked, before)]
            del self._ranks[post_id]
        if now:
            insort(self.ranked, now)
            self._ranks[post_id] = now
        return True

    def standing(self) -> Standing:
        """Returns how far the review has come."""
        count = len(self._risks) or 1
        gained = sum(
            1 - self._risks[post_id] - before
            for post_id, before in self._before.items()
            if post_id in self._risks
        )
        first = self.ranked[:NEXT_LOOKS]
        return Standing(
            posts=len(self._risks),
            looked_at=len(self._looked_at),
            right=1 - self._risk / count,
            right_before=1 - (self._risk + gained) / count,
            looks=len(first),
            gain=self._gain(first),
            gain_of_few=self._gain(first[:FEW_LOOKS]),
        )

    def _gain(self, looked: Iterable[Ranked]) -> float:
        """Returns how many posts would be put right if these were looked at.

        What hangs on a post goes along with it, but a look takes no more doubt from that than the
        post has itself. Each post counts once.
        """
        gain: dict[str, float] = {}
        for each in looked:
            risk = gain[each.id] = self._risks[each.id]
            for post_id in islice(self._followers(each.id), _MOST_FOLLOWERS):
                brings = min(risk, self._risks.get(post_id, 0.0))
                gain[post_id] = max(brings, gain.get(post_id, 0.0))
        return sum(gain.values())

    def _followers(self, post_id: str) -> Iterator[str]:
        waiting = [post_id]
        while waiting:
            below = self._below.get(waiting.pop(), ())
            yield from below
            waiting += below

    def hanging_on(self, posts: Collection[str]) -> int:
        """Returns how many posts hang on any of these, themselves among them."""
        tops = (post_id for post_id in posts if self._above.get(post_id) not in posts)
        return sum(self.hanging(post_id) for post_id in tops)


def order(chat: Chat, grouper: Grouper | None = None) -> list[str]:
    """Returns the ids of the posts that nobody looked at, in the order of the review."""
    return [each.id for each in Review(chat, grouper).ranked]


def _reference(entry: Entry) -> str | None:
    """Returns the reference to the post whose place a post took over, None without one."""
    match entry.placement.by:
        case "repost":
            return entry.post.repost_of
        case "reply":
            return entry.post.reply_to
        case "quote":
            return entry.post.quote_of
        case _:
            return None


def _counts(entry: Entry) -> bool:
    """Whether a post is one of the chat whose place matters to what follows it."""
    return not (entry.carried or entry.withdrawn or entry.deleted_at)

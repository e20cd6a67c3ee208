"""`Grouper`: which question each post belongs to, and what follows when something changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.events import Placement
from tartantm.core.periods import Period
from tartantm.core.post import Post
from tartantm.grouping import agenda_change, signals
from tartantm.grouping.decide import Decision, decide, judge
from tartantm.grouping.features import NEIGHBOURS, WITHIN
from tartantm.grouping.memory import Memory, Opening, Order, PlacedPost
from tartantm.grouping.ranker import Weights, shipped

_OFTEN = 4
"""How often one post is thought over because of one change; circles of references end so."""

_Before = dict[str, tuple[Placement, tuple[str, ...]]]
"""Where posts stood, and on what that rested."""


class Placing(NamedTuple):
    """What grouping says of a new post."""

    placement: Placement
    opens: str | None
    """The question that this post, a host's, opens."""
    revised: dict[str, Placement]
    """Earlier posts that nobody placed by hand and that now stand elsewhere."""


class Grouper:
    """Groups a chat's posts. It goes by the times of posts and openings, never by the clock."""

    def __init__(self, chat: Chat, weights: Weights | None = None) -> None:
        self._chat = chat
        self._weights = weights or shipped()
        self._begin()

    def place(self, post: Post) -> Placing:
        """Place a post that is heard for the first time, and remember where."""
        known = self._memory.posts.get(post.id) or self._memory.add(post)
        revised: dict[str, Placement] = {}
        found = signals.gather(self._memory, known)
        opens = found.asks if found.asks and not found.again and found.open != found.asks else None
        self._remember(known, judge(found, self._memory, known, self._weights))
        since = self._learn(known, found)
        if opens:
            since = self._open(opens, post.sort_at, since)
        changed = [known, *self._rethink(self._later(known, since), revised)]
        self._spread(changed, revised)
        revised.pop(known.id, None)
        return Placing(known.placement, opens, revised)

    def opened(self, question: str, at: datetime, post: str | None = None) -> dict[str, Placement]:
        """A question was opened, and the chat will hear of it; gives what now stands elsewhere."""
        revised: dict[str, Placement] = {}
        since = self._open(question, at, None)
        if since is not None:
            self._spread(self._rethink(self._since(since), revised), revised)
        return revised

    def observe(self, change: Change) -> dict[str, Placement]:
        """Learn of what happened to the chat; gives what now stands elsewhere.

        Never gives posts that a person placed, nor what it gave before. Under another agenda the
        chat has carried all placements over; thought over is only what waits in the inbox, and
        what may be labelled with a question that is new.
        """
        revised: dict[str, Placement] = {}
        if change.reloaded or change.agenda:
            old = self._memory
            self._begin()
            again = agenda_change.carry_over(old, self._memory, self._chat) if change.agenda else []
            self._spread(self._rethink(again, revised), revised)
            return revised
        since = self._openings() if change.periods else None
        again = []
        changed: list[PlacedPost] = []
        for post_id in dict.fromkeys((*change.added, *change.changed)):
            if (entry := self._chat.entry(post_id)) is None:
                continue
            known = self._memory.posts.get(entry.id)
            if known is None:
                known = self._take(entry)
                since = _earlier(since, self._learn(known))
                again += self._later(known, None)
                changed.append(known)
                continue
            if entry.post != known.post:
                known.gone = entry.deleted_at is not None
                self._memory.replace(known, entry.post)
                since = _earlier(since, self._learn(known))
                again += [known, *self._memory.soon(known.order, WITHIN, NEIGHBOURS)]
            # What undo took back from a person stands again as it stood: it is not thought over.
            if self._adopt(known, entry.placement):
                changed.append(known)
        if since is not None:
            again += self._since(since)
        changed += self._rethink(again, revised)
        self._spread(changed, revised)
        return {i: p for i, p in revised.items() if not self._shows(i, p)}

    def carried(self, moves: Mapping[str, str | None]) -> dict[str, Placement]:
        """A person puts these posts there: what goes along, and why. Nothing is remembered yet.

        That is what refers to them or speaks to their authors; what only resembles them is thought
        over once the move has happened, see `observe`.
        """
        before: _Before = {}
        moved = [known for post_id in moves if (known := self._memory.find(post_id))]
        targets = {known.id: moves[i] for i in moves if (known := self._memory.find(i))}
        revised: dict[str, Placement] = {}
        for known in moved:
            before[known.id] = known.placement, known.rests_on
            self._memory.place(known, Placement(targets[known.id], "moderator", "", 1.0))
        try:
            self._spread(moved, revised, before)
        finally:
            for post_id, (placement, rests_on) in before.items():
                self._memory.place(self._memory.posts[post_id], placement, rests_on)
        return {post_id: p for post_id, p in revised.items() if post_id not in targets}

    def _begin(self) -> None:
        """Build the memory from what the chat holds."""
        self._memory = Memory(self._chat.agenda)
        self._orders: dict[int, Order] = {}
        self._pending: list[Opening] = []
        items: list[Entry | Period] = [
            *self._chat.entries.values(),
            *self._chat.periods.all_periods,
        ]
        for item in sorted(items, key=lambda item: item.seq):
            if isinstance(item, Entry):
                self._take(item)
            else:
                self._orders[item.seq] = item.at, self._memory.next()
        self._openings()
        for known in self._memory.posts.values():
            if known.host or known.id in self._memory.asked_by:
                self._learn(known)
        for known in self._memory.posts.values():
            if known.placement.by in ("mention", "thread", "author"):
                rests_on = self._decide(known).rests_on
                self._memory.place(known, known.placement, rests_on)

    def _take(self, entry: Entry) -> PlacedPost:
        """Take up a post that the chat holds and that was not placed here."""
        known = self._memory.add(entry.post)
        known.gone = entry.deleted_at is not None
        self._memory.place(known, entry.placement)
        if entry.placement.by == "asked":
            # What it asked then, it asks still, however the agenda was worded since.
            self._memory.asked_by.setdefault(known.id, entry.placement.question)
        return known

    def _decide(self, known: PlacedPost) -> Decision:
        return decide(self._memory, known, self._weights)

    def _remember(self, known: PlacedPost, decision: Decision) -> None:
        known.given.append(decision.placement)
        self._memory.place(known, *decision)

    def _learn(self, known: PlacedPost, found: signals.Signals | None = None) -> Order | None:
        """Remember what a post asks or that it takes leave; gives from where on that matters."""
        asks = found.asks if found else signals.asks(self._memory, known)
        news = self._memory.asks(known, None if known.gone else asks)
        since = _earlier(known.order, self._openings()) if news else None
        leaves = not known.gone and signals.takes_leave(self._memory, known)
        return _earlier(since, known.order) if self._memory.takes_leave(known, leaves) else since

    def _open(self, question: str, at: datetime, since: Order | None) -> Order | None:
        """Remember that a question was opened, of which the chat hears later."""
        known = {(period.question, period.at) for period in self._chat.periods.active}
        known |= {(opening.question, opening.order[0]) for opening in self._pending}
        if (question, at) not in known:
            self._pending.append(Opening((at, self._memory.next()), question))
        return _earlier(since, self._openings())

    def _openings(self) -> Order | None:
        """Take up which openings hold; gives from where on something is different."""
        for period in self._chat.periods.all_periods:
            if period.seq in self._orders:
                continue
            same = [
                o for o in self._pending if (o.question, o.order[0]) == (period.question, period.at)
            ]
            if same:
                self._pending.remove(same[0])
            self._orders[period.seq] = same[0].order if same else (period.at, self._memory.next())
        running = self._chat.periods.active
        now = [Opening(self._orders[period.seq], period.question) for period in running]
        return self._memory.open([*now, *self._pending])

    def _since(self, since: Order) -> list[PlacedPost]:
        """Posts that an opening at a place in time matters to; hosts lead in to it before."""
        at, number = since
        return self._memory.since((at - signals.LEAD_IN, number))

    def _later(self, known: PlacedPost, since: Order | None) -> list[PlacedPost]:
        """What has to be thought over because this post came, late or with news."""
        again = self._since(since) if since is not None else []
        if not self._memory.is_latest(known):
            again += self._memory.soon(known.order, WITHIN, NEIGHBOURS)
            again += self._memory.naming(known, signals.HANDING_ON)
            again += filter(None, [self._memory.next_by(known)])
        return again

    def _adopt(self, known: PlacedPost, shown: Placement) -> bool:
        """Bring a post in line with what the chat shows; True where it stands elsewhere now."""
        if shown in known.given:
            del known.given[: known.given.index(shown) + 1]
            return False
        # What was given out and is not shown yet will be, unless a person decided meanwhile.
        if shown == known.placement or (known.given and not shown.by_person):
            return False
        known.given.clear()
        self._memory.place(known, shown)
        return True

    def _rethink(
        self, posts: Iterable[PlacedPost], revised: dict[str, Placement]
    ) -> list[PlacedPost]:
        """Think again about posts, in order of time; gives those that stand elsewhere now."""
        unique = sorted({known.id: known for known in posts}.values(), key=lambda k: k.order)
        return [known for known in unique if self._again(known, revised, None)]

    def _spread(
        self,
        changed: Iterable[PlacedPost],
        revised: dict[str, Placement],
        before: _Before | None = None,
    ) -> None:
        """Think again about what follows from changed posts, and from those, and so on.

        With `before`, it is only supposed: what stood there is kept in it.
        """
        waiting = [(known, before is None) for known in changed]
        often = Counter(known.id for known, _ in waiting if before is not None)
        most = 1 if before is not None else _OFTEN
        while waiting:
            known, moved = waiting.pop(0)
            concerned = self._memory.dependants(known)
            if moved:
                concerned += self._resembling(known)
            for other in concerned:
                if often[other.id] < most:
                    often[other.id] += 1
                    stood = other.placement.question
                    if self._again(other, revised, before):
                        elsewhere = other.placement.question != stood
                        waiting.append((other, before is None and elsewhere))

    def _resembling(self, known: PlacedPost) -> list[PlacedPost]:
        """Posts soon after that have telling words of this one: its place speaks for theirs."""
        about = self._memory.reading(known).about.keys()
        soon = self._memory.soon(known.order, WITHIN, NEIGHBOURS)
        return [each for each in soon if not about.isdisjoint(self._memory.reading(each).about)]

    def _again(
        self, known: PlacedPost, revised: dict[str, Placement], before: _Before | None
    ) -> bool:
        if not known.movable:
            return False
        decision = self._decide(known)
        if decision.placement == known.placement:
            if before is None:
                self._memory.place(known, *decision)
            return False
        if not agenda_change.worth_it(known, decision.placement):
            return False
        if before is None:
            self._remember(known, decision)
        else:
            before.setdefault(known.id, (known.placement, known.rests_on))
            self._memory.place(known, *decision)
        revised[known.id] = decision.placement
        return True

    def _shows(self, post_id: str, placement: Placement) -> bool:
        entry = self._chat.entry(post_id)
        return entry is not None and entry.placement == placement


def _earlier(one: Order | None, other: Order | None) -> Order | None:
    return min((order for order in (one, other) if order is not None), default=None)

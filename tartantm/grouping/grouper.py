"""`Grouper`: which question each post belongs to, and what follows when something changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from tartantm.chat import Chat
from tartantm.entry import Change, Entry
from tartantm.events import Placement
from tartantm.grouping import signals
from tartantm.grouping.memory import Known, Memory, Opening, Order
from tartantm.grouping.rules import decide, judge
from tartantm.post import Post
from tartantm.turns import Turn


class Placing(NamedTuple):
    """What grouping says of a new post."""

    placement: Placement
    opens: str | None
    """The question that this post, a host's, opens."""
    revised: dict[str, Placement]
    """Earlier posts that nobody placed by hand and that now stand elsewhere."""


class Grouper:
    """Groups a chat's posts. It goes by the times of posts and openings, never by the clock."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._begin()

    def place(self, post: Post) -> Placing:
        """Place a post that is heard for the first time, and remember where."""
        known = self._memory.posts.get(post.id) or self._memory.add(post)
        revised: dict[str, Placement] = {}
        found = signals.gather(self._memory, known)
        opens = found.asks if found.asks and not found.again and found.open != found.asks else None
        decision = judge(found, self._memory, known)
        self._remember(known, decision.placement, decision.because)
        changed = [known]
        since = self._learn(known, found)
        if opens:
            since = self._open(opens, post.sort_at, since)
        changed += self._rethink(self._later(known, since), revised)
        self._spread(changed, revised)
        revised.pop(known.id, None)
        return Placing(known.placement, opens, revised)

    def opened(self, question: str, at: datetime, post: str | None = None) -> dict[str, Placement]:
        """A question was opened, and the chat will hear of it; gives what now stands elsewhere."""
        revised: dict[str, Placement] = {}
        since = self._open(question, at, None)
        if since is not None:
            self._spread(self._rethink(self._memory.since(since), revised), revised)
        return revised

    def observe(self, change: Change) -> dict[str, Placement]:
        """Learn of what happened to the chat; gives what now stands elsewhere.

        Never gives posts that a person placed, nor what it gave before.
        """
        if change.reloaded or change.agenda:
            self._begin()
            everything = list(self._memory.posts.values()) if change.agenda else []
            revised: dict[str, Placement] = {}
            self._spread(self._rethink(everything, revised), revised)
            return revised
        revised = {}
        since = self._openings() if change.turns else None
        again: list[Known] = []
        changed: list[Known] = []
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
                again.append(known)
            # What undo took back from a person stands again as it stood: it is not thought over.
            if self._adopt(known, entry.placement):
                changed.append(known)
        if since is not None:
            again += self._memory.since(since)
        changed += self._rethink(again, revised)
        self._spread(changed, revised)
        return {i: p for i, p in revised.items() if not self._shows(i, p)}

    def carried(self, moves: Mapping[str, str | None]) -> dict[str, Placement]:
        """A person puts these posts there: what goes along, and why. Nothing is remembered yet."""
        before: dict[str, tuple[Placement, str | None]] = {}
        moved = [known for post_id in moves if (known := self._memory.find(post_id))]
        targets = {known.id: moves[i] for i in moves if (known := self._memory.find(i))}
        revised: dict[str, Placement] = {}
        for known in moved:
            before[known.id] = known.placement, known.because
            placement = Placement(targets[known.id], "moderator", "", 1.0)
            self._memory.place(known, placement, None)
        try:
            self._spread(moved, revised, before)
        finally:
            for post_id, (placement, because) in before.items():
                self._memory.place(self._memory.posts[post_id], placement, because)
        return {post_id: p for post_id, p in revised.items() if post_id not in targets}

    def _begin(self) -> None:
        """Build the memory from what the chat holds."""
        self._memory = Memory(self._chat.agenda)
        self._orders: dict[int, Order] = {}
        self._pending: list[Opening] = []
        items: list[Entry | Turn] = [*self._chat.entries.values(), *self._chat.turns.everything]
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
            if known.placement.by in ("mention", "thread"):
                because = decide(self._memory, known).because
                self._memory.place(known, known.placement, because.id if because else None)

    def _take(self, entry: Entry) -> Known:
        """Take up a post that the chat holds and that was not placed here."""
        known = self._memory.add(entry.post)
        known.gone = entry.deleted_at is not None
        self._memory.place(known, entry.placement, None)
        return known

    def _remember(self, known: Known, placement: Placement, because: Known | None) -> None:
        known.given.append(placement)
        self._memory.place(known, placement, because.id if because else None)

    def _learn(self, known: Known, found: signals.Signals | None = None) -> Order | None:
        """Remember what a post asks or that it takes leave; gives from where on that matters."""
        asks = found.asks if found else signals.asks(self._memory, known)
        news = self._memory.asks(known, None if known.gone else asks)
        leaves = not known.gone and signals.takes_leave(self._memory, known)
        return known.order if self._memory.takes_leave(known, leaves) or news else None

    def _open(self, question: str, at: datetime, since: Order | None) -> Order | None:
        """Remember that a question was opened, of which the chat hears later."""
        known = {(opening.question, opening.order[0]) for opening in self._memory.openings}
        if (question, at) not in known:
            self._pending.append(Opening((at, self._memory.next()), question))
        return _earlier(since, self._openings())

    def _openings(self) -> Order | None:
        """Take up which openings hold; gives from where on something is different."""
        for turn in self._chat.turns.everything:
            if turn.seq in self._orders:
                continue
            same = [
                o for o in self._pending if (o.question, o.order[0]) == (turn.question, turn.at)
            ]
            if same:
                self._pending.remove(same[0])
            self._orders[turn.seq] = same[0].order if same else (turn.at, self._memory.next())
        running = self._chat.turns.running
        now = [Opening(self._orders[turn.seq], turn.question) for turn in running]
        now = sorted([*now, *self._pending], key=lambda opening: opening.order)
        before, self._memory.openings = self._memory.openings, now
        return min((o.order for o in set(before) ^ set(now)), default=None)

    def _later(self, known: Known, since: Order | None) -> list[Known]:
        """What has to be thought over because this post came, late or with news."""
        again = self._memory.since(since) if since is not None else []
        if not self._memory.is_latest(known):
            again += self._memory.naming(known, signals.HANDING_ON)
            again += filter(None, [self._memory.next_by(known)])
        return again

    def _adopt(self, known: Known, shown: Placement) -> bool:
        """Bring a post in line with what the chat shows; True where it stands elsewhere now."""
        if shown in known.given:
            del known.given[: known.given.index(shown) + 1]
            return False
        # What was given out and is not shown yet will be, unless a person decided meanwhile.
        if shown == known.placement or (known.given and not shown.by_person):
            return False
        known.given.clear()
        self._memory.place(known, shown, None)
        return True

    def _rethink(self, posts: Iterable[Known], revised: dict[str, Placement]) -> list[Known]:
        """Think again about posts, in order of time; gives those that stand elsewhere now."""
        unique = sorted({known.id: known for known in posts}.values(), key=lambda k: k.order)
        return [known for known in unique if self._again(known, revised, None)]

    def _spread(
        self,
        changed: Iterable[Known],
        revised: dict[str, Placement],
        before: dict[str, tuple[Placement, str | None]] | None = None,
    ) -> None:
        """Think again about what follows from changed posts, and from those, and so on.

        With `before`, it is only supposed: what stood there is kept in it.
        """
        waiting = list(changed)
        seen = {known.id for known in waiting} if before is not None else set()
        while waiting:
            for known in self._memory.dependants(waiting.pop(0)):
                if known.id not in seen:
                    seen.add(known.id)
                    if self._again(known, revised, before):
                        waiting.append(known)

    def _again(
        self,
        known: Known,
        revised: dict[str, Placement],
        before: dict[str, tuple[Placement, str | None]] | None,
    ) -> bool:
        if not known.movable:
            return False
        decision = decide(self._memory, known)
        if decision.placement == known.placement:
            return False
        if before is None:
            self._remember(known, decision.placement, decision.because)
        else:
            before.setdefault(known.id, (known.placement, known.because))
            because = decision.because
            self._memory.place(known, decision.placement, because.id if because else None)
        revised[known.id] = decision.placement
        return True

    def _shows(self, post_id: str, placement: Placement) -> bool:
        entry = self._chat.entry(post_id)
        return entry is not None and entry.placement == placement


def _earlier(one: Order | None, other: Order | None) -> Order | None:
    return min((order for order in (one, other) if order is not None), default=None)

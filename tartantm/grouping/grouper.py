"""`Grouper`: places each new post, and revises earlier placements when something changes.

Over 300 lines long, because placing, observing and trying out a move share one memory and one way
to propagate a change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.events import Placement
from tartantm.core.manual_reposts import is_repeated
from tartantm.core.periods import Period
from tartantm.core.post import Author, Post
from tartantm.grouping import agenda_change, host_words, signals
from tartantm.grouping.decide import Decision, decide, flagged, judge
from tartantm.grouping.memory import Memory, Opening, Order, PlacedPost
from tartantm.grouping.ranker import Weights, shipped
from tartantm.grouping.reader_answers import ReaderAnswers
from tartantm.grouping.recent_posts import MAX_NEIGHBOURS, NEIGHBOUR_WINDOW
from tartantm.settings.fault_log import guarded

_MAX_RETHINKS = 4
"""How often one change may make one post be decided anew; this ends circles of references."""

_BY_ANOTHER = ("mention", "thread", "author")
"""Signals by which the place of a post is taken over that this one has no reference to."""

_MOST_CUES = 50
"""How many hosts' posts after a question that came late may open one anew because of it."""

_Before = dict[str, tuple[Placement, tuple[str, ...]]]
"""By post id: the earlier placement, and the posts that it depended on."""


class PlaceResult(NamedTuple):
    """The result of placing a new post."""

    placement: Placement
    opens: str | None
    """The question that this post, a host's, opens; None for most."""
    revised: dict[str, Placement]
    """New placements of earlier posts, none of which a person placed."""
    by_cue: tuple[tuple[str, Post], ...] = ()
    """Questions that hosts' words open ("back to Q2"), with the posts that say so: this one, or
    such as follow from this one, which came late."""


class Grouper:
    """Groups a chat's posts by the times of posts and openings; it never reads the clock."""

    def __init__(self, chat: Chat, weights: Weights | None = None) -> None:
        self._chat = chat
        self._weights = weights or shipped()
        self._rebuild_memory()

    def place(self, post: Post) -> PlaceResult:
        """Place a post that is new to the chat, and remember its placement."""
        return self._place(self._memory.posts.get(post.id) or self._memory.add(post))

    def heard(self, network: str, author: Author) -> list[tuple[Post, PlaceResult]]:
        """Take note of how an account is called, before the chat knows.

        Returns what becomes of its posts, by time, where only this says that they are a host's.
        """
        found = self._memory.hear(network, author)
        return [(placed.post, self._place(placed)) for placed in found if not placed.deleted]

    def _place(self, placed: PlacedPost) -> PlaceResult:
        revised: dict[str, Placement] = {}
        found = signals.gather(self._memory, placed)
        opens = found.asks if found.asks and not found.again and found.open != found.asks else None
        if placed.movable:
            self._remember(placed, judge(found, self._memory, placed, self._weights, self._limit))
        since = self._record_question_and_leave(placed, found)
        if opens:
            since = self._record_opening(opens, placed, since)
        by_cue, since = self._open_by_cues(placed, opens, since)
        changed = [placed, *self._reconsider(self._affected_by(placed, since), revised)]
        self._propagate(changed, revised)
        revised.pop(placed.id, None)
        return PlaceResult(placed.placement, opens, revised, by_cue)

    def _open_by_cues(
        self, placed: PlacedPost, opens: str | None, since: Order | None
    ) -> tuple[tuple[tuple[str, Post], ...], Order | None]:
        """Open what hosts' words open now that a post is known; each post opens once at most.

        Returns the questions with the posts that open them, and from when on placements may change.
        """
        concerned = (placed, *self._memory.dependants(placed))
        said = {each.id: each.order for each in concerned if each.id in self._memory.cues}
        orders = [*said.values(), *([placed.order] if opens else [])]
        found: list[tuple[str, Post]] = []
        for each in self._memory.cue_posts(min(orders), _MOST_CUES) if orders else ():
            # What was open when a later post spoke may have changed.
            if not (each.id in said or opens or found) or self._has_opened(each.id):
                continue
            if question := host_words.opened_by_cue(self._memory, each):
                since = self._record_opening(question, each, since)
                found.append((question, each.post))
        return tuple(found), since

    def _has_opened(self, post_id: str) -> bool:
        """Whether a post opened a question already, also where a person took that back."""
        periods = self._chat.periods.all_periods
        return post_id in {*(each.post for each in periods), *(each.post for each in self._pending)}

    def opened(self, question: str, at: datetime) -> dict[str, Placement]:
        """Note that a question was opened, before the chat knows; returns revised placements."""
        revised: dict[str, Placement] = {}
        since = self._record_planned_opening(question, at)
        if since is not None:
            self._propagate(self._reconsider(self._from_opening(since), revised), revised)
        return revised

    def observe(self, change: Change) -> dict[str, Placement]:
        """Take note of a change to the chat; returns the revised placements.

        It never returns posts that a person placed, nor a revision that it returned before. After
        a change of the agenda the chat has renumbered all placements already, so only posts in the
        inbox and posts that may be labelled with a new question are placed again.
        """
        revised: dict[str, Placement] = {}
        if change.reloaded or change.agenda:
            old, budget = self._memory, self._budget
            self._rebuild_memory()
            if budget != self._budget:
                # The size came with what made all be read anew, and nobody has flagged it yet.
                revised |= self._flag_anew()
            if change.agenda:
                again = agenda_change.keep_old_labels(old, self._memory, self._chat)
                self._propagate(self._reconsider(again, revised), revised)
            return self._not_shown(revised)
        if self._budget != self._chat.inbox_budget:
            revised |= self._flag_anew()
        since = self._sync_openings() if change.periods else None
        again = self._read_anew(change)
        changed: list[PlacedPost] = []
        for named in self._hear_more():
            since = _earlier(since, self._record_question_and_leave(named))
            again.append(named)
        for post_id in dict.fromkeys((*change.added, *change.changed)):
            if (entry := self._chat.entry(post_id)) is None or entry.carried:
                continue
            placed = self._memory.posts.get(entry.id)
            if placed is None:
                placed = self._add_entry(entry)
                since = _earlier(since, self._record_question_and_leave(placed))
                again += self._affected_by(placed, None)
                changed.append(placed)
                continue
            if entry.post != placed.post:
                placed.deleted = entry.deleted_at is not None
                self._memory.replace(placed, entry.post)
                since = _earlier(since, self._record_question_and_leave(placed))
                again += [
                    placed,
                    *self._memory.shortly_after(placed.order, NEIGHBOUR_WINDOW, MAX_NEIGHBOURS),
                ]
            elif is_repeated(entry.post.quote_of or ""):
                # Only now it may be known which post it repeats.
                again.append(placed)
            # An undone move by a person restores the placement before it: it is not decided anew,
            # and only waits or does not, as the inbox's size is by now.
            if self._sync_with_chat(placed, entry.placement):
                changed.append(placed)
                self._flag(placed, revised)
        if since is not None:
            again += self._from_opening(since)
        changed += self._reconsider(again, revised)
        self._propagate(changed, revised)
        return self._not_shown(revised)

    def carried(self, moves: Mapping[str, str | None]) -> dict[str, Placement]:
        """Returns what would follow if a person moved posts to these questions; nothing is changed.

        Only posts that refer to the moved ones or mention their authors are considered. Posts with
        similar words are placed again once the move has happened, see `observe`.
        """
        before: _Before = {}
        moved = [placed for post_id in moves if (placed := self._memory.find(post_id))]
        targets = {placed.id: moves[i] for i in moves if (placed := self._memory.find(i))}
        revised: dict[str, Placement] = {}
        for placed in moved:
            before[placed.id] = placed.placement, placed.rests_on
            self._memory.place(placed, Placement(targets[placed.id], "moderator", "", 1.0))
        try:
            self._propagate(moved, revised, before)
        finally:
            for post_id, (placement, rests_on) in before.items():
                self._memory.place(self._memory.posts[post_id], placement, rests_on)
        return {post_id: p for post_id, p in revised.items() if post_id not in targets}

    def taken_from(self, post_id: str) -> str | None:
        """Returns the id of the post whose place a post took over by a signal, None for none."""
        placed = self._memory.posts.get(post_id)
        if placed is None or placed.placement.by not in (*_BY_ANOTHER, "reply"):
            return None
        place = placed.placement.question
        others = filter(None, map(self._memory.posts.get, placed.rests_on))
        return next((each.id for each in others if each.placement.question == place), None)

    def _rebuild_memory(self) -> None:
        """Build the memory from what the chat holds.

        A post whose words cannot be read costs the log a fault and others nothing: a session that
        captured it has to open again.
        """
        threads = self._chat.threads
        self._budget = self._chat.inbox_budget
        self._memory = Memory(
            self._chat.agenda, threads.resolve, self._chat.authors, self._weights.talk_words
        )
        self._reader = ReaderAnswers(self._chat)
        self._memory.read_by = self._reader.places
        self._heard = len(self._chat.authors)
        """How many of the names and handles in the chat the memory has."""
        self._orders: dict[int, Order] = {}
        self._pending: list[Opening] = []
        items: list[Entry | Period] = [
            *self._chat.posts(),
            *self._chat.periods.all_periods,
        ]
        for item in sorted(items, key=lambda item: item.seq):
            if isinstance(item, Entry):
                guarded(partial(self._add_entry, item), None)
            else:
                self._orders[item.seq] = item.at, self._memory.next_number()
        self._sync_openings()
        for placed in self._memory.posts.values():
            if placed.host or placed.id in self._memory.asked_by:
                guarded(partial(self._record_question_and_leave, placed), None)
        for placed in self._memory.posts.values():
            if placed.placement.by in _BY_ANOTHER:
                guarded(partial(self._restore_rests_on, placed), None)

    @property
    def _limit(self) -> float:
        """The confidence below which placements wait for a look."""
        return self._weights.inbox[self._budget].below

    def _flag_anew(self) -> dict[str, Placement]:
        """Take up the inbox's new size; returns the placements that go into it or out of it."""
        self._budget = self._chat.inbox_budget
        revised: dict[str, Placement] = {}
        for placed in self._memory.posts.values():
            self._flag(placed, revised)
        return revised

    def _flag(self, placed: PlacedPost, revised: dict[str, Placement]) -> None:
        now = flagged(placed.placement, self._limit)
        if placed.movable and now is not placed.placement:
            self._remember(placed, Decision(now, placed.rests_on))
            revised[placed.id] = now

    def _read_anew(self, change: Change) -> list[PlacedPost]:
        """Take up what a reader says now; returns the posts of which that is something else."""
        posts = self._reader.observe(change)
        self._memory.read_by = self._reader.places
        return [placed for post in posts if (placed := self._memory.posts.get(post))]

    def _hear_more(self) -> list[PlacedPost]:
        """Take up what accounts are called by now; returns posts that are a host's by that."""
        more = [*islice(self._chat.authors, self._heard, None)]
        self._heard += len(more)
        return [placed for each in more for placed in self._memory.hear(*each)]

    def _restore_rests_on(self, placed: PlacedPost) -> None:
        rests_on = self._decide(placed).rests_on
        self._memory.place(placed, placed.placement, rests_on)

    def _add_entry(self, entry: Entry) -> PlacedPost:
        """Add a post that the chat holds and that this grouper did not place."""
        placed = self._memory.add(entry.post)
        placed.deleted = entry.deleted_at is not None
        self._memory.place(placed, entry.placement)
        if entry.placement.by == "asked":
            # It still asks the same question, even if the agenda's wording has changed since.
            self._memory.asked_by.setdefault(placed.id, entry.placement.question)
        return placed

    def _decide(self, placed: PlacedPost) -> Decision:
        return decide(self._memory, placed, self._weights, self._limit)

    def _remember(self, placed: PlacedPost, decision: Decision) -> None:
        placed.unconfirmed.append(decision.placement)
        self._memory.place(placed, *decision)

    def _record_question_and_leave(
        self, placed: PlacedPost, found: signals.Signals | None = None
    ) -> Order | None:
        """Record which question a post asks, or that it takes leave.

        Returns from which place in time on this may change placements; None where it changes none.
        """
        asks = found.asks if found else signals.asks(self._memory, placed)
        news = self._memory.record_question_asked(placed, None if placed.deleted else asks)
        for each in (placed, *self._memory.dependants(placed)):
            # What a host says by quoting a post may be known by that post only.
            if self._memory.record_cue(each, host_words.cue(self._memory, each)):
                news = True
        since = _earlier(placed.order, self._sync_openings()) if news else None
        leaves = not placed.deleted and signals.takes_leave(self._memory, placed)
        return (
            _earlier(since, placed.order)
            if self._memory.record_leave_taking(placed, leaves)
            else since
        )

    def _record_opening(self, question: str, by: PlacedPost, since: Order | None) -> Order | None:
        """Record that a post opens a question, which the chat does not know yet."""
        self._add_pending(question, by.post.sort_at, by.id)
        return _earlier(since, self._sync_openings())

    def _record_planned_opening(self, question: str, at: datetime) -> Order | None:
        self._add_pending(question, at, None)
        return self._sync_openings()

    def _add_pending(self, question: str, at: datetime, post: str | None) -> None:
        already = {(period.question, period.at) for period in self._chat.periods.active}
        already |= {(opening.question, opening.order[0]) for opening in self._pending}
        if (question, at) not in already:
            self._pending.append(Opening((at, self._memory.next_number()), question, post))

    def _sync_openings(self) -> Order | None:
        """Bring openings in line with the chat's; returns from where on they differ, or None."""
        for period in self._chat.periods.all_periods:
            if period.seq in self._orders:
                continue
            same = [
                o for o in self._pending if (o.question, o.order[0]) == (period.question, period.at)
            ]
            if same:
                self._pending.remove(same[0])
            self._orders[period.seq] = (
                same[0].order if same else (period.at, self._memory.next_number())
            )
        running = self._chat.periods.active
        now = [
            Opening(self._orders[period.seq], period.question, period.post) for period in running
        ]
        return self._memory.set_openings([*now, *self._pending])

    def _from_opening(self, since: Order) -> list[PlacedPost]:
        """Returns the posts that an opening at `since` may concern, with the host's lead-in."""
        at, number = since
        return self._memory.since((at - signals.LEAD_IN_WINDOW, number))

    def _affected_by(self, placed: PlacedPost, since: Order | None) -> list[PlacedPost]:
        """Returns the posts to be decided anew because of this one: it came late, or opens."""
        again = self._from_opening(since) if since is not None else []
        if not self._memory.is_latest(placed):
            again += self._memory.shortly_after(placed.order, NEIGHBOUR_WINDOW, MAX_NEIGHBOURS)
            again += self._memory.mentioning(placed, signals.MANUAL_REPOST_WINDOW)
            again += filter(None, [self._memory.next_by(placed)])
        return again

    def _sync_with_chat(self, placed: PlacedPost, shown: Placement) -> bool:
        """Bring a post in line with the placement that the chat shows; True where that is new."""
        if shown in placed.unconfirmed:
            del placed.unconfirmed[: placed.unconfirmed.index(shown) + 1]
            return False
        # A placement returned earlier will be shown soon, unless a person decided meanwhile.
        if shown == placed.placement or (placed.unconfirmed and not shown.by_person):
            return False
        placed.unconfirmed.clear()
        self._memory.place(placed, shown)
        return True

    def _reconsider(
        self, posts: Iterable[PlacedPost], revised: dict[str, Placement]
    ) -> list[PlacedPost]:
        """Decide anew about posts, in order of time; returns those with a new placement."""
        unique = sorted({placed.id: placed for placed in posts}.values(), key=lambda k: k.order)
        return [placed for placed in unique if self._reconsider_one(placed, revised, None)]

    def _propagate(
        self,
        changed: Iterable[PlacedPost],
        revised: dict[str, Placement],
        before: _Before | None = None,
    ) -> None:
        """Decide anew about posts that depend on changed ones, then about the dependants of those.

        With `before` this is only a trial: the placements before it are saved there.
        """
        waiting = [(placed, before is None) for placed in changed]
        often = Counter(placed.id for placed, _ in waiting if before is not None)
        most = 1 if before is not None else _MAX_RETHINKS
        while waiting:
            placed, moved = waiting.pop(0)
            concerned = self._memory.dependants(placed)
            if moved:
                concerned += self._with_common_words(placed)
            for other in concerned:
                if often[other.id] < most:
                    often[other.id] += 1
                    stood = other.placement.question
                    if self._reconsider_one(other, revised, before):
                        elsewhere = other.placement.question != stood
                        waiting.append((other, before is None and elsewhere))

    def _with_common_words(self, placed: PlacedPost) -> list[PlacedPost]:
        """Returns posts shortly after this one that share content words with it."""
        about = self._memory.reading(placed).about.keys()
        following = self._memory.shortly_after(placed.order, NEIGHBOUR_WINDOW, MAX_NEIGHBOURS)
        return [
            each for each in following if not about.isdisjoint(self._memory.reading(each).about)
        ]

    def _reconsider_one(
        self, placed: PlacedPost, revised: dict[str, Placement], before: _Before | None
    ) -> bool:
        if not placed.movable:
            return False
        decision = self._decide(placed)
        if decision.placement == placed.placement:
            if before is None:
                self._memory.place(placed, *decision)
            return False
        if not agenda_change.may_move(placed, decision.placement):
            return False
        if before is None:
            self._remember(placed, decision)
        else:
            before.setdefault(placed.id, (placed.placement, placed.rests_on))
            self._memory.place(placed, *decision)
        revised[placed.id] = decision.placement
        return True

    def _not_shown(self, revised: dict[str, Placement]) -> dict[str, Placement]:
        """Returns what the chat does not show yet: a post may have come back to where it was."""
        news = {}
        for post_id, placement in revised.items():
            entry = self._chat.entry(post_id)
            if entry is not None and entry.placement == placement:
                self._memory.posts[post_id].unconfirmed.clear()  # no change will confirm it
            else:
                news[post_id] = placement
        return news


def _earlier(one: Order | None, other: Order | None) -> Order | None:
    return min((order for order in (one, other) if order is not None), default=None)

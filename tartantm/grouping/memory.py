"""What grouping remembers: every post and where it stands, and which question was open when.

A chat changes only once events are durable, and the next post of a batch has to see where this
one went; so the memory runs ahead of the chat, and `Grouper.observe` keeps the two in line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct, field

from tartantm.core.agenda import Agenda
from tartantm.core.events import Placement
from tartantm.core.post import Post
from tartantm.grouping.normalise import mentioned
from tartantm.grouping.post_text import Reader, Reading

Order = tuple[datetime, int]
"""When a post was written or a question opened; then how many things were known before it."""

ASKED_SOON = timedelta(minutes=2)
"""So soon after its opening a question may be asked by the host's post."""

_Item = tuple[Order, str]
_UNPLACED = Placement(None, "general", "", 0.0)


class PlacedPost(Struct, eq=False):
    """A post as grouping knows it."""

    post: Post
    order: Order
    host: bool
    placement: Placement = _UNPLACED
    rests_on: tuple[str, ...] = ()
    """Posts whose places this one's place was judged by, beside those that it refers to."""
    given: list[Placement] = field(default_factory=list)
    """Placements given out that the chat does not show yet, oldest first."""
    gone: bool = False
    """Deleted: it stays where it stands, but its words are gone."""
    read: Reading | None = None

    @property
    def id(self) -> str:
        """The post's id."""
        return self.post.id

    @property
    def movable(self) -> bool:
        """Whether grouping may think again about it."""
        return not (self.placement.by_person or self.gone)


class Opening(NamedTuple):
    """A question was opened; or closed and none opened, where `question` is None."""

    order: Order
    question: str | None


class Memory:
    """Posts by id, author, time, and by what they refer to; openings, askings and leave-takings."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self.reader = Reader(agenda)
        self.has_hosts = any(person.role == "host" for person in agenda.people)
        self.posts: dict[str, PlacedPost] = {}
        self.openings: list[Opening] = []
        """By time; a question counts as open from the post on that asked it, see `open`."""
        self.asked: dict[str, list[_Item]] = defaultdict(list)
        """Posts that ask a question, by question and time."""
        self.asking: dict[str, str] = {}
        """The question that a post asks."""
        self.asked_by: dict[str, str | None] = {
            post: question.id for question in agenda.questions for post in question.asked_by
        }
        """What the agenda says of that."""
        self.leaves: list[_Item] = []
        """Posts by which a host takes leave, by time."""
        self._count = 0
        self._aliases: dict[str, str] = {}
        self._by_time: list[_Item] = []
        self._by_name: dict[str, list[_Item]] = defaultdict(list)
        self._naming: dict[str, list[_Item]] = defaultdict(list)
        self._referring: dict[str, list[str]] = defaultdict(list)
        self._following: dict[str, set[str]] = defaultdict(set)
        self._threads: dict[str, list[_Item]] = defaultdict(list)
        self._hosts: dict[tuple[str, str], bool] = {}

    def next(self) -> int:
        """A number above those given so far: what became known earlier has a lower one."""
        self._count += 1
        return self._count

    def add(self, post: Post) -> PlacedPost:
        """Take up a post that is not known yet."""
        known = PlacedPost(post, (post.sort_at, self.next()), self._is_host(post))
        self.posts[post.id] = known
        item = (known.order, post.id)
        insort(self._by_time, item)
        for name in names_of(post):
            insort(self._by_name[name], item)
        self._tie(known)
        return known

    def replace(self, known: PlacedPost, post: Post) -> None:
        """Take up another wording of a post, or what stays of it once it is deleted."""
        if post.text != known.post.text and known.id in self.asked_by:
            named = (q.id for q in self.agenda.questions if known.id in q.asked_by)
            self.asked_by[known.id] = next(named, None)
            if self.asked_by[known.id] is None:
                del self.asked_by[known.id]
        known.post, known.read = post, None
        self._tie(known)

    def _tie(self, known: PlacedPost) -> None:
        post, item = known.post, (known.order, known.id)
        self._aliases.update(dict.fromkeys((*post.aliases, *filter(None, (post.url,))), post.id))
        for reference in (post.reply_to, post.repost_of, post.quote_of):
            if reference and post.id not in self._referring[reference]:
                self._referring[reference].append(post.id)
        if post.thread and post.thread != post.id and item not in self._threads[post.thread]:
            insort(self._threads[post.thread], item)
        for name in {*mentioned(post.text), *map(str.casefold, post.mentions)}:
            if item not in self._naming[name][-1:]:
                insort(self._naming[name], item)

    def find(self, reference: str | None) -> PlacedPost | None:
        """A post by its id, another id it goes by, or its address; None where it is not known."""
        return self.posts.get(self._aliases.get(reference, reference)) if reference else None

    def reading(self, known: PlacedPost) -> Reading:
        """What the text of a post says by itself; read once."""
        if known.read is None:
            known.read = self.reader.read(known.post)
        return known.read

    def place(
        self, known: PlacedPost, placement: Placement, rests_on: tuple[str, ...] = ()
    ) -> None:
        """Remember where a post stands, and on which other posts that rests."""
        for other in known.rests_on:
            self._following[other].discard(known.id)
        for other in rests_on:
            self._following[other].add(known.id)
        known.placement, known.rests_on = placement, rests_on

    def open(self, openings: list[Opening]) -> Order | None:
        """Remember which openings hold, by time; gives from where on something is different.

        Nobody answers before the question can be read: where a post asks it soon after it was
        opened, it counts as open from that post on.
        """
        before, self.openings = (
            self.openings,
            sorted(map(self._read_from, openings), key=lambda opening: opening.order),
        )
        return min((o.order for o in set(before) ^ set(self.openings)), default=None)

    def _read_from(self, opening: Opening) -> Opening:
        for order, _ in self.asked.get(opening.question or "", ()):
            if timedelta() <= order[0] - opening.order[0] <= ASKED_SOON:
                return Opening(order, opening.question)
        return opening

    def asks(self, known: PlacedPost, question: str | None) -> bool:
        """Remember which question a post asks; True where that is news."""
        before = self.asking.get(known.id)
        if before == question:
            return False
        item = (known.order, known.id)
        if before:
            self.asked[before].remove(item)
            del self.asking[known.id]
        if question:
            insort(self.asked[question], item)
            self.asking[known.id] = question
        return True

    def takes_leave(self, known: PlacedPost, whether: bool) -> bool:
        """Remember whether a host takes leave with a post; True where that is news."""
        item = (known.order, known.id)
        if whether == (item in self.leaves):
            return False
        if whether:
            insort(self.leaves, item)
        else:
            self.leaves.remove(item)
        return True

    def dependants(self, known: PlacedPost) -> list[PlacedPost]:
        """Posts whose place may follow from this one's, in order of arrival."""
        ids = set(self._following.get(known.id, ()))
        for name in (known.id, *known.post.aliases, known.post.url):
            if name in self._referring:
                ids.update(self._referring[name])
        return sorted((self.posts[i] for i in ids if i != known.id), key=lambda item: item.order[1])

    def naming(self, known: PlacedPost, within: timedelta) -> list[PlacedPost]:
        """Posts that name this one's author within a time after it, in order of time."""
        found: dict[str, PlacedPost] = {}
        for name in names_of(known.post):
            items = self._naming.get(name, [])
            for order, post_id in items[bisect_left(items, (known.order, "")) :]:
                if order[0] - known.order[0] > within:
                    break
                found[post_id] = self.posts[post_id]
        return sorted(found.values(), key=lambda item: item.order)

    def before(self, name: str, order: Order, within: timedelta) -> Iterator[PlacedPost]:
        """What the author of a folded handle wrote shortly before, latest first."""
        return self._back(self._by_name.get(name, []), order, within)

    def next_by(self, known: PlacedPost) -> PlacedPost | None:
        """The next post of the same author."""
        items = self._by_name[known.post.author.handle.casefold()]
        index = bisect_right(items, (known.order, known.id))
        return self.posts[items[index][1]] if index < len(items) else None

    def opening_after(self, order: Order) -> Opening | None:
        """The next opening after a place in time."""
        index = bisect_right(self.openings, order, key=lambda o: o.order)
        return self.openings[index] if index < len(self.openings) else None

    def thread_before(self, root: str, order: Order, within: timedelta) -> Iterator[PlacedPost]:
        """What was written in a thread shortly before, latest first."""
        return self._back(self._threads.get(root, []), order, within)

    def lately(self, order: Order, within: timedelta, most: int) -> list[PlacedPost]:
        """What anybody wrote shortly before, latest first; at most so many."""
        start = bisect_left(self._by_time, (order, ""))
        items = self._by_time[max(0, start - most) : start]
        return [self.posts[i] for (at, _), i in reversed(items) if order[0] - at <= within]

    def soon(self, order: Order, within: timedelta, most: int) -> list[PlacedPost]:
        """What anybody wrote shortly after, by time; at most so many."""
        start = bisect_right(self._by_time, order, key=lambda item: item[0])
        items = self._by_time[start : start + most]
        return [self.posts[i] for (at, _), i in items if at - order[0] <= within]

    def _back(self, items: list[_Item], order: Order, within: timedelta) -> Iterator[PlacedPost]:
        for index in range(bisect_left(items, (order, "")) - 1, -1, -1):
            (at, _), post_id = items[index]
            if order[0] - at > within:
                return
            if not self.posts[post_id].gone:
                yield self.posts[post_id]

    def spoken_to(self, known: PlacedPost) -> tuple[str, ...]:
        """Folded handles that a post speaks to; "name: …" counts where that name has written."""
        reading = self.reading(known)
        if not reading.to and reading.called in self._by_name:
            return (reading.called,)
        return reading.to

    def since(self, order: Order) -> list[PlacedPost]:
        """Posts from a place in time on, by time."""
        return [self.posts[i] for _, i in self._by_time[bisect_left(self._by_time, (order, "")) :]]

    def is_latest(self, known: PlacedPost) -> bool:
        """Whether nothing that is known was written after this post."""
        return self._by_time[-1][1] == known.id

    def openings_before(self, order: Order) -> list[Opening]:
        """The openings up to a place in time."""
        return self.openings[: bisect_right(self.openings, order, key=lambda o: o.order)]

    def _is_host(self, post: Post) -> bool:
        key = (post.network, post.author.handle)
        if key not in self._hosts:
            role = self.agenda.role(post.author, post.network)
            # An account of the hashtag's name is the chat's own.
            own = post.author.handle.casefold().partition("@")[0] in self.reader.tags
            self._hosts[key] = role in ("host", "moderator") or own
        return self._hosts[key]


def names_of(post: Post) -> set[str]:
    """The names by which others speak to a post's author: the handle, with and without server."""
    handle = post.author.handle.casefold()
    return {handle, handle.partition("@")[0]} - {""}

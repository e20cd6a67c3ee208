"""What grouping remembers: every post with its placement, and when each question was open.

A chat changes only once events are durable, but the next post of a batch has to see how this one
was placed. So the memory runs ahead of the chat, and `Grouper.observe` keeps the two in line.
Over 300 lines long: it is one index of posts, asked in many ways.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from tartantm.core.agenda import Agenda
from tartantm.core.events import Placement
from tartantm.core.manual_reposts import is_repeated
from tartantm.core.people import People, is_nobody
from tartantm.core.post import Author, Post
from tartantm.grouping.cues import Cue
from tartantm.grouping.normalise import mentioned_handles
from tartantm.grouping.post_text import Reader, Reading
from tartantm.grouping.talk_words import TalkWords
from tartantm.settings.fault_log import log_fault

Order = tuple[datetime, int]
"""A place in time: when a post was written or a question opened, then the order of arrival."""

ASKED_SOON = timedelta(minutes=2)
"""How long after a question was opened the host's post that asks it may come."""

_Item = tuple[Order, str]
_UNPLACED = Placement(None, "general", "", 0.0)


class PlacedPost(Struct, eq=False):
    """A post with its placement, as grouping remembers it."""

    post: Post
    order: Order
    host: bool
    placement: Placement = _UNPLACED
    rests_on: tuple[str, ...] = ()
    """Ids of posts that its placement depends on, beside those that it refers to."""
    unconfirmed: list[Placement] = field(default_factory=list)
    """Placements that `Grouper` returned and the chat does not show yet, oldest first."""
    deleted: bool = False
    """It keeps its placement, but its words are no longer used."""
    read: Reading | None = None
    """What its text says, once somebody asked for it."""
    unreadable: bool = False
    """Reading its text failed; it counts as a post without words."""

    @property
    def id(self) -> str:
        """The post's id."""
        return self.post.id

    @property
    def movable(self) -> bool:
        """Whether grouping may change its placement."""
        return not (self.placement.by_person or self.deleted)


class Opening(NamedTuple):
    """A question was opened; or one was closed and none opened, where `question` is None."""

    order: Order
    question: str | None
    post: str | None = None
    """The id of the post that opened it."""


class Memory:
    """Indexes of posts by id, author, time and reference; openings, asking posts, hosts' words."""

    def __init__(
        self,
        agenda: Agenda,
        resolve: Callable[[str], str] | None = None,
        heard: Iterable[tuple[str, Author]] = (),
        talk_words: TalkWords | None = None,
    ) -> None:
        """`resolve` says under which id a post is held that only what repeats it names.

        `heard` says how accounts were called so far, by network; `talk_words` is another table of
        words than the shipped one.
        """
        self._resolve = resolve
        self.agenda = agenda
        self.people = People(heard)
        self.reader = Reader(agenda, talk_words)
        self.has_hosts = any(person.role == "host" for person in agenda.people)
        self.posts: dict[str, PlacedPost] = {}
        self.openings: list[Opening] = []
        """By time; a question counts as open from the post that asked it, see `set_openings`."""
        self.asked: dict[str, list[_Item]] = defaultdict(list)
        """By question: the posts that ask it, by time."""
        self.asking: dict[str, str] = {}
        """By post id: the question that it asks."""
        self.asked_by: dict[str, str | None] = {
            post: each.id for each in reversed(agenda.questions) for post in each.asked_by
        }
        """The same by the agenda's `asked_by`; of a question that was split, the first half."""
        self.leave_takings: list[_Item] = []
        """Posts by which a host takes leave, by time."""
        self.read_by: dict[str, str | None] = {}
        """By post id, the place that a reader of the user's own chose."""
        self.cues: dict[str, Cue] = {}
        """By post id: what a host says about the evening itself."""
        self._cue_posts: list[_Item] = []
        self._count = 0
        self._aliases: dict[str, str] = {}
        self._by_time: list[_Item] = []
        self._by_name: dict[str, list[_Item]] = defaultdict(list)
        self._naming: dict[str, list[_Item]] = defaultdict(list)
        self._referring: dict[str, list[str]] = defaultdict(list)
        self._following: dict[str, set[str]] = defaultdict(set)
        self._threads: dict[str, list[_Item]] = defaultdict(list)
        self._by_id: dict[tuple[str, str], list[str]] = defaultdict(list)
        """By network and permanent id: the posts of an account, in order of arrival."""

    def next_number(self) -> int:
        """Returns the next number in the order of arrival."""
        self._count += 1
        return self._count

    def add(self, post: Post) -> PlacedPost:
        """Add a post that is new."""
        self.people.hear(post.network, post.author)
        post = self._completed(post)
        placed = PlacedPost(post, (post.sort_at, self.next_number()), self._is_host(post))
        self.posts[post.id] = placed
        _insert(self._by_time, (placed.order, post.id))
        self._by_id[post.network, post.author.id].append(post.id)
        self._index_author(placed)
        self._index_references(placed)
        return placed

    def hear(self, network: str, author: Author) -> list[PlacedPost]:
        """Take up how an account is called; returns its posts, if they are a host's only now."""
        if not self.people.hear(network, author):
            return []
        found = []
        for post_id in self._by_id.get((network, author.id), ()):
            placed = self.posts[post_id]
            was_host = placed.host
            self._name(placed, placed.post)
            if placed.host and not was_host:
                found.append(placed)
        return sorted(found, key=lambda placed: placed.order)

    def _name(self, placed: PlacedPost, post: Post) -> None:
        placed.post = self._completed(post)
        placed.host = self._is_host(placed.post)
        self._index_author(placed)

    def _completed(self, post: Post) -> Post:
        author = self.people.completed(post.network, post.author)
        return post if author == post.author else replace(post, author=author)

    def _index_author(self, placed: PlacedPost) -> None:
        """Index a post by every handle of its author: who is known by one is found by all."""
        post, item = placed.post, (placed.order, placed.id)
        for handle in (post.author.handle, *self.people.handles(post.network, post.author.id)):
            for name in handle_forms(handle):
                _insert(self._by_name[name], item)

    def replace(self, placed: PlacedPost, post: Post) -> None:
        """Replace a post by an edited version, or by what remains of a deleted one."""
        if post.text != placed.post.text and placed.id in self.asked_by:
            named = (q.id for q in self.agenda.questions if placed.id in q.asked_by)
            self.asked_by[placed.id] = next(named, None)
            if self.asked_by[placed.id] is None:
                del self.asked_by[placed.id]
        placed.read = None
        if post.author != placed.post.author:
            self.people.hear(post.network, post.author)
        self._name(placed, post)
        self._index_references(placed)

    def _index_references(self, placed: PlacedPost) -> None:
        post, item = placed.post, (placed.order, placed.id)
        self._aliases.update(dict.fromkeys((*post.aliases, *filter(None, (post.url,))), post.id))
        for reference in (post.reply_to, post.repost_of, post.quote_of):
            if reference and post.id not in self._referring[reference]:
                self._referring[reference].append(post.id)
        if post.thread and post.thread != post.id:
            _insert(self._threads[post.thread], item)
        for name in {*mentioned_handles(post.text), *map(str.casefold, post.mentions)}:
            _insert(self._naming[name], item)

    def find(self, reference: str | None) -> PlacedPost | None:
        """Returns the post with this id, alias or URL; None where there is none."""
        if not reference:
            return None
        if self._resolve is not None and is_repeated(reference):
            reference = self._resolve(reference)
        return self.posts.get(self._aliases.get(reference, reference))

    def reading(self, placed: PlacedPost) -> Reading:
        """Returns what the text of a post says by itself; each text is read once.

        What a stranger wrote to make reading fail costs the placement of that post and the log a
        fault, never the placement of its neighbours or the opening of the session.
        """
        if placed.read is None:
            try:
                placed.read = self.reader.read(placed.post)
            except Exception as error:
                log_fault(error)
                placed.unreadable = True
                placed.read = self.reader.read(replace(placed.post, text=""))
        return placed.read

    def place(
        self, placed: PlacedPost, placement: Placement, rests_on: tuple[str, ...] = ()
    ) -> None:
        """Record a post's placement and the other posts that it depends on."""
        for other in placed.rests_on:
            self._following[other].discard(placed.id)
        for other in rests_on:
            self._following[other].add(placed.id)
        placed.placement, placed.rests_on = placement, rests_on

    def set_openings(self, openings: list[Opening]) -> Order | None:
        """Replace the openings; returns from which place in time on they differ, None if nowhere.

        Nobody answers a question before it can be read: where a post asks it shortly after it was
        opened, it counts as open from that post on.
        """
        now = sorted(map(self._read_from, openings), key=lambda opening: opening.order)
        before, self.openings = self.openings, self._without_idle(now)
        return min((o.order for o in set(before) ^ set(self.openings)), default=None)

    def _read_from(self, opening: Opening) -> Opening:
        for order, _ in self.asked.get(opening.question or "", ()):
            if timedelta() <= order[0] - opening.order[0] <= ASKED_SOON:
                return opening._replace(order=order)
        return opening

    def _without_idle(self, openings: list[Opening]) -> list[Opening]:
        """Leave out openings by posts that would not have opened anything, had all come in order.

        Only what comes late may say that a question was open already.
        """
        needed: list[Opening] = []
        opened: set[str | None] = set()
        for opening in openings:
            now = needed[-1].question if needed else None
            cue = self.cues.get(opening.post or "")
            onward = cue is not None and cue.kind == "onward" and not self.asks_first(opening)
            idle = now == opening.question or (onward and opening.question in opened)
            if not (opening.post and idle):
                needed.append(opening)
                opened.add(opening.question)
        return needed

    def record_question_asked(self, placed: PlacedPost, question: str | None) -> bool:
        """Record which question a post asks, if any; True where that is new."""
        before = self.asking.get(placed.id)
        if before == question:
            return False
        item = (placed.order, placed.id)
        if before:
            self.asked[before].remove(item)
            del self.asking[placed.id]
        if question:
            insort(self.asked[question], item)
            self.asking[placed.id] = question
        return True

    def record_leave_taking(self, placed: PlacedPost, whether: bool) -> bool:
        """Record whether a host takes leave with a post; True where that is new."""
        item = (placed.order, placed.id)
        if whether == (item in self.leave_takings):
            return False
        if whether:
            insort(self.leave_takings, item)
        else:
            self.leave_takings.remove(item)
        return True

    def asks_first(self, opening: Opening) -> bool:
        """Whether the post that opened a question is the first that asks it."""
        first = next(iter(self.asked.get(opening.question or "", ())), None)
        return first is not None and first[1] == opening.post

    def record_cue(self, placed: PlacedPost, cue: Cue | None) -> bool:
        """Record what a host's post says about the evening itself; True where that is new."""
        before = self.cues.get(placed.id)
        if before == cue:
            return False
        item = (placed.order, placed.id)
        if cue is None:
            del self.cues[placed.id]
            self._cue_posts.remove(item)
        else:
            self.cues[placed.id] = cue
            if before is None:
                insort(self._cue_posts, item)
        return True

    def cue_before(self, order: Order, within: timedelta) -> tuple[Order, Cue] | None:
        """Returns the latest cue shortly before a place in time, None where there is none."""
        index = bisect_left(self._cue_posts, (order, ""))
        if not index or order[0] - self._cue_posts[index - 1][0][0] > within:
            return None
        at, post_id = self._cue_posts[index - 1]
        return at, self.cues[post_id]

    def cue_posts(self, since: Order, most: int) -> list[PlacedPost]:
        """Returns the posts with cues from a place in time on, by time, `most` at most."""
        start = bisect_left(self._cue_posts, (since, ""))
        return [self.posts[i] for _, i in self._cue_posts[start : start + most]]

    def dependants(self, placed: PlacedPost) -> list[PlacedPost]:
        """Returns the posts whose placement may depend on this one's, in order of arrival."""
        ids = set(self._following.get(placed.id, ()))
        for name in (placed.id, *placed.post.aliases, placed.post.url):
            if name in self._referring:
                ids.update(self._referring[name])
        return sorted(
            (self.posts[i] for i in ids if i != placed.id), key=lambda item: item.order[1]
        )

    def mentioning(self, placed: PlacedPost, within: timedelta) -> list[PlacedPost]:
        """Returns posts that mention this one's author within a time after it, in order of time."""
        found: dict[str, PlacedPost] = {}
        for name in self.handles_of(placed.post):
            items = self._naming.get(name, [])
            for order, post_id in items[bisect_left(items, (placed.order, "")) :]:
                if order[0] - placed.order[0] > within:
                    break
                found[post_id] = self.posts[post_id]
        return sorted(found.values(), key=lambda item: item.order)

    def before(self, name: str, order: Order, within: timedelta) -> Iterator[PlacedPost]:
        """Yields what an author (case-folded handle) wrote shortly before, latest first."""
        return self._backwards(self._by_name.get(name, []), order, within)

    def before_by(self, placed: PlacedPost, within: timedelta) -> Iterator[PlacedPost]:
        """Yields what the author of a post wrote shortly before it, latest first."""
        found = self._backwards(self._by_author(placed.post), placed.order, within)
        return (each for each in found if self.same_author(each.post, placed.post))

    def next_by(self, placed: PlacedPost) -> PlacedPost | None:
        """Returns the next post by the same author, None where there is none."""
        items = self._by_author(placed.post)
        for _, post_id in items[bisect_right(items, (placed.order, placed.id)) :]:
            if self.same_author(self.posts[post_id].post, placed.post):
                return self.posts[post_id]
        return None

    def _by_author(self, post: Post) -> list[_Item]:
        """Returns the posts under the first of an author's handles, with which all are indexed."""
        handles = self.people.handles(post.network, post.author.id)
        return self._by_name[(handles[0] if handles else post.author.handle).casefold()]

    def same_author(self, one: Post, other: Post) -> bool:
        """Whether two posts are by one account, whatever it was called; or under one handle."""
        named = one.author.handle.casefold() == other.author.handle.casefold()
        if not named and one.author.id != other.author.id:
            return False  # as of nearly all that are compared
        if one.network == other.network and one.author.id and other.author.id:
            return one.author.id == other.author.id
        return named and not (is_nobody(one.author) or is_nobody(other.author))

    def opening_after(self, order: Order) -> Opening | None:
        """Returns the next opening after a place in time, None where there is none."""
        index = bisect_right(self.openings, order, key=lambda o: o.order)
        return self.openings[index] if index < len(self.openings) else None

    def thread_before(self, root: str, order: Order, within: timedelta) -> Iterator[PlacedPost]:
        """Yields what was written in a thread shortly before, latest first."""
        return self._backwards(self._threads.get(root, []), order, within)

    def recent(self, order: Order, within: timedelta, most: int) -> list[PlacedPost]:
        """Returns what anybody wrote shortly before, latest first, `most` posts at most."""
        end = bisect_left(self._by_time, (order, ""))
        start = max(0, end - most)
        start = bisect_left(
            self._by_time, -within, start, end, key=lambda item: item[0][0] - order[0]
        )
        return [self.posts[i] for _, i in reversed(self._by_time[start:end])]

    def shortly_after(self, order: Order, within: timedelta, most: int) -> list[PlacedPost]:
        """Returns what anybody wrote shortly after, by time, `most` posts at most."""
        if self._by_time[-1][0] <= order:  # as of nearly every new post
            return []
        start = bisect_right(self._by_time, order, key=lambda item: item[0])
        items = self._by_time[start : start + most]
        return [self.posts[i] for (at, _), i in items if at - order[0] <= within]

    def _backwards(
        self, items: list[_Item], order: Order, within: timedelta
    ) -> Iterator[PlacedPost]:
        for index in range(bisect_left(items, (order, "")) - 1, -1, -1):
            (at, _), post_id = items[index]
            if order[0] - at > within:
                return
            if not self.posts[post_id].deleted:
                yield self.posts[post_id]

    def addressees(self, placed: PlacedPost) -> tuple[str, ...]:
        """Returns the case-folded handles that a post addresses.

        "name: …" addresses somebody where an author of that name has written here. A repost
        addresses nobody: whom its words address is its original's.
        """
        if placed.post.repost_of:
            return ()
        reading = self.reading(placed)
        if not reading.to and reading.called and reading.called in self._by_name:
            return (reading.called,)
        return reading.to

    def since(self, order: Order) -> list[PlacedPost]:
        """Returns the posts from a place in time on, by time."""
        return [self.posts[i] for _, i in self._by_time[bisect_left(self._by_time, (order, "")) :]]

    def is_latest(self, placed: PlacedPost) -> bool:
        """Whether no known post was written after this one."""
        return self._by_time[-1][1] == placed.id

    def openings_before(self, order: Order) -> list[Opening]:
        """Returns the openings up to a place in time."""
        return self.openings[: bisect_right(self.openings, order, key=lambda o: o.order)]

    def _is_host(self, post: Post) -> bool:
        role = self.people.role(self.agenda, post.network, post.author)
        # An account named like the hashtag is the chat's own.
        own = post.author.handle.casefold().partition("@")[0] in self.reader.tags
        return role in ("host", "moderator") or own

    def handles_of(self, post: Post) -> set[str]:
        """Returns how others mention a post's author: all handles, with and without server."""
        handles = (post.author.handle, *self.people.handles(post.network, post.author.id))
        return {form for handle in handles for form in handle_forms(handle)}


def _insert(items: list[_Item], item: _Item) -> None:
    """Insert an item by its time, once; nearly always it is the latest."""
    if not items or items[-1] < item:
        items.append(item)
        return
    at = bisect_left(items, item)
    if items[at] != item:
        items.insert(at, item)


def handle_forms(handle: str) -> set[str]:
    """Returns how a handle is mentioned: folded, with and without server."""
    folded = handle.casefold()
    return {folded, folded.partition("@")[0]} - {""}

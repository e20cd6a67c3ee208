"""Turns what sources deliver into events: each post once, with its placement.

This file is longer than others because each of its methods needs what it remembers of posts that
the chat does not have yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec.structs import replace

from tartantm.capture.names import Names
from tartantm.capture.ownership import Ownership
from tartantm.core.carried import CONTEXT, fuller
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.erased import ErasedNames, recognise
from tartantm.core.events import (
    Captured,
    Deleted,
    Edited,
    Event,
    Grouped,
    Identified,
    Opened,
    Placement,
)
from tartantm.core.gone import has_marker
from tartantm.core.post import NETWORKS, Author, Post
from tartantm.grouping.decide import UNREADABLE
from tartantm.grouping.grouper import Grouper, PlaceResult
from tartantm.networks.heard import Carried, Heard, Named
from tartantm.settings.fault_log import guarded, log_fault


class Capture:
    """Decides what to record of what sources deliver. One process captures for a session at a time.

    A chat changes only once events are durable, so this remembers what it decided. What was there
    before, or was recorded by other processes, it looks up in the chat.
    """

    def __init__(self, chat: Chat, grouper: Grouper, sources: Iterable[str] = ()) -> None:
        """`sources` are the names of those that will deliver: posts of theirs are theirs alone."""
        self.chat, self.grouper = chat, grouper
        self._ownership = Ownership(chat, sources)
        self._names_heard = Names(chat)
        self.duplicates = 0
        self.restricted = 0
        """How many posts were not public; they are not kept at all."""
        self.deletions = 0
        """How many posts that are held were deleted."""
        self.unused_deletions = 0
        """How many deletions named no post that is held."""
        self.erased = 0
        """How many posts were left out because they, or their authors, were erased."""
        self._skipped: set[str] = set()
        """Questions that were due in a correction of the clock."""
        self._asked_for = False
        self._begin()

    def _begin(self) -> None:
        self._ids: dict[str, str] = {}
        self._names_heard.forget_recorded()
        self._versions: dict[str, tuple[str | None, datetime | None]] = {}
        self._new: dict[str, tuple[Post, str]] = {}
        """Posts that may not be in the chat yet, with the sources that they came by."""
        self._by_owner: set[str] = set()
        """Posts that came by another source, and of which their own server's version is known."""
        self._deleted: set[str] = set()
        self._gone: set[str] = set()
        """Names of deleted posts that were not held, which the chat may not know of yet."""
        self._erased: ErasedNames | None = None
        self._erased_by = 0
        self._left_out: set[str] = set()
        """Ids of erased posts that were heard."""
        self._left_out_by: set[Author] = set()
        """The names and handles of erased accounts that were heard."""
        self._reposted: set[str] = set()
        """What was reposted by what may not be in the chat yet."""
        self._context: set[str] = set()
        """Posts that only came along, which the chat may not know of yet."""
        self._of_chat: set[str] = set()
        """Those of them, and of the chat's, that turned out to be posts of the chat."""
        self._opened = {turn.question for turn in self.chat.periods.all_periods} | self._skipped

    def observe(self, change: Change) -> None:
        """Forget what is in the chat now, and everything when something was erased."""
        if change.reloaded:
            self._begin()
        for post_id in change.added:
            self._new.pop(post_id, None)

    def events_for(
        self, heard: Iterable[Heard], source: str = "", *, asked_for: bool = False
    ) -> list[Event]:
        """The events that follow from items of a source, in order; [] for what is known already.

        What was `asked_for` by its id is no post of the chat by being answered.
        """
        self._asked_for = asked_for
        events: list[Event] = []
        self._ownership.hear(source)
        waiting: list[Carried] = []
        for item in heard:
            if isinstance(item, Carried):
                waiting.append(item)
                continue
            if isinstance(item, Post):
                brought = [each for each in waiting if each.by in (item.id, *item.aliases)]
                waiting = []
                events += self._with_context(item, brought, source)
                continue
            if isinstance(item, Named):
                events += self._named(item)
                continue
            if (gone := self._may_delete(item, source)) is not None:
                events.append(gone)
                self._count_deleted(gone)
        return events

    def _with_context(self, post: Post, brought: list[Carried], source: str) -> list[Event]:
        """What follows from a post, after what came along with it, as it is no context without."""
        if post.visibility == "restricted":
            self.restricted += 1
            return []
        if self._blocked(post):
            self.erased += 1
            return [*self._without_reposts(post), *self._new_handle(post.author, Edited(post))]
        events = self._post(post, source)
        if not events and not self._stands(post):
            return []
        context = (event for each in brought for event in self._carried(each, source))
        return [*context, *events]

    def _stands(self, post: Post) -> bool:
        held = self._known(post.id)
        return held is not None and not self._is_deleted(held)

    def _carried(self, item: Carried, source: str) -> list[Event]:
        """What follows from a post that came along: it is kept once, and never placed."""
        post = _with_possible_edit(item.post)
        if post.visibility == "restricted" or self._blocked(post):
            return []
        known = next(filter(None, map(self._known, self._names(post, source))), None)
        named: list[Event] = []
        if known is None:
            if self._was_deleted(post):
                return []
            post = self._without_names_of_others(post)
            self._remember(post)
            self._new[post.id] = post, source
            self._context.add(post.id)
            named = self._identified(self._names_heard.posted(post.network, post.author))
        else:
            held, came_by = self._held(known)
            if self._is_deleted(known) or not self._ownership.may_change(held, came_by, source):
                return []
            if not self._is_context(known) or has_marker(held):
                return []
            if (made := fuller(post, held)) is None:
                return []
            post = _as_held(made, known)
            self._remember(post, known)
            if known in self._new:
                self._new[known] = post, source
        return [*named, Captured(post, CONTEXT, source, item.by)]

    def _is_context(self, known: str) -> bool:
        """Whether what is held only came along with posts, as far as is known here."""
        entry = self.chat.entry(known)
        return known not in self._of_chat and (
            known in self._context or (entry is not None and entry.carried)
        )

    def _joins(self, post: Post, source: str) -> bool:
        """Whether a post that only came along before is now brought as one of the chat.

        Networks are also asked whether posts still stand, and answer with what came along, too.
        """
        if self._asked_for:
            return False
        tags = {tag.casefold() for tag in self.chat.agenda.hashtags}
        tagged = any(tag.casefold() in tags for tag in post.hashtags)
        return tagged or bool(post.found_by) or source.partition(":")[0] not in NETWORKS

    def _of_the_chat(self, post: Post, known: str, source: str) -> list[Event]:
        """What came along before turned out to be a post of the chat: it is one from now on."""
        held, _ = self._held(known)
        post = held if has_marker(held) else _as_held(post, known)
        self._of_chat.add(known)
        return self._new_post(post, source)

    def _named(self, item: Named) -> list[Event]:
        """What follows from how an account is called: nothing, for nearly all are strangers'."""
        self._read_erased()
        if self._erased is not None and self._erased.account(item.network, item.author):
            return self._new_handle(item.author, Identified(item.network, item.author))
        return self._identified(self._names_heard.named(item.network, item.author))

    def _identified(self, found: list[Identified]) -> list[Event]:
        """What follows where it is news: questions, too, that only now are known to be a host's."""
        events: list[Event] = []
        for event in found:
            events += [event, *self._of_host(event.network, event.author)]
        return events

    def _of_host(self, network: str, author: Author) -> list[Event]:
        events: list[Event] = []
        for post, placing in guarded(lambda: self.grouper.heard(network, author), []):
            events.append(Grouped({post.id: placing.placement}))
            events += self._opened_by(post, placing)
        return events

    def _opened_by(self, post: Post, placing: PlaceResult) -> list[Event]:
        opens = placing.opens if placing.opens not in self._opened else None
        return self._what_follows(post, opens, placing)

    def _what_follows(self, post: Post, opens: str | None, placing: PlaceResult) -> list[Event]:
        opened = [(opens, post)] if opens else []
        events: list[Event] = []
        for question, by in (*opened, *placing.by_cue):
            self._opened.add(question)
            events.append(Opened(question, by.sort_at, "host", by.id))
        if placing.revised:
            events.append(Grouped(placing.revised))
        return events

    def skip_due(self, before: datetime, after: datetime) -> list[str]:
        """Never open by the plan what falls into a correction of the clock; returns which.

        Whether such a question was opened in that time the moderator knows. Where the clock is set
        back, they are due again.
        """
        self._skipped -= (again := {q for q in self._skipped if self._opens_at(q) > after})
        self._opened -= again
        skipped = [
            question.id
            for question in self.chat.agenda.questions
            if question.opens_at
            and before < question.opens_at <= after
            and question.id not in self._opened
        ]
        self._skipped.update(skipped)
        self._opened.update(skipped)
        return skipped

    def _opens_at(self, question: str) -> datetime:
        found = self.chat.agenda.get(question)
        return (found.opens_at if found else None) or datetime.min.replace(tzinfo=UTC)

    def open_due(self, now: datetime) -> list[Event]:
        """Open the questions that are due by the agenda's plan."""
        due = [
            question
            for question in self.chat.agenda.questions
            if question.opens_at and question.opens_at <= now and question.id not in self._opened
        ]
        events: list[Event] = []
        for question in sorted(due, key=lambda question: question.opens_at or now):
            at = question.opens_at or now
            events.append(Opened(question.id, at, "plan"))
            self._opened.add(question.id)
            if revised := self._opens(question.id, at):
                events.append(Grouped(revised))
        return events

    def _opens(self, question: str, at: datetime) -> dict[str, Placement]:
        return guarded(lambda: self.grouper.opened(question, at), {})

    def _post(self, post: Post, source: str) -> list[Event]:
        post = _with_possible_edit(post)
        known = next(filter(None, map(self._known, self._names(post, source))), None)
        if known is not None:
            return self._known_post(post, known, source)
        if self._was_deleted(post):
            # Not remembered: another source may bring it under a name that is not gone.
            self.duplicates += 1
            return []
        return self._new_post(self._without_names_of_others(post), source)

    def _new_post(self, post: Post, source: str) -> list[Event]:
        self._remember(post)
        self._new[post.id] = post, source
        events = self.open_due(post.sort_at)
        events += self._identified(self._names_heard.posted(post.network, post.author))
        events += self._of_host(post.network, post.author)
        placing = self._placed(post)
        events.append(Captured(post, placing.placement, source))
        return events + self._what_follows(post, placing.opens, placing)

    def _names(self, post: Post, source: str) -> tuple[str, ...]:
        """The names by which a source may say that it brings a post that is held.

        A server numbers posts as it likes, so another's post is known by its address alone: else
        any server could pass it off as one of its own, or as one that it says is gone.
        """
        is_number = post.network == "mastodon"
        is_copy = is_number and not self._ownership.may_tell_of(post.id, source)
        return (post.id,) if is_copy else (*_ids(post), *post.aliases)

    def _was_deleted(self, post: Post) -> bool:
        """Whether it was said of a post that is not held, or of what it reposts, that it is gone.

        Where a server says that of its own number, of a copy, that copy alone is left out.
        """
        names = {post.id, *post.aliases, *filter(None, [post.repost_of])}
        return not self._gone.isdisjoint(names) or self.chat.was_deleted(post)

    def _without_names_of_others(self, post: Post) -> Post:
        """Returns a new post without names by which other posts are held already."""
        if not any(map(self._known, post.aliases)):
            return post
        return replace(post, aliases=tuple(a for a in post.aliases if not self._known(a)))

    def _placed(self, post: Post) -> PlaceResult:
        try:
            return self.grouper.place(post)
        except Exception as error:
            # Whatever a stranger wrote that made grouping fail, the post itself must not be lost.
            log_fault(error)
            return PlaceResult(UNREADABLE, None, {})

    def _known_post(self, post: Post, known: str, source: str) -> list[Event]:
        """What another version of a post that is held changes.

        Servers write the same post in different ways, so of all versions only its owner's counts,
        also where that comes after another's, and then whatever times they name.
        """
        held, came_by = self._held(known)
        joins = self._is_context(known) and self._joins(post, source)
        may_change = joins or self._ownership.may_change(held, came_by, source)
        if self._is_deleted(known) or not may_change:
            self.duplicates += 1
            return []
        if joins:
            return self._of_the_chat(post, known, source)
        version, edited_at = self._version(known)
        takes_over = self._takes_over(known, held, came_by, source)
        if takes_over:
            self._by_owner.add(known)
            changed = _content(post) != _content(held)
        else:
            later = post.edited_at and (edited_at is None or post.edited_at > edited_at)
            changed = bool(later) and post.version != version
        if takes_over or changed:
            self._remember(post, known)
        if not changed:
            self.duplicates += 1
            return self._identified(self._names_heard.posted_again(post.network, post.author))
        edited = Edited(_as_held(post, known), source if takes_over else "")
        return [edited, *self._of_host(post.network, post.author)]

    def _takes_over(self, known: str, held: Post, came_by: str, source: str) -> bool:
        """Whether an owner delivers for the first time what came by another source.

        Not where words were withheld for good, for the owner's version still has them; and an
        archive of ours has a post as its owner had it.
        """
        if known in self._by_owner or "" in (source, came_by) or source == came_by:
            return False
        return not has_marker(held)

    def _held(self, known: str) -> tuple[Post, str]:
        """A post that is held, and the source whose version that is."""
        entry = self.chat.entry(known)
        return (entry.post, entry.source) if entry else self._new[known]

    def _may_delete(self, event: Deleted, source: str) -> Deleted | None:
        """The deletion of what a source may delete; None where that is nothing that is held."""
        kept = tuple(name for name in event.posts if self._may_tell_of(name, source))
        return Deleted(kept, event.at, event.why) if kept else None

    def _may_tell_of(self, name: str, source: str) -> bool:
        """Whether a source is believed that a post is gone: of copies, that means nothing."""
        if (held := self._known(name)) is None:
            return self._ownership.may_tell_of(name, source)
        return self._ownership.may_change(*self._held(held), source)

    def _known(self, name: str) -> str | None:
        entry = None if name in self._ids else self.chat.entry(name)
        return entry.id if entry else self._ids.get(name)

    def _count_deleted(self, event: Deleted) -> None:
        for name in event.posts:
            if (held := self._known(name)) is None:
                self.unused_deletions += 1
                self._gone.add(name)
                continue
            if not self._is_deleted(held):
                self._deleted.add(held)
                self.deletions += 1

    def _is_deleted(self, held: str) -> bool:
        entry = self.chat.entry(held)
        return held in self._deleted or bool(entry and entry.deleted_at)

    def _version(self, known: str) -> tuple[str | None, datetime | None]:
        if known in self._versions:
            return self._versions[known]
        post = self.chat.entries[known].post
        return post.version, post.edited_at

    def _remember(self, post: Post, known: str | None = None) -> None:
        held = known or post.id
        self._versions[held] = post.version, post.edited_at
        if post.repost_of:
            self._reposted.add(post.repost_of)
        self._ids.update(dict.fromkeys((*_ids(post), *post.aliases), held))

    def _without_reposts(self, post: Post) -> list[Event]:
        """Returns what takes the reposts of an erased post along, which came before it.

        On X only the post itself says whose words they repeat.
        """
        ids = {post.id, *post.aliases}
        if ids <= self._left_out:
            return []
        self._left_out |= ids
        held = (entry.post.repost_of for entry in self.chat.entries.values())
        if self._reposted.isdisjoint(ids) and not any(each in ids for each in held):
            return []
        return [Deleted((post.id, *post.aliases), post.created_at)]

    def _new_handle(self, author: Author, event: Edited | Identified) -> list[Event]:
        """Returns what will not be recorded, of an erased account with a new handle.

        The session lets nothing of it in but a hash of the handle, see `store.door`.
        """
        known = self._erased is not None and author.id and self._erased.known(author.id)
        if not known or author in self._left_out_by:
            return []
        self._left_out_by.add(author)
        return [event]

    def _read_erased(self) -> None:
        if self._erased_by != len(self.chat.blocked):
            self._erased, self._erased_by = recognise(self.chat), len(self.chat.blocked)

    def _blocked(self, post: Post) -> bool:
        self._read_erased()
        if self._erased is None:
            return False
        return post.repost_of in self._left_out or self._erased.post(post)


def _ids(post: Post) -> tuple[str, ...]:
    """Returns a post's id, and on Bluesky the one by handle, which links have (AT URI scheme)."""
    if post.network != "bluesky" or not post.author.handle:
        return (post.id,)
    collection = post.id.removeprefix("bluesky:at://").partition("/")[2]
    return tuple(dict.fromkeys((post.id, f"bluesky:at://{post.author.handle}/{collection}")))


def _with_possible_edit(post: Post) -> Post:
    """Returns a post with no time of an edit after its reception: clocks differ, and some lie."""
    if post.received_at and post.edited_at and post.edited_at > post.received_at:
        return replace(post, edited_at=post.received_at)
    return post


def _as_held(post: Post, known: str) -> Post:
    """Returns a version of a held post with the id by which that is held."""
    if post.id == known:
        return post
    aliases = dict.fromkeys((post.id, *post.aliases))
    return replace(post, id=known, aliases=tuple(each for each in aliases if each != known))


def _content(post: Post) -> tuple[object, ...]:
    """Returns what readers see of a post; addresses at the server that was asked are left out."""
    author = post.author
    return (
        (post.text, author.name, author.handle, author.bot, post.content_warning, post.url),
        (post.links, post.media, post.edited_at),
    )
